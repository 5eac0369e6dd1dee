//! Looking again: a worker opens a claim's sealed evidence, runs the device's own vision code on it
//! and compares what it sees with what the device said and the server decided. A contradiction goes
//! to a person; nothing is taken back by a machine.

use super::check::{Looked, ServerNumbers};
use super::decide::{Grounds, compare_again, decide};
use super::templates::{Accepted, Enrolled};
use super::{Decision, Service};
use crate::error::ServiceError;
use crate::recompute::ModelSet;
use crate::run_tx;
use crate::store::{
    ClaimRow, Db, DeviceRow, EvidenceState, Job, JobKind, RecheckOutcome, SealedRow, Unattested,
};
use lifecert_protocol::{
    Challenge, Claim, ErrorCode, EvidenceLevel, FaceEvidence, PublicKey, Signed, Similarity,
    Verdict,
};
use lifecert_session::SAME_PERSON;
use lifecert_vision::Embedding;
use std::sync::Arc;
use zeroize::Zeroize;

/// The task that a contradiction makes.
const CONTRADICTION: &str = "recheck-contradiction";

/// The task that evidence makes which could not be looked at again.
const FAILED: &str = "recheck-failed";

/// So often a job is tried before a person hears of it.
const MOST_TRIES: u32 = 8;

/// The pause after a first failure; it doubles with each further one, up to the longest.
const FIRST_PAUSE_MS: u64 = 5_000;
const LONGEST_PAUSE_MS: u64 = 60 * 60 * 1_000;

/// What a claim is looked at again by.
struct Again {
    claim: ClaimRow,
    challenge: Challenge,
    device: DeviceRow,
    enrolled: Enrolled,
}

impl Service {
    /// Takes the next job for `worker`, under a lease of `lease_ms`, and does it; `false` when
    /// there was none. A job that fails is put off.
    ///
    /// # Errors
    /// [`ServiceError::Store`] when jobs can neither be taken nor put off.
    pub async fn work(&self, worker: &str, lease_ms: u64) -> Result<bool, ServiceError> {
        let now_ms = self.clock.now_ms();
        let lease = (now_ms, now_ms + lease_ms);
        let job = run_tx!(self.store, "claim_job", |db| {
            Ok(db.claim_job(worker, lease).await?)
        })?;
        let Some(job) = job else {
            return Ok(false);
        };
        let done = match job.kind {
            JobKind::Recheck => self.recheck(worker, &job).await,
            JobKind::Erase => match job.claim() {
                Ok(claim) => self.erase(claim, Some(&job)).await,
                Err(error) => Err(error.into()),
            },
            JobKind::Visit => self.read_visit(worker, &job).await,
            JobKind::EraseVisit => self.erase_visit(&job).await,
        };
        if let Err(error) = done {
            tracing::warn!(kind = job.kind.as_str(), tries = job.tries, %error, "a job failed");
            self.put_off(&job, &error).await?;
        }
        Ok(true)
    }

    /// Puts a failed job off, or gives it to a person when it failed too often. An erasure is never
    /// given up.
    async fn put_off(&self, job: &Job, error: &ServiceError) -> Result<(), ServiceError> {
        let now_ms = self.clock.now_ms();
        let failure = error.code().as_str();
        let given_up = job.tries >= MOST_TRIES;
        if given_up && job.kind == JobKind::Visit {
            let row = self.store.read().await?.visit(job.visit()?).await?;
            let row = row.ok_or(ServiceError::Inconsistent("a visit"))?;
            return self.visit_unreadable(job, &row, error.code()).await;
        }
        let given_up = given_up && job.kind == JobKind::Recheck;
        let pause_ms = FIRST_PAUSE_MS << (job.tries.saturating_sub(1)).min(16);
        let due_ms = now_ms + pause_ms.min(LONGEST_PAUSE_MS);
        run_tx!(self.store, "put_off", |db| {
            if !given_up {
                db.put_off_job(job, failure, due_ms).await?;
            } else if db.end_job(job, Some(failure), now_ms).await? {
                let claim = db.claim(job.claim()?).await?;
                let claim = claim.ok_or(ServiceError::Inconsistent("a claim"))?;
                let (task, source) = ((FAILED, Some(error.code())), job.source.clone());
                db.add_task(claim.person, task, &source, now_ms).await?;
            }
            Ok(())
        })
    }

