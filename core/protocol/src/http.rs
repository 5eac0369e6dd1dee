//! The HTTP surface: paths, media types and bodies that are not signed messages.
//!
//! | call | body | answer |
//! |---|---|---|
//! | GET [`HELLO`] | - | [`Hello`] |
//! | POST [`BIND_CHALLENGE`] | [`BindStart`] (JSON) | signed `Challenge` (COSE) |
//! | POST [`BINDINGS`] | [`BindRequest`] (CBOR) | [`BindAnswer`] |
//! | POST [`CHALLENGES`] | signed `DeviceRequest` asking for a challenge (COSE) | signed `Challenge` (COSE) |
//! | POST [`CLAIMS`] | `ClaimEnvelope` (CBOR) | [`ClaimAnswer`] |
//! | POST [`REQUESTS`] | any other signed `DeviceRequest` (COSE) | [`StatusAnswer`], [`HistoryAnswer`], [`ClaimAnswer`] for a receipt, [`DeviceAnswer`], [`ConsentAnswer`], [`RoadAnswer`], [`ErasedAnswer`] |
//! | POST [`CONSENTS`] | signed `Consent` (COSE) | [`ConsentAnswer`] |
//! | POST [`ENROLMENTS`] | [`EnrolRequest`] (CBOR) under a staff token | [`EnrolAnswer`] |
//! | GET [`KEYS`] | - | signed `KeyList` (COSE) |
//!
//! What members of staff send and get is in [`staff`].
//!
//! Every failure is a [`Problem`] (RFC 9457).

pub mod staff;

use crate::canonical::{self, DecodeError};
use crate::{
    AgencyId, Assurance, Attestation, AttestationReason, Channel, ClaimEnvelope, ConsentId,
    ConsentPurposes, DeviceId, ErrorCode, Modality, Nonce, PersonRef, ReceiptId, Road, Verdict,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Who the server is, what time it is there, a nonce for signed requests.
pub const HELLO: &str = "/v1/hello";
/// Begins a binding.
pub const BIND_CHALLENGE: &str = "/v1/bindings/challenge";
/// Completes a binding.
pub const BINDINGS: &str = "/v1/bindings";
/// Gives a challenge to a bound device.
pub const CHALLENGES: &str = "/v1/challenges";
/// Takes a claim.
pub const CLAIMS: &str = "/v1/claims";
/// Answers signed requests of bound devices.
pub const REQUESTS: &str = "/v1/requests";
/// Takes a person's consent.
pub const CONSENTS: &str = "/v1/consents";
/// Models a person's face, under a staff token.
pub const ENROLMENTS: &str = "/v1/staff/enrolments";

/// The list of the agency's keys as its root signed it; nothing (204) where there is none.
pub const KEYS: &str = "/keys";

/// Media type of COSE_Sign1 messages (RFC 9052).
pub const COSE: &str = "application/cose";
/// Media type of CBOR bodies (RFC 8949).
pub const CBOR: &str = "application/cbor";
/// The media type of what members of staff send.
pub const JSON: &str = "application/json";
/// Media type of problems (RFC 9457).
pub const PROBLEM: &str = "application/problem+json";

/// The server's greeting. Bytes are base64url without padding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The agency.
    pub agency: AgencyId,
    /// The server's name, as it stands in challenges.
    pub server: String,
    /// The server's clock.
    pub time_ms: u64,
    /// For one signed request, within ten minutes.
    pub nonce: Nonce,
    /// Wire versions that are read here.
    pub wire_versions: Vec<u8>,
    /// The agency's public key for challenges and receipts: SEC1 point, base64url. A device pins
    /// the first one it was given with its letter and believes no other, but those that the offline
    /// root lists which the letter names.
    pub agency_key: String,
    /// The number of the newest list of the agency's keys, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_list: Option<u64>,
}

/// The first step of a binding.
#[derive(Clone, Serialize, Deserialize)]
pub struct BindStart {
    /// The letter's code.
    pub code: String,
    /// The fresh device key: SEC1 point, base64url.
    pub public_key: String,
}

/// The second step of a binding: the code once more, the key, and a signed claim with key frames.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct BindRequest {
    /// The letter's code.
    #[n(0)]
    pub code: String,
    /// The fresh device key: SEC1 point.
    #[n(1)]
    pub public_key: ByteVec,
    /// The claim, made for the binding's challenge.
    #[n(2)]
    pub envelope: ClaimEnvelope,
    /// What the device's hardware says of the key, where it says anything. Devices of before do not
    /// send it.
    #[n(3)]
    #[cbor(skip_if = "Option::is_none")]
    pub attestation: Option<Attestation>,
}

