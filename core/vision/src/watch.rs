//! A session's frames, one after another: where the face is, and whether it is still the same.

use lifecert_session::{MonotonicMs, Observation};
use zeroize::Zeroizing;

use crate::analyze::{Analyzer, Face};
use crate::detect::{Detection, Target};
use crate::embed::Views;
use crate::embedding::{Embedding, Sum};
use crate::error::VisionError;
use crate::frame::FrameRef;
use crate::geometry::{Point, Rect};
use crate::landmarks::Points;
use crate::nets::ModelIds;
use crate::texture::texture;

/// Liveness and embedding are looked at this often, on average.
const FULL_EVERY_MS: u64 = 125;

/// A tracked face whose grey values correlate less than this with the face that was detected is
/// looked for anew.
const LOOKS_ALIKE: f32 = 0.8;

/// An [`Analyzer`] that looks at one session's frames.
///
/// Eight times a second a frame is looked at in full: detector, landmarks, liveness, embedding (of
/// the face alone: its mirror image costs as much as the rest together and adds little to a mean
/// over a look). In between the detector rests: the box moves with the landmarks, as long as what
/// it holds still looks like the face that was detected. So another face or a covered camera is
/// noticed at once or, at the latest, an eighth of a second later, and [`Observation::faces`] of a
/// frame in between is that of the last detection.
pub struct Watch {
    analyzer: Analyzer,
    template: Option<Embedding>,
    /// The first face of this look, and all of them together.
    first: Option<Embedding>,
    sum: Sum,
    /// When the next full look is due; nothing before the first one.
    due_ms: Option<MonotonicMs>,
    track: Option<Track>,
}

/// The detected face, and where it has moved since.
struct Track {
    detected: Target,
    detected_points: Points,
    /// The aligned grey face, mean 0, length 1.
    looks: Zeroizing<Vec<f32>>,
    points: Points,
}

impl Watch {
    /// Looks with that analyzer and compares with the person's template, where there is one.
    pub fn new(analyzer: Analyzer, template: Option<Embedding>) -> Self {
        let (first, sum) = (None, Sum::default());
        Self {
            analyzer,
            template,
            first,
            sum,
            due_ms: None,
            track: None,
        }
    }

    /// Looks at the newest frame.
    ///
    /// Continuity (to the first face of this look) and similarity (to the template) are there where
    /// an embedding was made.
    ///
    /// # Errors
    /// [`VisionError::Inference`] if a net fails.
    pub fn look(
        &mut self,
        frame: &FrameRef<'_>,
        at_ms: MonotonicMs,
    ) -> Result<Observation, VisionError> {
        let full = self.is_due(at_ms);
        let tracked = if full { None } else { self.tracked(frame)? };
        let face = match tracked {
            Some(face) => Some(face),
            None => self.detected(frame)?,
        };
        let Some(mut face) = face else {
            self.track = None;
            return Ok(Observation {
                at_ms,
                faces: 0,
                face: None,
            });
        };
        if full {
            self.look_in_full(frame, &mut face)?;
            self.plan_next(at_ms);
        }
        let faces = face.target.faces;
        Ok(Observation {
            at_ms,
            faces,
            face: Some(face.observation),
        })
    }

    /// Forgets the first face and all embeddings: a new look begins.
    pub fn restart(&mut self) {
        self.first = None;
        self.sum = Sum::default();
        self.due_ms = None;
        self.track = None;
    }

    /// The mean of this look's embeddings, better pictures weighing more.
    pub fn embedding(&self) -> Option<Embedding> {
        self.sum.mean()
    }

    /// Gives the analyzer back, with every tensor and working memory zeroed.
    pub fn into_analyzer(mut self) -> Analyzer {
        self.analyzer.clear();
        self.analyzer
    }

    /// By which models it looks.
    pub const fn models(&self) -> &ModelIds {
        self.analyzer.models()
    }

    fn is_due(&self, at_ms: MonotonicMs) -> bool {
        // A clock that was set back would otherwise put the next full look off for good.
        self.due_ms
            .is_none_or(|due_ms| at_ms >= due_ms || at_ms + FULL_EVERY_MS < due_ms)
    }

