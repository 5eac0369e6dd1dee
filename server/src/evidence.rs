//! Where sealed evidence lies, and the agency's keys for it.
//!
//! The server that takes claims holds the public half alone: it can keep evidence and erase it,
//! never look at it. Workers and reviewers load the private half as well.

use crate::error::ServiceError;
use crate::keys::{read_or_make, write_new_private};
use lifecert_protocol::{AgencyId, EvidenceKey, EvidenceKeyId, EvidenceOpener, random_bytes};
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt};
use std::fs;
use std::path::Path;
use std::sync::Arc;

pub(crate) const PUBLIC: &str = "evidence.public";
pub(crate) const PRIVATE: &str = "evidence.private";

/// The evidence of one agency: its store and the key that devices seal to.
#[derive(Clone)]
pub struct EvidenceVault {
    objects: Arc<dyn ObjectStore>,
    folder: ObjectPath,
    key: EvidenceKey,
    opener: Option<Arc<EvidenceOpener>>,
}

/// An object of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Its key.
    pub key: String,
    /// When it was written, by the store's clock, in milliseconds since 1970.
    pub written_at_ms: u64,
}

impl EvidenceVault {
    /// Over a store at `address` (a folder, or `s3://BUCKET/PREFIX` where that was built in), with
    /// the key pair in the folder `secrets`, made at the first time.
    ///
    /// # Errors
    /// [`ServiceError::Keys`] or [`ServiceError::EvidenceStore`].
    pub fn open(address: &str, secrets: &Path, agency: &AgencyId) -> Result<Self, ServiceError> {
        Ok(Self {
            objects: objects(address)?,
            folder: ObjectPath::from(agency.as_str()),
            key: public_key(secrets)?,
            opener: None,
        })
    }

    /// The same with the private half of the key, for a worker or a reviewer.
    ///
    /// # Errors
    /// [`ServiceError::Keys`].
    pub fn with_opener(self, secrets: &Path) -> Result<Self, ServiceError> {
        let bytes = fs::read(secrets.join(PRIVATE)).map(zeroize::Zeroizing::new);
        let bytes = bytes.map_err(|_| ServiceError::Keys("the evidence key cannot be read"))?;
        let opener = EvidenceOpener::from_bytes(&bytes)
            .map_err(|_| ServiceError::Keys("the evidence key is damaged"))?;
        Ok(Self {
            opener: Some(Arc::new(opener)),
            ..self
        })
    }

    /// The key that devices seal to.
    pub fn key(&self) -> &EvidenceKey {
        &self.key
    }

    /// The private half of the key with that name.
    ///
    /// # Errors
    /// [`ServiceError::Keys`] when it is not here.
    pub fn opener(&self, key: EvidenceKeyId) -> Result<&EvidenceOpener, ServiceError> {
        let opener = self.opener.as_deref().filter(|opener| opener.id() == key);
        opener.ok_or(ServiceError::Keys("no evidence key of that name"))
    }

    /// Puts sealed bytes into the store; gives the object's key.
    ///
    /// # Errors
    /// [`ServiceError::EvidenceStore`].
    pub async fn put(&self, bytes: Vec<u8>) -> Result<String, ServiceError> {
        let name = hex::encode(random_bytes::<16>());
        // A folder of its own for each of the first two digits keeps folders short.
        let path = self.folder.clone().join(&name[..2]).join(&name[2..]);
        self.objects
            .put(&path, bytes.into())
            .await
            .map_err(|_| ServiceError::EvidenceStore("write"))?;
        Ok(path.to_string())
    }

    /// Reads an object.
    ///
    /// # Errors
    /// [`ServiceError::EvidenceStore`], also where there is none of that key.
    pub async fn read(&self, key: &str) -> Result<Vec<u8>, ServiceError> {
        let failed = |_| ServiceError::EvidenceStore("read");
        let found = self.objects.get(&ObjectPath::from(key)).await;
        let bytes = found.map_err(failed)?.bytes().await.map_err(failed)?;
        Ok(bytes.to_vec())
    }

    /// Removes an object; one that is not there is no error.
    ///
    /// # Errors
    /// [`ServiceError::EvidenceStore`].
    pub async fn remove(&self, key: &str) -> Result<(), ServiceError> {
        match self.objects.delete(&ObjectPath::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(_) => Err(ServiceError::EvidenceStore("remove")),
        }
    }

    /// Everything in the store.
    ///
    /// # Errors
    /// [`ServiceError::EvidenceStore`].
    pub async fn all(&self) -> Result<Vec<StoredObject>, ServiceError> {
        let list = async |folder: &ObjectPath| {
            let listed = self.objects.list_with_delimiter(Some(folder)).await;
            listed.map_err(|_| ServiceError::EvidenceStore("list"))
        };
        let mut all = Vec::new();
        for folder in list(&self.folder).await?.common_prefixes {
            all.extend(list(&folder).await?.objects.into_iter().map(|object| {
                let written_at_ms = u64::try_from(object.last_modified.timestamp_millis());
                StoredObject {
                    key: object.location.to_string(),
                    written_at_ms: written_at_ms.unwrap_or(0),
                }
            }));
        }
        Ok(all)
    }
}

