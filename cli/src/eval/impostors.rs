//! Every pair of pictures of two different people, and the thresholds that they set.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows that a thread takes at a time; together they fit into the second-level cache.
const BLOCK: usize = 64;

/// Sums that run side by side, so that the compiler may use the widest registers there are.
const LANES: usize = 16;

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

    fn row(&self, at: usize) -> &[f32] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    /// How many pairs of pictures of two different people there are, those without a face too.
    fn cross_pairs(&self) -> u64 {
        let all = (self.people.len() + self.faceless.len()) as u64;
        let mut pictures_of = std::collections::HashMap::<u32, u64>::new();
        for &person in self.people.iter().chain(&self.faceless) {
            *pictures_of.entry(person).or_default() += 1;
        }
        let within: u64 = pictures_of
            .values()
            .map(|count| count * (count - 1) / 2)
            .sum();
        all * all.saturating_sub(1) / 2 - within
    }
}

/// The highest similarities among all pairs of different people.
#[derive(Debug, Clone, PartialEq)]
pub struct Impostors {
    pairs: u64,
    /// In falling order.
    highest: Vec<f32>,
}

impl Impostors {
    /// Compares every picture with every picture of another person, on all cores, and keeps what
    /// is needed for thresholds up to that rate of false matches. `done` is told of rows as they
    /// are finished.
    pub fn compare(faces: &Faces, highest_fmr: f64, done: impl Fn(u64) + Sync) -> Self {
        let pairs = faces.cross_pairs();
        let wanted = (pairs as f64 * highest_fmr) as usize + 1;
        let next = AtomicUsize::new(0);
        let all = Mutex::new(Highest::new(wanted));
        let work = || {
            let mut mine = Highest::new(wanted);
            loop {
                let first = next.fetch_add(BLOCK, Ordering::Relaxed);
                if first >= faces.people.len() {
                    break;
                }
                let last = (first + BLOCK).min(faces.people.len());
                compare_block(faces, first..last, &mut mine);
                done((last - first) as u64);
            }
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            mine.values.iter().for_each(|&value| all.push(value));
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
        let all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        Self {
            pairs,
            highest: all.sorted(),
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
}

/// Compares a block of rows with all rows behind each.
fn compare_block(faces: &Faces, block: std::ops::Range<usize>, highest: &mut Highest) {
    for other in block.start + 1..faces.people.len() {
        let (values, person) = (faces.row(other), faces.people[other]);
        for at in block.start..block.end.min(other) {
            if faces.people[at] != person {
                highest.push(dot(faces.row(at), values));
            }
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
        let found = Impostors::compare(&faces, 1e-2, |_| {});
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
        let found = Impostors::compare(&faces, 1e-2, |_| {});
        assert_eq!(found.pairs(), 190);
        assert_eq!(found.threshold(1e-2), Some(1.0_f32.next_up()));
    }

    #[test]
    fn nobody_to_compare_sets_no_threshold() {
        let found = Impostors::compare(&Faces::new(16), 1e-2, |_| {});
        assert_eq!((found.pairs(), found.threshold(1e-2)), (0, None));
    }
}
