//! Every pair of pictures of two different people, and the thresholds that they set.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::rate::Rate;

/// Rows that a thread takes at a time; together they fit into the second-level cache.
const BLOCK: usize = 64;

/// Sums that run side by side, so that the compiler may use the widest registers there are.
const LANES: usize = 16;

/// Bins of the histogram over similarities of -1 to 1.
const BINS: usize = 400;

/// Embeddings of pictures and whose they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Faces {
    width: usize,
    values: Vec<f32>,
    people: Vec<u32>,
    faceless: Vec<u32>,
}

impl Faces {
    /// None so far, with embeddings of that many values each, a multiple of 16.
    pub const fn new(width: usize) -> Self {
        assert!(width.is_multiple_of(LANES));
        Self {
            width,
            values: Vec::new(),
            people: Vec::new(),
            faceless: Vec::new(),
        }
    }

    /// Adds a picture of a person; without an embedding where no face was found.
    pub fn push(&mut self, person: u32, embedding: Option<&[f32]>) {
        match embedding {
            Some(values) if values.len() == self.width => {
                self.values.extend_from_slice(values);
                self.people.push(person);
            }
            _ => self.faceless.push(person),
        }
    }

    /// How many pictures there are, those without a face too.
    pub const fn len(&self) -> usize {
        self.people.len() + self.faceless.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn row(&self, at: usize) -> &[f32] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    fn pictures_of_each(&self) -> HashMap<u32, u64> {
        let mut pictures = HashMap::new();
        for &person in self.people.iter().chain(&self.faceless) {
            *pictures.entry(person).or_default() += 1;
        }
        pictures
    }

    /// How many pairs of pictures of two different people there are, those without a face too.
    fn pairs_within(&self) -> u64 {
        let all = self.len() as u64;
        let same: u64 = self
            .pictures_of_each()
            .values()
            .map(|count| count * (count - 1) / 2)
            .sum();
        all * all.saturating_sub(1) / 2 - same
    }

    fn pairs_with(&self, others: &Self) -> u64 {
        let theirs = others.pictures_of_each();
        let same: u64 = self
            .pictures_of_each()
            .iter()
            .map(|(person, count)| count * theirs.get(person).copied().unwrap_or(0))
            .sum();
        self.len() as u64 * others.len() as u64 - same
    }
}

/// What a comparison is to find.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// Thresholds up to that rate of false matches.
    pub highest_fmr: f64,
    /// Thresholds fixed beforehand, whose matches are counted.
    pub thresholds: Vec<f32>,
}

/// The similarities of all pairs of different people: the highest, and how they are distributed.
#[derive(Debug, Clone, PartialEq)]
pub struct Impostors {
    pairs: u64,
    /// In falling order.
    highest: Vec<f32>,
    /// All similarities are kept, not the highest alone.
    is_whole: bool,
    matching: Vec<(f32, u64)>,
    histogram: Vec<u64>,
}

impl Impostors {
    /// Compares every picture with every picture of another person, on all cores. `done` is told of
    /// rows as they are finished.
    pub fn within(faces: &Faces, wanted: &Wanted, done: impl Fn(u64) + Sync) -> Self {
        let compare = |block: Range<usize>, tally: &mut Tally| {
            for other in block.start + 1..faces.people.len() {
                let rows = block.start..block.end.min(other);
                compare_rows(faces, rows, faces, other, tally);
            }
        };
        Self::run(
            faces.people.len(),
            faces.pairs_within(),
            wanted,
            compare,
            done,
        )
    }

    /// Compares every template with every probe of another person, on all cores. `done` is told of
    /// templates as they are finished.
    pub fn between(
        templates: &Faces,
        probes: &Faces,
        wanted: &Wanted,
        done: impl Fn(u64) + Sync,
    ) -> Self {
        let compare = |block: Range<usize>, tally: &mut Tally| {
            for probe in 0..probes.people.len() {
                compare_rows(templates, block.clone(), probes, probe, tally);
            }
        };
        let pairs = templates.pairs_with(probes);
        Self::run(templates.people.len(), pairs, wanted, compare, done)
    }

