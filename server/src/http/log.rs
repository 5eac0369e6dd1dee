//! The public log as static files: any cache or mirror can hold them.

use super::Shared;
use super::answer::Failure;
use crate::error::ServiceError;
use crate::log::Log;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use lifecert_protocol::ErrorCode;

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// The checkpoint changes with every batch.
const FOR_A_MOMENT: &str = "public, max-age=1";
const FOR_AN_HOUR: &str = "public, max-age=3600";
/// Tiles and bundles never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The newest published checkpoint.
pub(super) async fn checkpoint(State(app): Shared) -> Result<Response, Failure> {
    let files = log(app.service.log())?.files().clone();
    let text = blocking(move || files.checkpoint().ok().flatten()).await?;
    Ok(file(TEXT, FOR_A_MOMENT, text.into_bytes()))
}

/// The newest checkpoint that enough witnesses have cosigned; nothing while there is none.
pub(super) async fn witnessed(State(app): Shared) -> Result<Response, Failure> {
    let witnessed = log(app.service.log())?.witnessed();
    let text = witnessed.map(|checkpoint| checkpoint.text.clone().into_bytes());
    let answer = text.map(|text| file(TEXT, FOR_A_MOMENT, text));
    Ok(answer.unwrap_or_else(|| StatusCode::NO_CONTENT.into_response()))
}

/// The log's verifier key.
pub(super) async fn vkey(State(app): Shared) -> Result<Response, Failure> {
    let vkey = log(app.service.log())?.vkey() + "\n";
    Ok(file(TEXT, FOR_AN_HOUR, vkey.into_bytes()))
}

/// A tile or an entry bundle.
pub(super) async fn tile(
    State(app): Shared,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let files = log(app.service.log())?.files().clone();
    let bytes = blocking(move || files.served(&path)).await?;
    Ok(file(BYTES, FOR_EVER, bytes))
}

fn log(log: Option<&Log>) -> Result<&Log, ErrorCode> {
    log.ok_or(ErrorCode::RequestNotFound)
}

async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> Option<T> + Send + 'static,
) -> Result<T, Failure> {
    let read = tokio::task::spawn_blocking(read).await;
    let read = read.map_err(|_| ServiceError::Inconsistent("a file of the log"))?;
    Ok(read.ok_or(ErrorCode::RequestNotFound)?)
}

fn file(media: &'static str, cache: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CACHE_CONTROL, cache),
    ];
    (headers, bytes).into_response()
}
