//! Runs other programs, in the workspace's folder, with a stage's name and time printed.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What went wrong, in words for the person at the terminal.
pub type Outcome = Result<(), String>;

/// The workspace's folder.
pub fn root() -> PathBuf {
    // Unwrap safety: xtask lies directly in the workspace.
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// A program to be run in the workspace's folder.
pub fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Runs a program to its end.
pub fn run(mut command: Command) -> Outcome {
    let shown = shown(&command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown} ended with {status}")),
        Err(error) => Err(format!("{shown} could not be started: {error}")),
    }
}

/// Cargo, in the workspace's folder.
///
/// Cargo told this program about its own package; told so too, build scripts that look at it
/// (ring's does) would think that something has changed, and half of the workspace would be built
/// again.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = program("cargo", arguments);
    for (name, _) in std::env::vars_os() {
        let is_of_package = |name: &str| {
            let mut prefixes = ["CARGO_PKG_", "CARGO_MANIFEST_"].into_iter();
            prefixes.any(|prefix| name.starts_with(prefix))
        };
        if name.to_str().is_some_and(is_of_package) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a program to its end, showing its output as it comes; gives that output.
pub fn run_shown(mut command: Command) -> Result<String, String> {
    let shown = shown(&command);
    let failed = |error: std::io::Error| format!("{shown} could not be run: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut output = String::new();
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines() {
            let line = line.map_err(failed)?;
            println!("{line}");
            output.push_str(&line);
            output.push('\n');
        }
    }
    match child.wait().map_err(failed)? {
        status if status.success() => Ok(output),
        status => Err(format!("{shown} ended with {status}")),
    }
}

/// The command as one would type it, without the variables that it is run with.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Whether a program is on this machine.
pub fn exists(name: &str) -> bool {
    Command::new(name)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs one stage and prints its name and how long it took.
pub fn stage(name: &str, work: impl FnOnce() -> Outcome) -> Outcome {
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = work();
    let word = if outcome.is_ok() { "done" } else { "FAILED" };
    println!(
        "== {name}: {word} in {:.1} s",
        start.elapsed().as_secs_f32()
    );
    outcome
}
