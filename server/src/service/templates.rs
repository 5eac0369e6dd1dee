//! A person's templates: how a probe compares with them, when the server renews them, and what
//! happens to them while the recognition model changes.

use super::Service;
use crate::error::ServiceError;
use crate::recompute::{ModelSet, Seen};
use crate::store::{Coverage, Db, TemplateOrigin, TemplateRow, Templates};
use lifecert_protocol::{ClaimId, Digest, PersonRef, Similarity};
use lifecert_vision::{Combined, Embedding, TEMPLATE_PICTURES, renewed};

/// A template is renewed at most once in this time.
const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1_000;

/// So many renewals in a row, each less similar to the first template than the one before, make a
/// task. A person ages; so does a hand-over of a certificate from one person to another.
const FALLING: usize = 3;

/// The task that falling renewals make; no template is renewed while it is open.
pub(super) const DRIFT: &str = "template-drift";

/// How a probe compares with a person's templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// Similarity to the newest template.
    pub current: Similarity,
    /// Similarity to the first template.
    pub first: Similarity,
}

/// A person's templates of one recognition model, to be compared with.
pub(super) struct Enrolled {
    first: Embedding,
    current: Embedding,
}

/// How far a change of the recognition model has come: [`Service::overlap`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// The recognition model in use.
    pub current: Digest,
    /// The one that comes next.
    pub next: Digest,
    /// Who has which template.
    pub coverage: Coverage,
    /// Policies in force that name the model in use, by name.
    pub policies: Vec<String>,
    /// Until when a challenge that names the model in use can be answered, if one can.
    pub challenges_until_ms: Option<u64>,
}

impl Overlap {
    /// Whether the model in use can be retired: everybody has a template of the next one, and
    /// nothing asks for the old one any more.
    pub fn is_over(&self) -> bool {
        self.coverage.lacking == 0 && self.policies.is_empty() && self.challenges_until_ms.is_none()
    }
}

impl Enrolled {
    pub(super) fn read(templates: &Templates) -> Result<Self, ServiceError> {
        let read = |row: &TemplateRow| {
            Embedding::from_bytes(&row.embedding).ok_or(ServiceError::Inconsistent("a template"))
        };
        Ok(Self {
            first: read(&templates.first)?,
            current: read(&templates.current)?,
        })
    }

    pub(super) fn compare(&self, probe: &Embedding) -> Compared {
        Compared {
            current: Similarity::from_f32(probe.similarity(&self.current)),
            first: Similarity::from_f32(probe.similarity(&self.first)),
        }
    }
}

/// An accepted claim, from which a template may be made.
pub(super) struct Accepted<'a> {
    pub(super) person: PersonRef,
    pub(super) claim: ClaimId,
    /// What was seen of it with the models that it was decided by.
    pub(super) seen: &'a Seen,
    pub(super) compared: Compared,
    /// Similarity that counts as a match: the policy's, and never less than that of FMR 1e-5.
    pub(super) matching: Similarity,
    pub(super) received_ms: u64,
}

impl Accepted<'_> {
    /// Whether this look may speak for the person in days to come: it matches the first template.
    fn vouches(&self) -> bool {
        self.compared.first >= self.matching
    }
}

