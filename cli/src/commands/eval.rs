//! `lifecert eval`: error rates on pictures of known people.

mod attacks;
mod work;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use lifecert_cli::eval::{
    Accuracy, FMR_TARGETS, Faces, Impostors, NO_FACE, Pair, Pairs, PictureName, accuracy, fnmr,
};
use lifecert_cli::media::{self, MediaError};
use lifecert_inference::ModelStore;
use lifecert_vision::{Analyzer, Depth, Embedding};
use serde_json::{Map, Value, json};

use super::{Context, Failure};

#[derive(Subcommand)]
pub enum Arguments {
    /// Accuracy and FNMR at given FMRs over pairs in the format of Labeled Faces in the Wild
    Verify(Verify),
    /// Attacks made by rendering
    #[command(subcommand)]
    Attacks(attacks::Arguments),
}

#[derive(Args)]
pub struct Verify {
    /// The pairs: "folds n", then in each fold n lines "name a b" and n lines "name a other b"
    #[arg(long, value_name = "FILE")]
    pairs: PathBuf,
    /// The pictures: Name/Name_0001.jpg
    #[arg(long, value_name = "DIR")]
    images: PathBuf,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    match arguments {
        Arguments::Verify(arguments) => verify(context, arguments),
        Arguments::Attacks(arguments) => attacks::run(context, arguments),
    }
}

fn verify(context: &Context, arguments: &Verify) -> Result<ExitCode, Failure> {
    let text = std::fs::read_to_string(&arguments.pairs)
        .map_err(|error| Failure::from(MediaError::from(error)).about(&arguments.pairs))?;
    let pairs =
        Pairs::parse(&text).map_err(|error| Failure::from(error).about(&arguments.pairs))?;
    let embeddings = embed_all(context, &pairs.pictures, &arguments.images)?;
    let report = Report::of(context, &pairs, &embeddings);
    context.print(&report.object(), report.text())?;
    Ok(ExitCode::SUCCESS)
}

/// The embedding of each picture, nothing where no face is found; one analyzer a core.
fn embed_all(
    context: &Context,
    pictures: &[PictureName],
    folder: &Path,
) -> Result<Vec<Option<Embedding>>, Failure> {
    let store = context.store()?;
    let bar = context.progress(Some(pictures.len() as u64), "pictures");
    let work = Work {
        store: &store,
        pictures,
        folder,
        bar: &bar,
        next: AtomicUsize::new(0),
    };
    let all = Mutex::new(vec![None; pictures.len()]);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| work.run(&all)))
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })?;
    bar.finish_and_clear();
    Ok(all.into_inner().unwrap_or_else(PoisonError::into_inner))
}

struct Work<'a> {
    store: &'a ModelStore,
    pictures: &'a [PictureName],
    folder: &'a Path,
    bar: &'a ProgressBar,
    next: AtomicUsize,
}

impl Work<'_> {
    /// Takes picture after picture until there are no more; an error stops the others too.
    fn run(&self, all: &Mutex<Vec<Option<Embedding>>>) -> Result<(), Failure> {
        let result = self.each(all);
        if result.is_err() {
            self.next.store(self.pictures.len(), Ordering::Relaxed);
        }
        result
    }

    fn each(&self, all: &Mutex<Vec<Option<Embedding>>>) -> Result<(), Failure> {
        let mut analyzer = Analyzer::load(self.store)?;
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = self.pictures.get(at) else {
                return Ok(());
            };
            let path = self.folder.join(name.path());
            let about = |error: MediaError| Failure::from(error).about(&path);
            let picture = media::read_picture(&path).map_err(about)?;
            let seen = analyzer.analyze(&picture.frame(), 0, Depth::Identity)?;
            all.lock().unwrap_or_else(PoisonError::into_inner)[at] = seen.embedding;
            self.bar.inc(1);
        }
    }
}

