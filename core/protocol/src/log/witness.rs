//! What a log asks of a witness (c2sp.org/tlog-witness).

use super::{Hash, LogError, SignedCheckpoint, decimal, hashes};

const MALFORMED: LogError = LogError::Malformed("the request");

/// The request that a checkpoint be cosigned.
#[derive(Debug, PartialEq)]
pub struct AddCheckpoint {
    /// Entries of the tree that the witness cosigned last; 0 for none.
    pub old_size: u64,
    /// Consistency proof from that tree to this one.
    pub proof: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: SignedCheckpoint,
}

impl AddCheckpoint {
    /// Reads a request's body.
    ///
    /// # Errors
    /// [`LogError::Malformed`], also for more than 63 hashes.
    pub fn parse(body: &[u8]) -> Result<Self, LogError> {
        let text = std::str::from_utf8(body).map_err(|_| MALFORMED)?;
        let rest = text.strip_prefix("old ").ok_or(MALFORMED)?;
        let (old_size, rest) = rest.split_once('\n').ok_or(MALFORMED)?;
        let (lines, checkpoint) = match rest.strip_prefix('\n') {
            Some(checkpoint) => ("", checkpoint),
            None => rest.split_once("\n\n").ok_or(MALFORMED)?,
        };
        Ok(Self {
            old_size: decimal(old_size).ok_or(MALFORMED)?,
            proof: hashes(lines).ok_or(MALFORMED)?,
            checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())?,
        })
    }

    /// The request's body.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = format!("old {}\n", self.old_size);
        for hash in &self.proof {
            body.push_str(&format!("{hash}\n"));
        }
        body.push('\n');
        [body.as_bytes(), &self.checkpoint.to_bytes()].concat()
    }
}
