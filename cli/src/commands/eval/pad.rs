//! `lifecert eval pad`: presentation-attack detection measured on pictures and clips.

mod look;
mod page;
mod print;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use lifecert_cli::cores::on_all_cores;
use lifecert_cli::eval::pad::{Outcome, PadRates, Species, best_threshold};
use lifecert_cli::eval::species::{Attack, LIVING, attack};
use lifecert_cli::eval::{Identities, Rate, Source, Sources, Unread};
use lifecert_inference::{ModelId, ModelStore};
use lifecert_protocol::ErrorCode;
use lifecert_vision::{Combined, Embedding};

use super::{ReportFile, read_text, shipped_threshold};
use crate::commands::{Context, Failure};
use look::Seen;

/// The manifest's threshold of one picture's liveness: by the first net alone, or by both.
const LIVE: (ModelId, &str) = (ModelId::Liveness, "live");
const LIVE_FUSED: (ModelId, &str) = (ModelId::LivenessSecond, "live_fused");

/// The shipped threshold by which an attack counts as matching the person it shows.
const MATCH: &str = "fmr_1e-5_3v2";

#[derive(Args)]
pub struct Arguments {
    /// Pictures and clips of living people
    #[arg(long, value_name = "DIR")]
    live: PathBuf,
    /// Pictures and clips of one kind of attack each, for example print=DIR screen=DIR
    #[arg(long, value_name = "SPECIES=DIR", required = true, num_args = 1.., value_parser = attack)]
    attack: Vec<Attack>,
    /// What one trial is
    #[arg(long, value_enum, default_value_t = Unit::Frame)]
    unit: Unit,
    /// Liveness at or above which a trial passes, 0 to 1 [default: the manifest's]
    #[arg(long, value_name = "T", value_parser = threshold)]
    threshold: Option<f32>,
    /// Whose faces the files show (columns file, person_id), for IAPAR
    #[arg(long, value_name = "CSV")]
    identities: Option<PathBuf>,
    #[command(flatten)]
    report: ReportFile,
}

/// What one trial is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    /// A picture, or a frame of a clip (8 a second)
    Frame,
    /// A picture, or a whole clip by the median of its frames
    Clip,
}

fn threshold(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| "not a number")?;
    match (0.0..=1.0).contains(&value) {
        true => Ok(value),
        false => Err("liveness is within 0 and 1".to_owned()),
    }
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    arguments.report.check()?;
    let store = context.store()?;
    let live = Sources::list(&arguments.live)?;
    let mut folders = vec![(LIVING.to_owned(), live)];
    for Attack { species, folder } in &arguments.attack {
        if folders[1..].iter().any(|(name, _)| name == species) {
            let why = format!("--attack names {species} twice");
            return Err(Failure::new(ErrorCode::RequestMalformed, why));
        }
        folders.push((species.clone(), Sources::list_any(folder)?));
    }
    let identities = match &arguments.identities {
        None => None,
        Some(path) => {
            let read = Identities::read(&read_text(path)?);
            Some(read.map_err(|error| Failure::from(error).about(path))?)
        }
    };
    let threshold = match arguments.threshold {
        Some(value) => (value, "given on the command line"),
        None => {
            let is_fused = store.in_use().any(|id| id == LIVE_FUSED.0);
            let (model, name) = if is_fused { LIVE_FUSED } else { LIVE };
            let value = shipped_threshold(&store, model, name)?;
            (value, "the manifest's, fixed before anything was measured")
        }
    };
    let sets = look_at_all(context, &store, folders)?;
    let measured = Measured::of(&store, arguments.unit, threshold, sets, identities)?;
    context.print(&measured.object(), measured.text())?;
    arguments.report.write(|| page::report(&store, &measured))?;
    Ok(ExitCode::SUCCESS)
}

/// The files of one folder and what was seen in each.
struct Set {
    name: String,
    files: Vec<(Source, Seen)>,
    others: Vec<String>,
}

fn look_at_all(
    context: &Context,
    store: &ModelStore,
    folders: Vec<(String, Sources)>,
) -> Result<Vec<Set>, Failure> {
    let all: Vec<&Source> = folders.iter().flat_map(|(_, one)| &one.media).collect();
    let bar = context.progress(Some(all.len() as u64), "files");
    let seen = on_all_cores(store, &all, |analyzer, source| {
        let seen = look::look(analyzer, source)?;
        bar.inc(1);
        Ok::<_, Failure>(seen)
    })?;
    bar.finish_and_clear();
    let mut seen = seen.into_iter();
    let sets = folders.into_iter().map(|(name, sources)| Set {
        name,
        files: sources.media.into_iter().zip(seen.by_ref()).collect(),
        others: sources.others,
    });
    Ok(sets.collect())
}

