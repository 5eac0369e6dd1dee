//! The one place that reads files: a models folder with its manifest.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::digest::Sha256;
use crate::error::InferenceError;
use crate::manifest::{Manifest, ModelId};
use crate::model::{Model, ModelFile};
use crate::runtime::Runtime;

/// The manifest's name in a models folder.
const MANIFEST: &str = "manifest.toml";

/// A folder with a manifest and the files that it lists.
#[derive(Debug, Clone)]
pub struct ModelStore {
    root: PathBuf,
    manifest: Manifest,
}

impl ModelStore {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// [`InferenceError::ManifestMissing`] or [`InferenceError::ManifestInvalid`].
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, InferenceError> {
        let root = root.into();
        let path = root.join(MANIFEST);
        let bytes = std::fs::read(&path).map_err(|_| InferenceError::ManifestMissing { path })?;
        Ok(Self {
            manifest: Manifest::parse(&bytes)?,
            root,
        })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the folder should hold.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where a file of the manifest lies.
    pub fn path(&self, file: impl AsRef<Path>) -> PathBuf {
        self.root.join(file)
    }

    /// Whether a net's file lies there, unchecked.
    pub fn has(&self, id: ModelId) -> bool {
        self.path(&self.manifest.model(id).file).is_file()
    }

    /// Every net to be loaded: all but the optional ones whose file is not there.
    pub fn in_use(&self) -> impl Iterator<Item = ModelId> {
        ModelId::ALL
            .into_iter()
            .filter(|&id| !id.is_optional() || self.has(id))
    }

    /// Reads and checks a net's file.
    ///
    /// # Errors
    /// [`InferenceError::FileMissing`] or [`InferenceError::Altered`].
    pub fn read_model(&self, id: ModelId) -> Result<ModelFile, InferenceError> {
        let entry = self.manifest.model(id);
        let path = self.path(&entry.file);
        let bytes =
            std::fs::read(&path).map_err(|source| InferenceError::FileMissing { path, source })?;
        ModelFile::checked(entry, bytes)
    }

    /// Reads, checks and loads a net.
    ///
    /// # Errors
    /// Those of [`ModelStore::read_model`] and [`Model::load`].
    pub fn load_model(&self, runtime: &Runtime, id: ModelId) -> Result<Model, InferenceError> {
        Model::load(runtime, &self.read_model(id)?)
    }

    /// Checks ONNX Runtime's library for this platform against the manifest and loads it.
    ///
    /// # Errors
    /// [`InferenceError::RuntimeMissing`] if the manifest has none for this platform or the file is
    /// not there, [`InferenceError::Altered`] if it is another file, and those of
    /// [`Runtime::load`].
    #[cfg(not(target_os = "ios"))]
    pub fn load_runtime(&self) -> Result<Runtime, InferenceError> {
        let Some(entry) = self.manifest.runtime_here() else {
            use std::env::consts::{ARCH, OS};
            let reason = format!("the manifest lists none for {OS} on {ARCH}");
            return Err(InferenceError::RuntimeMissing {
                path: self.root.clone(),
                reason,
            });
        };
        let path = self.path(&entry.file);
        match self.verify(&entry.file, entry.sha256) {
            Ok(()) => Runtime::load(path),
            Err(InferenceError::FileMissing { path, source }) => {
                Err(InferenceError::RuntimeMissing {
                    path,
                    reason: source.to_string(),
                })
            }
            Err(other) => Err(other),
        }
    }

    /// The library that is linked into this program: the system has checked it with the app.
    ///
    /// # Errors
    /// Those of [`Runtime::linked`].
    #[cfg(target_os = "ios")]
    pub fn load_runtime(&self) -> Result<Runtime, InferenceError> {
        Runtime::linked()
    }

    /// Checks a file of the manifest against its digest without holding it in memory.
    ///
    /// # Errors
    /// [`InferenceError::FileMissing`] or [`InferenceError::Altered`].
    pub fn verify(&self, file: &Path, expected: Sha256) -> Result<(), InferenceError> {
        let path = self.path(file);
        let found = hash_file(&path).map_err(|source| InferenceError::FileMissing {
            path: path.clone(),
            source,
        })?;
        if found == expected {
            return Ok(());
        }
        Err(InferenceError::Altered {
            name: path.display().to_string(),
            expected,
            found,
        })
    }

    /// Checks every net in use, this platform's runtime and every medium; says what it checked.
    ///
    /// # Errors
    /// The first file's that is missing or altered.
    pub fn verify_all(&self) -> Result<Vec<PathBuf>, InferenceError> {
        let models = self.in_use().map(|id| {
            let entry = self.manifest.model(id);
            (&entry.file, entry.sha256)
        });
        let runtime = self
            .manifest
            .runtime_here()
            .map(|entry| (&entry.file, entry.sha256));
        let media = self
            .manifest
            .media()
            .iter()
            .map(|entry| (&entry.file, entry.sha256));
        let mut checked = Vec::new();
        for (file, sha256) in models.chain(runtime).chain(media) {
            self.verify(file, sha256)?;
            checked.push(self.path(file));
        }
        Ok(checked)
    }
}

fn hash_file(path: &Path) -> std::io::Result<Sha256> {
    let mut file = File::open(path)?;
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(Sha256::from_ring(context.finish())),
            Ok(len) => context.update(&chunk[..len]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
