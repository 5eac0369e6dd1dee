//! The shell's key store as the core sees it.

use async_trait::async_trait;
use lifecert_client as client;
use lifecert_client::{ClientError, DeviceSignature};
use lifecert_protocol::{Attestation, Digest, KeyId, Nonce, PublicKey, SignatureForm as CoreForm};
use std::sync::Arc;

/// Why a key store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum VaultError {
    /// The key is missing, or its hardware does not answer.
    #[error("key.unavailable")]
    Unavailable,
    /// The person did not allow the use of the key.
    #[error("key.cancelled")]
    Cancelled,
    /// There is no room for another key.
    #[error("storage.full")]
    Full,
}

/// Whatever else a key store throws is a key that cannot be used.
impl From<uniffi::UnexpectedUniFFICallbackError> for VaultError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

impl From<VaultError> for ClientError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Unavailable => ClientError::Key,
            VaultError::Cancelled => ClientError::KeyCancelled,
            VaultError::Full => ClientError::StorageFull,
        }
    }
}

/// A key that was just made.
#[derive(Clone, uniffi::Record)]
pub struct NewKey {
    /// Its public half: an uncompressed P-256 point (SEC1) of 65 bytes. The key's name is the
    /// SHA-256 of these, in hex.
    pub public_key: Vec<u8>,
    /// What Android Key Attestation says of it: DER certificates, its own first; empty where
    /// hardware says nothing.
    pub chain: Vec<Vec<u8>>,
}

/// The form of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SignatureForm {
    /// DER, as Android's and Apple's key stores give it.
    Der,
    /// `r || s`, 64 bytes.
    Raw,
}

/// A signature by a key.
#[derive(Clone, uniffi::Record)]
pub struct KeySignature {
    /// The signature.
    pub signature: Vec<u8>,
    /// Its form.
    pub form: SignatureForm,
}

/// What Apple App Attest says of the app's own key.
#[derive(Clone, uniffi::Record)]
pub struct AppAttestation {
    /// The name of the key: SHA-256 of its point.
    pub key_id: Vec<u8>,
    /// The attestation object (CBOR).
    pub object: Vec<u8>,
}

/// The shell's key store: P-256 signing keys, one for each person on the phone, named by the
/// SHA-256 of their public point in hex.
///
/// Every call may be slow, ask its person, and be cancelled: then the core gives the call up. What
/// it throws besides [`VaultError`] counts as `key.unavailable`.
#[uniffi::export(foreign)]
#[async_trait]
pub trait KeyVault: Send + Sync {
    /// Whether hardware here speaks for a key when it is made (Android Key Attestation).
    fn attests(&self) -> Result<bool, VaultError>;

    /// Makes a fresh key; where hardware speaks for keys, over the 32 bytes of `nonce`.
    async fn generate(&self, nonce: Option<Vec<u8>>) -> Result<NewKey, VaultError>;

    /// Signs bytes with ECDSA over SHA-256.
    async fn sign(&self, key: String, bytes: Vec<u8>) -> Result<KeySignature, VaultError>;

    /// Destroys a key for good; one that is not there is no error.
    async fn destroy(&self, key: String) -> Result<(), VaultError>;

    /// Has the app's own key attested beside `key` over a `clientDataHash` (Apple App Attest).
    async fn attest_app(
        &self,
        key: String,
        digest: Vec<u8>,
    ) -> Result<Option<AppAttestation>, VaultError>;

    /// Has the app's own key that was attested beside `key` assert the digest of a claim's payload.
    async fn assert_app(
        &self,
        key: String,
        payload: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, VaultError>;
}

/// The shell's key store as the client's.
pub(crate) struct ForeignVault(pub Arc<dyn KeyVault>);

impl ForeignVault {
    async fn make(&self, nonce: Option<Vec<u8>>) -> Result<(PublicKey, NewKey), ClientError> {
        let made = self.0.generate(nonce).await?;
        let key = PublicKey::from_sec1(&made.public_key).map_err(|_| ClientError::Key)?;
        Ok((key, made))
    }
}

#[async_trait]
impl client::KeyVault for ForeignVault {
    async fn generate(&self) -> Result<PublicKey, ClientError> {
        Ok(self.make(None).await?.0)
    }

    fn attests(&self) -> bool {
        self.0.attests().unwrap_or(false)
    }

    async fn generate_attested(
        &self,
        nonce: &Nonce,
    ) -> Result<(PublicKey, Option<Attestation>), ClientError> {
        let (key, made) = self.make(Some(nonce.as_bytes().to_vec())).await?;
        let chain = made.chain.into_iter().map(Into::into).collect::<Vec<_>>();
        let attestation = (!chain.is_empty()).then_some(Attestation::Android { chain });
        Ok((key, attestation))
    }

    async fn attest_app(&self, key: KeyId, digest: &Digest) -> Option<Attestation> {
        let asked = self
            .0
            .attest_app(key.to_string(), digest.as_bytes().to_vec());
        let AppAttestation { key_id, object } = asked.await.ok()??;
        Some(Attestation::Apple {
            key_id: key_id.into(),
            object: object.into(),
        })
    }

    async fn assert_app(&self, key: KeyId, payload: &Digest) -> Option<Vec<u8>> {
        let asked = self
            .0
            .assert_app(key.to_string(), payload.as_bytes().to_vec());
        asked.await.ok()?
    }

    async fn sign(&self, key: KeyId, bytes: &[u8]) -> Result<DeviceSignature, ClientError> {
        let KeySignature { signature, form } = self.0.sign(key.to_string(), bytes.to_vec()).await?;
        let form = match form {
            SignatureForm::Der => CoreForm::Der,
            SignatureForm::Raw => CoreForm::Raw,
        };
        Ok(DeviceSignature { signature, form })
    }

    async fn destroy(&self, key: KeyId) -> Result<(), ClientError> {
        Ok(self.0.destroy(key.to_string()).await?)
    }
}
