//! Gentle actions: what a person does when asked, seen in numbers, at their own pace.
//!
//! Each action has a strength, 1 where it counts. It is read from the numbers since it was asked
//! for, at most ten seconds of them, against the same person a moment before, so that nobody is
//! measured by somebody else's face:
//!
//! - **come closer**: the face grows by 20 % over its smallest size;
//! - **turn**: the yaw moves by 12 degrees, to either side and from wherever it was;
//! - **blink**: the eye aspect ratio falls to 70 % of what is usual and comes back. Slower than a
//!   blink of habit: the ratio is smoothed over 150 ms;
//! - **open mouth**: the inner lips part by 0.2 of their width over the closed mouth.
//!
//! There is no countdown. So that a recording of somebody who happens to move does not come to fit
//! in the end, a pronounced other action than the one asked for is a stray; two strays are for a
//! person at the office to look at. Blinks are nobody's choice and no strays. Thresholds with their
//! evidence: docs/guidance.md.

use crate::{FaceObservation, MonotonicMs};
use lifecert_protocol::{Action, Challenge};

/// Numbers older than this say nothing any more.
const WINDOW_MS: u64 = 10_000;

/// Numbers are smoothed over this time.
const SMOOTH_MS: f32 = 150.0;

/// Growth of the face that counts.
const GROWTH: f32 = 0.2;

/// Turn of the head that counts.
const TURN_DEG: f32 = 12.0;

/// Fall of the eye aspect ratio below the usual one that counts, as a share of it.
const EYES_FALL: f32 = 0.3;

/// The eyes are open again at this share of the usual ratio.
const EYES_BACK: f32 = 0.85;

/// Opening of the mouth that counts, in mouth widths.
const MOUTH: f32 = 0.2;

/// An unasked action so many times as strong as one that counts is a stray. Of recordings of
/// somebody who moves freely, this lets a third of what 2.0 lets through (docs/guidance.md).
const STRAY: f32 = 1.25;

/// That many strays are put up with.
const STRAYS_BORNE: usize = 1;

/// What has been asked for and done so far.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Round {
    /// The one that is asked for, and those that are left to swap for or still to come.
    asked: Action,
    left: Vec<Action>,
    wanted: usize,
    done: Vec<Action>,
    watched: Watched,
    strays: usize,
    /// The unasked action that is going on.
    straying: Option<Action>,
}

/// How a round goes on after an action was seen or swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// This one is asked for now.
    Ask(Action),
    /// All that were wanted were seen.
    Complete,
    /// Too few are left.
    Exhausted,
}

impl Round {
    /// The round that the challenge asks for, if it asks for any.
    pub(crate) fn of(challenge: &Challenge) -> Option<Self> {
        let mut order = challenge.actions().into_iter();
        let wanted = usize::from(challenge.policy.actions);
        let asked = order.next().filter(|_| wanted > 0)?;
        Some(Self {
            asked,
            left: order.collect(),
            wanted,
            done: Vec::new(),
            watched: Watched::default(),
            strays: 0,
            straying: None,
        })
    }

    pub(crate) fn asked(&self) -> Action {
        self.asked
    }

    pub(crate) fn done(&self) -> &[Action] {
        &self.done
    }

    /// Whether all was done, and little else.
    pub(crate) fn is_convincing(&self) -> bool {
        self.done.len() == self.wanted && self.strays <= STRAYS_BORNE
    }

    /// Takes a frame in; says how it goes on if the action was seen in it.
    pub(crate) fn take(&mut self, at_ms: MonotonicMs, face: &FaceObservation) -> Option<Next> {
        self.watched.take(at_ms, face);
        if self.watched.strength(self.asked) >= 1.0 {
            self.done.push(self.asked);
            return Some(self.go_on());
        }
        let stray = Action::ALL.iter().copied().find(|action| {
            *action != self.asked
                && *action != Action::Blink
                && self.watched.strength(*action) >= STRAY
        });
        if stray.is_some() && stray != self.straying {
            self.strays += 1;
        }
        self.straying = stray;
        None
    }

