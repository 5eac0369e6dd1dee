//! The movement cue: what a living face does over a look and a picture of it does not.
//!
//! A living person blinks, and now and then turns the head; a picture in a hand moves as one plane.
//! Two numbers show it, and the larger one counts:
//!
//! - **eyes**: how far the eye aspect ratio (Soukupova and Cech 2016) drops below its median, plus
//!   its standard deviation, both over the median (at least 0.3, or the noise of nearly closed eyes
//!   would count). A median of three guards against single bad landmarks, a mean over 160 ms
//!   against the rest of their noise: a blink lasts longer.
//! - **turn**: the range of the head's yaw, of means over 400 ms, between its 5th and 95th
//!   percentile; 56 degrees count as a whole. A plane that is tilted keeps the nose in its middle.
//!
//! Measured on looks of 5 to 8 s at 25 frames a second that end as soon as the cue is content,
//! clips of two living people who were not asked to do anything against stills re-shown by seeded
//! hands, which the passive net takes for live (`cargo xtask stills`): see
//! [`movement`]. It says nothing about a look below four seconds.

use crate::MonotonicMs;
use lifecert_protocol::Score;
use serde::{Deserialize, Serialize};

/// The shortest look that the cue says anything about.
pub const SHORTEST_LOOK_MS: u64 = 4_000;

/// Fewest samples that the cue says anything about: four seconds at five frames a second.
const FEWEST_SAMPLES: usize = 20;

/// The eyes' ratios are averaged over this time: shorter than a blink.
const EYES_MEAN_MS: u64 = 160;

/// The eye aspect ratio of open eyes; what is less counts as this much.
const OPEN_EYES: f32 = 0.3;

/// The head's turns are averaged over this time.
const TURN_MEAN_MS: u64 = 400;

/// A turn of the head that counts as much as eyes that close altogether.
const WHOLE_TURN_DEG: f32 = 56.0;

/// What one frame says of a face's movement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MovementSample {
    /// When the frame was taken.
    pub at_ms: MonotonicMs,
    /// Mean eye aspect ratio of both eyes.
    pub eye_aspect_ratio: f32,
    /// Turn of the head.
    pub yaw_deg: f32,
}

/// Movement over the samples, in order of time, or nothing where they are too few, too short or not
/// numbers.
pub fn movement(samples: &[MovementSample]) -> Option<Score> {
    let span_ms = samples.last()?.at_ms.checked_sub(samples.first()?.at_ms)?;
    if span_ms < SHORTEST_LOOK_MS || samples.len() < FEWEST_SAMPLES {
        return None;
    }
    let are_numbers = samples
        .iter()
        .all(|sample| sample.eye_aspect_ratio.is_finite() && sample.yaw_deg.is_finite());
    are_numbers.then(|| Score::from_f32(eyes(samples).max(turn(samples))))
}

fn eyes(samples: &[MovementSample]) -> f32 {
    let ratios: Vec<f32> = samples
        .iter()
        .map(|sample| sample.eye_aspect_ratio)
        .collect();
    let open = at_share(&sorted(&ratios), 0.5).max(OPEN_EYES);
    let steady: Vec<(MonotonicMs, f32)> = samples[1..]
        .iter()
        .zip(ratios.windows(3).map(median_of_three))
        .map(|(sample, ratio)| (sample.at_ms, ratio))
        .collect();
    let smooth = means_over(EYES_MEAN_MS, &steady);
    let ordered = sorted(&smooth);
    let drop = at_share(&ordered, 0.5) - at_share(&ordered, 0.0);
    (drop + deviation(&smooth)) / open
}

fn turn(samples: &[MovementSample]) -> f32 {
    let yaw: Vec<(MonotonicMs, f32)> = samples
        .iter()
        .map(|sample| (sample.at_ms, sample.yaw_deg))
        .collect();
    let ordered = sorted(&means_over(TURN_MEAN_MS, &yaw));
    (at_share(&ordered, 0.95) - at_share(&ordered, 0.05)) / WHOLE_TURN_DEG
}

fn median_of_three(window: &[f32]) -> f32 {
    let [a, b, c] = [0, 1, 2].map(|at| window[at]);
    a.max(b).min(a.min(b).max(c))
}

