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
    /// The server's certificate is not valid at the time that this device's clock shows.
    #[error("the server's certificate is not valid at this device's time")]
    CertificateTime,
    /// The server's address, its certificate authority or a pin cannot be used.
    #[error("the connection cannot be set up: {0}")]
    Connection(&'static str),
    /// There is no room left on this device.
    #[error("there is no room left on this device")]
    StorageFull,
    /// Something stored on this device is missing, damaged or was changed.
    #[error("what was stored on this device cannot be read")]
    StorageUnreadable,
    /// This device was never bound to that person.
    #[error("this device is not bound to that person")]
    NotBound,
    /// This device holds as many people as one may.
    #[error("this device holds as many people as one may")]
    DeviceFull,
    /// The key is missing or cannot sign.
    #[error("the key cannot be used")]
    Key,
    /// The person did not allow the use of the key.
    #[error("the use of the key was not allowed")]
    KeyCancelled,
}

impl ClientError {
    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            ClientError::Unreachable => ErrorCode::ServerUnreachable,
            ClientError::Problem { code, .. } => *code,
            ClientError::Untrusted => ErrorCode::ServerUntrusted,
            ClientError::CertificateTime => ErrorCode::ClockWrong,
            ClientError::Connection(_) => ErrorCode::ServerUnreachable,
            ClientError::StorageFull => ErrorCode::StorageFull,
            ClientError::StorageUnreadable => ErrorCode::StorageUnreadable,
            ClientError::NotBound => ErrorCode::DeviceNotBound,
            ClientError::DeviceFull => ErrorCode::DeviceFull,
            ClientError::Key => ErrorCode::KeyUnavailable,
            ClientError::KeyCancelled => ErrorCode::KeyCancelled,
        }
    }

    /// Seconds to wait before trying again, where the server named them.
    pub fn retry_after_s(&self) -> Option<u32> {
        match self {
            ClientError::Problem { retry_after_s, .. } => *retry_after_s,
            _ => None,
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

    /// Whether the server has said its last word about a claim. Anything that it did not say, and
    /// whatever time or a clerk can change, is none.
    pub fn is_final_for_claim(&self) -> bool {
        let ClientError::Problem { code, .. } = self else {
            return false;
        };
        matches!(
            code,
            ErrorCode::ChallengeExpired
                | ErrorCode::ChallengeUnknown
                | ErrorCode::ChallengeUsed
                | ErrorCode::ClaimMalformed
                | ErrorCode::ClaimVersion
                | ErrorCode::ClaimSignature
                | ErrorCode::ClaimAudience
                | ErrorCode::ClaimReplayed
                | ErrorCode::ClaimEvidence
                | ErrorCode::ClaimContradiction
                | ErrorCode::ClaimModel
                | ErrorCode::EvidenceInsufficient
                | ErrorCode::LivenessNotShown
                | ErrorCode::MatchNotSame
                | ErrorCode::MatchUncertain
                | ErrorCode::VerifyNotConfirmed
                | ErrorCode::EnrolmentMissing
                | ErrorCode::DeviceNotBound
                | ErrorCode::DeviceRevoked
                | ErrorCode::AccessNotRecognised
                | ErrorCode::CodeInvalid
                | ErrorCode::CodeVoid
                | ErrorCode::CaseWindowClosed
                | ErrorCode::RequestMalformed
                | ErrorCode::RequestTooLarge
                | ErrorCode::MediaUnreadable
                | ErrorCode::MediaUnsupported
                | ErrorCode::MediaTooLarge
        )
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
