//! The apps that may speak for a person: the agency's own, by who signed them.

use lifecert_protocol::Digest;
use serde::Deserialize;

/// What the configuration says of an Android app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AndroidEntry {
    /// Its package.
    package: String,
    /// SHA-256 of each certificate that it may be signed with, hex.
    signers: Vec<Digest>,
}

/// An Android app.
pub(super) struct AndroidApp {
    pub(super) package: String,
    pub(super) signers: Vec<Vec<u8>>,
}

impl From<AndroidEntry> for AndroidApp {
    fn from(entry: AndroidEntry) -> Self {
        let signers = entry.signers.iter();
        Self {
            package: entry.package,
            signers: signers.map(|one| one.as_bytes().to_vec()).collect(),
        }
    }
}

/// Where an app's keys are attested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Environment {
    /// An app that a developer runs.
    Development,
    /// An app from the store.
    Production,
}

/// What the configuration says of an Apple app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppleEntry {
    /// The team, a full stop, the bundle.
    app_id: String,
    environment: Environment,
}

/// An Apple app.
pub(super) struct AppleApp {
    pub(super) id_hash: Digest,
    pub(super) environment: Environment,
}

impl From<AppleEntry> for AppleApp {
    fn from(entry: AppleEntry) -> Self {
        Self {
            id_hash: Digest::of(entry.app_id.as_bytes()),
            environment: entry.environment,
        }
    }
}
