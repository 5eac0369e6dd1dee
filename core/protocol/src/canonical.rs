//! The one canonical encoding: deterministic CBOR with integer map keys.
//!
//! Fields are written in ascending key order with shortest heads (RFC 8949 section 4.2.1), absent
//! fields are left out. A receiver encodes what it read once more and refuses bytes that differ,
//! so that one message has exactly one digest.

use crate::ErrorCode;
use minicbor::{Decode, Encode};

/// The wire version written by this code. Its predecessor is still read.
pub const WIRE_VERSION: u8 = 2;

/// The oldest wire version still read.
pub const OLDEST_WIRE_VERSION: u8 = 1;

/// Why bytes were not taken for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not CBOR of the expected shape.
    #[error("the bytes are not a message of this kind")]
    Shape,
    /// Readable, but not in the one canonical form.
    #[error("the bytes are not in canonical form")]
    NotCanonical,
    /// A version that is not spoken here.
    #[error("wire version {0} is not spoken here")]
    Version(u8),
}

impl DecodeError {
    /// The stable code.
    pub fn code(self) -> ErrorCode {
        match self {
            DecodeError::Shape | DecodeError::NotCanonical => ErrorCode::ClaimMalformed,
            DecodeError::Version(_) => ErrorCode::ClaimVersion,
        }
    }
}

/// A message that carries its wire version and knows which fields each version has.
pub trait Message: Encode<()> + for<'b> Decode<'b, ()> {
    /// Separates the signatures of one kind of message from those of another.
    const DOMAIN: &'static str;

    /// Whether a log proof may travel with it, outside of its signature.
    const CARRIES_PROOF: bool = false;

    /// The version the message says it has.
    fn version(&self) -> u8;

    /// Whether the fields present are those of its version; `true` where all versions agree.
    fn fits_version(&self) -> bool {
        true
    }
}

/// The canonical bytes of a message.
pub fn encode<T: Encode<()>>(message: &T) -> Vec<u8> {
    // Unwrap safety: writing to a Vec cannot fail, and no message has a failing encoder.
    minicbor::to_vec(message).unwrap()
}

/// Reads canonical bytes of a value without a version of its own.
///
/// # Errors
/// [`DecodeError::Shape`] or [`DecodeError::NotCanonical`].
pub fn decode_plain<T: Encode<()> + for<'b> Decode<'b, ()>>(
    bytes: &[u8],
) -> Result<T, DecodeError> {
    let value: T = minicbor::decode(bytes).map_err(|_| DecodeError::Shape)?;
    if encode(&value) == bytes {
        Ok(value)
    } else {
        Err(DecodeError::NotCanonical)
    }
}

/// Reads the canonical bytes of a message of this or the former version.
///
/// # Errors
/// [`DecodeError`], each kind.
pub fn decode<T: Message>(bytes: &[u8]) -> Result<T, DecodeError> {
    let message: T = minicbor::decode(bytes).map_err(|_| DecodeError::Shape)?;
    let version = message.version();
    if !(OLDEST_WIRE_VERSION..=WIRE_VERSION).contains(&version) {
        return Err(DecodeError::Version(version));
    }
    if !message.fits_version() {
        return Err(DecodeError::Shape);
    }
    if encode(&message) == bytes {
        Ok(message)
    } else {
        Err(DecodeError::NotCanonical)
    }
}
