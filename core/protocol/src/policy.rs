//! What the server asks of a session, within bounds that no server can leave.

use crate::{Digest, ErrorCode, EvidenceLevel, Score, Similarity};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The most key frames a claim may carry.
pub const MAX_KEY_FRAMES: usize = 5;

/// The most bytes a key frame's JPEG may have.
pub const MAX_KEY_FRAME_BYTES: usize = 200 * 1024;

/// How a session looks, what it sends and when it is content.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CapturePolicy {
    /// Version of the agency's policy row.
    #[n(0)]
    pub version: u32,
    /// Shortest look in milliseconds, 4,000 to 15,000: the movement cue says nothing below 4 s.
    #[n(1)]
    pub look_min_ms: u32,
    /// Longest look in milliseconds before the evidence is judged as it is, up to 30,000.
    #[n(2)]
    pub look_max_ms: u32,
    /// Good frames wanted, 5 to 200.
    #[n(3)]
    pub good_frames: u16,
    /// Key frames wanted, 1 to 5.
    #[n(4)]
    pub key_frames: u8,
    /// Passive liveness at or above which a frame speaks for life, 0.3 to 0.99.
    #[n(5)]
    pub live_threshold: Score,
    /// Movement at or above which the look speaks for life, 0.01 to 0.9; the unit is that of the
    /// session's movement cue (eyes and turns of the head).
    #[n(6)]
    pub eye_threshold: Score,
    /// Similarity at or above which two faces are one person, 0.337 (FMR 1e-3) to 0.9.
    #[n(7)]
    pub match_threshold: Similarity,
    /// What is sent.
    #[n(8)]
    pub evidence: EvidenceLevel,
    /// The recognition model that the template was made with.
    #[n(9)]
    pub recognition_model: Digest,
    /// The liveness models of which at least one must be used.
    #[n(10)]
    pub liveness_models: Vec<Digest>,
    /// Tries before a rest, 1 to 10.
    #[n(11)]
    pub tries: u8,
    /// The rest in seconds, 0 to 300.
    #[n(12)]
    pub pause_s: u16,
}

impl CapturePolicy {
    /// The usual policy for these models: a look of five seconds that is extended to twelve where
    /// the eyes have not yet moved, faces matched at FMR 1e-5 (several pictures a side).
    pub fn standard(recognition_model: Digest, liveness_models: Vec<Digest>) -> Self {
        Self {
            version: 1,
            look_min_ms: 5_000,
            look_max_ms: 12_000,
            good_frames: 20,
            key_frames: 5,
            live_threshold: Score::from_parts(5_000),
            eye_threshold: Score::from_parts(2_500),
            match_threshold: Similarity::from_parts(5_010),
            evidence: EvidenceLevel::KeyFrames,
            recognition_model,
            liveness_models,
            tries: 5,
            pause_s: 30,
        }
    }

    /// Gives the policy back if it is within the bounds named at each field.
    ///
    /// # Errors
    /// The name of the first field outside its bounds; its code is
    /// [`ErrorCode::PolicyInvalid`].
    pub fn checked(self) -> Result<Self, PolicyOutOfBounds> {
        let bounds = [
            ("look_min_ms", (4_000..=15_000).contains(&self.look_min_ms)),
            (
                "look_max_ms",
                (self.look_min_ms..=30_000).contains(&self.look_max_ms),
            ),
            ("good_frames", (5..=200).contains(&self.good_frames)),
            (
                "key_frames",
                (1..=MAX_KEY_FRAMES).contains(&usize::from(self.key_frames)),
            ),
            (
                "live_threshold",
                (3_000..=9_900).contains(&self.live_threshold.parts()),
            ),
            (
                "eye_threshold",
                (100..=9_000).contains(&self.eye_threshold.parts()),
            ),
            (
                "match_threshold",
                (3_370..=9_000).contains(&self.match_threshold.parts()),
            ),
            (
                "liveness_models",
                (1..=4).contains(&self.liveness_models.len()),
            ),
            ("tries", (1..=10).contains(&self.tries)),
            ("pause_s", self.pause_s <= 300),
        ];
        match bounds.into_iter().find(|(_, within)| !within) {
            Some((field, _)) => Err(PolicyOutOfBounds(field)),
            None => Ok(self),
        }
    }
}

/// A policy asks for something outside the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("policy field {0} is outside its bounds")]
pub struct PolicyOutOfBounds(pub &'static str);

impl PolicyOutOfBounds {
    /// The stable code.
    pub fn code(self) -> ErrorCode {
        ErrorCode::PolicyInvalid
    }
}
