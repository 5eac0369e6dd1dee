//! Why the client could not go on, each with its stable code.

use lifecert_protocol::ErrorCode;

/// A failure on the device or on the way to the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The server cannot be reached; the request may be sent again as it is.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The server was reached and answered with a problem.
    #[error("the server answered {code}")]
    Problem {
        /// Its code.
        code: ErrorCode,
        /// Seconds to wait before trying again, where it named them.
        retry_after_s: Option<u32>,
    },
    /// The server's answer cannot be understood or is not signed by the agency.
    #[error("the answer is not the agency's")]
    Untrusted,
    /// The server's address, its certificate authority or a pin cannot be used.
    #[error("the connection cannot be set up: {0}")]
    Connection(&'static str),
    /// There is no room left on this device.
    #[error("there is no room left on this device")]
    StorageFull,
    /// Something stored on this device is missing, damaged or was changed.
    #[error("what was stored on this device cannot be read")]
    StorageUnreadable,
    /// The key is missing or cannot sign.
    #[error("the key cannot be used")]
    Key,
}

impl ClientError {
    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            ClientError::Unreachable => ErrorCode::ServerUnreachable,
            ClientError::Problem { code, .. } => *code,
            ClientError::Untrusted => ErrorCode::ServerUntrusted,
            ClientError::Connection(_) => ErrorCode::ServerUnreachable,
            ClientError::StorageFull => ErrorCode::StorageFull,
            ClientError::StorageUnreadable => ErrorCode::StorageUnreadable,
            ClientError::Key => ErrorCode::KeyUnavailable,
        }
    }

    /// Whether the same request may succeed later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        let busy = [
            ErrorCode::ServerBusy,
            ErrorCode::ServerInternal,
            ErrorCode::RequestRateLimited,
        ];
        match self {
            ClientError::Unreachable => true,
            ClientError::Problem { code, .. } => busy.contains(code),
            _ => false,
        }
    }
}

impl From<std::io::Error> for ClientError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                ClientError::StorageFull
            }
            _ => ClientError::StorageUnreadable,
        }
    }
}
