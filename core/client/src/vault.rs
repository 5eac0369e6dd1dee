//! Where device keys live: a port that each shell fills with its hardware, and the software vault
//! for machines that have none.

use crate::{ClientError, SealedFolder};
use async_trait::async_trait;
use lifecert_protocol::{Attestation, Digest, KeyId, Nonce, PublicKey, SignatureForm, SoftwareKey};

/// A signature and the form it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSignature {
    /// The signature.
    pub signature: Vec<u8>,
    /// Its form.
    pub form: SignatureForm,
}

/// A store of P-256 signing keys, one for each (device, person).
///
/// Everything that may touch hardware is asynchronous: a key may ask its holder, be slow, or speak
/// to its maker. A call that is dropped half-way is given up.
#[async_trait]
pub trait KeyVault: Send + Sync {
    /// Makes a fresh key.
    ///
    /// # Errors
    /// [`ClientError::Key`] or a storage error.
    async fn generate(&self) -> Result<PublicKey, ClientError>;

    /// Whether hardware here speaks for keys; then a binding asks for a nonce first.
    fn attests(&self) -> bool {
        false
    }

    /// Makes a fresh key and, where hardware here speaks for keys when they are made (Android Key
    /// Attestation), has it do so over the 32 bytes of `nonce`. That it does not is no error.
    ///
    /// # Errors
    /// Those of [`KeyVault::generate`].
    async fn generate_attested(
        &self,
        _nonce: &Nonce,
    ) -> Result<(PublicKey, Option<Attestation>), ClientError> {
        Ok((self.generate().await?, None))
    }

    /// Has the app's own key made and attested beside a key that is about to be bound (Apple App
    /// Attest), over a `clientDataHash`. That it is not is no error.
    async fn attest_app(&self, _key: KeyId, _digest: &Digest) -> Option<Attestation> {
        None
    }

    /// Has the app's own key that was attested beside `key` assert a claim, by the digest of its
    /// payload.
    async fn assert_app(&self, _key: KeyId, _payload: &Digest) -> Option<Vec<u8>> {
        None
    }

    /// Signs bytes with ECDSA over SHA-256.
    ///
    /// # Errors
    /// [`ClientError::Key`] when the key is missing or may not be used.
    async fn sign(&self, key: KeyId, bytes: &[u8]) -> Result<DeviceSignature, ClientError>;

    /// Destroys a key for good; one that is not there is no error.
    ///
    /// # Errors
    /// A storage error.
    async fn destroy(&self, key: KeyId) -> Result<(), ClientError>;
}

/// Keys in software, sealed in a folder. A claim made with one has assurance `software` at best.
pub struct SoftwareVault {
    folder: SealedFolder,
}

impl SoftwareVault {
    /// Over a sealed folder of its own.
    pub fn new(folder: SealedFolder) -> Self {
        Self { folder }
    }
}

fn name(key: KeyId) -> String {
    format!("{key}.key")
}

impl SoftwareVault {
    /// What [`KeyVault::generate`] does; software answers at once.
    ///
    /// # Errors
    /// Those of [`KeyVault::generate`].
    pub fn generate(&self) -> Result<PublicKey, ClientError> {
        let (key, document) = SoftwareKey::generate().map_err(|_| ClientError::Key)?;
        self.folder.write(&name(key.public().id()), &document)?;
        Ok(key.public().clone())
    }

    /// What [`KeyVault::sign`] does; software answers at once.
    ///
    /// # Errors
    /// Those of [`KeyVault::sign`].
    pub fn sign(&self, key: KeyId, bytes: &[u8]) -> Result<DeviceSignature, ClientError> {
        let document = self.folder.read(&name(key))?.ok_or(ClientError::Key)?;
        let signature = SoftwareKey::from_pkcs8(&document)
            .and_then(|key| key.sign(bytes))
            .map_err(|_| ClientError::Key)?;
        Ok(DeviceSignature {
            signature,
            form: SignatureForm::Raw,
        })
    }

    /// What [`KeyVault::destroy`] does; software answers at once.
    ///
    /// # Errors
    /// Those of [`KeyVault::destroy`].
    pub fn destroy(&self, key: KeyId) -> Result<(), ClientError> {
        self.folder.remove(&name(key))
    }
}

#[async_trait]
impl KeyVault for SoftwareVault {
    async fn generate(&self) -> Result<PublicKey, ClientError> {
        SoftwareVault::generate(self)
    }

    async fn sign(&self, key: KeyId, bytes: &[u8]) -> Result<DeviceSignature, ClientError> {
        SoftwareVault::sign(self, key, bytes)
    }

    async fn destroy(&self, key: KeyId) -> Result<(), ClientError> {
        SoftwareVault::destroy(self, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lifecert_protocol::{
        AgencyId, Ask, DeviceRequest, PersonRef, Signed, Unsigned, WIRE_VERSION,
    };

    #[test]
    fn a_key_signs_after_a_restart_and_not_after_its_end() {
        let temp = tempfile::tempdir().unwrap();
        let open = || SoftwareVault::new(SealedFolder::open(temp.path(), &[3; 32]).unwrap());
        let public = open().generate().unwrap();
        let request = DeviceRequest {
            version: WIRE_VERSION,
            agency: "quanzhou".parse::<AgencyId>().unwrap(),
            server: "certify.example".into(),
            person: PersonRef::random(),
            key: public.id(),
            nonce: Nonce::random(),
            ask: Ask::History,
        };
        let unsigned = Unsigned::new(&request, public.id());
        let answer = open().sign(public.id(), unsigned.sig_structure()).unwrap();
        let bytes = unsigned.attach(&answer.signature, answer.form).unwrap();
        assert_eq!(Signed::read(&bytes).unwrap().verify(&public), Ok(request));

        open().destroy(public.id()).unwrap();
        assert_eq!(
            open().sign(public.id(), b"anything").unwrap_err(),
            ClientError::Key
        );
    }
}
