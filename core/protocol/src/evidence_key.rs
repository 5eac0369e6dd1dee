//! Keys that face data is sealed to under HPKE (RFC 9180): base mode of DHKEM(X25519, HKDF-SHA256),
//! HKDF-SHA256, ChaCha20-Poly1305.

use crate::{Digest, EvidenceError, EvidenceKeyId};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type EncappedKey = <X25519HkdfSha256 as Kem>::EncappedKey;

/// The public half of a key that face data is sealed to, the agency's for evidence or a device's
/// for its template: 32 bytes of X25519 (RFC 7748).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct EvidenceKey(#[n(0)] ByteArray<32>);

impl EvidenceKey {
    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its name.
    pub fn id(&self) -> EvidenceKeyId {
        EvidenceKeyId::from_bytes(*Digest::of(self.as_bytes()).as_bytes())
    }

    /// Seals bytes to this key; gives HPKE's encapsulated key, and the ciphertext with its tag.
    pub(crate) fn seal(
        &self,
        info: &[u8],
        associated: &[u8],
        plain: &[u8],
    ) -> Result<(ByteArray<32>, ByteVec), EvidenceError> {
        let public = PublicKey::from_bytes(self.as_bytes()).map_err(|_| EvidenceError::Key)?;
        let sealed = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            info,
            plain,
            associated,
        );
        let (encapsulated, ciphertext) = sealed.map_err(|_| EvidenceError::Key)?;
        let encapsulated: [u8; 32] = encapsulated.to_bytes().into();
        Ok((encapsulated.into(), ciphertext.into()))
    }
}

/// The private half of such a key.
pub struct EvidenceOpener {
    private: PrivateKey,
    public: EvidenceKey,
}

impl EvidenceOpener {
    /// Makes a new pair; gives it, its public half and the private bytes, which the caller keeps
    /// safe.
    pub fn generate() -> (Self, EvidenceKey, Zeroizing<[u8; 32]>) {
        let (private, public) = X25519HkdfSha256::gen_keypair();
        let bytes = Zeroizing::new(private.to_bytes().into());
        let public = EvidenceKey::from_bytes(public.to_bytes().into());
        (Self { private, public }, public, bytes)
    }

    /// From the private bytes.
    ///
    /// # Errors
    /// [`EvidenceError::Key`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let private = PrivateKey::from_bytes(bytes).map_err(|_| EvidenceError::Key)?;
        let public = X25519HkdfSha256::sk_to_pk(&private).to_bytes();
        let public = EvidenceKey::from_bytes(public.into());
        Ok(Self { private, public })
    }

    /// The public half.
    pub fn public(&self) -> &EvidenceKey {
        &self.public
    }

    /// The name of the pair.
    pub fn id(&self) -> EvidenceKeyId {
        self.public.id()
    }

    /// Opens what was sealed to this pair.
    pub(crate) fn open(
        &self,
        (encapsulated, ciphertext): (&ByteArray<32>, &[u8]),
        info: &[u8],
        associated: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, EvidenceError> {
        let encapsulated = EncappedKey::from_bytes(encapsulated.as_slice());
        let encapsulated = encapsulated.map_err(|_| EvidenceError::Sealed)?;
        let plain = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.private,
            &encapsulated,
            info,
            ciphertext,
            associated,
        );
        Ok(Zeroizing::new(plain.map_err(|_| EvidenceError::Sealed)?))
    }
}

impl std::fmt::Debug for EvidenceOpener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EvidenceOpener({})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9180, appendix A.2.1 and A.2.1.1 (sequence number 0): the suite is the one meant.
    #[test]
    fn the_published_vector_opens() {
        let bytes = |text: &str| hex::decode(text).unwrap();
        let private = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb";
        let public = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
        let encapsulated = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a";
        let ciphertext = "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db\
                          21993c62ce81883d2dd1b51a28";
        let opener = EvidenceOpener::from_bytes(&bytes(private)).unwrap();
        let key = EvidenceKey::from_bytes(bytes(public).try_into().unwrap());
        assert_eq!(opener.id(), key.id());
        let plain = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &opener.private,
            &EncappedKey::from_bytes(&bytes(encapsulated)).unwrap(),
            b"Ode on a Grecian Urn",
            &bytes(ciphertext),
            b"Count-0",
        );
        assert_eq!(plain.unwrap(), b"Beauty is truth, truth beauty");
    }
}
