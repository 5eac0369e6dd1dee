//! Templates: what a person's face is compared with, and whence each comes.

use super::people::random_id;
use super::sealing::PersonKey;
use super::{Db, NewEntry, Row, StoreError};
use crate::log::content;
use crate::values;
use lifecert_protocol::{ClaimId, Digest, PersonRef, Similarity};
use zeroize::Zeroizing;

/// The table of templates.
pub(super) const TEMPLATE: &str = "template";

/// Whence a template comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateOrigin {
    /// A member of staff modelled the person.
    Clerk {
        /// Their id.
        staff_id: String,
    },
    /// The server renewed it from an accepted claim's key frames.
    Renewal {
        /// The claim.
        claim: ClaimId,
        /// Similarity of that look to the first template.
        first_similarity: Similarity,
    },
    /// The server made it with the next recognition model from a claim that was accepted under the
    /// one before.
    Overlap {
        /// The claim.
        claim: ClaimId,
    },
}

impl TemplateOrigin {
    /// The stable name of the kind.
    pub const fn as_str(&self) -> &'static str {
        match self {
            TemplateOrigin::Clerk { .. } => "clerk",
            TemplateOrigin::Renewal { .. } => "renewal",
            TemplateOrigin::Overlap { .. } => "overlap",
        }
    }
}

/// A person's template. It is face data and has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct TemplateRow {
    /// The recognition model that it was made with.
    pub recognition_model: Digest,
    /// 512 little-endian `f32`.
    pub embedding: Zeroizing<Vec<u8>>,
    /// Different pictures that it was made of.
    pub pictures: u32,
    /// Whence it comes.
    pub origin: TemplateOrigin,
    /// When it was made.
    pub made_at_ms: u64,
}

/// A person's templates of one recognition model.
#[derive(Clone, PartialEq, Eq)]
pub struct Templates {
    /// The first: a clerk's, or the one that an overlap of models put in its place. It stays for as
    /// long as the person is enrolled.
    pub first: TemplateRow,
    /// The newest.
    pub current: TemplateRow,
}

/// How far a change of the recognition model has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// People with a template of the model before.
    pub modelled: u64,
    /// Those of them who have none of the next model yet.
    pub lacking: u64,
}

