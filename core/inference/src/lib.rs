//! Runs neural networks by their manifest entry: the only crate that knows ONNX Runtime.
//!
//! It parses the model manifest, checks every file against its SHA-256, loads the runtime library
//! and runs one tensor through one net. It knows nothing of pictures or faces (that is
//! `lifecert-vision`), starts no threads of its own and downloads nothing.
//!
//! ```text
//! manifest.toml --> Manifest --> ModelEntry --+
//! model bytes (read by the caller) -----------+--> ModelFile --> Model --> run() --> Outputs
//! libonnxruntime (path from the caller) --> Runtime
//! ```
//!
//! The core does no IO: [`Manifest::parse`] and [`ModelFile::checked`] take bytes. The one
//! exception is [`ModelStore`], a thin reader of a models folder for callers that have a file
//! system (the command line, the server, tests); nothing else in the core uses it.
//!
//! ```no_run
//! use lifecert_inference::{ModelId, ModelStore};
//!
//! let store = ModelStore::open("models")?;
//! let mut net = store.load_model(&store.load_runtime()?, ModelId::Recognition)?;
//! net.input_mut().fill(0.0);
//! let outputs = net.run()?;
//! assert_eq!(outputs.output(0).len(), 512);
//! # Ok::<(), lifecert_inference::InferenceError>(())
//! ```
#![forbid(unsafe_code)]

mod digest;
mod error;
mod manifest;
mod model;
mod runtime;
mod store;

pub use digest::Sha256;
pub use error::InferenceError;
pub use manifest::{
    ChannelOrder, Manifest, Measured, MediaEntry, MediaKind, ModelEntry, ModelId, OutputSpec,
    RuntimeEntry, Source, Threshold,
};
pub use model::{Model, ModelFile, Outputs};
pub use runtime::Runtime;
pub use store::ModelStore;
