//! What the audit reads: rows by the name that their entry in the log has, and rows that have none.

use super::devices::read_device;
use super::policies::read_policy;
use super::{Db, DeviceRow, PolicyRow, StoreError};
use crate::values;
use lifecert_protocol::{ClaimId, PersonRef};

/// A row with the time of its making.
pub type Timed<T> = (T, u64);

/// A receipt as it is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedReceipt {
    /// Whose it is.
    pub person: PersonRef,
    /// The claim that it rests on.
    pub claim: ClaimId,
    /// COSE_Sign1 bytes.
    pub signed: Vec<u8>,
    /// When it was given.
    pub issued_at_ms: u64,
    /// Until when it counts.
    pub valid_until_ms: u64,
}

/// Rows without an entry in the log, by table: each query gives ids.
const UNLOGGED: &[(&str, &str)] = &[
    (
        "receipt",
        "SELECT receipt_id AS id FROM receipt WHERE agency_id = $1 AND receipt_id NOT IN \
         (SELECT source FROM log_entry WHERE agency_id = $1 AND kind = 'receipt')",
    ),
    (
        "template",
        "SELECT template_id AS id FROM template WHERE agency_id = $1 AND template_id NOT IN \
         (SELECT source FROM log_entry WHERE agency_id = $1 AND kind IN ('enrolment', 'renewal'))",
    ),
    (
        "device",
        "SELECT device_id AS id FROM device WHERE agency_id = $1 AND device_id NOT IN \
         (SELECT source FROM log_entry WHERE agency_id = $1 AND kind = 'binding')",
    ),
    (
        "policy",
        "SELECT CAST(version AS TEXT) AS id FROM policy \
         WHERE agency_id = $1 AND CAST(version AS TEXT) NOT IN \
         (SELECT source FROM log_entry WHERE agency_id = $1 AND kind = 'policy')",
    ),
    (
        "staff",
        "SELECT staff_id AS id FROM staff WHERE agency_id = $1 AND NOT EXISTS \
         (SELECT 1 FROM log_entry WHERE log_entry.agency_id = $1 AND kind = 'staff-role' \
         AND source LIKE staff.staff_id || ':%')",
    ),
    (
        "proposal",
        "SELECT proposal_id AS id FROM proposal WHERE agency_id = $1 AND state <> 'open' \
         AND proposal_id NOT IN \
         (SELECT source FROM log_entry WHERE agency_id = $1 AND kind = 'decision')",
    ),
    (
        "proposal",
        "SELECT proposal_id AS id FROM proposal WHERE agency_id = $1 AND state = 'approved' \
         AND kind = 'accept' AND payload LIKE 'review-claim %' AND payload NOT IN \
         (SELECT 'review-claim ' || claim_id FROM receipt WHERE agency_id = $1)",
    ),
    (
        "revocation",
        "SELECT receipt_id AS id FROM revocation WHERE agency_id = $1 AND receipt_id NOT IN \
         (SELECT source FROM log_entry WHERE agency_id = $1 AND kind = 'revocation')",
    ),
    (
        "life_evidence",
        "SELECT evidence_id AS id FROM life_evidence WHERE agency_id = $1 AND modality = 'face' \
         AND source NOT IN (SELECT claim_id FROM receipt WHERE agency_id = $1)",
    ),
    (
        "life_evidence",
        "SELECT evidence_id AS id FROM life_evidence WHERE agency_id = $1 AND modality <> 'face' \
         AND source NOT IN \
         (SELECT proposal_id FROM proposal WHERE agency_id = $1 AND state = 'approved')",
    ),
    (
        "claim",
        "SELECT claim.claim_id AS id FROM claim JOIN challenge \
         ON challenge.agency_id = claim.agency_id \
         AND challenge.challenge_id = claim.challenge_id \
         WHERE claim.agency_id = $1 AND claim.outcome = 'accept' \
         AND challenge.purpose = 'certify' AND claim.claim_id NOT IN \
         (SELECT claim_id FROM receipt WHERE agency_id = $1)",
    ),
];

impl Db {
    /// Rows that must have an entry in the log, or a receipt that has one, and have none: the name
    /// of the table and the row's id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unlogged(&mut self) -> Result<Vec<(&'static str, String)>, StoreError> {
        let mut found = Vec::new();
        for (table, sql) in UNLOGGED {
            for row in self.all(sql, values![]).await? {
                found.push((*table, row.text("id")?));
            }
        }
        Ok(found)
    }

    /// A device by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn device(
        &mut self,
        device_id: &str,
    ) -> Result<Option<Timed<DeviceRow>>, StoreError> {
        let row = self
            .one(
                "SELECT device_id, person_ref, key_id, public_key, assurance, assurance_reason, app_attest_key, state, \
                 created_at_ms FROM device WHERE agency_id = $1 AND device_id = $2",
                values![device_id],
            )
            .await?;
        row.map(|row| Ok((read_device(&row)?, row.unsigned("created_at_ms")?)))
            .transpose()
    }

    /// A policy row by its version.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn timed_policy(
        &mut self,
        version: u32,
    ) -> Result<Option<Timed<PolicyRow>>, StoreError> {
        let row = self
            .one(
                "SELECT version, name, from_ms, cycle, utc_offset_min, window_days, \
                 challenge_s, below_hardware, offline_below_hardware, capture, created_at_ms \
                 FROM policy WHERE agency_id = $1 AND version = $2",
                values![version],
            )
            .await?;
        row.map(|row| Ok((read_policy(&row)?, row.unsigned("created_at_ms")?)))
            .transpose()
    }

    /// A receipt by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn receipt(
        &mut self,
        receipt_id: &str,
    ) -> Result<Option<AuditedReceipt>, StoreError> {
        let row = self
            .one(
                "SELECT person_ref, claim_id, signed, issued_at_ms, valid_until_ms FROM receipt \
                 WHERE agency_id = $1 AND receipt_id = $2",
                values![receipt_id],
            )
            .await?;
        row.map(|row| {
            Ok(AuditedReceipt {
                person: row.parsed("person_ref")?,
                claim: row.parsed("claim_id")?,
                signed: row.bytes("signed")?,
                issued_at_ms: row.unsigned("issued_at_ms")?,
                valid_until_ms: row.unsigned("valid_until_ms")?,
            })
        })
        .transpose()
    }
}
