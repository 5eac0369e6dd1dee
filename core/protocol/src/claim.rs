//! The device's answer: what it saw and computed, signed by its key.
//!
//! Everything in a claim is advice. The server decides by what it recomputes from the key frames
//! or by what hardware attested.

use crate::canonical::{self, DecodeError, Message};
use crate::policy::{MAX_KEY_FRAME_BYTES, MAX_KEY_FRAMES};
use crate::{
    Action, AgencyId, ChallengeId, Channel, ClaimId, Digest, KeyId, Modality, Nonce, PersonRef,
    Purpose, QuantisedEmbedding, Score, SealedEvidence, Similarity, Verdict,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

/// A claim. Times are the device's clock and therefore only advice.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Claim {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// Chosen by the device once; a retry carries the same.
    #[n(1)]
    pub claim_id: ClaimId,
    /// The challenge that is answered.
    #[n(2)]
    pub challenge_id: ChallengeId,
    /// Its nonce.
    #[n(3)]
    pub nonce: Nonce,
    /// The agency spoken to.
    #[n(4)]
    pub agency: AgencyId,
    /// The server spoken to.
    #[n(5)]
    pub server: String,
    /// What the claim is for.
    #[n(6)]
    pub purpose: Purpose,
    /// The person; absent while a device is being bound.
    #[n(7)]
    pub person: Option<PersonRef>,
    /// The device key that signs.
    #[n(8)]
    pub key: KeyId,
    /// Where the person is.
    #[n(9)]
    pub channel: Channel,
    /// By what kind of evidence.
    #[n(10)]
    pub modality: Modality,
    /// Which try this is, from 1.
    #[n(11)]
    pub attempt: u8,
    /// What the device thinks.
    #[n(12)]
    pub verdict: Verdict,
    /// The numbers behind it.
    #[n(13)]
    pub scores: Scores,
    /// The embedding of the look, where the policy lets it go.
    #[n(14)]
    pub embedding: Option<QuantisedEmbedding>,
    /// Digests of the key frames' JPEG bytes, in the order in which they are sent.
    #[n(15)]
    pub key_frames: Vec<Digest>,
    /// SHA-256 of the model manifest.
    #[n(16)]
    pub manifest: Digest,
    /// The recognition model's SHA-256.
    #[n(17)]
    pub recognition_model: Digest,
    /// The liveness models' SHA-256.
    #[n(18)]
    pub liveness_models: Vec<Digest>,
    /// The app and its version, at most 64 bytes.
    #[n(19)]
    pub app_version: String,
    /// When the look began.
    #[n(20)]
    pub started_at_ms: u64,
    /// When the look ended.
    #[n(21)]
    pub finished_at_ms: u64,
    /// The gentle actions that were seen, in order; left out where there are none. Version 1 does
    /// not carry them.
    #[n(22)]
    #[cbor(skip_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
}

/// The device's own numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Scores {
    /// Median passive liveness of the look.
    #[n(0)]
    pub live: Score,
    /// Evidence of life over time, fused from the cues of movement; absent where the look was too
    /// short to say. Version 1 does not carry it.
    #[n(1)]
    pub life: Option<Score>,
    /// Similarity to the template, where the device has one.
    #[n(2)]
    pub similarity: Option<Similarity>,
    /// Median picture quality.
    #[n(3)]
    pub quality: Score,
    /// Good frames seen.
    #[n(4)]
    pub good_frames: u16,
}

impl Message for Claim {
    const DOMAIN: &'static str = "lifecert/claim";

    fn version(&self) -> u8 {
        self.version
    }

    fn fits_version(&self) -> bool {
        let bounded = self.key_frames.len() <= MAX_KEY_FRAMES
            && self.liveness_models.len() <= 4
            && self.app_version.len() <= 64
            && self.actions.len() <= Action::ALL.len()
            && self.server.len() <= 255;
        let bound_to_somebody = self.person.is_some() == (self.purpose == Purpose::Certify);
        let of_version_1 = self.scores.life.is_none() && self.actions.is_empty();
        bounded && bound_to_somebody && (self.version >= 2 || of_version_1)
    }
}

/// A signed claim and the evidence that travels with it.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ClaimEnvelope {
    /// The COSE_Sign1 bytes of a [`Claim`].
    #[n(0)]
    pub claim: ByteVec,
    /// The key frames' JPEG bytes, in the order of their digests.
    #[n(1)]
    pub key_frames: Vec<ByteVec>,
    /// The evidence under seal, where the challenge asked for it.
    #[n(2)]
    #[cbor(skip_if = "Option::is_none")]
    pub sealed: Option<SealedEvidence>,
    /// The assertion of the app's App Attest key over the digest of the claim's payload, where the
    /// device was bound with one.
    #[n(3)]
    #[cbor(skip_if = "Option::is_none")]
    pub assertion: Option<ByteVec>,
}

impl ClaimEnvelope {
    /// The most bytes an envelope can have.
    pub const MAX_BYTES: usize =
        MAX_KEY_FRAMES * (MAX_KEY_FRAME_BYTES + 8) + SealedEvidence::MAX_BYTES + 8 * 1024;

    /// The most bytes of an assertion.
    pub const MAX_ASSERTION_BYTES: usize = 1_024;

    /// Puts a claim and its key frames together.
    pub fn new(claim: Vec<u8>, key_frames: Vec<Vec<u8>>) -> Self {
        Self {
            claim: claim.into(),
            key_frames: key_frames.into_iter().map(Into::into).collect(),
            sealed: None,
            assertion: None,
        }
    }

    /// Adds the evidence under seal.
    pub fn with_sealed(self, sealed: Option<SealedEvidence>) -> Self {
        Self { sealed, ..self }
    }

    /// Adds the assertion of the app's key.
    pub fn with_assertion(self, assertion: Option<Vec<u8>>) -> Self {
        let assertion = assertion.map(ByteVec::from);
        Self { assertion, ..self }
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
        let envelope: Self = canonical::decode_plain(bytes)?;
        let within = envelope.key_frames.len() <= MAX_KEY_FRAMES
            && envelope
                .key_frames
                .iter()
                .all(|frame| frame.len() <= MAX_KEY_FRAME_BYTES)
            && envelope
                .sealed
                .as_ref()
                .is_none_or(SealedEvidence::is_bounded)
            && envelope
                .assertion
                .as_ref()
                .is_none_or(|assertion| assertion.len() <= Self::MAX_ASSERTION_BYTES);
        if within {
            Ok(envelope)
        } else {
            Err(DecodeError::Shape)
        }
    }

    /// Whether the key frames are those that `claim` names.
    pub fn key_frames_fit(&self, claim: &Claim) -> bool {
        self.key_frames.len() == claim.key_frames.len()
            && self
                .key_frames
                .iter()
                .zip(&claim.key_frames)
                .all(|(frame, digest)| Digest::of(frame) == *digest)
    }
}

impl std::fmt::Debug for ClaimEnvelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sealed = if self.sealed.is_some() {
            ", sealed"
        } else {
            ""
        };
        let frames = self.key_frames.len();
        write!(f, "ClaimEnvelope({frames} key frames{sealed})")
    }
}
