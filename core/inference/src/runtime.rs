//! ONNX Runtime, loaded once for the process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;

use crate::error::InferenceError;

/// ONNX Runtime allows one environment a process, so it is kept here for good.
static LOADED: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

/// A loaded ONNX Runtime and the thread count that its nets use.
#[derive(Debug, Clone)]
pub struct Runtime {
    pub(crate) environment: Environment,
    threads: usize,
}

impl Runtime {
    /// Loads the library from a file and switches its telemetry off. Nets run on one thread until
    /// [`Runtime::with_threads`] says otherwise.
    ///
    /// Loading a library runs its code: a caller who did not put the file there checks it first,
    /// as [`crate::ModelStore::load_runtime`] does. Loading the same path again is cheap.
    ///
    /// # Errors
    /// [`InferenceError::RuntimeMissing`] if there is no library that can be used at the path,
    /// [`InferenceError::RuntimeTaken`] if the process has loaded another one before.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, InferenceError> {
        let path = path.as_ref();
        let missing = |reason: String| InferenceError::RuntimeMissing {
            path: path.into(),
            reason,
        };
        // `ort` would look for a relative path beside the executable, which is not what is meant.
        let path = path
            .canonicalize()
            .map_err(|error| missing(error.to_string()))?;
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let environment = match loaded.as_ref() {
            Some((from, environment)) if *from == path => environment.clone(),
            Some((from, _)) => {
                return Err(InferenceError::RuntimeTaken {
                    loaded: from.clone(),
                    wanted: path,
                });
            }
            None => {
                let environment = ort::init_from(&path)
                    .map_err(|error| missing(error.to_string()))?
                    .with_name("lifecert")
                    .with_telemetry(false)
                    .build()
                    .map_err(|error| missing(error.to_string()))?;
                *loaded = Some((path, environment.clone()));
                environment
            }
        };
        Ok(Self {
            environment,
            threads: 1,
        })
    }

    /// Nets loaded from here on run on this many threads (at least one).
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// How many threads a net uses.
    pub const fn threads(&self) -> usize {
        self.threads
    }
}