/// Pictures to model a face from: JPEG or PNG, the person looking into the camera.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub struct EnrolRequest {
    /// The person.
    #[n(0)]
    pub person: PersonRef,
    /// The pictures.
    #[n(1)]
    pub pictures: Vec<ByteVec>,
}

macro_rules! canonical_body {
    ($($name:ident),*) => {$(
        impl $name {
            /// The canonical bytes.
            pub fn to_bytes(&self) -> Vec<u8> {
                canonical::encode(self)
            }

            /// Reads canonical bytes.
            ///
            /// # Errors
            /// [`DecodeError`].
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
                let value: Self = canonical::decode_plain(bytes)?;
                if value.is_bounded() { Ok(value) } else { Err(DecodeError::Shape) }
            }
        }
    )*};
}

canonical_body!(BindRequest, EnrolRequest);

impl BindRequest {
    /// The most bytes that a binding can have.
    pub const MAX_BYTES: usize =
        ClaimEnvelope::MAX_BYTES + Attestation::MOST_CHAIN_BYTES + 4 * 1024;

    fn is_bounded(&self) -> bool {
        self.attestation
            .as_ref()
            .is_none_or(Attestation::is_bounded)
    }
}

impl EnrolRequest {
    /// Its size is bounded by that of the body.
    fn is_bounded(&self) -> bool {
        true
    }
}

/// What came of a binding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindAnswer {
    /// The device's id.
    pub device: DeviceId,
    /// `accept`: bound. `refer`: waits for confirmation, see `code`.
    pub outcome: Verdict,
    /// Why it waits.
    pub code: Option<ErrorCode>,
    /// The person; absent until the device is bound.
    pub person: Option<PersonRef>,
}

/// What came of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimAnswer {
    /// The server's decision.
    pub outcome: Verdict,
    /// Why it was not accepted.
    pub code: Option<ErrorCode>,
    /// The receipt's COSE_Sign1 bytes, base64url; only with `accept`.
    pub receipt: Option<String>,
    /// The salt of the receipt's identity commitment, hex; only in the holder's copy.
    pub identity_salt: Option<String>,
    /// The proof that the receipt stands in the public log (C2SP tlog-proof, text), its `extra`
    /// line the salt of the receipt's leaf; only with `accept`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub log_proof: Option<String>,
    /// Seconds to rest before the next try, where a rest is asked for.
    pub retry_after_s: Option<u32>,
}

/// Where a person stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusAnswer {
    /// Whether the person is certified now.
    pub certified: bool,
    /// Until when, if so.
    pub valid_until_ms: Option<u64>,
    /// From when they can certify next.
    pub window_opens_ms: u64,
    /// By when they should.
    pub due_ms: u64,
    /// The newest receipt that counts; one that a person at the office decided is asked for by it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub receipt: Option<ReceiptId>,
    /// Receipts that the office revoked.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub revoked_receipts: Vec<ReceiptId>,
    /// Whether a clerk has a task about them.
    pub under_review: bool,
    /// Devices that wait to be let in, to be shown on the bound one.
    pub pending_devices: Vec<DeviceId>,
    /// All devices of the person, oldest first; a server of before does not list them.
    #[serde(default)]
    pub devices: Vec<DeviceEntry>,
    /// The road without the face that they asked for and that is not at its end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub road: Option<RoadAnswer>,
    /// The office's telephone; a server of before does not name it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub office_phone: Option<String>,
}

/// A road without the face that a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoadAnswer {
    /// Which one.
    pub road: Road,
    /// Since when it waits for the office.
    pub asked_at_ms: u64,
}

/// A device, as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceEntry {
    /// The device.
    pub device: DeviceId,
    /// `bound`, `pending` or `revoked`.
    pub state: String,
    /// How well it is known.
    pub assurance: Assurance,
    /// Why no better; absent for one bound before this was asked.
    pub reason: Option<AttestationReason>,
}

/// All evidence of life on record, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryAnswer {
    /// The evidence.
    pub evidence: Vec<HistoryEntry>,
}

/// One piece of evidence of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// By what kind.
    pub modality: Modality,
    /// Where.
    pub channel: Channel,
    /// How well the device was known.
    pub assurance: Assurance,
    /// Alive between this time
    pub proved_from_ms: u64,
    /// and this one.
    pub proved_to_ms: u64,
}

/// What became of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAnswer {
    /// The device.
    pub device: DeviceId,
    /// Whether it may certify now.
    pub bound: bool,
}

