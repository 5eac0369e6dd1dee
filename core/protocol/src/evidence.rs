//! Evidence that leaves the device sealed: key frames and embedding under HPKE (RFC 9180) to the
//! agency's evidence key, so that neither the network, nor the server that takes the claim, nor the
//! store that keeps it can look at a face.
//!
//! The purpose goes into HPKE's `info`, the header of the claim into the associated data: sealed
//! evidence opens for nothing else.

use crate::canonical::{self, DecodeError, WIRE_VERSION};
use crate::policy::{MAX_KEY_FRAME_BYTES, MAX_KEY_FRAMES};
use crate::{
    AgencyId, ChallengeId, Claim, ClaimId, Digest, ErrorCode, EvidenceKey, EvidenceKeyId,
    EvidenceOpener, KeyId, QuantisedEmbedding,
};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// In front of the purpose in HPKE's `info`.
const INFO: &str = "lifecert/evidence/";

vocabulary! {
    /// What evidence is sealed for.
    EvidencePurpose {
        /// To be looked at again by the agency's re-check or by a reviewer.
        Recheck = 1, "recheck";
    }
}

/// Why sealed evidence was not opened, or could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Not an X25519 key.
    #[error("not an X25519 key")]
    Key,
    /// Sealed to another key than the one at hand.
    #[error("sealed to another key")]
    OtherKey,
    /// Changed, or sealed for another claim or purpose.
    #[error("the sealed evidence does not belong to this claim, or was changed")]
    Sealed,
    /// What was sealed is no evidence within the bounds.
    #[error(transparent)]
    Content(#[from] DecodeError),
}

impl EvidenceError {
    /// The stable code.
    pub fn code(self) -> ErrorCode {
        match self {
            EvidenceError::Key | EvidenceError::OtherKey => ErrorCode::KeyUnavailable,
            EvidenceError::Sealed | EvidenceError::Content(_) => ErrorCode::ClaimEvidence,
        }
    }
}

/// What the server asks of sealed evidence, in a signed challenge. It stands there only where the
/// person's consent is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EvidenceRequest {
    /// The key to seal to.
    #[n(0)]
    pub key: EvidenceKey,
    /// Whether this is all that is wanted: then the key frames leave in no other form, and the
    /// claim carries the embedding of the look to be compared with.
    #[n(1)]
    pub sealed_only: bool,
}

/// The claim that sealed evidence belongs to, in the associated data.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EvidenceHeader {
    /// The agency.
    #[n(0)]
    pub agency: AgencyId,
    /// The server.
    #[n(1)]
    pub server: String,
    /// The claim.
    #[n(2)]
    pub claim_id: ClaimId,
    /// The challenge that it answers.
    #[n(3)]
    pub challenge_id: ChallengeId,
    /// The device key that signed it.
    #[n(4)]
    pub device_key: KeyId,
    /// Digest of its payload.
    #[n(5)]
    pub claim_digest: Digest,
}

impl EvidenceHeader {
    /// The header of a claim with this payload digest.
    pub fn of(claim: &Claim, claim_digest: Digest) -> Self {
        Self {
            agency: claim.agency.clone(),
            server: claim.server.clone(),
            claim_id: claim.claim_id,
            challenge_id: claim.challenge_id,
            device_key: claim.key,
            claim_digest,
        }
    }
}

/// What is sealed. It is face data: it has no readable `Debug` and is zeroised when dropped.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FaceEvidence {
    /// The claim as its device signed it, so that whoever opens this has both.
    #[n(0)]
    pub claim: ByteVec,
    /// The key frames' JPEG bytes, in the order of the claim's digests.
    #[n(1)]
    pub key_frames: Vec<ByteVec>,
    /// The embedding of the look.
    #[n(2)]
    pub embedding: Option<QuantisedEmbedding>,
}

/// The most bytes of a signed claim.
const MAX_CLAIM_BYTES: usize = 8 * 1024;

impl FaceEvidence {
    /// The most bytes that its encoding has.
    pub const MAX_BYTES: usize =
        MAX_KEY_FRAMES * (MAX_KEY_FRAME_BYTES + 8) + MAX_CLAIM_BYTES + QuantisedEmbedding::LEN + 32;

    fn checked(self) -> Result<Self, DecodeError> {
        let within = self.claim.len() <= MAX_CLAIM_BYTES
            && self.key_frames.len() <= MAX_KEY_FRAMES
            && self
                .key_frames
                .iter()
                .all(|frame| frame.len() <= MAX_KEY_FRAME_BYTES);
        if within {
            Ok(self)
        } else {
            Err(DecodeError::Shape)
        }
    }
}

impl Drop for FaceEvidence {
    fn drop(&mut self) {
        // The claim may carry the embedding.
        self.claim.as_mut_slice().zeroize();
        for frame in &mut self.key_frames {
            frame.as_mut_slice().zeroize();
        }
    }
}

