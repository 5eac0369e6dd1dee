//! Everything that can be forged between device, server and paper: `cargo xtask tamper [--json]`.
//!
//! A real server and a real device take messages that were changed field by field, signed anew with
//! the keys that an attacker may hold, swapped between people, devices and challenges, repeated and
//! rolled back. All have to be refused; the honest message of each group has to be taken.

mod change;
mod device;
mod matrix;
mod paper;
mod server;

use clap::Parser;
use lifecert_tests::database::{Engine, TestDatabase};
use matrix::Matrix;
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Forges every message in every field, and sees whether it is refused.")]
struct Arguments {
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut matrix = Matrix::new(arguments.json);
    let database = TestDatabase::new(Engine::Sqlite).await;
    server::run(database.address(), &mut matrix).await;
    device::run(&mut matrix).await;
    paper::run(&mut matrix);
    if arguments.json {
        println!("{}", matrix.json());
    } else {
        matrix.print();
    }
    if matrix.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
