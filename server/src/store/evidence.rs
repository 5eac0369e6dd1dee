//! Evidence under seal: what a policy says of it, where it lies, who opened it, what came of it.

use super::people::random_id;
use super::rows::Columns;
use super::{Db, StoreError};
use crate::values;
use lifecert_protocol::{Assurance, ClaimId, Digest, ErrorCode, EvidenceKeyId, PersonRef};
use sqlx::any::AnyRow;

/// When claims of devices whose hardware is attested are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recheck {
    /// At once, by the server that takes them.
    AtOnce,
    /// Later, by a worker, from sealed evidence; accepted are they by what the device attests and by
    /// the embedding that the server compares.
    Worker,
}

/// What a policy says of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvidencePolicy {
    /// When claims of attested devices are looked at.
    pub recheck: Recheck,
    /// How many in 1,000 of the claims left to workers are looked at: of keys in a secure element.
    pub recheck_permille: u32,
    /// The same of keys in a trusted execution environment; never fewer.
    pub tee_permille: u32,
    /// The same of apps that App Attest speaks for; never fewer.
    pub app_attest_permille: u32,
    /// How many days sealed evidence is kept.
    pub keep_days: u32,
}

impl EvidencePolicy {
    /// Fewest claims in 1,000 that workers look at: a policy that looks at none checks nothing.
    pub const LEAST_PERMILLE: u32 = 10;
    /// The most days that evidence is kept.
    pub const MOST_DAYS: u32 = 180;

    /// Whether it keeps to its bounds.
    pub fn is_within_bounds(&self) -> bool {
        let least = self.recheck_permille;
        (Self::LEAST_PERMILLE..=1_000).contains(&least)
            && (least..=1_000).contains(&self.tee_permille)
            && (least..=1_000).contains(&self.app_attest_permille)
            && (1..=Self::MOST_DAYS).contains(&self.keep_days)
    }

    /// How many in 1,000 claims of a device of that level are looked at again: the weaker what
    /// speaks for it, the more. What nothing speaks for is always looked at.
    pub fn permille(&self, level: Assurance) -> u32 {
        match level {
            Assurance::Strongbox => self.recheck_permille,
            Assurance::Tee => self.tee_permille,
            Assurance::AppAttest => self.app_attest_permille,
            Assurance::None | Assurance::Software => 1_000,
        }
    }

    /// How long sealed evidence is kept, in milliseconds.
    pub fn keep_ms(&self) -> u64 {
        u64::from(self.keep_days) * 24 * 60 * 60 * 1_000
    }
}

impl Default for EvidencePolicy {
    fn default() -> Self {
        Self {
            recheck: Recheck::AtOnce,
            recheck_permille: 1_000,
            tee_permille: 1_000,
            app_attest_permille: 1_000,
            keep_days: 30,
        }
    }
}

/// A word of a closed list and its stable name, both ways.
macro_rules! names {
    ($kind:ident { $($variant:ident = $text:literal,)* }) => {
        impl $kind {
            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $($kind::$variant => $text,)* }
            }
        }

        impl std::str::FromStr for $kind {
            type Err = super::Unreadable;

            fn from_str(text: &str) -> Result<Self, super::Unreadable> {
                match text {
                    $($text => Ok($kind::$variant),)*
                    _ => Err(super::Unreadable(concat!("one of" $(, " ", $text)*))),
                }
            }
        }
    };
}

names!(Recheck {
    AtOnce = "at-once",
    Worker = "worker",
});

/// Where sealed evidence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceState {
    /// It lies in the store.
    Kept,
    /// It may not be opened any more, and is on its way out.
    Erasing,
    /// It is gone.
    Erased,
}

names!(EvidenceState {
    Kept = "kept",
    Erasing = "erasing",
    Erased = "erased",
});

/// Why evidence is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EraseReason {
    /// Its time is over.
    Expired,
    /// The person withdrew their consent.
    Withdrawn,
}

names!(EraseReason {
    Expired = "expired",
    Withdrawn = "withdrawn",
});

/// What came of looking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecheckOutcome {
    /// The worker comes to what was decided.
    Agrees,
    /// It does not; a person looks at it.
    Contradicts,
}

names!(RecheckOutcome {
    Agrees = "agrees",
    Contradicts = "contradicts",
});

/// Sealed evidence on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The claim that it belongs to.
    pub claim_id: ClaimId,
    /// Whose it is.
    pub person: PersonRef,
    /// Where it lies in the store.
    pub object_key: String,
    /// SHA-256 of the sealed bytes.
    pub digest: Digest,
    /// The key that it is sealed to.
    pub evidence_key: EvidenceKeyId,
    /// Where it stands.
    pub state: EvidenceState,
    /// Since when it is kept.
    pub kept_at_ms: u64,
    /// Until when.
    pub keep_until_ms: u64,
    /// Why it is erased, where it is.
    pub erase_reason: Option<EraseReason>,
    /// When it was erased.
    pub erased_at_ms: Option<u64>,
    /// What came of looking again.
    pub recheck: Option<RecheckOutcome>,
    /// In what it contradicts.
    pub recheck_code: Option<ErrorCode>,
}