/// Which consent counts now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentAnswer {
    /// The consent on record; absent where there is none, or it was withdrawn.
    pub consent: Option<ConsentId>,
    /// What it covers.
    pub purposes: ConsentPurposes,
}

/// What the office had of a person's face, and has no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedAnswer {
    /// Templates that were erased.
    pub templates: u32,
    /// Devices that were shut out.
    pub devices: u32,
}

/// A template to be compared with on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateAnswer {
    /// A `SealedTemplate`'s canonical bytes, base64url.
    pub sealed: String,
}

/// What came of modelling a face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolAnswer {
    /// The person.
    pub person: PersonRef,
    /// Pictures that went into the template.
    pub pictures_used: u32,
    /// Pictures left out, each with the reason, by their place in the request.
    pub left_out: Vec<(u32, ErrorCode)>,
}

/// A failure (RFC 9457). `type` is `urn:lifecert:problem:` and the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The problem's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short English title for developers; people read guidance's text for the code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
    /// Seconds to wait before trying again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_s: Option<u32>,
}

impl Problem {
    /// The problem for a code.
    pub fn new(code: ErrorCode, retry_after_s: Option<u32>) -> Self {
        Self {
            kind: format!("urn:lifecert:problem:{code}"),
            title: code.as_str().replace(['.', '_'], " "),
            status: status(code),
            code,
            retry_after_s,
        }
    }
}

/// The HTTP status of a code: 400 for what cannot be read, 401 and 403 for who asks, 409 for what
/// came too late or twice, 422 for what was looked at and does not hold, 5xx for the server's own.
fn status(code: ErrorCode) -> u16 {
    use ErrorCode as E;
    match code {
        E::ClaimMalformed
        | E::ClaimVersion
        | E::CodeMistyped
        | E::RequestMalformed
        | E::FrameInvalid
        | E::MediaUnreadable
        | E::MediaUnsupported
        | E::PolicyInvalid
        | E::RosterBadId
        | E::RosterDuplicate
        | E::RosterEncoding
        | E::RosterBadLine => 400,
        E::ClaimSignature | E::RequestUnauthorised | E::ServerUntrusted => 401,
        E::ClaimAudience
        | E::DeviceNotBound
        | E::DevicePending
        | E::DeviceRevoked
        | E::DeviceFull
        | E::AccessNotRecognised
        | E::CodeInvalid
        | E::CodeVoid
        | E::KeyUnavailable
        | E::KeyCancelled => 403,
        E::RequestNotFound => 404,
        E::ChallengeExpired
        | E::ChallengeUnknown
        | E::ChallengeUsed
        | E::ChallengeLimit
        | E::ChallengeOutOfOrder
        | E::ClaimReplayed
        | E::CaseWindowClosed
        | E::ReviewRequired
        | E::ReviewSecondPerson
        | E::SessionCancelled
        | E::SessionExpired
        | E::ClockWrong => 409,
        E::MediaTooLarge | E::RequestTooLarge => 413,
        E::FrameNoFace
        | E::FrameSeveralFaces
        | E::FrameTooFar
        | E::FrameTooNear
        | E::FrameOffCentre
        | E::FrameTurnedAway
        | E::FrameTooDark
        | E::FrameTooBright
        | E::FrameBlurred
        | E::FrameEyesClosed
        | E::EvidenceInsufficient
        | E::LivenessNotShown
        | E::MatchNotSame
        | E::MatchUncertain
        | E::VerifyNotConfirmed
        | E::EnrolmentMissing
        | E::EnrolmentPoor
        | E::EnrolmentTooFew
        | E::EnrolmentRepeated
        | E::ClaimEvidence
        | E::ClaimContradiction
        | E::ClaimModel
        | E::ReceiptInvalid
        | E::ReceiptExpired => 422,
        E::AttemptsPause | E::RequestRateLimited => 429,
        E::ModelMissing
        | E::ModelAltered
        | E::ModelFailed
        | E::RuntimeMissing
        | E::ServerInternal
        | E::StorageUnreadable => 500,
        E::ServerUnreachable | E::ServerBusy => 503,
        E::StorageFull => 507,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_problem_that_reads_back() {
        for code in ErrorCode::ALL {
            let problem = Problem::new(*code, Some(30));
            assert!((400..600).contains(&problem.status), "{code}");
            let json = serde_json::to_string(&problem).unwrap();
            assert_eq!(serde_json::from_str::<Problem>(&json).unwrap(), problem);
            assert!(json.contains(&format!("urn:lifecert:problem:{code}")));
        }
    }
}
