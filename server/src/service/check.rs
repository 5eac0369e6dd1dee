//! What every claim has to pass before anything in it is looked at.

use super::Service;
use super::templates::{Compared, Enrolled};
use crate::error::ServiceError;
use crate::recompute::{ModelSet, Seen};
use crate::store::{ChallengeRow, ClaimRow, Db};
use lifecert_protocol::{
    Challenge, Channel, Claim, ClaimEnvelope, Digest, ErrorCode, EvidencePurpose, KeyId, Modality,
    PersonRef, PublicKey, Purpose, Recomputed, Score, SealedEvidence, Signed,
};
use serde::Serialize;
use std::sync::Arc;

/// A claim whose signature was verified.
pub(super) struct SignedClaim {
    pub(super) claim: Claim,
    pub(super) payload_digest: Digest,
    pub(super) envelope: ClaimEnvelope,
}

/// What came of looking at a claim's key frames.
pub(super) struct Looked {
    /// What the server saw itself; nothing where the key frames are under seal.
    pub(super) seen: Option<Seen>,
    pub(super) compared: Option<Compared>,
}

impl SignedClaim {
    /// Verifies an envelope's claim with the key that `key_of` finds for it.
    pub(super) fn verify(
        envelope: ClaimEnvelope,
        signed: &Signed,
        key: &PublicKey,
    ) -> Result<Self, ServiceError> {
        Ok(Self {
            claim: signed.verify(key)?,
            payload_digest: signed.payload_digest(),
            envelope,
        })
    }

    /// Whether the evidence came under seal alone, as the challenge asked.
    pub(super) fn is_sealed_only(&self, challenge: &Challenge) -> bool {
        challenge.evidence.is_some_and(|asked| asked.sealed_only)
            && self.envelope.key_frames.is_empty()
    }

    /// The sealed evidence, if the challenge asked for it and it is sealed to the key named there.
    pub(super) fn sealed(&self, challenge: &Challenge) -> Option<&SealedEvidence> {
        let asked = challenge.evidence?;
        let sealed = self.envelope.sealed.as_ref()?;
        let fits = sealed.key == asked.key.id() && sealed.purpose == EvidencePurpose::Recheck;
        fits.then_some(sealed)
    }

    /// Whether the evidence is what the claim names and the challenge asked for.
    fn evidence_fits(&self, challenge: &Challenge) -> bool {
        if self.is_sealed_only(challenge) {
            self.sealed(challenge).is_some() && self.claim.embedding.is_some()
        } else {
            self.envelope.key_frames_fit(&self.claim)
        }
    }
}

impl Service {
    /// The answer that this very claim got before.
    ///
    /// # Errors
    /// [`ErrorCode::ClaimReplayed`] when another claim has its id; [`ServiceError::Store`].
    pub(super) async fn earlier_answer<T: serde::de::DeserializeOwned>(
        &self,
        db: &mut Db,
        signed: &SignedClaim,
    ) -> Result<Option<T>, ServiceError> {
        let Some(earlier) = db.claim(signed.claim.claim_id).await? else {
            return Ok(None);
        };
        if earlier.payload_digest != signed.payload_digest {
            return Err(ErrorCode::ClaimReplayed.into());
        }
        let answer = serde_json::from_str(&earlier.answer);
        Ok(Some(
            answer.map_err(|_| ServiceError::Inconsistent("an answer"))?,
        ))
    }

    /// The challenge that a claim answers, if it fits in every field.
    ///
    /// # Errors
    /// The code of the first thing that does not fit; [`ServiceError::Store`].
    pub(super) async fn challenge_of(
        &self,
        db: &mut Db,
        signed: &SignedClaim,
        (purpose, received_ms): (Purpose, u64),
    ) -> Result<ChallengeRow, ServiceError> {
        let claim = &signed.claim;
        if claim.agency != *self.store.agency() || claim.server != self.server {
            return Err(ErrorCode::ClaimAudience.into());
        }
        let row = db.challenge(claim.challenge_id).await?;
        let row = row.ok_or(ErrorCode::ChallengeUnknown)?;
        let challenge = &row.challenge;
        let same = claim.nonce == challenge.nonce
            && claim.key == challenge.key
            && claim.person == challenge.person
            && claim.attempt == challenge.attempt
            && (claim.purpose, challenge.purpose) == (purpose, purpose);
        if !same {
            return Err(ErrorCode::ChallengeUnknown.into());
        }
        if row.used_at_ms.is_some() {
            return Err(ErrorCode::ChallengeUsed.into());
        }
        if received_ms > challenge.expires_at_ms {
            return Err(ErrorCode::ChallengeExpired.into());
        }
        let policy = &challenge.policy;
        let models = claim.recognition_model == policy.recognition_model
            && self.recompute.set(policy.recognition_model).is_some()
            && !claim.liveness_models.is_empty()
            && claim
                .liveness_models
                .iter()
                .all(|model| policy.liveness_models.contains(model))
            && !repeats(&claim.liveness_models);
        if !models {
            return Err(ErrorCode::ClaimModel.into());
        }
        // A device that nobody stands beside cannot say that it was at a counter, nor that it saw
        // anything else than a face.
        if ![
            Channel::Home,
            Channel::Family,
            Channel::Abroad,
            Channel::Web,
        ]
        .contains(&claim.channel)
            || claim.modality != Modality::Face
        {
            return Err(ErrorCode::RequestUnauthorised.into());
        }
        // No camera gives the same picture twice.
        if repeats(&claim.key_frames) || !signed.evidence_fits(challenge) {
            return Err(ErrorCode::ClaimEvidence.into());
        }
        Ok(row)
    }

