//! Finds the faces of a picture.

use lifecert_inference::{InferenceError, Model};

use crate::error::VisionError;
use crate::frame::FrameRef;
use crate::geometry::{Point, Rect};
use crate::letterbox::Letterbox;
use crate::nets::{Normalise, shaped};

const WIDTH: usize = 320;
const HEIGHT: usize = 240;
/// Boxes that the net proposes.
const BOXES: usize = 4420;
/// A face below this share of the chosen one's size is in the background.
const BYSTANDER: f32 = 1.0 / 3.0;

/// A face's box in pixels of the upright picture (it may reach beyond the edge) and its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Detection {
    pub(crate) rect: Rect,
    /// 0 to 1.
    pub(crate) score: f32,
}

/// The face that is looked at, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Target {
    pub(crate) face: Detection,
    /// Faces at least a third as large, this one among them.
    pub(crate) faces: u32,
}

/// The detector net. Input 1x3x240x320, the whole picture in the upper left of the tensor; output
/// 4,420 pairs of scores (no face, face) and as many boxes (corners in 0 to 1 of the input).
pub(crate) struct Detector {
    pub(crate) model: Model,
    letterbox: Letterbox,
    normalise: Normalise,
    threshold: f32,
    overlap: f32,
}

impl Detector {
    pub(crate) fn new(model: Model) -> Result<Self, VisionError> {
        let model = shaped(model, [1, 3, HEIGHT, WIDTH], &[BOXES * 2, BOXES * 4])?;
        let threshold = |name: &str| {
            model
                .entry()
                .threshold(name)
                .ok_or_else(|| InferenceError::ManifestInvalid {
                    reason: format!("the detector has no threshold {name}"),
                })
        };
        let (threshold, overlap) = (threshold("detection")?, threshold("overlap")?);
        let normalise = Normalise::of(model.entry());
        Ok(Self {
            model,
            letterbox: Letterbox::default(),
            normalise,
            threshold,
            overlap,
        })
    }

    /// Every face, best score first.
    pub(crate) fn detect(&mut self, frame: &FrameRef<'_>) -> Result<Vec<Detection>, VisionError> {
        let size = (WIDTH, HEIGHT);
        let scale = self
            .letterbox
            .fill(frame, self.model.input_mut(), size, self.normalise);
        let outputs = self.model.run()?;
        let (scores, boxes) = (outputs.output(0).as_chunks::<2>().0, outputs.output(1));
        let mut found = Vec::new();
        for ([_, score], corners) in scores.iter().zip(boxes.as_chunks::<4>().0) {
            if *score > self.threshold {
                let [left, top, right, bottom] = *corners;
                let (x, y) = (WIDTH as f32 * scale.0, HEIGHT as f32 * scale.1);
                let rect = Rect {
                    left: left * x,
                    top: top * y,
                    width: (right - left) * x,
                    height: (bottom - top) * y,
                };
                found.push(Detection {
                    rect,
                    score: *score,
                });
            }
        }
        Ok(best_of_each(found, self.overlap))
    }

    /// The face nearest the picture's centre: where several people are in a picture, it is the
    /// right one more often than the largest (LFW folds 6-10: 99.57 % against 99.10 %).
    pub(crate) fn target(&mut self, frame: &FrameRef<'_>) -> Result<Option<Target>, VisionError> {
        let all = self.detect(frame)?;
        let centre = Point::new(frame.width() as f32 / 2.0, frame.height() as f32 / 2.0);
        let off_centre = |detection: &Detection| detection.rect.centre().distance(centre);
        let nearest = all
            .iter()
            .min_by(|a, b| off_centre(a).total_cmp(&off_centre(b)));
        Ok(nearest.map(|&face| {
            let smallest = face.rect.longer_side() * BYSTANDER;
            let faces = all
                .iter()
                .filter(|other| other.rect.longer_side() >= smallest)
                .count();
            Target {
                face,
                faces: faces as u32,
            }
        }))
    }

    /// Forgets the last frame.
    pub(crate) fn clear(&mut self) {
        self.letterbox.clear();
        self.model.clear();
    }
}

/// Non-maximum suppression: of boxes that overlap more than that, the best one.
fn best_of_each(mut found: Vec<Detection>, overlap: f32) -> Vec<Detection> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Detection> = Vec::new();
    for detection in found {
        if kept
            .iter()
            .all(|better| better.rect.overlap(&detection.rect) <= overlap)
        {
            kept.push(detection);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_boxes_leave_the_best() {
        let at = |left, score| Detection {
            rect: Rect {
                left,
                top: 0.0,
                width: 10.0,
                height: 10.0,
            },
            score,
        };
        let kept = best_of_each(vec![at(0.0, 0.7), at(1.0, 0.9), at(30.0, 0.8)], 0.3);
        assert_eq!(kept, [at(1.0, 0.9), at(30.0, 0.8)]);
        assert!(best_of_each(Vec::new(), 0.3).is_empty());
    }
}
