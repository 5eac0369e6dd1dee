//! The two calls that a witness answers.

use super::state::{Refusal, Witness};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;

/// The most bytes of a request: 63 hashes and a checkpoint with many signatures take less.
const MAX_BYTES: usize = 256 * 1024;

const TEXT: &str = "text/plain; charset=utf-8";

/// Routes of a witness, both under one prefix.
pub fn router(witness: Arc<Witness>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin_hash}/checkpoint", get(checkpoint))
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(witness)
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Bytes) -> Response {
    // It waits for the disk.
    let cosigned = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body)).await;
    match cosigned {
        Ok(Ok(line)) => ([(CONTENT_TYPE, TEXT)], line).into_response(),
        Ok(Err(refusal)) => refusal.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn checkpoint(State(witness): State<Arc<Witness>>, Path(hash): Path<String>) -> Response {
    match witness.checkpoint(&hash) {
        Some(note) => ([(CONTENT_TYPE, TEXT)], note).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, why) = match self {
            Refusal::Conflict(size) => {
                let kind = [(CONTENT_TYPE, "text/x.tlog.size")];
                return (StatusCode::CONFLICT, kind, format!("{size}\n")).into_response();
            }
            Refusal::Malformed => (StatusCode::BAD_REQUEST, "not a request of tlog-witness\n"),
            Refusal::Unknown => (StatusCode::NOT_FOUND, "this log is not watched here\n"),
            Refusal::Unsigned => (StatusCode::FORBIDDEN, "not signed with the log's key\n"),
            Refusal::Shrinking => (StatusCode::BAD_REQUEST, "the old size is the larger one\n"),
            Refusal::Inconsistent => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "not how the tree of the last time goes on\n",
            ),
            Refusal::Io(error) => {
                tracing::error!(%error, "a checkpoint could not be kept");
                (StatusCode::INTERNAL_SERVER_ERROR, "could not be kept\n")
            }
        };
        (status, [(CONTENT_TYPE, TEXT)], why).into_response()
    }
}
