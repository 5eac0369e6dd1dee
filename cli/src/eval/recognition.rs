//! Trials of recognition: who is compared with whom, over everyone and within a group.

use lifecert_vision::{Combined, Embedding};

use super::curve::below;
use super::groups::Column;
use super::impostors::{Faces, Impostors, Wanted};
use super::rate::Rate;
use super::templates::Sides;
use super::{FMR_TARGETS, NO_FACE};

/// Genuine trials below which a group's FNMR says little.
pub const ENOUGH_TRIALS: u64 = 100;

/// What was made of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// Whose picture it is.
    pub person: u32,
    /// The embedding, where a face was found.
    pub embedding: Option<Embedding>,
    /// The picture's quality, 0 to 1.
    pub quality: f32,
}

/// A picture, a template or a probe.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    person: u32,
    embedding: Option<Embedding>,
    /// Places of the pictures that it is made of.
    pictures: Vec<usize>,
}

/// Who is compared with whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Trials {
    templates: Vec<Entry>,
    /// Nothing where templates are compared among each other.
    probes: Option<Vec<Entry>>,
    /// Places of template and probe of one person.
    genuine: Vec<[usize; 2]>,
}

/// The error rates at one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operating {
    /// A similarity at or above it matches.
    pub threshold: f32,
    /// Of one person's trials those that do not match.
    pub fnmr: Rate,
    /// Of two people's trials those that match.
    pub fmr: Rate,
}

/// The error rates of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupRates {
    /// The group.
    pub group: String,
    /// People in it.
    pub people: usize,
    /// Of one person's trials, both sides of this group, those that do not match.
    pub fnmr: Rate,
    /// Of trials of two people, both of this group, those that match.
    pub fmr: Rate,
}

impl Trials {
    /// One picture a side: the given pairs of one person, and every cross-person pair.
    pub fn of_pictures(faces: &[Face], same: impl IntoIterator<Item = [usize; 2]>) -> Self {
        let entry = |(place, face): (usize, &Face)| Entry {
            person: face.person,
            embedding: face.embedding.clone(),
            pictures: vec![place],
        };
        Self {
            templates: faces.iter().enumerate().map(entry).collect(),
            probes: None,
            genuine: same.into_iter().collect(),
        }
    }

    /// Several pictures a side: for each person, given by the places of their pictures, the trials
    /// of [`Sides::split`]; every template of one person against every probe of another.
    pub fn of_sides(faces: &[Face], people: &[Vec<usize>], sides: Sides) -> Self {
        let (mut templates, mut probes, mut genuine) = (Vec::new(), Vec::new(), Vec::new());
        for pictures in people {
            let split = sides.split(pictures.len());
            let (first, second) = (templates.len(), probes.len());
            genuine.extend(split.trials().map(|(a, b)| [first + a, second + b]));
            let of = |range: &std::ops::Range<usize>| mean(faces, &pictures[range.clone()]);
            templates.extend(split.templates.iter().filter_map(of));
            probes.extend(split.probes.iter().filter_map(of));
        }
        Self {
            templates,
            probes: Some(probes),
            genuine,
        }
    }

    /// How many templates and probes there are; one picture a side makes both.
    pub fn sides(&self) -> (usize, usize) {
        let probes = self.probes.as_ref().unwrap_or(&self.templates);
        (self.templates.len(), probes.len())
    }

    /// How many people have a trial of their own.
    pub fn people(&self) -> usize {
        let mut people: Vec<u32> = self
            .genuine
            .iter()
            .map(|[template, _]| self.templates[*template].person)
            .collect();
        people.sort_unstable();
        people.dedup();
        people.len()
    }

    /// The similarity of each trial of one person.
    pub fn genuine(&self) -> Vec<f32> {
        let probes = self.probes.as_ref().unwrap_or(&self.templates);
        self.genuine
            .iter()
            .map(|&[a, b]| similarity(&self.templates[a].embedding, &probes[b].embedding))
            .collect()
    }

    /// Compares all pairs of two people; `done` is told of templates as they are finished.
    pub fn impostors(&self, wanted: &Wanted, done: impl Fn(u64) + Sync) -> Impostors {
        let templates = faces(&self.templates);
        match &self.probes {
            None => Impostors::within(&templates, wanted, done),
            Some(probes) => Impostors::between(&templates, &faces(probes), wanted, done),
        }
    }

