//! The nightly audit: does the database say what the public log says, and nothing else?
//!
//! It writes nothing and trusts nothing that it can make again: leaves from rows, the tree from
//! leaves, tiles from the tree. What it cannot see is an operator who holds every key and forged
//! everything before any witness had a checkpoint.

mod receipts;
mod rows;
mod staff;
mod tree;

use crate::error::ServiceError;
use crate::log::{LogKey, LogPlace};
use crate::store::Store;
use serde::Serialize;

/// Times of entries may go back by so much: a look takes its time, and clocks are set.
const TOLERANCE_MS: u64 = 5 * 60 * 1_000;

/// An entry that waits longer for its index was left behind.
const LONGEST_PENDING_MS: u64 = 10 * 60 * 1_000;

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing it is, by a stable name.
    pub finding: &'static str,
    /// The row, file or checkpoint that it is about: a table and an id, never a person.
    pub subject: String,
}

/// What an audit came to.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Entries of the log that were looked at.
    pub entries: u64,
    /// Receipts among them.
    pub receipts: u64,
    /// What was found; nothing where all is well.
    pub findings: Vec<Finding>,
}

impl Report {
    fn find(&mut self, finding: &'static str, subject: impl Into<String>) {
        let subject = subject.into();
        self.findings.push(Finding { finding, subject });
    }
}

/// Audits an agency's database and the files of its log, as of `now_ms`.
///
/// # Errors
/// [`ServiceError`] when the database or a file cannot be read at all.
pub async fn audit(
    store: &Store,
    key: &LogKey,
    place: &LogPlace,
    now_ms: u64,
) -> Result<Report, ServiceError> {
    let mut report = Report::default();
    let size = tree::check(store, key, place, &mut report).await?;
    rows::check(store, size, now_ms, &mut report).await?;
    Ok(report)
}
