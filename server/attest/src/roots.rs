//! Roots: certificates that an operator put into the configuration, each with its fingerprint and
//! where it was taken from. One that is not there is absent, and so are the chains that end at it.

use super::TrustError;
use super::chain::Certificate;
use lifecert_protocol::Digest;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::io::ErrorKind;
use std::path::Path;
use x509_cert::der::pem;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

/// Whose chains end at a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RootKind {
    /// Android Key Attestation.
    Android,
    /// Apple App Attest.
    Apple,
}

/// What the configuration says of a root.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RootEntry {
    kind: RootKind,
    /// The file in the configuration's folder: one certificate in PEM.
    file: String,
    /// SHA-256 of the certificate in DER, hex.
    sha256: Digest,
    /// Where it was taken from; for the reader.
    #[serde(rename = "source")]
    _source: IgnoredAny,
}

/// A root that was read and has its fingerprint.
pub(super) struct Root {
    kind: RootKind,
    subject: Vec<u8>,
    certificate: Certificate,
}

impl Root {
    /// Reads a root; nothing where its file is absent.
    ///
    /// # Errors
    /// [`TrustError`] when it is another certificate than the configuration says, or none.
    pub(super) fn read(folder: &Path, entry: &RootEntry) -> Result<Option<Self>, TrustError> {
        let text = match std::fs::read_to_string(folder.join(&entry.file)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(TrustError::Unreadable(entry.file.clone())),
        };
        let not_one = || TrustError::Root(entry.file.clone());
        let (label, bytes) = pem::decode_vec(text.as_bytes()).map_err(|_| not_one())?;
        if label != "CERTIFICATE" {
            return Err(not_one());
        }
        if Digest::of(&bytes) != entry.sha256 {
            return Err(TrustError::Fingerprint(entry.file.clone()));
        }
        let certificate = Certificate::read(&bytes).map_err(|_| not_one())?;
        Ok(Some(Self {
            kind: entry.kind,
            subject: certificate.subject().map_err(|_| not_one())?,
            certificate,
        }))
    }

    /// Whose chains end here.
    pub(super) fn kind(&self) -> RootKind {
        self.kind
    }

    /// The key that counts.
    pub(super) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.certificate.key()
    }

    /// Its name in the certificates that it signs.
    pub(super) fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// Whether it is signed by its own key, as the makers' are.
    #[cfg(test)]
    pub(super) fn signs_itself(&self) -> bool {
        self.certificate.signs_itself()
    }
}