    /// The rates of each group of a column at a threshold.
    pub fn by_group(&self, column: &Column, threshold: f32) -> Vec<GroupRates> {
        let rates = |group: &str| {
            let trials = self.only(|picture| column.is_of(picture, group));
            let wanted = Wanted {
                highest_fmr: 0.0,
                thresholds: vec![threshold],
            };
            let impostors = trials.impostors(&wanted, |_| {});
            let mut people: Vec<u32> = trials.templates.iter().map(|one| one.person).collect();
            people.sort_unstable();
            people.dedup();
            GroupRates {
                group: group.to_owned(),
                people: people.len(),
                fnmr: below(&trials.genuine(), threshold),
                fmr: impostors
                    .fmr(threshold)
                    .unwrap_or_else(|| Rate::of(0, impostors.pairs())),
            }
        };
        column.groups().into_iter().map(rates).collect()
    }

    /// What is left of it with those pictures only.
    fn only(&self, is_in: impl Fn(usize) -> bool) -> Self {
        let keep = |entry: &Entry| entry.pictures.iter().all(|&picture| is_in(picture));
        let (templates, template_places) = filtered(&self.templates, keep);
        let (probes, probe_places) = match &self.probes {
            None => (None, template_places.clone()),
            Some(probes) => {
                let (probes, places) = filtered(probes, keep);
                (Some(probes), places)
            }
        };
        let genuine = self
            .genuine
            .iter()
            .filter_map(|&[a, b]| Some([template_places[a]?, probe_places[b]?]));
        Self {
            genuine: genuine.collect(),
            templates,
            probes,
        }
    }
}

impl Operating {
    /// The rates at the lowest threshold with at most that FMR; nothing where the pairs are too
    /// few.
    pub fn at_fmr(genuine: &[f32], impostors: &Impostors, fmr: f64) -> Option<Self> {
        Self::at(genuine, impostors, impostors.threshold(fmr)?)
    }

    /// The rates at a threshold; nothing where its false matches were not counted.
    pub fn at(genuine: &[f32], impostors: &Impostors, threshold: f32) -> Option<Self> {
        Some(Self {
            threshold,
            fnmr: below(genuine, threshold),
            fmr: impostors.fmr(threshold)?,
        })
    }

    /// The rates at each of [`FMR_TARGETS`].
    pub fn at_targets(genuine: &[f32], impostors: &Impostors) -> Vec<(&'static str, Option<Self>)> {
        FMR_TARGETS
            .iter()
            .map(|&(name, fmr)| (name, Self::at_fmr(genuine, impostors, fmr)))
            .collect()
    }
}

/// The highest rate over the lowest, among groups with that many trials and more; nothing where
/// fewer than two have as many, or where the lowest is 0.
pub fn worst_to_best(rates: impl IntoIterator<Item = Rate>, enough: u64) -> Option<f64> {
    let rates: Vec<f64> = rates
        .into_iter()
        .filter(|rate| rate.trials >= enough)
        .filter_map(|rate| rate.rate)
        .collect();
    let worst = rates.iter().copied().fold(0.0, f64::max);
    let best = rates.iter().copied().fold(f64::INFINITY, f64::min);
    (rates.len() > 1 && best > 0.0).then_some(worst / best)
}

/// Trials of two people below which a group's FMR says little: with three times as many as one
/// false match needs, none at all bounds the rate.
pub fn enough_pairs(fmr: f64) -> u64 {
    (3.0 / fmr).round() as u64
}

/// The similarity of two embeddings; it never matches where there is none.
pub fn similarity(a: &Option<Embedding>, b: &Option<Embedding>) -> f32 {
    match (a, b) {
        (Some(a), Some(b)) => a.similarity(b),
        _ => NO_FACE,
    }
}

/// Pictures combined as the server makes templates and probes; without an embedding where no
/// picture shows a face.
fn mean(faces: &[Face], pictures: &[usize]) -> Option<Entry> {
    let each = pictures.iter().filter_map(|&place| {
        let face = &faces[place];
        Some((face.embedding.clone()?, face.quality))
    });
    let combined = Combined::of(&each.collect::<Vec<_>>());
    Some(Entry {
        person: faces[*pictures.first()?].person,
        embedding: combined.map(|combined| combined.embedding),
        pictures: pictures.to_vec(),
    })
}

fn faces(entries: &[Entry]) -> Faces {
    let mut faces = Faces::new(Embedding::LEN);
    for entry in entries {
        let values = entry.embedding.as_ref().map(values);
        faces.push(entry.person, values.as_deref());
    }
    faces
}

