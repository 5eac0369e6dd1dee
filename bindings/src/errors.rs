//! The one error that crosses: a stable code, and whether waiting helps.

use lifecert_client::ClientError;
use lifecert_protocol::ErrorCode;

/// Why a call did not go through. It carries no words: a shell asks
/// [`Guidance`](crate::guidance::Guidance) for these by the code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum LifecertError {
    /// It did not go through.
    #[error("{reason}")]
    Failed {
        /// The stable code, for example `server.unreachable`.
        reason: String,
        /// Seconds to rest before the next try, where a rest is asked for.
        rest_s: Option<u32>,
        /// Whether the same call may go through later without anybody doing anything.
        passing: bool,
    },
}

#[uniffi::export]
impl LifecertError {
    /// The stable code.
    pub fn code(&self) -> String {
        let Self::Failed { reason, .. } = self;
        reason.clone()
    }

    /// Seconds to rest before the next try, where a rest is asked for.
    pub fn retry_after_s(&self) -> Option<u32> {
        let Self::Failed { rest_s, .. } = self;
        *rest_s
    }

    /// Whether the same call may go through later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        let Self::Failed { passing, .. } = self;
        *passing
    }
}

impl From<ErrorCode> for LifecertError {
    fn from(code: ErrorCode) -> Self {
        Self::Failed {
            reason: code.as_str().to_owned(),
            rest_s: None,
            passing: false,
        }
    }
}

impl From<ClientError> for LifecertError {
    fn from(error: ClientError) -> Self {
        Self::Failed {
            reason: error.code().as_str().to_owned(),
            rest_s: error.retry_after_s(),
            passing: error.is_passing(),
        }
    }
}

impl From<lifecert_vision::VisionError> for LifecertError {
    fn from(error: lifecert_vision::VisionError) -> Self {
        error.code().into()
    }
}

impl From<lifecert_inference::InferenceError> for LifecertError {
    fn from(error: lifecert_inference::InferenceError) -> Self {
        error.code().into()
    }
}

impl From<lifecert_session::OpenError> for LifecertError {
    fn from(error: lifecert_session::OpenError) -> Self {
        error.code().into()
    }
}

/// Every stable code there is, so that a shell can test that it has a screen for each.
#[uniffi::export]
pub fn error_codes() -> Vec<String> {
    let all = ErrorCode::ALL.iter();
    all.map(|code| code.as_str().to_owned()).collect()
}

/// A text that should have been a name of ours.
pub(crate) fn malformed<E>(_: E) -> LifecertError {
    ErrorCode::RequestMalformed.into()
}
