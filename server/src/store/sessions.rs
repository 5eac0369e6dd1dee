//! Sessions of members of staff. Whoever reads this table can open none of them.

use super::staff::StaffRow;
use super::{Attempts, Db, StoreError};
use crate::values;
use lifecert_protocol::Digest;

/// A session that may still count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose it is.
    pub staff: StaffRow,
    /// When it began.
    pub created_at_ms: u64,
    /// When it was last used, to the minute.
    pub used_at_ms: u64,
    /// What it is for.
    pub purpose: SessionFor,
}

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionFor {
    /// All that its member of staff may do; it ends when it is not used.
    Desk,
    /// A day of visits, and nothing else; it lasts where there is no network.
    Visits,
}

/// The kind of tries to log in, by the digest of the account's name: whether there is one or not.
const LOGIN: &str = "login";

/// Tries at names are forgotten after a day, so that nobody fills the table with guesses.
const FORGET_MS: u64 = 24 * 60 * 60 * 1_000;

impl Db {
    /// Begins a session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_session(
        &mut self,
        staff_id: &str,
        token_hash: Digest,
        purpose: SessionFor,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let visits = u64::from(purpose == SessionFor::Visits);
        self.run(
            "INSERT INTO staff_session (agency_id, token_hash, staff_id, created_at_ms, \
             used_at_ms, visits) VALUES ($1, $2, $3, $4, $4, $5)",
            values![token_hash.as_bytes().as_slice(), staff_id, now_ms, visits],
        )
        .await?;
        Ok(())
    }

    /// The session with that token, of somebody who may act.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session(&mut self, token_hash: Digest) -> Result<Option<SessionRow>, StoreError> {
        let row = self
            .one(
                "SELECT staff_id, created_at_ms, used_at_ms, visits FROM staff_session \
                 WHERE agency_id = $1 AND token_hash = $2",
                values![token_hash.as_bytes().as_slice()],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let staff = self.staff_row(&row.text("staff_id")?).await?;
        staff
            .filter(|staff| !staff.ended)
            .map(|staff| {
                Ok(SessionRow {
                    staff,
                    created_at_ms: row.unsigned("created_at_ms")?,
                    used_at_ms: row.unsigned("used_at_ms")?,
                    purpose: match row.unsigned("visits")? {
                        0 => SessionFor::Desk,
                        _ => SessionFor::Visits,
                    },
                })
            })
            .transpose()
    }

    /// Says that a session was used.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn touch_session(
        &mut self,
        token_hash: Digest,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE staff_session SET used_at_ms = $3 WHERE agency_id = $1 AND token_hash = $2",
            values![token_hash.as_bytes().as_slice(), now_ms],
        )
        .await?;
        Ok(())
    }

    /// Ends a session; one that is over is no error.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session(&mut self, token_hash: Digest) -> Result<(), StoreError> {
        self.run(
            "DELETE FROM staff_session WHERE agency_id = $1 AND token_hash = $2",
            values![token_hash.as_bytes().as_slice()],
        )
        .await?;
        Ok(())
    }

    /// Ends every session of a member of staff.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_sessions(&mut self, staff_id: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM staff_session WHERE agency_id = $1 AND staff_id = $2";
        self.run(sql, values![staff_id]).await?;
        Ok(())
    }

    /// Removes sessions that began too long ago and, of those that end when they are not used,
    /// those that were used too long ago.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_sessions(
        &mut self,
        created_before_ms: u64,
        used_before_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "DELETE FROM staff_session WHERE agency_id = $1 \
             AND (created_at_ms < $2 OR (used_at_ms < $3 AND visits = 0))",
            values![created_before_ms, used_before_ms],
        )
        .await?;
        Ok(())
    }

    /// Tries in a row to log in to an account, whether there is such an account or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn login_tries(&mut self, account: &str) -> Result<Attempts, StoreError> {
        self.attempts(LOGIN, subject(account)).await
    }

    /// Counts a try to log in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_login(&mut self, account: &str, now_ms: u64) -> Result<(), StoreError> {
        self.run(
            "DELETE FROM attempt WHERE agency_id = $1 AND subject_kind = $2 AND last_at_ms < $3",
            values![LOGIN, now_ms.saturating_sub(FORGET_MS)],
        )
        .await?;
        self.add_attempt((LOGIN, &subject(account)), now_ms).await
    }

    /// Ends the count of tries: one was right.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_logins(&mut self, account: &str) -> Result<(), StoreError> {
        self.end_attempts((LOGIN, &subject(account))).await
    }
}

fn subject(account: &str) -> String {
    Digest::of(account.as_bytes()).to_string()
}
