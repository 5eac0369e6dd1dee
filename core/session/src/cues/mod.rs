//! The cues: what a living face does over a look and a picture of it does not, each a number.
//!
//! ```text
//! observations --> Track --> Motion (what no sheet can do, against the landmarks' own noise)
//!                    |          |--> plane, eyes, mouth, turn --> fusion --> life
//!                    |          '--> repeat    a clip that comes again
//!                    |--> timing               a frozen picture, a cut
//!                    '--> nets and texture     what the surface looks like
//! ```
//!
//! Each cue abstains where it cannot say: below four seconds, with too few frames, or where what it
//! rests on was not measured.

mod eyes;
mod face;
mod motion;
mod mouth;
mod plane;
mod repeat;
mod shape;
mod timing;
mod turn;

use crate::{FaceObservation, MonotonicMs};
use motion::Motion;
use serde::{Deserialize, Serialize};
use shape::Shape;

pub use timing::Timing;

/// What all cues say of a look so far; nothing where a cue abstains.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Cues {
    /// Median of the passive net's probability of a live face, 0 to 1.
    pub live: Option<f32>,
    /// The same of a second net.
    pub live_second: Option<f32>,
    /// Median of the texture of a screen, 0 (none) to 1.
    pub texture: Option<f32>,
    /// Fresh movement of eyes, nose and mouth together, over the landmarks' noise.
    pub plane: Option<f32>,
    /// Fresh movement of the eyes: blinks. Over the landmarks' noise.
    pub eyes: Option<f32>,
    /// Fresh movement of the mouth: speech, opening. Over the landmarks' noise.
    pub mouth: Option<f32>,
    /// Fresh movement of the nose against the rest: turns and nods. Over the landmarks' noise.
    pub turn: Option<f32>,
    /// The share of all movement that does not come again after the lag at which most does: 0 for a
    /// loop, about 0.6 for a person.
    pub repeat: Option<f32>,
    /// What the frames' times and jumps say.
    pub timing: Timing,
}

/// A look's frames, as the cues see them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Track {
    samples: Vec<Sample>,
    live: Vec<f32>,
    live_second: Vec<f32>,
    texture: Vec<f32>,
    timing: timing::Watch,
}

/// One frame whose landmarks make a face.
#[derive(Debug, Clone, PartialEq)]
struct Sample {
    at_ms: MonotonicMs,
    shape: Shape,
}

impl Track {
    /// Takes a good frame in; a time that does not move on counts for nothing.
    pub fn take(&mut self, at_ms: MonotonicMs, face: &FaceObservation) {
        self.live.extend(face.live);
        self.live_second.extend(face.live_second);
        self.texture.extend(face.texture);
        self.timing.take(at_ms, face);
        let moves_on = self.samples.last().is_none_or(|last| last.at_ms < at_ms);
        if let Some(shape) = Shape::of(&face.points).filter(|_| moves_on) {
            self.samples.push(Sample { at_ms, shape });
        }
    }

    /// What the cues say now.
    pub fn cues(&self) -> Cues {
        let motion = Motion::of(&self.samples);
        let of_motion = |cue: fn(&Motion) -> f32| motion.as_ref().map(cue);
        Cues {
            live: median(&self.live),
            live_second: median(&self.live_second),
            texture: median(&self.texture),
            plane: of_motion(plane::plane),
            eyes: of_motion(eyes::eyes),
            mouth: of_motion(mouth::mouth),
            turn: of_motion(turn::turn),
            repeat: motion.as_ref().and_then(repeat::repeat),
            timing: self.timing.seen(),
        }
    }
}

/// The median of the numbers among the values; nothing where there are none.
pub(crate) fn median(values: &[f32]) -> Option<f32> {
    let mut sorted: Vec<f32> = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    sorted.sort_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
pub(crate) mod tests;
