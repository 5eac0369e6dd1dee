//! Whole pictures through the real nets.

mod gate;
mod golden;
mod key_frames;
mod texture;
mod watch;

use std::path::PathBuf;

use lifecert_inference::{ModelId, ModelStore};

use crate::{Analyzer, Nets, Picture};

pub(crate) fn store() -> ModelStore {
    let root = std::env::var_os("LIFECERT_MODELS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models")),
        PathBuf::from,
    );
    ModelStore::open(root).expect("the models folder is missing: run cargo xtask setup")
}

/// With the nets that are always there: an optional one would change what they say together.
fn analyzer() -> Analyzer {
    let store = store();
    let runtime = store.load_runtime().expect("run cargo xtask setup");
    let required = ModelId::ALL.into_iter().filter(|id| !id.is_optional());
    let nets = required.map(|id| store.load_model(&runtime, id).unwrap());
    Analyzer::new(Nets::from_models(store.manifest(), nets.collect()).unwrap())
}

/// A picture by its path from the models folder.
fn picture(file: &str) -> Picture {
    let bytes = std::fs::read(store().path(file)).expect("run cargo xtask setup");
    Picture::decode(&bytes).unwrap()
}
