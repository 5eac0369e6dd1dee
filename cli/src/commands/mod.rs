//! What can be asked for on the command line, and what all commands share.
//!
//! A command prints its result on the standard output, as one JSON object (a line each where there
//! are several) with `--json`, and gives its exit code: 0 done (for `verify` and `certify` only if
//! the answer is yes), 1 the answer is no, 2 it could not be done. Progress goes to the error
//! stream and only to a terminal.

mod analyze;
mod bind;
mod certify;
mod consent;
mod enrol;
mod erase;
mod eval;
mod failure;
mod log;
mod models;
mod people;
mod phone;
mod receipt;
mod road;
mod status;
mod verify;
mod visit;

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use lifecert_guidance::{Guidance, Lang};
use lifecert_inference::ModelStore;
use lifecert_protocol::ErrorCode;
use serde_json::json;

pub use failure::Failure;

/// Proof of life from a camera, without a phone.
#[derive(Parser)]
#[command(version)]
pub struct Arguments {
    /// Folder with the models and their manifest [default: ./models, else beside the program]
    #[arg(long, global = true, value_name = "DIR", env = "LIFECERT_MODELS")]
    models: Option<PathBuf>,
    /// Print results as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Language of what is said to the person: zh-Hans, zh-Hant, en or es
    #[arg(long, global = true, value_name = "LANG", default_value_t = Lang::En)]
    lang: Lang,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fetch or verify the models
    #[command(subcommand)]
    Models(models::Arguments),
    /// Are two pictures of the same person?
    Verify(verify::Arguments),
    /// Print what is seen in a picture or in each frame of a video
    Analyze(analyze::Arguments),
    /// Measure on pictures of known people
    #[command(subcommand)]
    Eval(eval::Arguments),
    /// Model a person's face, as a clerk
    Enrol(enrol::Arguments),
    /// Bind this device to a person, with the code of their letter
    Bind(bind::Arguments),
    /// Certify a person
    Certify(certify::Arguments),
    /// Look at a receipt
    #[command(subcommand)]
    Receipt(receipt::Arguments),
    /// Look at the public log
    #[command(subcommand)]
    Log(log::Arguments),
    /// Ask where a person stands
    Status(status::Arguments),
    /// Ask for all evidence of a person's life on record
    History(status::Arguments),
    /// Agree that evidence is kept or that somebody helps, and withdraw it
    #[command(subcommand)]
    Consent(consent::Arguments),
    /// List the people on this phone, with their due dates
    People(people::Arguments),
    /// Ask the office for a road without the face
    Road(road::Choice),
    /// Erase a person's face at the office, and the person from this phone
    Erase(erase::Erasure),
    /// Visit people at home, as a clerk
    #[command(subcommand)]
    Visit(visit::Arguments),
    /// Send what waits and fetch challenges ahead
    Sync(status::SyncArguments),
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> ExitCode {
        let context = Context {
            models: self.models.unwrap_or_else(models_folder),
            json: self.json,
            guidance: Guidance::new(self.lang),
            lang: self.lang,
        };
        let result = match self.command {
            Command::Models(arguments) => models::run(&context, &arguments),
            Command::Verify(arguments) => verify::run(&context, &arguments),
            Command::Analyze(arguments) => analyze::run(&context, &arguments),
            Command::Eval(arguments) => eval::run(&context, &arguments),
            Command::Enrol(arguments) => enrol::run(&context, &arguments),
            Command::Bind(arguments) => bind::run(&context, &arguments),
            Command::Certify(arguments) => certify::run(&context, &arguments),
            Command::Receipt(arguments) => receipt::run(&context, &arguments),
            Command::Log(arguments) => log::run(&context, &arguments),
            Command::Status(arguments) => status::status(&context, &arguments),
            Command::History(arguments) => status::history(&context, &arguments),
            Command::Consent(arguments) => consent::run(&context, &arguments),
            Command::People(arguments) => people::run(&context, &arguments),
            Command::Road(arguments) => road::run(&context, &arguments),
            Command::Erase(arguments) => erase::run(&context, &arguments),
            Command::Visit(arguments) => visit::run(&context, &arguments),
            Command::Sync(arguments) => status::sync(&context, &arguments),
        };
        result.unwrap_or_else(|failure| context.report(&failure))
    }
}

/// `./models` where that is a models folder, otherwise the one beside the program.
fn models_folder() -> PathBuf {
    let here = PathBuf::from("models");
    if here.join("manifest.toml").is_file() {
        return here;
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.join("models")));
    beside
        .filter(|folder| folder.join("manifest.toml").is_file())
        .unwrap_or(here)
}

/// A number as it is printed: to four places, and without the digits that only `f32` adds.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

/// The exit code of a command that could not be done.
const FAILED: u8 = 2;

/// What every command is given.
pub struct Context {
    models: PathBuf,
    json: bool,
    guidance: Guidance,
    lang: Lang,
}

impl Context {
    /// The person's language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The models folder.
    pub fn models(&self) -> &Path {
        &self.models
    }

    /// The models folder with its manifest read.
    pub fn store(&self) -> Result<ModelStore, Failure> {
        Ok(ModelStore::open(&self.models)?)
    }

    /// Prints one object with `--json`, otherwise the text.
    pub fn print(&self, object: &serde_json::Value, text: impl Display) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        let written = match self.json {
            true => writeln!(out, "{object}"),
            false => writeln!(out, "{text}"),
        };
        written.map_err(|error| Failure::new(ErrorCode::StorageFull, error))
    }

    /// A bar for work of a known length, or a counter; on a terminal only.
    pub fn progress(&self, len: Option<u64>, what: &'static str) -> ProgressBar {
        if self.json || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = len.map_or_else(ProgressBar::no_length, ProgressBar::new);
        // Unwrap safety: the template is written here.
        let style = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}")
            .expect("the template is well-formed");
        bar.with_style(style).with_message(what)
    }

    /// Says what went wrong, in the person's language and by its code, and what to do next.
    fn report(&self, failure: &Failure) -> ExitCode {
        let message = self.guidance.error(failure.code);
        let next = message.next.as_deref().unwrap_or_default();
        let object = json!({
            "code": failure.code,
            "message": message.shown,
            "next": next,
            "detail": failure.detail,
        });
        // Where even this cannot be printed, the exit code has to do.
        let _ = if self.json {
            writeln!(std::io::stdout(), "{object}")
        } else {
            let Failure { code, detail } = failure;
            writeln!(
                std::io::stderr(),
                "{}\n{next}\n[{code}] {detail}",
                message.shown
            )
        };
        ExitCode::from(FAILED)
    }
}
