//! Letters and the codes in them; announcements that have to go out.

use super::people::random_id;
use super::{Db, StoreError};
use crate::values;
use lifecert_protocol::PersonRef;
use zeroize::Zeroizing;

/// The table of announcements.
pub(super) const OUTBOX: &str = "outbox";

/// A letter on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// Its id.
    pub letter_id: String,
    /// To whom it was sent.
    pub person: PersonRef,
    /// HMAC-SHA-256 of the code's secret part.
    pub code_mac: Vec<u8>,
    /// Until when it counts.
    pub expires_at_ms: u64,
    /// Wrong codes that were tried on it.
    pub wrong_tries: u64,
    /// When a device was bound with it.
    pub used_at_ms: Option<u64>,
}

impl Db {
    /// Records a letter; `false` when its selector is taken and another code must be drawn.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_letter(
        &mut self,
        person: PersonRef,
        (selector, code_mac): (&str, &[u8]),
        (now_ms, expires_at_ms): (u64, u64),
    ) -> Result<bool, StoreError> {
        let added = self
            .run(
                "INSERT INTO letter (agency_id, letter_id, person_ref, selector, code_mac, \
                 created_at_ms, expires_at_ms, wrong_tries) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT DO NOTHING",
                values![
                    random_id(),
                    person.to_string(),
                    selector,
                    code_mac,
                    now_ms,
                    expires_at_ms,
                ],
            )
            .await?;
        Ok(added == 1)
    }

    /// Removes letters whose time is over and that no challenge names, so that selectors do not
    /// run out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_letters(&mut self, before_ms: u64) -> Result<u64, StoreError> {
        self.run(
            "DELETE FROM letter WHERE agency_id = $1 AND expires_at_ms < $2",
            values![before_ms],
        )
        .await
    }

    /// The letter with that selector.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn letter(&mut self, selector: &str) -> Result<Option<LetterRow>, StoreError> {
        let row = self
            .one(
                "SELECT letter_id, person_ref, code_mac, expires_at_ms, wrong_tries, used_at_ms \
                 FROM letter WHERE agency_id = $1 AND selector = $2",
                values![selector],
            )
            .await?;
        row.map(|row| {
            Ok(LetterRow {
                letter_id: row.text("letter_id")?,
                person: row.parsed("person_ref")?,
                code_mac: row.bytes("code_mac")?,
                expires_at_ms: row.unsigned("expires_at_ms")?,
                wrong_tries: row.unsigned("wrong_tries")?,
                used_at_ms: row.maybe_unsigned("used_at_ms")?,
            })
        })
        .transpose()
    }

    /// Counts a wrong code against a letter.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_wrong_code(&mut self, letter_id: &str) -> Result<(), StoreError> {
        self.run(
            "UPDATE letter SET wrong_tries = wrong_tries + 1 \
             WHERE agency_id = $1 AND letter_id = $2",
            values![letter_id],
        )
        .await?;
        Ok(())
    }

    /// Uses a letter up; `false` when it was used before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_letter(&mut self, letter_id: &str, now_ms: u64) -> Result<bool, StoreError> {
        let used = self
            .run(
                "UPDATE letter SET used_at_ms = $3 \
                 WHERE agency_id = $1 AND letter_id = $2 AND used_at_ms IS NULL",
                values![letter_id, now_ms],
            )
            .await?;
        Ok(used == 1)
    }

    /// Puts an announcement into the outbox.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn announce(
        &mut self,
        person: PersonRef,
        (kind, recipient): (&str, &str),
        source: &str,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let (key, id) = (self.person_key(person).await?, random_id());
        let values = values![
            id.as_str(),
            person.to_string(),
            kind,
            key.seal_text((OUTBOX, "recipient", &id), recipient)?,
            source,
            now_ms,
            key.version(),
        ];
        self.run(
            "INSERT INTO outbox (agency_id, outbox_id, person_ref, kind, recipient, source, \
             created_at_ms, key_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values,
        )
        .await?;
        Ok(())
    }

    /// To whom announcements about a person wait to go out, oldest first.
    ///
    /// # Errors
    /// [`StoreError::NotSealed`], [`StoreError::NoDataKey`]; [`StoreError`].
    pub async fn recipients(
        &mut self,
        person: PersonRef,
    ) -> Result<Vec<Zeroizing<String>>, StoreError> {
        let rows = self
            .all(
                "SELECT outbox_id, recipient, key_version FROM outbox WHERE agency_id = $1 \
                 AND person_ref = $2 AND sent_at_ms IS NULL ORDER BY created_at_ms, outbox_id",
                values![person.to_string()],
            )
            .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.person_key(person).await?;
        rows.iter()
            .map(|row| {
                row.is_sealed()?;
                let id = row.text("outbox_id")?;
                key.open_text((OUTBOX, "recipient", &id), &row.text("recipient")?)
            })
            .collect()
    }

    /// How many announcements of a kind wait for a person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn announcements(
        &mut self,
        person: PersonRef,
        kind: &str,
    ) -> Result<u64, StoreError> {
        let row = self
            .one(
                "SELECT COUNT(*) AS waiting FROM outbox WHERE agency_id = $1 \
                 AND person_ref = $2 AND kind = $3 AND sent_at_ms IS NULL",
                values![person.to_string(), kind],
            )
            .await?;
        row.map_or(Ok(0), |row| row.unsigned("waiting"))
    }

    /// Uses a request's nonce up; `false` when it was used before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_nonce(
        &mut self,
        nonce: &str,
        (now_ms, expires_at_ms): (u64, u64),
    ) -> Result<bool, StoreError> {
        self.run(
            "DELETE FROM used_nonce WHERE agency_id = $1 AND expires_at_ms < $2",
            values![now_ms],
        )
        .await?;
        let added = self
            .run(
                "INSERT INTO used_nonce (agency_id, nonce, expires_at_ms) VALUES ($1, $2, $3) \
                 ON CONFLICT DO NOTHING",
                values![nonce, expires_at_ms],
            )
            .await?;
        Ok(added == 1)
    }
}
