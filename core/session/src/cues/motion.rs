//! How far points of the face move beyond what a sheet can do and beyond their own noise, and how
//! much of it is fresh.
//!
//! Landmarks of a picture are never quite still: sensor, compression and the net's crop move each
//! by itself from one frame to the next. That noise is measured in the same look, as the change
//! between neighbouring frames, the middle one over time and over all points, so that speech,
//! blinks and hasty turns do not count as noise. Movement is what remains in means over 200 ms, in
//! units of that noise: it does not depend on the camera, the light or the size of the face. A look
//! of a tripod and no noise at all would divide by nothing, hence [`LEAST_NOISE`].
//!
//! A clip that is shown again and again moves as a living face does, but never differently. So what
//! counts is *fresh* movement: for each lag from 0.9 to 4 s, half the mean square by which the face
//! differs from itself that much earlier (for somebody who never does the same twice, the
//! variance); of all lags the least.

use super::Sample;
use super::shape::Shape;
use crate::MonotonicMs;

/// The shortest look that a cue of movement says anything about.
pub(crate) const SHORTEST_LOOK_MS: u64 = 4_000;

/// Fewest samples that it says anything about: four seconds at seven frames a second.
const FEWEST_SAMPLES: usize = 28;

/// Shapes are averaged over this time: about as long as a blink.
const MEAN_MS: u64 = 200;

/// Means are taken this far apart.
const STEP_MS: u64 = 80;

/// Lags at which a loop is looked for: below the first a face resembles itself because it moves
/// slowly (a shorter loop comes again at a multiple), and a longer loop is out of reach.
const LAGS_MS: std::ops::RangeInclusive<u64> = 900..=4_000;

/// A lag says something where this much of the look lies that far apart.
const OVERLAP_MS: u64 = 1_200;

/// Frames at least this far apart tell noise: more than 30 a second see the same noise again.
const NOISE_LAG_MS: u64 = 30;

/// Least noise that is reckoned with, in inter-ocular distances: a third of what sensors give.
const LEAST_NOISE: f32 = 0.001;

/// Points that move by themselves: nose, eyes, mouth. Those of the brows and the jaw follow light
/// and hair.
const FIRST: usize = 27;
const POINTS: usize = 68 - FIRST;

/// The movement of a look.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Motion {
    /// Landmark noise in inter-ocular distances.
    noise: f32,
    /// For each lag, for each point: half the mean square difference, the means' own noise taken
    /// off.
    fresh: Vec<[f32; POINTS]>,
    /// For each point its variance, the means' own noise taken off.
    whole: [f32; POINTS],
}

impl Motion {
    /// Of a look's frames in order of time; nothing where they are too few or too short.
    pub(super) fn of(samples: &[Sample]) -> Option<Self> {
        let span_ms = samples.last()?.at_ms - samples.first()?.at_ms;
        if span_ms < SHORTEST_LOOK_MS || samples.len() < FEWEST_SAMPLES {
            return None;
        }
        let variance = noise(samples)?;
        let (steps, averaged) = steps(samples);
        let left = variance / averaged;
        let lags = LAGS_MS.start().div_ceil(STEP_MS)..=LAGS_MS.end() / STEP_MS;
        let fresh: Vec<[f32; POINTS]> = lags
            .filter_map(|lag| difference(&steps, lag as usize))
            .map(|half| half.map(|half| half - left))
            .collect();
        (!fresh.is_empty()).then(|| Self {
            noise: variance.sqrt().hypot(LEAST_NOISE),
            fresh,
            whole: spread(&steps).map(|variance| variance - left),
        })
    }

    /// Fresh movement of some points over the noise: the least of all lags.
    pub(super) fn fresh(&self, points: std::ops::Range<usize>) -> f32 {
        self.least_fresh(points).max(0.0).sqrt() / self.noise
    }

    /// All movement of some points over the noise.
    pub(super) fn whole(&self, points: std::ops::Range<usize>) -> f32 {
        mean(&self.whole, points).max(0.0).sqrt() / self.noise
    }

    /// The share of the movement of some points that is fresh.
    pub(super) fn fresh_share(&self, points: std::ops::Range<usize>) -> f32 {
        self.least_fresh(points.clone()) / mean(&self.whole, points).max(f32::MIN_POSITIVE)
    }

    fn least_fresh(&self, points: std::ops::Range<usize>) -> f32 {
        let lags = self.fresh.iter().map(|fresh| mean(fresh, points.clone()));
        lags.fold(f32::INFINITY, f32::min)
    }
}

