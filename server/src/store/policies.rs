//! Dated policies: how long a certificate counts, when one can certify, how a session looks.

use super::{Db, EvidencePolicy, NewEntry, Row, StoreError};
use crate::log::content;
use crate::values;
use lifecert_protocol::CapturePolicy;
use lifecert_protocol::log::LeafKind;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How long evidence of life counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// To the end of the month so many months later.
    Months(u8),
    /// So many days.
    Days(u16),
    /// To the same day of every year, when the season ends.
    Season {
        /// Month, 1 to 12.
        month: i8,
        /// Day, 1 to 28.
        day: i8,
    },
}

/// What becomes of a claim that is good in itself but comes from a device without attestation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unattested {
    /// It is accepted; the receipt says that nothing is known of the device.
    Accept,
    /// A person looks at every one.
    Refer,
    /// A person looks at some, drawn by chance.
    Sample {
        /// How many in 1,000.
        permille: u16,
    },
}

/// A policy row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRow {
    /// Its version, unique in the agency.
    pub version: u32,
    /// Its name; people are under a named policy.
    pub name: String,
    /// From when it counts.
    pub from_ms: u64,
    /// How long evidence counts.
    pub cycle: Cycle,
    /// The agency's clock against UTC, in minutes.
    pub utc_offset_min: i32,
    /// How many days before the due date one can certify.
    pub window_days: u32,
    /// How many seconds an online challenge can be answered.
    pub challenge_s: u32,
    /// What becomes of claims from devices below hardware level.
    pub below_hardware: Unattested,
    /// The same for claims that were made without a network.
    pub offline_below_hardware: Unattested,
    /// How a session looks.
    pub capture: CapturePolicy,
}

/// A text that is not a value of this closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct Unreadable(pub(super) &'static str);

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cycle::Months(months) => write!(f, "months:{months}"),
            Cycle::Days(days) => write!(f, "days:{days}"),
            Cycle::Season { month, day } => write!(f, "season:{month:02}-{day:02}"),
        }
    }
}

impl FromStr for Cycle {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let read = || {
            let (kind, value) = text.split_once(':')?;
            match kind {
                "months" => Some(Cycle::Months(
                    value.parse().ok().filter(|n| (1..=60).contains(n))?,
                )),
                "days" => Some(Cycle::Days(
                    value.parse().ok().filter(|n| (1..=1_830).contains(n))?,
                )),
                "season" => {
                    let (month, day) = value.split_once('-')?;
                    Some(Cycle::Season {
                        month: month.parse().ok().filter(|n| (1..=12).contains(n))?,
                        day: day.parse().ok().filter(|n| (1..=28).contains(n))?,
                    })
                }
                _ => None,
            }
        };
        read().ok_or(Unreadable("months:12, days:365 or season:09-28"))
    }
}

impl fmt::Display for Unattested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unattested::Accept => f.write_str("accept"),
            Unattested::Refer => f.write_str("refer"),
            Unattested::Sample { permille } => write!(f, "sample:{permille}"),
        }
    }
}

impl FromStr for Unattested {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let sample = || {
            let permille = text.strip_prefix("sample:")?.parse().ok()?;
            (permille <= 1_000).then_some(Unattested::Sample { permille })
        };
        match text {
            "accept" => Ok(Unattested::Accept),
            "refer" => Ok(Unattested::Refer),
            _ => sample().ok_or(Unreadable("accept, refer or sample:PERMILLE")),
        }
    }
}

/// The columns that [`read_policy`] reads, between the two parts of a statement.
macro_rules! with_columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "version, name, from_ms, cycle, utc_offset_min, window_days, challenge_s, \
             below_hardware, offline_below_hardware, capture",
            $after
        )
    };
}

