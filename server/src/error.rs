//! Why a request was not done, each with its stable code.

use crate::log::LogError;
use crate::store::{AsStoreError, StoreError};
use lifecert_protocol::{DecodeError, ErrorCode, SigningError};
use lifecert_vision::VisionError;

/// A request that was not done. What the caller learns is the code alone.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The request is refused for this reason.
    #[error("{code}")]
    Refused {
        /// The reason.
        code: ErrorCode,
        /// Seconds to wait before the next try, where waiting helps.
        retry_after_s: Option<u32>,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A picture or a net failed.
    #[error(transparent)]
    Vision(#[from] VisionError),
    /// The public log failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The agency's key could not sign, or its folder cannot be used.
    #[error("the agency's keys cannot be used: {0}")]
    Keys(&'static str),
    /// A secret that the agency has used is gone.
    #[error(
        "{0} is not in the folder of secrets, and this agency has used it: put the folder back from \
         its backup; a new key would fit nothing that was made with that one"
    )]
    SecretMissing(&'static str),
    /// The store of sealed evidence failed.
    #[error("the evidence store failed: {0}")]
    EvidenceStore(&'static str),
    /// Something that this program made cannot be read again.
    #[error("{0} cannot be read again")]
    Inconsistent(&'static str),
}

impl ServiceError {
    /// Refused with a code and nothing to wait for.
    pub const fn refused(code: ErrorCode) -> Self {
        ServiceError::Refused {
            code,
            retry_after_s: None,
        }
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            ServiceError::Refused { code, .. } => *code,
            ServiceError::Store(StoreError::Database { passing: true, .. }) => {
                ErrorCode::ServerBusy
            }
            ServiceError::Store(StoreError::Full { .. }) => ErrorCode::StorageFull,
            ServiceError::Vision(error) => error.code(),
            ServiceError::Store(_)
            | ServiceError::Keys(_)
            | ServiceError::SecretMissing(_)
            | ServiceError::EvidenceStore(_)
            | ServiceError::Log(_)
            | ServiceError::Inconsistent(_) => ErrorCode::ServerInternal,
        }
    }

    /// Seconds to wait before the next try.
    pub fn retry_after_s(&self) -> Option<u32> {
        match self {
            ServiceError::Refused { retry_after_s, .. } => *retry_after_s,
            _ => None,
        }
    }
}

impl AsStoreError for ServiceError {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            ServiceError::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<ErrorCode> for ServiceError {
    fn from(code: ErrorCode) -> Self {
        ServiceError::refused(code)
    }
}

impl From<SigningError> for ServiceError {
    fn from(error: SigningError) -> Self {
        ServiceError::refused(error.code())
    }
}

impl From<DecodeError> for ServiceError {
    fn from(error: DecodeError) -> Self {
        ServiceError::refused(error.code())
    }
}
