//! The agency's secrets: the key that signs challenges and receipts, the key behind letters and
//! nonces, and the key-encryption key. They live in a folder that only the server's user can read.
//!
//! ```text
//! key-encryption key (file or command) --wraps--> sealing keys, key of the blind index
//! sealing key --wraps--> a person's data key --seals--> name, id number, contact, templates
//! ```
//!
//! A data key a person: destroying that one key erases somebody from the database, whatever else is
//! left of their rows. A copy from before, a backup or a replica's file, has the key too, wrapped;
//! it opens for whoever holds that copy and the key-encryption key of its time, until the copy is
//! gone or that key is. So backups are given a life. The level between data keys and the
//! key-encryption key is there so that a key management service is asked once and not for every
//! claim, and so that another key-encryption key touches two rows and no person's.

mod files;
mod kek;
mod keyring;
mod sealed_column;

pub use kek::{CommandKek, FileKek, KekError, KeyBytes, KeyContext, KeyEncryption};
pub use keyring::{Keyring, SealingKeyRow};
pub use sealed_column::{BlindIndex, NotOpened, Place, SealingKey, key_version};

use crate::error::ServiceError;
use files::read_private;
pub(crate) use files::{read_or_make, write_new_private};
pub use files::{read_private as read_secret, write_new_private as write_new_secret};
use lifecert_protocol::{KeyId, LetterCode, Nonce, SoftwareKey, random_bytes};
use ring::hmac;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use zeroize::Zeroizing;

pub(crate) const SIGNING: &str = "agency.pkcs8";
const SECRET: &str = "letters.hmac";
const KEK: &str = "kek.key";

/// How long a nonce of [`AgencyKeys::nonce`] counts.
pub const NONCE_MS: u64 = 10 * 60 * 1_000;

/// The agency's secrets.
#[derive(Debug)]
pub struct AgencyKeys {
    folder: PathBuf,
    first: Arc<SoftwareKey>,
    /// Keys that sign, with the time from which each does, in that order; the first from the
    /// beginning.
    schedule: RwLock<Vec<(u64, Arc<SoftwareKey>)>>,
    secret: hmac::Key,
    kek: Arc<dyn KeyEncryption>,
}

impl AgencyKeys {
    /// Opens the folder, making the secrets at the first time. The key-encryption key is the file
    /// `kek.key` in it, made when the database first needs one.
    ///
    /// # Errors
    /// [`ServiceError::Keys`].
    pub fn open(folder: &Path) -> Result<Self, ServiceError> {
        let signing = read_or_make(&folder.join(SIGNING), || {
            let (_, document) = SoftwareKey::generate().ok()?;
            Some(Zeroizing::new(document.to_vec()))
        })?;
        let secret = read_or_make(&folder.join(SECRET), || {
            Some(Zeroizing::new(random_bytes::<32>().to_vec()))
        })?;
        let first = Arc::new(signing_key(&signing)?);
        Ok(Self {
            folder: folder.to_owned(),
            schedule: RwLock::new(vec![(0, first.clone())]),
            first,
            secret: hmac::Key::new(hmac::HMAC_SHA256, &secret),
            kek: Arc::new(FileKek::new(folder.join(KEK))),
        })
    }

    /// The same with a key-encryption key that lives elsewhere.
    pub fn with_kek(mut self, kek: Arc<dyn KeyEncryption>) -> Self {
        self.kek = kek;
        self
    }

    /// The key-encryption key.
    pub fn kek(&self) -> &Arc<dyn KeyEncryption> {
        &self.kek
    }

    /// The key that signs what says of itself that it happened at that time.
    pub fn signing_at(&self, at_ms: u64) -> Arc<SoftwareKey> {
        // A schedule is replaced whole, so that a writer that died left nothing half done.
        let schedule = self.schedule.read().unwrap_or_else(PoisonError::into_inner);
        let mut begun = schedule.iter().rev();
        let found = begun.find(|(from_ms, _)| *from_ms <= at_ms);
        found.map_or_else(|| self.first.clone(), |(_, key)| key.clone())
    }

    /// The key that signed before any other did.
    pub fn first_signing_key(&self) -> &SoftwareKey {
        &self.first
    }

    /// Makes a key to sign with later and writes it into the folder.
    ///
    /// # Errors
    /// [`ServiceError::Keys`].
    pub fn make_signing_key(&self) -> Result<SoftwareKey, ServiceError> {
        let no_randomness = |_| ServiceError::Keys("no randomness");
        let (key, document) = SoftwareKey::generate().map_err(no_randomness)?;
        write_new_private(&self.signing_path(key.public().id()), &document)
            .map_err(|_| ServiceError::Keys("a secret cannot be written"))?;
        Ok(key)
    }

    /// Takes in which key signs from when on.
    ///
    /// # Errors
    /// [`ServiceError::Keys`] when a key's private half is not in the folder.
    pub fn set_schedule(&self, keys: &[(u64, KeyId)]) -> Result<(), ServiceError> {
        let mut schedule = Vec::with_capacity(keys.len());
        for (from_ms, id) in keys {
            let key = if *id == self.first.public().id() {
                self.first.clone()
            } else {
                let absent = ServiceError::Keys("a signing key is not in the folder of secrets");
                let bytes = read_private(&self.signing_path(*id)).ok().flatten();
                Arc::new(signing_key(&bytes.ok_or(absent)?)?)
            };
            schedule.push((*from_ms, key));
        }
        schedule.sort_by_key(|(from_ms, _)| *from_ms);
        *self
            .schedule
            .write()
            .unwrap_or_else(PoisonError::into_inner) = schedule;
        Ok(())
    }