/// One opening of sealed evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// The claim.
    pub claim_id: ClaimId,
    /// A worker's name, or a member of staff.
    pub opened_by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at_ms: u64,
}

impl Db {
    /// Says what a policy row says of evidence.
    ///
    /// # Errors
    /// [`StoreError`]; once for each version.
    pub async fn add_evidence_policy(
        &mut self,
        version: u32,
        policy: &EvidencePolicy,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO evidence_policy (agency_id, version, recheck, recheck_permille, \
             keep_days, tee_permille, app_attest_permille) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                version,
                policy.recheck.as_str(),
                policy.recheck_permille,
                policy.keep_days,
                policy.tee_permille,
                policy.app_attest_permille,
            ],
        )
        .await?;
        Ok(())
    }

    /// What the policy row of that version says of evidence.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn evidence_policy(&mut self, version: u32) -> Result<EvidencePolicy, StoreError> {
        let row = self
            .one(
                "SELECT recheck, recheck_permille, tee_permille, app_attest_permille, \
                 keep_days FROM evidence_policy \
                 WHERE agency_id = $1 AND version = $2",
                values![version],
            )
            .await?;
        let Some(row) = row else {
            return Ok(EvidencePolicy::default());
        };
        let narrow = |name: &'static str| -> Result<u32, StoreError> {
            u32::try_from(row.int(name)?).map_err(|_| StoreError::Column(name))
        };
        // Policies of before know one rate for all.
        let or_all = |name: &'static str| match row.maybe_int(name)? {
            Some(_) => narrow(name),
            None => narrow("recheck_permille"),
        };
        Ok(EvidencePolicy {
            recheck: row.parsed("recheck")?,
            recheck_permille: narrow("recheck_permille")?,
            tee_permille: or_all("tee_permille")?,
            app_attest_permille: or_all("app_attest_permille")?,
            keep_days: narrow("keep_days")?,
        })
    }

    /// Records sealed evidence that lies in the store.
    ///
    /// # Errors
    /// [`StoreError`]; a claim has one.
    pub async fn add_sealed(&mut self, row: &SealedRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO sealed_evidence (agency_id, claim_id, person_ref, object_key, digest, \
             evidence_key, state, kept_at_ms, keep_until_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                row.claim_id.to_string(),
                row.person.to_string(),
                row.object_key.as_str(),
                row.digest.to_string(),
                row.evidence_key.to_string(),
                row.state.as_str(),
                row.kept_at_ms,
                row.keep_until_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// The sealed evidence of a claim.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sealed(&mut self, claim: ClaimId) -> Result<Option<SealedRow>, StoreError> {
        let row = self
            .one(
                "SELECT claim_id, person_ref, object_key, digest, evidence_key, state, \
                 kept_at_ms, keep_until_ms, erase_reason, erased_at_ms, recheck, \
                 recheck_code FROM sealed_evidence WHERE agency_id = $1 AND claim_id = $2",
                values![claim.to_string()],
            )
            .await?;
        row.map(|row| read_sealed(&row)).transpose()
    }

    /// The claims whose evidence is kept and past its time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn expired_evidence(
        &mut self,
        now_ms: u64,
        most: u32,
    ) -> Result<Vec<ClaimId>, StoreError> {
        let rows = self
            .all(
                "SELECT claim_id FROM sealed_evidence WHERE agency_id = $1 AND state = 'kept' \
                 AND keep_until_ms <= $2 ORDER BY keep_until_ms, claim_id LIMIT $3",
                values![now_ms, most],
            )
            .await?;
        rows.iter().map(|row| row.parsed("claim_id")).collect()
    }

    /// The claims of a person whose evidence is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn kept_of(&mut self, person: PersonRef) -> Result<Vec<ClaimId>, StoreError> {
        let rows = self
            .all(
                "SELECT claim_id FROM sealed_evidence WHERE agency_id = $1 AND person_ref = $2 \
                 AND state = 'kept' ORDER BY claim_id",
                values![person.to_string()],
            )
            .await?;
        rows.iter().map(|row| row.parsed("claim_id")).collect()
    }

    /// Begins the erasure of kept evidence: it cannot be opened from here on. `false` when it was
    /// not kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_erasure(
        &mut self,
        claim: ClaimId,
        reason: EraseReason,
    ) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE sealed_evidence SET state = 'erasing', erase_reason = $3 \
                 WHERE agency_id = $1 AND claim_id = $2 AND state = 'kept'",
                values![claim.to_string(), reason.as_str()],
            )
            .await?;
        Ok(changed > 0)
    }

    /// Records that evidence is gone. `false` when that was recorded before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_erasure(&mut self, claim: ClaimId, now_ms: u64) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE sealed_evidence SET state = 'erased', erased_at_ms = $3 \
                 WHERE agency_id = $1 AND claim_id = $2 AND state = 'erasing'",
                values![claim.to_string(), now_ms],
            )
            .await?;
        Ok(changed > 0)
    }

    /// Records what came of looking again; a second time changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_recheck(
        &mut self,
        claim: ClaimId,
        (outcome, code): (RecheckOutcome, Option<ErrorCode>),
        numbers: &str,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE sealed_evidence SET recheck = $3, recheck_code = $4, \
                 recheck_numbers = $5, rechecked_at_ms = $6 \
                 WHERE agency_id = $1 AND claim_id = $2 AND recheck IS NULL",
                values![
                    claim.to_string(),
                    outcome.as_str(),
                    code.map(|code| code.as_str().to_owned()),
                    numbers,
                    now_ms,
                ],
            )
            .await?;
        Ok(changed > 0)
    }

    /// Whether an object of the store is on record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows_object(&mut self, object_key: &str) -> Result<bool, StoreError> {
        let row = self
            .one(
                "SELECT claim_id FROM sealed_evidence WHERE agency_id = $1 AND object_key = $2 \
                 AND state <> 'erased'",
                values![object_key],
            )
            .await?;
        Ok(row.is_some())
    }

    /// Records an opening of sealed evidence.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_access(&mut self, access: &AccessRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO evidence_access (agency_id, access_id, claim_id, opened_by, reason, \
             at_ms) VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                random_id(),
                access.claim_id.to_string(),
                access.opened_by.as_str(),
                access.reason.as_str(),
                access.at_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// Every opening of a claim's evidence, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn accesses(&mut self, claim: ClaimId) -> Result<Vec<AccessRow>, StoreError> {
        let rows = self
            .all(
                "SELECT opened_by, reason, at_ms FROM evidence_access \
                 WHERE agency_id = $1 AND claim_id = $2 ORDER BY at_ms, access_id",
                values![claim.to_string()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(AccessRow {
                    claim_id: claim,
                    opened_by: row.text("opened_by")?,
                    reason: row.text("reason")?,
                    at_ms: row.unsigned("at_ms")?,
                })
            })
            .collect()
    }

    /// Whether there is a member of staff with that id who may still act.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_staff(&mut self, staff_id: &str) -> Result<bool, StoreError> {
        let row = self
            .one(
                "SELECT staff_id FROM staff WHERE agency_id = $1 AND staff_id = $2 \
                 AND revoked_at_ms IS NULL",
                values![staff_id],
            )
            .await?;
        Ok(row.is_some())
    }
}