    /// Looks at a claim's evidence again. A second time changes nothing.
    async fn recheck(&self, worker: &str, job: &Job) -> Result<(), ServiceError> {
        let kept = self.store.read().await?.sealed(job.claim()?).await?;
        let open =
            kept.is_some_and(|row| row.state == EvidenceState::Kept && row.recheck.is_none());
        if !open {
            // Withdrawn or past its time meanwhile, or looked at by a worker that died before it
            // could say so.
            return self.end(job).await;
        }
        let opened = self.open_audited(worker, job.claim()?, "recheck").await?;
        let (row, evidence) = opened;
        let again = self.again(&row).await?;
        let models = self.recompute.set(again.challenge.policy.recognition_model);
        let models = models.ok_or(ErrorCode::ClaimModel)?;
        let (looked, against) = match evidence {
            Ok(evidence) => self.look_again(&again, models, &evidence).await?,
            Err(_) => (Looked::NOTHING, Some(ErrorCode::ClaimEvidence)),
        };
        self.found(job, (&again, models), &looked, against).await
    }

    async fn again(&self, row: &SealedRow) -> Result<Again, ServiceError> {
        let mut db = self.store.read().await?;
        let claim = db.claim(row.claim_id).await?;
        let claim = claim.ok_or(ServiceError::Inconsistent("a claim"))?;
        let challenge = db.challenge(claim.challenge_id).await?;
        let challenge = challenge.ok_or(ServiceError::Inconsistent("a challenge"))?;
        let device = db.device_by_key(claim.key).await?;
        let device = device.ok_or(ServiceError::Inconsistent("a device"))?;
        let model = challenge.challenge.policy.recognition_model;
        Ok(Again {
            enrolled: self.enrolled(&mut db, claim.person, model).await?,
            claim,
            challenge: challenge.challenge,
            device,
        })
    }

    /// What a worker sees in opened evidence, and what of it contradicts the claim.
    async fn look_again(
        &self,
        again: &Again,
        models: &ModelSet,
        evidence: &FaceEvidence,
    ) -> Result<(Looked, Option<ErrorCode>), ServiceError> {
        let Some(claim) = claim_in(evidence, again) else {
            return Ok((Looked::NOTHING, Some(ErrorCode::ClaimEvidence)));
        };
        let policy = &again.challenge.policy;
        if policy.evidence == EvidenceLevel::EmbeddingOnly {
            let embedding = evidence.embedding.as_ref().map(Embedding::from_quantised);
            let compared = embedding.map(|embedding| again.enrolled.compare(&embedding));
            let looked = Looked {
                seen: None,
                compared,
            };
            let Some(compared) = compared else {
                return Ok((looked, Some(ErrorCode::ClaimEvidence)));
            };
            let decision = compare_again(compared, policy, models.fmr_1e4);
            return Ok((looked, contradiction(decision)));
        }
        let frames = evidence.key_frames.iter().map(|frame| frame.to_vec());
        let frames = Arc::new(frames.collect::<Vec<Vec<u8>>>());
        let by = (models.recognition(), &again.enrolled);
        let looked = self.look_at(frames.clone(), by).await;
        if let Ok(mut frames) = Arc::try_unwrap(frames) {
            frames.zeroize();
        }
        let looked = looked?;
        let decision = decide(&Grounds {
            seen: looked.seen.as_ref().filter(|seen| seen.frames > 0),
            compared: looked.compared,
            surely_other: models.fmr_1e4,
            device: (claim.verdict, &claim.scores),
            acted: again.challenge.are_asked(&claim.actions),
            assurance: again.device.assurance,
            capture: policy,
            // A sample is drawn once, when a claim comes.
            unattested: Unattested::Accept,
            lot: 0,
        });
        let against = contradiction(decision)
            .or_else(|| (!is_of(&looked, &claim)).then_some(ErrorCode::ClaimContradiction));
        Ok((looked, against))
    }

