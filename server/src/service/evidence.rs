//! Sealed evidence on the server: asked for, kept, opened, erased.

use super::{Service, is_hardware};
use crate::error::ServiceError;
use crate::evidence::EvidenceVault;
use crate::log::content;
use crate::run_tx;
use crate::store::{
    AccessRow, Db, DeviceRow, EraseReason, EvidenceState, Job, JobKind, NewEntry, PolicyRow,
    Recheck, SealedRow,
};
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    Assurance, ClaimId, ConsentPurposes, Digest, ErrorCode, EvidenceHeader, EvidenceLevel,
    EvidencePurpose, EvidenceRequest, FaceEvidence, PersonRef, SealedEvidence,
};

/// An object that is on no record is removed when it is older than this: its claim was not taken,
/// or its server died before it could be.
const ORPHAN_MS: u64 = 60 * 60 * 1_000;

/// So many claims at a time are found to be past their time.
const EXPIRED_AT_ONCE: u32 = 500;

impl Service {
    /// What a challenge asks of sealed evidence: nothing without the person's consent.
    pub(super) async fn evidence_request(
        &self,
        db: &mut Db,
        device: &DeviceRow,
        policy: &PolicyRow,
    ) -> Result<Option<EvidenceRequest>, ServiceError> {
        let Some(vault) = &self.evidence else {
            return Ok(None);
        };
        let Some(consent) = db.consent(device.person).await? else {
            return Ok(None);
        };
        let recheck = db.evidence_policy(policy.version).await?.recheck;
        let sealed_only = recheck == Recheck::Worker
            && is_hardware(device.assurance)
            && covers(&consent.purposes, policy.capture.evidence, true)
            // While the recognition model changes, every accepted look gives a template of the
            // next.
            && self.recompute.next().is_none();
        let covered = covers(&consent.purposes, policy.capture.evidence, sealed_only);
        Ok(covered.then_some(EvidenceRequest {
            key: *vault.key(),
            sealed_only,
        }))
    }

    /// Puts sealed evidence into the store; on record it is not yet.
    pub(super) async fn upload(
        &self,
        (person, claim_id): (PersonRef, ClaimId),
        sealed: &SealedEvidence,
        received_ms: u64,
    ) -> Result<SealedRow, ServiceError> {
        let bytes = sealed.to_bytes();
        Ok(SealedRow {
            claim_id,
            person,
            digest: Digest::of(&bytes),
            object_key: self.vault()?.put(bytes).await?,
            evidence_key: sealed.key,
            state: EvidenceState::Kept,
            kept_at_ms: received_ms,
            keep_until_ms: received_ms,
            erase_reason: None,
            erased_at_ms: None,
            recheck: None,
            recheck_code: None,
        })
    }

    /// Puts uploaded evidence on record, if the person's consent still covers it; `lot` is where a
    /// worker may be asked to look at it, by the policy's rate for a device of that level.
    pub(super) async fn keep(
        &self,
        db: &mut Db,
        uploaded: &SealedRow,
        (policy, level): (u32, EvidenceLevel),
        (sealed_only, lot): (bool, Option<(u32, Assurance)>),
    ) -> Result<bool, ServiceError> {
        let consent = db.consent(uploaded.person).await?;
        if !consent.is_some_and(|consent| covers(&consent.purposes, level, sealed_only)) {
            return Ok(false);
        }
        let policy = db.evidence_policy(policy).await?;
        let row = SealedRow {
            keep_until_ms: uploaded.kept_at_ms + policy.keep_ms(),
            ..uploaded.clone()
        };
        db.add_sealed(&row).await?;
        if lot.is_some_and(|(lot, level)| lot < policy.permille(level)) {
            db.add_job(JobKind::Recheck, row.claim_id, row.kept_at_ms)
                .await?;
        }
        Ok(true)
    }

    /// Removes an upload whose claim was not recorded; what cannot be removed now is swept later.
    pub(super) async fn drop_unrecorded(&self, uploaded: &SealedRow) {
        if let Ok(vault) = self.vault()
            && let Err(error) = vault.remove(&uploaded.object_key).await
        {
            tracing::warn!(%error, "an upload is left to be swept");
        }
    }

    /// Records an opening, then opens; gives the row and what was inside or why it does not open.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] where nothing is kept; [`ServiceError::EvidenceStore`] and
    /// [`ServiceError::Keys`] where another try may help.
    pub(super) async fn open_audited(
        &self,
        opened_by: &str,
        claim_id: ClaimId,
        reason: &str,
    ) -> Result<(SealedRow, Result<FaceEvidence, ServiceError>), ServiceError> {
        let at_ms = self.clock.now_ms();
        let access = AccessRow {
            claim_id,
            opened_by: opened_by.to_owned(),
            reason: reason.to_owned(),
            at_ms,
        };
        let (row, header) = run_tx!(self.store, "open_evidence", |db| {
            let row = db.sealed(claim_id).await?;
            let kept = row.filter(|row| row.state == EvidenceState::Kept);
            let row = kept.ok_or(ErrorCode::RequestNotFound)?;
            let claim = db.claim(claim_id).await?;
            let claim = claim.ok_or(ServiceError::Inconsistent("a claim"))?;
            db.add_access(&access).await?;
            let header = EvidenceHeader {
                agency: self.store.agency().clone(),
                server: self.server.clone(),
                claim_id,
                challenge_id: claim.challenge_id,
                device_key: claim.key,
                claim_digest: claim.payload_digest,
            };
            Ok((row, header))
        })?;
        let vault = self.vault()?;
        let opener = vault.opener(row.evidence_key)?;
        let bytes = vault.read(&row.object_key).await?;
        let opened = if Digest::of(&bytes) == row.digest {
            SealedEvidence::from_bytes(&bytes)
                .map_err(ServiceError::from)
                .and_then(|sealed| {
                    let opened = sealed.open(opener, EvidencePurpose::Recheck, &header);
                    opened.map_err(|error| error.code().into())
                })
        } else {
            Err(ErrorCode::ClaimEvidence.into())
        };
        Ok((row, opened))
    }