impl std::fmt::Debug for FaceEvidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FaceEvidence({} key frames)", self.key_frames.len())
    }
}

/// Evidence under seal.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SealedEvidence {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// The agency's key that it is sealed to.
    #[n(1)]
    pub key: EvidenceKeyId,
    /// What for.
    #[n(2)]
    pub purpose: EvidencePurpose,
    /// HPKE's encapsulated key.
    #[n(3)]
    pub encapsulated: ByteArray<32>,
    /// The ciphertext and its tag.
    #[n(4)]
    pub ciphertext: ByteVec,
}

impl SealedEvidence {
    /// The most bytes that its encoding has: content, tag and what stands around them.
    pub const MAX_BYTES: usize = FaceEvidence::MAX_BYTES + 16 + 128;

    /// Seals evidence of the claim that `header` names.
    ///
    /// # Errors
    /// [`EvidenceError::Key`] when the agency's key is none, [`EvidenceError::Content`] when there
    /// is more than the bounds allow.
    pub fn seal(
        evidence: FaceEvidence,
        key: &EvidenceKey,
        purpose: EvidencePurpose,
        header: &EvidenceHeader,
    ) -> Result<Self, EvidenceError> {
        let plain = Zeroizing::new(canonical::encode(&evidence.checked()?));
        let (encapsulated, ciphertext) = key.seal(&info(purpose), &associated(header), &plain)?;
        Ok(Self {
            version: WIRE_VERSION,
            key: key.id(),
            purpose,
            encapsulated,
            ciphertext,
        })
    }

    /// Opens it as evidence of the claim that `header` names, for `purpose`.
    ///
    /// # Errors
    /// [`EvidenceError`], each kind.
    pub fn open(
        &self,
        opener: &EvidenceOpener,
        purpose: EvidencePurpose,
        header: &EvidenceHeader,
    ) -> Result<FaceEvidence, EvidenceError> {
        if self.key != opener.id() {
            return Err(EvidenceError::OtherKey);
        }
        if self.purpose != purpose {
            return Err(EvidenceError::Sealed);
        }
        let (info, associated) = (info(purpose), associated(header));
        let sealed = (&self.encapsulated, self.ciphertext.as_slice());
        let plain = opener.open(sealed, &info, &associated)?;
        let evidence: FaceEvidence = canonical::decode_plain(&plain)?;
        Ok(evidence.checked()?)
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes within the bounds.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let sealed: Self = canonical::decode_plain(bytes)?;
        if sealed.version != WIRE_VERSION {
            return Err(DecodeError::Version(sealed.version));
        }
        if sealed.is_bounded() {
            Ok(sealed)
        } else {
            Err(DecodeError::Shape)
        }
    }

    /// Whether it is no larger than what can have been sealed.
    pub(crate) fn is_bounded(&self) -> bool {
        self.ciphertext.len() <= FaceEvidence::MAX_BYTES + 16
    }
}

impl std::fmt::Debug for SealedEvidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedEvidence({} bytes)", self.ciphertext.len())
    }
}

fn info(purpose: EvidencePurpose) -> Vec<u8> {
    format!("{INFO}{purpose}").into_bytes()
}

