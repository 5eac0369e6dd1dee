//! What a session is opened with and keeps to its end.

use crate::MonotonicMs;
use crate::event::Evidence;
use lifecert_protocol::{
    Action, CapturePolicy, Challenge, Channel, Claim, ClaimId, Digest, ErrorCode, KeyId, Modality,
    PolicyOutOfBounds, Scores, Verdict, WIRE_VERSION,
};

/// What a session is opened with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The server's challenge, its signature verified.
    pub challenge: Challenge,
    /// The claim's id; a retry of the same claim keeps it.
    pub claim_id: ClaimId,
    /// Where the person is.
    pub channel: Channel,
    /// SHA-256 of the model manifest in use.
    pub manifest: Digest,
    /// SHA-256 of the recognition model in use.
    pub recognition_model: Digest,
    /// SHA-256 of the liveness models in use.
    pub liveness_models: Vec<Digest>,
    /// The app and its version.
    pub app_version: String,
    /// When the session was opened, on the clock of the events.
    pub opened_ms: MonotonicMs,
    /// The same moment on the device's wall clock, milliseconds since 1970.
    pub opened_wall_ms: u64,
}

/// A session that cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The policy is outside its bounds.
    #[error(transparent)]
    Policy(#[from] PolicyOutOfBounds),
    /// The policy asks for models that this device does not have.
    #[error("the models in use are not those that the policy asks for")]
    Models,
}

impl OpenError {
    /// The stable code.
    pub fn code(self) -> ErrorCode {
        match self {
            OpenError::Policy(error) => error.code(),
            OpenError::Models => ErrorCode::ClaimModel,
        }
    }
}

impl Setup {
    pub(crate) fn checked(self) -> Result<Self, OpenError> {
        let policy = self.challenge.policy.clone().checked()?;
        let known = self
            .liveness_models
            .iter()
            .any(|id| policy.liveness_models.contains(id));
        if self.recognition_model != policy.recognition_model || !known {
            return Err(OpenError::Models);
        }
        Ok(self)
    }

    pub(crate) fn policy(&self) -> &CapturePolicy {
        &self.challenge.policy
    }

    pub(crate) fn key(&self) -> KeyId {
        self.challenge.key
    }

    pub(crate) fn claim(
        &self,
        (verdict, scores): (Verdict, Scores),
        evidence: Evidence,
        actions: Vec<Action>,
        (started_ms, finished_ms): (MonotonicMs, MonotonicMs),
    ) -> Claim {
        let wall = |at_ms: MonotonicMs| {
            self.opened_wall_ms
                .saturating_add(at_ms.saturating_sub(self.opened_ms))
        };
        let challenge = &self.challenge;
        Claim {
            version: WIRE_VERSION,
            claim_id: self.claim_id,
            challenge_id: challenge.challenge_id,
            nonce: challenge.nonce,
            agency: challenge.agency.clone(),
            server: challenge.server.clone(),
            purpose: challenge.purpose,
            person: challenge.person,
            key: challenge.key,
            channel: self.channel,
            modality: Modality::Face,
            attempt: challenge.attempt,
            verdict,
            scores,
            embedding: evidence.embedding,
            key_frames: evidence.key_frames,
            manifest: self.manifest,
            recognition_model: self.recognition_model,
            liveness_models: self.liveness_models.clone(),
            app_version: self.app_version.clone(),
            started_at_ms: wall(started_ms),
            finished_at_ms: wall(finished_ms),
            actions,
        }
    }
}
