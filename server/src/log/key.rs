//! The log's Ed25519 key and the checkpoints that it signs (C2SP signed-note, tlog-checkpoint).

use super::error::LogError;
use crate::error::ServiceError;
use crate::keys::read_or_make;
use ed25519_dalek::{Signer as _, SigningKey};
use lifecert_protocol::random_bytes;
use signed_note::{
    Note, Signer, StandardVerifier, VerifierList, is_key_name_valid, key_id,
    new_ed25519_verifier_key,
};
use std::path::Path;
use tlog_tiles::{Checkpoint, Hash};
use zeroize::Zeroizing;

/// Its name in the folder of secrets.
pub(crate) const FILE: &str = "log.ed25519";

/// Signature type of Ed25519 in signed notes.
const ED25519: u8 = 1;

/// The key that signs the log's checkpoints.
pub struct LogKey {
    key: SigningKey,
    origin: String,
}

/// A checkpoint, verified with the log's key, and its text with all signatures.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedCheckpoint {
    /// How many entries.
    pub size: u64,
    /// The tree's root.
    pub hash: Hash,
    /// The signed note.
    pub text: String,
}

impl LogKey {
    /// Opens the secrets folder, making the key at the first time. The log's origin is
    /// `<server>/log`.
    ///
    /// # Errors
    /// [`LogError::Key`].
    pub fn open(secrets: &Path, server: &str) -> Result<Self, LogError> {
        let origin = format!("{server}/log");
        if !is_key_name_valid(&origin) {
            return Err(LogError::Key(
                "the server's name holds a space or a plus sign",
            ));
        }
        std::fs::create_dir_all(secrets).map_err(|_| LogError::Key("no folder"))?;
        let seed = read_or_make(&secrets.join(FILE), || {
            Some(Zeroizing::new(random_bytes::<32>().to_vec()))
        });
        let seed = seed.map_err(|error| match error {
            ServiceError::Keys(what) => LogError::Key(what),
            _ => LogError::Key("it cannot be read"),
        })?;
        let seed: Zeroizing<[u8; 32]> = seed
            .as_slice()
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| LogError::Key("it is damaged"))?;
        Ok(Self {
            key: SigningKey::from_bytes(&seed),
            origin,
        })
    }

    /// The log's origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The verifier key, as signed notes write it.
    pub fn vkey(&self) -> String {
        new_ed25519_verifier_key(&self.origin, &self.key.verifying_key())
    }

    /// Signs the checkpoint of a tree.
    pub(super) fn sign_checkpoint(
        &self,
        size: u64,
        hash: Hash,
    ) -> Result<SignedCheckpoint, LogError> {
        let unsigned = Checkpoint::new(&self.origin, size, hash, "");
        let body = unsigned.map_err(|_| LogError::Key("no checkpoint can be made"))?;
        let signed = Note::new(&body.to_bytes(), &[]).and_then(|mut note| {
            note.add_sigs(&[self])?;
            Ok(note.to_bytes())
        });
        let text = signed.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(SignedCheckpoint {
            size,
            hash,
            text: text.ok_or(LogError::Key("no checkpoint can be signed"))?,
        })
    }

    /// Reads a checkpoint that this key signed; others may have signed it too.
    ///
    /// # Errors
    /// [`LogError::Damaged`].
    pub fn verify(&self, text: &str) -> Result<SignedCheckpoint, LogError> {
        let read = || {
            let note = Note::from_bytes(text.as_bytes()).ok()?;
            let verifier = StandardVerifier::new(&self.vkey()).ok()?;
            note.verify(&VerifierList::new(vec![Box::new(verifier)]))
                .ok()?;
            let checkpoint = Checkpoint::from_bytes(note.text()).ok()?;
            (checkpoint.origin() == self.origin).then(|| SignedCheckpoint {
                size: checkpoint.size(),
                hash: *checkpoint.hash(),
                text: text.to_owned(),
            })
        };
        read().ok_or(LogError::Damaged("a checkpoint"))
    }
}

impl Signer for LogKey {
    fn name(&self) -> &str {
        &self.origin
    }

    fn key_id(&self) -> u32 {
        let public = self.key.verifying_key();
        key_id(
            &self.origin,
            &[&[ED25519], public.as_bytes().as_slice()].concat(),
        )
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        Ok(self.key.try_sign(message)?.to_vec())
    }
}
