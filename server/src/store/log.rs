//! Entries of the public log, on their way into it, and the checkpoint that the sequencer decided
//! on.

use super::{Db, Row, StoreError};
use crate::values;
use lifecert_protocol::log::{Leaf, LeafKind};
use lifecert_protocol::{Digest, PersonRef, Salt, random_bytes};

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

/// An entry as it is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Its id.
    pub entry_id: String,
    /// What it is about.
    pub kind: LeafKind,
    /// Names the row that it is about.
    pub source: String,
    /// When it happened.
    pub at_ms: u64,
    /// The salt of its commitment.
    pub salt: Salt,
    /// The leaf's canonical bytes.
    pub leaf: Vec<u8>,
    /// Its index, once the sequencer has taken it up.
    pub index: Option<u64>,
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

    /// Entries that have no index yet, in the order in which they happened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pending_entries(&mut self, most: u32) -> Result<Vec<EntryRow>, StoreError> {
        let rows = self
            .all(
                "SELECT entry_id, kind, source, at_ms, salt, leaf, leaf_index FROM log_entry \
                 WHERE agency_id = $1 AND leaf_index IS NULL ORDER BY at_ms, entry_id LIMIT $2",
                values![most],
            )
            .await?;
        rows.iter().map(read_entry).collect()
    }

    /// Entries from an index on, in the order of the log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entries_from(
        &mut self,
        index: u64,
        most: u32,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let rows = self
            .all(
                "SELECT entry_id, kind, source, at_ms, salt, leaf, leaf_index FROM log_entry \
                 WHERE agency_id = $1 AND leaf_index >= $2 ORDER BY leaf_index LIMIT $3",
                values![index, most],
            )
            .await?;
        rows.iter().map(read_entry).collect()
    }

    /// All entries of a kind, in the order in which they happened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entries_of(&mut self, kind: LeafKind) -> Result<Vec<EntryRow>, StoreError> {
        let rows = self
            .all(
                "SELECT entry_id, kind, source, at_ms, salt, leaf, leaf_index FROM log_entry \
                 WHERE agency_id = $1 AND kind = $2 ORDER BY at_ms, source",
                values![kind.as_str()],
            )
            .await?;
        rows.iter().map(read_entry).collect()
    }

    /// The entry of that kind about that row.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log_entry(
        &mut self,
        kind: LeafKind,
        source: &str,
    ) -> Result<Option<EntryRow>, StoreError> {
        let row = self
            .one(
                "SELECT entry_id, kind, source, at_ms, salt, leaf, leaf_index FROM log_entry \
                 WHERE agency_id = $1 AND kind = $2 AND source = $3",
                values![kind.as_str(), source],
            )
            .await?;
        row.map(|row| read_entry(&row)).transpose()
    }

    /// The index in the log of the first template that a person was compared with under a
    /// recognition model at a time; nothing where the log has not taken it up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn enrolment_index(
        &mut self,
        person: PersonRef,
        recognition_model: Digest,
        at_ms: u64,
    ) -> Result<Option<u64>, StoreError> {
        let row = self
            .one(
                "SELECT log_entry.leaf_index AS leaf_index FROM template LEFT JOIN log_entry \
                 ON log_entry.agency_id = template.agency_id \
                 AND log_entry.source = template.template_id \
                 AND log_entry.kind IN ('enrolment', 'renewal') \
                 WHERE template.agency_id = $1 AND template.person_ref = $2 \
                 AND template.recognition_model = $3 AND template.origin <> 'renewal' \
                 AND (template.erased_at_ms IS NULL OR template.erased_at_ms > $4) \
                 ORDER BY template.made_at_ms, template.template_id LIMIT 1",
                values![person.to_string(), recognition_model.to_string(), at_ms],
            )
            .await?;
        row.map_or(Ok(None), |row| row.maybe_unsigned("leaf_index"))
    }

    /// Gives an entry its index; `false` when it has one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_leaf_index(&mut self, entry_id: &str, index: u64) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE log_entry SET leaf_index = $3 \
                 WHERE agency_id = $1 AND entry_id = $2 AND leaf_index IS NULL",
                values![entry_id, index],
            )
            .await?;
        Ok(changed == 1)
    }

    /// The newest checkpoint that the sequencer decided on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log_checkpoint(&mut self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT checkpoint FROM log_state WHERE agency_id = $1";
        let row = self.one(sql, values![]).await?;
        row.map(|row| row.text("checkpoint")).transpose()
    }

    /// Puts a checkpoint in the place of `before`, or begins the log where there is none; `false`
    /// when another one stands there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn swap_log_checkpoint(
        &mut self,
        before: Option<&str>,
        (size, checkpoint): (u64, &str),
    ) -> Result<bool, StoreError> {
        let changed = match before {
            None => {
                let sql = "INSERT INTO log_state (agency_id, size, checkpoint) \
                           VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
                self.run(sql, values![size, checkpoint]).await?
            }
            Some(before) => {
                let sql = "UPDATE log_state SET size = $2, checkpoint = $3 \
                           WHERE agency_id = $1 AND checkpoint = $4";
                self.run(sql, values![size, checkpoint, before]).await?
            }
        };
        Ok(changed == 1)
    }
}

fn read_entry(row: &Row) -> Result<EntryRow, StoreError> {
    Ok(EntryRow {
        entry_id: row.text("entry_id")?,
        kind: row.parsed("kind")?,
        source: row.text("source")?,
        at_ms: row.unsigned("at_ms")?,
        salt: row.parsed("salt")?,
        leaf: row.bytes("leaf")?,
        index: row.maybe_unsigned("leaf_index")?,
    })
}
