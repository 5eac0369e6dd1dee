//! What is in a person's file besides who they are, who read it, and receipts that no longer count.

use super::claims::read_claim;
use super::people::random_id;
use super::{Area, ClaimRow, Db, EvidenceRow, NewEntry, StoreError};
use crate::log::content;
use crate::values;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{ClaimId, PersonRef, ReceiptId};

/// A read of a person's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAccess {
    /// Who read.
    pub staff_id: String,
    /// Whose file.
    pub person: PersonRef,
    /// What of it.
    pub what: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at_ms: u64,
}

/// A receipt in a person's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Its id.
    pub receipt_id: ReceiptId,
    /// The claim that it rests on.
    pub claim_id: ClaimId,
    /// When it was given.
    pub issued_at_ms: u64,
    /// Until when it counts.
    pub valid_until_ms: u64,
    /// Since when it no longer counts.
    pub revoked_at_ms: Option<u64>,
}

/// A revocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The receipt that no longer counts.
    pub receipt_id: ReceiptId,
    /// Who revoked it.
    pub revoked_by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at_ms: u64,
}

impl Db {
    /// Records a read, before anything is shown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_file_access(&mut self, access: &FileAccess) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO file_access (agency_id, access_id, staff_id, person_ref, what, reason, \
             at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                random_id(),
                access.staff_id.as_str(),
                access.person.to_string(),
                access.what.as_str(),
                access.reason.as_str(),
                access.at_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// Reads of files of people of an area, newest first: of one person's, where it is named, and
    /// of before a time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn file_accesses(
        &mut self,
        area: &Area,
        (person, before_ms): (Option<PersonRef>, u64),
        most: u32,
    ) -> Result<Vec<FileAccess>, StoreError> {
        let person = person.map_or_else(String::new, |person| person.to_string());
        let rows = self
            .all(
                "SELECT staff_id, file_access.person_ref AS person_ref, what, reason, at_ms \
                 FROM file_access JOIN person ON person.agency_id = file_access.agency_id \
                 AND person.person_ref = file_access.person_ref \
                 WHERE file_access.agency_id = $1 \
                 AND ($2 = '' OR area = $2 OR area LIKE $2 || '/%') \
                 AND ($3 = '' OR file_access.person_ref = $3) AND at_ms < $4 \
                 ORDER BY at_ms DESC, access_id LIMIT $5",
                values![area.as_str(), person, before_ms, most],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(FileAccess {
                    staff_id: row.text("staff_id")?,
                    person: row.parsed("person_ref")?,
                    what: row.text("what")?,
                    reason: row.text("reason")?,
                    at_ms: row.unsigned("at_ms")?,
                })
            })
            .collect()
    }

    /// A person's newest claims, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claims_of(
        &mut self,
        person: PersonRef,
        most: u32,
    ) -> Result<Vec<ClaimRow>, StoreError> {
        let rows = self
            .all(
                "SELECT claim_id, challenge_id, payload_digest, person_ref, key_id, \
                 received_at_ms, outcome, code, numbers, answer FROM claim \
                 WHERE agency_id = $1 AND person_ref = $2 \
                 ORDER BY received_at_ms DESC, claim_id LIMIT $3",
                values![person.to_string(), most],
            )
            .await?;
        rows.iter().map(read_claim).collect()
    }

    /// Puts another answer in the place of the one that a retry of a claim gets.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_answer(&mut self, claim: ClaimId, answer: &str) -> Result<(), StoreError> {
        let sql = "UPDATE claim SET answer = $3 WHERE agency_id = $1 AND claim_id = $2";
        self.run(sql, values![claim.to_string(), answer]).await?;
        Ok(())
    }

    /// A person's receipts, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn receipts_of(&mut self, person: PersonRef) -> Result<Vec<ReceiptRow>, StoreError> {
        let rows = self
            .all(
                "SELECT receipt.receipt_id AS receipt_id, claim_id, issued_at_ms, valid_until_ms, \
                 revocation.at_ms AS revoked_at_ms FROM receipt LEFT JOIN revocation \
                 ON revocation.agency_id = receipt.agency_id \
                 AND revocation.receipt_id = receipt.receipt_id \
                 WHERE receipt.agency_id = $1 AND person_ref = $2 \
                 ORDER BY issued_at_ms DESC, receipt.receipt_id",
                values![person.to_string()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ReceiptRow {
                    receipt_id: row.parsed("receipt_id")?,
                    claim_id: row.parsed("claim_id")?,
                    issued_at_ms: row.unsigned("issued_at_ms")?,
                    valid_until_ms: row.unsigned("valid_until_ms")?,
                    revoked_at_ms: row.maybe_unsigned("revoked_at_ms")?,
                })
            })
            .collect()
    }

    /// The evidence of a person's life that counts, newest first: what rests on a claim whose
    /// receipt was revoked does not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counting_evidence(
        &mut self,
        person: PersonRef,
    ) -> Result<Vec<EvidenceRow>, StoreError> {
        let receipts = self.receipts_of(person).await?;
        let revoked: Vec<String> = receipts
            .iter()
            .filter(|receipt| receipt.revoked_at_ms.is_some())
            .map(|receipt| receipt.claim_id.to_string())
            .collect();
        let mut evidence = self.evidence(person).await?;
        evidence.retain(|row| !revoked.contains(&row.source));
        Ok(evidence)
    }

    /// Revokes a receipt, with its entry in the log; `false` when it was revoked before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke(&mut self, row: &Revocation) -> Result<bool, StoreError> {
        let revoked = self
            .run(
                "INSERT INTO revocation (agency_id, receipt_id, revoked_by, reason, at_ms) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                values![
                    row.receipt_id.to_string(),
                    row.revoked_by.as_str(),
                    row.reason.as_str(),
                    row.at_ms,
                ],
            )
            .await?;
        if revoked == 0 {
            return Ok(false);
        }
        self.add_log_entry(&NewEntry {
            kind: LeafKind::Revocation,
            source: &row.receipt_id.to_string(),
            at_ms: row.at_ms,
            content: &content::revocation(row),
        })
        .await?;
        Ok(true)
    }

    /// The revocation of a receipt.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revocation(&mut self, receipt: &str) -> Result<Option<Revocation>, StoreError> {
        let row = self
            .one(
                "SELECT receipt_id, revoked_by, reason, at_ms FROM revocation \
                 WHERE agency_id = $1 AND receipt_id = $2",
                values![receipt],
            )
            .await?;
        row.map(|row| {
            Ok(Revocation {
                receipt_id: row.parsed("receipt_id")?,
                revoked_by: row.text("revoked_by")?,
                reason: row.text("reason")?,
                at_ms: row.unsigned("at_ms")?,
            })
        })
        .transpose()
    }
}
