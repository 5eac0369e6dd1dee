//! Claims, receipts, evidence of life and the tasks of people at the office.

use super::people::random_id;
use super::{Db, NewEntry, Row, StoreError};
use crate::log::content;
use crate::values;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    Assurance, ChallengeId, Channel, ClaimId, Digest, ErrorCode, KeyId, Modality, PersonRef,
    ReceiptId, Salt, Verdict,
};

/// A claim on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRow {
    /// Its id.
    pub claim_id: ClaimId,
    /// The challenge that it answers.
    pub challenge_id: ChallengeId,
    /// Digest of its payload.
    pub payload_digest: Digest,
    /// The person.
    pub person: PersonRef,
    /// The key that signed it.
    pub key: KeyId,
    /// When it was received.
    pub received_at_ms: u64,
    /// What was decided.
    pub outcome: Verdict,
    /// Why it was not accepted.
    pub code: Option<ErrorCode>,
    /// The device's and the server's numbers (JSON), for the person who reviews.
    pub numbers: String,
    /// The answer (JSON), given again to a retry.
    pub answer: String,
}

/// A receipt on its way into the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceipt {
    /// Its id.
    pub receipt_id: ReceiptId,
    /// COSE_Sign1 bytes.
    pub signed: Vec<u8>,
    /// The salt of its identity commitment.
    pub identity_salt: Salt,
    /// When it was given.
    pub issued_at_ms: u64,
    /// Until when it counts.
    pub valid_until_ms: u64,
}

/// A piece of evidence of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    /// By what kind.
    pub modality: Modality,
    /// Where.
    pub channel: Channel,
    /// How well the device was known.
    pub assurance: Assurance,
    /// Alive between this time
    pub proved_from_ms: u64,
    /// and this one.
    pub proved_to_ms: u64,
    /// The claim, form or record that it rests on.
    pub source: String,
}