struct Report {
    pairs: usize,
    accuracy: Accuracy,
    faces_not_found: usize,
    impostor_pairs: u64,
    /// Name of each target with its threshold and FNMR, where the pairs are enough.
    rates: Vec<(&'static str, Option<(f32, f64)>)>,
}

impl Report {
    fn of(context: &Context, pairs: &Pairs, embeddings: &[Option<Embedding>]) -> Self {
        let similarity = |&[a, b]: &Pair| match (&embeddings[a], &embeddings[b]) {
            (Some(a), Some(b)) => a.similarity(b),
            _ => NO_FACE,
        };
        let list = |pairs: &[Pair]| pairs.iter().map(similarity).collect::<Vec<f32>>();
        let folds: Vec<_> = pairs
            .folds
            .iter()
            .map(|fold| (list(&fold.same), list(&fold.different)))
            .collect();
        let same: Vec<f32> = folds
            .iter()
            .flat_map(|(same, _)| same.iter().copied())
            .collect();
        let impostors = impostors(context, &pairs.pictures, embeddings);
        let rate = |fmr| impostors.threshold(fmr).map(|at| (at, fnmr(&same, at)));
        Self {
            pairs: folds
                .iter()
                .map(|(same, different)| same.len() + different.len())
                .sum(),
            accuracy: accuracy(&folds),
            faces_not_found: embeddings.iter().filter(|found| found.is_none()).count(),
            impostor_pairs: impostors.pairs(),
            rates: FMR_TARGETS
                .iter()
                .map(|&(name, fmr)| (name, rate(fmr)))
                .collect(),
        }
    }

    fn object(&self) -> Value {
        let rates: Map<String, Value> = self
            .rates
            .iter()
            .map(|(name, rate)| {
                let rate =
                    rate.map(|(threshold, fnmr)| json!({ "threshold": threshold, "fnmr": fnmr }));
                ((*name).to_owned(), json!(rate))
            })
            .collect();
        json!({
            "pairs": self.pairs,
            "accuracy": self.accuracy.mean,
            "accuracy_sd": self.accuracy.deviation,
            "faces_not_found": self.faces_not_found,
            "impostor_pairs": self.impostor_pairs,
            "fnmr_at_fmr": rates,
            "pictures_a_side": 1,
            "mirrored_view": true,
            "code": null,
        })
    }

    fn text(&self) -> String {
        let Self {
            pairs,
            accuracy,
            faces_not_found,
            impostor_pairs,
            rates,
        } = self;
        let mut lines = vec![
            format!("pairs            {pairs}"),
            format!(
                "accuracy         {:.2} % (standard deviation over folds {:.2} %)",
                100.0 * accuracy.mean,
                100.0 * accuracy.deviation
            ),
            format!("faces not found  {faces_not_found}"),
            format!("impostor pairs   {impostor_pairs}"),
            "one picture a side, mean of the face and its mirror image".to_owned(),
        ];
        lines.extend(rates.iter().map(|(name, rate)| match rate {
            Some((threshold, fnmr)) => {
                format!(
                    "FMR {name}: FNMR {:.2} % at threshold {threshold:.4}",
                    100.0 * fnmr
                )
            }
            None => format!("FMR {name}: too few impostor pairs"),
        }));
        lines.join("\n")
    }
}

fn values(embedding: &Embedding) -> Vec<f32> {
    let bytes = embedding.to_bytes();
    // Unwrap safety: the chunks have four bytes each.
    bytes
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
        .collect()
}

/// Compares every picture with every picture of another person.
fn impostors(
    context: &Context,
    pictures: &[PictureName],
    embeddings: &[Option<Embedding>],
) -> Impostors {
    let mut ids = std::collections::HashMap::new();
    let mut faces = Faces::new(Embedding::LEN);
    for (name, embedding) in pictures.iter().zip(embeddings) {
        let next = ids.len() as u32;
        let person = *ids.entry(name.person.as_str()).or_insert(next);
        let values = embedding.as_ref().map(values);
        faces.push(person, values.as_deref());
    }
    let bar = context.progress(Some(pictures.len() as u64), "comparing");
    let found = Impostors::compare(&faces, FMR_TARGETS[0].1, |rows| bar.inc(rows));
    bar.finish_and_clear();
    found
}
