//! The HTTP surface: bytes into types, outcomes into answers, failures into problems (RFC 9457).
//!
//! The only module that names axum. Bodies are bounded; no address carries anything about a person.

mod answer;
mod guard;
mod listen;
mod log;
mod metrics;
mod staff;

pub use guard::{ANSWER_GRID, Bounds, Guard};
pub use listen::{Listen, ListenError, Listener, TlsFiles};
pub use metrics::Metrics;

use crate::error::ServiceError;
use crate::service::Service;
use answer::{Body, Failure};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use lifecert_protocol::http::{self as wire, BindRequest, BindStart, EnrolRequest};
use lifecert_protocol::{ClaimEnvelope, ErrorCode, Verdict};
use std::sync::Arc;
use std::time::Instant;

/// The description of every path, served as it is.
const OPENAPI: &str = include_str!("openapi.json");

/// The most bytes of an enrolment: twenty pictures of a phone's camera, made smaller.
const ENROL_BYTES: usize = 24 * 1024 * 1024;

/// The most bytes of everything else.
const SMALL_BYTES: usize = 16 * 1024;

/// What the handlers share.
pub struct App {
    /// The rules.
    pub service: Service,
    /// The counters.
    pub metrics: Metrics,
}

type Shared = State<Arc<App>>;

/// The whole surface over an application, behind a guard.
pub fn router(app: Arc<App>, guard: Arc<Guard>) -> Router {
    let limit = DefaultBodyLimit::max;
    Router::new()
        .route(wire::HELLO, get(hello))
        .route(
            wire::BIND_CHALLENGE,
            post(bind_challenge).layer(limit(SMALL_BYTES)),
        )
        .route(
            wire::BINDINGS,
            post(bind).layer(limit(BindRequest::MAX_BYTES)),
        )
        .route(wire::CHALLENGES, post(challenge).layer(limit(SMALL_BYTES)))
        .route(
            wire::CLAIMS,
            post(claim).layer(limit(ClaimEnvelope::MAX_BYTES)),
        )
        .route(wire::REQUESTS, post(request).layer(limit(SMALL_BYTES)))
        .route(wire::CONSENTS, post(consent).layer(limit(SMALL_BYTES)))
        .route(wire::ENROLMENTS, post(enrol).layer(limit(ENROL_BYTES)))
        .merge(staff::routes())
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/witnessed", get(log::witnessed))
        .route("/log/vkey", get(log::vkey))
        .route("/log/tile/{*path}", get(log::tile))
        .route(wire::KEYS, get(keys))
        .route("/openapi.json", get(openapi))
        .route("/metrics", get(metrics_text))
        .route("/healthz", get(health))
        .fallback(nowhere)
        .method_not_allowed_fallback(nowhere)
        .layer(Extension(guard.clone()))
        .layer(middleware::from_fn_with_state(guard, guard::limit_address))
        .layer(middleware::from_fn_with_state(app.clone(), observe))
        .with_state(app)
}

async fn hello(State(app): Shared) -> impl IntoResponse {
    Json(app.service.hello())
}

async fn bind_challenge(State(app): Shared, body: Body) -> Result<Response, Failure> {
    let start: BindStart =
        serde_json::from_slice(&body.bytes).map_err(|_| ErrorCode::RequestMalformed)?;
    let challenge = app.service.give_bind_challenge(&start).await;
    Ok(cose(body.level(challenge, |_| None).await?))
}

async fn bind(State(app): Shared, body: Body) -> Result<impl IntoResponse, Failure> {
    let request = BindRequest::from_bytes(&body.bytes).map_err(|_| ErrorCode::RequestMalformed)?;
    let answer = app.service.bind(request).await;
    app.metrics.decided(
        "bind",
        told(&answer, |answer| (answer.outcome, answer.code)),
    );
    Ok(Json(body.level(answer, |answer| answer.code).await?))
}

async fn challenge(State(app): Shared, body: Body) -> Result<Response, Failure> {
    let challenge = app.service.give_challenge(&body.bytes).await;
    Ok(cose(body.level(challenge, |_| None).await?))
}

async fn claim(State(app): Shared, body: Body) -> Result<impl IntoResponse, Failure> {
    let answer = app.service.certify(&body.bytes).await;
    app.metrics.decided(
        "certify",
        told(&answer, |answer| (answer.outcome, answer.code)),
    );
    Ok(Json(body.level(answer, |answer| answer.code).await?))
}

async fn request(State(app): Shared, body: Body) -> Result<impl IntoResponse, Failure> {
    let answer = app.service.request(&body.bytes).await;
    Ok(Json(body.level(answer, |_| None).await?))
}

/// What is counted of an answer.
fn told<T>(
    answer: &Result<T, ServiceError>,
    of: impl Fn(&T) -> (Verdict, Option<ErrorCode>),
) -> (Verdict, Option<ErrorCode>) {
    match answer {
        Ok(answer) => of(answer),
        Err(error) => (Verdict::Refuse, Some(error.code())),
    }
}

async fn consent(State(app): Shared, body: Body) -> Result<impl IntoResponse, Failure> {
    let answer = app.service.give_consent(&body.bytes).await;
    Ok(Json(body.level(answer, |_| None).await?))
}

async fn enrol(
    State(app): Shared,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Failure> {
    let staff = app.service.staff(staff::token(&headers)?).await?;
    let request = EnrolRequest::from_bytes(&body.bytes).map_err(|_| ErrorCode::RequestMalformed)?;
    Ok(Json(app.service.enrol(&staff, request).await?))
}

async fn keys(State(app): Shared) -> Result<Response, Failure> {
    let list = app.service.key_list().await?;
    Ok(list.map_or_else(|| StatusCode::NO_CONTENT.into_response(), cose))
}

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}

async fn metrics_text(State(app): Shared) -> Result<impl IntoResponse, Failure> {
    let text = app.metrics.text();
    let text = text.map_err(|_| ServiceError::Inconsistent("metrics"))?;
    Ok(([(header::CONTENT_TYPE, Metrics::MEDIA_TYPE)], text))
}

async fn health(State(app): Shared) -> Result<&'static str, Failure> {
    app.service.ready().await?;
    Ok("ready\n")
}

async fn nowhere() -> Failure {
    ErrorCode::RequestNotFound.into()
}

fn cose(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, wire::COSE)], bytes).into_response()
}

/// One line of log and one count for each request: its path as it was registered, never as it was
/// sent, and nothing of its body.
async fn observe(State(app): Shared, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unknown".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let (status, elapsed) = (response.status().as_u16(), start.elapsed());
    tracing::info!(
        path,
        status,
        elapsed_ms = elapsed.as_millis() as u64,
        "request"
    );
    app.metrics.answered(&path, status, elapsed);
    response
}
