//! One picture through the nets to an observation.

use lifecert_inference::{ModelId, ModelStore};
use lifecert_session::{FaceObservation, MonotonicMs, Observation};
use zeroize::{Zeroize, Zeroizing};

use crate::align::{ALIGNED, aligned_to_picture};
use crate::backlight::scene;
use crate::cover::cover;
use crate::detect::{Detection, Target};
use crate::embed::Views;
use crate::embedding::Embedding;
use crate::error::VisionError;
use crate::eyes::eye_aspect_ratio;
use crate::frame::FrameRef;
use crate::geometry::Affine;
use crate::landmarks::Points;
use crate::mouth::mouth_aspect_ratio;
use crate::nets::{ModelIds, Nets};
use crate::pose::pose;
use crate::quality::{quality, sharpness};
use crate::sample::{Border, warp_gray};

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Where the face is and how good the picture: detector, landmarks, pose, eyes, quality.
    Guidance,
    /// Guidance, and whose face it is: for comparing pictures.
    Identity,
    /// All of it: guidance, passive liveness and the embedding.
    Full,
}

/// What was seen in one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The numbers, without continuity and similarity.
    pub observation: Observation,
    /// The chosen face's embedding, mean of the face and its mirror image; only for
    /// [`Depth::Identity`] and [`Depth::Full`], and only where there is a face.
    pub embedding: Option<Embedding>,
}

/// The nets and their working memory. It knows nothing of the picture before.
#[derive(Debug)]
pub struct Analyzer {
    nets: Nets,
    /// The aligned grey face, 112x112, 0 to 255.
    aligned: Zeroizing<Vec<f32>>,
}

/// A face with its landmarks.
pub(crate) struct Face {
    pub(crate) target: Target,
    pub(crate) points: Points,
    /// From the aligned face to the picture.
    pub(crate) map: Affine,
    pub(crate) observation: FaceObservation,
}

impl Analyzer {
    /// An analyzer of those nets.
    pub fn new(nets: Nets) -> Self {
        Self {
            nets,
            aligned: Zeroizing::new(vec![0.0; ALIGNED * ALIGNED]),
        }
    }

    /// Loads the nets of a models folder.
    ///
    /// # Errors
    /// Those of [`Nets::load`].
    pub fn load(store: &ModelStore) -> Result<Self, VisionError> {
        Ok(Self::new(Nets::load(store)?))
    }

    /// By which models it looks.
    pub const fn models(&self) -> &ModelIds {
        &self.nets.ids
    }

    /// Looks at one picture. Without a face, the observation has none: that is no error.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if a net fails.
    pub fn analyze(
        &mut self,
        frame: &FrameRef<'_>,
        at_ms: MonotonicMs,
        depth: Depth,
    ) -> Result<Seen, VisionError> {
        let nobody = Observation {
            at_ms,
            faces: 0,
            face: None,
        };
        let nobody = Seen {
            observation: nobody,
            embedding: None,
        };
        let Some(target) = self.target(frame)? else {
            return Ok(nobody);
        };
        let Some(mut face) = self.face(frame, target)? else {
            return Ok(nobody);
        };
        if depth == Depth::Full {
            self.judge_liveness(frame, &mut face)?;
        }
        let embedding = match depth {
            Depth::Guidance => None,
            Depth::Identity | Depth::Full => self.embed(frame, &face, Views::Mirrored)?,
        };
        let faces = face.target.faces;
        let observation = Observation {
            at_ms,
            faces,
            face: Some(face.observation),
        };
        Ok(Seen {
            observation,
            embedding,
        })
    }

    /// Overwrites every tensor and working memory with zeros.
    pub fn clear(&mut self) {
        self.nets.detector.clear();
        for id in ModelId::ALL {
            self.nets.model_mut(id).clear();
        }
        self.aligned.iter_mut().zeroize();
    }

    /// Runs one net once over whatever its input tensor holds: what a benchmark compares
    /// [`Analyzer::analyze`] with.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if the net fails.
    pub fn bare_run(&mut self, net: ModelId) -> Result<(), VisionError> {
        self.nets.model_mut(net).run()?;
        Ok(())
    }

    #[cfg(test)]
    pub(crate) fn detect_all(
        &mut self,
        frame: &FrameRef<'_>,
    ) -> Result<Vec<Detection>, VisionError> {
        self.nets.detector.detect(frame)
    }

    /// The face to look at.
    pub(crate) fn target(&mut self, frame: &FrameRef<'_>) -> Result<Option<Target>, VisionError> {
        self.nets.detector.target(frame)
    }

    /// Looks at the face in a box; nothing where the box holds none.
    pub(crate) fn face(
        &mut self,
        frame: &FrameRef<'_>,
        target: Target,
    ) -> Result<Option<Face>, VisionError> {
        let Detection { rect, score } = target.face;
        let Some(marked) = self.nets.landmarks.find(frame, &rect)? else {
            return Ok(None);
        };
        let Some(map) = aligned_to_picture(&marked.points) else {
            return Ok(None);
        };
        let size = (ALIGNED, ALIGNED);
        warp_gray(frame, &map, size, Border::Black, &mut self.aligned);
        let mut observation = FaceObservation {
            bounds: rect.fractions(frame.width(), frame.height()),
            size: rect.longer_side() / frame.width().min(frame.height()) as f32,
            detection: score,
            pose: pose(&marked.points),
            exposure: marked.exposure,
            sharpness: sharpness(&self.aligned),
            eye_aspect_ratio: eye_aspect_ratio(&marked.points),
            mouth_aspect_ratio: mouth_aspect_ratio(&marked.points),
            cover: cover(&self.aligned),
            scene: scene(frame, &rect),
            points: fractions(&marked.points, frame),
            quality: 0.0,
            live: None,
            live_second: None,
            texture: None,
            continuity: None,
            similarity: None,
        };
        observation.quality = quality(&observation);
        Ok(Some(Face {
            target,
            points: marked.points,
            map,
            observation,
        }))
    }

    /// The aligned grey face of the last [`Analyzer::face`].
    pub(crate) fn aligned(&self) -> &[f32] {
        &self.aligned
    }

    pub(crate) fn judge_liveness(
        &mut self,
        frame: &FrameRef<'_>,
        face: &mut Face,
    ) -> Result<(), VisionError> {
        let live = self.nets.liveness.score(frame, &face.target.face.rect)?;
        face.observation.live = Some(live);
        Ok(())
    }

    pub(crate) fn embed(
        &mut self,
        frame: &FrameRef<'_>,
        face: &Face,
        views: Views,
    ) -> Result<Option<Embedding>, VisionError> {
        self.nets.recognition.embed(frame, &face.map, views)
    }
}

/// Points in fractions of the upright frame's width and height.
fn fractions(points: &Points, frame: &FrameRef<'_>) -> Vec<[f32; 2]> {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    points
        .iter()
        .map(|point| [point.x / width, point.y / height])
        .collect()
}