    /// Whether the private half of a key is in the folder.
    pub fn has_signing_key(&self, id: KeyId) -> bool {
        let bytes = || read_private(&self.signing_path(id)).ok().flatten();
        let fits = |bytes: Zeroizing<Vec<u8>>| signing_key(&bytes).ok();
        id == self.first.public().id()
            || bytes()
                .and_then(fits)
                .is_some_and(|key| key.public().id() == id)
    }

    fn signing_path(&self, id: KeyId) -> PathBuf {
        self.folder.join(format!("signing-{id}.pkcs8"))
    }

    /// What is stored of a letter's code.
    pub fn code_mac(&self, code: &LetterCode) -> Vec<u8> {
        hmac::sign(&self.secret, &letter_bytes(code))
            .as_ref()
            .to_vec()
    }

    /// Whether a code is the one that was stored, in constant time.
    pub fn code_fits(&self, code: &LetterCode, mac: &[u8]) -> bool {
        hmac::verify(&self.secret, &letter_bytes(code), mac).is_ok()
    }

    /// A nonce that carries its own time, so that giving one out stores nothing: eight bytes of
    /// time, eight of chance, half an HMAC over both.
    pub fn nonce(&self, now_ms: u64) -> Nonce {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&now_ms.to_be_bytes());
        bytes[8..16].copy_from_slice(&random_bytes::<8>());
        let tag = hmac::sign(&self.secret, &nonce_bytes(&bytes));
        bytes[16..].copy_from_slice(&tag.as_ref()[..16]);
        Nonce::from_bytes(bytes)
    }

    /// When a nonce expires, if it was given out here and has not expired yet.
    pub fn nonce_expires_ms(&self, nonce: &Nonce, now_ms: u64) -> Option<u64> {
        let bytes = nonce.as_bytes();
        let tag = hmac::sign(&self.secret, &nonce_bytes(bytes));
        // A nonce is no secret and a wrong guess costs nothing here, but constant time is free.
        let same = bytes[16..]
            .iter()
            .zip(tag.as_ref())
            .fold(0, |differs, (a, b)| differs | (a ^ b));
        let issued_ms = u64::from_be_bytes(*bytes.first_chunk()?);
        let expires_ms = issued_ms.checked_add(NONCE_MS)?;
        (same == 0 && issued_ms <= now_ms && now_ms <= expires_ms).then_some(expires_ms)
    }
}

fn signing_key(document: &[u8]) -> Result<SoftwareKey, ServiceError> {
    SoftwareKey::from_pkcs8(document).map_err(|_| ServiceError::Keys("the signing key is damaged"))
}

fn letter_bytes(code: &LetterCode) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(
        [
            b"letter".as_slice(),
            code.selector().as_bytes(),
            code.secret().as_bytes(),
        ]
        .concat(),
    )
}

fn nonce_bytes(bytes: &[u8; 32]) -> Vec<u8> {
    [b"nonce".as_slice(), &bytes[..16]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stay_the_same_and_are_nobody_elses_to_read() {
        let temp = tempfile::tempdir().unwrap();
        let (first, second) = (
            AgencyKeys::open(temp.path()).unwrap(),
            AgencyKeys::open(temp.path()).unwrap(),
        );
        let id = |keys: &AgencyKeys, at_ms| keys.signing_at(at_ms).public().id();
        assert_eq!(id(&first, 7), id(&second, 7));
        let next = first.make_signing_key().unwrap().public().id();
        let schedule = [(0, id(&first, 0)), (100, next)];
        second.set_schedule(&schedule).unwrap();
        assert_eq!((id(&second, 99), id(&second, 100)), (id(&first, 0), next));
        let absent = [(0, KeyId::from_bytes([1; 32]))];
        assert!(second.set_schedule(&absent).is_err());
        let code = LetterCode::random();
        assert!(second.code_fits(&code, &first.code_mac(&code)));
        assert!(!second.code_fits(&LetterCode::random(), &first.code_mac(&code)));
        #[cfg(unix)]
        for name in [SIGNING, SECRET] {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(temp.path().join(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
    }

    #[test]
    fn nonces_count_for_ten_minutes_and_only_those_given_out_here() {
        let temp = tempfile::tempdir().unwrap();
        let keys = AgencyKeys::open(temp.path()).unwrap();
        let nonce = keys.nonce(1_000_000);
        assert_eq!(
            keys.nonce_expires_ms(&nonce, 1_000_000),
            Some(1_000_000 + NONCE_MS)
        );
        assert_eq!(keys.nonce_expires_ms(&nonce, 1_000_001 + NONCE_MS), None);
        assert_eq!(keys.nonce_expires_ms(&nonce, 999_999), None);
        assert_eq!(keys.nonce_expires_ms(&Nonce::random(), 1_000_000), None);
        let mut changed = *nonce.as_bytes();
        changed[7] ^= 1;
        assert_eq!(
            keys.nonce_expires_ms(&Nonce::from_bytes(changed), 1_000_000),
            None
        );
    }
}
