//! Files that only this device can read: ChaCha20-Poly1305 (RFC 8439) under one storage key.
//!
//! The file's name is authenticated with its content, so that one sealed file cannot be put in the
//! place of another. A write is complete or not there: it goes to a second file that takes the
//! first one's place when it is safely on the disk.

use crate::ClientError;
use lifecert_protocol::random_bytes;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A folder of sealed files.
pub struct SealedFolder {
    folder: PathBuf,
    key: LessSafeKey,
}

impl SealedFolder {
    /// Opens a folder, making it if needed, with the device's 32-byte storage key.
    ///
    /// # Errors
    /// [`ClientError::StorageFull`] or [`ClientError::StorageUnreadable`].
    pub fn open(folder: impl Into<PathBuf>, key: &[u8; 32]) -> Result<Self, ClientError> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| ClientError::Key)?;
        Ok(Self {
            folder,
            key: LessSafeKey::new(key),
        })
    }

    /// Writes a file, in place of an older one of that name.
    ///
    /// # Errors
    /// [`ClientError::StorageFull`] or [`ClientError::StorageUnreadable`]; the older file is
    /// untouched then.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), ClientError> {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut sealed = Zeroizing::new(content.to_vec());
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(name.as_bytes()),
                &mut *sealed,
            )
            .map_err(|_| ClientError::Key)?;
        let (path, fresh) = (
            self.folder.join(name),
            self.folder.join(format!("{name}.new")),
        );
        let written = write_durably(&fresh, &nonce, &sealed)
            .and_then(|()| fs::rename(&fresh, &path))
            .and_then(|()| File::open(&self.folder)?.sync_all());
        if written.is_err() {
            // What was written in part is of no use; that it cannot be removed changes nothing.
            let _ = fs::remove_file(&fresh);
        }
        Ok(written?)
    }

    /// Reads a file; `None` where there is none of that name.
    ///
    /// # Errors
    /// [`ClientError::StorageUnreadable`] when it was changed, or sealed under another key or
    /// name.
    pub fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ClientError> {
        let bytes = match fs::read(self.folder.join(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(ClientError::StorageUnreadable)?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        let len = self
            .key
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(name.as_bytes()),
                &mut opened,
            )
            .map_err(|_| ClientError::StorageUnreadable)?
            .len();
        opened.truncate(len);
        Ok(Some(opened))
    }

    /// Removes a file, if there is one.
    ///
    /// # Errors
    /// [`ClientError::StorageUnreadable`].
    pub fn remove(&self, name: &str) -> Result<(), ClientError> {
        match fs::remove_file(self.folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The names of all files with this ending, in order.
    ///
    /// # Errors
    /// [`ClientError::StorageUnreadable`].
    pub fn names(&self, ending: &str) -> Result<Vec<String>, ClientError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            names.extend(
                name.to_str()
                    .filter(|name| name.ends_with(ending))
                    .map(str::to_owned),
            );
        }
        names.sort();
        Ok(names)
    }
}

fn write_durably(path: &Path, nonce: &[u8], sealed: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(nonce)?;
    file.write_all(sealed)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, SealedFolder) {
        let temp = tempfile::tempdir().unwrap();
        let sealed = SealedFolder::open(temp.path(), &[7; 32]).unwrap();
        (temp, sealed)
    }

    #[test]
    fn what_was_written_reads_back_and_is_not_readable_on_the_disk() {
        let (temp, sealed) = folder();
        sealed.write("a.key", b"a secret of some length").unwrap();
        assert_eq!(
            sealed.read("a.key").unwrap().unwrap().as_slice(),
            b"a secret of some length"
        );
        let raw = fs::read(temp.path().join("a.key")).unwrap();
        assert!(!raw.windows(6).any(|window| window == b"secret"));
        assert_eq!(sealed.names(".key").unwrap(), ["a.key"]);
        sealed.remove("a.key").unwrap();
        sealed.remove("a.key").unwrap();
        assert!(sealed.read("a.key").unwrap().is_none());
    }

    #[test]
    fn a_changed_truncated_or_moved_file_is_refused() {
        let (temp, sealed) = folder();
        sealed.write("a", b"content").unwrap();
        let good = fs::read(temp.path().join("a")).unwrap();
        let mut changed = good.clone();
        *changed.last_mut().unwrap() ^= 1;
        for (name, bytes) in [
            ("a", &changed[..]),
            ("a", &good[..5]),
            ("a", &[]),
            ("b", &good),
        ] {
            fs::write(temp.path().join(name), bytes).unwrap();
            assert_eq!(
                sealed.read(name).unwrap_err(),
                ClientError::StorageUnreadable
            );
        }
        let other = SealedFolder::open(temp.path(), &[8; 32]).unwrap();
        fs::write(temp.path().join("a"), &good).unwrap();
        assert_eq!(other.read("a").unwrap_err(), ClientError::StorageUnreadable);
    }

    #[test]
    fn a_write_that_fails_leaves_the_older_file() {
        let (temp, sealed) = folder();
        sealed.write("a", b"old").unwrap();
        // A folder where the second file should go makes the write fail.
        fs::create_dir(temp.path().join("a.new")).unwrap();
        assert!(sealed.write("a", b"new").is_err());
        assert_eq!(sealed.read("a").unwrap().unwrap().as_slice(), b"old");
    }
}
