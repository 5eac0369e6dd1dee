//! `cargo xtask test`: everything that has to hold before a change goes in.

use crate::postgres::Postgres;
use crate::setup;
use crate::shell::{Outcome, cargo, exists, run, run_shown, stage};
use std::collections::BTreeSet;

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
    crate::parity::check()?;
    crate::android::test()?;
    crate::ios::test_where_possible()?;
    crate::phones::check()?;
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
    let passed = both_engines(&shown)?;
    println!("database tests: {passed} on SQLite and on PostgreSQL");
    Ok(())
}

/// How many tests ran on both engines; each that ran on one alone is named.
fn both_engines(shown: &str) -> Result<usize, String> {
    let ok = shown.lines().filter_map(|line| {
        let name = line.strip_prefix("test ")?.strip_suffix(" ... ok")?;
        Some(name.trim())
    });
    let ok: BTreeSet<&str> = ok.collect();
    // A module of tests for both engines has these two below it; `store::sqlite::tests` is about
    // one.
    let on = |engine: &str| -> BTreeSet<String> {
        let below = format!("{engine}::");
        let named = ok.iter().filter_map(|name| {
            let (module, test) = name.rsplit_once(&below)?;
            (!test.contains("::")).then(|| format!("{module}{test}"))
        });
        named.collect()
    };
    let (sqlite, postgres) = (on("sqlite"), on("postgres"));
    let alone: Vec<&String> = sqlite.symmetric_difference(&postgres).collect();
    match alone.as_slice() {
        [] if sqlite.is_empty() => Err("no database test ran".to_owned()),
        [] => Ok(sqlite.len()),
        alone => Err(format!("on one engine alone: {alone:?}")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_ran_on_one_engine_alone_is_named() {
        let both = "test a::sqlite::x ... ok\ntest a::postgres::x ... ok\n";
        let own = "test store::sqlite::tests::y ... ok\n";
        assert_eq!(both_engines(&format!("{both}{own}")), Ok(1));
        let alone = both_engines(&format!("{both}test b::sqlite::z ... ok\n"));
        assert!(alone.is_err_and(|said| said.contains("b::z")));
        assert!(both_engines(own).is_err());
    }
}
