//! Binding a device: a letter's code, a key that is held, and a face that matches, all in one
//! session. Until all hold, nothing about the person is said.

use super::attempts::next_attempt;
use super::check::{SignedClaim, claim_row};
use super::decide::{Grounds, decide};
use super::{Decision, Service, shown};
use crate::attest::Wanted;
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{Db, DeviceRow, DeviceState, Unattested};
use lifecert_protocol::http::{BindAnswer, BindRequest};
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{DeviceId, ErrorCode, KeyId, PublicKey, Purpose, Signed, Verdict};
use std::sync::Arc;

impl Service {
    /// Completes a binding. A second device never displaces the first: it waits, is announced to
    /// the recorded contact and shown on the first one.
    ///
    /// # Errors
    /// The code of the first thing that does not hold.
    pub async fn bind(&self, request: BindRequest) -> Result<BindAnswer, ServiceError> {
        let received_ms = self.clock.now_ms();
        let public_key =
            PublicKey::from_sec1(&request.public_key).map_err(|_| ErrorCode::RequestMalformed)?;
        let letter = self.letter_of(&request.code).await?;
        let signed = Signed::read(&request.envelope.claim)?;
        let attestation = request.attestation;
        let signed = SignedClaim::verify(request.envelope, &signed, &public_key)?;
        let mut db = self.store.read().await?;
        if let Some(answer) = self.earlier_bind_answer(&mut db, &signed).await? {
            let answer = as_of_now(&mut db, answer?, public_key.id()).await?;
            drop(db);
            self.logged(LeafKind::Binding, &answer.device.to_string())
                .await?;
            return Ok(answer);
        }
        if letter.used_at_ms.is_some() {
            return Err(ErrorCode::CodeInvalid.into());
        }
        let asked = (Purpose::Bind, received_ms);
        let challenge = self.challenge_of(&mut db, &signed, asked).await?;
        if challenge.letter_id.as_ref() != Some(&letter.letter_id) {
            return Err(ErrorCode::ChallengeUnknown.into());
        }
        let person = letter.person;
        let tries = (person, public_key.id());
        next_attempt(&mut db, tries, &challenge.challenge.policy, received_ms).await?;
        let models = self.models_of(&challenge)?;
        let enrolled = self.enrolled(&mut db, person, models.recognition()).await?;
        drop(db);
        let began_ms = challenge.challenge.issued_at_ms;
        let assessed = self.trust.assess(
            attestation.as_ref(),
            &Wanted {
                key: &public_key,
                nonce: &challenge.challenge.nonce,
                // Made before the binding began: its key is named there.
                is_fresh: &|nonce| self.keys.nonce_expires_ms(nonce, began_ms).is_some(),
                now_ms: received_ms,
            },
        );
        let SignedClaim {
            claim,
            payload_digest,
            envelope,
        } = signed;
        let frames = envelope.key_frames.into_iter().map(Vec::from).collect();
        let by = (models.recognition(), &enrolled);
        let looked = self.look_at(Arc::new(frames), by).await?;
        let decision = decide(&Grounds {
            seen: looked.seen.as_ref().filter(|seen| seen.frames > 0),
            compared: looked.compared,
            surely_other: models.fmr_1e4,
            device: (claim.verdict, &claim.scores),
            acted: challenge.challenge.are_asked(&claim.actions),
            assurance: assessed.assurance,
            capture: &challenge.challenge.policy,
            // A binding certifies nothing: each certification is judged by itself.
            unattested: Unattested::Accept,
            lot: 0,
        });
        let device = DeviceRow {
            device: DeviceId::random(),
            person,
            key: public_key.id(),
            public_key: public_key.as_sec1().to_vec(),
            assurance: assessed.assurance,
            reason: Some(assessed.reason),
            app_key: assessed.app_key,
            state: DeviceState::Bound,
        };
        let recorded = run_tx!(self.store, "bind", |db| {
            next_attempt(db, tries, &challenge.challenge.policy, received_ms).await?;
            // Looking takes long: the face may have been erased meanwhile.
            if !db.is_modelled(person).await? {
                return Err(ErrorCode::EnrolmentMissing.into());
            }
            if !db
                .use_challenge(challenge.challenge.challenge_id, received_ms)
                .await?
            {
                return Err(ServiceError::from(ErrorCode::ChallengeUsed));
            }
            let others = db.devices(person).await?;
            let other = others.iter().any(|other| other.state == DeviceState::Bound);
            let decision = settled(decision, other);
            let answer = answer(&device, decision);
            let signed = (&claim, payload_digest, device.key);
            let decided = (received_ms, decision);
            let row = claim_row(signed, person, &looked, decided, &answer)?;
            db.add_claim(&row).await?;
            if answer.outcome == Verdict::Refuse {
                return Ok(answer);
            }
            if !db.use_letter(&letter.letter_id, received_ms).await? {
                return Err(ErrorCode::CodeInvalid.into());
            }
            let pending = answer.outcome == Verdict::Refer;
            let state = if pending {
                DeviceState::Pending
            } else {
                DeviceState::Bound
            };
            let source = device.device.to_string();
            db.add_device(
                &DeviceRow {
                    state,
                    ..device.clone()
                },
                received_ms,
            )
            .await?;
            if pending {
                db.add_task(person, ("pending-device", decision.1), &source, received_ms)
                    .await?;
            }
            let contact = db.identity(person).await?.and_then(|one| one.contact);
            if let Some(contact) = contact {
                let kind = if pending {
                    "device-pending"
                } else {
                    "device-bound"
                };
                db.announce(person, (kind, &contact), &source, received_ms)
                    .await?;
            }
            Ok(answer)
        })?;
        refused(&recorded)?;
        self.logged(LeafKind::Binding, &recorded.device.to_string())
            .await?;
        Ok(recorded)
    }

    async fn earlier_bind_answer(
        &self,
        db: &mut Db,
        signed: &SignedClaim,
    ) -> Result<Option<Result<BindAnswer, ErrorCode>>, ServiceError> {
        let answer = self.earlier_answer::<BindAnswer>(db, signed).await?;
        Ok(answer.map(|answer| refused(&answer).map(|()| answer)))
    }
}

/// A device that waited and was let in since learns whose it is, by asking with the same bytes.
async fn as_of_now(
    db: &mut Db,
    answer: BindAnswer,
    key: KeyId,
) -> Result<BindAnswer, ServiceError> {
    if answer.outcome != Verdict::Refer {
        return Ok(answer);
    }
    let device = db.device_by_key(key).await?;
    let let_in =
        device.filter(|one| one.device == answer.device && one.state == DeviceState::Bound);
    Ok(match let_in {
        Some(device) => self::answer(&device, (Verdict::Accept, None)),
        None => answer,
    })
}

/// What a binding comes to: where another device is bound, an accepted one waits.
fn settled((verdict, code): Decision, other: bool) -> Decision {
    match verdict {
        Verdict::Accept if other => (Verdict::Refer, Some(ErrorCode::DevicePending)),
        verdict => (verdict, code),
    }
}

fn answer(device: &DeviceRow, (outcome, code): Decision) -> BindAnswer {
    BindAnswer {
        device: device.device,
        outcome,
        code: shown(outcome, code),
        person: (outcome == Verdict::Accept).then_some(device.person),
    }
}

/// A refused binding is recorded and answered as a problem.
fn refused(answer: &BindAnswer) -> Result<(), ErrorCode> {
    match answer.outcome {
        Verdict::Refuse => Err(answer.code.unwrap_or(ErrorCode::VerifyNotConfirmed)),
        Verdict::Accept | Verdict::Refer => Ok(()),
    }
}
