//! A claim to certify: from bytes to a decision and its receipt.

use super::check::{Looked, SignedClaim, claim_row};
use super::decide::{Grounds, decide};
use super::templates::Accepted;
use super::{Decision, Service, calendar};
use crate::error::ServiceError;
use crate::recompute::{ModelSet, Seen};
use crate::run_tx;
use crate::store::{ChallengeRow, Db, DeviceRow, DeviceState, EvidenceRow, NewReceipt, PolicyRow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::{
    CapturePolicy, ChallengeMode, Claim, ClaimEnvelope, Digest, ErrorCode, PublicKey, Purpose,
    Receipt, ReceiptId, Salt, Signed, Verdict, WIRE_VERSION, commit_identity, random_bytes,
};
use std::sync::Arc;

/// A claim that may be decided, and everything it is decided by.
struct Case {
    claim: Claim,
    payload_digest: Digest,
    device: DeviceRow,
    challenge: ChallengeRow,
    policy: PolicyRow,
    received_ms: u64,
}

/// What was seen of a claim with the models that it is decided by; while the recognition model
/// changes and the claim is accepted, also with those that come next.
type Looks<'a> = (&'a Looked, &'a ModelSet, Option<&'a (&'a ModelSet, Seen)>);

impl Service {
    /// Takes a claim. A retry of the same claim gets the same answer.
    ///
    /// # Errors
    /// The code of the first thing that does not hold; nothing is recorded then.
    pub async fn certify(&self, bytes: &[u8]) -> Result<ClaimAnswer, ServiceError> {
        let received_ms = self.clock.now_ms();
        let envelope = ClaimEnvelope::from_bytes(bytes)?;
        let signed = Signed::read(&envelope.claim)?;
        let key = signed.peek::<Claim>()?.key;
        let mut db = self.store.read().await?;
        let device = db.device_by_key(key).await?;
        let device = device.ok_or(ErrorCode::DeviceNotBound)?;
        let public_key = PublicKey::from_sec1(&device.public_key)?;
        let signed = SignedClaim::verify(envelope, &signed, &public_key)?;
        if let Some(answer) = self.earlier_answer(&mut db, &signed).await? {
            return Ok(answer);
        }
        may_certify(&device)?;
        if signed.claim.person != Some(device.person) {
            return Err(ErrorCode::DeviceNotBound.into());
        }
        let asked = (Purpose::Certify, received_ms);
        let challenge = self.challenge_of(&mut db, &signed, asked).await?;
        let models = self.models_of(&challenge)?;
        let enrolled = self
            .enrolled(&mut db, device.person, models.recognition())
            .await?;
        let policy = db
            .policy_version(challenge.challenge.policy.version)
            .await?;
        let policy = policy.ok_or(ServiceError::Inconsistent("the challenge's policy"))?;
        // The look takes long; no connection is held meanwhile.
        drop(db);
        let SignedClaim {
            claim,
            payload_digest,
            envelope,
        } = signed;
        let case = Case {
            claim,
            payload_digest,
            device,
            challenge,
            policy,
            received_ms,
        };
        let frames = envelope.key_frames.into_iter().map(Vec::from).collect();
        let frames: Arc<Vec<Vec<u8>>> = Arc::new(frames);
        let by = (models.recognition(), &enrolled);
        let looked = self.look_at(frames.clone(), by).await?;
        let decision = case.decide(&looked, models);
        let next = self.recompute.next().filter(|next| {
            decision.0 == Verdict::Accept && next.recognition() != models.recognition()
        });
        let next = match next {
            None => None,
            Some(next) => {
                // The claim is decided: models that are busy or fail must not cost it its receipt.
                let seen = self.recompute.look(next.recognition(), frames).await;
                seen.ok().map(|seen| (next, seen))
            }
        };
        self.record(&case, (&looked, models, next.as_ref()), decision)
            .await
    }

    async fn record(
        &self,
        case: &Case,
        looked: Looks<'_>,
        decision: Decision,
    ) -> Result<ClaimAnswer, ServiceError> {
        let (claim, challenge) = (&case.claim, &case.challenge.challenge);
        let recorded = run_tx!(self.store, "certify", |db| {
            // Another request with the same claim may have been faster.
            let earlier = db.claim(claim.claim_id).await?;
            if let Some(earlier) = earlier.filter(|row| row.payload_digest == case.payload_digest) {
                return Ok(Err(earlier.answer));
            }
            if challenge.mode == ChallengeMode::Offline {
                let open = db
                    .open_offline_challenges(case.device.person, case.received_ms)
                    .await?;
                if open
                    .first()
                    .is_some_and(|first| *first < challenge.sequence)
                {
                    return Err(ErrorCode::ChallengeOutOfOrder.into());
                }
            }
            if !db
                .use_challenge(challenge.challenge_id, case.received_ms)
                .await?
            {
                return Err(ErrorCode::ChallengeUsed.into());
            }
            self.settle(db, case, looked, decision).await.map(Ok)
        });
        match recorded {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(earlier)) => {
                serde_json::from_str(&earlier).map_err(|_| ServiceError::Inconsistent("an answer"))
            }
            Err(error) => Err(error),
        }
    }

    async fn settle(
        &self,
        db: &mut Db,
        case: &Case,
        (looked, models, next): Looks<'_>,
        (outcome, code): Decision,
    ) -> Result<ClaimAnswer, ServiceError> {
        let (claim, person) = (&case.claim, case.device.person);
        let mut answer = ClaimAnswer {
            outcome,
            code,
            receipt: None,
            identity_salt: None,
            retry_after_s: None,
        };
        let receipt = match outcome {
            Verdict::Accept => {
                let receipt = self.receipt(db, case, looked, models).await?;
                answer.receipt = Some(URL_SAFE_NO_PAD.encode(&receipt.signed));
                answer.identity_salt = Some(receipt.identity_salt.to_string());
                Some(receipt)
            }
            Verdict::Refer | Verdict::Refuse => None,
        };
        let signed = (claim, case.payload_digest, case.device.key);
        let decided = (case.received_ms, (outcome, code));
        let row = claim_row(signed, person, looked, decided, &answer)?;
        db.add_claim(&row).await?;
        let source = claim.claim_id.to_string();
        if let Some(receipt) = receipt {
            db.add_receipt((person, claim.claim_id), &receipt).await?;
            let evidence = EvidenceRow {
                modality: claim.modality,
                channel: claim.channel,
                assurance: case.device.assurance,
                proved_from_ms: case.challenge.challenge.issued_at_ms,
                proved_to_ms: case.proved_to_ms(),
                source: source.clone(),
            };
            let performing = self.store.agency().as_str();
            db.add_evidence(person, &evidence, (performing, case.received_ms))
                .await?;
        }
        if let (Verdict::Accept, Some(compared)) = (outcome, looked.compared) {
            let accepted = Accepted {
                person,
                claim: claim.claim_id,
                seen: &looked.seen,
                compared,
                matching: case.capture().match_threshold.max(models.fmr_1e5),
                received_ms: case.received_ms,
            };
            self.renew(db, models, &accepted).await?;
            if let Some((next, seen)) = next {
                self.carry_over(db, (next, seen), &accepted).await?;
            }
        }
        if outcome == Verdict::Refer {
            db.add_task(person, ("review-claim", code), &source, case.received_ms)
                .await?;
        }
        Ok(answer)
    }

    async fn receipt(
        &self,
        db: &mut Db,
        case: &Case,
        looked: &Looked,
        models: &ModelSet,
    ) -> Result<NewReceipt, ServiceError> {
        let (claim, person) = (&case.claim, case.device.person);
        let identity = db.identity(person).await?;
        let identity = identity.ok_or(ServiceError::Inconsistent("a person"))?;
        let identity_salt = Salt::random();
        let receipt = Receipt {
            version: WIRE_VERSION,
            receipt_id: ReceiptId::random(),
            person,
            agency: self.store.agency().clone(),
            modality: claim.modality,
            channel: claim.channel,
            assurance: case.device.assurance,
            recomputed: looked.recomputed(models.recognition()),
            proved_from_ms: case.challenge.challenge.issued_at_ms,
            proved_to_ms: case.proved_to_ms(),
            // What is certain is the beginning: a certificate counts from there.
            valid_until_ms: calendar::valid_until_ms(
                &case.policy,
                case.challenge.challenge.issued_at_ms,
            )?,
            claim_id: claim.claim_id,
            claim_digest: case.payload_digest,
            device_key: case.device.key,
            policy: case.policy.name.clone(),
            identity: commit_identity(&identity_salt, &identity.name, &identity.id_number),
        };
        Ok(NewReceipt {
            receipt_id: receipt.receipt_id,
            signed: self
                .keys
                .signing_at(receipt.proved_to_ms)
                .sign_message(&receipt)?,
            identity_salt,
            issued_at_ms: case.received_ms,
            valid_until_ms: receipt.valid_until_ms,
        })
    }
}

impl Case {
    /// The server's own clock alone says when a claim came.
    fn proved_to_ms(&self) -> u64 {
        self.received_ms
    }

    fn capture(&self) -> &CapturePolicy {
        &self.challenge.challenge.policy
    }

    fn decide(&self, looked: &Looked, models: &ModelSet) -> Decision {
        let challenge = &self.challenge.challenge;
        decide(&Grounds {
            seen: Some(&looked.seen).filter(|seen| seen.frames > 0),
            compared: looked.compared,
            surely_other: models.fmr_1e4,
            device: (self.claim.verdict, &self.claim.scores),
            acted: challenge.are_asked(&self.claim.actions),
            assurance: self.device.assurance,
            capture: self.capture(),
            unattested: match challenge.mode {
                ChallengeMode::Online => self.policy.below_hardware,
                ChallengeMode::Offline => self.policy.offline_below_hardware,
            },
            lot: u16::from_be_bytes(random_bytes()) % 1_000,
        })
    }
}

/// Whether a device may certify now.
pub(super) fn may_certify(device: &DeviceRow) -> Result<(), ErrorCode> {
    match device.state {
        DeviceState::Bound => Ok(()),
        DeviceState::Pending => Err(ErrorCode::DevicePending),
        DeviceState::Revoked => Err(ErrorCode::DeviceRevoked),
    }
}