/// For each value the mean of those at most half the time before and after it.
fn means_over(whole_ms: u64, values: &[(MonotonicMs, f32)]) -> Vec<f32> {
    let half_ms = whole_ms / 2;
    values
        .iter()
        .enumerate()
        .map(|(at, (middle_ms, _))| {
            let near = |(at_ms, _): &&(MonotonicMs, f32)| at_ms.abs_diff(*middle_ms) <= half_ms;
            let before = values[..at].iter().rev().take_while(near);
            let (mut sum, mut count) = (0.0, 0.0);
            for (_, value) in before.chain(values[at..].iter().take_while(near)) {
                sum += value;
                count += 1.0;
            }
            sum / count
        })
        .collect()
}

fn sorted(values: &[f32]) -> Vec<f32> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    sorted
}

/// The value below which that share of the others lies; 0 where there are none.
fn at_share(sorted: &[f32], share: f32) -> f32 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((share * last as f32).round() as usize)
        .copied()
        .unwrap_or(0.0)
}

fn deviation(values: &[f32]) -> f32 {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    let squares = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f32>();
    (squares / count).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(
        step_ms: u64,
        ratio: impl Fn(usize) -> f32,
        yaw_deg: impl Fn(usize) -> f32,
    ) -> Vec<MovementSample> {
        (0..150)
            .map(|n| MovementSample {
                at_ms: n as u64 * step_ms,
                eye_aspect_ratio: ratio(n),
                yaw_deg: yaw_deg(n),
            })
            .collect()
    }

    fn share(samples: &[MovementSample]) -> f32 {
        movement(samples).unwrap().to_f32()
    }

    #[test]
    fn a_short_or_sparse_look_says_nothing() {
        let still = samples(40, |_| 0.3, |_| 0.0);
        assert_eq!(movement(&[]), None);
        assert_eq!(movement(&still[..100]), None, "3,960 ms");
        assert!(movement(&still[..101]).is_some(), "4,000 ms");
        let sparse = samples(1_000, |_| 0.3, |_| 0.0);
        assert_eq!(movement(&sparse[..19]), None);
    }

    #[test]
    fn one_blink_stands_above_noise_and_drift() {
        let blink = samples(
            40,
            |n| if (70..76).contains(&n) { 0.1 } else { 0.3 },
            |_| 0.0,
        );
        let noise = samples(40, |n| 0.3 + 0.01 * ((n * 7 % 5) as f32 - 2.0), |_| 0.0);
        let drift = samples(40, |n| 0.3 + 0.03 * (n as f32 / 20.0).sin(), |_| 0.0);
        assert!(share(&blink) > 0.6, "{}", share(&blink));
        assert!(share(&noise) < 0.05, "{}", share(&noise));
        assert!(share(&drift) < 0.2, "{}", share(&drift));
    }

    #[test]
    fn a_blink_of_narrow_eyes_counts_and_their_noise_does_not() {
        let blink = samples(
            40,
            |n| if (70..76).contains(&n) { 0.06 } else { 0.19 },
            |_| 0.0,
        );
        let noise = samples(
            40,
            |n| 0.15 + 0.02 * ((n / 4 * 7 % 5) as f32 - 2.0),
            |_| 0.0,
        );
        assert!(share(&blink) > 0.4, "{}", share(&blink));
        assert!(share(&noise) < 0.25, "{}", share(&noise));
    }

    #[test]
    fn a_turn_of_the_head_counts_and_a_jitter_does_not() {
        let turn = samples(40, |_| 0.3, |n| 10.0 * (n as f32 / 25.0).sin());
        let jitter = samples(40, |_| 0.3, |n| if n % 2 == 0 { 6.0 } else { -6.0 });
        assert!(share(&turn) > 0.3, "{}", share(&turn));
        assert!(share(&jitter) < 0.05, "{}", share(&jitter));
    }

    #[test]
    fn one_bad_landmark_is_no_blink() {
        let still = samples(40, |n| if n == 30 { 0.01 } else { 0.3 }, |_| 0.0);
        assert_eq!(movement(&still).unwrap().parts(), 0);
    }

    #[test]
    fn numbers_that_are_none_say_nothing() {
        assert_eq!(movement(&samples(40, |_| f32::NAN, |_| 0.0)), None);
        assert_eq!(
            movement(&samples(
                40,
                |_| 0.3,
                |n| if n == 9 { f32::NAN } else { 0.0 }
            )),
            None
        );
        assert_eq!(movement(&samples(40, |_| 0.0, |_| 0.0)).unwrap().parts(), 0);
    }
}
