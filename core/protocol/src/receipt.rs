//! The server's answer that counts: what was proved, signed by the agency's key.

use crate::canonical::Message;
use crate::{
    AgencyId, Assurance, Channel, ClaimId, Digest, ErrorCode, KeyId, Modality, PersonRef,
    PublicKey, ReceiptId, Salt, Score, Signed, SigningError, Similarity,
};
use minicbor::{Decode, Encode};

/// A receipt. Times are the server's clock, in milliseconds since 1970 (UTC).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// The receipt's id.
    #[n(1)]
    pub receipt_id: ReceiptId,
    /// The person, by their random number.
    #[n(2)]
    pub person: PersonRef,
    /// The agency that says so.
    #[n(3)]
    pub agency: AgencyId,
    /// By what kind of evidence.
    #[n(4)]
    pub modality: Modality,
    /// Where.
    #[n(5)]
    pub channel: Channel,
    /// How well the device is known.
    #[n(6)]
    pub assurance: Assurance,
    /// What the server computed itself; absent where a person decided.
    #[n(7)]
    pub recomputed: Option<Recomputed>,
    /// The person was alive between this time, when the challenge was issued,
    #[n(8)]
    pub proved_from_ms: u64,
    /// and this time, when the claim was received.
    #[n(9)]
    pub proved_to_ms: u64,
    /// Until when the certificate counts.
    #[n(10)]
    pub valid_until_ms: u64,
    /// The claim it rests on.
    #[n(11)]
    pub claim_id: ClaimId,
    /// Digest of that claim's payload.
    #[n(12)]
    pub claim_digest: Digest,
    /// The device key that signed the claim.
    #[n(13)]
    pub device_key: KeyId,
    /// Name of the policy that decided.
    #[n(14)]
    pub policy: String,
    /// Salted commitment to name and id number, see [`commit_identity`].
    #[n(15)]
    pub identity: Digest,
    /// Index in the public log of the enrolment that the person was compared with.
    #[n(16)]
    #[cbor(skip_if = "Option::is_none")]
    pub enrolment_index: Option<u64>,
    /// Index in the public log of the binding of the device.
    #[n(17)]
    #[cbor(skip_if = "Option::is_none")]
    pub binding_index: Option<u64>,
    /// When a person at the office decided, where the machine had not accepted.
    #[n(18)]
    #[cbor(skip_if = "Option::is_none")]
    pub decided_at_ms: Option<u64>,
}

impl Receipt {
    /// When it was signed: when the claim came or, where a person decided, when they did. Its key
    /// was in use then, and its entry in the log says so.
    pub fn signed_at_ms(&self) -> u64 {
        self.decided_at_ms.unwrap_or(self.proved_to_ms)
    }
}

/// What the server found in the key frames with its own models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Recomputed {
    /// Median passive liveness.
    #[n(0)]
    pub live: Score,
    /// Similarity of the key frames' mean embedding to the template.
    #[n(1)]
    pub similarity: Similarity,
    /// Key frames with a face.
    #[n(2)]
    pub key_frames: u8,
    /// The recognition model's SHA-256.
    #[n(3)]
    pub recognition_model: Digest,
}

impl Message for Receipt {
    const DOMAIN: &'static str = "lifecert/receipt";
    const CARRIES_PROOF: bool = true;

    fn version(&self) -> u8 {
        self.version
    }

    fn fits_version(&self) -> bool {
        let decided = self.decided_at_ms;
        decided.is_none_or(|at_ms| self.version >= 2 && at_ms >= self.proved_to_ms)
    }
}

/// Label in the unprotected COSE header of a log proof (the text of a C2SP tlog-proof).
pub const LOG_PROOF_LABEL: &str = "lifecert-log-proof";

/// Commits to a name and an id number under a salt that only the holder's copy carries, so that
/// a bank can check the receipt against the card it sees and nobody else can guess the person.
///
/// SHA-256 over a domain, the salt, and both texts, each with its length before it.
pub fn commit_identity(salt: &Salt, name: &str, id_number: &str) -> Digest {
    let mut bytes = b"lifecert/identity".to_vec();
    bytes.extend_from_slice(salt.as_bytes());
    for text in [name, id_number] {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    Digest::of(&bytes)
}

/// Verifies a receipt's COSE_Sign1 bytes with the agency's key.
///
/// # Errors
/// [`ErrorCode::ReceiptInvalid`] when it is not genuine, [`ErrorCode::ReceiptExpired`] when it
/// no longer counts at `now_ms`.
pub fn verify_receipt(bytes: &[u8], agency: &PublicKey, now_ms: u64) -> Result<Receipt, ErrorCode> {
    let verified: Result<Receipt, SigningError> =
        Signed::read(bytes).and_then(|signed| signed.verify(agency));
    let receipt = verified.map_err(|_| ErrorCode::ReceiptInvalid)?;
    if now_ms > receipt.valid_until_ms {
        return Err(ErrorCode::ReceiptExpired);
    }
    Ok(receipt)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::WIRE_VERSION;

    /// A receipt, for tests of what is made of one.
    pub(crate) fn receipt() -> Receipt {
        Receipt {
            version: WIRE_VERSION,
            receipt_id: ReceiptId::random(),
            person: PersonRef::random(),
            agency: "quanzhou".parse().unwrap(),
            modality: Modality::Face,
            channel: Channel::Home,
            assurance: Assurance::Tee,
            recomputed: None,
            proved_from_ms: 1_700_000_000_000,
            proved_to_ms: 1_700_000_060_000,
            valid_until_ms: 1_740_000_000_000,
            claim_id: ClaimId::random(),
            claim_digest: Digest::of(b"claim"),
            device_key: KeyId::from_bytes([7; 32]),
            policy: "usual".into(),
            identity: Digest::of(b"identity"),
            enrolment_index: None,
            binding_index: None,
            decided_at_ms: None,
        }
    }
}
