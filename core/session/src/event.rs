//! What happens to a session, and what it asks to be done.

use crate::{MonotonicMs, Observation};
use lifecert_protocol::{
    Digest, ErrorCode, Outcome, Prompt, QuantisedEmbedding, SignatureForm, Verdict,
};
use serde::{Deserialize, Serialize};

/// Something that happened. Time arrives with the events; the session reads no clock.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A frame was looked at.
    Observed(Observation),
    /// The person pressed start.
    Start {
        /// When.
        at_ms: MonotonicMs,
    },
    /// The person would rather do another action than the one asked for.
    Swap {
        /// When.
        at_ms: MonotonicMs,
    },
    /// The person would like to hear once more what is asked.
    Repeat,
    /// The key frames are encoded.
    EvidenceReady(Evidence),
    /// The key frames could not be encoded.
    EvidenceFailed(ErrorCode),
    /// The key has signed.
    Signed {
        /// The signature.
        signature: Vec<u8>,
        /// Its form.
        form: SignatureForm,
    },
    /// The key did not sign.
    SigningFailed(ErrorCode),
    /// The server has answered, and its receipt, if there is one, was verified.
    Answered {
        /// The server's decision.
        outcome: Verdict,
        /// Why it was not accepted.
        code: Option<ErrorCode>,
    },
    /// The claim lies in the outbox and is sent when there is a network.
    Queued,
    /// The claim could not be sent nor kept.
    SubmitFailed(ErrorCode),
    /// The app went into the background.
    Background,
    /// The app came back.
    Resume,
    /// Time passed without anything else.
    Tick {
        /// The time.
        at_ms: MonotonicMs,
    },
    /// The person stopped.
    Cancel,
    /// The challenge's time is over.
    Expired,
}

/// What the kept key frames came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Digests of the JPEG bytes, in slot order.
    pub key_frames: Vec<Digest>,
    /// The look's embedding, where the policy lets it go.
    pub embedding: Option<QuantisedEmbedding>,
}

/// Something to be done by the shell or the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Show and say this; it replaces what was asked before. The same again is to be said again.
    Prompt(Prompt),
    /// Keep the frame just observed in this slot, in place of the one kept there.
    KeepFrame(u8),
    /// Let the frame just observed go.
    DropFrame,
    /// How far the look is, in thousandths.
    Progress(u16),
    /// Encode the kept frames and answer [`Event::EvidenceReady`].
    PrepareEvidence,
    /// Sign these `Sig_structure` bytes with the device key: ECDSA over SHA-256.
    Sign {
        /// The bytes.
        sig_structure: Vec<u8>,
    },
    /// Send this signed claim with the key frames, now or through the outbox.
    Submit {
        /// COSE_Sign1 bytes of the claim.
        claim: Vec<u8>,
    },
    /// Erase key frames, embeddings and everything else that was kept.
    Erase,
    /// It is over.
    Finished(Ending),
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// The outcome.
    pub outcome: Outcome,
    /// The reason, unless accepted.
    pub code: Option<ErrorCode>,
}