impl Db {
    /// Adds a policy row with what it says of evidence, and its entry in the log; gives its
    /// version.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_policy(
        &mut self,
        row: &PolicyRow,
        evidence: &EvidencePolicy,
        now_ms: u64,
    ) -> Result<u32, StoreError> {
        let newest = "SELECT COALESCE(MAX(version), 0) AS newest FROM policy WHERE agency_id = $1";
        let newest = self.one(newest, values![]).await?;
        let newest = newest.map_or(Ok(0), |row| row.int("newest"))?;
        let version = u32::try_from(newest + 1).map_err(|_| StoreError::Column("version"))?;
        let capture = CapturePolicy {
            version,
            ..row.capture.clone()
        };
        let text = serde_json::to_string(&capture).map_err(|_| StoreError::Column("capture"))?;
        self.run(
            with_columns!(
                "INSERT INTO policy (agency_id, ",
                ", created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            ),
            values![
                version,
                row.name.as_str(),
                row.from_ms,
                row.cycle.to_string(),
                i64::from(row.utc_offset_min),
                row.window_days,
                row.challenge_s,
                row.below_hardware.to_string(),
                row.offline_below_hardware.to_string(),
                text,
                now_ms,
            ],
        )
        .await?;
        self.add_evidence_policy(version, evidence).await?;
        let row = PolicyRow {
            version,
            capture,
            ..row.clone()
        };
        self.add_log_entry(&NewEntry {
            kind: LeafKind::Policy,
            source: &version.to_string(),
            at_ms: now_ms,
            content: &content::policy(&row, evidence, now_ms)?,
        })
        .await?;
        Ok(version)
    }

    /// The row of a named policy that counts at `now_ms`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policy(
        &mut self,
        name: &str,
        now_ms: u64,
    ) -> Result<Option<PolicyRow>, StoreError> {
        let row = self
            .one(
                with_columns!(
                    "SELECT ",
                    " FROM policy WHERE agency_id = $1 AND name = $2 AND from_ms <= $3 \
                     ORDER BY from_ms DESC, version DESC LIMIT 1"
                ),
                values![name, now_ms],
            )
            .await?;
        row.map(|row| read_policy(&row)).transpose()
    }

    /// The rows of a named policy that are dated ahead of `now_ms`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policies_ahead(
        &mut self,
        name: &str,
        now_ms: u64,
    ) -> Result<Vec<PolicyRow>, StoreError> {
        let rows = self
            .all(
                with_columns!(
                    "SELECT ",
                    " FROM policy WHERE agency_id = $1 AND name = $2 AND from_ms > $3 ORDER BY from_ms, version"
                ),
                values![name, now_ms],
            )
            .await?;
        rows.iter().map(read_policy).collect()
    }

    /// The names of all policies.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policy_names(&mut self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT name FROM policy WHERE agency_id = $1 ORDER BY name";
        let rows = self.all(sql, values![]).await?;
        rows.iter().map(|row| row.text("name")).collect()
    }

    /// The policy row of that version: what a challenge was given under.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn policy_version(&mut self, version: u32) -> Result<Option<PolicyRow>, StoreError> {
        let row = self
            .one(
                with_columns!(
                    "SELECT ",
                    " FROM policy WHERE agency_id = $1 AND version = $2"
                ),
                values![version],
            )
            .await?;
        row.map(|row| read_policy(&row)).transpose()
    }
}

pub(super) fn read_policy(row: &Row) -> Result<PolicyRow, StoreError> {
    let narrow = |name: &'static str| -> Result<u32, StoreError> {
        u32::try_from(row.int(name)?).map_err(|_| StoreError::Column(name))
    };
    let capture = serde_json::from_str(&row.text("capture")?);
    Ok(PolicyRow {
        version: narrow("version")?,
        name: row.text("name")?,
        from_ms: row.unsigned("from_ms")?,
        cycle: row.parsed("cycle")?,
        utc_offset_min: i32::try_from(row.int("utc_offset_min")?)
            .map_err(|_| StoreError::Column("utc_offset_min"))?,
        window_days: narrow("window_days")?,
        challenge_s: narrow("challenge_s")?,
        below_hardware: row.parsed("below_hardware")?,
        offline_below_hardware: row.parsed("offline_below_hardware")?,
        capture: capture.map_err(|_| StoreError::Column("capture"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_lists_read_back_and_refuse_the_rest() {
        for text in ["months:12", "days:365", "season:09-28"] {
            assert_eq!(text.parse::<Cycle>().unwrap().to_string(), text);
        }
        for text in ["", "months:0", "months:61", "season:02-30", "years:1"] {
            assert!(text.parse::<Cycle>().is_err(), "{text}");
        }
        for text in ["accept", "refer", "sample:50"] {
            assert_eq!(text.parse::<Unattested>().unwrap().to_string(), text);
        }
        assert!("sample:1001".parse::<Unattested>().is_err());
    }
}