impl Db {
    /// Adds a claim, and counts it among the tries of its person and of its device.
    ///
    /// # Errors
    /// [`StoreError`]; id, payload and challenge are unique.
    pub async fn add_claim(&mut self, claim: &ClaimRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO claim (agency_id, claim_id, challenge_id, payload_digest, person_ref, \
             key_id, received_at_ms, outcome, code, numbers, answer) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            values![
                claim.claim_id.to_string(),
                claim.challenge_id.to_string(),
                claim.payload_digest.to_string(),
                claim.person.to_string(),
                claim.key.to_string(),
                claim.received_at_ms,
                claim.outcome.as_str(),
                claim.code.map(|code| code.as_str().to_owned()),
                claim.numbers.as_str(),
                claim.answer.as_str(),
            ],
        )
        .await?;
        self.count_attempt(claim).await
    }

    /// The claim with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim(&mut self, id: ClaimId) -> Result<Option<ClaimRow>, StoreError> {
        const SQL: &str = "SELECT claim_id, challenge_id, payload_digest, person_ref, key_id, \
                           received_at_ms, outcome, code, numbers, answer FROM claim \
                           WHERE agency_id = $1 AND claim_id = $2";
        let row = self.one(SQL, values![id.to_string()]).await?;
        row.map(|row| read_claim(&row)).transpose()
    }

    /// Adds the receipt of a claim and its entry in the log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_receipt(
        &mut self,
        (person, claim_id): (PersonRef, ClaimId),
        receipt: &NewReceipt,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO receipt (agency_id, receipt_id, person_ref, claim_id, signed, \
             identity_salt, issued_at_ms, valid_until_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                receipt.receipt_id.to_string(),
                person.to_string(),
                claim_id.to_string(),
                receipt.signed.as_slice(),
                receipt.identity_salt.to_string(),
                receipt.issued_at_ms,
                receipt.valid_until_ms,
            ],
        )
        .await?;
        let (at_ms, content) = content::receipt(&receipt.signed)?;
        self.add_log_entry(&NewEntry {
            kind: LeafKind::Receipt,
            source: &receipt.receipt_id.to_string(),
            at_ms,
            content: &content,
        })
        .await
    }

    /// The answer that a person's receipt was given with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn receipt_answer(
        &mut self,
        person: PersonRef,
        receipt: ReceiptId,
    ) -> Result<Option<String>, StoreError> {
        let row = self
            .one(
                "SELECT claim.answer AS answer FROM receipt JOIN claim \
                 ON claim.agency_id = receipt.agency_id AND claim.claim_id = receipt.claim_id \
                 WHERE receipt.agency_id = $1 AND receipt.person_ref = $2 \
                 AND receipt.receipt_id = $3",
                values![person.to_string(), receipt.to_string()],
            )
            .await?;
        row.map(|row| row.text("answer")).transpose()
    }

    /// Adds evidence of life.
    ///
    /// # Errors
    /// [`StoreError`]; one source counts once.
    pub async fn add_evidence(
        &mut self,
        person: PersonRef,
        evidence: &EvidenceRow,
        (performing_agency, now_ms): (&str, u64),
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO life_evidence (agency_id, evidence_id, person_ref, modality, channel, \
             performing_agency, assurance, proved_from_ms, proved_to_ms, source, recorded_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            values![
                random_id(),
                person.to_string(),
                evidence.modality.as_str(),
                evidence.channel.as_str(),
                performing_agency,
                evidence.assurance.as_str(),
                evidence.proved_from_ms,
                evidence.proved_to_ms,
                evidence.source.as_str(),
                now_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// All evidence of a person's life, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn evidence(&mut self, person: PersonRef) -> Result<Vec<EvidenceRow>, StoreError> {
        let rows = self
            .all(
                "SELECT modality, channel, assurance, proved_from_ms, proved_to_ms, source \
                 FROM life_evidence WHERE agency_id = $1 AND person_ref = $2 \
                 ORDER BY proved_to_ms DESC, evidence_id",
                values![person.to_string()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(EvidenceRow {
                    modality: row.parsed("modality")?,
                    channel: row.parsed("channel")?,
                    assurance: row.parsed("assurance")?,
                    proved_from_ms: row.unsigned("proved_from_ms")?,
                    proved_to_ms: row.unsigned("proved_to_ms")?,
                    source: row.text("source")?,
                })
            })
            .collect()
    }

    /// When somebody else than the person's own phone last vouched for them: a clerk who made a
    /// template, a look at a counter, an outlet or on a visit, or another modality than the face.
    /// No device can say those of itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn vouched_at_ms(&mut self, person: PersonRef) -> Result<Option<u64>, StoreError> {
        let row = self
            .one(
                "SELECT MAX(at_ms) AS at_ms FROM (\
                 SELECT made_at_ms AS at_ms FROM template \
                 WHERE agency_id = $1 AND person_ref = $2 AND origin = 'clerk' \
                 AND erased_at_ms IS NULL \
                 UNION ALL SELECT proved_to_ms AS at_ms FROM life_evidence \
                 WHERE agency_id = $1 AND person_ref = $2 \
                 AND (modality <> 'face' OR channel IN ('counter', 'outlet', 'visit'))) AS vouched",
                values![person.to_string()],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        match row.maybe_int("at_ms")? {
            None => Ok(None),
            Some(at_ms) => u64::try_from(at_ms)
                .map(Some)
                .map_err(|_| StoreError::Column("at_ms")),
        }
    }

    /// Makes a task for a person at the office.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_task(
        &mut self,
        person: PersonRef,
        (kind, code): (&str, Option<ErrorCode>),
        source: &str,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO task (agency_id, task_id, person_ref, kind, code, source, created_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            values![
                random_id(),
                person.to_string(),
                kind,
                code.map(|code| code.as_str().to_owned()),
                source,
                now_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// Closes the task of a kind that came from a source; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close_task(
        &mut self,
        kind: &str,
        source: &str,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE task SET closed_at_ms = $4 WHERE agency_id = $1 AND kind = $2 \
             AND source = $3 AND closed_at_ms IS NULL",
            values![kind, source, now_ms],
        )
        .await?;
        Ok(())
    }

    /// Whether a task of a kind about a person is open.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_open_task(
        &mut self,
        person: PersonRef,
        kind: &str,
    ) -> Result<bool, StoreError> {
        let row = self
            .one(
                "SELECT COUNT(*) AS open FROM task WHERE agency_id = $1 AND person_ref = $2 \
                 AND kind = $3 AND closed_at_ms IS NULL",
                values![person.to_string(), kind],
            )
            .await?;
        Ok(row.map_or(Ok(0), |row| row.unsigned("open"))? > 0)
    }

    /// How many tasks about a person are open.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_tasks(&mut self, person: PersonRef) -> Result<u64, StoreError> {
        let row = self
            .one(
                "SELECT COUNT(*) AS open FROM task \
                 WHERE agency_id = $1 AND person_ref = $2 AND closed_at_ms IS NULL",
                values![person.to_string()],
            )
            .await?;
        row.map_or(Ok(0), |row| row.unsigned("open"))
    }
}

pub(super) fn read_claim(row: &Row) -> Result<ClaimRow, StoreError> {
    Ok(ClaimRow {
        claim_id: row.parsed("claim_id")?,
        challenge_id: row.parsed("challenge_id")?,
        payload_digest: row.parsed("payload_digest")?,
        person: row.parsed("person_ref")?,
        key: row.parsed("key_id")?,
        received_at_ms: row.unsigned("received_at_ms")?,
        outcome: row.parsed("outcome")?,
        code: row.maybe_parsed("code")?,
        numbers: row.text("numbers")?,
        answer: row.text("answer")?,
    })
}