    fn run(
        rows: usize,
        pairs: u64,
        wanted: &Wanted,
        compare: impl Fn(Range<usize>, &mut Tally) + Sync,
        done: impl Fn(u64) + Sync,
    ) -> Self {
        let next = AtomicUsize::new(0);
        let all = Mutex::new(Tally::new(pairs, wanted));
        let work = || {
            let mut mine = Tally::new(pairs, wanted);
            loop {
                let first = next.fetch_add(BLOCK, Ordering::Relaxed);
                if first >= rows {
                    break;
                }
                let last = (first + BLOCK).min(rows);
                compare(first..last, &mut mine);
                done((last - first) as u64);
            }
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.join(&mine);
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
        let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        let compared: u64 = all.histogram.iter().sum();
        let highest = all.highest.sorted();
        Self {
            pairs,
            is_whole: highest.len() as u64 == compared,
            highest,
            matching: all.matching,
            histogram: all.histogram,
        }
    }

    /// How many pairs there are.
    pub const fn pairs(&self) -> u64 {
        self.pairs
    }

    /// The lowest threshold at which at most that share of the pairs matches (has a similarity at
    /// or above it); nothing where the pairs are too few for even one to be allowed.
    pub fn threshold(&self, fmr: f64) -> Option<f32> {
        // A rounding of the product must not cost a pair: 1e-4 of 10,000 is 1.
        let allowed = (self.pairs as f64 * fmr * (1.0 + 1e-12)).floor() as usize;
        if allowed == 0 {
            return None;
        }
        // With fewer similarities than that, the rest are pairs without a face, below all others.
        Some(
            self.highest
                .get(allowed)
                .map_or(f32::MIN, |highest| highest.next_up()),
        )
    }

    /// The rate of false matches at a threshold; nothing where it is neither among those that were
    /// wanted nor as high as those for the wanted rates.
    pub fn fmr(&self, threshold: f32) -> Option<Rate> {
        let kept = self.highest.partition_point(|&value| value >= threshold);
        let matching = if self.is_whole || kept < self.highest.len() {
            Some(kept as u64)
        } else {
            self.matching
                .iter()
                .find(|(wanted, _)| *wanted == threshold)
                .map(|(_, count)| *count)
        };
        matching.map(|errors| Rate::of(errors, self.pairs))
    }

    /// The lower end of each bin of 0.005, and how many similarities fall into it; pairs without a
    /// face fall into none.
    pub fn histogram(&self) -> impl DoubleEndedIterator<Item = (f32, u64)> + '_ {
        self.histogram
            .iter()
            .enumerate()
            .map(|(bin, &count)| (2.0 * bin as f32 / BINS as f32 - 1.0, count))
    }
}

/// Compares a block of rows with one row of others.
fn compare_rows(faces: &Faces, rows: Range<usize>, others: &Faces, other: usize, to: &mut Tally) {
    let (values, person) = (others.row(other), others.people[other]);
    for at in rows {
        if faces.people[at] != person {
            to.push(dot(faces.row(at), values));
        }
    }
}

/// The dot product of two rows whose length is a multiple of [`LANES`].
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

/// What is kept of a stream of similarities.
struct Tally {
    highest: Highest,
    matching: Vec<(f32, u64)>,
    histogram: Vec<u64>,
}

impl Tally {
    fn new(pairs: u64, wanted: &Wanted) -> Self {
        Self {
            highest: Highest::new((pairs as f64 * wanted.highest_fmr) as usize + 1),
            matching: wanted.thresholds.iter().map(|&at| (at, 0)).collect(),
            histogram: vec![0; BINS],
        }
    }

    fn push(&mut self, similarity: f32) {
        self.highest.push(similarity);
        for (threshold, count) in &mut self.matching {
            *count += u64::from(similarity >= *threshold);
        }
        let bin = ((similarity + 1.0) * (BINS / 2) as f32) as usize;
        self.histogram[bin.min(BINS - 1)] += 1;
    }

    fn join(&mut self, other: &Self) {
        other
            .highest
            .values
            .iter()
            .for_each(|&value| self.highest.push(value));
        for ((_, count), (_, more)) in self.matching.iter_mut().zip(&other.matching) {
            *count += more;
        }
        for (count, more) in self.histogram.iter_mut().zip(&other.histogram) {
            *count += more;
        }
    }
}

/// The highest `wanted` values of a stream, in memory for twice as many.
struct Highest {
    wanted: usize,
    floor: f32,
    values: Vec<f32>,
}

impl Highest {
    const fn new(wanted: usize) -> Self {
        Self {
            wanted,
            floor: f32::NEG_INFINITY,
            values: Vec::new(),
        }
    }

    fn push(&mut self, value: f32) {
        if value > self.floor {
            self.values.push(value);
            if self.values.len() >= 2 * self.wanted.max(1024) {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        if self.values.len() > self.wanted {
            let last = self.wanted - 1;
            let (_, floor, _) = self
                .values
                .select_nth_unstable_by(last, |a, b| b.total_cmp(a));
            self.floor = *floor;
            self.values.truncate(self.wanted);
        }
    }

    fn sorted(mut self) -> Vec<f32> {
        self.cut();
        self.values.sort_by(|a, b| b.total_cmp(a));
        self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pseudo-random rows for 200 pictures of 70 people, and two pictures without a face.
    fn faces() -> Faces {
        let mut faces = Faces::new(32);
        let mut state = 5_u32;
        for picture in 0..200 {
            let row: Vec<f32> = (0..32)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 20) as f32 / 4096.0 - 0.5
                })
                .collect();
            faces.push(picture % 70, Some(&row));
        }
        faces.push(3, None);
        faces.push(3, None);
        faces
    }

