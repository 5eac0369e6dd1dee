//! Secrets that are gone. A start makes what is not there, which is right once: a new key in the
//! place of one that was used fits nothing that was signed or sealed with it, and nobody would
//! notice until a device does.

use crate::error::ServiceError;
use crate::evidence::{PRIVATE, PUBLIC};
use crate::keys::SIGNING;
use crate::log::KEY_FILE;
use crate::store::Store;
use std::path::Path;

/// A secret in the folder of secrets, and who needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// The first key that signs, for whoever signs.
    Signing,
    /// The same for whoever lists keys: where it is on record the next key can begin without it.
    Unlisted,
    /// The log's key.
    Log,
    /// The evidence key; its public half can be made from the private one.
    Evidence,
}

impl Secret {
    const fn files(self) -> &'static [&'static str] {
        match self {
            Secret::Signing | Secret::Unlisted => &[SIGNING],
            Secret::Log => &[KEY_FILE],
            Secret::Evidence => &[PRIVATE, PUBLIC],
        }
    }
}

/// Refuses to go on where a secret that this agency has used is not in the folder. To be called
/// before anything makes one.
///
/// # Errors
/// [`ServiceError::SecretMissing`] with the file's name; [`ServiceError::Store`].
pub async fn secrets_are_there(
    store: &Store,
    folder: &Path,
    (needed, now_ms): (&[Secret], u64),
) -> Result<(), ServiceError> {
    let mut db = store.read().await?;
    for secret in needed {
        let files = secret.files();
        // Only what is surely absent: a file that cannot be looked at fails where it is read.
        let is_absent = |name: &&str| matches!(folder.join(name).try_exists(), Ok(false));
        if !files.iter().all(is_absent) {
            continue;
        }
        let used = match secret {
            Secret::Signing => db.signed_unlisted().await? || db.first_key_counts(now_ms).await?,
            Secret::Unlisted => db.signed_unlisted().await?,
            Secret::Log => db.log_checkpoint().await?.is_some(),
            Secret::Evidence => db.keeps_evidence().await?,
        };
        if let (true, Some(file)) = (used, files.first()) {
            return Err(ServiceError::SecretMissing(file));
        }
    }
    Ok(())
}
