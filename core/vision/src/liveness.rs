//! Passive liveness: is this a face in front of the camera or one shown to it?

use lifecert_inference::{Model, ModelId};

use crate::error::VisionError;
use crate::frame::FrameRef;
use crate::geometry::{Affine, Rect};
use crate::nets::{Normalise, shaped};
use crate::sample::{Border, warp_rgb};

const SIDE: usize = 128;

/// Side of the square that the first net sees, over the face box's longer side. Of 1.6 to 2.2, this
/// one is best on single pictures and next to best on clips.
const SURROUND: f32 = 1.75;

/// The same for the second net.
const SECOND_SURROUND: f32 = 1.5;

/// What the second net's opinion counts beside the first one's: alone it is wrong more often.
const SECOND_WEIGHT: f32 = 0.5;

/// A liveness net. Input 1x3x128x128, a square crop with the picture reflected at its borders;
/// output three logits (the second net: two), of which the first is a live face.
pub(crate) struct Liveness {
    pub(crate) model: Model,
    surround: f32,
}

/// How much more likely than not a face is live, as the logarithm of the odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LogOdds(f32);

impl Liveness {
    pub(crate) fn new(model: Model) -> Result<Self, VisionError> {
        let (surround, logits) = match model.id() {
            ModelId::LivenessSecond => (SECOND_SURROUND, 2),
            _ => (SURROUND, 3),
        };
        Ok(Self {
            model: shaped(model, [1, 3, SIDE, SIDE], &[logits])?,
            surround,
        })
    }

    /// Whether the face in the box is live.
    pub(crate) fn score(
        &mut self,
        frame: &FrameRef<'_>,
        face: &Rect,
    ) -> Result<LogOdds, VisionError> {
        let normalise = Normalise::of(self.model.entry());
        let map = Affine::stretch(SIDE, SIDE, &face.square(self.surround));
        let planes = normalise.planes(self.model.input_mut());
        warp_rgb(frame, &map, (SIDE, SIDE), Border::Reflected, planes);
        normalise.apply(self.model.input_mut());
        Ok(LogOdds::of_logits(self.model.run()?.output(0)))
    }
}

impl LogOdds {
    /// From logits of which the first is a live face.
    fn of_logits(logits: &[f32]) -> Self {
        let (live, others) = logits.split_first().unwrap_or((&f32::NAN, &[]));
        let highest = others.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = others.iter().map(|logit| (logit - highest).exp()).sum();
        let odds = live - (highest + sum.ln());
        // Not-a-number speaks for nobody's life.
        Self(if odds.is_finite() {
            odds
        } else {
            f32::NEG_INFINITY
        })
    }

    /// Both nets' opinions taken together.
    pub(crate) fn with_second(self, second: Self) -> Self {
        Self(self.0 + SECOND_WEIGHT * second.0)
    }

    /// The probability that the face is live, 0 to 1.
    pub(crate) fn probability(self) -> f32 {
        1.0 / (1.0 + (-self.0).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probability_is_the_softmax_of_the_first_logit() {
        let probability = |logits: &[f32]| LogOdds::of_logits(logits).probability();
        let sum = 1.0_f32.exp() + 0.5_f32.exp() + (-2.0_f32).exp();
        assert!((probability(&[1.0, 0.5, -2.0]) - 1.0_f32.exp() / sum).abs() < 1e-6);
        assert_eq!(probability(&[0.0, 0.0]), 0.5);
        assert_eq!(probability(&[900.0, 0.0]), 1.0);
        assert_eq!(probability(&[0.0, 900.0, 1.0]), 0.0);
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(probability(&[bad, 0.0]), 0.0);
        }
        assert_eq!(probability(&[]), 0.0);
    }

    #[test]
    fn two_opinions_add_up_and_nobody_outvotes_not_a_number() {
        let (yes, no) = (LogOdds(2.0), LogOdds(-3.0));
        assert_eq!(yes.with_second(no), LogOdds(0.5));
        assert_eq!(no.with_second(yes), LogOdds(-2.0));
        let none = LogOdds::of_logits(&[f32::NAN, 0.0]);
        assert_eq!(yes.with_second(none).probability(), 0.0);
        assert_eq!(none.with_second(yes).probability(), 0.0);
    }
}
