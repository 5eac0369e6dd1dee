//! Whole pictures through the real nets.

mod gate;
mod golden;

use std::path::PathBuf;

use lifecert_inference::ModelStore;

use crate::{Analyzer, Picture};

fn store() -> ModelStore {
    let root = std::env::var_os("LIFECERT_MODELS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models")),
        PathBuf::from,
    );
    ModelStore::open(root).expect("the models folder is missing: run cargo xtask setup")
}

fn analyzer() -> Analyzer {
    Analyzer::load(&store()).expect("the models are missing: run cargo xtask setup")
}

/// A picture by its path from the models folder.
fn picture(file: &str) -> Picture {
    let bytes = std::fs::read(store().path(file)).expect("run cargo xtask setup");
    Picture::decode(&bytes).unwrap()
}
