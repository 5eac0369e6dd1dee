//! Commands that build the workspace's own programs and run one of them.

use crate::shell::{Outcome, cargo, program, root, run};
use crate::{setup, shell::stage};

/// A man certified from a video, and everything that must not pass.
pub fn demo(keep: bool) -> Outcome {
    setup::all()?;
    stage("programs", build)?;
    let more: &[&str] = if keep { &["--keep"] } else { &[] };
    run(own("demo", more))
}

/// Stills re-shown to the camera, and living people.
pub fn stills(seed: u64, json: bool) -> Outcome {
    stage("programs", build)?;
    let seed = seed.to_string();
    let mut arguments = vec!["--seed", &seed];
    arguments.extend(json.then_some("--json"));
    run(own("stills", &arguments))
}

/// The fusion of the cues of liveness.
pub fn calibrate(arguments: &[String]) -> Outcome {
    stage("programs", build)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run(own("calibrate", &arguments))
}

/// Speed and memory, as ratios of one run.
pub fn bench(only: Option<&str>, json: bool) -> Outcome {
    stage("programs", build)?;
    let only = only.into_iter().flat_map(|part| ["--only", part]);
    let arguments: Vec<&str> = only.chain(json.then_some("--json")).collect();
    run(own("bench", &arguments))
}

/// A server and workers that are killed under load.
pub fn crash(rounds: u32, json: bool) -> Outcome {
    stage("programs", build)?;
    let rounds = rounds.to_string();
    let mut arguments = vec!["--rounds", &rounds];
    arguments.extend(json.then_some("--json"));
    run(own("crash", &arguments))
}

/// A program that forges and fails when something forged was taken: `operator_attacks` (databases
/// and logs, each shown to the audit), `tamper` (messages).
pub fn proof(name: &str, json: bool) -> Outcome {
    stage("programs", build)?;
    let more: &[&str] = if json { &["--json"] } else { &[] };
    run(own(name, more))
}

/// The whole workspace: a part of it would have its libraries built with other features, once more.
fn build() -> Outcome {
    run(cargo(&["build", "--workspace", "--bins", "--locked"]))
}

fn own(name: &str, arguments: &[&str]) -> std::process::Command {
    let path = root().join("target/debug").join(name);
    program(&path.display().to_string(), arguments)
}
