//! Bodies in within their bounds, failures out as problems.

use super::guard::{BUSY_S, Guard, next_on_grid};
use crate::error::ServiceError;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lifecert_protocol::ErrorCode;
use lifecert_protocol::http::{PROBLEM, Problem};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::OwnedSemaphorePermit;

/// A request's body, read within the bounds of its path.
pub(super) struct Body {
    pub(super) bytes: Bytes,
    arrived: Instant,
    /// Held for as long as the body is worked on.
    _work: OwnedSemaphorePermit,
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let guard = request.extensions().get::<Arc<Guard>>().cloned();
        let guard = guard.ok_or(ServiceError::Inconsistent("the guard"))?;
        let (bytes, work) = guard.body(request, state).await?;
        Ok(Self {
            bytes,
            arrived: Instant::now(),
            _work: work,
        })
    }
}

impl Body {
    /// Holds an answer back until its time says nothing, where its code is one of those that stand
    /// for several. The clock starts when the whole body is there: whoever sends it has no say in
    /// where the grid lies.
    pub(super) async fn level<T>(
        self,
        answer: Result<T, ServiceError>,
        code: impl Fn(&T) -> Option<ErrorCode>,
    ) -> Result<T, Failure> {
        let told = match &answer {
            Ok(answer) => code(answer),
            Err(error) => Some(error.code()),
        };
        let arrived = self.arrived;
        // Nothing is worked on while it waits.
        drop(self);
        let coarse = [
            ErrorCode::AccessNotRecognised,
            ErrorCode::VerifyNotConfirmed,
        ];
        if told.is_some_and(|code| coarse.contains(&code.shown())) {
            next_on_grid(arrived).await;
        }
        Ok(answer?)
    }
}

/// A failure on its way out: only its shown code and a time to wait leave the server.
pub(super) struct Failure(Problem);

impl Failure {
    /// A failure that is over after some seconds.
    pub(super) fn waiting(code: ErrorCode, retry_after_s: u32) -> Self {
        let retry_after_s = Some(retry_after_s);
        ServiceError::Refused {
            code,
            retry_after_s,
        }
        .into()
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let code = error.code();
        // Whatever was busy, a database too: a device is told when to ask again.
        let busy = (code == ErrorCode::ServerBusy).then_some(BUSY_S);
        let problem = Problem::new(code.shown(), error.retry_after_s().or(busy));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    #[test]
    fn whatever_is_busy_says_when_to_ask_again() {
        let database = StoreError::Database {
            during: "test",
            kind: String::new(),
            passing: true,
        };
        let busy = [database.into(), ErrorCode::ServerBusy.into()];
        for error in busy.map(|error: ServiceError| Failure::from(error).into_response()) {
            assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(
                error.headers()[header::RETRY_AFTER],
                HeaderValue::from(BUSY_S)
            );
        }
        let refused = Failure::from(ErrorCode::RequestMalformed).into_response();
        assert!(!refused.headers().contains_key(header::RETRY_AFTER));
    }
}
