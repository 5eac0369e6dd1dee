//! A receipt as it is handed on: with its log proof and its salt beside the signed bytes, and as a
//! text short enough for a QR code.
//!
//! What is beside the signed bytes stands in the unprotected header of the COSE_Sign1 message, so
//! that any reader of COSE finds it. The signature does not cover it: a proof is believed for the
//! log's signature, a salt for the commitment that it opens.

use crate::receipt::LOG_PROOF_LABEL;
use crate::{Salt, Signed, SigningError};
use coset::cbor::value::Value;
use coset::{CborSerializable, CoseSign1, Label};
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use std::io::Read;

/// Label in the unprotected COSE header of the salt of the identity commitment; only in a copy
/// that the holder hands to somebody who sees the card.
pub const IDENTITY_SALT_LABEL: &str = "lifecert-identity-salt";

/// How a receipt's code begins.
const PREFIX: &str = "LIFECERT1:";

/// The most bytes that a code can stand for: four times what the largest QR code holds.
const MAX_BYTES: u64 = 12 * 1024;

/// A text that is not a receipt's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the code of a receipt")]
pub struct BadReceiptCode;

impl Signed {
    /// The text of the log proof beside the signed bytes.
    pub fn log_proof(&self) -> Option<&str> {
        self.beside(LOG_PROOF_LABEL)?.as_text()
    }

    /// The salt of the identity commitment beside the signed bytes.
    pub fn identity_salt(&self) -> Option<Salt> {
        let bytes = self.beside(IDENTITY_SALT_LABEL)?.as_bytes()?;
        Salt::from_slice(bytes).ok()
    }
}

/// A receipt's COSE_Sign1 bytes with exactly this beside what is signed.
///
/// # Errors
/// [`SigningError::Envelope`] when it is not a COSE_Sign1 message.
pub fn with_beside(
    receipt: &[u8],
    log_proof: Option<&str>,
    identity_salt: Option<&Salt>,
) -> Result<Vec<u8>, SigningError> {
    let mut envelope = CoseSign1::from_slice(receipt).map_err(|_| SigningError::Envelope)?;
    let proof = log_proof.map(|text| (LOG_PROOF_LABEL, Value::Text(text.to_owned())));
    let salt =
        identity_salt.map(|salt| (IDENTITY_SALT_LABEL, Value::Bytes(salt.as_bytes().to_vec())));
    let entries = proof.into_iter().chain(salt);
    envelope.unprotected.rest = entries
        .map(|(label, value)| (Label::Text(label.to_owned()), value))
        .collect();
    envelope.to_vec().map_err(|_| SigningError::Envelope)
}

/// The code of a receipt, given its COSE_Sign1 bytes: deflated (RFC 1951), then base45 (RFC 9285),
/// which a QR code holds in its alphanumeric mode.
pub fn receipt_code(receipt: &[u8]) -> String {
    let mut deflated = Vec::new();
    // Unwrap safety: reading from a slice cannot fail.
    DeflateEncoder::new(receipt, Compression::best())
        .read_to_end(&mut deflated)
        .unwrap();
    format!("{PREFIX}{}", base45::encode(deflated))
}

/// The COSE_Sign1 bytes of a receipt's code, not yet verified.
///
/// # Errors
/// [`BadReceiptCode`].
pub fn read_receipt_code(text: &str) -> Result<Vec<u8>, BadReceiptCode> {
    let code = text.trim().strip_prefix(PREFIX).ok_or(BadReceiptCode)?;
    let deflated = base45::decode(code).map_err(|_| BadReceiptCode)?;
    let mut receipt = Vec::new();
    DeflateDecoder::new(deflated.as_slice())
        .take(MAX_BYTES + 1)
        .read_to_end(&mut receipt)
        .map_err(|_| BadReceiptCode)?;
    if receipt.len() as u64 <= MAX_BYTES {
        Ok(receipt)
    } else {
        Err(BadReceiptCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receipt::tests::receipt;
    use crate::{ErrorCode, SoftwareKey, verify_receipt};

    #[test]
    fn a_code_reads_back_to_the_signed_bytes_and_what_is_beside_them() {
        let (key, _) = SoftwareKey::generate().unwrap();
        let (receipt, salt) = (receipt(), Salt::random());
        let bare = key.sign_message(&receipt).unwrap();
        let whole = with_beside(&bare, Some("a proof\n"), Some(&salt)).unwrap();
        let code = receipt_code(&whole);
        assert!(code.bytes().all(|byte| byte.is_ascii_uppercase()
            || byte.is_ascii_digit()
            || b" $%*+-./:".contains(&byte)));
        let read = read_receipt_code(&format!("{code}\n")).unwrap();
        assert_eq!(read, whole);
        assert_eq!(verify_receipt(&read, key.public(), 0), Ok(receipt));
        let signed = Signed::read(&read).unwrap();
        assert_eq!(signed.log_proof(), Some("a proof\n"));
        assert_eq!(signed.identity_salt(), Some(salt));
        // Taken away again, nothing of it is left.
        assert_eq!(with_beside(&whole, None, None).unwrap(), bare);
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let (key, _) = SoftwareKey::generate().unwrap();
        let bare = key.sign_message(&receipt()).unwrap();
        let code = receipt_code(&bare);
        for bad in [
            "",
            "LIFECERT1",
            "LIFECERT2:ABC",
            "LIFECERT1:a",
            "LIFECERT1:ZZZ",
        ] {
            assert_eq!(read_receipt_code(bad), Err(BadReceiptCode), "{bad}");
        }
        let bomb = receipt_code(&vec![0; 1_000_000]);
        assert_eq!(read_receipt_code(&bomb), Err(BadReceiptCode));
        // A character that was misread leads to no genuine receipt.
        for place in (PREFIX.len()..code.len()).step_by(7) {
            let mut changed = code.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let genuine = read_receipt_code(&changed)
                .map_err(|_| ErrorCode::ReceiptInvalid)
                .and_then(|bytes| verify_receipt(&bytes, key.public(), 0));
            assert!(genuine.is_err() || read_receipt_code(&changed).unwrap() == bare);
        }
    }
}
