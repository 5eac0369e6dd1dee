//! The server's question: a nonce for one person, one key, one purpose, one time.

use crate::canonical::{Message, WIRE_VERSION};
use crate::{
    Action, AgencyId, CapturePolicy, ChallengeId, ChallengeMode, Digest, EvidenceRequest, KeyId,
    Nonce, PersonRef, Purpose,
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
    /// To seal evidence, and to which key; only where the person's consent is on record. Version 1
    /// does not carry it.
    #[n(14)]
    #[cbor(skip_if = "Option::is_none")]
    pub evidence: Option<EvidenceRequest>,
}

impl Message for Challenge {
    const DOMAIN: &'static str = "lifecert/challenge";

    fn version(&self) -> u8 {
        self.version
    }

    fn fits_version(&self) -> bool {
        self.version >= 2 || (self.policy.actions == 0 && self.evidence.is_none())
    }
}

/// In front of the nonce, so that no other use of it gives the same digest.
const ACTIONS_DOMAIN: &[u8] = b"lifecert/actions";

impl Challenge {
    /// The version to write.
    pub const VERSION: u8 = WIRE_VERSION;

    /// Every gentle action in the order of this challenge: the policy's number of them is asked
    /// for, and one that a person swaps is passed over for the next.
    ///
    /// The rule, for both sides: the first eight bytes of SHA-256 over `lifecert/actions` and the
    /// nonce are a big-endian number; its remainder by 4 is the place of the first action in the
    /// list in order of wire numbers, which is taken out of it; the quotient's remainder by 3 that
    /// of the second; and so on. Nobody who does not know the nonce knows the order.
    pub fn actions(&self) -> Vec<Action> {
        let digest = Digest::of(&[ACTIONS_DOMAIN, self.nonce.as_bytes()].concat());
        let first = digest.as_bytes().iter().take(8);
        let mut number = first.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut left = Action::ALL.to_vec();
        let mut order = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let count = left.len() as u64;
            order.push(left.remove((number % count) as usize));
            number /= count;
        }
        order
    }

    /// Whether these actions, in the order in which they were done, are what this challenge asked
    /// for: as many as the policy wants, in the challenge's order, some perhaps passed over.
    pub fn are_asked(&self, done: &[Action]) -> bool {
        let mut order = self.actions().into_iter();
        let in_order = done
            .iter()
            .all(|action| order.any(|asked| asked == *action));
        in_order && done.len() == usize::from(self.policy.actions)
    }
}
