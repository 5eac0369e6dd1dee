//! The 68 points of a face (iBUG 300-W order) from the box around it.

use lifecert_inference::Model;

use crate::error::VisionError;
use crate::frame::FrameRef;
use crate::geometry::{Affine, Point, Rect};
use crate::nets::{Normalise, shaped};
use crate::sample::{Border, warp_gray};

const SIDE: usize = 64;
const POINTS: usize = 68;

/// 68 points in pixels of the upright picture.
pub(crate) type Points = [Point; POINTS];

/// What the landmark net saw in a box.
pub(crate) struct Marked {
    pub(crate) points: Points,
    /// Mean grey value of the box, 0 (black) to 1 (white).
    pub(crate) exposure: f32,
}

/// The landmark net. Input 1x1x64x64 grey, output 68 times x, y in 0 to 1 of the box.
pub(crate) struct Landmarks {
    pub(crate) model: Model,
}

impl Landmarks {
    pub(crate) fn new(model: Model) -> Result<Self, VisionError> {
        Ok(Self {
            model: shaped(model, [1, 1, SIDE, SIDE], &[2 * POINTS])?,
        })
    }

    /// The points of the face in a box, which is stretched to a square; nothing where too little of
    /// the box lies in the picture.
    pub(crate) fn find(
        &mut self,
        frame: &FrameRef<'_>,
        face: &Rect,
    ) -> Result<Option<Marked>, VisionError> {
        let face = face.rounded().clip(frame.width(), frame.height());
        if face.width < 2.0 || face.height < 2.0 {
            return Ok(None);
        }
        let normalise = Normalise::of(self.model.entry());
        let map = Affine::stretch(SIDE, SIDE, &face);
        let input = self.model.input_mut();
        warp_gray(frame, &map, (SIDE, SIDE), Border::Reflected, input);
        let exposure = input.iter().sum::<f32>() / (255.0 * input.len() as f32);
        normalise.apply(input);
        let output = self.model.run()?.output(0);
        let mut points = [Point::default(); POINTS];
        for (point, place) in points.iter_mut().zip(output.as_chunks::<2>().0) {
            *point = Point::new(
                face.left + place[0] * face.width,
                face.top + place[1] * face.height,
            );
        }
        let finite = points
            .iter()
            .all(|point| point.x.is_finite() && point.y.is_finite());
        Ok(finite.then_some(Marked { points, exposure }))
    }
}
