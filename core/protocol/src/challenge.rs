//! The server's question: a nonce for one person, one key, one purpose, one time.

use crate::canonical::{Message, WIRE_VERSION};
use crate::{
    AgencyId, CapturePolicy, ChallengeId, ChallengeMode, KeyId, Nonce, PersonRef, Purpose,
};
use minicbor::{Decode, Encode};

/// A challenge, signed by the agency's key so that a device knows whom it answers.
///
/// Times are the server's clock, in milliseconds since 1970 (UTC). The proof of an offline claim
/// counts from `issued_at_ms`, the only time in it that the server knows by itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Challenge {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// The challenge's id.
    #[n(1)]
    pub challenge_id: ChallengeId,
    /// The agency that asks.
    #[n(2)]
    pub agency: AgencyId,
    /// The server that asks, as it names itself.
    #[n(3)]
    pub server: String,
    /// What it is for.
    #[n(4)]
    pub purpose: Purpose,
    /// Whether it must be answered at once.
    #[n(5)]
    pub mode: ChallengeMode,
    /// The person; absent while a device is being bound, since nothing about the person is shown
    /// before that.
    #[n(6)]
    pub person: Option<PersonRef>,
    /// The device key that must answer.
    #[n(7)]
    pub key: KeyId,
    /// The nonce.
    #[n(8)]
    pub nonce: Nonce,
    /// When it was issued.
    #[n(9)]
    pub issued_at_ms: u64,
    /// When an answer is too late.
    #[n(10)]
    pub expires_at_ms: u64,
    /// Order of issue among a person's challenges.
    #[n(11)]
    pub sequence: u64,
    /// How to look.
    #[n(12)]
    pub policy: CapturePolicy,
    /// Which try this is, from 1.
    #[n(13)]
    pub attempt: u8,
}

impl Message for Challenge {
    const DOMAIN: &'static str = "lifecert/challenge";

    fn version(&self) -> u8 {
        self.version
    }
}

impl Challenge {
    /// The version to write.
    pub const VERSION: u8 = WIRE_VERSION;
}
