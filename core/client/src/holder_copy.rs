//! The holder's copy of a receipt: the signed bytes and the salt that opens its identity
//! commitment.

use crate::ClientError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::{ErrorCode, PublicKey, Receipt, Salt, verify_receipt};
use serde::{Deserialize, Serialize};

/// The holder's copy of a receipt. Its file is JSON: `receipt` (COSE_Sign1, base64url without
/// padding) and `identity_salt` (hex).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderCopy {
    receipt: String,
    identity_salt: Option<Salt>,
}

impl HolderCopy {
    /// From a claim's answer.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when the texts are not what they should be.
    pub(crate) fn from_answer(receipt: &str, salt: Option<&str>) -> Result<Self, ClientError> {
        let identity_salt = salt
            .map(|salt| salt.parse().map_err(|_| ClientError::Untrusted))
            .transpose()?;
        Ok(Self {
            receipt: receipt.to_owned(),
            identity_salt,
        })
    }

    /// Reads a file: the JSON above, or a receipt's bare COSE_Sign1 bytes.
    pub fn from_file(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_else(|_| Self {
            receipt: URL_SAFE_NO_PAD.encode(bytes),
            identity_salt: None,
        })
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
        let bytes = URL_SAFE_NO_PAD
            .decode(&self.receipt)
            .map_err(|_| ErrorCode::ReceiptInvalid)?;
        verify_receipt(&bytes, agency, now_ms)
    }
}

/// Never the salt: it opens the commitment to a name and an id number.
impl std::fmt::Debug for HolderCopy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HolderCopy(..)")
    }
}
