//! What a device's hardware says about the key that it wants bound, as the device hands it over.
//!
//! None of it is believed here: the server holds it against the roots it was configured with. What
//! does not hold lowers the level of the device and never refuses a person.

use crate::{Digest, Nonce, PublicKey};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Why a device has the level that it has. Every step that can fail has a name of its own; they
    /// are shown to the office and stand in the person's list of devices.
    AttestationReason {
        /// Every step held.
        Holds = 0, "holds";
        /// The device sent none.
        Absent = 1, "absent";
        /// The server knows no roots or no app of that kind.
        NotConfigured = 2, "not-configured";
        /// It cannot be read.
        Malformed = 3, "malformed";
        /// A certificate is not signed by the next, or names another one.
        Chain = 4, "chain";
        /// A certificate signs that may not, or has a condition that is not understood.
        Constraints = 5, "constraints";
        /// The chain ends at no configured root.
        UnknownRoot = 6, "unknown-root";
        /// A certificate does not count at the server's time.
        Validity = 7, "validity";
        /// A certificate was revoked.
        Revoked = 8, "revoked";
        /// A certificate is suspended.
        Suspended = 9, "suspended";
        /// The statement about the key is missing, stands twice or at another key.
        Statement = 10, "statement";
        /// It does not answer a fresh challenge of this server.
        Challenge = 11, "challenge";
        /// It speaks of another key than the one to be bound.
        Key = 12, "key";
        /// It speaks of another app, or of one signed by somebody else.
        App = 13, "app";
        /// The key may do other things than sign, or was not made in the device.
        Purpose = 14, "purpose";
        /// The device is unlocked, or did not start the system of its maker.
        Boot = 15, "boot";
        /// The key is held in software.
        SoftwareKey = 16, "software-key";
        /// The key's name is not that of the key.
        KeyName = 17, "key-name";
        /// A counter does not begin at nought.
        Counter = 18, "counter";
        /// It comes from the other environment: development in place of production, or reversed.
        Environment = 19, "environment";
        /// The credential is not the key.
        Credential = 20, "credential";
    }
}

/// An attestation of one kind.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub enum Attestation {
    /// Android Key Attestation: the certificates of the key to be bound, its own first; with or
    /// without the root. The attested challenge is the 32 bytes of a nonce of the server's
    /// greeting.
    #[n(1)]
    Android {
        /// DER.
        #[n(0)]
        chain: Vec<ByteVec>,
    },
    /// Apple App Attest, for [`app_attest_digest`]. Its key is another one than the key to be
    /// bound: it stays with the app and asserts each claim.
    #[n(2)]
    Apple {
        /// The name of the App Attest key: SHA-256 of its point.
        #[n(0)]
        key_id: ByteVec,
        /// The attestation object (CBOR).
        #[n(1)]
        object: ByteVec,
    },
}

impl Attestation {
    /// The most certificates of a chain.
    pub const MOST_CERTIFICATES: usize = 10;
    /// The most bytes of a certificate, or of an attestation object.
    pub const MOST_BYTES: usize = 16 * 1024;
    /// The most bytes of a chain.
    pub const MOST_CHAIN_BYTES: usize = 32 * 1024;

    /// Whether it keeps to its bounds.
    pub(crate) fn is_bounded(&self) -> bool {
        match self {
            Attestation::Android { chain } => {
                chain.len() <= Self::MOST_CERTIFICATES
                    && chain.iter().map(|one| one.len()).sum::<usize>() <= Self::MOST_CHAIN_BYTES
            }
            Attestation::Apple { key_id, object } => {
                key_id.len() <= 64 && object.len() <= Self::MOST_BYTES
            }
        }
    }
}

/// What it is, and no more: a chain's serial numbers tell phones apart.
impl std::fmt::Debug for Attestation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Attestation::Android { .. } => "Android(..)",
            Attestation::Apple { .. } => "Apple(..)",
        })
    }
}

/// The `clientDataHash` that App Attest attests at a binding: SHA-256 of the binding's nonce and
/// the point of the key to be bound, so that the one speaks for the other.
pub fn app_attest_digest(nonce: &Nonce, key: &PublicKey) -> Digest {
    Digest::of(&[nonce.as_bytes().as_slice(), key.as_sec1()].concat())
}
