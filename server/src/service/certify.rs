//! A claim to certify: from bytes to a decision and its receipt.

use super::attempts::next_attempt;
use super::check::{Looked, SignedClaim, claim_row};
use super::decide::{Attested, Grounds, decide, decide_unasserted};
use super::decide_matched::{Matched, decide_matched};
use super::receipts::{self, Basis};
use super::templates::{Accepted, Enrolled};
use super::{Account, Decision, Service, deliver, shown};
use crate::attest::Asserted;
use crate::error::ServiceError;
use crate::recompute::{ModelSet, Seen};
use crate::run_tx;
use crate::store::{ChallengeRow, Db, DeviceRow, DeviceState, PolicyRow, SealedRow};
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::{
    Assurance, CapturePolicy, ChallengeMode, Claim, ClaimEnvelope, Digest, ErrorCode,
    EvidenceLevel, Purpose, Signed, Verdict, random_bytes,
};
use lifecert_vision::Embedding;
use std::sync::Arc;

/// A claim that may be decided, and everything it is decided by.
struct Case {
    claim: Claim,
    payload_digest: Digest,
    device: DeviceRow,
    challenge: ChallengeRow,
    policy: PolicyRow,
    received_ms: u64,
    /// Whether the key frames came under seal alone.
    sealed_only: bool,
    /// Whether the device has the person's newest template.
    delivered: bool,
    /// How well the device is known by this very claim: that of its binding, or nothing where the
    /// app's key should have asserted it and did not.
    assurance: Assurance,
    /// The counter of the app's assertion, to be counted up with the claim.
    app_counter: Option<u32>,
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
        let public_key = self.key_to_verify(device.as_ref())?;
        let verified = SignedClaim::verify(envelope, &signed, &public_key);
        let (device, signed) = (device.ok_or(ErrorCode::DeviceNotBound)?, verified?);
        self.limits.take(Account::Key(key))?;
        if let Some(answer) = self.earlier_answer(&mut db, &signed).await? {
            drop(db);
            return self.proved(answer).await;
        }
        may_certify(&device)?;
        if signed.claim.person != Some(device.person) {
            return Err(ErrorCode::DeviceNotBound.into());
        }
        let asked = (Purpose::Certify, received_ms);
        let challenge = self.challenge_of(&mut db, &signed, asked).await?;
        let models = self.models_of(&challenge)?;
        let tries = (device.person, device.key);
        next_attempt(&mut db, tries, &challenge.challenge.policy, received_ms).await?;
        let enrolled = self
            .enrolled(&mut db, device.person, models.recognition())
            .await?;
        let policy = db
            .policy_version(challenge.challenge.policy.version)
            .await?;
        let policy = policy.ok_or(ServiceError::Inconsistent("the challenge's policy"))?;
        let matched = challenge.challenge.policy.evidence == EvidenceLevel::MatchOnly;
        let templates = db.templates(device.person, models.recognition()).await?;
        let delivered = match templates {
            Some(templates) if matched => {
                let template = deliver::name(&templates.current);
                db.was_delivered(device.device, template, received_ms)
                    .await?
            }
            _ => false,
        };
        // The look takes long; no connection is held meanwhile.
        drop(db);
        let sealed_only = signed.is_sealed_only(&challenge.challenge);
        let sealed = signed.sealed(&challenge.challenge).cloned();
        let (assurance, app_counter) = self.known_by(&device, &signed);
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
            sealed_only,
            delivered,
            assurance,
            app_counter,
        };
        let frames = envelope.key_frames.into_iter().map(Vec::from).collect();
        let frames: Arc<Vec<Vec<u8>>> = Arc::new(frames);
        let by = (models.recognition(), &enrolled);
        // Nothing of the face came with a claim of a device that compares by itself.
        let looked = if sealed_only || matched {
            compare(&case.claim, &enrolled)
        } else {
            self.look_at(frames.clone(), by).await?
        };
        let decision = case.decide(&looked, models);
        let next = self.recompute.next().filter(|next| {
            let accepted = decision.0 == Verdict::Accept && !sealed_only && !matched;
            accepted && next.recognition() != models.recognition()
        });
        let next = match next {
            None => None,
            Some(next) => {
                // The claim is decided: models that are busy or fail must not cost it its receipt.
                let seen = self.recompute.look(next.recognition(), frames).await;
                seen.ok().map(|seen| (next, seen))
            }
        };
        let kept = match sealed {
            Some(sealed) if decision.0 != Verdict::Refuse => {
                let of = (case.device.person, case.claim.claim_id);
                let kept = self.upload(of, &sealed, received_ms).await;
                match kept {
                    Ok(kept) => Some(kept),
                    Err(error) if sealed_only => return Err(error),
                    // The claim is decided: a store that fails must not cost it its receipt.
                    Err(error) => {
                        tracing::warn!(%error, "sealed evidence was not kept");
                        None
                    }
                }
            }
            _ => None,
        };
        let looks = (&looked, models, next.as_ref());
        let answer = self.record(&case, looks, decision, kept.as_ref()).await;
        if let (Some(kept), Err(_)) = (&kept, &answer) {
            self.drop_unrecorded(kept).await;
        }
        self.proved(answer?).await
    }

    /// How well a device is known by a claim, and the counter of its app's assertion.
    fn known_by(&self, device: &DeviceRow, signed: &SignedClaim) -> (Assurance, Option<u32>) {
        let Some(key) = &device.app_key else {
            return (device.assurance, None);
        };
        let assertion = signed.envelope.assertion.as_ref();
        let asserted =
            assertion.map(|bytes| self.trust.asserted(bytes, key, &signed.payload_digest));
        match asserted {
            Some(Asserted::Counter(counter)) => (device.assurance, Some(counter)),
            Some(Asserted::No) | None => (Assurance::None, None),
        }
    }

    async fn record(
        &self,
        case: &Case,
        looked: Looks<'_>,
        decision: Decision,
        kept: Option<&SealedRow>,
    ) -> Result<ClaimAnswer, ServiceError> {
        let (claim, challenge) = (&case.claim, &case.challenge.challenge);
        let (lot, helper_lot) = (lot(), lot());
        let recorded = run_tx!(self.store, "certify", |db| {
            // Another request with the same claim may have been faster.
            let earlier = db.claim(claim.claim_id).await?;
            if let Some(earlier) = earlier.filter(|row| row.payload_digest == case.payload_digest) {
                return Ok(Err(earlier.answer));
            }
            // Looking takes long: the device may have been shut out, or the face erased, meanwhile.
            let device = db.device_by_key(case.device.key).await?;
            may_certify(&device.ok_or(ErrorCode::DeviceNotBound)?)?;
            let tries = (case.device.person, case.device.key);
            next_attempt(db, tries, case.capture(), case.received_ms).await?;
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
            if let Some(counter) = case.app_counter
                && !db.raise_app_counter(case.device.device, counter).await?
            {
                // Two that hold one key, or one assertion sent twice.
                return Err(ErrorCode::ClaimReplayed.into());
            }
            let by = (case.device.person, case.received_ms);
            let rule = (decision, case.capture(), helper_lot.into());
            let decision = self.helped(db, claim, by, rule).await?;
            let answer = self.settle(db, case, looked, decision).await?;
            let recorded = match kept {
                Some(kept) => {
                    let recheck = case.sealed_only && decision.0 == Verdict::Accept;
                    let policy = (case.policy.version, case.capture().evidence);
                    let how = (
                        case.sealed_only,
                        recheck.then_some((lot.into(), case.assurance)),
                    );
                    self.keep(db, kept, policy, how).await?
                }
                None => false,
            };
            // Withdrawn since the challenge was given: a new one asks for something else.
            if case.sealed_only && decision.0 != Verdict::Refuse && !recorded {
                return Err(ErrorCode::ChallengeExpired.into());
            }
            Ok(Ok(answer))
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
        let basis = case.basis(looked, models);
        let receipt = match outcome {
            Verdict::Accept => Some(self.receipt(db, &basis).await?),
            Verdict::Refer | Verdict::Refuse => None,
        };
        let answer = match &receipt {
            Some(receipt) => receipts::accepted(receipt),
            None => ClaimAnswer {
                outcome,
                code: shown(outcome, code),
                receipt: None,
                identity_salt: None,
                retry_after_s: None,
                log_proof: None,
            },
        };
        let signed = (claim, case.payload_digest, case.device.key);
        let decided = (case.received_ms, (outcome, code));
        let row = claim_row(signed, person, looked, decided, &answer)?;
        db.add_claim(&row).await?;
        let source = claim.claim_id.to_string();
        if let Some(receipt) = receipt {
            self.record_receipt(db, &basis, &receipt).await?;
        }
        if let (Verdict::Accept, Some(compared), Some(seen)) =
            (outcome, looked.compared, &looked.seen)
        {
            let accepted = Accepted {
                person,
                claim: claim.claim_id,
                seen,
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
}

impl Case {
    fn basis(&self, looked: &Looked, models: &ModelSet) -> Basis<'_> {
        Basis {
            claim: (self.claim.claim_id, self.payload_digest),
            kind: (self.claim.modality, self.claim.channel),
            device: &self.device,
            assurance: self.assurance,
            policy: &self.policy,
            recognition_model: models.recognition(),
            recomputed: looked.recomputed(models.recognition()),
            proved_ms: (self.challenge.challenge.issued_at_ms, self.received_ms),
            decided_at_ms: None,
        }
    }

    fn capture(&self) -> &CapturePolicy {
        &self.challenge.challenge.policy
    }

    fn decide(&self, looked: &Looked, models: &ModelSet) -> Decision {
        let challenge = &self.challenge.challenge;
        if self.capture().evidence == EvidenceLevel::MatchOnly {
            return decide_matched(&Matched {
                delivered: self.delivered,
                surely_other: models.fmr_1e4,
                device: (self.claim.verdict, &self.claim.scores),
                acted: challenge.are_asked(&self.claim.actions),
                assurance: self.assurance,
                capture: self.capture(),
            });
        }
        if let (true, Some(compared)) = (self.sealed_only, looked.compared) {
            let grounds = Attested {
                compared,
                surely_other: models.fmr_1e4,
                device: (self.claim.verdict, &self.claim.scores),
                key_frames: self.claim.key_frames.len(),
                acted: challenge.are_asked(&self.claim.actions),
                assurance: self.assurance,
                capture: self.capture(),
            };
            return decide_unasserted(&grounds, self.device.assurance);
        }
        decide(&Grounds {
            seen: looked.seen.as_ref().filter(|seen| seen.frames > 0),
            compared: looked.compared,
            surely_other: models.fmr_1e4,
            device: (self.claim.verdict, &self.claim.scores),
            acted: challenge.are_asked(&self.claim.actions),
            assurance: self.assurance,
            capture: self.capture(),
            unattested: match challenge.mode {
                ChallengeMode::Online => self.policy.below_hardware,
                ChallengeMode::Offline => self.policy.offline_below_hardware,
            },
            lot: lot(),
        })
    }
}

/// A number that the server draws for review by sample, 0 to 999.
fn lot() -> u16 {
    u16::from_be_bytes(random_bytes()) % 1_000
}

/// Compares the embedding that came with a claim whose key frames are under seal.
fn compare(claim: &Claim, enrolled: &Enrolled) -> Looked {
    let embedding = claim.embedding.as_ref().map(Embedding::from_quantised);
    Looked {
        seen: None,
        compared: embedding.map(|embedding| enrolled.compare(&embedding)),
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
