//! What members of staff ask: every request but the first names a session by its token.

use super::App;
use super::answer::{Body, Failure};
use super::{SMALL_BYTES, Shared};
use crate::id_number::{IdKind, IdNumber};
use crate::service::{Action, Actor, DEFAULT_POLICY, local_day};
use crate::store::SessionFor;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use lifecert_protocol::http::staff as wire;
use lifecert_protocol::{ErrorCode, PersonRef, SealedVisit};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The most bytes of a list of people: a thousand numbers.
const LIST_BYTES: usize = 64 * 1024;

/// The part of the surface that is the staff's.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(wire::SESSION, post(log_in).delete(log_out))
        .route(wire::TASKS, get(tasks))
        .route(wire::FILES, post(file))
        .route(wire::APPROVE, post(approve))
        .route(wire::REFUSE, post(refuse))
        .route(wire::REVOKE, post(revoke))
        .route(wire::ACCESS_LOG, post(access_log))
        .layer(DefaultBodyLimit::max(SMALL_BYTES))
        .merge(
            Router::new()
                .route(wire::PROPOSALS, get(proposals).post(propose))
                .layer(DefaultBodyLimit::max(LIST_BYTES)),
        )
        .merge(
            Router::new()
                .route(wire::VISITS, get(visits).post(take_visit))
                .layer(DefaultBodyLimit::max(SealedVisit::MAX_BYTES)),
        )
}

/// The token of a request.
///
/// # Errors
/// [`ErrorCode::RequestUnauthorised`] without one.
pub(super) fn token(headers: &HeaderMap) -> Result<&str, ErrorCode> {
    let value = headers.get(header::AUTHORIZATION);
    let token = value.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    token.ok_or(ErrorCode::RequestUnauthorised)
}

async fn actor(app: &App, headers: &HeaderMap) -> Result<Actor, Failure> {
    Ok(app.service.staff(token(headers)?).await?)
}

fn read<T: DeserializeOwned>(body: &Body) -> Result<T, ErrorCode> {
    serde_json::from_slice(&body.bytes).map_err(|_| ErrorCode::RequestMalformed)
}

async fn log_in(State(app): Shared, body: Body) -> Result<impl IntoResponse, Failure> {
    let request: wire::LogIn = read(&body)?;
    let password = Zeroizing::new(request.password);
    let purpose = match request.visits {
        true => SessionFor::Visits,
        false => SessionFor::Desk,
    };
    let session = app
        .service
        .log_in(&request.account, password, &request.code, purpose)
        .await;
    let session = body.level(session, |_| None).await?;
    Ok(Json(wire::Session {
        token: session.token.to_string(),
        staff: session.actor.staff_id,
        role: session.actor.role.as_str().to_owned(),
        area: session.actor.area.to_string(),
        ends_ms: session.ends_ms,
    }))
}

async fn log_out(State(app): Shared, headers: HeaderMap) -> Result<StatusCode, Failure> {
    app.service.log_out(token(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn tasks(State(app): Shared, headers: HeaderMap) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    Ok(Json(app.service.tasks(&actor).await?))
}

async fn file(
    State(app): Shared,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    let request: wire::FileRequest = read(&body)?;
    // Whoever may read no file learns of nobody whether they are there.
    actor.may(Action::ReadFile)?;
    let person = whom(&app, &request).await?;
    let file = app.service.open_file(&actor, person, &request.reason).await;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(file?)))
}

/// Whose file is asked for.
async fn whom(app: &App, request: &wire::FileRequest) -> Result<PersonRef, Failure> {
    if let Some(person) = request.person {
        return Ok(person);
    }
    let (Some(kind), Some(number)) = (&request.id_kind, &request.id_number) else {
        return Err(ErrorCode::RequestMalformed.into());
    };
    let kind: IdKind = kind.parse().map_err(|_| ErrorCode::RequestMalformed)?;
    let policy = app.service.standard_policy(DEFAULT_POLICY);
    let today = local_day(&policy, app.service.now_ms())?;
    let id = IdNumber::parse(kind, number, today).map_err(|_| ErrorCode::RequestMalformed)?;
    Ok(app.service.find(&id).await?)
}

async fn proposals(State(app): Shared, headers: HeaderMap) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    Ok(Json(app.service.proposals(&actor).await?))
}

async fn propose(
    State(app): Shared,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    let request: wire::ProposalRequest = read(&body)?;
    let (service, reason) = (&app.service, request.reason.as_str());
    let proposal = match &request.task {
        Some(task) if request.end.is_empty() => service.propose(&actor, (task, reason)).await?,
        None => service.propose_end(&actor, &request.end, reason).await?,
        Some(_) => return Err(ErrorCode::RequestMalformed.into()),
    };
    Ok(Json(proposal))
}

async fn approve(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    Ok(Json(app.service.approve(&actor, &id).await?))
}

async fn refuse(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    Ok(Json(app.service.refuse(&actor, &id).await?))
}

async fn revoke(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Failure> {
    let actor = actor(&app, &headers).await?;
    let receipt = id.parse().map_err(|_| ErrorCode::RequestNotFound)?;
    let request: wire::Reason = read(&body)?;
    let revoked = app.service.revoke_receipt(&actor, receipt, &request.reason);
    revoked.await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn visits(State(app): Shared, headers: HeaderMap) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    let visits = app.service.visits(&actor).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(visits)))
}

async fn take_visit(
    State(app): Shared,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    Ok(Json(app.service.take_visit(&actor, &body.bytes).await?))
}

async fn access_log(
    State(app): Shared,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Failure> {
    let actor = actor(&app, &headers).await?;
    let request: wire::AccessRequest = read(&body)?;
    Ok(Json(app.service.access_log(&actor, &request).await?))
}