impl Service {
    /// Renews a person's template from an accepted claim, where it is time to and the look is good
    /// enough for it; makes a task of renewals that fall.
    pub(super) async fn renew(
        &self,
        db: &mut Db,
        model: &ModelSet,
        accepted: &Accepted<'_>,
    ) -> Result<(), ServiceError> {
        let person = accepted.person;
        let Some(look) = template_of(accepted.seen).filter(|_| accepted.vouches()) else {
            return Ok(());
        };
        // Read again in this transaction: another claim may have renewed it meanwhile.
        let templates = db.templates(person, model.recognition()).await?;
        let templates = templates.ok_or(ServiceError::Inconsistent("a template"))?;
        let age_ms = accepted
            .received_ms
            .saturating_sub(templates.current.made_at_ms);
        if age_ms < YEAR_MS || db.has_open_task(person, DRIFT).await? {
            return Ok(());
        }
        let first = Enrolled::read(&templates)?.first;
        let Some(embedding) = renewed(&first, &look.embedding) else {
            return Ok(());
        };
        let row = TemplateRow {
            recognition_model: model.recognition(),
            embedding: embedding.to_bytes(),
            pictures: look.counted.len() as u32,
            origin: TemplateOrigin::Renewal {
                claim: accepted.claim,
                first_similarity: accepted.compared.first,
            },
            made_at_ms: accepted.received_ms,
        };
        db.add_template(person, &row).await?;
        let latest = db
            .renewals(person, model.recognition(), FALLING as u32)
            .await?;
        if is_falling(&latest) {
            let source = accepted.claim.to_string();
            db.add_task(person, (DRIFT, None), &source, accepted.received_ms)
                .await?;
        }
        Ok(())
    }

    /// Makes a person's first template of the next recognition model from a claim that was accepted
    /// under the one in use; `seen` is what the next models saw in the same key frames.
    pub(super) async fn carry_over(
        &self,
        db: &mut Db,
        (next, seen): (&ModelSet, &Seen),
        accepted: &Accepted<'_>,
    ) -> Result<(), ServiceError> {
        let person = accepted.person;
        let Some(look) = template_of(seen).filter(|_| accepted.vouches()) else {
            return Ok(());
        };
        if db.templates(person, next.recognition()).await?.is_some() {
            return Ok(());
        }
        let row = TemplateRow {
            recognition_model: next.recognition(),
            embedding: look.embedding.to_bytes(),
            pictures: look.counted.len() as u32,
            origin: TemplateOrigin::Overlap {
                claim: accepted.claim,
            },
            made_at_ms: accepted.received_ms,
        };
        db.add_template(person, &row).await?;
        Ok(())
    }

    /// How far a change of the recognition model has come; nothing where there is none.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn overlap(&self) -> Result<Option<Overlap>, ServiceError> {
        let Some(next) = self.recompute.next() else {
            return Ok(None);
        };
        let (current, next) = (self.recompute.current().recognition(), next.recognition());
        let now_ms = self.clock.now_ms();
        let mut db = self.store.read().await?;
        let mut policies = Vec::new();
        for name in db.policy_names().await? {
            // In force, or dated ahead.
            let mut rows = db.policies_ahead(&name, now_ms).await?;
            rows.extend(db.policy(&name, now_ms).await?);
            if rows
                .iter()
                .any(|row| row.capture.recognition_model == current)
            {
                policies.push(name);
            }
        }
        Ok(Some(Overlap {
            current,
            next,
            coverage: db.coverage(current, next).await?,
            policies,
            challenges_until_ms: db.open_until(current, now_ms).await?,
        }))
    }
}

/// What was seen, if it is enough for a template: pictures of one person that differ.
fn template_of(seen: &Seen) -> Option<&Combined> {
    let probe = seen.probe.as_ref()?;
    (probe.counted.len() >= TEMPLATE_PICTURES && !seen.several_people).then_some(probe)
}

/// Whether the latest renewals (newest first) are as many as count and each is less similar to the
/// first template than the one before it.
fn is_falling(latest: &[Similarity]) -> bool {
    latest.len() == FALLING && latest.windows(2).all(|pair| pair[0] < pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_renewals_that_fall_are_falling() {
        let falling = |parts: &[i16]| {
            let latest: Vec<_> = parts.iter().copied().map(Similarity::from_parts).collect();
            is_falling(&latest)
        };
        assert!(falling(&[6_000, 6_001, 9_000]));
        for other in [
            &[][..],
            &[6_000],
            &[6_000, 7_000],
            &[6_000, 6_000, 7_000],
            &[7_000, 6_000, 8_000],
            &[6_000, 8_000, 7_000],
        ] {
            assert!(!falling(other), "{other:?}");
        }
    }
}
