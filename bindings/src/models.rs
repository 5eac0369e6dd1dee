//! The nets, loaded once and handed from session to session.

use crate::errors::LifecertError;
use lifecert_inference::{ModelStore, Runtime};
use lifecert_vision::{Analyzer, Nets};
use std::sync::{Arc, Mutex, PoisonError};

/// The nets of a models folder.
#[derive(uniffi::Object)]
pub struct Models {
    store: ModelStore,
    runtime: Option<String>,
    /// Nets that no session uses at the moment.
    idle: Mutex<Vec<Analyzer>>,
}

#[uniffi::export]
impl Models {
    /// Reads a folder's manifest. `runtime` is the path of ONNX Runtime's library where the app
    /// brings it and the system has checked it with the app; without one, the manifest names it and
    /// its digest.
    ///
    /// # Errors
    /// `model.missing` or `model.altered`.
    #[uniffi::constructor]
    pub fn open(folder: String, runtime: Option<String>) -> Result<Arc<Self>, LifecertError> {
        Ok(Arc::new(Self {
            store: ModelStore::open(folder)?,
            runtime,
            idle: Mutex::default(),
        }))
    }

    /// Loads the nets if none lie ready, so that the first look does not wait for them. It takes a
    /// second or so and is not for the thread that draws.
    ///
    /// # Errors
    /// `model.missing`, `model.altered`, `model.failed` or `model.runtime_missing`.
    pub fn warm_up(&self) -> Result<(), LifecertError> {
        let ready = self.take()?;
        self.give_back(ready);
        Ok(())
    }

    /// Lets go of nets that no session uses, where memory is short.
    pub fn trim(&self) {
        self.idle().clear();
    }
}

impl Models {
    pub(crate) fn take(&self) -> Result<Analyzer, LifecertError> {
        if let Some(ready) = self.idle().pop() {
            return Ok(ready);
        }
        let runtime = match &self.runtime {
            Some(path) => Runtime::load(path)?,
            None => self.store.load_runtime()?,
        };
        Ok(Analyzer::new(Nets::load_on(&runtime, &self.store)?))
    }

    pub(crate) fn give_back(&self, analyzer: Analyzer) {
        let mut idle = self.idle();
        // One session at a time is the rule; a second set of nets is memory for nothing.
        if idle.is_empty() {
            idle.push(analyzer);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Analyzer>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
