//! From a look's end to the server's answer: the key signs, the claim is sent or kept, what comes
//! back goes into the session.

use crate::{Agency, Capture, ClientError, Cue, HolderCopy, KeyVault, Offline, SignedClaim};
use lifecert_protocol::{ErrorCode, Verdict};

/// Has the vault sign what a [`Cue::Sign`] asks for.
pub async fn sign(capture: &mut Capture, vault: &dyn KeyVault, sig_structure: &[u8]) -> Vec<Cue> {
    match vault.sign(capture.challenge().key, sig_structure).await {
        Ok(answer) => capture.signed(answer.signature, answer.form),
        Err(error) => capture.signing_failed(error.code()),
    }
}

/// What came of sending a claim; the capture has ended.
#[derive(Debug)]
pub struct Submitted {
    /// What the shell is to show.
    pub cues: Vec<Cue>,
    /// The receipt, verified to be for this claim; the caller keeps it.
    pub receipt: Option<HolderCopy>,
    /// Why the claim waits in the outbox, if it does.
    pub waits: Option<ErrorCode>,
    /// Seconds to rest before the next try, where a rest is asked for.
    pub retry_after_s: Option<u32>,
}

/// Sends the claim of a [`Cue::Submit`]. Without an agency, or when it gives no last word, the
/// claim goes into the outbox: it is lost in no case that the disk allows.
pub async fn submit_claim(
    capture: &mut Capture,
    claim: SignedClaim,
    agency: Option<(&Agency, &dyn KeyVault)>,
    offline: &Offline,
) -> Submitted {
    let (claim, answer) = match agency {
        Some((agency, vault)) => {
            let claim = claim.asserted(vault).await;
            let answer = agency.submit(&claim).await;
            (claim, answer)
        }
        None => (claim, Err(ClientError::Unreachable)),
    };
    let (mut receipt, mut waits, mut retry_after_s) = (None, None, None);
    let cues = match answer {
        Ok(decision) => {
            receipt = decision.receipt;
            retry_after_s = decision.retry_after_s;
            capture.answered(decision.outcome, decision.code)
        }
        Err(error) if error.is_final_for_claim() => {
            capture.answered(Verdict::Refuse, Some(error.code()))
        }
        Err(error) => {
            retry_after_s = error.retry_after_s();
            match offline.keep(&claim, capture.challenge().sequence) {
                Ok(()) => {
                    waits = Some(error.code());
                    capture.queued()
                }
                Err(full) => capture.submit_failed(full.code()),
            }
        }
    };
    Submitted {
        cues,
        receipt,
        waits,
        retry_after_s,
    }
}
