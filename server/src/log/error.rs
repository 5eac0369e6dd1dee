//! Why the log cannot be written or read.

use crate::store::StoreError;

/// Why the log cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the log cannot be read or written.
    #[error("the log's {what} cannot be used: {kind}")]
    Io {
        /// Which file.
        what: &'static str,
        /// What the operating system says.
        kind: std::io::ErrorKind,
    },
    /// The database is older than a checkpoint that was given out.
    #[error(
        "the database's log ends at {database} entries, but {place} has a checkpoint of {known}: \
         the database was put back to an older state. Going on would fork the log. Restore a \
         database that is at least as new as that checkpoint"
    )]
    RolledBack {
        /// Entries in the database's log.
        database: u64,
        /// Where the newer checkpoint is.
        place: &'static str,
        /// Its size.
        known: u64,
    },
    /// Two histories of one log.
    #[error(
        "the database's log and the checkpoint of {size} entries in {place} are two histories: the \
         log was forked. Find out which of them was given out, and restore that database"
    )]
    Forked {
        /// Where the other checkpoint is.
        place: &'static str,
        /// Its size.
        size: u64,
    },
    /// The file in the second place is gone.
    #[error(
        "the second place has no checkpoint, but the log has {size} entries: nothing can show that \
         the database is the newest. Put the file back, or copy the published checkpoint there \
         after comparing it with one that somebody else holds"
    )]
    NoSecondPlace {
        /// Entries in the log.
        size: u64,
    },
    /// What stands in the log's files or rows is not what the log committed to.
    #[error("{0} of the log is not what its checkpoint commits to")]
    Damaged(&'static str),
    /// Somebody else wrote this log at the same time.
    #[error("another process writes this log")]
    Contended,
    /// The key or the server's name cannot be used for checkpoints.
    #[error("the log's key cannot be used: {0}")]
    Key(&'static str),
}

impl LogError {
    /// Whether the same may succeed when tried again, with nobody's help.
    pub fn is_passing(&self) -> bool {
        match self {
            LogError::Store(_) | LogError::Io { .. } | LogError::Contended => true,
            LogError::RolledBack { .. }
            | LogError::Forked { .. }
            | LogError::NoSecondPlace { .. }
            | LogError::Damaged(_)
            | LogError::Key(_) => false,
        }
    }
}

/// Turns an IO error into ours; its text may hold a path, so only its kind is kept.
pub(super) fn failed(what: &'static str) -> impl Fn(std::io::Error) -> LogError {
    move |error| LogError::Io {
        what,
        kind: error.kind(),
    }
}
