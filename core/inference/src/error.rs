//! Why a model could not be had or run.

use std::path::PathBuf;

use lifecert_protocol::ErrorCode;

use crate::digest::Sha256;

/// What can go wrong between a manifest and a net's outputs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InferenceError {
    /// The manifest is not there, so nothing can be found.
    #[error(
        "no model manifest at {path}: run `cargo xtask setup`, or `lifecert models fetch` where \
         lifecert is installed, or name the models folder"
    )]
    ManifestMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The manifest is not a manifest of this version.
    #[error("the model manifest cannot be used: {reason}")]
    ManifestInvalid {
        /// What is wrong, with its line where there is one.
        reason: String,
    },
    /// A file that the manifest lists is not there.
    #[error(
        "{path} is missing: run `cargo xtask setup`, or `lifecert models fetch` where lifecert is \
         installed ({source})"
    )]
    FileMissing {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file differs from its SHA-256 in the manifest.
    #[error("{name} is not the file of the manifest: SHA-256 {found}, expected {expected}")]
    Altered {
        /// The model id or file.
        name: String,
        /// What the manifest says.
        expected: Sha256,
        /// What was found.
        found: Sha256,
    },
    /// ONNX Runtime was not found or is not a library that can be used.
    #[error(
        "ONNX Runtime cannot be loaded from {path}: run `cargo xtask setup`, or `lifecert models \
         fetch` where lifecert is installed ({reason})"
    )]
    RuntimeMissing {
        /// Where it was looked for.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// This process already runs another ONNX Runtime; there can be one only.
    #[error("ONNX Runtime is already loaded from {loaded}, so {wanted} cannot be loaded as well")]
    RuntimeTaken {
        /// The library in use.
        loaded: PathBuf,
        /// The library that was asked for.
        wanted: PathBuf,
    },
    /// The net is not of the shape that the manifest says.
    #[error("model {name} does not have the shape of its manifest entry: {reason}")]
    Shape {
        /// The model id.
        name: String,
        /// What differs.
        reason: String,
    },
    /// ONNX Runtime refused to load or run the net.
    #[error("model {name} failed: {reason}")]
    Failed {
        /// The model id.
        name: String,
        /// What ONNX Runtime said.
        reason: String,
    },
}

impl InferenceError {
    /// The stable code that shells, wire and metrics hold on to.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::ManifestMissing { .. } | Self::FileMissing { .. } => ErrorCode::ModelMissing,
            Self::Altered { .. } => ErrorCode::ModelAltered,
            Self::RuntimeMissing { .. } => ErrorCode::RuntimeMissing,
            Self::ManifestInvalid { .. }
            | Self::RuntimeTaken { .. }
            | Self::Shape { .. }
            | Self::Failed { .. } => ErrorCode::ModelFailed,
        }
    }

    pub(crate) fn failed(name: impl ToString, error: impl std::fmt::Display) -> Self {
        Self::Failed {
            name: name.to_string(),
            reason: error.to_string(),
        }
    }
}
