//! Every command that a developer or CI runs: `cargo xtask <command>`.

mod postgres;
mod setup;
mod shell;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Builds, checks and shows Lifecert.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Brings models, ONNX Runtime and test media, and checks each against its SHA-256.
    Setup,
    /// Sets up, then checks format, lints, licences, tests and documentation.
    Test,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Setup => setup::all(),
        Command::Test => test::all(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}