fn values(embedding: &Embedding) -> Vec<f32> {
    let bytes = embedding.to_bytes();
    let (fours, _) = bytes.as_chunks::<4>();
    fours.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

/// The entries to keep, and where each of all is among them.
fn filtered(entries: &[Entry], keep: impl Fn(&Entry) -> bool) -> (Vec<Entry>, Vec<Option<usize>>) {
    let mut kept = Vec::new();
    let places = entries.iter().map(|entry| {
        keep(entry).then(|| {
            kept.push(entry.clone());
            kept.len() - 1
        })
    });
    let places = places.collect();
    (kept, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A face in a direction of the first two dimensions.
    fn face(person: u32, degrees: f32) -> Face {
        let mut bytes = vec![0; 2048];
        let angle = degrees.to_radians();
        bytes[..4].copy_from_slice(&angle.cos().to_le_bytes());
        bytes[4..8].copy_from_slice(&angle.sin().to_le_bytes());
        Face {
            person,
            embedding: Embedding::from_bytes(&bytes),
            quality: 0.5,
        }
    }

    fn no_face(person: u32) -> Face {
        Face {
            person,
            embedding: None,
            quality: 0.0,
        }
    }

    fn wanted() -> Wanted {
        Wanted {
            highest_fmr: 1.0,
            thresholds: vec![0.5],
        }
    }

    #[test]
    fn pictures_without_a_face_never_match() {
        let faces = [face(0, 0.0), face(0, 10.0), no_face(0), face(1, 90.0)];
        let trials = Trials::of_pictures(&faces, [[0, 1], [0, 2]]);
        let genuine = trials.genuine();
        assert!(genuine[0] > 0.98 && genuine[1] == NO_FACE);
        let impostors = trials.impostors(&wanted(), |_| {});
        let at = Operating::at(&genuine, &impostors, 0.5).unwrap();
        assert_eq!((at.fnmr.errors, at.fnmr.trials), (1, 2));
        assert_eq!((at.fmr.errors, at.fmr.trials), (0, 3));
    }

    #[test]
    fn several_pictures_a_side_are_one_direction() {
        let faces = [
            face(0, 0.0),
            face(0, 40.0),
            face(0, 20.0),
            face(1, 90.0),
            no_face(1),
        ];
        let sides = Sides {
            template: 2,
            probe: 1,
        };
        let trials = Trials::of_sides(&faces, &[vec![0, 1, 2], vec![3, 4]], sides);
        assert_eq!((trials.sides(), trials.people()), ((2, 5), 1));
        // The mean of 0 and 40 degrees against 20.
        assert!((trials.genuine()[0] - 1.0).abs() < 1e-5);
        // Two probes against the first template, three against the second.
        assert_eq!(trials.impostors(&wanted(), |_| {}).pairs(), 5);
    }

    #[test]
    fn groups_are_tried_among_themselves() {
        let faces = [
            face(0, 0.0),
            face(0, 80.0),
            face(1, 10.0),
            face(1, 20.0),
            face(2, 120.0),
        ];
        let trials = Trials::of_pictures(&faces, [[0, 1], [2, 3]]);
        let group = |name: &str| Some(name.to_owned());
        let column = Column {
            name: "band".to_owned(),
            of_picture: vec![group("a"), group("a"), group("b"), group("b"), group("a")],
        };
        let rates = trials.by_group(&column, 0.5);
        let counts = |rate: Rate| (rate.errors, rate.trials);
        assert_eq!(rates[0].group, "a");
        assert_eq!((rates[0].people, counts(rates[0].fnmr)), (2, (1, 1)));
        // 120 degrees from 0 and 40 from 80.
        assert_eq!(counts(rates[0].fmr), (1, 2));
        assert_eq!((rates[1].people, counts(rates[1].fnmr)), (1, (0, 1)));
        assert_eq!(rates[1].fmr.rate, None, "one person alone");
    }

    #[test]
    fn the_ratio_is_of_groups_with_enough_trials() {
        let rates = [Rate::of(4, 200), Rate::of(2, 200), Rate::of(9, 10)];
        assert_eq!(worst_to_best(rates, 100), Some(2.0));
        assert_eq!(worst_to_best([Rate::of(4, 200)], 100), None);
        assert_eq!(worst_to_best([Rate::of(4, 200), Rate::of(0, 200)], 1), None);
        assert_eq!(enough_pairs(1e-4), 30_000);
    }
}
