//! `lifecert eval verify`: recognition measured on pictures of known people.

mod page;
mod print;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use lifecert_cli::cores::on_all_cores;
use lifecert_cli::eval::{
    Accuracy, Column, ENOUGH_TRIALS, FMR_TARGETS, Face, GroupRates, Groups, Impostors, Operating,
    Pairs, PictureName, Rate, Sides, Trials, Unread, Wanted, accuracy, enough_pairs, similarity,
    worst_to_best,
};
use lifecert_inference::{ModelId, ModelStore};
use lifecert_media as media;
use lifecert_protocol::ErrorCode;
use lifecert_vision::Depth;

use super::{ReportFile, read_text, shipped_threshold};
use crate::commands::{Context, Failure};

/// The shipped threshold for one picture a side, and its FMR.
const ONE_A_SIDE: (&str, f64) = ("fmr_1e-4_1v1", 1e-4);

/// The FMR of the operating point with several pictures a side.
const SEVERAL_A_SIDE_FMR: (&str, f64) = ("1e-5", 1e-5);

#[derive(Args)]
pub struct Arguments {
    /// The pairs: "folds n", then in each fold n lines "name a b" and n lines "name a other b"
    #[arg(long, value_name = "FILE")]
    pairs: PathBuf,
    /// The pictures: Name/Name_0001.jpg
    #[arg(long, value_name = "DIR")]
    images: PathBuf,
    /// Groups of people or pictures: a CSV file with a line of names, first the picture's path or
    /// the person's name, then columns such as age_band, sex, region
    #[arg(long, value_name = "CSV")]
    groups: Option<PathBuf>,
    /// Try templates of so many pictures as well
    #[arg(long, value_name = "K", requires = "probe", value_parser = clap::value_parser!(u16).range(1..))]
    template: Option<u16>,
    /// Pictures of a probe against such a template
    #[arg(long, value_name = "M", requires = "template", value_parser = clap::value_parser!(u16).range(1..))]
    probe: Option<u16>,
    #[command(flatten)]
    report: ReportFile,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    arguments.report.check()?;
    let about = |failure: Failure, path| failure.about(path);
    let pairs = Pairs::parse(&read_text(&arguments.pairs)?)
        .map_err(|error| about(error.into(), &arguments.pairs))?;
    let groups = match &arguments.groups {
        None => None,
        Some(path) => {
            let groups = Groups::read(&read_text(path)?, &pairs.pictures);
            Some(groups.map_err(|error| about(error.into(), path))?)
        }
    };
    let store = context.store()?;
    let looked = look_at_all(context, &store, &pairs.pictures, arguments)?;
    let result = Measured::of(context, &store, arguments, &pairs, groups, looked)?;
    context.print(&result.object(), result.text())?;
    arguments.report.write(|| page::report(&store, &result))?;
    Ok(ExitCode::SUCCESS)
}

/// What was made of the pictures.
struct Looked {
    faces: Vec<Face>,
    unread: Vec<Unread>,
    /// Names of pictures in which no face was found.
    no_face: Vec<String>,
}

fn look_at_all(
    context: &Context,
    store: &ModelStore,
    pictures: &[PictureName],
    arguments: &Arguments,
) -> Result<Looked, Failure> {
    let bar = context.progress(Some(pictures.len() as u64), "pictures");
    let results = on_all_cores(store, pictures, |analyzer, name| {
        let seen = match media::read_picture(&arguments.images.join(name.path())) {
            Ok(picture) => Ok(analyzer.analyze(&picture.frame(), 0, Depth::Identity)?),
            Err(error) => Err(Unread::new(shown(name), &error)),
        };
        bar.inc(1);
        Ok::<_, Failure>(seen)
    })?;
    bar.finish_and_clear();
    let mut ids = std::collections::HashMap::new();
    let mut looked = Looked {
        faces: Vec::new(),
        unread: Vec::new(),
        no_face: Vec::new(),
    };
    for (name, seen) in pictures.iter().zip(results) {
        let next = ids.len() as u32;
        let mut face = Face {
            person: *ids.entry(name.person.as_str()).or_insert(next),
            embedding: None,
            quality: 0.0,
        };
        match seen {
            Err(unread) => looked.unread.push(unread),
            Ok(seen) => {
                face.quality = seen.observation.face.map_or(0.0, |face| face.quality);
                face.embedding = seen.embedding;
                if face.embedding.is_none() {
                    looked.no_face.push(shown(name));
                }
            }
        }
        looked.faces.push(face);
    }
    match looked.unread.first() {
        Some(first) if looked.unread.len() == pictures.len() => {
            let count = pictures.len();
            let why = format!(
                "none of the {count} pictures that the pairs name can be read, the first being {}: \
                 {}; is --images their folder?",
                first.file, first.reason
            );
            Err(Failure::new(ErrorCode::MediaUnreadable, why).about(&arguments.images))
        }
        _ => Ok(looked),
    }
}

fn shown(name: &PictureName) -> String {
    name.path().to_string_lossy().replace('\\', "/")
}

/// Everything that was measured.
struct Measured {
    pairs: u64,
    pictures: u64,
    people: usize,
    accuracy: Accuracy,
    unread: Vec<Unread>,
    no_face: Vec<String>,
    single: Side,
    several: Option<(Sides, Side)>,
    groups: Option<Groups>,
}