    /// Begins the erasure of everything kept of a person, in the transaction that causes it.
    pub(super) async fn begin_erasure_of(
        &self,
        db: &mut Db,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<Vec<ClaimId>, ServiceError> {
        let claims = db.kept_of(person).await?;
        for claim in &claims {
            db.begin_erasure(*claim, EraseReason::Withdrawn).await?;
            db.add_job(JobKind::Erase, *claim, now_ms).await?;
        }
        Ok(claims)
    }

    /// Hands evidence that is past its time over to be erased; gives how much it was.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn expire_evidence(&self) -> Result<usize, ServiceError> {
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "expire_evidence", |db| {
            let expired = db.expired_evidence(now_ms, EXPIRED_AT_ONCE).await?;
            for claim in &expired {
                db.begin_erasure(*claim, EraseReason::Expired).await?;
                db.add_job(JobKind::Erase, *claim, now_ms).await?;
            }
            let visits = db.expired_visits(now_ms, EXPIRED_AT_ONCE).await?;
            for visit in &visits {
                db.begin_visit_erasure(*visit).await?;
                db.add_job(JobKind::EraseVisit, visit, now_ms).await?;
            }
            Ok(expired.len() + visits.len())
        })
    }

    /// Erases a claim's evidence, if that was begun, and records that it is gone. A job under which
    /// it is done ends in the same transaction.
    ///
    /// # Errors
    /// [`ServiceError::EvidenceStore`] or [`ServiceError::Store`]; then nothing is recorded.
    pub async fn erase(&self, claim: ClaimId, job: Option<&Job>) -> Result<(), ServiceError> {
        let row = self.store.read().await?.sealed(claim).await?;
        let Some(row) = row.filter(|row| row.state != EvidenceState::Kept) else {
            return Err(ServiceError::Inconsistent("evidence to be erased"));
        };
        self.vault()?.remove(&row.object_key).await?;
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "erase", |db| {
            if db.end_erasure(claim, now_ms).await? {
                let row = db.sealed(claim).await?;
                let row = row.ok_or(ServiceError::Inconsistent("evidence"))?;
                let (source, content) = (claim.to_string(), content::erasure(&row)?);
                db.add_log_entry(&NewEntry {
                    kind: LeafKind::Erasure,
                    source: &source,
                    at_ms: now_ms,
                    content: &content,
                })
                .await?;
            }
            if let Some(job) = job {
                db.end_job(job, None, now_ms).await?;
            }
            Ok(())
        })
    }

    /// Removes objects of the store that are on no record; gives their number.
    ///
    /// # Errors
    /// [`ServiceError::EvidenceStore`] or [`ServiceError::Store`].
    pub async fn sweep_orphans(&self) -> Result<usize, ServiceError> {
        let vault = self.vault()?;
        let before_ms = self.clock.now_ms().saturating_sub(ORPHAN_MS);
        let (mut db, mut swept) = (self.store.read().await?, 0);
        for object in vault.all().await? {
            let known = db.knows_object(&object.key).await?;
            if !known && object.written_at_ms < before_ms {
                vault.remove(&object.key).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    pub(super) fn vault(&self) -> Result<&EvidenceVault, ServiceError> {
        let vault = self.evidence.as_ref();
        vault.ok_or(ServiceError::EvidenceStore("there is none"))
    }
}

/// Whether a consent covers that evidence of this level is kept. Where it comes under seal alone,
/// the embedding comes beside it: the server compares it at once, and nobody is accepted without.
fn covers(purposes: &ConsentPurposes, level: EvidenceLevel, sealed_only: bool) -> bool {
    let leaves = match level {
        EvidenceLevel::KeyFrames => purposes.key_frames_leave,
        EvidenceLevel::EmbeddingOnly => purposes.embedding_leaves,
        EvidenceLevel::MatchOnly => false,
    };
    purposes.evidence_kept && leaves && (!sealed_only || purposes.embedding_leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_agreed_to_is_kept() {
        let purposes = |embedding_leaves, key_frames_leave, evidence_kept| ConsentPurposes {
            helper: true,
            embedding_leaves,
            key_frames_leave,
            evidence_kept,
        };
        let rows = [
            (purposes(true, true, true), [true, true, false]),
            (purposes(false, true, true), [true, false, false]),
            (purposes(true, false, true), [false, true, false]),
            (purposes(true, true, false), [false, false, false]),
            (ConsentPurposes::default(), [false, false, false]),
        ];
        for (purposes, expected) in rows {
            let levels = [
                EvidenceLevel::KeyFrames,
                EvidenceLevel::EmbeddingOnly,
                EvidenceLevel::MatchOnly,
            ];
            assert_eq!(
                levels.map(|level| covers(&purposes, level, false)),
                expected
            );
            let with_embedding = expected.map(|covered| covered && purposes.embedding_leaves);
            assert_eq!(
                levels.map(|level| covers(&purposes, level, true)),
                with_embedding
            );
        }
    }
}
