//! What a device and a certification server agree on: ids, challenge, claim, receipt, error codes,
//! one canonical encoding, signing and verifying.
//!
//! What it does not do: it looks at no picture, reads no clock, opens no file and no connection.
//!
//! ```text
//!  server                                device
//!    Challenge  -- signed (agency) -->   checked, looked at, answered
//!    verified   <-- signed (device) --   Claim + key frames = ClaimEnvelope
//!    Receipt    -- signed (agency) -->   verify_receipt
//! ```
//!
//! ```
//! use lifecert_protocol::{LetterCode, SoftwareKey};
//!
//! let code = LetterCode::random();
//! assert_eq!(code.to_printed().to_lowercase().parse(), Ok(code));
//!
//! let (key, _pkcs8) = SoftwareKey::generate()?;
//! assert_eq!(key.public().id(), key.public().id());
//! # Ok::<(), lifecert_protocol::SigningError>(())
//! ```
//!
//! It has no features.

#[macro_use]
mod vocabulary;

mod attestation;
pub mod canonical;
mod challenge;
mod claim;
mod consent;
mod error_code;
mod evidence;
mod evidence_key;
pub mod http;
mod ids;
mod key_list;
mod letter_code;
mod letter_link;
pub mod log;
mod numbers;
pub mod policy;
mod receipt;
mod receipt_check;
mod receipt_code;
mod request;
mod signing;
mod template;
mod visit;

pub use attestation::{Attestation, AttestationReason, app_attest_digest};
pub use canonical::{DecodeError, Message, OLDEST_WIRE_VERSION, WIRE_VERSION};
pub use challenge::Challenge;
pub use claim::{Claim, ClaimEnvelope, Scores};
pub use consent::{Consent, ConsentMeans, ConsentPurposes, Relation};
pub use error_code::{ErrorCode, UnknownName};
pub use evidence::{
    EvidenceError, EvidenceHeader, EvidencePurpose, EvidenceRequest, FaceEvidence, SealedEvidence,
};
pub use evidence_key::{EvidenceKey, EvidenceOpener};
pub use ids::{
    AgencyId, ChallengeId, ClaimId, ConsentId, DeviceId, Digest, EvidenceKeyId, InvalidId, KeyId,
    Nonce, PersonRef, ReceiptId, Salt, VisitId, random_bytes,
};
pub use key_list::{KeyList, KeyPurpose, ListedKey, verify_receipt_by_list};
pub use letter_code::{LetterCode, MistypedCode};
pub use letter_link::{BadLetterLink, LetterLink};
pub use numbers::{QuantisedEmbedding, Score, Similarity};
pub use policy::{CapturePolicy, PolicyOutOfBounds};
pub use receipt::{LOG_PROOF_LABEL, Receipt, Recomputed, commit_identity, verify_receipt};
pub use receipt_check::{Believed, KeyFinding, LogFinding, ReceiptCheck, WitnessFinding};
pub use receipt_code::{
    BadReceiptCode, IDENTITY_SALT_LABEL, read_receipt_code, receipt_code, with_beside,
};
pub use request::{Ask, DeviceRequest};
pub use signing::{PublicKey, SignatureForm, Signed, SigningError, SoftwareKey, Unsigned};
pub use template::{DeliveredTemplate, SealedTemplate, TemplateHeader};
pub use visit::{SealedVisit, Visit, VisitHeader, VisitWork};
pub use vocabulary::{
    Action, Assurance, ChallengeMode, Channel, EvidenceLevel, Modality, Outcome, Prompt, Purpose,
    Road, Verdict,
};
