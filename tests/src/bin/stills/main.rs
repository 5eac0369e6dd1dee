//! Shows stills and living people to the very session that a device runs: no still may be accepted,
//! and at least four in five windows of living people must be.
//!
//! A still is a picture of the model manifest or a frame of one of its clips, held by a seeded hand
//! before a seeded camera ([`Attack`]). The living are windows of 8 s of the manifest's clips,
//! whose people were not asked to do anything. A still that is shown without print or screen in
//! between is as live to the passive net as the picture was: only time can tell.

mod report;
mod sources;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use fastrand::Rng;
use indicatif::ProgressBar;
use lifecert_cli::attacks::{Attack, Species};
use lifecert_cli::cores::on_all_cores_lent;
use lifecert_cli::look::Look;
use lifecert_inference::ModelStore;
use lifecert_media::{MediaError, VideoReader};
use lifecert_vision::Analyzer;

use report::{Report, Row, What};
use sources::{Named, WINDOW_MS};

/// Camera frames of a re-shown still lie that far apart: 25 a second.
const FRAME_MS: u64 = 40;

#[derive(Parser)]
#[command(about = "No still may be accepted; the living must be.")]
struct Arguments {
    /// Chooses stills, hands, cameras and windows
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// How many stills are shown
    #[arg(long, default_value_t = 20)]
    stills: usize,
    /// Folder with the models and their manifest
    #[arg(long, env = "LIFECERT_MODELS", default_value = "models")]
    models: PathBuf,
}

enum Job {
    Still(Named, u64),
    Clip(PathBuf, u64),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match measure(&arguments) {
        Ok(report) => {
            if arguments.json {
                println!("{}", report.object(arguments.seed));
            } else {
                println!("{}", report.text(arguments.seed));
            }
            if report.is_passed() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn measure(arguments: &Arguments) -> Result<Report, String> {
    let store = ModelStore::open(&arguments.models).map_err(|error| error.to_string())?;
    let mut analyzer = Analyzer::load(&store).map_err(|error| error.to_string())?;
    let seed = arguments.seed;
    let stills = sources::stills(&store, &mut analyzer, seed, arguments.stills)?;
    // The clips first, since they take longest.
    let mut jobs: Vec<Job> = sources::clips(&store)
        .into_iter()
        .map(|clip| Job::Clip(clip, seed))
        .collect();
    jobs.extend((0..).zip(stills).map(|(number, still)| {
        let seed = seed.wrapping_mul(1_000) + number;
        Job::Still(still, seed)
    }));
    let bar = if arguments.json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(jobs.len() as u64)
    };
    let shown = on_all_cores_lent(&store, &jobs, |analyzer, job| {
        let shown = match job {
            Job::Still(still, seed) => show_still(analyzer, still, *seed),
            Job::Clip(path, seed) => show_living(analyzer, path, *seed),
        };
        bar.inc(1);
        shown
    });
    bar.finish_and_clear();
    let rows = shown.map_err(|error| error.to_string())?;
    Ok(Report::new(rows.into_iter().flatten().collect()))
}

type Shown = Result<(Vec<Row>, Analyzer), Box<dyn Error + Send + Sync>>;

/// Shows one still until the session has had enough.
fn show_still(analyzer: Analyzer, Named { name, still }: &Named, seed: u64) -> Shown {
    let mut camera = Attack::new(Species::Held, still.clone(), seed);
    let mut look = Look::begin(analyzer, None)?;
    let mut end = None;
    let mut at_ms = 0;
    while end.is_none() {
        end = look.push(&camera.frame(at_ms).frame(), at_ms)?;
        at_ms += FRAME_MS;
    }
    let rows = end
        .map(|end| Row {
            what: What::Still,
            name: name.clone(),
            end,
        })
        .into_iter()
        .collect();
    Ok((rows, look.into_analyzer()))
}

/// Shows windows of a clip, each to a session of its own.
fn show_living(mut analyzer: Analyzer, path: &Path, seed: u64) -> Shown {
    let mut random = Rng::with_seed(seed);
    let starts = sources::windows(length_ms(path)?, &mut random);
    let mut video = VideoReader::open(path)?;
    let mut rows = Vec::new();
    for start_ms in starts {
        let mut look = Look::begin(analyzer, None)?;
        let mut end = None;
        while end.is_none()
            && let Some(seen) = video.next_frame()?
        {
            if seen.at_ms >= start_ms + WINDOW_MS {
                end = Some(look.finish()?);
            } else if seen.at_ms >= start_ms {
                end = look.push(&seen.frame, seen.at_ms)?;
            }
        }
        let end = match end {
            Some(end) => end,
            None => look.finish()?,
        };
        let name = format!("{} from {start_ms} ms", sources::name(path));
        rows.push(Row {
            what: What::Living,
            name,
            end,
        });
        analyzer = look.into_analyzer();
    }
    Ok((rows, analyzer))
}

/// The time of the last frame.
fn length_ms(path: &Path) -> Result<u64, MediaError> {
    let mut video = VideoReader::open(path)?;
    let mut last_ms = 0;
    while let Some(seen) = video.next_frame()? {
        last_ms = seen.at_ms;
    }
    Ok(last_ms)
}
