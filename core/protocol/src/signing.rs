//! Signing and verifying: COSE_Sign1 (RFC 9052) with ES256 (RFC 9053).
//!
//! A device key may sit in hardware that signs elsewhere and later, so signing has two halves:
//! [`Unsigned`] gives the `Sig_structure` bytes, [`Unsigned::attach`] takes the answer. The
//! message's domain goes into the external data, so that no signature fits two kinds of message.

use crate::canonical::{self, DecodeError, Message};
use crate::{Digest, ErrorCode, KeyId};
use coset::cbor::value::Value;
use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, Label, iana};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use zeroize::Zeroizing;

/// Why a signed message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// Not a COSE_Sign1 of the expected form.
    #[error("not a signed message of the expected form")]
    Envelope,
    /// The payload is not the expected message.
    #[error(transparent)]
    Payload(#[from] DecodeError),
    /// The signature does not fit the key and the message.
    #[error("the signature does not fit")]
    Signature,
    /// A key of the wrong form.
    #[error("not a P-256 key")]
    Key,
}

impl SigningError {
    /// The stable code.
    pub fn code(self) -> ErrorCode {
        match self {
            SigningError::Envelope => ErrorCode::ClaimMalformed,
            SigningError::Payload(error) => error.code(),
            SigningError::Signature => ErrorCode::ClaimSignature,
            SigningError::Key => ErrorCode::KeyUnavailable,
        }
    }
}

/// The form in which a key store gives an ECDSA signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureForm {
    /// ASN.1 DER, as Android's key store and Apple's Secure Enclave answer.
    Der,
    /// `r || s`, 32 bytes each, as COSE wants it.
    Raw,
}

/// A P-256 public key: an uncompressed SEC1 point of 65 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 65]);

impl PublicKey {
    /// From an uncompressed SEC1 point; checked to lie on the curve.
    ///
    /// # Errors
    /// [`SigningError::Key`].
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, SigningError> {
        let point: [u8; 65] = bytes.try_into().map_err(|_| SigningError::Key)?;
        p256::PublicKey::from_sec1_bytes(&point).map_err(|_| SigningError::Key)?;
        Ok(Self(point))
    }

    /// The uncompressed SEC1 point.
    pub fn as_sec1(&self) -> &[u8; 65] {
        &self.0
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        KeyId::from_bytes(*Digest::of(&self.0).as_bytes())
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

/// A P-256 key held in software: the server's receipt key, and a device key where no hardware
/// holds one.
pub struct SoftwareKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

impl SoftwareKey {
    /// Makes a new key; gives it and its PKCS#8 document, which the caller keeps safe.
    ///
    /// # Errors
    /// [`SigningError::Key`] when the operating system has no randomness.
    pub fn generate() -> Result<(Self, Zeroizing<Vec<u8>>), SigningError> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map_err(|_| SigningError::Key)?;
        let document = Zeroizing::new(document.as_ref().to_vec());
        Ok((Self::from_pkcs8(&document)?, document))
    }

    /// From a PKCS#8 document.
    ///
    /// # Errors
    /// [`SigningError::Key`].
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, SigningError> {
        let pair = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            document,
            &SystemRandom::new(),
        )
        .map_err(|_| SigningError::Key)?;
        let public = PublicKey::from_sec1(pair.public_key().as_ref())?;
        Ok(Self { pair, public })
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs bytes; `r || s`.
    ///
    /// # Errors
    /// [`SigningError::Key`] when the operating system has no randomness.
    pub fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SigningError> {
        let signature = self
            .pair
            .sign(&SystemRandom::new(), bytes)
            .map_err(|_| SigningError::Key)?;
        Ok(signature.as_ref().to_vec())
    }

    /// Signs a message; gives the COSE_Sign1 bytes.
    ///
    /// # Errors
    /// [`SigningError::Key`].
    pub fn sign_message<T: Message>(&self, message: &T) -> Result<Vec<u8>, SigningError> {
        let unsigned = Unsigned::new(message, self.public.id());
        let signature = self.sign(unsigned.sig_structure())?;
        unsigned.attach(&signature, SignatureForm::Raw)
    }
}

impl std::fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SoftwareKey({})", self.public.id())
    }
}

/// A message on its way to be signed.
#[derive(Debug, Clone)]
pub struct Unsigned {
    envelope: CoseSign1,
    sig_structure: Vec<u8>,
}

