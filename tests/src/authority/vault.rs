//! Phones that the authority made: keys in software that it attests as if hardware held them.

use super::{APP_ID, AppKey, Authority, Object, Statement};
use async_trait::async_trait;
use lifecert_client::{ClientError, DeviceSignature, KeyVault, SealedFolder, SoftwareVault};
use lifecert_protocol::{Attestation, Digest, KeyId, Nonce, PublicKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tempfile::TempDir;

/// The app's own key, on a phone with App Attest, and how far it counted.
struct App {
    key: AppKey,
    counter: AtomicU32,
}

/// A phone's hardware.
pub struct Hardware {
    authority: Arc<Authority>,
    app: Option<App>,
    keys: SoftwareVault,
    /// Whether assertions still count upwards and are made at all.
    counts: AtomicBool,
    asserts: AtomicBool,
    _folder: TempDir,
}

impl Hardware {
    /// A phone with a secure element.
    pub fn android(authority: &Arc<Authority>) -> Self {
        Self::new(authority, None)
    }

    /// A phone with App Attest.
    pub fn apple(authority: &Arc<Authority>) -> Self {
        let app = App {
            key: AppKey::new(),
            counter: AtomicU32::new(0),
        };
        Self::new(authority, Some(app))
    }

    fn new(authority: &Arc<Authority>, app: Option<App>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let sealed = SealedFolder::open(folder.path(), &[7; 32]).expect("a folder");
        Self {
            authority: authority.clone(),
            app,
            keys: SoftwareVault::new(sealed),
            counts: AtomicBool::new(true),
            asserts: AtomicBool::new(true),
            _folder: folder,
        }
    }

    /// From now on every assertion has the counter of the last one, as a copy of the key would.
    pub fn stop_counting(&self) {
        self.counts.store(false, Ordering::SeqCst);
    }

    /// From now on claims go without an assertion, or with one again.
    pub fn set_asserts(&self, asserts: bool) {
        self.asserts.store(asserts, Ordering::SeqCst);
    }
}

#[async_trait]
impl KeyVault for Hardware {
    async fn generate(&self) -> Result<PublicKey, ClientError> {
        self.keys.generate()
    }

    fn attests(&self) -> bool {
        self.app.is_none()
    }

    async fn generate_attested(
        &self,
        nonce: &Nonce,
    ) -> Result<(PublicKey, Option<Attestation>), ClientError> {
        let key = self.keys.generate()?;
        let statement = Statement::honest(nonce);
        let attestation = self.authority.android_attestation(&key, &statement);
        Ok((key, Some(attestation)))
    }

    async fn attest_app(&self, _key: KeyId, digest: &Digest) -> Option<Attestation> {
        let app = self.app.as_ref()?;
        Some(self.authority.apple(&app.key, &Object::over(*digest)))
    }

    async fn assert_app(&self, _key: KeyId, payload: &Digest) -> Option<Vec<u8>> {
        let App { key, counter } = self.app.as_ref()?;
        let step = u32::from(self.counts.load(Ordering::SeqCst));
        let count = counter.fetch_add(step, Ordering::SeqCst) + step;
        let asserts = self.asserts.load(Ordering::SeqCst);
        asserts.then(|| key.assertion(APP_ID, count, payload))
    }

    async fn sign(&self, key: KeyId, bytes: &[u8]) -> Result<DeviceSignature, ClientError> {
        self.keys.sign(key, bytes)
    }

    async fn destroy(&self, key: KeyId) -> Result<(), ClientError> {
        self.keys.destroy(key)
    }
}
