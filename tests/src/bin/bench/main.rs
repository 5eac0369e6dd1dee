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

use clap::Parser;
use serde_json::{Map, Value, json};
use std::process::ExitCode;
use std::time::Instant;

#[derive(Parser)]
#[command(about = "Measures speed and memory as ratios of one run.")]
struct Arguments {
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
    /// Measures the public log alone.
    #[arg(long)]
    log: bool,
}

/// One figure.
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
    let say = |what: &str| {
        if !arguments.json {
            eprintln!("measuring {what} ...");
        }
    };
    let mut figures = Vec::new();
    say("a public log of ten million entries");
    figures.extend(log::log());
    if !arguments.log {
        figures.extend(others(&say).await);
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

/// Everything but the log.
async fn others(say: &impl Fn(&str)) -> Vec<Figure> {
    let mut figures = Vec::new();
    say("one frame and one picture against their bare nets");
    figures.extend(frames::overheads());
    say("a clip of ten seconds");
    figures.push(frames::clip());
    say("lifecert verify");
    figures.extend(install::verify());
    figures.push(install::size());
    say("the chain of a registration");
    figures.extend(chain::registration());
    say("claims");
    figures.extend(claims::claims().await);
    say("sealed claims at saturation");
    figures.extend(sealed::claims().await);
    figures
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
