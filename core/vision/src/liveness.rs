//! Passive liveness: is this a face in front of the camera or one shown to it?

use lifecert_inference::Model;

use crate::error::VisionError;
use crate::frame::FrameRef;
use crate::geometry::{Affine, Rect};
use crate::nets::{Normalise, shaped};
use crate::sample::{Border, warp_rgb};

const SIDE: usize = 128;

/// Side of the square that the net sees, over the face box's longer side.
pub(crate) const SURROUND: f32 = 2.0;

/// The liveness net. Input 1x3x128x128, a square crop with the picture reflected at its borders;
/// output three logits, of which the first is a live face.
pub(crate) struct Liveness {
    pub(crate) model: Model,
}

impl Liveness {
    pub(crate) fn new(model: Model) -> Result<Self, VisionError> {
        Ok(Self {
            model: shaped(model, [1, 3, SIDE, SIDE], &[3])?,
        })
    }

    /// The probability that the face in the box is live, 0 to 1.
    pub(crate) fn score(&mut self, frame: &FrameRef<'_>, face: &Rect) -> Result<f32, VisionError> {
        let normalise = Normalise::of(self.model.entry());
        let map = Affine::stretch(SIDE, SIDE, &face.square(SURROUND));
        let planes = normalise.planes(self.model.input_mut());
        warp_rgb(frame, &map, (SIDE, SIDE), Border::Reflected, planes);
        normalise.apply(self.model.input_mut());
        let logits = self.model.run()?.output(0);
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = logits.iter().map(|logit| (logit - highest).exp()).sum();
        let live = (logits[0] - highest).exp() / sum;
        // Not-a-number speaks for nobody's life.
        Ok(if live.is_finite() { live } else { 0.0 })
    }
}