    fn up_to(highest_fmr: f64) -> Wanted {
        Wanted {
            highest_fmr,
            thresholds: vec![0.0, 0.4],
        }
    }

    fn by_hand(faces: &Faces) -> Vec<f32> {
        let mut all = Vec::new();
        for a in 0..faces.people.len() {
            for b in 0..a {
                if faces.people[a] != faces.people[b] {
                    all.push(dot(faces.row(a), faces.row(b)));
                }
            }
        }
        all
    }

    #[test]
    fn thresholds_are_the_lowest_by_brute_force() {
        let faces = faces();
        let all = by_hand(&faces);
        let found = Impostors::within(&faces, &up_to(1e-2), |_| {});
        // Each of the two pictures without a face stands against all but the third person's three.
        let pairs = all.len() as u64 + 2 * (200 - 3);
        assert_eq!(found.pairs(), pairs);
        for fmr in [1e-2, 1e-3, 1e-4] {
            let rate = |threshold: f32| {
                all.iter().filter(|&&value| value >= threshold).count() as f64 / pairs as f64
            };
            let threshold = found.threshold(fmr).unwrap();
            assert!(rate(threshold) <= fmr, "{fmr}");
            assert!(rate(threshold.next_down()) > fmr, "{fmr}");
        }
        assert_eq!(found.threshold(1e-5), None, "{pairs} pairs are too few");
    }

    #[test]
    fn matches_are_counted_at_any_wanted_threshold() {
        let faces = faces();
        let all = by_hand(&faces);
        let found = Impostors::within(&faces, &up_to(1e-2), |_| {});
        let lowest = found.threshold(1e-2).unwrap();
        for threshold in [0.0, 0.4, lowest] {
            let count = all.iter().filter(|&&value| value >= threshold).count() as u64;
            let rate = found.fmr(threshold).unwrap();
            assert_eq!((rate.errors, rate.trials), (count, found.pairs()));
        }
        assert_eq!(
            found.fmr(0.1),
            None,
            "not asked for, and below what is kept"
        );
        let whole = Impostors::within(&faces, &up_to(1.0), |_| {});
        assert!(whole.fmr(0.1).is_some());
        let histogram: u64 = found.histogram().map(|(_, count)| count).sum();
        assert_eq!(histogram, all.len() as u64);
        let above = found.histogram().filter(|(low, _)| *low >= 0.0);
        assert_eq!(
            above.map(|(_, count)| count).sum::<u64>(),
            found.fmr(0.0).unwrap().errors
        );
    }

    #[test]
    fn templates_meet_the_probes_of_others_only() {
        let (templates, probes) = (faces(), faces());
        let both_ways = Impostors::between(&templates, &probes, &up_to(1e-2), |_| {});
        let once = Impostors::within(&templates, &up_to(1e-2), |_| {});
        assert_eq!(both_ways.pairs(), 2 * once.pairs());
        assert_eq!(both_ways.threshold(1e-3), once.threshold(1e-3));
    }

    #[test]
    fn the_highest_of_a_long_stream_stay() {
        let mut highest = Highest::new(10);
        for value in 0..10_000_u32 {
            highest.push((value * 7919 % 10_007) as f32);
            assert!(highest.values.len() <= 2048);
        }
        let mut all: Vec<_> = (0..10_000_u32).map(|value| value * 7919 % 10_007).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        let expected: Vec<f32> = all[..10].iter().map(|&value| value as f32).collect();
        assert_eq!(highest.sorted(), expected);
    }

    #[test]
    fn equal_similarities_stand_or_fall_together() {
        let mut faces = Faces::new(16);
        for person in 0..20 {
            faces.push(person, Some(&[0.25; 16]));
        }
        let found = Impostors::within(&faces, &up_to(1e-2), |_| {});
        assert_eq!(found.pairs(), 190);
        assert_eq!(found.threshold(1e-2), Some(1.0_f32.next_up()));
    }

    #[test]
    fn nobody_to_compare_sets_no_threshold() {
        let found = Impostors::within(&Faces::new(16), &up_to(1e-2), |_| {});
        assert_eq!((found.pairs(), found.threshold(1e-2)), (0, None));
    }
}
