//! Runs neural networks by their manifest entry: the only crate that knows ONNX Runtime.
//!
//! It parses the model manifest, checks every file against its SHA-256, loads the runtime library
//! and runs one tensor through one net. It knows nothing of pictures or faces (that is
//! `lifecert-vision`), starts no threads of its own and downloads nothing.
//!
//! ```text
//! manifest.toml --> Manifest --> ModelEntry --+
//! model bytes (read by the caller) -----------+--> Model --> input_mut(), run() --> Outputs
//! libonnxruntime (path from the caller) --> Runtime
//! ```
//!
//! The core does no IO: [`Manifest::parse`] and [`Model::from_bytes`] take bytes. The one exception
//! is [`ModelStore`], a thin reader of a models folder for callers that have a file system (the
//! command line, the server, tests); nothing else in the core uses it.
//!
//! ```no_run
//! use lifecert_inference::{Model, ModelId, ModelStore};
//!
//! let store = ModelStore::open("models")?;
//! let runtime = store.load_runtime()?;
//! let entry = store.manifest().model(ModelId::Recognition);
//! let mut net = Model::from_bytes(&runtime, entry, &store.read_model(ModelId::Recognition)?)?;
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
    RuntimeEntry, Threshold,
};
pub use model::{Model, Outputs};
pub use runtime::Runtime;
pub use store::ModelStore;
