//! What the server asks of a session, within bounds that no server can leave.

use crate::{Digest, ErrorCode, EvidenceLevel, Score, Similarity};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The most key frames a claim may carry.
pub const MAX_KEY_FRAMES: usize = 5;

/// The most bytes a key frame's JPEG may have.
pub const MAX_KEY_FRAME_BYTES: usize = 200 * 1024;

/// The most gentle actions a policy may ask for.
pub const MAX_ACTIONS: u8 = 3;

/// How a session looks, what it sends and when it is content.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CapturePolicy {
    /// Version of the agency's policy row.
    #[n(0)]
    pub version: u32,
    /// Shortest look in milliseconds, 4,000 to 15,000: the cues of movement say nothing below 4 s.
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
    /// Passive liveness below which a look is refused, 0.1 to 0.99; what is not refused is
    /// accepted only from [`CapturePolicy::clearly_live`] on.
    #[n(5)]
    pub live_threshold: Score,
    /// Evidence of life over time at or above which a look is accepted, 0.3 to 0.99: the session's
    /// fusion of its cues of movement.
    #[n(6)]
    pub life_threshold: Score,
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
    /// Gentle actions asked for after the look, 0 (the usual policy) to 3; of the four that there
    /// are one is always left to swap for. Version 1 does not carry it, and 0 is not written.
    #[n(13)]
    #[cbor(skip_if = "is_zero")]
    #[serde(default)]
    pub actions: u8,
}

impl CapturePolicy {
    /// The usual policy for these models: a look of five seconds that is quietly extended to
    /// fifteen where the evidence of life is not there yet, faces matched at FMR 1e-5 (several
    /// pictures a side).
    pub fn standard(recognition_model: Digest, liveness_models: Vec<Digest>) -> Self {
        Self {
            version: 1,
            look_min_ms: 5_000,
            look_max_ms: 15_000,
            good_frames: 20,
            key_frames: 5,
            live_threshold: Score::from_parts(3_000),
            life_threshold: Score::from_parts(6_500),
            match_threshold: Similarity::from_parts(5_190),
            evidence: EvidenceLevel::KeyFrames,
            recognition_model,
            liveness_models,
            tries: 5,
            pause_s: 30,
            actions: 0,
        }
    }

    /// Passive liveness from which on a look is clearly live: 0.8, or the threshold of refusal
    /// where that is higher. Between the two a person decides: of the clips measured, a living one
    /// in the dark had a median of 0.44, replays filling the view 0.53 and 0.60, all others at
    /// least 0.9.
    pub fn clearly_live(&self) -> Score {
        const CLEARLY_LIVE: Score = Score::from_parts(8_000);
        self.live_threshold.max(CLEARLY_LIVE)
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
                (1_000..=9_900).contains(&self.live_threshold.parts()),
            ),
            (
                "life_threshold",
                (3_000..=9_900).contains(&self.life_threshold.parts()),
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
            ("actions", self.actions <= MAX_ACTIONS),
        ];
        match bounds.into_iter().find(|(_, within)| !within) {
            Some((field, _)) => Err(PolicyOutOfBounds(field)),
            None => Ok(self),
        }
    }
}

// By reference, as the encoder calls it.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(count: &u8) -> bool {
    *count == 0
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
