//! Why vision could not look at a frame or a picture.

use lifecert_inference::InferenceError;
use lifecert_protocol::ErrorCode;

/// What can go wrong between pixels and numbers. A picture without a face is not an error: it is an
/// observation without a face.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VisionError {
    /// A camera buffer is too short, has a wrong stride or no pixels.
    #[error("the frame's buffer cannot be used: {reason}")]
    FrameInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// A picture's bytes cannot be decoded.
    #[error("the picture cannot be read: {reason}")]
    MediaUnreadable {
        /// What the decoder said.
        reason: String,
    },
    /// A picture is neither JPEG nor PNG.
    #[error("the picture is neither JPEG nor PNG")]
    MediaUnsupported,
    /// A picture is larger than what is accepted.
    #[error("the picture is too large: {reason}")]
    MediaTooLarge {
        /// What is too large, and the limit.
        reason: String,
    },
    /// A net could not be loaded or run.
    #[error(transparent)]
    Inference(#[from] InferenceError),
}

impl VisionError {
    /// The stable code that shells, wire and metrics hold on to.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::FrameInvalid { .. } => ErrorCode::FrameInvalid,
            Self::MediaUnreadable { .. } => ErrorCode::MediaUnreadable,
            Self::MediaUnsupported => ErrorCode::MediaUnsupported,
            Self::MediaTooLarge { .. } => ErrorCode::MediaTooLarge,
            Self::Inference(error) => error.code(),
        }
    }

    pub(crate) fn frame(reason: impl Into<String>) -> Self {
        Self::FrameInvalid {
            reason: reason.into(),
        }
    }
}