fn associated(header: &EvidenceHeader) -> Vec<u8> {
    canonical::encode(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> EvidenceHeader {
        EvidenceHeader {
            agency: "quanzhou".parse().unwrap(),
            server: "certify.quanzhou.example".into(),
            claim_id: ClaimId::from_bytes([1; 16]),
            challenge_id: ChallengeId::from_bytes([2; 16]),
            device_key: KeyId::from_bytes([3; 32]),
            claim_digest: Digest::of(b"a claim"),
        }
    }

    fn evidence() -> FaceEvidence {
        FaceEvidence {
            claim: b"a claim".to_vec().into(),
            key_frames: vec![vec![7; 2_000].into(), vec![8; 1_000].into()],
            embedding: Some(QuantisedEmbedding::from_signed(&[-9; 512])),
        }
    }

    fn sealed() -> (EvidenceOpener, SealedEvidence) {
        let (opener, key, _) = EvidenceOpener::generate();
        let purpose = EvidencePurpose::Recheck;
        let sealed = SealedEvidence::seal(evidence(), &key, purpose, &header()).unwrap();
        (opener, sealed)
    }

    #[test]
    fn what_was_sealed_opens_with_the_private_key_alone() {
        let (opener, key, bytes) = EvidenceOpener::generate();
        let purpose = EvidencePurpose::Recheck;
        let sealed = SealedEvidence::seal(evidence(), &key, purpose, &header()).unwrap();
        let read = SealedEvidence::from_bytes(&sealed.to_bytes()).unwrap();
        assert_eq!(read, sealed);
        let again = EvidenceOpener::from_bytes(&bytes[..]).unwrap();
        assert_eq!(again.id(), opener.id());
        assert_eq!(read.open(&again, purpose, &header()), Ok(evidence()));
        let (stranger, _, _) = EvidenceOpener::generate();
        let refused = read.open(&stranger, purpose, &header());
        assert_eq!(refused, Err(EvidenceError::OtherKey));
        let pretended = SealedEvidence {
            key: stranger.id(),
            ..read
        };
        let refused = pretended.open(&stranger, purpose, &header());
        assert_eq!(refused, Err(EvidenceError::Sealed));
    }

    #[test]
    fn evidence_of_another_claim_does_not_open() {
        let (opener, sealed) = sealed();
        let good = header();
        let others = [
            EvidenceHeader {
                agency: "xing-an".parse().unwrap(),
                ..good.clone()
            },
            EvidenceHeader {
                server: "other".into(),
                ..good.clone()
            },
            EvidenceHeader {
                claim_id: ClaimId::random(),
                ..good.clone()
            },
            EvidenceHeader {
                challenge_id: ChallengeId::random(),
                ..good.clone()
            },
            EvidenceHeader {
                device_key: KeyId::from_bytes([4; 32]),
                ..good.clone()
            },
            EvidenceHeader {
                claim_digest: Digest::of(b"another claim"),
                ..good
            },
        ];
        for other in others {
            let opened = sealed.open(&opener, EvidencePurpose::Recheck, &other);
            assert_eq!(opened, Err(EvidenceError::Sealed), "{other:?}");
        }
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let (opener, sealed) = sealed();
        let bytes = sealed.to_bytes();
        let step = (bytes.len() / 400).max(1);
        let head = 0..120;
        for at in head.chain((120..bytes.len()).step_by(step)) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let opened = SealedEvidence::from_bytes(&changed).is_ok_and(|read| {
                read.open(&opener, EvidencePurpose::Recheck, &header())
                    .is_ok()
            });
            assert!(!opened, "byte {at}");
        }
        for length in [0, 1, 60, bytes.len() - 1] {
            assert!(SealedEvidence::from_bytes(&bytes[..length]).is_err());
        }
    }

    #[test]
    fn more_than_the_bounds_is_neither_sealed_nor_read() {
        let (_, key, _) = EvidenceOpener::generate();
        let with = |claim: usize, key_frames| FaceEvidence {
            claim: vec![1; claim].into(),
            key_frames,
            embedding: None,
        };
        let too_many = with(1, vec![vec![1].into(); MAX_KEY_FRAMES + 1]);
        let too_large = with(1, vec![vec![1; MAX_KEY_FRAME_BYTES + 1].into()]);
        let long_claim = with(MAX_CLAIM_BYTES + 1, Vec::new());
        for evidence in [too_many, too_large, long_claim] {
            let refused = SealedEvidence::seal(evidence, &key, EvidencePurpose::Recheck, &header());
            assert_eq!(refused, Err(EvidenceError::Content(DecodeError::Shape)));
        }
        let (_, mut large) = sealed();
        large.ciphertext = vec![0; FaceEvidence::MAX_BYTES + 17].into();
        assert_eq!(
            SealedEvidence::from_bytes(&large.to_bytes()),
            Err(DecodeError::Shape)
        );
        let (_, mut newer) = sealed();
        newer.version = WIRE_VERSION + 1;
        let read = SealedEvidence::from_bytes(&newer.to_bytes());
        assert_eq!(read, Err(DecodeError::Version(WIRE_VERSION + 1)));
    }

    #[test]
    fn the_largest_evidence_fits_its_bounds() {
        let (opener, key, _) = EvidenceOpener::generate();
        let largest = FaceEvidence {
            claim: vec![1; MAX_CLAIM_BYTES].into(),
            key_frames: vec![vec![1; MAX_KEY_FRAME_BYTES].into(); MAX_KEY_FRAMES],
            embedding: Some(QuantisedEmbedding::from_signed(&[1; 512])),
        };
        let purpose = EvidencePurpose::Recheck;
        let sealed = SealedEvidence::seal(largest.clone(), &key, purpose, &header()).unwrap();
        let bytes = sealed.to_bytes();
        assert!(bytes.len() <= SealedEvidence::MAX_BYTES);
        let read = SealedEvidence::from_bytes(&bytes).unwrap();
        assert!(read.open(&opener, purpose, &header()) == Ok(largest));
    }

    #[test]
    fn evidence_does_not_show_itself() {
        assert_eq!(format!("{:?}", evidence()), "FaceEvidence(2 key frames)");
        let (_, sealed) = sealed();
        assert!(!format!("{sealed:?}").contains(','));
    }
}
