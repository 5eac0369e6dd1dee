//! What people agreed to.

use super::{Db, Row, StoreError};
use crate::values;
use lifecert_protocol::{
    ConsentId, ConsentMeans, ConsentPurposes, Digest, KeyId, PersonRef, Relation,
};

/// A consent on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    /// Its id.
    pub consent_id: ConsentId,
    /// Who agreed.
    pub person: PersonRef,
    /// The device key that signed.
    pub key: KeyId,
    /// Version of the text.
    pub text_version: u32,
    /// SHA-256 of the text.
    pub text: Digest,
    /// Its language.
    pub language: String,
    /// What was agreed to.
    pub purposes: ConsentPurposes,
    /// How.
    pub means: ConsentMeans,
    /// Digest of the accepted claim that shows who agreed.
    pub session: Digest,
    /// Who they are to whoever held the phone, as that one said.
    pub relation: Option<Relation>,
    /// The COSE_Sign1 bytes.
    pub message: Vec<u8>,
    /// When it came, by the server's clock.
    pub given_at_ms: u64,
    /// When it was withdrawn.
    pub withdrawn_at_ms: Option<u64>,
}

impl Db {
    /// Adds a consent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_consent(&mut self, row: &ConsentRow) -> Result<(), StoreError> {
        let purposes = row.purposes;
        self.run(
            "INSERT INTO consent (agency_id, consent_id, person_ref, key_id, text_version, \
             text_digest, language, helper, embedding_leaves, key_frames_leave, evidence_kept, \
             means, session_digest, message, given_at_ms, relation) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            values![
                row.consent_id.to_string(),
                row.person.to_string(),
                row.key.to_string(),
                row.text_version,
                row.text.to_string(),
                row.language.as_str(),
                i64::from(purposes.helper),
                i64::from(purposes.embedding_leaves),
                i64::from(purposes.key_frames_leave),
                i64::from(purposes.evidence_kept),
                row.means.as_str(),
                row.session.to_string(),
                row.message.as_slice(),
                row.given_at_ms,
                row.relation.map(|relation| relation.to_string()),
            ],
        )
        .await?;
        Ok(())
    }

    /// All consents of a person, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn consents(&mut self, person: PersonRef) -> Result<Vec<ConsentRow>, StoreError> {
        let rows = self
            .all(
                "SELECT consent_id, person_ref, key_id, text_version, text_digest, language, \
                 helper, embedding_leaves, key_frames_leave, evidence_kept, means, \
                 session_digest, message, given_at_ms, withdrawn_at_ms, relation FROM consent \
                 WHERE agency_id = $1 AND person_ref = $2 \
                 ORDER BY given_at_ms DESC, consent_id",
                values![person.to_string()],
            )
            .await?;
        rows.iter().map(read_consent).collect()
    }

    /// The consent that counts: the one that was neither withdrawn nor replaced.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn consent(&mut self, person: PersonRef) -> Result<Option<ConsentRow>, StoreError> {
        let mut rows = self.consents(person).await?.into_iter();
        Ok(rows.find(|row| row.withdrawn_at_ms.is_none()))
    }

    /// Withdraws every consent of a person that is not withdrawn yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn withdraw_consents(
        &mut self,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE consent SET withdrawn_at_ms = $3 WHERE agency_id = $1 AND person_ref = $2 \
             AND withdrawn_at_ms IS NULL",
            values![person.to_string(), now_ms],
        )
        .await?;
        Ok(())
    }

    /// Whether an accepted claim with that payload was signed by that key for that person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_accepted(
        &mut self,
        (person, key): (PersonRef, KeyId),
        payload: Digest,
    ) -> Result<bool, StoreError> {
        let row = self
            .one(
                "SELECT claim_id FROM claim WHERE agency_id = $1 AND person_ref = $2 \
                 AND key_id = $3 AND payload_digest = $4 AND outcome = 'accept'",
                values![person.to_string(), key.to_string(), payload.to_string()],
            )
            .await?;
        Ok(row.is_some())
    }
}

fn read_consent(row: &Row) -> Result<ConsentRow, StoreError> {
    let flag = |name: &'static str| -> Result<bool, StoreError> { Ok(row.int(name)? != 0) };
    let text_version = u32::try_from(row.int("text_version")?);
    Ok(ConsentRow {
        consent_id: row.parsed("consent_id")?,
        person: row.parsed("person_ref")?,
        key: row.parsed("key_id")?,
        text_version: text_version.map_err(|_| StoreError::Column("text_version"))?,
        text: row.parsed("text_digest")?,
        language: row.text("language")?,
        purposes: ConsentPurposes {
            helper: flag("helper")?,
            embedding_leaves: flag("embedding_leaves")?,
            key_frames_leave: flag("key_frames_leave")?,
            evidence_kept: flag("evidence_kept")?,
        },
        means: row.parsed("means")?,
        session: row.parsed("session_digest")?,
        relation: row.maybe_parsed("relation")?,
        message: row.bytes("message")?,
        given_at_ms: row.unsigned("given_at_ms")?,
        withdrawn_at_ms: row.maybe_unsigned("withdrawn_at_ms")?,
    })
}
