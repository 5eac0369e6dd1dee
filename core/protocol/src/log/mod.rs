//! The public log: what stands in it, and how anyone checks it.
//!
//! The formats are those of C2SP (c2sp.org): signed-note, tlog-checkpoint, tlog-tiles, tlog-proof,
//! tlog-cosignature, tlog-policy, tlog-witness. Trees are hashed as in RFC 6962. Nothing here opens
//! a file or a connection.
//!
//! ```text
//! LogKey --------------> SignedCheckpoint <--cosigns-- Cosigner (a witness)
//!                            ^      ^                     ^
//! Leaf --> TlogProof --------+      +--- AddCheckpoint ---+
//! WitnessPolicy: whose cosignatures are enough
//! TreeReplay: a whole log, entry by entry, against its tiles and its root
//! ```

mod checkpoint;
mod cosignature;
mod keys;
mod leaf;
mod policy;
mod proof;
mod replay;
mod witness;

pub use checkpoint::SignedCheckpoint;
pub use cosignature::{Cosignature, Cosigner};
pub use keys::{LogKey, WitnessKey};
pub use leaf::{Leaf, LeafKind};
pub use policy::{PolicyWitness, WitnessPolicy};
pub use proof::TlogProof;
pub use replay::{BUNDLE_ENTRIES, TreeReplay, read_bundle, tile_path};
pub use tlog_tiles::Hash;
pub use witness::AddCheckpoint;

/// Why something of a log was not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Not text or bytes of the expected form.
    #[error("{0} cannot be read")]
    Malformed(&'static str),
    /// A line of a policy that is not what the format allows.
    #[error("line {line} of the policy: {why}")]
    Policy {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Another log than the one whose key is known.
    #[error("it is of another log: {0}")]
    Origin(String),
    /// No signature by the log's key.
    #[error("the log's key has not signed it")]
    Unsigned,
    /// A signature in the name of a known key that does not fit.
    #[error("a signature by {0} does not fit")]
    Signature(String),
    /// The entry is not where the proof says.
    #[error("the entry is not in this tree")]
    NotIncluded,
    /// A tree that does not begin with the earlier one.
    #[error("the tree of {size} entries does not begin with the earlier one of {older}")]
    Inconsistent {
        /// Entries of the later tree.
        size: u64,
        /// Entries of the earlier tree.
        older: u64,
    },
    /// A served tile that the entries do not hash to.
    #[error("{0} is not what the entries hash to")]
    Tile(String),
    /// Entries that do not hash to the signed root.
    #[error("the entries do not hash to the signed root of {0} entries")]
    Root(u64),
}

/// Reads a decimal number as C2SP writes it: no sign, no leading zero.
fn decimal(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number.to_string() == text).then_some(number)
}

/// The most hashes that a proof can have: the height of the tallest tree.
const MAX_HASHES: usize = 63;

/// Reads lines of one hash each, the last without its end.
fn hashes(lines: &str) -> Option<Vec<Hash>> {
    if lines.is_empty() {
        return Some(Vec::new());
    }
    if lines.split('\n').count() > MAX_HASHES {
        return None;
    }
    let lines = lines.split('\n');
    lines.map(|line| Hash::parse_hash(line).ok()).collect()
}

#[cfg(test)]
mod tests;
