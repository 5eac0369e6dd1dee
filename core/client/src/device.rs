//! The device's folder: who is bound here, their keys, their receipts.
//!
//! ```text
//! bindings/  one sealed file a person: several people on one phone
//! keys/      where no hardware holds them
//! receipts/  holders' copies
//! people/    what is noted of each person on this phone alone, see PersonHere
//! offline/   challenges fetched ahead and claims that wait, see Offline
//! ```

use crate::binding::Stored;
use crate::{
    Agency, Binding, ClientError, HolderCopy, Offline, PendingBinding, SealedFolder, SoftwareVault,
};
use lifecert_protocol::{Believed, KeyId, PersonRef, Receipt, ReceiptId, random_bytes};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

const BINDING: &str = ".binding";
const UNANSWERED: &str = ".unanswered";
const WAITING: &str = ".waiting";
const RECEIPT: &str = ".receipt";

/// The key that seals everything on this device. A shell keeps it in the system's key store.
pub struct StorageKey(Zeroizing<[u8; 32]>);

impl StorageKey {
    /// From the shell's key store.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// From a file, made with fresh random bytes where there is none. Development grade: whoever
    /// can read the file can read what it seals.
    ///
    /// # Errors
    /// [`ClientError::StorageUnreadable`] when the file is not such a key, or a storage error.
    pub fn in_file(path: &Path) -> Result<Self, ClientError> {
        match std::fs::read(path).map(Zeroizing::new) {
            Ok(bytes) => bytes
                .as_slice()
                .try_into()
                .map(Self::from_bytes)
                .map_err(|_| ClientError::StorageUnreadable),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Self::from_bytes(random_bytes());
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                let mut file = private_file(path)?;
                file.write_all(&key.0[..])?;
                file.sync_all()?;
                Ok(key)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn open(&self, folder: PathBuf) -> Result<SealedFolder, ClientError> {
        SealedFolder::open(folder, &self.0)
    }
}

fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The device's folder.
pub struct Device {
    root: PathBuf,
    pub(crate) bindings: SealedFolder,
    receipts: SealedFolder,
    pub(crate) people: SealedFolder,
    /// Notes are read, changed and written by one at a time.
    noting: Mutex<()>,
    storage_key: StorageKey,
}

impl Device {
    /// The most people on one phone. Who helps more than these hands over faces, and goes to a
    /// clerk.
    pub const MOST_PEOPLE: usize = 5;

    /// Opens the folder, making it if needed.
    ///
    /// # Errors
    /// [`ClientError::StorageFull`] or [`ClientError::StorageUnreadable`].
    pub fn open(root: impl Into<PathBuf>, storage_key: StorageKey) -> Result<Self, ClientError> {
        let root = root.into();
        Ok(Self {
            bindings: storage_key.open(root.join("bindings"))?,
            receipts: storage_key.open(root.join("receipts"))?,
            people: storage_key.open(root.join("people"))?,
            noting: Mutex::new(()),
            root,
            storage_key,
        })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Held while notes are changed.
    pub(crate) fn alone_with_notes(&self) -> MutexGuard<'_, ()> {
        // A file is written whole, so that whoever died left nothing half done.
        self.noting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keys in software, for a device that has no hardware for them.
    ///
    /// # Errors
    /// A storage error.
    pub fn software_vault(&self) -> Result<SoftwareVault, ClientError> {
        let folder = self.storage_key.open(self.root.join("keys"))?;
        Ok(SoftwareVault::new(folder))
    }

    /// A clerk's day of visits, and what was brought home and is not sent yet.
    pub(crate) fn rounds(&self) -> Result<SealedFolder, ClientError> {
        self.storage_key.open(self.root.join("rounds"))
    }

    /// What works without a network, in this device's folder or in `elsewhere`.
    ///
    /// # Errors
    /// A storage error.
    pub fn offline(&self, elsewhere: Option<&Path>) -> Result<Offline, ClientError> {
        let usual = self.root.join("offline");
        Offline::open(elsewhere.unwrap_or(&usual), &self.storage_key)
    }

    /// Everybody who is bound here.
    ///
    /// # Errors
    /// A storage error.
    pub fn bindings(&self) -> Result<Vec<Binding>, ClientError> {
        let stored = self.stored()?;
        Ok(stored
            .into_iter()
            .filter_map(|(person, pending)| person.map(|person| pending.of(person)))
            .collect())
    }

    /// Whom this device believes about a receipt: a list of keys says which key counts when; the
    /// first key that was met does where there is no list. Of logs and witnesses it knows nothing.
    ///
    /// # Errors
    /// A storage error.
    pub fn believed(&self) -> Result<Believed, ClientError> {
        let mut believed = Believed::default();
        for binding in self.bindings()? {
            match binding.pinned.list {
                Some(known) => believed.lists.push(known.list().clone()),
                None => believed.keys.push(binding.pinned.key),
            }
        }
        Ok(believed)
    }

    /// The bindings that wait to be let in.
    ///
    /// # Errors
    /// A storage error.
    pub fn pending(&self) -> Result<Vec<PendingBinding>, ClientError> {
        let stored = self.stored()?;
        Ok(stored
            .into_iter()
            .filter_map(|(person, pending)| person.is_none().then_some(pending))
            .collect())
    }

    /// Whether one more person may be bound here; those count who wait to be let in, and those
    /// whose binding is not answered yet.
    ///
    /// # Errors
    /// [`ClientError::DeviceFull`], or a storage error.
    pub fn has_room(&self) -> Result<(), ClientError> {
        let bound = self.bindings.names(BINDING)?.len();
        if bound + self.unanswered()?.len() < Self::MOST_PEOPLE {
            Ok(())
        } else {
            Err(ClientError::DeviceFull)
        }
    }

    /// Keeps a binding, in place of the same one while it waited.
    ///
    /// # Errors
    /// A storage error.
    pub fn keep(&self, binding: &Binding) -> Result<(), ClientError> {
        let Binding {
            person,
            device,
            key,
            address,
            pinned,
        } = binding;
        self.store(&Stored::new(Some(*person), *device, *key, address, pinned))
    }

    /// Keeps the newest list of keys that was met while speaking to an agency, with every binding
    /// that believes its root.
    ///
    /// # Errors
    /// A storage error.
    pub fn learn(&self, agency: &Agency) -> Result<(), ClientError> {
        let met = agency.pinned();
        let (Some(root), Some(list)) = (met.root, met.list) else {
            return Ok(());
        };
        for (person, mut pending) in self.stored()? {
            let known = pending.pinned.list_number();
            if pending.pinned.root != Some(root) || pending.pinned.agency != met.agency {
                continue;
            }
            pending.pinned.take(list.clone());
            if pending.pinned.list_number() > known {
                let PendingBinding {
                    device,
                    key,
                    address,
                    pinned,
                } = &pending;
                self.store(&Stored::new(person, *device, *key, address, pinned))?;
            }
        }
        Ok(())
    }

    /// Keeps a binding that waits.
    ///
    /// # Errors
    /// A storage error.
    pub fn keep_pending(&self, pending: &PendingBinding) -> Result<(), ClientError> {
        let PendingBinding {
            device,
            key,
            address,
            pinned,
        } = pending;
        self.store(&Stored::new(None, *device, *key, address, pinned))
    }

    /// Forgets a binding; its key is the vault's to destroy.
    ///
    /// # Errors
    /// A storage error.
    pub fn forget(&self, key: KeyId) -> Result<(), ClientError> {
        self.forget_template(key)?;
        self.forget_waiting(key)?;
        self.bindings.remove(&format!("{key}{BINDING}"))
    }

    /// Keeps a binding's request until it is answered.
    pub(crate) fn keep_unanswered(&self, key: KeyId, bytes: &[u8]) -> Result<(), ClientError> {
        self.bindings.write(&format!("{key}{UNANSWERED}"), bytes)
    }

    /// The keys whose bindings are not answered.
    pub(crate) fn unanswered(&self) -> Result<Vec<KeyId>, ClientError> {
        self.keys_of(UNANSWERED)
    }

    pub(crate) fn open_unanswered(&self, key: KeyId) -> Result<Zeroizing<Vec<u8>>, ClientError> {
        let bytes = self.bindings.read(&format!("{key}{UNANSWERED}"))?;
        bytes.ok_or(ClientError::StorageUnreadable)
    }

    pub(crate) fn forget_unanswered(&self, key: KeyId) -> Result<(), ClientError> {
        self.bindings.remove(&format!("{key}{UNANSWERED}"))
    }

    /// Keeps the request of a binding that waits to be let in.
    pub(crate) fn keep_waiting(&self, key: KeyId, bytes: &[u8]) -> Result<(), ClientError> {
        self.bindings.write(&format!("{key}{WAITING}"), bytes)
    }

    /// The keys whose bindings wait to be let in and can ask whether they were.
    pub(crate) fn waiting_to_be_let_in(&self) -> Result<Vec<KeyId>, ClientError> {
        self.keys_of(WAITING)
    }

    pub(crate) fn open_waiting(&self, key: KeyId) -> Result<Zeroizing<Vec<u8>>, ClientError> {
        let bytes = self.bindings.read(&format!("{key}{WAITING}"))?;
        bytes.ok_or(ClientError::StorageUnreadable)
    }

    pub(crate) fn forget_waiting(&self, key: KeyId) -> Result<(), ClientError> {
        self.bindings.remove(&format!("{key}{WAITING}"))
    }

    fn keys_of(&self, ending: &str) -> Result<Vec<KeyId>, ClientError> {
        let names = self.bindings.names(ending)?;
        Ok(names
            .iter()
            .filter_map(|name| name.strip_suffix(ending)?.parse().ok())
            .collect())
    }

    /// Keeps a holder's copy of a receipt.
    ///
    /// # Errors
    /// A storage error.
    pub fn keep_receipt(&self, receipt: &Receipt, copy: &HolderCopy) -> Result<(), ClientError> {
        let name = format!("{}{RECEIPT}", receipt.receipt_id);
        self.receipts.write(&name, &copy.to_file())
    }

    /// The ids of all receipts that are kept here.
    ///
    /// # Errors
    /// A storage error.
    pub fn receipts(&self) -> Result<Vec<ReceiptId>, ClientError> {
        let names = self.receipts.names(RECEIPT)?;
        Ok(names
            .iter()
            .filter_map(|name| name.strip_suffix(RECEIPT)?.parse().ok())
            .collect())
    }

    /// Forgets a receipt.
    ///
    /// # Errors
    /// A storage error.
    pub fn forget_receipt(&self, id: ReceiptId) -> Result<(), ClientError> {
        self.receipts.remove(&format!("{id}{RECEIPT}"))
    }

    /// A receipt that is kept here.
    ///
    /// # Errors
    /// A storage error.
    pub fn receipt(&self, id: ReceiptId) -> Result<Option<HolderCopy>, ClientError> {
        let bytes = self.receipts.read(&format!("{id}{RECEIPT}"))?;
        Ok(bytes.map(|bytes| HolderCopy::from_file(&bytes)))
    }

    fn stored(&self) -> Result<Vec<(Option<PersonRef>, PendingBinding)>, ClientError> {
        let mut all = Vec::new();
        for name in self.bindings.names(BINDING)? {
            let bytes = self.bindings.read(&name)?;
            let bytes = bytes.ok_or(ClientError::StorageUnreadable)?;
            let stored: Stored =
                serde_json::from_slice(&bytes).map_err(|_| ClientError::StorageUnreadable)?;
            all.push(stored.read()?);
        }
        Ok(all)
    }

    /// Stores a binding; a newer list of keys that is stored with it stays.
    fn store(&self, stored: &Stored) -> Result<(), ClientError> {
        let name = format!("{}{BINDING}", stored.key);
        let before = self.bindings.read(&name)?;
        let before: Option<Stored> = before.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let stored = match before {
            Some(before) => &stored.with_newer_list(&before)?,
            None => stored,
        };
        // Unwrap safety: a struct of texts is always JSON.
        let bytes = Zeroizing::new(serde_json::to_vec(stored).unwrap());
        self.bindings.write(&name, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pinned;
    use lifecert_protocol::{DeviceId, SoftwareKey};

    fn pending() -> PendingBinding {
        let (agency, _) = SoftwareKey::generate().unwrap();
        let (own, _) = SoftwareKey::generate().unwrap();
        PendingBinding {
            device: DeviceId::from_bytes([1; 16]),
            key: own.public().id(),
            address: "https://certify.example".into(),
            pinned: Pinned {
                agency: "quanzhou".parse().unwrap(),
                server: "certify.example".into(),
                key: agency.public().clone(),
                root: None,
                list: None,
            },
        }
    }

    #[test]
    fn several_people_share_a_device_and_one_that_waits_takes_its_own_place() {
        let temp = tempfile::tempdir().unwrap();
        let open = || {
            let key = StorageKey::in_file(&temp.path().join("storage.key")).unwrap();
            Device::open(temp.path(), key).unwrap()
        };
        let (mother, waits) = (pending().of(PersonRef::random()), pending());
        let device = open();
        device.keep(&mother).unwrap();
        device.keep_pending(&waits).unwrap();
        assert_eq!(open().bindings().unwrap(), std::slice::from_ref(&mother));
        assert_eq!(open().pending().unwrap(), std::slice::from_ref(&waits));

        let father = waits.of(PersonRef::random());
        device.keep(&father).unwrap();
        assert_eq!(open().pending().unwrap(), []);
        assert_eq!(open().bindings().unwrap().len(), 2);
        device.forget(mother.key).unwrap();
        assert_eq!(open().bindings().unwrap(), [father]);
    }

    #[test]
    fn a_phone_holds_five_people_and_no_more() {
        let temp = tempfile::tempdir().unwrap();
        let key = StorageKey::in_file(&temp.path().join("storage.key")).unwrap();
        let device = Device::open(temp.path(), key).unwrap();
        let people: Vec<_> = std::iter::repeat_with(pending)
            .take(Device::MOST_PEOPLE)
            .collect();
        for one in &people[..3] {
            device.has_room().unwrap();
            device.keep(&one.clone().of(PersonRef::random())).unwrap();
        }
        device.keep_pending(&people[3]).unwrap();
        device.has_room().unwrap();
        device.keep_unanswered(people[4].key, b"request").unwrap();
        assert_eq!(device.has_room(), Err(ClientError::DeviceFull));
        device.forget(people[0].key).unwrap();
        device.has_room().unwrap();
    }

    #[test]
    fn the_storage_key_is_made_once_for_its_owner_alone() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("new/storage.key");
        let first = StorageKey::in_file(&path).unwrap();
        let second = StorageKey::in_file(&path).unwrap();
        assert_eq!(first.0, second.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, b"short").unwrap();
        assert!(StorageKey::in_file(&path).is_err());
    }
}
