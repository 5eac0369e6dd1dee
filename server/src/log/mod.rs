//! The public log (C2SP tlog-tiles): who writes it, where it lies, how it is proved and audited.
//!
//! ```text
//! transaction   a row and its entry of log_entry, without an index      (store, content)
//! sequencer     pending entries -> indices, tiles, checkpoint           (tree)
//!               1 staging and lock: indices and the checkpoint, swapped in one transaction
//!               2 second place: the checkpoint in a file of another folder
//!               3 tiles and entry bundles from the staging               (files)
//!               4 the published checkpoint: synced, renamed
//!               5 whoever waits is woken
//! witnesses     later: cosignatures of what is published             (witnesses, cosigned)
//! ```
//!
//! A stop between two steps leaves nothing to repair but what the next start does: it writes what
//! was decided and not yet published. Before it does, it holds the three checkpoints against each
//! other; a database that is older than what was published refuses to run.

pub mod content;
mod cosigned;
mod error;
mod files;
mod key;
mod sequencer;
mod tree;
mod witnesses;

#[cfg(test)]
mod tests;

pub use error::LogError;
pub(crate) use files::read_text;
pub use files::{LogFiles, Tiles};
pub(crate) use key::FILE as KEY_FILE;
pub use key::{LogKey, SignedCheckpoint};
pub(crate) use sequencer::judge;
pub use sequencer::{Log, LogPlace};
pub use tree::Tree;
pub use witnesses::{Witnesses, WitnessesError};