    /// Records what a worker found, with all that follows from it, and ends the job.
    async fn found(
        &self,
        job: &Job,
        (again, models): (&Again, &ModelSet),
        looked: &Looked,
        against: Option<ErrorCode>,
    ) -> Result<(), ServiceError> {
        let (now_ms, claim) = (self.clock.now_ms(), &again.claim);
        let numbers = serde_json::to_string(&ServerNumbers::of(looked));
        let numbers = numbers.map_err(|_| ServiceError::Inconsistent("numbers"))?;
        let outcome = match against {
            None => RecheckOutcome::Agrees,
            Some(_) => RecheckOutcome::Contradicts,
        };
        run_tx!(self.store, "recheck", |db| {
            if !db.end_job(job, None, now_ms).await? {
                return Ok(());
            }
            let found = (outcome, against);
            if !db
                .set_recheck(claim.claim_id, found, &numbers, now_ms)
                .await?
            {
                return Ok(());
            }
            let source = claim.claim_id.to_string();
            if against.is_some() {
                db.add_task(claim.person, (CONTRADICTION, against), &source, now_ms)
                    .await?;
            } else if claim.outcome == Verdict::Accept {
                self.renew_from(db, models, (again, looked)).await?;
            }
            Ok(())
        })
    }

    /// An accepted look that a worker has seen may renew the person's template, as one that the
    /// server saw at once.
    async fn renew_from(
        &self,
        db: &mut Db,
        models: &ModelSet,
        (again, looked): (&Again, &Looked),
    ) -> Result<(), ServiceError> {
        let (Some(seen), Some(compared)) = (&looked.seen, looked.compared) else {
            return Ok(());
        };
        let accepted = Accepted {
            person: again.claim.person,
            claim: again.claim.claim_id,
            seen,
            compared,
            matching: again.challenge.policy.match_threshold.max(models.fmr_1e5),
            received_ms: again.claim.received_at_ms,
        };
        self.renew(db, models, &accepted).await
    }

    /// How many jobs are not done.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn open_jobs(&self) -> Result<u64, ServiceError> {
        Ok(self.store.read().await?.open_jobs().await?)
    }

    pub(super) async fn end(&self, job: &Job) -> Result<(), ServiceError> {
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "end_job", |db| {
            db.end_job(job, None, now_ms).await?;
            Ok(())
        })
    }
}

impl Looked {
    /// Nothing could be looked at.
    const NOTHING: Self = Self {
        seen: None,
        compared: None,
    };
}

/// The claim inside opened evidence, if it is the very claim that was decided, signed by its
/// device, and the evidence beside it is what it names.
fn claim_in(evidence: &FaceEvidence, again: &Again) -> Option<Claim> {
    let signed = Signed::read(&evidence.claim).ok()?;
    let key = PublicKey::from_sec1(&again.device.public_key).ok()?;
    let claim: Claim = signed.verify(&key).ok()?;
    let frames = &evidence.key_frames;
    let named = frames.len() == claim.key_frames.len()
        && frames
            .iter()
            .zip(&claim.key_frames)
            .all(|(frame, digest)| lifecert_protocol::Digest::of(frame) == *digest);
    let same_embedding = claim.embedding.is_none() || claim.embedding == evidence.embedding;
    let same = signed.payload_digest() == again.claim.payload_digest;
    (same && named && same_embedding).then_some(claim)
}

/// Whether the faces that a worker saw are those whose embedding came with the claim.
fn is_of(looked: &Looked, claim: &Claim) -> bool {
    let seen = looked.seen.as_ref().and_then(|seen| seen.probe.as_ref());
    let (Some(probe), Some(said)) = (seen, &claim.embedding) else {
        return true;
    };
    let similarity = probe.embedding.similarity(&Embedding::from_quantised(said));
    Similarity::from_f32(similarity) >= Similarity::from_f32(SAME_PERSON)
}

/// Why a worker that decides like this contradicts an acceptance.
fn contradiction((verdict, code): Decision) -> Option<ErrorCode> {
    match verdict {
        Verdict::Accept => None,
        Verdict::Refer | Verdict::Refuse => Some(code.unwrap_or(ErrorCode::ClaimContradiction)),
    }
}
