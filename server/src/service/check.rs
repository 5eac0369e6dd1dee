//! What every claim has to pass before anything in it is looked at.

use super::Service;
use crate::error::ServiceError;
use crate::recompute::Seen;
use crate::store::{ChallengeRow, ClaimRow, Db, TemplateRow};
use lifecert_protocol::{
    Channel, Claim, ClaimEnvelope, Digest, ErrorCode, KeyId, PublicKey, Purpose, Recomputed, Score,
    Signed, Similarity,
};
use lifecert_vision::Embedding;
use serde::Serialize;

/// A claim whose signature was verified.
pub(super) struct SignedClaim {
    pub(super) claim: Claim,
    pub(super) payload_digest: Digest,
    pub(super) envelope: ClaimEnvelope,
}

/// What came of looking at a claim's key frames.
pub(super) struct Looked {
    pub(super) seen: Seen,
    pub(super) similarity: Option<Similarity>,
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
            && claim.recognition_model == self.recompute.recognition_model()
            && !claim.liveness_models.is_empty()
            && claim
                .liveness_models
                .iter()
                .all(|model| policy.liveness_models.contains(model));
        if !models {
            return Err(ErrorCode::ClaimModel.into());
        }
        // A device that nobody stands beside cannot say that it was at a counter.
        if ![
            Channel::Home,
            Channel::Family,
            Channel::Abroad,
            Channel::Web,
        ]
        .contains(&claim.channel)
        {
            return Err(ErrorCode::RequestUnauthorised.into());
        }
        if !signed.envelope.key_frames_fit(claim) {
            return Err(ErrorCode::ClaimEvidence.into());
        }
        Ok(row)
    }

    /// Looks at a claim's key frames and compares them with a template.
    ///
    /// # Errors
    /// [`ErrorCode::ClaimModel`] when the template was made with another model;
    /// [`ServiceError`] otherwise.
    pub(super) async fn look_at(
        &self,
        envelope: ClaimEnvelope,
        template: &TemplateRow,
    ) -> Result<Looked, ServiceError> {
        if template.recognition_model != self.recompute.recognition_model() {
            return Err(ErrorCode::ClaimModel.into());
        }
        let enrolled = Embedding::from_bytes(&template.embedding)
            .ok_or(ServiceError::Inconsistent("a template"))?;
        let frames = envelope.key_frames.into_iter().map(Vec::from).collect();
        let seen = self.recompute.look(frames).await?;
        let similarity = seen
            .embedding
            .as_ref()
            .map(|embedding| Similarity::from_f32(embedding.similarity(&enrolled)));
        Ok(Looked { seen, similarity })
    }
}

impl Looked {
    /// What goes into a receipt.
    pub(super) fn recomputed(&self, recognition_model: Digest) -> Option<Recomputed> {
        Some(Recomputed {
            live: Score::from_f32(self.seen.live),
            similarity: self.similarity?,
            key_frames: u8::try_from(self.seen.good).unwrap_or(u8::MAX),
            recognition_model,
        })
    }
}

/// The numbers of both sides, for the person who reviews a claim.
#[derive(Serialize)]
struct Numbers {
    device_verdict: &'static str,
    device_live: u16,
    device_life: Option<u16>,
    device_good_frames: u16,
    server_live: u16,
    server_similarity: Option<i16>,
    server_good_key_frames: usize,
}

/// The row of a claim that was decided.
pub(super) fn claim_row(
    signed: (&Claim, Digest, KeyId),
    person: lifecert_protocol::PersonRef,
    looked: &Looked,
    (received_at_ms, decision): (u64, super::Decision),
    answer: &impl Serialize,
) -> Result<ClaimRow, ServiceError> {
    let (claim, payload_digest, key) = signed;
    let numbers = Numbers {
        device_verdict: claim.verdict.as_str(),
        device_live: claim.scores.live.parts(),
        device_life: claim.scores.life.map(Score::parts),
        device_good_frames: claim.scores.good_frames,
        server_live: Score::from_f32(looked.seen.live).parts(),
        server_similarity: looked.similarity.map(Similarity::parts),
        server_good_key_frames: looked.seen.good,
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
