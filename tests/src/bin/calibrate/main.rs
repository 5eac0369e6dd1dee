//! Fits the fusion of the cues of movement, and shows what each is worth.
//!
//! The living are looks of up to 15 s at the clips of the model manifest and of `--live`; attacks
//! are rendered from the manifest's media, or read from `--attack`. Each look is judged as a
//! session does, as soon as it is content from 5 s on. The fusion is fitted with one source and its
//! kin left out at a time, which are then judged by it; the coefficients of the fit with all are
//! what `core/session/src/fusion.rs` records.

mod fit;
mod gather;
mod looks;
mod report;
mod takes;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use lifecert_cli::eval::species;
use lifecert_inference::ModelStore;
use lifecert_session::Fusion;

use looks::Look;

#[derive(Parser)]
#[command(about = "Fits the fusion of the cues of movement, and shows what each is worth.")]
struct Arguments {
    /// Chooses sources, hands and cameras of the attacks
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Attacks of each species
    #[arg(long, default_value_t = 20)]
    count: u64,
    /// Folder with further clips of the living
    #[arg(long, value_name = "DIR")]
    live: Vec<PathBuf>,
    /// Folder with clips of attacks
    #[arg(long, value_name = "SPECIES=DIR", value_parser = species::attack)]
    attack: Vec<species::Attack>,
    /// Keeps what vision saw in this folder, as numbers, and reads it from there the next time
    #[arg(long, value_name = "DIR")]
    takes: Option<PathBuf>,
    /// Evidence of life from which on a look is accepted; that of the standard policy by default
    #[arg(long)]
    threshold: Option<f32>,
    /// Names the living that are not accepted and the attacks that are
    #[arg(long)]
    names: bool,
    /// Folder with the models and their manifest
    #[arg(long, env = "LIFECERT_MODELS", default_value = "models")]
    models: PathBuf,
}

fn main() -> ExitCode {
    match calibrate(Arguments::parse()) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn calibrate(arguments: Arguments) -> Result<String, String> {
    let store = ModelStore::open(&arguments.models).map_err(|error| error.to_string())?;
    let threshold = arguments
        .threshold
        .unwrap_or_else(|| looks::policy().life_threshold.to_f32());
    let wanted = gather::Wanted {
        seed: arguments.seed,
        count: arguments.count,
        live: arguments.live,
        attacks: arguments.attack,
        kept: arguments.takes,
    };
    let (takes, failed) = gather::takes(&store, &wanted)?;
    let looks: Vec<Look> = takes.iter().flat_map(looks::of_take).collect();
    let nothing = || "there is nothing to fit".to_owned();
    let fusion = report::fitted(looks.iter()).ok_or_else(nothing)?;
    let validated = report::cross_validated(&looks).ok_or_else(nothing)?;
    let shipped = report::under(&looks, &Fusion::SHIPPED);
    let mut parts: Vec<String> = failed
        .iter()
        .map(|error| format!("left out: {error}"))
        .collect();
    parts.extend([
        report::worth(&looks),
        format!("fitted   {}", report::coefficients(&fusion)),
        format!("shipped  {}", report::coefficients(&Fusion::SHIPPED)),
        format!("threshold {threshold}; each source judged by a fit without it and its kin"),
        report::ends(&validated, threshold, false),
        report::margin(&validated),
        "the same by the fusion that ships".into(),
        report::ends(&shipped, threshold, arguments.names),
        report::margin(&shipped),
    ]);
    Ok(parts.join("\n\n"))
}
