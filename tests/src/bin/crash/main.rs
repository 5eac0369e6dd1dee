//! Kills a server and its workers under load, again and again, as a loss of power would:
//! `cargo xtask crash`.
//!
//! Phones send claims to a real server process on a real database file, some in the clear, some
//! under seal; workers look at a part of the sealed ones again. At random moments the server is
//! killed, and at others each worker. After the last round every claim that got no answer is sent
//! once more, and a worker goes on until no job is left. No receipt that a phone was given may be
//! missing, none may exist twice, the public log must be whole and hold each of them; no evidence
//! may be gone, no job undone and none done twice.

mod again;
mod crew;
mod load;
mod phone;
mod verdict;

use clap::Parser;
use crew::Crew;
use fastrand::Rng;
use indicatif::ProgressBar;
use lifecert_tests::database::{Engine, TestDatabase};
use load::Load;
use std::process::ExitCode;
use std::time::Duration;

/// Workers beside the server.
const WORKERS: usize = 2;

/// The server lives at most this long in a round, from the moment it listens.
const LONGEST_MS: u64 = 900;

#[derive(Parser)]
#[command(about = "Kills a server and its workers under load and counts what was lost or doubled.")]
struct Arguments {
    /// How often the server is killed
    #[arg(long, default_value_t = 20)]
    rounds: u32,
    /// Chooses the moments
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut random = Rng::with_seed(arguments.seed);
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut load = Load::new(&database).await;
    again::watch(&database).await;
    let workers = std::iter::repeat_with(|| load.worker(&[])).take(WORKERS);
    let crew = Crew::new(workers, &mut random);
    let bar = ProgressBar::new(arguments.rounds.into());
    for _ in 0..arguments.rounds {
        let lives = Duration::from_millis(random.u64(1..LONGEST_MS));
        load.round(Some(lives)).await;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let workers_killed = crew.end().await;
    load.round(None).await;
    load.end_work().await;
    let verdict = verdict::of(&load, arguments.rounds, workers_killed).await;
    if arguments.json {
        println!("{}", verdict.json());
    } else {
        println!("{verdict}");
    }
    if verdict.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
