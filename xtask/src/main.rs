//! Every command that a developer or CI runs: `cargo xtask <command>`.

mod android;
mod attestation;
mod bindings;
mod fuzz;
mod ios;
mod parity;
mod phones;
mod postgres;
mod programs;
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
    /// Shows the whole chain on real faces: certifies a man, and tries what must not pass.
    Demo {
        /// Leaves the server running and says what to try next.
        #[arg(long)]
        keep: bool,
    },
    /// Shows re-shown stills and living people to the session; fails if a still is accepted.
    Stills {
        /// Of the hand's motion, the noise and the windows.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Fits the fusion of the cues of liveness, and shows what each is worth.
    Calibrate {
        /// Handed on; `-- --help` shows them.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Measures speed and memory as ratios of one run.
    Bench {
        /// Measures one part alone: log, frames, clip, install, chain, claims or sealed.
        #[arg(long)]
        only: Option<String>,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Feeds every parser of outside bytes with changed inputs; fails when one panics.
    Fuzz {
        /// For each parser.
        #[arg(long, default_value_t = 10)]
        seconds: u32,
    },
    /// Kills a server and its workers under load and counts what was lost, doubled or left undone.
    Crash {
        /// How often.
        #[arg(long, default_value_t = 20)]
        rounds: u32,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Lets an operator forge a database and a log in every way, and sees what the audit finds.
    OperatorAttacks {
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Forges every message between device, server and paper, and sees whether it is refused.
    Tamper {
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// The bindings for Kotlin and Swift.
    #[command(subcommand)]
    Bindings(Bindings),
    /// The Android side.
    #[command(subcommand)]
    Android(Android),
    /// The iOS side.
    #[command(subcommand)]
    Ios(Ios),
    /// The table of what each shell does, docs/parity.md.
    #[command(subcommand)]
    Parity(Parity),
    /// What can be said of real phones here.
    #[command(subcommand)]
    Phones(Phones),
    /// Sets up, then checks format, lints, licences, tests and documentation.
    Test,
}

#[derive(Subcommand)]
enum Bindings {
    /// Builds the library and writes the Kotlin and Swift sources to target/bindings.
    Generate,
    /// Writes bindings/api-surface.txt: every exported item, one line each.
    Surface,
    /// Fails when the exported items differ from bindings/api-surface.txt.
    Check,
}

#[derive(Subcommand)]
enum Android {
    /// Builds the library, writes the Kotlin bindings, and tests every module on the JVM.
    Test,
}

#[derive(Subcommand)]
enum Ios {
    /// Brings Swift where it is not there, once.
    Setup,
    /// Lays the generated Swift where the package has it.
    Sources,
    /// Builds the library, writes the Swift bindings, and tests the package on this machine.
    Test,
}

#[derive(Subcommand)]
enum Parity {
    /// Fails when a shell leaves something out, or docs/parity.md differs.
    Check,
    /// Writes docs/parity.md anew.
    Write,
}

#[derive(Subcommand)]
enum Phones {
    /// Fails when the build for phones is of other sources than are tested, or the core's types do
    /// not hold.
    Check,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Setup => setup::all(),
        Command::Demo { keep } => programs::demo(keep),
        Command::Stills { seed, json } => setup::all().and_then(|()| programs::stills(seed, json)),
        Command::Calibrate { arguments } => {
            setup::all().and_then(|()| programs::calibrate(&arguments))
        }
        Command::Bench { only, json } => {
            setup::all().and_then(|()| programs::bench(only.as_deref(), json))
        }
        Command::Fuzz { seconds } => setup::all().and_then(|()| fuzz::all(seconds)),
        Command::Crash { rounds, json } => {
            setup::all().and_then(|()| programs::crash(rounds, json))
        }
        Command::OperatorAttacks { json } => {
            setup::all().and_then(|()| programs::proof("operator_attacks", json))
        }
        Command::Tamper { json } => setup::all().and_then(|()| programs::proof("tamper", json)),
        Command::Bindings(Bindings::Generate) => bindings::generate(),
        Command::Bindings(Bindings::Surface) => bindings::write_surface(),
        Command::Bindings(Bindings::Check) => bindings::check_surface(),
        Command::Android(Android::Test) => android::test(),
        Command::Ios(Ios::Setup) => ios::setup(),
        Command::Ios(Ios::Sources) => ios::sources(),
        Command::Ios(Ios::Test) => ios::test(),
        Command::Parity(Parity::Check) => parity::check(),
        Command::Parity(Parity::Write) => parity::write(),
        Command::Phones(Phones::Check) => phones::check(),
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
