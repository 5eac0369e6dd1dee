//! `cargo xtask test`: everything that has to hold before a change goes in.

use crate::setup;
use crate::shell::{Outcome, exists, program, run, stage};
use std::process::Command;

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
    stage("tests", || run(cargo(&["test", "--workspace", "--locked"])))?;
    stage("documentation", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        run(doc)
    })
}

fn cargo(arguments: &[&str]) -> Command {
    program("cargo", arguments)
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

/// Licences and advisories by cargo-deny, where it is installed; its advisory database is a
/// repository that not every machine reaches, so that half may be left out, with a word.
fn licences() -> Outcome {
    if !exists("cargo-deny") {
        println!("cargo-deny is not installed here: left out (cargo install cargo-deny --locked)");
        return Ok(());
    }
    run(cargo(&["deny", "check", "licenses", "bans", "sources"]))?;
    if run(cargo(&["deny", "fetch", "db"])).is_err() {
        println!("the advisory database cannot be had here: advisories left out");
        return Ok(());
    }
    run(cargo(&["deny", "check", "advisories"]))
}
