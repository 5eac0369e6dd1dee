//! Attestation of devices: what hardware says of a key, held against configured roots and apps.
//!
//! It is a measure of risk and no gate. Whatever does not hold gives a lower level with a reason,
//! and the binding goes on; the level decides how closely the device's claims are looked at.
//!
//! ```text
//! Attestation --> android | apple --> chain (roots, time) --> statement, challenge, key, app --> Assessed
//! ```
//!
//! What it does not do: it asks no network, reads no clock and keeps nothing. It has no features.
#![forbid(unsafe_code)]

mod android;
mod apple;
mod apps;
mod chain;
mod key_description;
mod revocation;
mod roots;

#[cfg(test)]
mod tests;

pub use apple::Asserted;

use apps::{AndroidApp, AndroidEntry, AppleApp, AppleEntry};
use lifecert_protocol::{Assurance, Attestation, AttestationReason, Digest, Nonce, PublicKey};
use revocation::{ListEntry, StatusList};
use roots::{Root, RootEntry, RootKind};
use serde::Deserialize;
use std::path::Path;

/// The name of the configuration in its folder.
const CONFIGURATION: &str = "attestation.toml";

/// Why a folder is no configuration of attestation.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// A file cannot be read.
    #[error("attestation: {0} cannot be read")]
    Unreadable(String),
    /// The configuration is not of the form that is read here.
    #[error("attestation: {CONFIGURATION}: {0}")]
    Form(#[from] toml::de::Error),
    /// A file is not one certificate.
    #[error("attestation: {0} is not one certificate in PEM")]
    Root(String),
    /// A certificate is another than the configuration says.
    #[error("attestation: {0} does not have its fingerprint")]
    Fingerprint(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Configuration {
    #[serde(default)]
    root: Vec<RootEntry>,
    #[serde(default)]
    android: Vec<AndroidEntry>,
    #[serde(default)]
    apple: Vec<AppleEntry>,
    revocation: Option<ListEntry>,
}

/// Whom an attestation is believed: roots, apps, and the list of what was revoked.
#[derive(Default)]
pub struct Trust {
    roots: Vec<Root>,
    android: Vec<AndroidApp>,
    apple: Vec<AppleApp>,
    revocation: Option<StatusList>,
}

/// What an attestation has to speak of.
pub struct Wanted<'a> {
    /// The key to be bound.
    pub key: &'a PublicKey,
    /// The nonce of the binding's challenge.
    pub nonce: &'a Nonce,
    /// Whether a nonce was given out here, a short time before the binding began.
    pub is_fresh: &'a dyn Fn(&Nonce) -> bool,
    /// The server's time.
    pub now_ms: u64,
}

/// What an attestation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    /// The level.
    pub assurance: Assurance,
    /// Why that one.
    pub reason: AttestationReason,
    /// The app's key that asserts claims, with App Attest.
    pub app_key: Option<PublicKey>,
}

impl Assessed {
    /// Nothing is known of the device.
    pub fn none(reason: AttestationReason) -> Self {
        Self {
            assurance: Assurance::None,
            reason,
            app_key: None,
        }
    }

    fn software(reason: AttestationReason) -> Self {
        Self {
            assurance: Assurance::Software,
            ..Self::none(reason)
        }
    }

    fn holds(assurance: Assurance) -> Self {
        Self {
            assurance,
            ..Self::none(AttestationReason::Holds)
        }
    }
}

/// Reads bytes as each part of an attestation, believing nothing: for the fuzzer.
#[doc(hidden)]
pub fn read_parts(bytes: &[u8]) {
    if let Ok(certificate) = chain::Certificate::read(bytes) {
        let _ = (
            certificate.serial(),
            certificate.p256_key(),
            certificate.subject(),
        );
        let value = certificate.extension(key_description::STATEMENT);
        if let Ok(Some(value)) = value {
            read_statement(value);
        }
        let _ = chain::verified(
            [bytes, bytes].into_iter(),
            &[],
            (0, key_description::STATEMENT),
        );
    }
    read_statement(bytes);
    apple::read_parts(bytes);
}

fn read_statement(bytes: &[u8]) {
    if let Ok(statement) = key_description::KeyDescription::read(bytes) {
        let _ = (statement.hardware(), statement.software());
    }
}

impl Trust {
    /// Reads the configuration in a folder. A root that is absent is said in the log.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn open(folder: &Path) -> Result<Self, TrustError> {
        let text = std::fs::read_to_string(folder.join(CONFIGURATION));
        let text = text.map_err(|_| TrustError::Unreadable(CONFIGURATION.into()))?;
        let configuration: Configuration = toml::from_str(&text)?;
        let mut roots = Vec::new();
        for entry in &configuration.root {
            match Root::read(folder, entry)? {
                Some(root) => roots.push(root),
                None => tracing::warn!(?entry, "a root of attestation is absent"),
            }
        }
        let list = |entry: &ListEntry| StatusList::new(folder.join(&entry.file), entry);
        Ok(Self {
            roots,
            android: configuration.android.into_iter().map(Into::into).collect(),
            apple: configuration.apple.into_iter().map(Into::into).collect(),
            revocation: configuration.revocation.as_ref().map(list),
        })
    }

    /// The level of a device by what it sent.
    pub fn assess(&self, sent: Option<&Attestation>, wanted: &Wanted<'_>) -> Assessed {
        let assessed = match sent {
            None => Err(AttestationReason::Absent),
            Some(Attestation::Android { chain }) => {
                android::assess(chain.iter().map(|one| one.as_slice()), self, wanted)
            }
            Some(Attestation::Apple { key_id, object }) => {
                apple::assess((key_id, object), self, wanted)
            }
        };
        assessed.unwrap_or_else(Assessed::none)
    }

    /// What an assertion over a claim's payload comes to, by the app's key.
    pub fn asserted(&self, assertion: &[u8], key: &PublicKey, payload: &Digest) -> Asserted {
        apple::assertion(assertion, (key, payload), self)
    }

    fn android_roots(&self) -> Vec<&Root> {
        self.roots_of(RootKind::Android)
    }

    fn apple_roots(&self) -> Vec<&Root> {
        self.roots_of(RootKind::Apple)
    }

    fn roots_of(&self, kind: RootKind) -> Vec<&Root> {
        let roots = self.roots.iter();
        roots.filter(|root| root.kind() == kind).collect()
    }

    fn android_apps(&self) -> &[AndroidApp] {
        &self.android
    }

    fn apple_apps(&self) -> &[AppleApp] {
        &self.apple
    }

    fn revoked(&self, serials: &[&[u8]]) -> Result<(), AttestationReason> {
        let revoked = self
            .revocation
            .as_ref()
            .and_then(|list| list.revoked(serials));
        revoked.map_or(Ok(()), Err)
    }
}
