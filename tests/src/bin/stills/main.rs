//! Shows stills and living people to the very session that a device runs: no still may be accepted,
//! and at least four in five windows of living people must be.
//!
//! A still is a picture of the model manifest or a frame of one of its clips, held by a seeded hand
//! before a seeded camera ([`Reshow`]). The living are windows of 8 s of the manifest's clips,
//! whose people were not asked to do anything. A still that is shown without print or screen in
//! between is as live to the passive net as the picture was: only time can tell.

mod report;
mod sources;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser;
use fastrand::Rng;
use indicatif::ProgressBar;
use lifecert_cli::attacks::Reshow;
use lifecert_cli::look::Look;
use lifecert_cli::media::VideoReader;
use lifecert_inference::ModelStore;
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
    let clips = sources::clips(&store)
        .into_iter()
        .map(|clip| Job::Clip(clip, seed));
    // Taken from the end: the clips first, since they take longest.
    let mut jobs: Vec<Job> = (0..)
        .zip(stills)
        .map(|(number, still)| Job::Still(still, seed.wrapping_mul(1_000) + number))
        .collect();
    jobs.extend(clips);
    let bar = if arguments.json {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(jobs.len() as u64)
    };
    let (jobs, rows) = (Mutex::new(jobs), Mutex::new(Vec::new()));
    let take = || jobs.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let work = |mut analyzer: Analyzer| -> Result<(), String> {
        while let Some(job) = take() {
            let (found, back) = match job {
                Job::Still(still, seed) => show_still(analyzer, still, seed)?,
                Job::Clip(path, seed) => show_living(analyzer, &path, seed)?,
            };
            analyzer = back;
            rows.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(found);
            bar.inc(1);
        }
        Ok(())
    };
    let others = std::thread::available_parallelism().map_or(1, usize::from) - 1;
    let others = (0..others)
        .map(|_| Analyzer::load(&store).map_err(|error| error.to_string()))
        .collect::<Result<Vec<_>, _>>()?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = others
            .into_iter()
            .map(|analyzer| scope.spawn(|| work(analyzer)))
            .collect();
        let mut results = vec![work(analyzer)];
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        results.extend(threads.into_iter().map(join));
        results.into_iter().collect::<Result<(), _>>()
    })?;
    bar.finish_and_clear();
    Ok(Report::new(
        rows.into_inner().unwrap_or_else(PoisonError::into_inner),
    ))
}

type Shown = Result<(Vec<Row>, Analyzer), String>;

/// Shows one still until the session has had enough.
fn show_still(analyzer: Analyzer, Named { name, still }: Named, seed: u64) -> Shown {
    let mut camera = Reshow::new(still, seed);
    let mut look = Look::begin(analyzer)?;
    let mut end = None;
    let mut at_ms = 0;
    while end.is_none() {
        end = look.push(&camera.frame(at_ms).frame(), at_ms)?;
        at_ms += FRAME_MS;
    }
    let rows = end
        .map(|end| Row {
            what: What::Still,
            name,
            end,
        })
        .into_iter()
        .collect();
    Ok((rows, look.into_analyzer()))
}

/// Shows windows of a clip, each to a session of its own.
fn show_living(mut analyzer: Analyzer, path: &Path, seed: u64) -> Shown {
    let failed = |error: lifecert_cli::media::MediaError| error.to_string();
    let mut random = Rng::with_seed(seed);
    let starts = sources::windows(length_ms(path)?, &mut random);
    let mut video = VideoReader::open(path).map_err(failed)?;
    let mut rows = Vec::new();
    for start_ms in starts {
        let mut look = Look::begin(analyzer)?;
        let mut end = None;
        while end.is_none()
            && let Some(seen) = video.next_frame().map_err(failed)?
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
fn length_ms(path: &Path) -> Result<u64, String> {
    let mut video = VideoReader::open(path).map_err(|error| error.to_string())?;
    let mut last_ms = 0;
    while let Some(seen) = video.next_frame().map_err(|error| error.to_string())? {
        last_ms = seen.at_ms;
    }
    Ok(last_ms)
}