    /// Keeps the average: a frame that came a little late does not delay the one after next.
    fn plan_next(&mut self, at_ms: MonotonicMs) {
        let late_ms = self
            .due_ms
            .and_then(|due_ms| at_ms.checked_sub(due_ms))
            .unwrap_or(0);
        let late_ms = if late_ms < FULL_EVERY_MS { late_ms } else { 0 };
        self.due_ms = Some(at_ms.saturating_add(FULL_EVERY_MS) - late_ms);
    }

    fn look_in_full(&mut self, frame: &FrameRef<'_>, face: &mut Face) -> Result<(), VisionError> {
        self.analyzer.judge_liveness(frame, face)?;
        face.observation.texture = texture(frame, &face.target.face.rect);
        let Some(embedding) = self.analyzer.embed(frame, face, Views::One)? else {
            return Ok(());
        };
        self.sum.add(&embedding, face.observation.quality);
        let first = self.first.get_or_insert_with(|| embedding.clone());
        face.observation.continuity = Some(first.similarity(&embedding));
        let template = self.template.as_ref();
        face.observation.similarity = template.map(|template| template.similarity(&embedding));
        Ok(())
    }

    fn detected(&mut self, frame: &FrameRef<'_>) -> Result<Option<Face>, VisionError> {
        let Some(target) = self.analyzer.target(frame)? else {
            return Ok(None);
        };
        let Some(face) = self.analyzer.face(frame, target)? else {
            return Ok(None);
        };
        self.track = looks(self.analyzer.aligned()).map(|looks| Track {
            detected: target,
            detected_points: face.points,
            looks,
            points: face.points,
        });
        Ok(Some(face))
    }

    /// The face where the landmarks say that it has moved to, if it is still there.
    fn tracked(&mut self, frame: &FrameRef<'_>) -> Result<Option<Face>, VisionError> {
        let Some(track) = &mut self.track else {
            return Ok(None);
        };
        let Some(face) = self.analyzer.face(frame, track.predict())? else {
            return Ok(None);
        };
        let alike = looks(self.analyzer.aligned())
            .is_some_and(|looks| correlation(&looks, &track.looks) >= LOOKS_ALIKE);
        track.points = face.points;
        Ok(alike.then_some(face))
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("models", self.models())
            .finish_non_exhaustive()
    }
}

impl Track {
    /// The detected box, moved and scaled as the landmarks have been since.
    fn predict(&self) -> Target {
        let (was, was_spread) = centre_and_spread(&self.detected_points);
        let (is, spread) = centre_and_spread(&self.points);
        let Detection { rect, score } = self.detected.face;
        let scale = spread / was_spread.max(f32::MIN_POSITIVE);
        let rect = Rect {
            left: is.x + scale * (rect.left - was.x),
            top: is.y + scale * (rect.top - was.y),
            width: scale * rect.width,
            height: scale * rect.height,
        };
        Target {
            face: Detection { rect, score },
            ..self.detected
        }
    }
}

/// The middle of all points, and their mean distance from it.
fn centre_and_spread(points: &Points) -> (Point, f32) {
    let count = points.len() as f32;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |sum, point| (sum.0 + point.x, sum.1 + point.y));
    let centre = Point::new(x / count, y / count);
    let spread = points
        .iter()
        .map(|point| point.distance(centre))
        .sum::<f32>()
        / count;
    (centre, spread)
}

/// Grey values with mean 0 and length 1; nothing where all are the same.
fn looks(gray: &[f32]) -> Option<Zeroizing<Vec<f32>>> {
    let mean = gray.iter().sum::<f32>() / gray.len() as f32;
    let mut looks = Zeroizing::new(gray.iter().map(|value| value - mean).collect::<Vec<f32>>());
    let length = correlation(&looks, &looks).sqrt();
    if !length.is_normal() {
        return None;
    }
    looks.iter_mut().for_each(|value| *value /= length);
    Some(looks)
}

fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; 8];
    for (a, b) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}