    /// Looks at a claim's key frames with the models of a recognition model, and compares them with
    /// the person's templates of that model.
    ///
    /// # Errors
    /// [`ErrorCode::ClaimModel`] when the model is not in use; [`ServiceError`] otherwise.
    pub(super) async fn look_at(
        &self,
        frames: Arc<Vec<Vec<u8>>>,
        (recognition_model, enrolled): (Digest, &Enrolled),
    ) -> Result<Looked, ServiceError> {
        let seen = self.recompute.look(recognition_model, frames).await?;
        let probe = seen.probe.as_ref();
        let compared = probe.map(|probe| enrolled.compare(&probe.embedding));
        Ok(Looked {
            seen: Some(seen),
            compared,
        })
    }

    /// The models that a challenge's policy names.
    ///
    /// # Errors
    /// [`ErrorCode::ClaimModel`] when they are not in use.
    pub(super) fn models_of(&self, challenge: &ChallengeRow) -> Result<&ModelSet, ErrorCode> {
        let named = challenge.challenge.policy.recognition_model;
        self.recompute.set(named).ok_or(ErrorCode::ClaimModel)
    }

    /// The templates that a person is compared with under a recognition model.
    ///
    /// # Errors
    /// [`ErrorCode::EnrolmentMissing`] when there are none; [`ServiceError`] otherwise.
    pub(super) async fn enrolled(
        &self,
        db: &mut Db,
        person: PersonRef,
        recognition_model: Digest,
    ) -> Result<Enrolled, ServiceError> {
        let templates = db.templates(person, recognition_model).await?;
        Enrolled::read(&templates.ok_or(ErrorCode::EnrolmentMissing)?)
    }
}

/// Whether something stands twice in a short list.
fn repeats(digests: &[Digest]) -> bool {
    let mut rest = digests.iter().enumerate();
    rest.any(|(n, digest)| digests[..n].contains(digest))
}

impl Looked {
    /// What goes into a receipt.
    pub(super) fn recomputed(&self, recognition_model: Digest) -> Option<Recomputed> {
        let seen = self.seen.as_ref()?;
        Some(Recomputed {
            live: Score::from_f32(seen.live),
            similarity: self.compared?.current,
            key_frames: u8::try_from(seen.good).unwrap_or(u8::MAX),
            recognition_model,
        })
    }
}

/// The numbers of both sides, for the person who reviews a claim.
#[derive(Serialize)]
struct Numbers {
    device_channel: &'static str,
    device_verdict: &'static str,
    device_live: u16,
    device_life: Option<u16>,
    device_good_frames: u16,
    device_actions: Vec<&'static str>,
    #[serde(flatten)]
    server: ServerNumbers,
}

/// What the server, or a worker, came to.
#[derive(Serialize)]
pub(super) struct ServerNumbers {
    server_live: Option<u16>,
    server_similarity: Option<i16>,
    server_first_similarity: Option<i16>,
    server_good_key_frames: usize,
    server_different_key_frames: usize,
}

impl ServerNumbers {
    pub(super) fn of(looked: &Looked) -> Self {
        let seen = looked.seen.as_ref();
        let probe = seen.and_then(|seen| seen.probe.as_ref());
        Self {
            server_live: seen.map(|seen| Score::from_f32(seen.live).parts()),
            server_similarity: looked.compared.map(|compared| compared.current.parts()),
            server_first_similarity: looked.compared.map(|compared| compared.first.parts()),
            server_good_key_frames: seen.map_or(0, |seen| seen.good),
            server_different_key_frames: probe.map_or(0, |probe| probe.counted.len()),
        }
    }
}

/// The row of a claim that was decided.
pub(super) fn claim_row(
    signed: (&Claim, Digest, KeyId),
    person: PersonRef,
    looked: &Looked,
    (received_at_ms, decision): (u64, super::Decision),
    answer: &impl Serialize,
) -> Result<ClaimRow, ServiceError> {
    let (claim, payload_digest, key) = signed;
    let numbers = Numbers {
        device_channel: claim.channel.as_str(),
        device_verdict: claim.verdict.as_str(),
        device_live: claim.scores.live.parts(),
        device_life: claim.scores.life.map(Score::parts),
        device_good_frames: claim.scores.good_frames,
        device_actions: claim.actions.iter().map(|action| action.as_str()).collect(),
        server: ServerNumbers::of(looked),
    };
    let json = |value: Result<String, serde_json::Error>| {
        value.map_err(|_| ServiceError::Inconsistent("an answer"))
    };
    Ok(ClaimRow {
        claim_id: claim.claim_id,
        challenge_id: claim.challenge_id,
        payload_digest,
        person,
        key,
        received_at_ms,
        outcome: decision.0,
        code: decision.1,
        numbers: json(serde_json::to_string(&numbers))?,
        answer: json(serde_json::to_string(answer))?,
    })
}
