//! Members of staff and their roles.

use super::Area;
use super::{Db, NewEntry, Row, StoreError};
use crate::log::content;
use crate::values;
use lifecert_protocol::Digest;
use lifecert_protocol::log::LeafKind;
use std::str::FromStr;

/// The state of somebody who is no longer a member of staff.
const ENDED: &str = "ended";

/// What a member of staff is there for; what each role may do stands in one table,
/// `service/staff/permission.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaffRole {
    /// Models faces, works on tasks, proposes.
    Clerk,
    /// Decides what others proposed, looks at evidence.
    Reviewer,
    /// The same, and revokes receipts and proposes changes for many people.
    Supervisor,
    /// Reads who read and decided what.
    Auditor,
    /// Agrees to changes for many people; sees nobody's file.
    Administrator,
}

impl StaffRole {
    /// Every role.
    pub const ALL: [StaffRole; 5] = [
        StaffRole::Clerk,
        StaffRole::Reviewer,
        StaffRole::Supervisor,
        StaffRole::Auditor,
        StaffRole::Administrator,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            StaffRole::Clerk => "clerk",
            StaffRole::Reviewer => "reviewer",
            StaffRole::Supervisor => "supervisor",
            StaffRole::Auditor => "auditor",
            StaffRole::Administrator => "administrator",
        }
    }
}

/// A text that is no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role: clerk, reviewer, supervisor, auditor or administrator")]
pub struct NotARole;

impl FromStr for StaffRole {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Self, NotARole> {
        let mut roles = Self::ALL.into_iter();
        roles.find(|role| role.as_str() == text).ok_or(NotARole)
    }
}

/// A member of staff, known by their token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their id.
    pub staff_id: String,
    /// What they may do.
    pub role: StaffRole,
}

/// A member of staff as they are on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// Their id.
    pub staff_id: String,
    /// What they may do.
    pub role: StaffRole,
    /// The name that they log in with, and where they may act; nothing for the token of a counter.
    pub account: Option<(String, Area)>,
    /// Whether they may no longer act.
    pub ended: bool,
}

impl StaffRow {
    /// What the log says of them: their role and where they have it.
    pub fn state(&self) -> String {
        match &self.account {
            _ if self.ended => ENDED.to_owned(),
            None => self.role.as_str().to_owned(),
            Some((_, area)) => format!("{} {area}", self.role.as_str()),
        }
    }
}

impl Db {
    /// Adds a token of a counter and its entry in the log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_staff(
        &mut self,
        staff: &Staff,
        token_hash: Digest,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.insert_staff(staff, token_hash, now_ms).await?;
        self.log_staff(&staff.staff_id, now_ms).await
    }

    pub(super) async fn insert_staff(
        &mut self,
        staff: &Staff,
        token_hash: Digest,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO staff (agency_id, staff_id, role, token_hash, created_at_ms) \
             VALUES ($1, $2, $3, $4, $5)",
            values![
                staff.staff_id.as_str(),
                staff.role.as_str(),
                token_hash.as_bytes().as_slice(),
                now_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// Ends what a member of staff may do, for good; `false` when there is none who may act.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_staff(&mut self, staff_id: &str, now_ms: u64) -> Result<bool, StoreError> {
        let ended = self
            .run(
                "UPDATE staff SET revoked_at_ms = $3 \
                 WHERE agency_id = $1 AND staff_id = $2 AND revoked_at_ms IS NULL",
                values![staff_id, now_ms],
            )
            .await?;
        if ended == 0 {
            return Ok(false);
        }
        self.end_sessions(staff_id).await?;
        self.log_staff(staff_id, now_ms).await?;
        Ok(true)
    }

    /// Puts what a member of staff is now into the log: every change of a role, an area or an
    /// account ends here, and nothing else writes such an entry.
    pub(super) async fn log_staff(
        &mut self,
        staff_id: &str,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let row = self.staff_row(staff_id).await?;
        let row = row.ok_or(StoreError::Column("staff_id"))?;
        let state = format!("{}@{now_ms}", row.state());
        let source = content::state_source(staff_id, &state);
        // A second change within a millisecond that comes to the same.
        let said = self.log_entry(LeafKind::StaffRole, &source).await?;
        if said.is_some() {
            return Ok(());
        }
        self.add_log_entry(&NewEntry {
            kind: LeafKind::StaffRole,
            source: &source,
            at_ms: now_ms,
            content: &content::state(staff_id, &state, now_ms),
        })
        .await
    }

    /// The counter with that token.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn staff(&mut self, token_hash: Digest) -> Result<Option<Staff>, StoreError> {
        let row = self
            .one(
                "SELECT staff_id, role FROM staff \
                 WHERE agency_id = $1 AND token_hash = $2 AND revoked_at_ms IS NULL",
                values![token_hash.as_bytes().as_slice()],
            )
            .await?;
        row.map(|row| {
            Ok(Staff {
                staff_id: row.text("staff_id")?,
                role: row.parsed("role")?,
            })
        })
        .transpose()
    }

    /// A member of staff by their id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn staff_row(&mut self, staff_id: &str) -> Result<Option<StaffRow>, StoreError> {
        let row = self
            .one(
                "SELECT staff.staff_id AS staff_id, role, account, area, revoked_at_ms FROM staff \
                 LEFT JOIN staff_account ON staff_account.agency_id = staff.agency_id \
                 AND staff_account.staff_id = staff.staff_id \
                 WHERE staff.agency_id = $1 AND staff.staff_id = $2",
                values![staff_id],
            )
            .await?;
        row.map(|row| read_staff(&row)).transpose()
    }

    /// Everybody who is or was a member of staff, in the order in which they came.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn all_staff(&mut self) -> Result<Vec<StaffRow>, StoreError> {
        let rows = self
            .all(
                "SELECT staff.staff_id AS staff_id, role, account, area, revoked_at_ms FROM staff \
                 LEFT JOIN staff_account ON staff_account.agency_id = staff.agency_id \
                 AND staff_account.staff_id = staff.staff_id \
                 WHERE staff.agency_id = $1 ORDER BY created_at_ms, staff.staff_id",
                values![],
            )
            .await?;
        rows.iter().map(read_staff).collect()
    }
}

fn read_staff(row: &Row) -> Result<StaffRow, StoreError> {
    let account = match row.maybe_text("account")? {
        Some(account) => Some((account, row.parsed("area")?)),
        None => None,
    };
    Ok(StaffRow {
        staff_id: row.text("staff_id")?,
        role: row.parsed("role")?,
        account,
        ended: row.maybe_int("revoked_at_ms")?.is_some(),
    })
}
