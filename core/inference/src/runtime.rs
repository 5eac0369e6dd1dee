//! ONNX Runtime, loaded once for the process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::{Environment, EnvironmentBuilder};

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
                let environment = builder(&path).and_then(environment).map_err(missing)?;
                *loaded = Some((path, environment.clone()));
                environment
            }
        };
        Ok(Self {
            environment,
            threads: 1,
        })
    }

    /// The library that is linked into this program, as on iOS, which loads none from a file.
    ///
    /// # Errors
    /// [`InferenceError::RuntimeMissing`] if it does not start.
    #[cfg(target_os = "ios")]
    pub fn linked() -> Result<Self, InferenceError> {
        // A path that no file has.
        let path = PathBuf::from("linked");
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let environment = match loaded.as_ref() {
            Some((_, environment)) => environment.clone(),
            None => {
                let missing = |reason| InferenceError::RuntimeMissing {
                    path: path.clone(),
                    reason,
                };
                let environment = environment(ort::init()).map_err(missing)?;
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

#[cfg(not(target_os = "ios"))]
fn builder(path: &Path) -> Result<EnvironmentBuilder, String> {
    ort::init_from(path).map_err(|error| error.to_string())
}

/// The library that is linked in is the only one there is.
#[cfg(target_os = "ios")]
fn builder(_: &Path) -> Result<EnvironmentBuilder, String> {
    Err("this system loads no library from a file".to_owned())
}

/// Wherever it comes from, it is set up in the same way.
fn environment(builder: EnvironmentBuilder) -> Result<Environment, String> {
    let builder = builder.with_name("lifecert").with_telemetry(false);
    builder.build().map_err(|error| error.to_string())
}