impl Set {
    fn outcomes(&self, unit: Unit) -> Vec<Outcome> {
        let files = self.files.iter();
        files.flat_map(|(_, seen)| seen.outcomes(unit)).collect()
    }

    fn unread(&self) -> impl Iterator<Item = Unread> + '_ {
        self.files.iter().filter_map(|(source, seen)| {
            let Seen::Unreadable { code, reason } = seen else {
                return None;
            };
            Some(Unread {
                file: source.name.clone(),
                code: code.to_string(),
                reason: reason.clone(),
            })
        })
    }

    fn without_face(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter();
        files.filter_map(|(source, seen)| seen.is_faceless().then_some(source.name.as_str()))
    }

    fn clips_of_one_frame(&self) -> impl Iterator<Item = &str> {
        let files = self.files.iter();
        files.filter_map(|(source, seen)| seen.is_short_clip().then_some(source.name.as_str()))
    }
}

/// Everything that was measured.
struct Measured {
    unit: Unit,
    /// In words.
    threshold_is: &'static str,
    /// Living people first.
    sets: Vec<Set>,
    live: Vec<Outcome>,
    attacks: Vec<Species>,
    rates: PadRates,
    best: Option<PadRates>,
    iapar: Option<Iapar>,
}

/// Attacks that pass as living and as the person whom they show.
struct Iapar {
    match_threshold: f32,
    people_enrolled: usize,
    by_species: Vec<(String, Rate)>,
    /// Files of attacks without a person, or whose person is in no living picture.
    without_person: u64,
    /// Rows of the CSV file that fit no file.
    unknown_rows: Vec<String>,
}

impl Measured {
    fn of(
        store: &ModelStore,
        unit: Unit,
        (threshold, threshold_is): (f32, &'static str),
        sets: Vec<Set>,
        identities: Option<Identities>,
    ) -> Result<Self, Failure> {
        let live = sets[0].outcomes(unit);
        let attacks: Vec<Species> = sets[1..]
            .iter()
            .map(|set| Species {
                name: set.name.clone(),
                outcomes: set.outcomes(unit),
            })
            .collect();
        let rates = PadRates::at(&live, &attacks, threshold);
        if rates.worst.is_none() {
            let why = "no file of any attack can be read: without attacks there is only one class \
                       and no rate of them; check the folders of --attack";
            return Err(Failure::new(ErrorCode::MediaUnreadable, why));
        }
        let iapar = match identities {
            None => None,
            Some(identities) => {
                let match_threshold = shipped_threshold(store, ModelId::Recognition, MATCH)?;
                Some(iapar(&sets, &identities, unit, threshold, match_threshold))
            }
        };
        Ok(Self {
            best: best_threshold(&live, &attacks),
            unit,
            threshold_is,
            sets,
            live,
            attacks,
            rates,
            iapar,
        })
    }
}

fn iapar(
    sets: &[Set],
    identities: &Identities,
    unit: Unit,
    threshold: f32,
    match_threshold: f32,
) -> Iapar {
    let mut used = Vec::new();
    let mut person = |source: &Source| {
        let path = std::fs::canonicalize(&source.path).unwrap_or_else(|_| source.path.clone());
        let (row, person) = identities.person(&path)?;
        used.push(row);
        Some(person)
    };
    let mut faces: BTreeMap<&str, Vec<(Embedding, f32)>> = BTreeMap::new();
    for (source, seen) in &sets[0].files {
        if let Some(person) = person(source) {
            faces.entry(person).or_default().extend(seen.faces());
        }
    }
    let enrolled: BTreeMap<&str, Embedding> = faces
        .into_iter()
        .filter_map(|(person, faces)| Some((person, Combined::of(&faces)?.embedding)))
        .collect();
    let mut without_person = 0;
    let by_species = sets[1..].iter().map(|set| {
        let mut passed = Vec::new();
        for (source, seen) in &set.files {
            if matches!(seen, Seen::Unreadable { .. }) {
                person(source);
                continue;
            }
            let Some(template) = person(source).and_then(|person| enrolled.get(person)) else {
                without_person += 1;
                continue;
            };
            let faces: Vec<_> = seen.faces().collect();
            let matches = Combined::of(&faces)
                .is_some_and(|probe| probe.embedding.similarity(template) >= match_threshold);
            let outcomes = seen.outcomes(unit).into_iter();
            passed.extend(outcomes.map(|one| one.is_accepted(threshold) && matches));
        }
        (set.name.clone(), Rate::of_outcomes(passed))
    });
    let by_species = by_species.collect();
    Iapar {
        match_threshold,
        people_enrolled: enrolled.len(),
        by_species,
        without_person,
        unknown_rows: identities.others(&used),
    }
}
