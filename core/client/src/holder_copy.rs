//! The holder's copy of a receipt: the signed bytes, the salt that opens its identity commitment,
//! and the proof that it stands in the public log.

use crate::ClientError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::{ErrorCode, PublicKey, Receipt, Salt, Signed, verify_receipt, with_beside};
use serde::{Deserialize, Serialize};

/// The holder's copy of a receipt. Its file is JSON: `receipt` (COSE_Sign1, base64url without
/// padding), `identity_salt` (hex) and `log_proof` (the text of a C2SP tlog-proof).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderCopy {
    receipt: String,
    identity_salt: Option<Salt>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    log_proof: Option<String>,
}

impl HolderCopy {
    /// From a claim's answer.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when the texts are not what they should be.
    pub(crate) fn from_answer(receipt: &str, answer: &ClaimAnswer) -> Result<Self, ClientError> {
        let salt = answer.identity_salt.as_deref();
        let identity_salt = salt
            .map(|salt| salt.parse().map_err(|_| ClientError::Untrusted))
            .transpose()?;
        Ok(Self {
            receipt: receipt.to_owned(),
            identity_salt,
            log_proof: answer.log_proof.clone(),
        })
    }

    /// From a claim's answer, where it has a receipt.
    ///
    /// # Errors
    /// Those of [`from_answer`](Self::from_answer).
    pub(crate) fn of_answer(answer: &ClaimAnswer) -> Result<Option<Self>, ClientError> {
        let receipt = answer.receipt.as_deref();
        let copy = receipt.map(|receipt| Self::from_answer(receipt, answer));
        copy.transpose()
    }

    /// Reads a file: the JSON above, or a receipt's COSE_Sign1 bytes with what is beside them.
    pub fn from_file(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_else(|_| Self::from_cose(bytes))
    }

    /// From a receipt's COSE_Sign1 bytes with what is beside them.
    pub fn from_cose(bytes: &[u8]) -> Self {
        let signed = Signed::read(bytes).ok();
        let signed = signed.as_ref();
        Self {
            receipt: URL_SAFE_NO_PAD.encode(bytes),
            identity_salt: signed.and_then(Signed::identity_salt),
            log_proof: signed.and_then(Signed::log_proof).map(str::to_owned),
        }
    }

    /// The receipt's COSE_Sign1 bytes, with the log proof and the salt of the identity commitment
    /// beside them where these are asked for. Who has the salt can try names and numbers.
    ///
    /// # Errors
    /// [`ErrorCode::ReceiptInvalid`] when the receipt cannot be read.
    pub fn to_cose(&self, with_proof: bool, with_salt: bool) -> Result<Vec<u8>, ErrorCode> {
        let salt = self.identity_salt.as_ref().filter(|_| with_salt);
        let proof = self.log_proof().filter(|_| with_proof);
        with_beside(&self.bytes()?, proof, salt).map_err(|_| ErrorCode::ReceiptInvalid)
    }

    /// The receipt as it was signed, not yet verified.
    ///
    /// # Errors
    /// [`ErrorCode::ReceiptInvalid`] when it cannot be read.
    pub fn signed(&self) -> Result<Signed, ErrorCode> {
        Signed::read(&self.bytes()?).map_err(|_| ErrorCode::ReceiptInvalid)
    }

    /// What the receipt says, where it was verified before: a copy that a server's answer gave was.
    ///
    /// # Errors
    /// [`ErrorCode::ReceiptInvalid`] when it cannot be read.
    pub fn receipt(&self) -> Result<Receipt, ErrorCode> {
        let receipt = self.signed()?.peek();
        receipt.map_err(|_| ErrorCode::ReceiptInvalid)
    }

    /// The text of the log proof, where this copy carries one.
    pub fn log_proof(&self) -> Option<&str> {
        self.log_proof.as_deref()
    }

    /// The file to give to the holder.
    pub fn to_file(&self) -> Vec<u8> {
        // Unwrap safety: two texts are always JSON.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap();
        bytes.push(b'\n');
        bytes
    }

    /// The salt of the identity commitment, where this copy carries it.
    pub fn identity_salt(&self) -> Option<&Salt> {
        self.identity_salt.as_ref()
    }

    /// Verifies the receipt with the agency's key.
    ///
    /// # Errors
    /// [`ErrorCode::ReceiptInvalid`] when it is not genuine, [`ErrorCode::ReceiptExpired`] when it
    /// no longer counts at `now_ms` (server time, milliseconds since 1970).
    pub fn verify(&self, agency: &PublicKey, now_ms: u64) -> Result<Receipt, ErrorCode> {
        verify_receipt(&self.bytes()?, agency, now_ms)
    }

    /// The receipt's COSE_Sign1 bytes as they came.
    ///
    /// # Errors
    /// [`ErrorCode::ReceiptInvalid`] when they cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>, ErrorCode> {
        URL_SAFE_NO_PAD
            .decode(&self.receipt)
            .map_err(|_| ErrorCode::ReceiptInvalid)
    }
}

/// Never the salt: it opens the commitment to a name and an id number.
impl std::fmt::Debug for HolderCopy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HolderCopy(..)")
    }
}
