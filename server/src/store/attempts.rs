//! Refused looks in a row, by person and by device.

use super::{ClaimRow, Db, StoreError};
use crate::values;
use lifecert_protocol::{KeyId, PersonRef, Verdict};

/// Refused looks since the last one that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// How many.
    pub refused: u64,
    /// When the latest of them was received.
    pub last_at_ms: u64,
}

impl Db {
    /// The refused looks of a person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attempts_of_person(&mut self, person: PersonRef) -> Result<Attempts, StoreError> {
        self.attempts("person", person.to_string()).await
    }

    /// The refused looks that a device's key signed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attempts_of_device(&mut self, key: KeyId) -> Result<Attempts, StoreError> {
        self.attempts("device", key.to_string()).await
    }

    pub(super) async fn attempts(
        &mut self,
        kind: &str,
        subject: String,
    ) -> Result<Attempts, StoreError> {
        let row = self
            .one(
                "SELECT refused, last_at_ms FROM attempt \
                 WHERE agency_id = $1 AND subject_kind = $2 AND subject = $3",
                values![kind, subject],
            )
            .await?;
        row.map_or(Ok(Attempts::default()), |row| {
            Ok(Attempts {
                refused: row.unsigned("refused")?,
                last_at_ms: row.unsigned("last_at_ms")?,
            })
        })
    }

    /// Counts a decided claim for its person and for its device.
    pub(super) async fn count_attempt(&mut self, claim: &ClaimRow) -> Result<(), StoreError> {
        for (kind, subject) in [
            ("person", claim.person.to_string()),
            ("device", claim.key.to_string()),
        ] {
            if claim.outcome == Verdict::Refuse {
                self.add_attempt((kind, &subject), claim.received_at_ms)
                    .await?;
            } else {
                self.end_attempts((kind, &subject)).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn add_attempt(
        &mut self,
        (kind, subject): (&str, &str),
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO attempt (agency_id, subject_kind, subject, refused, last_at_ms) \
             VALUES ($1, $2, $3, 1, $4) \
             ON CONFLICT (agency_id, subject_kind, subject) \
             DO UPDATE SET refused = attempt.refused + 1, last_at_ms = $4",
            values![kind, subject, now_ms],
        )
        .await?;
        Ok(())
    }

    pub(super) async fn end_attempts(
        &mut self,
        (kind, subject): (&str, &str),
    ) -> Result<(), StoreError> {
        self.run(
            "DELETE FROM attempt WHERE agency_id = $1 AND subject_kind = $2 AND subject = $3",
            values![kind, subject],
        )
        .await?;
        Ok(())
    }
}
