//! A claim on its way to the server, and what the server's answer to it must look like.

use crate::{ClientError, HolderCopy, KeyVault, Pinned};
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::{Claim, ClaimEnvelope, Digest, ErrorCode, Receipt, Signed, Verdict};
use zeroize::{Zeroize, Zeroizing};

/// A signed claim with its key frames. The pictures are zeroised when it is dropped.
pub struct SignedClaim {
    envelope: ClaimEnvelope,
    claim: Claim,
    digest: Digest,
}

/// What the server decided about a claim, its receipt verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The decision.
    pub outcome: Verdict,
    /// Why it was not accepted.
    pub code: Option<ErrorCode>,
    /// The holder's copy of the receipt; always there with `accept`, never without.
    pub receipt: Option<HolderCopy>,
    /// Seconds to rest before the next try, where a rest is asked for.
    pub retry_after_s: Option<u32>,
}

impl SignedClaim {
    /// Reads what a claim says that this device signed.
    ///
    /// # Errors
    /// [`ClientError::StorageUnreadable`] when it is no claim.
    pub fn read(envelope: ClaimEnvelope) -> Result<Self, ClientError> {
        let signed = Signed::read(&envelope.claim).map_err(|_| ClientError::StorageUnreadable)?;
        // Its signature is the server's business: this device made it or sealed it.
        let claim = signed.peek().map_err(|_| ClientError::StorageUnreadable)?;
        Ok(Self {
            digest: signed.payload_digest(),
            envelope,
            claim,
        })
    }

    /// What it says.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// The claim and its key frames, as they are sent.
    pub fn envelope(&self) -> &ClaimEnvelope {
        &self.envelope
    }

    /// The same with an assertion of the app's key, where there is one. To be asked for when the
    /// claim is sent and not when it is made: assertions count upwards, and claims may wait.
    #[must_use]
    pub async fn asserted(mut self, vault: &dyn KeyVault) -> Self {
        let assertion = vault.assert_app(self.claim.key, &self.digest).await;
        self.envelope.assertion = assertion.map(Into::into);
        self
    }

    /// The bytes to send.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.envelope.to_bytes())
    }

    /// Takes the server's answer to this claim, if it is the agency's.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when an acceptance has no receipt of that agency for this very
    /// claim, or anything else has one.
    pub(crate) fn decided(
        &self,
        answer: ClaimAnswer,
        agency: &Pinned,
    ) -> Result<Decision, ClientError> {
        let receipt = match (answer.outcome, &answer.receipt) {
            (Verdict::Accept, Some(text)) => {
                let copy = HolderCopy::from_answer(text, &answer)?;
                let receipt = copy.bytes().and_then(|bytes| agency.verify_receipt(&bytes));
                let receipt = receipt.map_err(|_| ClientError::Untrusted)?;
                if !self.is_subject_of(&receipt) {
                    return Err(ClientError::Untrusted);
                }
                Some(copy)
            }
            (Verdict::Refer | Verdict::Refuse, None) => None,
            _ => return Err(ClientError::Untrusted),
        };
        Ok(Decision {
            outcome: answer.outcome,
            code: answer.code,
            receipt,
            retry_after_s: answer.retry_after_s,
        })
    }

    fn is_subject_of(&self, receipt: &Receipt) -> bool {
        let claim = &self.claim;
        receipt.claim_id == claim.claim_id
            && receipt.claim_digest == self.digest
            && Some(receipt.person) == claim.person
            && receipt.device_key == claim.key
            && receipt.agency == claim.agency
            && receipt.channel == claim.channel
            && receipt.modality == claim.modality
    }
}

impl Drop for SignedClaim {
    fn drop(&mut self) {
        erase(&mut self.envelope);
    }
}

/// Zeroises the pictures of an envelope.
pub(crate) fn erase(envelope: &mut ClaimEnvelope) {
    for frame in &mut envelope.key_frames {
        frame.as_mut_slice().zeroize();
    }
}

impl std::fmt::Debug for SignedClaim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedClaim({})", self.claim.claim_id)
    }
}
