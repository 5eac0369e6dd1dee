//! Keys that sign challenges and receipts, and the lists of them that the root signed.

use super::{Db, NewEntry, StoreError};
use crate::log::content;
use crate::service::{BEGAN, ENDED};
use crate::values;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{KeyId, ListedKey, PublicKey};

/// A signing key on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKeyRow {
    /// Its public half.
    pub public: PublicKey,
    /// From when on it signs.
    pub valid_from_ms: u64,
    /// Until before when it signs; open while there is no next one.
    pub valid_to_ms: Option<u64>,
}

impl SigningKeyRow {
    /// Its name.
    pub fn id(&self) -> KeyId {
        self.public.id()
    }

    /// As it stands in a list.
    pub fn listed(&self) -> ListedKey {
        ListedKey::new(&self.public, self.valid_from_ms, self.valid_to_ms)
    }
}

impl Db {
    /// Adds a key and puts it in line for the log; the key before it ends where this one begins.
    ///
    /// # Errors
    /// [`StoreError`]; no two keys begin at the same time.
    pub async fn add_signing_key(
        &mut self,
        public: &PublicKey,
        (valid_from_ms, now_ms): (u64, u64),
    ) -> Result<(), StoreError> {
        let open = self.signing_keys().await?.into_iter();
        for mut before in open.filter(|key| key.valid_to_ms.is_none()) {
            before.valid_to_ms = Some(valid_from_ms);
            self.run(
                "UPDATE signing_key SET valid_to_ms = $3, ended_at_ms = $4 \
                 WHERE agency_id = $1 AND key_id = $2",
                values![before.id().to_string(), valid_from_ms, now_ms],
            )
            .await?;
            self.log_signing_key(&before, true, now_ms).await?;
        }
        self.run(
            "INSERT INTO signing_key (agency_id, key_id, public_key, valid_from_ms, added_at_ms) \
             VALUES ($1, $2, $3, $4, $5)",
            values![
                public.id().to_string(),
                public.as_sec1().as_slice(),
                valid_from_ms,
                now_ms
            ],
        )
        .await?;
        let row = SigningKeyRow {
            public: public.clone(),
            valid_from_ms,
            valid_to_ms: None,
        };
        self.log_signing_key(&row, false, now_ms).await
    }

    /// Ends a key at that time, if it would count for longer, and puts that in line for the log;
    /// `false` when it ended before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_signing_key(
        &mut self,
        key: KeyId,
        (valid_to_ms, now_ms): (u64, u64),
    ) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE signing_key SET valid_to_ms = $3, ended_at_ms = $4 \
                 WHERE agency_id = $1 AND key_id = $2 \
                 AND (valid_to_ms IS NULL OR valid_to_ms > $3)",
                values![key.to_string(), valid_to_ms, now_ms],
            )
            .await?;
        let rows = self.signing_keys().await?;
        if let Some(row) = rows.iter().find(|row| row.id() == key && changed == 1) {
            self.log_signing_key(row, true, now_ms).await?;
        }
        Ok(changed == 1)
    }

    async fn log_signing_key(
        &mut self,
        key: &SigningKeyRow,
        ended: bool,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let thing = hex::encode(key.public.as_sec1());
        let state = match (ended, key.valid_to_ms) {
            (true, Some(to_ms)) => format!("{ENDED}@{to_ms}"),
            _ => format!("{BEGAN}@{}", key.valid_from_ms),
        };
        self.add_log_entry(&NewEntry {
            kind: LeafKind::SigningKey,
            source: &content::state_source(&thing, &state),
            at_ms: now_ms,
            content: &content::state(&thing, &state, now_ms),
        })
        .await
    }

    /// Every signing key, in the order in which they begin.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn signing_keys(&mut self) -> Result<Vec<SigningKeyRow>, StoreError> {
        let rows = self
            .all(
                "SELECT public_key, valid_from_ms, valid_to_ms FROM signing_key \
                 WHERE agency_id = $1 ORDER BY valid_from_ms",
                values![],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let public = PublicKey::from_sec1(&row.bytes("public_key")?);
                Ok(SigningKeyRow {
                    public: public.map_err(|_| StoreError::Column("public_key"))?,
                    valid_from_ms: row.unsigned("valid_from_ms")?,
                    valid_to_ms: row.maybe_unsigned("valid_to_ms")?,
                })
            })
            .collect()
    }

    /// Adds a list that the root has signed.
    ///
    /// # Errors
    /// [`StoreError`]; no two lists have the same number.
    pub async fn add_key_list(
        &mut self,
        signed: &[u8],
        (sequence, issued_at_ms, now_ms): (u64, u64, u64),
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO key_list (agency_id, sequence, signed, issued_at_ms, published_at_ms) \
             VALUES ($1, $2, $3, $4, $5)",
            values![sequence, signed, issued_at_ms, now_ms],
        )
        .await?;
        Ok(())
    }

    /// The newest list, as it was signed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn key_list(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT signed FROM key_list WHERE agency_id = $1 ORDER BY sequence DESC LIMIT 1";
        let row = self.one(sql, values![]).await?;
        row.map(|row| row.bytes("signed")).transpose()
    }
}
