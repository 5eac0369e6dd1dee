//! Evidence under seal: what a policy says of it, where it lies, who opened it, what came of it.

use super::people::random_id;
use super::rows::names;
use super::{Db, Row, StoreError};
use crate::values;
use lifecert_protocol::{ClaimId, Digest, ErrorCode, EvidenceKeyId, PersonRef};

/// Where sealed evidence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceState {
    /// It lies in the store.
    Kept,
    /// It may not be opened any more, and is on its way out.
    Erasing,
    /// It is gone.
    Erased,
}

names!(EvidenceState {
    Kept = "kept",
    Erasing = "erasing",
    Erased = "erased",
});

/// Why evidence is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EraseReason {
    /// Its time is over.
    Expired,
    /// The person withdrew their consent.
    Withdrawn,
}

names!(EraseReason {
    Expired = "expired",
    Withdrawn = "withdrawn",
});

/// What came of looking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecheckOutcome {
    /// The worker comes to what was decided.
    Agrees,
    /// It does not; a person looks at it.
    Contradicts,
}

names!(RecheckOutcome {
    Agrees = "agrees",
    Contradicts = "contradicts",
});

/// Sealed evidence on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The claim that it belongs to.
    pub claim_id: ClaimId,
    /// Whose it is.
    pub person: PersonRef,
    /// Where it lies in the store.
    pub object_key: String,
    /// SHA-256 of the sealed bytes.
    pub digest: Digest,
    /// The key that it is sealed to.
    pub evidence_key: EvidenceKeyId,
    /// Where it stands.
    pub state: EvidenceState,
    /// Since when it is kept.
    pub kept_at_ms: u64,
    /// Until when.
    pub keep_until_ms: u64,
    /// Why it is erased, where it is.
    pub erase_reason: Option<EraseReason>,
    /// When it was erased.
    pub erased_at_ms: Option<u64>,
    /// What came of looking again.
    pub recheck: Option<RecheckOutcome>,
    /// In what it contradicts.
    pub recheck_code: Option<ErrorCode>,
}

/// One opening of sealed evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// The claim.
    pub claim_id: ClaimId,
    /// A worker's name, or a member of staff.
    pub opened_by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at_ms: u64,
}

impl Db {
    /// Records sealed evidence that lies in the store.
    ///
    /// # Errors
    /// [`StoreError`]; a claim has one.
    pub async fn add_sealed(&mut self, row: &SealedRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO sealed_evidence (agency_id, claim_id, person_ref, object_key, digest, \
             evidence_key, state, kept_at_ms, keep_until_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                row.claim_id.to_string(),
                row.person.to_string(),
                row.object_key.as_str(),
                row.digest.to_string(),
                row.evidence_key.to_string(),
                row.state.as_str(),
                row.kept_at_ms,
                row.keep_until_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// The sealed evidence of a claim.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sealed(&mut self, claim: ClaimId) -> Result<Option<SealedRow>, StoreError> {
        let row = self
            .one(
                "SELECT claim_id, person_ref, object_key, digest, evidence_key, state, \
                 kept_at_ms, keep_until_ms, erase_reason, erased_at_ms, recheck, \
                 recheck_code FROM sealed_evidence WHERE agency_id = $1 AND claim_id = $2",
                values![claim.to_string()],
            )
            .await?;
        row.map(|row| read_sealed(&row)).transpose()
    }

    /// The claims whose evidence is kept and past its time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn expired_evidence(
        &mut self,
        now_ms: u64,
        most: u32,
    ) -> Result<Vec<ClaimId>, StoreError> {
        let rows = self
            .all(
                "SELECT claim_id FROM sealed_evidence WHERE agency_id = $1 AND state = 'kept' \
                 AND keep_until_ms <= $2 ORDER BY keep_until_ms, claim_id LIMIT $3",
                values![now_ms, most],
            )
            .await?;
        rows.iter().map(|row| row.parsed("claim_id")).collect()
    }

