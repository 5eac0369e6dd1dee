//! `cargo xtask test`: everything that has to hold before a change goes in.

use crate::postgres::Postgres;
use crate::setup;
use crate::shell::{Outcome, cargo, exists, run, run_shown, stage};

/// Runs every check.
pub fn all() -> Outcome {
    setup::all()?;
    stage("format", || run(cargo(&["fmt", "--all", "--check"])))?;
    stage("lints", || {
        run(cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    stage("one crypto provider", one_crypto_provider)?;
    stage("licences and advisories", licences)?;
    // The whole-chain tests run the programs themselves.
    stage("programs", || {
        run(cargo(&["build", "--workspace", "--bins", "--locked"]))
    })?;
    stage("tests on SQLite and PostgreSQL", tests)?;
    stage("re-shown stills", || crate::programs::stills(1, false))?;
    stage("operator's attacks", || {
        crate::programs::proof("operator_attacks", false)
    })?;
    stage("forged messages", || {
        crate::programs::proof("tamper", false)
    })?;
    stage("a server that is killed", || {
        crate::programs::crash(10, false)
    })?;
    crate::fuzz::all(3)?;
    crate::bindings::check_surface()?;
    crate::android::test()?;
    stage("documentation", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        run(doc)
    })
}

/// Runs all tests and says how many ran on each engine: a suite that ran on one engine alone is a
/// failure that looks like a success.
fn tests() -> Outcome {
    let postgres = Postgres::start()?;
    let mut test = cargo(&["test", "--workspace", "--locked"]);
    test.env("LIFECERT_TEST_POSTGRES", postgres.address());
    let shown = run_shown(test)?;
    let passed = |engine: &str| {
        let lines = shown.lines();
        lines
            .filter(|line| line.contains(&format!("{engine}::")) && line.ends_with("ok"))
            .count()
    };
    let (sqlite, postgres) = (passed("sqlite"), passed("postgres"));
    println!("database tests: {sqlite} on SQLite, {postgres} on PostgreSQL");
    if sqlite == postgres && sqlite > 0 {
        Ok(())
    } else {
        Err("the database tests did not all run on both engines".into())
    }
}

/// ring is the only crypto provider: a second one doubles what has to be trusted and built.
fn one_crypto_provider() -> Outcome {
    let output = cargo(&["tree", "--workspace", "--locked", "-i", "aws-lc-sys"])
        .output()
        .map_err(|error| format!("cargo tree could not be started: {error}"))?;
    let found = String::from_utf8_lossy(&output.stdout);
    if found.trim().is_empty() {
        Ok(())
    } else {
        Err(format!("aws-lc-sys is in the tree:\n{found}"))
    }
}

/// Licences and advisories by cargo-deny; its advisory database is a repository that not every
/// machine reaches, so that half may be left out, with a word.
fn licences() -> Outcome {
    if !exists("cargo-deny") {
        // Unoptimised: it runs for seconds and would be built for minutes.
        let install = [
            "install",
            "cargo-deny",
            "--locked",
            "--debug",
            "--version",
            "0.20.2",
        ];
        run(cargo(&install))?;
    }
    run(cargo(&["deny", "check", "licenses", "bans", "sources"]))?;
    if run(cargo(&["deny", "fetch", "db"])).is_err() {
        println!("the advisory database cannot be had here: advisories left out");
        return Ok(());
    }
    run(cargo(&["deny", "check", "advisories"]))
}
