//! What vision saw in one frame, as numbers: the only thing a session knows of a picture.

use serde::{Deserialize, Serialize};

/// A time on the shell's monotonic clock, in milliseconds from a start of its choosing.
pub type MonotonicMs = u64;

/// One frame, seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// When the frame was taken.
    pub at_ms: MonotonicMs,
    /// Faces found in the frame whose size is at least a third of the chosen one's.
    pub faces: u32,
    /// The face nearest the centre, if there is one.
    pub face: Option<FaceObservation>,
}

/// The chosen face.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceObservation {
    /// Where the face is, in fractions of the upright frame's width and height.
    pub bounds: FaceBounds,
    /// The face box's longer side over the upright frame's shorter side.
    pub size: f32,
    /// The detector's score, 0 to 1.
    pub detection: f32,
    /// Head pose from the 68 landmarks.
    pub pose: Pose,
    /// Mean grey value of the face, 0 (black) to 1 (white).
    pub exposure: f32,
    /// Sharpness of the face: variance of the Laplacian over the 112x112 aligned grey face
    /// (grey values 0 to 255).
    pub sharpness: f32,
    /// Mean eye aspect ratio of both eyes (Soukupova and Cech 2016), about 0.3 open, below 0.15
    /// closed.
    pub eye_aspect_ratio: f32,
    /// Mean height of the inner lips over their width, near 0 closed, 0.3 and more open.
    pub mouth_aspect_ratio: f32,
    /// What covers the face.
    pub cover: Cover,
    /// The light of the whole frame.
    pub scene: Scene,
    /// The 68 landmarks (iBUG 300-W order) in fractions of the upright frame's width and height;
    /// empty where they are not handed over.
    pub points: Vec<[f32; 2]>,
    /// Overall picture quality from the above, 0 to 1; picks the best of several frames.
    pub quality: f32,
    /// The passive net's probability of a live face, 0 to 1, where it was run.
    pub live: Option<f32>,
    /// A second passive net's probability of a live face, 0 to 1, where there is one and it was
    /// run.
    pub live_second: Option<f32>,
    /// Texture of a screen, 0 (none) to 1, where it was looked for.
    pub texture: Option<f32>,
    /// Cosine similarity to the first face embedded in this session, where an embedding was made.
    pub continuity: Option<f32>,
    /// Cosine similarity to the person's template, where the device has one.
    pub similarity: Option<f32>,
}

/// How much the eyes and the mouth differ from bare ones, on the aligned grey face.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cover {
    /// Mean grey value around the eyes over that of the cheeks: about 0.8 bare, below 0.4 behind
    /// dark glasses or in the shadow of a hat.
    pub eye_shade: f32,
    /// Steps of grey from row to row around the mouth over those around the eyes: about 0.7 bare,
    /// below 0.3 behind a plain cloth.
    pub mouth_texture: f32,
}

/// The light of the whole frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// Mean grey value around the person, 0 (black) to 1 (white); nothing where the face fills the
    /// frame.
    pub surround: Option<f32>,
    /// From the darkest twentieth of the frame to its brightest, 0 to 1: low through a dirty
    /// camera.
    pub contrast: f32,
}

/// A box in fractions of the upright frame (x to the right, y down).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FaceBounds {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// Head pose in degrees; all zero when looking straight into the camera, upright.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// Turn, positive towards the right edge of the picture.
    pub yaw_deg: f32,
    /// Nod, positive upwards.
    pub pitch_deg: f32,
    /// Tilt, positive clockwise in the picture.
    pub roll_deg: f32,
}
