//! One entry of the public log: what kind of thing happened, when, and a commitment to the rest.

use crate::canonical::{self, DecodeError};
use crate::{Digest, Salt, WIRE_VERSION};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What an entry of the log is about.
    LeafKind {
        /// A receipt was signed.
        Receipt = 1, "receipt";
        /// A receipt was revoked.
        Revocation = 2, "revocation";
        /// A person at the office decided instead of the machine.
        Decision = 3, "decision";
        /// A clerk made a person's template.
        Enrolment = 4, "enrolment";
        /// The server made a new template from an accepted look.
        Renewal = 5, "renewal";
        /// A device was bound to a person.
        Binding = 6, "binding";
        /// A bound device was confirmed or shut out.
        DeviceState = 7, "device-state";
        /// A member of staff got, changed or lost a role.
        StaffRole = 8, "staff-role";
        /// A policy row was added.
        Policy = 9, "policy";
        /// The server began to use another model manifest.
        Manifest = 10, "manifest";
        /// A signing key began or ended.
        SigningKey = 11, "signing-key";
        /// What was kept of a person was erased.
        Erasure = 12, "erasure";
    }
}

/// An entry of the log. It is public and kept for ever, so it holds no personal data: what happened
/// stands in it as a salted commitment alone.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Leaf {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// What it is about.
    #[n(1)]
    pub kind: LeafKind,
    /// When it happened by the server's clock, in milliseconds since 1970.
    #[n(2)]
    pub at_ms: u64,
    /// SHA-256 over a domain, the salt and the content.
    #[n(3)]
    pub content: Digest,
}

impl Leaf {
    /// Commits to `content` under `salt`, which only those learn who may check this entry.
    pub fn new(kind: LeafKind, at_ms: u64, salt: &Salt, content: &[u8]) -> Self {
        let parts = [b"lifecert/leaf".as_slice(), salt.as_bytes(), content];
        Self {
            version: WIRE_VERSION,
            kind,
            at_ms,
            content: Digest::of(&parts.concat()),
        }
    }

    /// The canonical bytes, which the log hashes and serves.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        canonical::decode_plain(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_commits_to_everything_in_it() {
        let (salt, other) = (Salt::random(), Salt::random());
        let leaf = Leaf::new(LeafKind::Receipt, 1, &salt, b"content");
        assert_eq!(Leaf::from_bytes(&leaf.to_bytes()), Ok(leaf.clone()));
        for changed in [
            Leaf::new(LeafKind::Revocation, 1, &salt, b"content"),
            Leaf::new(LeafKind::Receipt, 2, &salt, b"content"),
            Leaf::new(LeafKind::Receipt, 1, &other, b"content"),
            Leaf::new(LeafKind::Receipt, 1, &salt, b"contents"),
        ] {
            assert_ne!(changed.to_bytes(), leaf.to_bytes());
        }
    }
}
