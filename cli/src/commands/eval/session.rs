//! `lifecert eval session`: whole sessions over clips, by the very session, policy and watch that
//! ship.

mod clip;
mod identity;
mod print;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use lifecert_cli::cores::on_all_cores_lent;
use lifecert_cli::eval::species::{Attack, attack};
use lifecert_cli::eval::{Rate, Sources};
use lifecert_protocol::ErrorCode;

use super::super::{Context, Failure};
use super::ReportFile;
use clip::{Clip, Outcome, Shown};
use identity::Identity;

/// How often a look took longer than the shortest: so much later than that it ends at the latest
/// where frames come five times a second.
const EXTENDED_AFTER_MS: u64 = 200;

#[derive(Args)]
pub struct Arguments {
    /// Folder with clips of the living
    #[arg(long, value_name = "DIR", required_unless_present_any = ["attacks", "identities"])]
    live: Option<PathBuf>,
    /// Folder with clips of one species of attack; may be given more than once
    #[arg(long = "attack", value_name = "SPECIES=DIR", value_parser = attack)]
    attacks: Vec<Attack>,
    /// Clips whose people are known: columns file (from this file's folder) and person_id. Each
    /// person is enrolled from the first third of their first clip and tried on all clips
    #[arg(long, value_name = "CSV")]
    identities: Option<PathBuf>,
    #[command(flatten)]
    report: ReportFile,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    arguments.report.check()?;
    let (clips, others) = clips(arguments)?;
    let store = context.store()?;
    let bar = context.progress(Some(clips.len() as u64), "sessions");
    let shown = on_all_cores_lent(&store, &clips, |analyzer, clip| {
        let shown = clip.show(analyzer)?;
        bar.inc(1);
        Ok::<_, Failure>(shown)
    })?;
    bar.finish_and_clear();
    let identity = match &arguments.identities {
        Some(path) => Some(Identity::measure(context, &store, path)?),
        None => None,
    };
    let results = Results {
        species: species_of(arguments),
        clips: clips.into_iter().zip(shown).collect(),
        others,
        identity,
    };
    context.print(&results.object(), results.text())?;
    arguments.report.write(|| results.report(&store))?;
    Ok(ExitCode::SUCCESS)
}

/// All clips, the living first, and the files that are none.
fn clips(arguments: &Arguments) -> Result<(Vec<Clip>, Vec<String>), Failure> {
    let (mut clips, mut others) = (Vec::new(), Vec::new());
    let mut add = |species: Option<&String>, folder: &Path, found: Sources| {
        let named = |name| folder.join(name).display().to_string();
        others.extend(found.others.into_iter().map(named));
        clips.extend(found.media.into_iter().map(|source| Clip {
            species: species.cloned(),
            source,
        }));
    };
    if let Some(folder) = &arguments.live {
        add(None, folder, Sources::list(folder)?);
    }
    for Attack { species, folder } in &arguments.attacks {
        add(Some(species), folder, Sources::list_any(folder)?);
    }
    if clips.is_empty() && arguments.identities.is_none() {
        let why = "no picture or clip in any folder of --attack; give one that holds videos";
        return Err(Failure::new(ErrorCode::MediaUnreadable, why));
    }
    clips.sort_by(|a, b| (&a.species, &a.source.path).cmp(&(&b.species, &b.source.path)));
    Ok((clips, others))
}

fn species_of(arguments: &Arguments) -> Vec<String> {
    let mut species: Vec<String> = arguments
        .attacks
        .iter()
        .map(|attack| attack.species.clone())
        .collect();
    species.sort();
    species.dedup();
    species
}

/// All that was measured.
struct Results {
    species: Vec<String>,
    /// Of the living, then by species; each in the order of its path.
    clips: Vec<(Clip, Shown)>,
    /// Files that are neither picture nor clip.
    others: Vec<String>,
    identity: Option<Identity>,
}

/// How clips came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    accepted: u64,
    referred: u64,
    refused: u64,
}

impl Counts {
    fn trials(self) -> u64 {
        self.accepted + self.referred + self.refused
    }
}

impl Results {
    /// The clips of a species that count; nothing for those of the living, of which also those
    /// count that cannot be read.
    fn of<'a>(&'a self, species: Option<&'a str>) -> impl Iterator<Item = &'a Shown> {
        let all = self.clips.iter();
        all.filter(move |(clip, shown)| {
            clip.species.as_deref() == species && (species.is_none() || shown.unread.is_none())
        })
        .map(|(_, shown)| shown)
    }

    fn counts(&self, species: Option<&str>) -> Counts {
        let mut counts = Counts::default();
        for shown in self.of(species) {
            match shown.outcome {
                Outcome::Accepted => counts.accepted += 1,
                Outcome::Referred => counts.referred += 1,
                Outcome::Refused => counts.refused += 1,
            }
        }
        counts
    }

    fn unread(&self, species: Option<&str>) -> u64 {
        let all = self.clips.iter();
        let unread = all
            .filter(|(clip, shown)| clip.species.as_deref() == species && shown.unread.is_some());
        unread.count() as u64
    }

    /// How many of the living looks took longer than the shortest.
    fn extended(&self) -> Rate {
        let read = self.of(None).filter(|shown| shown.unread.is_none());
        Rate::of_outcomes(read.map(|shown| shown.took_ms > shown.least_ms + EXTENDED_AFTER_MS))
    }
}

/// A clip that cannot be shown to a session.
fn needs_clip() -> (ErrorCode, String) {
    let why = "a picture: a session looks at clips; measure pictures with eval pad";
    (ErrorCode::MediaUnsupported, why.to_owned())
}
