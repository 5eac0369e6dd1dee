//! Proofs that an entry stands in a log (c2sp.org/tlog-proof), to be checked without a network.

use super::{Leaf, LeafKind, LogError, LogKey, SignedCheckpoint, decimal, hashes};
use crate::{Receipt, Salt, Signed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;
use tlog_tiles::{RecordProof, check_record, record_hash};

const HEADER: &str = "c2sp.org/tlog-proof@v1\n";

const MALFORMED: LogError = LogError::Malformed("the log proof");

/// A proof that an entry stands in a log.
#[derive(Debug, PartialEq)]
pub struct TlogProof {
    /// What the application adds; nothing vouches for it. For a receipt: the salt of its leaf.
    pub extra: Option<Vec<u8>>,
    /// The entry's place, from 0.
    pub index: u64,
    /// Sibling hashes from the leaf up to below the root.
    pub hashes: RecordProof,
    /// The tree that the entry stands in.
    pub checkpoint: SignedCheckpoint,
}

impl TlogProof {
    /// Reads a proof's text.
    ///
    /// # Errors
    /// [`LogError::Malformed`] unless it is exactly of the form.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        let rest = text.strip_prefix(HEADER).ok_or(MALFORMED)?;
        let (extra, rest) = match rest.strip_prefix("extra ") {
            None => (None, rest),
            Some(rest) => {
                let (line, rest) = rest.split_once('\n').ok_or(MALFORMED)?;
                (Some(STANDARD.decode(line).map_err(|_| MALFORMED)?), rest)
            }
        };
        let rest = rest.strip_prefix("index ").ok_or(MALFORMED)?;
        let (index, rest) = rest.split_once('\n').ok_or(MALFORMED)?;
        // Without a hash the empty line follows at once.
        let (lines, checkpoint) = match rest.strip_prefix('\n') {
            Some(checkpoint) => ("", checkpoint),
            None => rest.split_once("\n\n").ok_or(MALFORMED)?,
        };
        Ok(Self {
            extra,
            index: decimal(index).ok_or(MALFORMED)?,
            hashes: hashes(lines).ok_or(MALFORMED)?,
            checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())?,
        })
    }

    /// The proof's text.
    pub fn to_text(&self) -> String {
        let mut text = HEADER.to_owned();
        if let Some(extra) = &self.extra {
            // Unwrap safety: a String takes any text.
            writeln!(text, "extra {}", STANDARD.encode(extra)).unwrap();
        }
        writeln!(text, "index {}", self.index).unwrap();
        for hash in &self.hashes {
            writeln!(text, "{hash}").unwrap();
        }
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(&self.checkpoint.to_bytes()));
        text
    }

    /// Verifies that an entry of these bytes stands in the log at this place.
    ///
    /// # Errors
    /// What [`SignedCheckpoint::verify`] gives, or [`LogError::NotIncluded`].
    pub fn verify(&self, entry: &[u8], log: &LogKey) -> Result<(), LogError> {
        self.checkpoint.verify(log)?;
        let (size, root) = (self.checkpoint.size(), self.checkpoint.root());
        check_record(&self.hashes, size, root, self.index, record_hash(entry))
            .map_err(|_| LogError::NotIncluded)
    }

    /// The entry that this proof is about if it is that of a receipt: the leaf under the salt in
    /// the proof's `extra` line.
    ///
    /// # Errors
    /// [`LogError::Malformed`] when there is no salt.
    pub fn receipt_leaf(&self, receipt: &Receipt, signed: &Signed) -> Result<Leaf, LogError> {
        let extra = self.extra.as_deref().unwrap_or_default();
        let salt = Salt::from_slice(extra).map_err(|_| MALFORMED)?;
        let (kind, at_ms) = (LeafKind::Receipt, receipt.signed_at_ms());
        Ok(Leaf::new(kind, at_ms, &salt, signed.payload()))
    }
}