/// What was measured with that many pictures a side.
struct Side {
    trials: Trials,
    genuine: Vec<f32>,
    impostors: Impostors,
    /// Name of each target with the rates there, where the pairs are enough.
    targets: Vec<(&'static str, Option<Operating>)>,
    /// The manifest's threshold for this, with its name and FMR.
    shipped: Option<(String, f64, Operating)>,
    /// Of each column, at the shipped threshold.
    groups: Vec<ColumnRates>,
}

struct ColumnRates {
    name: String,
    /// The FMR that the threshold is meant for.
    fmr: f64,
    groups: Vec<GroupRates>,
}

impl Measured {
    fn of(
        context: &Context,
        store: &ModelStore,
        arguments: &Arguments,
        pairs: &Pairs,
        groups: Option<Groups>,
        looked: Looked,
    ) -> Result<Self, Failure> {
        let Looked {
            faces,
            unread,
            no_face,
        } = looked;
        let columns = groups.as_ref().map_or(&[][..], |groups| &groups.columns);
        let (name, fmr) = ONE_A_SIDE;
        let shipped = shipped_threshold(store, ModelId::Recognition, name)?;
        let same = pairs
            .folds
            .iter()
            .flat_map(|fold| fold.same.iter().copied());
        let trials = Trials::of_pictures(&faces, same);
        let shipped = Some((name.to_owned(), fmr, shipped));
        let single = Side::of(context, trials, shipped, columns);
        let several = match (arguments.template, arguments.probe) {
            (Some(template), Some(probe)) => {
                let sides = Sides {
                    template: template.into(),
                    probe: probe.into(),
                };
                Some((
                    sides,
                    several(context, store, pairs, &faces, sides, columns),
                ))
            }
            _ => None,
        };
        let people = faces.iter().map(|face| face.person).max();
        Ok(Self {
            pairs: pairs
                .folds
                .iter()
                .map(|fold| (fold.same.len() + fold.different.len()) as u64)
                .sum(),
            pictures: faces.len() as u64,
            people: people.map_or(0, |last| last as usize + 1),
            accuracy: accuracy_of(pairs, &faces),
            unread,
            no_face,
            single,
            several,
            groups,
        })
    }

    fn failures_to_enrol(&self) -> Rate {
        let failures = self.unread.len() + self.no_face.len();
        Rate::of(failures as u64, self.pictures)
    }
}

fn several(
    context: &Context,
    store: &ModelStore,
    pairs: &Pairs,
    faces: &[Face],
    sides: Sides,
    columns: &[Column],
) -> Side {
    let mut people: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, name) in pairs.pictures.iter().enumerate() {
        people.entry(&name.person).or_default().push(place);
    }
    let mut people: Vec<Vec<usize>> = people.into_values().collect();
    for pictures in &mut people {
        pictures.sort_by_key(|&place| pairs.pictures[place].number);
    }
    let trials = Trials::of_sides(faces, &people, sides);
    let (target, fmr) = SEVERAL_A_SIDE_FMR;
    let name = format!("fmr_{target}_{}v{}", sides.template, sides.probe);
    let entry = store.manifest().model(ModelId::Recognition);
    let shipped = entry.threshold(&name).map(|at| (name, fmr, at));
    Side::of(context, trials, shipped, columns)
}

fn accuracy_of(pairs: &Pairs, faces: &[Face]) -> Accuracy {
    let list = |pairs: &[[usize; 2]]| {
        let pairs = pairs.iter();
        pairs
            .map(|&[a, b]| similarity(&faces[a].embedding, &faces[b].embedding))
            .collect()
    };
    let folds = pairs.folds.iter();
    let folds: Vec<_> = folds
        .map(|fold| (list(&fold.same), list(&fold.different)))
        .collect();
    accuracy(&folds)
}

impl Side {
    fn of(
        context: &Context,
        trials: Trials,
        shipped: Option<(String, f64, f32)>,
        columns: &[Column],
    ) -> Self {
        let wanted = Wanted {
            highest_fmr: FMR_TARGETS[0].1,
            thresholds: shipped.iter().map(|(_, _, threshold)| *threshold).collect(),
        };
        let genuine = trials.genuine();
        let bar = context.progress(Some(trials.sides().0 as u64), "comparing");
        let impostors = trials.impostors(&wanted, |rows| bar.inc(rows));
        bar.finish_and_clear();
        let groups = match &shipped {
            Some((_, fmr, threshold)) => columns
                .iter()
                .map(|column| ColumnRates {
                    name: column.name.clone(),
                    fmr: *fmr,
                    groups: trials.by_group(column, *threshold),
                })
                .collect(),
            None => Vec::new(),
        };
        Self {
            targets: Operating::at_targets(&genuine, &impostors),
            shipped: shipped.and_then(|(name, fmr, threshold)| {
                Some((name, fmr, Operating::at(&genuine, &impostors, threshold)?))
            }),
            groups,
            trials,
            genuine,
            impostors,
        }
    }
}

impl ColumnRates {
    fn fnmr_ratio(&self) -> Option<f64> {
        worst_to_best(self.groups.iter().map(|group| group.fnmr), ENOUGH_TRIALS)
    }

    fn fmr_ratio(&self) -> Option<f64> {
        let enough = enough_pairs(self.fmr);
        worst_to_best(self.groups.iter().map(|group| group.fmr), enough)
    }

    /// What a group has too little of, in words.
    fn too_few(&self, group: &GroupRates) -> Option<&'static str> {
        let trials = group.fnmr.trials < ENOUGH_TRIALS;
        let pairs = group.fmr.trials < enough_pairs(self.fmr);
        match (trials, pairs) {
            (true, true) => Some("too few trials and impostor pairs"),
            (true, false) => Some("too few trials"),
            (false, true) => Some("too few impostor pairs"),
            (false, false) => None,
        }
    }
}