    /// The claims of a person whose evidence is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn kept_of(&mut self, person: PersonRef) -> Result<Vec<ClaimId>, StoreError> {
        let rows = self
            .all(
                "SELECT claim_id FROM sealed_evidence WHERE agency_id = $1 AND person_ref = $2 \
                 AND state = 'kept' ORDER BY claim_id",
                values![person.to_string()],
            )
            .await?;
        rows.iter().map(|row| row.parsed("claim_id")).collect()
    }

    /// Begins the erasure of kept evidence: it cannot be opened from here on. `false` when it was
    /// not kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_erasure(
        &mut self,
        claim: ClaimId,
        reason: EraseReason,
    ) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE sealed_evidence SET state = 'erasing', erase_reason = $3 \
                 WHERE agency_id = $1 AND claim_id = $2 AND state = 'kept'",
                values![claim.to_string(), reason.as_str()],
            )
            .await?;
        Ok(changed > 0)
    }

    /// Records that evidence is gone. `false` when that was recorded before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_erasure(&mut self, claim: ClaimId, now_ms: u64) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE sealed_evidence SET state = 'erased', erased_at_ms = $3 \
                 WHERE agency_id = $1 AND claim_id = $2 AND state = 'erasing'",
                values![claim.to_string(), now_ms],
            )
            .await?;
        Ok(changed > 0)
    }

    /// Records what came of looking again; a second time changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_recheck(
        &mut self,
        claim: ClaimId,
        (outcome, code): (RecheckOutcome, Option<ErrorCode>),
        numbers: &str,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE sealed_evidence SET recheck = $3, recheck_code = $4, \
                 recheck_numbers = $5, rechecked_at_ms = $6 \
                 WHERE agency_id = $1 AND claim_id = $2 AND recheck IS NULL",
                values![
                    claim.to_string(),
                    outcome.as_str(),
                    code.map(|code| code.as_str().to_owned()),
                    numbers,
                    now_ms,
                ],
            )
            .await?;
        Ok(changed > 0)
    }

    /// Whether an object of the store is on record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows_object(&mut self, object_key: &str) -> Result<bool, StoreError> {
        let row = self
            .one(
                "SELECT object_key FROM sealed_evidence WHERE agency_id = $1 \
                 AND object_key = $2 AND state <> 'erased' UNION ALL SELECT object_key FROM visit \
                 WHERE agency_id = $1 AND object_key = $2 AND state <> 'erased'",
                values![object_key],
            )
            .await?;
        Ok(row.is_some())
    }

    /// Records an opening of sealed evidence.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_access(&mut self, access: &AccessRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO evidence_access (agency_id, access_id, claim_id, opened_by, reason, \
             at_ms) VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                random_id(),
                access.claim_id.to_string(),
                access.opened_by.as_str(),
                access.reason.as_str(),
                access.at_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// Every opening of a claim's evidence, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn accesses(&mut self, claim: ClaimId) -> Result<Vec<AccessRow>, StoreError> {
        let rows = self
            .all(
                "SELECT opened_by, reason, at_ms FROM evidence_access \
                 WHERE agency_id = $1 AND claim_id = $2 ORDER BY at_ms, access_id",
                values![claim.to_string()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(AccessRow {
                    claim_id: claim,
                    opened_by: row.text("opened_by")?,
                    reason: row.text("reason")?,
                    at_ms: row.unsigned("at_ms")?,
                })
            })
            .collect()
    }
}

fn read_sealed(row: &Row) -> Result<SealedRow, StoreError> {
    Ok(SealedRow {
        claim_id: row.parsed("claim_id")?,
        person: row.parsed("person_ref")?,
        object_key: row.text("object_key")?,
        digest: row.parsed("digest")?,
        evidence_key: row.parsed("evidence_key")?,
        state: row.parsed("state")?,
        kept_at_ms: row.unsigned("kept_at_ms")?,
        keep_until_ms: row.unsigned("keep_until_ms")?,
        erase_reason: row.maybe_parsed("erase_reason")?,
        erased_at_ms: row.maybe_unsigned("erased_at_ms")?,
        recheck: row.maybe_parsed("recheck")?,
        recheck_code: row.maybe_parsed("recheck_code")?,
    })
}
