//! An operator who forges: `cargo xtask operator-attacks [--json]`.
//!
//! A real server certifies a man; then its database and its log are forged, each time on a copy of
//! everything, and the audit has to find it. A copy that nobody forged has to pass.

mod attacks;
mod scene;

use attacks::{ATTACKS, Attack};
use clap::Parser;
use scene::Scene;
use serde_json::{Value, json};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Forges a database and its log in every way, and sees what the audit finds.")]
struct Arguments {
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
    /// Tries those attacks alone whose name holds this.
    #[arg(long, default_value = "")]
    only: String,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let scene = Scene::new().await;
    let mut missed = Vec::new();
    let untouched = audit(&scene.copy().office);
    if !untouched.is_empty() {
        missed.push(format!("nothing was forged, but found: {untouched:?}"));
    }
    let tried: Vec<&Attack> = ATTACKS
        .iter()
        .filter(|attack| attack.name.contains(&arguments.only))
        .collect();
    let mut found = 0;
    for attack in &tried {
        let mut copy = scene.copy();
        attacks::forge(attack.name, &scene, &mut copy).await;
        let findings = audit(&copy.office);
        let refused = !attack.refuses || scene::refuses_to_serve(&copy.office);
        if refused && findings.iter().any(|finding| finding == attack.finding) {
            found += 1;
        } else {
            missed.push(attack.name.to_owned());
        }
        if !arguments.json {
            println!("{:<36} {}", attack.name, findings.join(", "));
        }
    }
    if arguments.json {
        let object = json!({ "attacks": tried.len(), "found": found, "missed": missed });
        println!("{object}");
    } else {
        println!("{found} of {} attacks found", tried.len());
        for missed in &missed {
            println!("missed: {missed}");
        }
    }
    if missed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What the audit finds, by its names; its exit code says the same.
fn audit(office: &lifecert_tests::office::Office) -> Vec<String> {
    let output = office.command(&["audit", "--json"]).output();
    let output = output.expect("the server's binary starts");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        let errors = String::from_utf8_lossy(&output.stderr);
        panic!("the audit gives no report: {errors}")
    });
    let findings = report["findings"].as_array().expect("findings");
    let names = findings.iter().map(|one| one["finding"].as_str());
    let mut names: Vec<String> = names.map(|name| name.expect("a name").to_owned()).collect();
    assert_eq!(output.status.success(), names.is_empty());
    names.sort();
    names.dedup();
    names
}
