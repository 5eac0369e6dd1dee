//! Templates that are no more: the row stays as the record of the modelling and of its end.

use super::templates::{TEMPLATE, template_with};
use super::{Db, NewEntry, StoreError, TemplateRow};
use crate::log::content;
use crate::values;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{Digest, PersonRef};
use zeroize::Zeroizing;

/// A template as the audit reads it.
pub struct AuditedTemplate {
    /// Whose it is or was.
    pub person: PersonRef,
    /// The row; of an erased one without the embedding.
    pub row: TemplateRow,
    /// The digest of its embedding, as it is or was.
    pub embedding: Digest,
    /// When it was erased.
    pub erased_at_ms: Option<u64>,
    /// Whether an embedding lies there.
    pub is_there: bool,
}

impl Db {
    /// Erases every template of a person that is there, each with its entry in the log; gives their
    /// ids. The digest of what it was stays, so that the entry of its making can be made again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn erase_templates(
        &mut self,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<Vec<String>, StoreError> {
        let rows = self
            .all(
                "SELECT template_id, embedding, key_version FROM template WHERE agency_id = $1 \
                 AND person_ref = $2 AND erased_at_ms IS NULL ORDER BY template_id",
                values![person.to_string()],
            )
            .await?;
        let mut erased = Vec::with_capacity(rows.len());
        for row in &rows {
            let (id, stored) = (row.text("template_id")?, row.bytes("embedding")?);
            let key = self.person_key(person).await?;
            // What does not open was forged, which the audit tells; it is erased all the same.
            let opened = key.open((TEMPLATE, "embedding", &id), &stored);
            let digest = opened.map_or_else(|_| Digest::of(&stored), |open| Digest::of(&open));
            self.run(
                "UPDATE template SET embedding = $3, erased_at_ms = $4, erased_digest = $5 \
                 WHERE agency_id = $1 AND template_id = $2",
                values![id.as_str(), Vec::<u8>::new(), now_ms, digest.to_string()],
            )
            .await?;
            self.add_log_entry(&NewEntry {
                kind: LeafKind::Erasure,
                source: &content::state_source(TEMPLATE, &id),
                at_ms: now_ms,
                content: &content::state(TEMPLATE, &id, now_ms),
            })
            .await?;
            erased.push(id);
        }
        Ok(erased)
    }

    /// Whether a person has a template that is not erased.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_modelled(&mut self, person: PersonRef) -> Result<bool, StoreError> {
        let row = self
            .one(
                "SELECT template_id FROM template WHERE agency_id = $1 AND person_ref = $2 \
                 AND erased_at_ms IS NULL LIMIT 1",
                values![person.to_string()],
            )
            .await?;
        Ok(row.is_some())
    }

    /// A template by its id, erased ones too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn template(
        &mut self,
        template_id: &str,
    ) -> Result<Option<AuditedTemplate>, StoreError> {
        let row = self
            .one(
                "SELECT template_id, person_ref, recognition_model, origin, embedding, pictures, \
                 made_by, claim_id, first_similarity, made_at_ms, key_version, erased_at_ms, \
                 erased_digest FROM template WHERE agency_id = $1 AND template_id = $2",
                values![template_id],
            )
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let person = row.parsed("person_ref")?;
        let (stored, erased_at_ms) = (row.bytes("embedding")?, row.maybe_unsigned("erased_at_ms")?);
        let (open, embedding) = match erased_at_ms {
            Some(_) => (Zeroizing::default(), row.parsed("erased_digest")?),
            None => {
                row.is_sealed()?;
                let key = self.person_key(person).await?;
                let open = key.open((TEMPLATE, "embedding", template_id), &stored)?;
                let digest = Digest::of(&open);
                (open, digest)
            }
        };
        Ok(Some(AuditedTemplate {
            person,
            row: template_with(&row, open)?,
            embedding,
            erased_at_ms,
            is_there: !stored.is_empty(),
        }))
    }
}