impl std::fmt::Debug for EvidenceVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EvidenceVault({})", self.key.id())
    }
}

fn objects(address: &str) -> Result<Arc<dyn ObjectStore>, ServiceError> {
    if address.starts_with("s3://") {
        return s3(address);
    }
    let failed = |_| ServiceError::EvidenceStore("open");
    fs::create_dir_all(address).map_err(failed)?;
    let folder = LocalFileSystem::new_with_prefix(address);
    let folder = folder.map_err(|_| ServiceError::EvidenceStore("open"))?;
    // What was answered is on the disk.
    Ok(Arc::new(folder.with_fsync(true)))
}

/// A bucket, with the credentials of the environment (`AWS_ACCESS_KEY_ID` and its kin).
#[cfg(feature = "s3")]
fn s3(address: &str) -> Result<Arc<dyn ObjectStore>, ServiceError> {
    use object_store::aws::AmazonS3Builder;
    use object_store::prefix::PrefixStore;
    // Its client takes the process's TLS provider; another one that is set already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let bucket = AmazonS3Builder::from_env().with_url(address).build();
    let bucket = bucket.map_err(|_| ServiceError::EvidenceStore("open"))?;
    let path = address.trim_start_matches("s3://");
    let prefix = path.split_once('/').map_or("", |(_, prefix)| prefix);
    Ok(Arc::new(PrefixStore::new(bucket, prefix)))
}

#[cfg(not(feature = "s3"))]
fn s3(_: &str) -> Result<Arc<dyn ObjectStore>, ServiceError> {
    Err(ServiceError::EvidenceStore(
        "open: this server was built without the feature s3",
    ))
}

/// The public half, from its file; both halves are made where there is none.
fn public_key(secrets: &Path) -> Result<EvidenceKey, ServiceError> {
    fs::create_dir_all(secrets).map_err(|_| ServiceError::Keys("no folder"))?;
    let private_path = secrets.join(PRIVATE);
    let bytes = read_or_make(&secrets.join(PUBLIC), || {
        // Left alone by a start that was cut short.
        let left = fs::read(&private_path).map(zeroize::Zeroizing::new);
        let public = match left {
            Ok(bytes) => *EvidenceOpener::from_bytes(&bytes).ok()?.public(),
            Err(_) => {
                let (_, public, private) = EvidenceOpener::generate();
                write_new_private(&private_path, &private[..]).ok()?;
                public
            }
        };
        Some(public.as_bytes().to_vec().into())
    })?;
    let bytes: Result<[u8; 32], _> = bytes.as_slice().try_into();
    let bytes = bytes.map_err(|_| ServiceError::Keys("the evidence key is damaged"))?;
    Ok(EvidenceKey::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn objects_come_back_until_they_are_removed() {
        let temp = tempfile::tempdir().unwrap();
        let (folder, secrets) = (temp.path().join("evidence"), temp.path().join("secrets"));
        let agency = "quanzhou".parse().unwrap();
        let open = || EvidenceVault::open(&folder.display().to_string(), &secrets, &agency);
        let vault = open().unwrap();
        let key = vault.put(b"sealed".to_vec()).await.unwrap();
        let again = open().unwrap();
        assert_eq!(again.key(), vault.key());
        assert_eq!(again.read(&key).await.unwrap(), b"sealed");
        let all = again.all().await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].key, key);
        again.remove(&key).await.unwrap();
        again.remove(&key).await.unwrap();
        assert!(again.read(&key).await.is_err());
        assert!(again.all().await.unwrap().is_empty());
        assert!(EvidenceVault::open("s3://", &secrets, &agency).is_err());
    }

    #[tokio::test]
    async fn only_with_its_private_half_does_a_vault_open() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("evidence").display().to_string();
        let secrets = temp.path().join("secrets");
        let agency = "quanzhou".parse().unwrap();
        let vault = EvidenceVault::open(&folder, &secrets, &agency).unwrap();
        let id = vault.key().id();
        assert!(vault.opener(id).is_err());
        let vault = vault.with_opener(&secrets).unwrap();
        assert_eq!(vault.opener(id).unwrap().id(), id);
        assert!(vault.opener(EvidenceKeyId::from_bytes([1; 32])).is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(secrets.join(PRIVATE)).unwrap().permissions();
            assert_eq!(mode.mode() & 0o077, 0);
        }
        fs::remove_file(secrets.join(PRIVATE)).unwrap();
        let without = EvidenceVault::open(&folder, &secrets, &agency).unwrap();
        assert_eq!(
            without.key().id(),
            id,
            "taking claims needs the public half"
        );
        assert!(without.with_opener(&secrets).is_err());
    }
}
