//! A look for practice: everything that a person sees and hears, and nothing that leaves the phone.

use crate::{Capture, Opening};
use lifecert_protocol::{
    CapturePolicy, Challenge, ChallengeId, ChallengeMode, Channel, KeyId, Nonce, PersonRef,
    Purpose, WIRE_VERSION,
};
use lifecert_session::{MonotonicMs, OpenError};
use lifecert_vision::Watch;

/// How long practising may take.
const LIFE_MS: u64 = 600_000;

impl Capture {
    /// Opens a look for practice under the standard policy. No agency has asked for it, and no key
    /// is there that could sign its claim: it is over where signing would begin.
    ///
    /// # Errors
    /// [`OpenError`] when the models are none that a policy could name.
    pub fn practice(watch: Watch, opened_ms: MonotonicMs) -> Result<Self, OpenError> {
        let models = watch.models();
        let policy = CapturePolicy::standard(models.recognition, models.liveness.clone());
        let challenge = Challenge {
            version: WIRE_VERSION,
            challenge_id: ChallengeId::random(),
            // Unwrap safety: the name is written here.
            agency: "practice".parse().expect("an agency's name"),
            server: String::new(),
            purpose: Purpose::Certify,
            mode: ChallengeMode::Online,
            person: Some(PersonRef::random()),
            key: KeyId::from_bytes([0; 32]),
            nonce: Nonce::random(),
            issued_at_ms: 0,
            expires_at_ms: LIFE_MS,
            sequence: 0,
            policy,
            attempt: 1,
            evidence: None,
        };
        Self::open(
            watch,
            Opening {
                challenge,
                channel: Channel::Home,
                app_version: String::new(),
                opened_ms,
                opened_wall_ms: 0,
            },
        )
    }
}