impl Unsigned {
    /// Prepares `message` for the key `signer`.
    pub fn new<T: Message>(message: &T, signer: KeyId) -> Self {
        let protected = HeaderBuilder::new()
            .algorithm(iana::Algorithm::ES256)
            .key_id(signer.as_bytes().to_vec())
            .build();
        let envelope = CoseSign1Builder::new()
            .protected(protected)
            .payload(canonical::encode(message))
            .build();
        let sig_structure = envelope.tbs_data(T::DOMAIN.as_bytes());
        Self {
            envelope,
            sig_structure,
        }
    }

    /// The bytes to sign with ECDSA over SHA-256.
    pub fn sig_structure(&self) -> &[u8] {
        &self.sig_structure
    }

    /// The message's canonical bytes.
    pub fn payload(&self) -> &[u8] {
        self.envelope.payload.as_deref().unwrap_or_default()
    }

    /// Puts the signature in; gives the COSE_Sign1 bytes.
    ///
    /// # Errors
    /// [`SigningError::Signature`] when the signature is not of the stated form.
    pub fn attach(
        mut self,
        signature: &[u8],
        form: SignatureForm,
    ) -> Result<Vec<u8>, SigningError> {
        self.envelope.signature = match form {
            SignatureForm::Der => p256::ecdsa::Signature::from_der(signature),
            SignatureForm::Raw => p256::ecdsa::Signature::from_slice(signature),
        }
        .map_err(|_| SigningError::Signature)?
        .to_bytes()
        .to_vec();
        self.envelope.to_vec().map_err(|_| SigningError::Envelope)
    }
}

/// A signed message, read but not yet verified.
#[derive(Debug)]
pub struct Signed {
    envelope: CoseSign1,
    signer: KeyId,
}

impl Signed {
    /// Reads COSE_Sign1 bytes.
    ///
    /// # Errors
    /// [`SigningError::Envelope`] unless the form is exactly ours: ES256, a key id, a payload,
    /// nothing in the protected header but these, canonical bytes. What the unprotected
    /// header carries the signature does not cover.
    pub fn read(bytes: &[u8]) -> Result<Self, SigningError> {
        let envelope = CoseSign1::from_slice(bytes).map_err(|_| SigningError::Envelope)?;
        let signer = KeyId::from_slice(&envelope.protected.header.key_id)
            .map_err(|_| SigningError::Envelope)?;
        let expected = HeaderBuilder::new()
            .algorithm(iana::Algorithm::ES256)
            .key_id(signer.as_bytes().to_vec())
            .build();
        let fits = envelope.protected.header == expected && envelope.payload.is_some();
        let again = envelope
            .clone()
            .to_vec()
            .map_err(|_| SigningError::Envelope)?;
        if fits && again == bytes {
            Ok(Self { envelope, signer })
        } else {
            Err(SigningError::Envelope)
        }
    }

    /// The key that the message says it was signed with.
    pub fn signer(&self) -> KeyId {
        self.signer
    }

    /// Digest of the payload: what replay protection keys on, never the signature, since ECDSA
    /// has more than one valid signature for a message.
    pub fn payload_digest(&self) -> Digest {
        Digest::of(self.payload())
    }

    /// The message as it claims to be, without a look at the signature: for finding out whose
    /// key to verify with, never for a decision.
    ///
    /// # Errors
    /// [`SigningError::Payload`].
    pub fn peek<T: Message>(&self) -> Result<T, SigningError> {
        Ok(canonical::decode(self.payload())?)
    }

    /// The message, after its signature was verified with `key`.
    ///
    /// # Errors
    /// [`SigningError::Signature`] or [`SigningError::Payload`].
    pub fn verify<T: Message>(&self, key: &PublicKey) -> Result<T, SigningError> {
        // Whatever does not fit, the work is the same: a server tells nobody whose key it knows.
        let signed_bytes = self.envelope.tbs_data(T::DOMAIN.as_bytes());
        let verified = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.as_sec1())
            .verify(&signed_bytes, &self.envelope.signature);
        if key.id() != self.signer || verified.is_err() {
            return Err(SigningError::Signature);
        }
        if !T::CARRIES_PROOF && !self.envelope.unprotected.is_empty() {
            return Err(SigningError::Envelope);
        }
        self.peek()
    }

    /// What stands in the unprotected header under this label.
    pub(crate) fn beside(&self, label: &str) -> Option<&Value> {
        let rest = &self.envelope.unprotected.rest;
        let found = rest
            .iter()
            .find(|(key, _)| *key == Label::Text(label.to_owned()));
        found.map(|(_, value)| value)
    }

    /// The payload's bytes, as they were signed.
    pub fn payload(&self) -> &[u8] {
        self.envelope.payload.as_deref().unwrap_or_default()
    }
}
