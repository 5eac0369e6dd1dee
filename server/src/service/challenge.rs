//! Giving out challenges: to certify, at once or later, and to bind.

use super::attempts::next_attempt;
use super::{Service, calendar, deliver};
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{ChallengeRow, Db, PolicyRow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::BindStart;
use lifecert_protocol::{
    Ask, Assurance, CapturePolicy, Challenge, ChallengeId, ChallengeMode, ErrorCode,
    EvidenceRequest, KeyId, Nonce, PersonRef, PublicKey, Purpose,
};

/// How long an offline challenge can be answered at most.
const OFFLINE_MS: u64 = 14 * 24 * 60 * 60 * 1_000;

/// How many offline challenges a person can have open.
const OFFLINE_OPEN: usize = 2;

impl Service {
    /// Gives a signed challenge to a bound device that asks for one.
    ///
    /// # Errors
    /// [`ErrorCode::CaseWindowClosed`], [`ErrorCode::AttemptsPause`],
    /// [`ErrorCode::ChallengeLimit`], [`ErrorCode::EnrolmentMissing`] and those of
    /// [`Service::device_request`].
    pub async fn give_challenge(&self, request: &[u8]) -> Result<Vec<u8>, ServiceError> {
        let (request, device) = self.device_request(request).await?;
        let Ask::Challenge { mode } = request.ask else {
            return Err(ErrorCode::RequestMalformed.into());
        };
        let (now_ms, person) = (self.clock.now_ms(), device.person);
        let challenge = run_tx!(self.store, "give_challenge", |db| {
            let (policy, first_due_ms) = self.policy_of(db, person, now_ms).await?;
            db.templates(person, policy.capture.recognition_model)
                .await?
                .ok_or(ErrorCode::EnrolmentMissing)?;
            let newest = calendar::newest(&db.counting_evidence(person).await?);
            let standing = calendar::standing(&policy, newest, first_due_ms, now_ms)?;
            if now_ms < standing.opens_ms {
                return Err(ErrorCode::CaseWindowClosed.into());
            }
            let tries = (person, device.key);
            let attempt = next_attempt(db, tries, &policy.capture, now_ms).await?;
            let expires_at_ms = match mode {
                ChallengeMode::Online => online_until_ms(&policy, now_ms),
                ChallengeMode::Offline => {
                    let open = db.open_offline_challenges(person, now_ms).await?;
                    if open.len() >= OFFLINE_OPEN {
                        return Err(ErrorCode::ChallengeLimit.into());
                    }
                    let latest = now_ms + OFFLINE_MS;
                    // Never past the case's window, as long as it is still open.
                    let due = Some(standing.due_ms).filter(|due_ms| *due_ms > now_ms);
                    due.map_or(latest, |due_ms| due_ms.min(latest))
                }
            };
            let evidence = self.evidence_request(db, &device, &policy).await?;
            let draft = Draft {
                purpose: Purpose::Certify,
                mode,
                person,
                key: device.key,
                letter_id: None,
                attempt,
                evidence,
                policy: deliver::for_device(policy.capture, device.assurance),
            };
            self.add_challenge(db, draft, (now_ms, expires_at_ms)).await
        })?;
        let key = self.keys.signing_at(challenge.issued_at_ms);
        Ok(key.sign_message(&challenge)?)
    }

    /// Gives a signed challenge to a device that shows a letter's code and a fresh key. It says
    /// nothing about the person.
    ///
    /// # Errors
    /// Those of the code; [`ErrorCode::RequestMalformed`] for a key that is none.
    pub async fn give_bind_challenge(&self, start: &BindStart) -> Result<Vec<u8>, ServiceError> {
        let point = URL_SAFE_NO_PAD.decode(&start.public_key);
        let point = point.map_err(|_| ErrorCode::RequestMalformed)?;
        let key = PublicKey::from_sec1(&point).map_err(|_| ErrorCode::RequestMalformed)?;
        let letter = self.letter_of(&start.code).await?;
        if letter.used_at_ms.is_some() {
            return Err(ErrorCode::CodeInvalid.into());
        }
        let now_ms = self.clock.now_ms();
        let challenge = run_tx!(self.store, "give_bind_challenge", |db| {
            let (policy, _) = self.policy_of(db, letter.person, now_ms).await?;
            let expires_at_ms = online_until_ms(&policy, now_ms);
            let tries = (letter.person, key.id());
            let attempt = next_attempt(db, tries, &policy.capture, now_ms).await?;
            let draft = Draft {
                purpose: Purpose::Bind,
                mode: ChallengeMode::Online,
                person: letter.person,
                key: key.id(),
                letter_id: Some(letter.letter_id.clone()),
                attempt,
                evidence: None,
                // A face that the server never saw is bound to nothing.
                policy: deliver::for_device(policy.capture, Assurance::None),
            };
            self.add_challenge(db, draft, (now_ms, expires_at_ms)).await
        })?;
        let key = self.keys.signing_at(challenge.issued_at_ms);
        Ok(key.sign_message(&challenge)?)
    }

    async fn add_challenge(
        &self,
        db: &mut Db,
        draft: Draft,
        (issued_at_ms, expires_at_ms): (u64, u64),
    ) -> Result<Challenge, ServiceError> {
        let challenge = Challenge {
            version: Challenge::VERSION,
            challenge_id: ChallengeId::random(),
            agency: self.store.agency().clone(),
            server: self.server.clone(),
            purpose: draft.purpose,
            mode: draft.mode,
            person: (draft.purpose == Purpose::Certify).then_some(draft.person),
            key: draft.key,
            nonce: Nonce::random(),
            issued_at_ms,
            expires_at_ms,
            sequence: db.next_sequence(draft.person).await?,
            policy: draft.policy,
            attempt: draft.attempt,
            evidence: draft.evidence,
        };
        let row = ChallengeRow {
            person: draft.person,
            letter_id: draft.letter_id,
            challenge,
            used_at_ms: None,
        };
        db.add_challenge(&row).await?;
        Ok(row.challenge)
    }
}

fn online_until_ms(policy: &PolicyRow, now_ms: u64) -> u64 {
    now_ms + u64::from(policy.challenge_s) * 1_000
}

struct Draft {
    purpose: Purpose,
    mode: ChallengeMode,
    person: PersonRef,
    key: KeyId,
    letter_id: Option<String>,
    attempt: u8,
    evidence: Option<EvidenceRequest>,
    policy: CapturePolicy,
}
