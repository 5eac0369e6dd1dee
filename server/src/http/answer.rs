//! Bodies in within their bounds, failures out as problems.

use crate::error::ServiceError;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lifecert_protocol::ErrorCode;
use lifecert_protocol::http::{PROBLEM, Problem};

/// A request's body, read within the bounds of its path.
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejected) if rejected.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ErrorCode::RequestTooLarge.into())
            }
            Err(_) => Err(ErrorCode::RequestMalformed.into()),
        }
    }
}

/// A failure on its way out: only its code and a time to wait leave the server.
pub(super) struct Failure(Problem);

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let code = error.code();
        let problem = Problem::new(code, error.retry_after_s());
        if problem.status >= 500 {
            tracing::error!(%code, %error, "failed");
        } else {
            tracing::info!(%code, "refused");
        }
        Self(problem)
    }
}

impl From<ErrorCode> for Failure {
    fn from(code: ErrorCode) -> Self {
        ServiceError::from(code).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait = self.0.retry_after_s;
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM)], body).into_response();
        if let Some(wait_s) = wait {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        }
        response
    }
}
