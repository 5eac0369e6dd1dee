//! Why a picture or video could not be read.

use lifecert_protocol::ErrorCode;
use lifecert_vision::VisionError;

/// What can go wrong between a file and its frames.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The system did not let us read the file.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The file's bytes are not what they should be.
    #[error("the file is damaged or incomplete: {reason}")]
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
    /// The file is of a kind that cannot be read on this machine.
    #[error("this kind of file cannot be read here: {reason}")]
    Unsupported {
        /// Of what kind it is, and what would help.
        reason: String,
    },
    /// The file, or its pictures, are larger than what is accepted.
    #[error("the file is too large: {reason}")]
    TooLarge {
        /// What is too large, and the limit.
        reason: String,
    },
    /// A picture cannot be decoded or a frame not be used.
    #[error(transparent)]
    Vision(#[from] VisionError),
}

impl MediaError {
    /// The stable code that shells, wire and metrics hold on to.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Io(_) | Self::Unreadable { .. } => ErrorCode::MediaUnreadable,
            Self::Unsupported { .. } => ErrorCode::MediaUnsupported,
            Self::TooLarge { .. } => ErrorCode::MediaTooLarge,
            Self::Vision(error) => error.code(),
        }
    }

    pub(super) fn unreadable(reason: impl Into<String>) -> Self {
        Self::Unreadable {
            reason: reason.into(),
        }
    }

    pub(super) fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported {
            reason: reason.into(),
        }
    }

    pub(super) fn too_large(reason: impl Into<String>) -> Self {
        Self::TooLarge {
            reason: reason.into(),
        }
    }
}