fn read_sealed(row: &AnyRow) -> Result<SealedRow, StoreError> {
    Ok(SealedRow {
        claim_id: row.parsed("claim_id")?,
        person: row.parsed("person_ref")?,
        object_key: row.text("object_key")?,
        digest: row.parsed("digest")?,
        evidence_key: row.parsed("evidence_key")?,
        state: row.parsed("state")?,
        kept_at_ms: row.unsigned("kept_at_ms")?,
        keep_until_ms: row.unsigned("keep_until_ms")?,
        erase_reason: row.maybe_parsed("erase_reason")?,
        erased_at_ms: row.maybe_unsigned("erased_at_ms")?,
        recheck: row.maybe_parsed("recheck")?,
        recheck_code: row.maybe_parsed("recheck_code")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_of_evidence_keeps_to_its_bounds() {
        let usual = EvidencePolicy::default();
        assert!(usual.is_within_bounds());
        for (recheck_permille, keep_days) in [(9, 30), (1_001, 30), (10, 0), (10, 181)] {
            let bad = EvidencePolicy {
                recheck_permille,
                keep_days,
                ..usual
            };
            assert!(!bad.is_within_bounds(), "{bad:?}");
        }
        let by_level = EvidencePolicy {
            recheck_permille: 100,
            tee_permille: 300,
            app_attest_permille: 500,
            ..usual
        };
        assert!(by_level.is_within_bounds());
        let levels = Assurance::ALL.iter().map(|level| by_level.permille(*level));
        assert_eq!(levels.collect::<Vec<_>>(), [1_000, 1_000, 300, 100, 500]);
        for (tee_permille, app_attest_permille) in [(99, 500), (300, 99), (1_001, 500)] {
            let bad = EvidencePolicy {
                tee_permille,
                app_attest_permille,
                ..by_level
            };
            assert!(!bad.is_within_bounds(), "{bad:?}");
        }
        assert_eq!("worker".parse(), Ok(Recheck::Worker));
        assert!("never".parse::<Recheck>().is_err());
    }
}
