//! Why a command could not be done.

use std::fmt::Display;

use lifecert_cli::eval::{CsvError, PairsError, SourcesError};
use lifecert_cli::look::LookError;
use lifecert_client::ClientError;
use lifecert_inference::InferenceError;
use lifecert_media::{MediaError, WriteError};
use lifecert_protocol::ErrorCode;
use lifecert_vision::VisionError;

/// A code, for the person and for programs, and what exactly happened, for whoever looks after it.
#[derive(Debug)]
pub struct Failure {
    /// The stable code.
    pub code: ErrorCode,
    /// What exactly happened.
    pub detail: String,
}

impl Failure {
    /// A failure of that code.
    pub fn new(code: ErrorCode, detail: impl Display) -> Self {
        Self {
            code,
            detail: detail.to_string(),
        }
    }

    /// The same failure, which has to do with a file.
    #[must_use]
    pub fn about(self, file: &std::path::Path) -> Self {
        Self {
            detail: format!("{}: {}", file.display(), self.detail),
            ..self
        }
    }
}

macro_rules! from_errors {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.code(), error)
            }
        }
    )*};
}

from_errors!(
    MediaError,
    VisionError,
    InferenceError,
    PairsError,
    SourcesError,
    CsvError,
    ClientError,
    LookError,
    WriteError
);
