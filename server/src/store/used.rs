//! What is on record by which secrets were used.

use super::{Db, StoreError, Value};
use crate::values;

impl Db {
    /// Whether something was signed while no signing key is on record yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn signed_unlisted(&mut self) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) AS found FROM agency WHERE agency_id = $1 \
                   AND EXISTS (SELECT 1 FROM challenge WHERE agency_id = $1) \
                   AND NOT EXISTS (SELECT 1 FROM signing_key WHERE agency_id = $1)";
        self.found(sql, values![]).await
    }

    /// Whether the key that signed before any other is on record and has not ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn first_key_counts(&mut self, now_ms: u64) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) AS found FROM signing_key WHERE agency_id = $1 \
                   AND valid_from_ms = 0 AND (valid_to_ms IS NULL OR valid_to_ms > $2)";
        self.found(sql, values![now_ms]).await
    }

    /// Whether sealed evidence is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keeps_evidence(&mut self) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) AS found FROM agency WHERE agency_id = $1 \
                   AND EXISTS (SELECT 1 FROM sealed_evidence \
                   WHERE agency_id = $1 AND state = 'kept')";
        self.found(sql, values![]).await
    }

    async fn found(&mut self, sql: &'static str, values: Vec<Value>) -> Result<bool, StoreError> {
        let row = self.one(sql, values).await?;
        Ok(row.map_or(Ok(0), |row| row.int("found"))? > 0)
    }
}