    /// The person would rather do another one.
    pub(crate) fn swap(&mut self) -> Next {
        self.go_on()
    }

    fn go_on(&mut self) -> Next {
        self.watched = Watched::default();
        self.straying = None;
        if self.done.len() == self.wanted {
            return Next::Complete;
        }
        if self.left.len() < self.wanted - self.done.len() {
            return Next::Exhausted;
        }
        self.asked = self.left.remove(0);
        Next::Ask(self.asked)
    }
}

/// The face's numbers since an action was asked for, smoothed.
#[derive(Debug, Clone, PartialEq, Default)]
struct Watched {
    samples: Vec<Sample>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Sample {
    at_ms: MonotonicMs,
    size: f32,
    yaw_deg: f32,
    eyes: f32,
    mouth: f32,
}

impl Watched {
    fn take(&mut self, at_ms: MonotonicMs, face: &FaceObservation) {
        let mut sample = Sample {
            at_ms,
            size: face.size,
            yaw_deg: face.pose.yaw_deg,
            eyes: face.eye_aspect_ratio,
            mouth: face.mouth_aspect_ratio,
        };
        if !sample.are_numbers() {
            return;
        }
        if let Some(last) = self.samples.last() {
            let step_ms = at_ms.saturating_sub(last.at_ms) as f32;
            sample = last.towards(&sample, 1.0 - (-step_ms / SMOOTH_MS).exp());
        }
        self.samples.push(sample);
        let old = |sample: &Sample| at_ms.saturating_sub(sample.at_ms) > WINDOW_MS;
        let kept_from = self.samples.iter().take_while(|sample| old(sample)).count();
        self.samples.drain(..kept_from);
    }

    /// How much of an action the last numbers show, 1 where it counts; 0 before there are any.
    fn strength(&self, action: Action) -> f32 {
        let Some(now) = self.samples.last() else {
            return 0.0;
        };
        let least = |of: fn(&Sample) -> f32| self.samples.iter().map(of).fold(f32::MAX, f32::min);
        let most = |of: fn(&Sample) -> f32| self.samples.iter().map(of).fold(f32::MIN, f32::max);
        match action {
            Action::ComeCloser => (now.size / least(|sample| sample.size) - 1.0) / GROWTH,
            Action::Turn => {
                let left = now.yaw_deg - least(|sample| sample.yaw_deg);
                let right = most(|sample| sample.yaw_deg) - now.yaw_deg;
                left.max(right) / TURN_DEG
            }
            Action::Blink => {
                let usual = self.usual_eyes();
                let back = now.eyes >= EYES_BACK * usual;
                let fall = (usual - least(|sample| sample.eyes)) / usual;
                if back { fall / EYES_FALL } else { 0.0 }
            }
            Action::OpenMouth => (now.mouth - least(|sample| sample.mouth)) / MOUTH,
        }
    }

    /// The upper quartile: eyes are open most of the time.
    fn usual_eyes(&self) -> f32 {
        let mut eyes: Vec<f32> = self.samples.iter().map(|sample| sample.eyes).collect();
        let place = eyes.len() * 3 / 4;
        let (_, usual, _) = eyes.select_nth_unstable_by(place, f32::total_cmp);
        usual.max(f32::MIN_POSITIVE)
    }
}

impl Sample {
    fn are_numbers(&self) -> bool {
        [self.size, self.yaw_deg, self.eyes, self.mouth]
            .iter()
            .all(|value| value.is_finite())
            && self.size > 0.0
    }

    /// That share of the way to another one, at the other one's time.
    fn towards(&self, to: &Self, share: f32) -> Self {
        let mix = |from: f32, to: f32| from + share * (to - from);
        Self {
            at_ms: to.at_ms,
            size: mix(self.size, to.size),
            yaw_deg: mix(self.yaw_deg, to.yaw_deg),
            eyes: mix(self.eyes, to.eyes),
            mouth: mix(self.mouth, to.mouth),
        }
    }
}

#[cfg(test)]
mod tests;
