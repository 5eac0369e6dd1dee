//! Do the frames follow one another as a camera's do? A picture that freezes, a cut.
//!
//! A sensor never gives the same frame twice, so landmarks that are the same to the last bit are
//! one frame shown again (recordings repeat single frames where light is poor; nothing repeats one
//! for a second). A face that jumps, or becomes another, between neighbouring frames was cut: heads
//! reach 1.6 of the face's spread a frame in hasty clips of the living, and 0.27 of similarity an
//! eighth of a second.

use crate::{FaceObservation, MonotonicMs};
use serde::{Deserialize, Serialize};

/// Frames further apart than this are no neighbours.
const NEIGHBOURS_MS: u64 = 150;

/// Embeddings further apart than this are no neighbours.
const LOOKS_APART_MS: u64 = 400;

/// A jump that no head makes: of the landmarks' middle, in their spreads (standard deviations).
const JUMP: f32 = 2.5;

/// A change of size between neighbours that no head makes.
const GROWTH: f32 = 1.6;

/// A fall or rise of similarity between neighbours that no turn of the head makes.
const CHANGE: f32 = 0.45;

/// What the frames' times and jumps say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Timing {
    /// The longest time in which the same frame was shown again and again, in milliseconds.
    pub frozen_ms: u64,
    /// Cuts: the face jumped, or became another.
    pub cuts: u32,
    /// Frames whose time did not move on.
    pub backwards: u32,
}

/// Keeps the frame before and what was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Watch {
    before: Option<Before>,
    same_since_ms: MonotonicMs,
    likeness: Option<(MonotonicMs, f32)>,
    seen: Timing,
}

#[derive(Debug, Clone, PartialEq)]
struct Before {
    at_ms: MonotonicMs,
    points: Vec<[f32; 2]>,
}

impl Watch {
    pub(super) fn take(&mut self, at_ms: MonotonicMs, face: &FaceObservation) {
        if let Some(before) = &self.before {
            if at_ms <= before.at_ms {
                self.seen.backwards += 1;
                return;
            }
            let same = !face.points.is_empty() && face.points == before.points;
            if !same {
                self.same_since_ms = at_ms;
            }
            let frozen_ms = at_ms - self.same_since_ms.min(at_ms);
            self.seen.frozen_ms = self.seen.frozen_ms.max(frozen_ms);
            if at_ms - before.at_ms <= NEIGHBOURS_MS && jumps(&before.points, &face.points) {
                self.seen.cuts += 1;
            }
        } else {
            self.same_since_ms = at_ms;
        }
        if let Some(is) = face.continuity {
            let changed = self.likeness.is_some_and(|(was_ms, was)| {
                at_ms - was_ms <= LOOKS_APART_MS && (is - was).abs() > CHANGE
            });
            self.seen.cuts += u32::from(changed);
            self.likeness = Some((at_ms, is));
        }
        let points = face.points.clone();
        self.before = Some(Before { at_ms, points });
    }

    pub(super) fn seen(&self) -> Timing {
        self.seen
    }
}

fn jumps(before: &[[f32; 2]], after: &[[f32; 2]]) -> bool {
    let (Some(was), Some(is)) = (Place::of(before), Place::of(after)) else {
        return false;
    };
    (0..2).any(|axis| {
        let spread = was.spread[axis].min(is.spread[axis]);
        let growth = was.spread[axis].max(is.spread[axis]) / spread;
        (was.middle[axis] - is.middle[axis]).abs() > JUMP * spread || growth > GROWTH
    })
}

/// Where the landmarks are along each axis, and how far spread.
struct Place {
    middle: [f32; 2],
    spread: [f32; 2],
}

impl Place {
    fn of(points: &[[f32; 2]]) -> Option<Self> {
        let count = points.len() as f32;
        let middle = [0, 1].map(|axis| points.iter().map(|p| p[axis]).sum::<f32>() / count);
        let spread = [0, 1].map(|axis| {
            let squares = points.iter().map(|p| (p[axis] - middle[axis]).powi(2));
            (squares.sum::<f32>() / count).sqrt()
        });
        let whole = spread.iter().all(|spread| spread.is_normal());
        whole.then_some(Self { middle, spread })
    }
}
