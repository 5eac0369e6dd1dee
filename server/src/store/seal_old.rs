//! Sealing rows from before personal data was sealed, in place.

use super::letters::OUTBOX;
use super::people::IDENTITY;
use super::templates::TEMPLATE;
use super::{Connections, Db, Store, StoreError};
use crate::values;
use zeroize::Zeroizing;

/// How many rows are not sealed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsealed {
    /// In `person_identity`.
    pub people: u64,
    /// In `template`.
    pub templates: u64,
    /// In `outbox`.
    pub announcements: u64,
}

impl Unsealed {
    /// All of them.
    pub const fn rows(self) -> u64 {
        self.people + self.templates + self.announcements
    }
}

impl Store {
    /// Makes the file anew, so that what was replaced or deleted is in no free page of it and not
    /// in its journal. On PostgreSQL this is the administrator's `VACUUM FULL`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn vacuum(&self) -> Result<(), StoreError> {
        match &self.engine {
            Connections::Sqlite(sqlite) => {
                let sql = "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);";
                sqlite.maintain(sql.to_owned()).await
            }
            Connections::Postgres(_) => Ok(()),
        }
    }
}

impl Db {
    /// How many rows are not sealed yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsealed(&mut self) -> Result<Unsealed, StoreError> {
        let row = self
            .one(
                "SELECT (SELECT COUNT(*) FROM person_identity \
                 WHERE agency_id = $1 AND key_version IS NULL) AS people, \
                 (SELECT COUNT(*) FROM template WHERE agency_id = $1 \
                 AND key_version IS NULL AND erased_at_ms IS NULL) AS templates, \
                 (SELECT COUNT(*) FROM outbox \
                 WHERE agency_id = $1 AND key_version IS NULL) AS announcements",
                values![],
            )
            .await?;
        let row = row.ok_or(StoreError::Column("people"))?;
        Ok(Unsealed {
            people: row.unsigned("people")?,
            templates: row.unsigned("templates")?,
            announcements: row.unsigned("announcements")?,
        })
    }

    /// Seals up to `most` rows of each table that are not; gives how many there were.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of this step is written then.
    pub async fn seal_some(&mut self, most: u32, now_ms: u64) -> Result<u64, StoreError> {
        Ok(self.seal_people(most, now_ms).await?
            + self.seal_templates(most, now_ms).await?
            + self.seal_announcements(most, now_ms).await?)
    }

    async fn seal_people(&mut self, most: u32, now_ms: u64) -> Result<u64, StoreError> {
        let rows = self
            .all(
                "SELECT person_ref, name, id_kind, id_number, birth_date, contact \
                 FROM person_identity WHERE agency_id = $1 AND key_version IS NULL LIMIT $2",
                values![most],
            )
            .await?;
        for row in &rows {
            let person = row.text("person_ref")?;
            let key = self
                .person_key_or_new(row.parsed("person_ref")?, now_ms)
                .await?;
            let seal = |column| -> Result<Option<String>, StoreError> {
                let open = row.maybe_text(column)?.map(Zeroizing::new);
                let sealed = open.map(|text| key.seal_text((IDENTITY, column, &person), &text));
                sealed.transpose()
            };
            let number = Zeroizing::new(row.text("id_number")?);
            let index = self.id_index(&row.text("id_kind")?, &number)?;
            let values = values![
                person.as_str(),
                seal("name")?,
                seal("id_number")?,
                seal("birth_date")?,
                seal("contact")?,
                index,
                key.version(),
            ];
            self.run(
                "UPDATE person_identity SET name = $3, id_number = $4, birth_date = $5, \
                 contact = $6, id_index = $7, key_version = $8 \
                 WHERE agency_id = $1 AND person_ref = $2",
                values,
            )
            .await?;
        }
        Ok(rows.len() as u64)
    }

    async fn seal_templates(&mut self, most: u32, now_ms: u64) -> Result<u64, StoreError> {
        let rows = self
            .all(
                "SELECT template_id, person_ref, embedding FROM template WHERE agency_id = $1 \
                 AND key_version IS NULL AND erased_at_ms IS NULL LIMIT $2",
                values![most],
            )
            .await?;
        for row in &rows {
            let id = row.text("template_id")?;
            let key = self
                .person_key_or_new(row.parsed("person_ref")?, now_ms)
                .await?;
            let open = Zeroizing::new(row.bytes("embedding")?);
            let sealed = key.seal((TEMPLATE, "embedding", &id), &open)?;
            self.run(
                "UPDATE template SET embedding = $3, key_version = $4 \
                 WHERE agency_id = $1 AND template_id = $2",
                values![id, sealed, key.version()],
            )
            .await?;
        }
        Ok(rows.len() as u64)
    }

    async fn seal_announcements(&mut self, most: u32, now_ms: u64) -> Result<u64, StoreError> {
        let rows = self
            .all(
                "SELECT outbox_id, person_ref, recipient FROM outbox \
                 WHERE agency_id = $1 AND key_version IS NULL LIMIT $2",
                values![most],
            )
            .await?;
        for row in &rows {
            let id = row.text("outbox_id")?;
            let key = self
                .person_key_or_new(row.parsed("person_ref")?, now_ms)
                .await?;
            let open = Zeroizing::new(row.text("recipient")?);
            let sealed = key.seal_text((OUTBOX, "recipient", &id), &open)?;
            self.run(
                "UPDATE outbox SET recipient = $3, key_version = $4 \
                 WHERE agency_id = $1 AND outbox_id = $2",
                values![id, sealed, key.version()],
            )
            .await?;
        }
        Ok(rows.len() as u64)
    }
}