impl Db {
    /// Adds a template and its entry in the log; none is ever replaced. Gives its id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_template(
        &mut self,
        person: PersonRef,
        template: &TemplateRow,
    ) -> Result<String, StoreError> {
        let key = self.person_key(person).await?;
        let template_id = random_id();
        let (staff_id, claim, first_similarity) = match &template.origin {
            TemplateOrigin::Clerk { staff_id } => (Some(staff_id.clone()), None, None),
            TemplateOrigin::Renewal {
                claim,
                first_similarity,
            } => (None, Some(claim.to_string()), Some(*first_similarity)),
            TemplateOrigin::Overlap { claim } => (None, Some(claim.to_string()), None),
        };
        self.run(
            "INSERT INTO template (agency_id, template_id, person_ref, recognition_model, origin, \
             embedding, pictures, made_by, claim_id, first_similarity, made_at_ms, key_version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values![
                template_id.as_str(),
                person.to_string(),
                template.recognition_model.to_string(),
                template.origin.as_str(),
                key.seal((TEMPLATE, "embedding", &template_id), &template.embedding)?,
                template.pictures,
                staff_id,
                claim,
                first_similarity.map(|similarity| i64::from(similarity.parts())),
                template.made_at_ms,
                key.version(),
            ],
        )
        .await?;
        self.add_log_entry(&NewEntry {
            kind: content::template_kind(&template.origin),
            source: &template_id,
            at_ms: template.made_at_ms,
            content: &content::template(
                (&template_id, person),
                template,
                Digest::of(&template.embedding),
            ),
        })
        .await?;
        Ok(template_id)
    }

    /// A person's templates of a recognition model.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn templates(
        &mut self,
        person: PersonRef,
        recognition_model: Digest,
    ) -> Result<Option<Templates>, StoreError> {
        // A renewal is never the first, whatever a clock that was set back says.
        let first = self
            .one(
                "SELECT template_id, recognition_model, origin, embedding, pictures, made_by, \
                 claim_id, first_similarity, made_at_ms, key_version FROM template \
                 WHERE agency_id = $1 AND person_ref = $2 AND recognition_model = $3 \
                 AND erased_at_ms IS NULL AND origin <> 'renewal' \
                 ORDER BY made_at_ms, template_id LIMIT 1",
                values![person.to_string(), recognition_model.to_string()],
            )
            .await?;
        let current = self
            .one(
                "SELECT template_id, recognition_model, origin, embedding, pictures, made_by, \
                 claim_id, first_similarity, made_at_ms, key_version FROM template \
                 WHERE agency_id = $1 AND person_ref = $2 AND recognition_model = $3 \
                 AND erased_at_ms IS NULL ORDER BY made_at_ms DESC, template_id LIMIT 1",
                values![person.to_string(), recognition_model.to_string()],
            )
            .await?;
        let (Some(first), Some(current)) = (first, current) else {
            return Ok(None);
        };
        let key = self.person_key(person).await?;
        Ok(Some(Templates {
            first: read_template(&first, &key)?,
            current: read_template(&current, &key)?,
        }))
    }

    /// How similar to the first template the looks of a person's latest renewals were, newest
    /// first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renewals(
        &mut self,
        person: PersonRef,
        recognition_model: Digest,
        most: u32,
    ) -> Result<Vec<Similarity>, StoreError> {
        let rows = self
            .all(
                "SELECT first_similarity FROM template WHERE agency_id = $1 AND person_ref = $2 \
                 AND recognition_model = $3 AND origin = 'renewal' AND erased_at_ms IS NULL \
                 ORDER BY made_at_ms DESC, template_id LIMIT $4",
                values![person.to_string(), recognition_model.to_string(), most],
            )
            .await?;
        rows.iter()
            .map(|row| similarity(row.int("first_similarity")?))
            .collect()
    }

    /// How many people have a template of a model, and how many of them none of the next one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn coverage(&mut self, model: Digest, next: Digest) -> Result<Coverage, StoreError> {
        let modelled = self
            .one(
                "SELECT COUNT(DISTINCT person_ref) AS people FROM template \
                 WHERE agency_id = $1 AND recognition_model = $2 AND erased_at_ms IS NULL",
                values![model.to_string()],
            )
            .await?;
        let lacking = self
            .one(
                "SELECT COUNT(DISTINCT person_ref) AS people FROM template \
                 WHERE agency_id = $1 AND recognition_model = $2 AND erased_at_ms IS NULL \
                 AND person_ref NOT IN (SELECT person_ref FROM template \
                 WHERE agency_id = $1 AND recognition_model = $3 AND erased_at_ms IS NULL)",
                values![model.to_string(), next.to_string()],
            )
            .await?;
        let count = |row: Option<Row>| row.map_or(Ok(0), |row| row.unsigned("people"));
        Ok(Coverage {
            modelled: count(modelled)?,
            lacking: count(lacking)?,
        })
    }
}

pub(super) fn read_template(row: &Row, key: &PersonKey) -> Result<TemplateRow, StoreError> {
    row.is_sealed()?;
    let id = row.text("template_id")?;
    let embedding = key.open((TEMPLATE, "embedding", &id), &row.bytes("embedding")?)?;
    template_with(row, embedding)
}

/// A template's row with that embedding in it.
pub(super) fn template_with(
    row: &Row,
    embedding: Zeroizing<Vec<u8>>,
) -> Result<TemplateRow, StoreError> {
    let origin = match row.text("origin")?.as_str() {
        "clerk" => TemplateOrigin::Clerk {
            staff_id: row.text("made_by")?,
        },
        "renewal" => TemplateOrigin::Renewal {
            claim: row.parsed("claim_id")?,
            first_similarity: similarity(row.int("first_similarity")?)?,
        },
        "overlap" => TemplateOrigin::Overlap {
            claim: row.parsed("claim_id")?,
        },
        _ => return Err(StoreError::Column("origin")),
    };
    let pictures = u32::try_from(row.int("pictures")?);
    Ok(TemplateRow {
        recognition_model: row.parsed("recognition_model")?,
        embedding,
        pictures: pictures.map_err(|_| StoreError::Column("pictures"))?,
        origin,
        made_at_ms: row.unsigned("made_at_ms")?,
    })
}

fn similarity(parts: i64) -> Result<Similarity, StoreError> {
    let parts = i16::try_from(parts).map_err(|_| StoreError::Column("first_similarity"))?;
    Ok(Similarity::from_parts(parts))
}
