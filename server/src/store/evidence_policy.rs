//! What a policy says of evidence, of looking again, and of people who are helped: a row beside the
//! policy row of that version.

use super::rows::names;
use super::{Db, StoreError};
use crate::values;
use lifecert_protocol::Assurance;
use serde::{Deserialize, Serialize};
use std::fmt;

/// When claims of devices whose hardware is attested are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recheck {
    /// At once, by the server that takes them.
    AtOnce,
    /// Later, by a worker, from sealed evidence; accepted are they by what the device attests and
    /// by the embedding that the server compares.
    Worker,
}

/// What a policy says of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// How many in 1,000 of the accepted claims of people who are helped a person looks at.
    pub helper_permille: u32,
    /// So many days after somebody of the office, another modality or a video call last vouched for
    /// a person who is helped, their claims wait until one does again.
    pub vouch_days: u32,
}

impl EvidencePolicy {
    /// Fewest claims in 1,000 that workers look at: a policy that looks at none checks nothing.
    pub const LEAST_PERMILLE: u32 = 10;
    /// The most days that evidence is kept.
    pub const MOST_DAYS: u32 = 180;
    /// The most days that a person who is helped goes without being seen by anybody else: three
    /// years.
    pub const MOST_VOUCH_DAYS: u32 = 3 * 365;

    /// Whether it keeps to its bounds.
    pub fn is_within_bounds(&self) -> bool {
        let least = self.recheck_permille;
        (Self::LEAST_PERMILLE..=1_000).contains(&least)
            && (least..=1_000).contains(&self.tee_permille)
            && (least..=1_000).contains(&self.app_attest_permille)
            && (1..=Self::MOST_DAYS).contains(&self.keep_days)
            && (Self::LEAST_PERMILLE..=1_000).contains(&self.helper_permille)
            && (1..=Self::MOST_VOUCH_DAYS).contains(&self.vouch_days)
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
            helper_permille: 100,
            vouch_days: Self::MOST_VOUCH_DAYS,
        }
    }
}

names!(Recheck {
    AtOnce = "at-once",
    Worker = "worker",
});

impl fmt::Display for Recheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Db {
    /// Adds what belongs to a policy row; its entry in the log is that of the policy.
    pub(super) async fn add_evidence_policy(
        &mut self,
        version: u32,
        policy: &EvidencePolicy,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO evidence_policy (agency_id, version, recheck, recheck_permille, \
             keep_days, helper_permille, vouch_days, tee_permille, app_attest_permille) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                version,
                policy.recheck.as_str(),
                policy.recheck_permille,
                policy.keep_days,
                policy.helper_permille,
                policy.vouch_days,
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
                "SELECT recheck, recheck_permille, keep_days, helper_permille, vouch_days, \
                 tee_permille, app_attest_permille \
                 FROM evidence_policy WHERE agency_id = $1 AND version = $2",
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
            helper_permille: narrow("helper_permille")?,
            vouch_days: narrow("vouch_days")?,
        })
    }
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
        for (helper_permille, vouch_days) in [(9, 365), (1_001, 365), (10, 0), (10, 1_096)] {
            let bad = EvidencePolicy {
                helper_permille,
                vouch_days,
                ..usual
            };
            assert!(!bad.is_within_bounds(), "{bad:?}");
        }
        assert_eq!("worker".parse(), Ok(Recheck::Worker));
        assert!("never".parse::<Recheck>().is_err());
    }
}
