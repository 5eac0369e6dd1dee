//! From a look's end to the server's answer: the key signs, the claim is sent or kept, what comes
//! back goes into the session.

use crate::{
    Agency, Capture, ClientError, Cue, Device, HolderCopy, KeyVault, Offline, SignedClaim,
};
use lifecert_protocol::{ClaimId, ErrorCode, Verdict};

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
    /// The claim.
    pub claim_id: ClaimId,
    /// What the shell is to show.
    pub cues: Vec<Cue>,
    /// The receipt, verified to be for this claim; it lies in the device's folder if there is room.
    pub receipt: Option<HolderCopy>,
    /// Why the claim waits in the outbox, if it does.
    pub waits: Option<ErrorCode>,
    /// Seconds to rest before the next try, where a rest is asked for.
    pub retry_after_s: Option<u32>,
}

/// Sends the claim of a [`Cue::Submit`]. It lies in the outbox before it is sent and stays there
/// until there is a last word and, with it, a receipt on the disk: it is lost in no case that the
/// disk allows, not even when the app dies on the way.
pub async fn submit_claim(
    capture: &mut Capture,
    claim: SignedClaim,
    agency: Option<(&Agency, &dyn KeyVault)>,
    (device, offline): (&Device, &Offline),
) -> Submitted {
    let claim_id = claim.claim().claim_id;
    let kept = offline.keep(&claim, capture.challenge().sequence);
    let answer = match agency {
        Some((agency, vault)) => {
            let claim = claim.asserted(vault).await;
            agency.submit(&claim).await
        }
        None => Err(ClientError::Unreachable),
    };
    let (mut receipt, mut waits, mut retry_after_s) = (None, None, None);
    let mut is_settled = false;
    let cues = match answer {
        Ok(decision) => {
            is_settled = decision.receipt.as_ref().is_none_or(|copy| {
                let receipt = copy.receipt();
                receipt.is_ok_and(|receipt| device.keep_receipt(&receipt, copy).is_ok())
            });
            receipt = decision.receipt;
            retry_after_s = decision.retry_after_s;
            capture.answered(decision.outcome, decision.code)
        }
        Err(error) if error.is_final_for_claim() => {
            is_settled = true;
            capture.answered(Verdict::Refuse, Some(error.code()))
        }
        Err(error) => {
            retry_after_s = error.retry_after_s();
            match &kept {
                Ok(()) => {
                    waits = Some(error.code());
                    capture.queued()
                }
                Err(full) => capture.submit_failed(full.code()),
            }
        }
    };
    if is_settled {
        // One that stays is sent once more and answered the same.
        let _ = offline.answered_for_good(claim_id);
    }
    Submitted {
        claim_id,
        cues,
        receipt,
        waits,
        retry_after_s,
    }
}
