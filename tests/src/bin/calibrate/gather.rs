//! Brings all takes together: clips, and attacks rendered from the manifest's media.

use std::error::Error;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use lifecert_cli::attacks::Species;
use lifecert_cli::cores::on_all_cores_lent;
use lifecert_cli::eval::species;
use lifecert_inference::{MediaKind, ModelStore, Sha256};
use lifecert_vision::Analyzer;

use super::takes::{self, Take, What};

/// One take to be made.
enum Job {
    Clip(What, PathBuf),
    Attack(Species, PathBuf, u64),
}

/// What is asked for.
pub struct Wanted {
    /// First seed of the attacks.
    pub seed: u64,
    /// Attacks of each species.
    pub count: u64,
    /// Folders with clips of the living.
    pub live: Vec<PathBuf>,
    /// Folders with clips of attacks.
    pub attacks: Vec<species::Attack>,
    /// Folder where takes are kept, and found again.
    pub kept: Option<PathBuf>,
}

/// Makes every take, or reads it where it was kept; with what could not be read.
pub fn takes(store: &ModelStore, wanted: &Wanted) -> Result<(Vec<Take>, Vec<String>), String> {
    let jobs = jobs(store, wanted)?;
    let model = store.manifest().manifest_hash();
    let bar = ProgressBar::new(jobs.len() as u64);
    let made = on_all_cores_lent(store, &jobs, |analyzer, job| {
        let kept = wanted
            .kept
            .as_deref()
            .map(|folder| folder.join(job.file(model)));
        let made = match kept.as_deref().and_then(|path| std::fs::read(path).ok()) {
            Some(bytes) => {
                let kept = serde_json::from_slice(&bytes).map_err(|error| error.to_string());
                (kept, analyzer)
            }
            None => match job.run(analyzer) {
                Ok((take, back)) => {
                    keep(kept.as_deref(), take.as_ref())?;
                    (Ok(take), back)
                }
                Err(error) => (Err(error), Analyzer::load(store)?),
            },
        };
        bar.inc(1);
        Ok::<_, Box<dyn Error + Send + Sync>>(made)
    });
    bar.finish_and_clear();
    let (mut takes, mut failed): (Vec<Take>, Vec<String>) = Default::default();
    for made in made.map_err(|error| error.to_string())? {
        match made {
            Ok(take) => takes.extend(take),
            Err(error) => failed.push(error),
        }
    }
    takes.sort_by(|a, b| (&a.what, &a.name).cmp(&(&b.what, &b.name)));
    failed.sort();
    Ok((takes, failed))
}

fn jobs(store: &ModelStore, wanted: &Wanted) -> Result<Vec<Job>, String> {
    let media = |kind: MediaKind| {
        let entries = store.manifest().media().iter();
        entries
            .filter(move |entry| entry.kind == kind)
            .map(|entry| store.path(&entry.file))
            .collect::<Vec<_>>()
    };
    let clips = media(MediaKind::Video);
    let mut sources = media(MediaKind::Picture);
    sources.extend(clips.iter().cloned());
    let mut jobs: Vec<Job> = clips
        .iter()
        .map(|path| Job::Clip(What::Living, path.clone()))
        .collect();
    for folder in &wanted.live {
        jobs.extend(
            files(folder)?
                .into_iter()
                .map(|path| Job::Clip(What::Living, path)),
        );
    }
    for species::Attack { species, folder } in &wanted.attacks {
        let what = || What::Attack(species.clone());
        jobs.extend(
            files(folder)?
                .into_iter()
                .map(|path| Job::Clip(what(), path)),
        );
    }
    for species in Species::ALL {
        // A loop needs a clip, everything else any picture of a face.
        let sources = if species == Species::Loop {
            &clips
        } else {
            &sources
        };
        for number in 0..wanted.count {
            let seed = wanted.seed * 1_000 + number;
            let mut random = fastrand::Rng::with_seed(seed);
            if let Some(path) = random.choice(sources) {
                jobs.push(Job::Attack(species, path.clone(), seed));
            }
        }
    }
    Ok(jobs)
}

/// The files of a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

impl Job {
    fn run(&self, analyzer: Analyzer) -> Result<(Option<Take>, Analyzer), String> {
        match self {
            Self::Clip(what, path) => takes::of_clip(analyzer, what.clone(), path),
            Self::Attack(species, path, seed) => takes::of_attack(analyzer, *species, path, *seed),
        }
    }

    /// The name of the file in which its take is kept: another one for a file of the same name in
    /// another folder, and for other models.
    fn file(&self, model: Sha256) -> String {
        let (made, path) = match self {
            Self::Clip(What::Living, path) => ("living".to_owned(), path),
            Self::Clip(What::Attack(species), path) => (species.clone(), path),
            Self::Attack(species, path, seed) => (format!("{species}-{seed}"), path),
        };
        let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let key = Sha256::of(format!("{model} {}", whole.display()).as_bytes()).to_string();
        format!("{made}-{}-{}.json", takes::file_name(path), &key[..16])
    }
}

fn keep(path: Option<&Path>, take: Option<&Take>) -> Result<(), String> {
    let Some(path) = path else {
        return Ok(());
    };
    let bytes = serde_json::to_vec(&take).map_err(|error| error.to_string())?;
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_take_is_of_one_path_and_of_one_manifest() {
        let clip = |path: &str| Job::Clip(What::Living, path.into());
        let (old, new) = (Sha256::of(b"old"), Sha256::of(b"new"));
        let file = clip("a/1.mp4").file(old);
        assert_eq!(file, clip("a/1.mp4").file(old));
        assert_ne!(file, clip("b/1.mp4").file(old));
        assert_ne!(file, clip("a/1.mp4").file(new));
    }
}
