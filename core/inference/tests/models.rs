//! The real nets of the models folder: loading, running, refusing.

use std::path::PathBuf;

use lifecert_inference::{InferenceError, Model, ModelFile, ModelId, ModelStore, Runtime};
use lifecert_protocol::ErrorCode;

fn store() -> ModelStore {
    let root = std::env::var_os("LIFECERT_MODELS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models")),
        PathBuf::from,
    );
    ModelStore::open(root).expect("the models folder is missing: run cargo xtask setup")
}

fn runtime(store: &ModelStore) -> Runtime {
    store
        .load_runtime()
        .expect("the models are missing: run cargo xtask setup")
}

#[test]
fn every_file_of_the_manifest_is_the_right_one() {
    let checked = store()
        .verify_all()
        .expect("files are missing: run cargo xtask setup");
    assert!(checked.len() > 40, "{} files", checked.len());
}

#[test]
fn every_net_runs_and_answers_the_same_twice() {
    let store = store();
    let runtime = runtime(&store);
    for id in store.in_use() {
        let mut model = store.load_model(&runtime, id).unwrap();
        for (place, value) in model.input_mut().iter_mut().enumerate() {
            *value = (place % 251) as f32 / 251.0;
        }
        let first: Vec<f32> = model.run().unwrap().output(0).to_vec();
        assert!(first.iter().all(|value| value.is_finite()));
        let expected: usize = model.entry().outputs[0].shape.iter().product();
        assert_eq!(first.len(), expected);
        assert_eq!(model.run().unwrap().output(0), first);
        assert!(model.run().unwrap().output(9).is_empty());
        model.input_mut().fill(0.5);
        assert_ne!(model.run().unwrap().output(0), first);
        model.clear();
        assert!(model.input_mut().iter().all(|&value| value == 0.0));
    }
}

#[test]
fn altered_bytes_are_refused() {
    let store = store();
    let entry = store.manifest().model(ModelId::Landmarks);
    let mut bytes = std::fs::read(store.path(&entry.file)).unwrap();
    assert!(ModelFile::checked(entry, bytes.clone()).is_ok());
    bytes[1000] ^= 1;
    for bytes in [bytes, Vec::new()] {
        let error = ModelFile::checked(entry, bytes).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ModelAltered);
    }
}

#[test]
fn a_net_of_another_shape_is_refused() {
    let store = store();
    let runtime = runtime(&store);
    let mut entry = store.manifest().model(ModelId::Landmarks).clone();
    let bytes = std::fs::read(store.path(&entry.file)).unwrap();
    entry.input[2] = 63;
    let file = ModelFile::checked(&entry, bytes).unwrap();
    let error = Model::load(&runtime, &file).unwrap_err();
    assert!(matches!(error, InferenceError::Shape { .. }), "{error}");
    assert_eq!(error.code(), ErrorCode::ModelFailed);
}

#[test]
fn a_missing_runtime_says_where_and_what_to_do() {
    let error = Runtime::load("/nowhere/libonnxruntime.so").unwrap_err();
    assert_eq!(error.code(), ErrorCode::RuntimeMissing);
    let text = error.to_string();
    assert!(text.contains("/nowhere/libonnxruntime.so") && text.contains("cargo xtask setup"));
}

#[test]
fn another_runtime_in_the_same_process_is_refused() {
    let store = store();
    runtime(&store);
    let error = Runtime::load(store.path("manifest.toml")).unwrap_err();
    assert!(
        matches!(error, InferenceError::RuntimeTaken { .. }),
        "{error}"
    );
}

#[test]
fn a_folder_without_manifest_says_what_to_do() {
    let error = ModelStore::open("/nowhere").unwrap_err();
    assert_eq!(error.code(), ErrorCode::ModelMissing);
    assert!(error.to_string().contains("cargo xtask setup"));
}
