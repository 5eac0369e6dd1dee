//! `lifecert eval`: error rates on pictures and clips of known people and of attacks.

mod attacks;
mod curves;
mod pad;
mod session;
mod verify;

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use lifecert_cli::eval::Unread;
use lifecert_cli::eval::report::{Cell, Report, Table};
use lifecert_inference::{ModelId, ModelStore};
use lifecert_protocol::ErrorCode;
use serde_json::Value;

use super::{Context, Failure};

/// Names listed in a report before the rest is only counted; `--json` has all of them.
const MOST_LISTED: usize = 50;

#[derive(Subcommand)]
pub enum Arguments {
    /// Recognition: accuracy and FNMR at given FMRs over pairs in the format of Labeled Faces in
    /// the Wild
    Verify(verify::Arguments),
    /// Liveness of single pictures and clips: APCER by species of attack, BPCER, ACER
    Pad(pad::Arguments),
    /// Whole sessions over clips of the living and of attacks, by the session that ships
    Session(session::Arguments),
    /// Attacks made by rendering
    #[command(subcommand)]
    Attacks(attacks::Arguments),
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    match arguments {
        Arguments::Verify(arguments) => verify::run(context, arguments),
        Arguments::Pad(arguments) => pad::run(context, arguments),
        Arguments::Session(arguments) => session::run(context, arguments),
        Arguments::Attacks(arguments) => attacks::run(context, arguments),
    }
}

/// Where the report goes.
#[derive(Args)]
pub struct ReportFile {
    /// Write a report as one HTML page: tables, curves, histograms
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
}

impl ReportFile {
    /// Fails before a long measurement where the report could not be written after it.
    pub fn check(&self) -> Result<(), Failure> {
        let Some(path) = &self.report else {
            return Ok(());
        };
        let opened = File::options().create(true).append(true).open(path);
        opened.map(drop).map_err(|error| cannot_write(path, error))
    }

    /// Writes the report where one is asked for.
    pub fn write(&self, report: impl FnOnce() -> Report) -> Result<(), Failure> {
        let Some(path) = &self.report else {
            return Ok(());
        };
        let written = report().write(path);
        written.map_err(|error| cannot_write(path, error))
    }
}

fn cannot_write(path: &Path, error: std::io::Error) -> Failure {
    let code = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ErrorCode::StorageFull,
        _ => ErrorCode::RequestMalformed,
    };
    let why = format!("the report cannot be written here: {error}");
    Failure::new(code, why).about(path)
}

/// A threshold of the manifest, fixed before anything is measured.
pub fn shipped_threshold(store: &ModelStore, model: ModelId, name: &str) -> Result<f32, Failure> {
    let entry = store.manifest().model(model);
    entry.threshold(name).ok_or_else(|| {
        let detail = format!("the manifest has no threshold {name} for {model}");
        Failure::new(ErrorCode::ModelFailed, detail)
    })
}

/// Reads a text file that an argument names.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new(ErrorCode::MediaUnreadable, error).about(path))
}

/// By which models was measured, for the report.
pub fn models_table(store: &ModelStore, models: &[ModelId]) -> Table {
    let mut table = Table::new("Models", &["model", "file", "SHA-256"]);
    for &id in models {
        let entry = store.manifest().model(id);
        let file = entry.file.file_name().unwrap_or_default();
        table.row([
            Cell::text(id.to_string()),
            Cell::text(file.to_string_lossy()),
            Cell::text(entry.sha256.to_string()),
        ]);
    }
    table
}

/// The files that could not be read, for a list of the report.
pub fn unread_list(unread: &[Unread]) -> Vec<String> {
    let name = |one: &Unread| format!("{}: {} [{}]", one.file, one.reason, one.code);
    shortened(unread.iter().map(name))
}

/// The first names of a list, and how many more there are.
pub fn shortened(names: impl ExactSizeIterator<Item = String>) -> Vec<String> {
    let more = names.len().saturating_sub(MOST_LISTED);
    let mut listed: Vec<String> = names.take(MOST_LISTED).collect();
    if more > 0 {
        listed.push(format!("and {more} more"));
    }
    listed
}

/// A value that is known to have a JSON form.
pub fn to_value(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
