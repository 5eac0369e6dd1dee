//! `lifecert`: a phone without a phone.
#![forbid(unsafe_code)]

mod commands;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    commands::Arguments::parse().run()
}