/// Mean over points, which are named by their number among the 68.
fn mean(values: &[f32; POINTS], points: std::ops::Range<usize>) -> f32 {
    let values = &values[points.start - FIRST..points.end - FIRST];
    values.iter().sum::<f32>() / values.len() as f32
}

/// Variance of the noise along one axis: of each point between neighbouring frames, the middle one
/// over time and over the points.
fn noise(samples: &[Sample]) -> Option<f32> {
    let mut squares = vec![Vec::new(); 68];
    let mut before = samples.first()?;
    for sample in &samples[1..] {
        // A frame that is shown twice has no noise of its own.
        let same = sample.shape == before.shape;
        if same || sample.at_ms - before.at_ms < NOISE_LAG_MS {
            continue;
        }
        if sample.at_ms - before.at_ms <= MEAN_MS {
            for (squares, (a, b)) in squares.iter_mut().zip(before.shape.pairs(&sample.shape)) {
                squares.push((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2));
            }
        }
        before = sample;
    }
    let mut middles: Vec<f32> = squares.iter_mut().filter_map(|all| middle(all)).collect();
    // The difference of two values varies twice as much as one, and the middle of the squares of
    // two axes is 2 ln 2 times the variance of one.
    middle(&mut middles).map(|square| square / (4.0 * std::f32::consts::LN_2))
}

fn middle(values: &mut [f32]) -> Option<f32> {
    let middle = values.len() / 2;
    (middle < values.len()).then(|| *values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

type Step = Option<[[f32; 2]; POINTS]>;

/// Means of the shapes about regular moments, nothing where the face was away, and of how many
/// frames one is made on average.
fn steps(samples: &[Sample]) -> (Vec<Step>, f32) {
    let (first_ms, last_ms) = (samples[0].at_ms, samples[samples.len() - 1].at_ms);
    let at = |ms: MonotonicMs| samples.partition_point(|sample| sample.at_ms < ms);
    let (mut frames, mut filled) = (0, 0);
    let steps = (first_ms..=last_ms)
        .step_by(STEP_MS as usize)
        .map(|middle_ms| {
            let half_ms = MEAN_MS / 2;
            let near = &samples[at(middle_ms.saturating_sub(half_ms))..at(middle_ms + half_ms + 1)];
            if near.is_empty() {
                return None;
            }
            frames += near.len();
            filled += 1;
            let mut mean = [[0.0; 2]; POINTS];
            for sample in near {
                add(&mut mean, &sample.shape);
            }
            Some(mean.map(|sum| sum.map(|sum| sum / near.len() as f32)))
        })
        .collect();
    (steps, frames as f32 / filled.max(1) as f32)
}

fn add(sums: &mut [[f32; 2]; POINTS], shape: &Shape) {
    for (sum, point) in sums.iter_mut().zip(&shape.points()[FIRST..]) {
        sum[0] += point[0];
        sum[1] += point[1];
    }
}

/// For each point half the mean square along one axis by which steps differ that are a lag apart;
/// nothing where there are too few of them.
fn difference(steps: &[Step], lag: usize) -> Option<[f32; POINTS]> {
    let later = steps.get(lag..)?;
    let (mut sums, mut count) = ([0.0; POINTS], 0);
    for (a, b) in steps.iter().zip(later) {
        let (Some(a), Some(b)) = (a, b) else {
            continue;
        };
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
        }
        count += 1;
    }
    (count * STEP_MS >= OVERLAP_MS).then(|| sums.map(|sum: f32| sum / (4.0 * count as f32)))
}

/// For each point its variance along one axis.
fn spread(steps: &[Step]) -> [f32; POINTS] {
    let mut mean = [[0.0; 2]; POINTS];
    let count = steps.iter().flatten().count().max(1) as f32;
    for step in steps.iter().flatten() {
        for (sum, point) in mean.iter_mut().zip(step) {
            sum[0] += point[0] / count;
            sum[1] += point[1] / count;
        }
    }
    let mut spread = [0.0; POINTS];
    for step in steps.iter().flatten() {
        for (sum, (point, mean)) in spread.iter_mut().zip(step.iter().zip(&mean)) {
            *sum += ((point[0] - mean[0]).powi(2) + (point[1] - mean[1]).powi(2)) / (2.0 * count);
        }
    }
    spread
}
