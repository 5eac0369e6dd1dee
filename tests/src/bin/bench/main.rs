//! Speed and memory, as ratios of one run on one machine: `cargo xtask bench [--json]`.
//!
//! Absolute times of two machines do not compare; what a stage costs beside the bare nets in it, or
//! a claim beside its bare cryptography, does.

mod chain;
mod claims;
mod frames;
mod install;
mod log;
mod sealed;

use clap::{Parser, ValueEnum};
use serde_json::{Map, Value, json};
use std::process::ExitCode;
use std::time::Instant;

#[derive(Parser)]
#[command(about = "Measures speed and memory as ratios of one run.")]
struct Arguments {
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
    /// Measures these parts alone.
    #[arg(long)]
    only: Vec<Part>,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Log,
    Frames,
    Clip,
    Install,
    Chain,
    Claims,
    Sealed,
}

impl Part {
    fn said(self) -> &'static str {
        match self {
            Self::Log => "a public log of ten million entries",
            Self::Frames => "one frame and one picture against their bare nets",
            Self::Clip => "a clip of ten seconds",
            Self::Install => "lifecert verify",
            Self::Chain => "the chain of a registration",
            Self::Claims => "claims",
            Self::Sealed => "sealed claims at saturation",
        }
    }

    async fn measure(self) -> Vec<Figure> {
        match self {
            Self::Log => log::log(),
            Self::Frames => frames::overheads(),
            Self::Clip => vec![frames::clip()],
            Self::Install => [install::verify(), vec![install::size()]].concat(),
            Self::Chain => chain::registration(),
            Self::Claims => claims::claims().await,
            Self::Sealed => sealed::claims().await,
        }
    }
}

/// One figure.
#[derive(Clone)]
struct Figure {
    name: &'static str,
    value: f64,
    /// What it should not be above; nothing where it is only stated.
    reach: Option<f64>,
    what: &'static str,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut figures = Vec::new();
    for part in Part::value_variants() {
        if !arguments.only.is_empty() && !arguments.only.contains(part) {
            continue;
        }
        if !arguments.json {
            eprintln!("measuring {} ...", part.said());
        }
        figures.extend(part.measure().await);
    }
    if arguments.json {
        let object: Map<String, Value> = figures
            .iter()
            .map(|figure| (figure.name.to_owned(), json!(rounded(figure.value))))
            .collect();
        println!("{}", Value::Object(object));
    } else {
        for figure in &figures {
            let reach = figure
                .reach
                .map_or_else(String::new, |reach| format!("<= {reach}"));
            let mark = if figure.is_reached() { ' ' } else { '!' };
            let Figure { name, what, .. } = figure;
            println!(
                "{name:<26} {:>9} {reach:<9} {mark} {what}",
                rounded(figure.value)
            );
        }
    }
    ExitCode::SUCCESS
}

impl Figure {
    fn is_reached(&self) -> bool {
        self.reach.is_none_or(|reach| self.value <= reach)
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// How long something takes, in milliseconds.
fn time_ms(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64() * 1_000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
