//! A template on its way to a device that compares by itself: sealed to a key that the device made
//! for this one answer, for one person, one device key and one time.

use crate::canonical::{self, DecodeError, WIRE_VERSION};
use crate::{
    AgencyId, Digest, EvidenceError, EvidenceKey, EvidenceOpener, KeyId, PersonRef,
    QuantisedEmbedding,
};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};

/// HPKE's `info`.
const INFO: &[u8] = b"lifecert/template";

/// What a delivered template counts for, in the associated data.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TemplateHeader {
    /// The agency.
    #[n(0)]
    pub agency: AgencyId,
    /// The server.
    #[n(1)]
    pub server: String,
    /// Whose template.
    #[n(2)]
    pub person: PersonRef,
    /// The device key that asked.
    #[n(3)]
    pub device_key: KeyId,
    /// The recognition model that made it.
    #[n(4)]
    pub recognition_model: Digest,
    /// When it is to be erased, by the server's clock, milliseconds since 1970.
    #[n(5)]
    pub expires_at_ms: u64,
}

/// A template as a device holds it. It is face data: it has no readable `Debug`.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeliveredTemplate {
    /// What it counts for.
    #[n(0)]
    pub header: TemplateHeader,
    /// The template.
    #[n(1)]
    pub embedding: QuantisedEmbedding,
}

impl DeliveredTemplate {
    /// The canonical bytes, to be kept sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        canonical::decode_plain(bytes)
    }
}

impl std::fmt::Debug for DeliveredTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeliveredTemplate(..)")
    }
}

/// A template under seal.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SealedTemplate {
    /// Wire version.
    #[n(0)]
    pub version: u8,
    /// What it counts for.
    #[n(1)]
    pub header: TemplateHeader,
    /// HPKE's encapsulated key.
    #[n(2)]
    pub encapsulated: ByteArray<32>,
    /// The ciphertext and its tag.
    #[n(3)]
    pub ciphertext: ByteVec,
}

impl SealedTemplate {
    /// Seals a template to the key that a device made for it.
    ///
    /// # Errors
    /// [`EvidenceError::Key`] when that is none.
    pub fn seal(template: &DeliveredTemplate, key: &EvidenceKey) -> Result<Self, EvidenceError> {
        let plain = zeroize::Zeroizing::new(canonical::encode(&template.embedding));
        let associated = canonical::encode(&template.header);
        let (encapsulated, ciphertext) = key.seal(INFO, &associated, &plain)?;
        Ok(Self {
            version: WIRE_VERSION,
            header: template.header.clone(),
            encapsulated,
            ciphertext,
        })
    }

    /// Opens it.
    ///
    /// # Errors
    /// [`EvidenceError::Sealed`] when it was sealed to another key or for anything else,
    /// [`EvidenceError::Content`] when it holds no template.
    pub fn open(self, opener: &EvidenceOpener) -> Result<DeliveredTemplate, EvidenceError> {
        let associated = canonical::encode(&self.header);
        let sealed = (&self.encapsulated, self.ciphertext.as_slice());
        let plain = opener.open(sealed, INFO, &associated)?;
        Ok(DeliveredTemplate {
            embedding: canonical::decode_plain(&plain)?,
            header: self.header,
        })
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::encode(self)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let sealed: Self = canonical::decode_plain(bytes)?;
        match sealed.version {
            WIRE_VERSION => Ok(sealed),
            other => Err(DecodeError::Version(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> DeliveredTemplate {
        DeliveredTemplate {
            header: TemplateHeader {
                agency: "quanzhou".parse().unwrap(),
                server: "certify.quanzhou.example".into(),
                person: PersonRef::from_bytes([1; 16]),
                device_key: KeyId::from_bytes([2; 32]),
                recognition_model: Digest::of(b"model"),
                expires_at_ms: 1_800_000_000_000,
            },
            embedding: QuantisedEmbedding::from_signed(&[-9; 512]),
        }
    }

    #[test]
    fn a_template_opens_for_what_it_was_sealed_for_alone() {
        let (opener, key, _) = EvidenceOpener::generate();
        let sealed = SealedTemplate::seal(&template(), &key).unwrap();
        let read = SealedTemplate::from_bytes(&sealed.to_bytes()).unwrap();
        assert_eq!(read, sealed);
        assert_eq!(read.open(&opener), Ok(template()));
        let (stranger, _, _) = EvidenceOpener::generate();
        assert_eq!(sealed.clone().open(&stranger), Err(EvidenceError::Sealed));
        let longer = SealedTemplate {
            header: TemplateHeader {
                expires_at_ms: u64::MAX,
                ..sealed.header.clone()
            },
            ..sealed
        };
        assert_eq!(longer.open(&opener), Err(EvidenceError::Sealed));
        let kept = DeliveredTemplate::from_bytes(&template().to_bytes());
        assert_eq!(kept, Ok(template()));
        assert_eq!(format!("{:?}", template()), "DeliveredTemplate(..)");
    }
}
