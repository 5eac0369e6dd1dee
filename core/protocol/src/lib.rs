//! What a device and a certification server agree on.
mod error_code;
mod vocabulary;

pub use error_code::{ErrorCode, UnknownName};
pub use vocabulary::{
    Assurance, Channel, ChallengeMode, EvidenceLevel, Modality, Outcome, Prompt, Purpose, Verdict,
};
