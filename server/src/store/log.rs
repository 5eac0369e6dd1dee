//! Entries of the public log, on their way into it.

use super::{Db, StoreError};
use crate::values;
use lifecert_protocol::log::{Leaf, LeafKind};
use lifecert_protocol::{Salt, random_bytes};

/// Something that happened and belongs into the public log.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// What it is about.
    pub kind: LeafKind,
    /// Names the row that it is about, once for each kind: an id, or an id and a state.
    pub source: &'a str,
    /// When it happened, in milliseconds since 1970.
    pub at_ms: u64,
    /// What is committed to. The audit makes it again from the row that `source` names.
    pub content: &'a [u8],
}

impl Db {
    /// Puts an entry in line for the log, in the transaction that causes it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_log_entry(&mut self, entry: &NewEntry<'_>) -> Result<(), StoreError> {
        let salt = Salt::random();
        let leaf = Leaf::new(entry.kind, entry.at_ms, &salt, entry.content);
        self.run(
            "INSERT INTO log_entry (agency_id, entry_id, kind, source, at_ms, salt, leaf) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                hex::encode(random_bytes::<16>()),
                entry.kind.as_str(),
                entry.source,
                entry.at_ms,
                salt.to_string(),
                leaf.to_bytes(),
            ],
        )
        .await?;
        Ok(())
    }
}
