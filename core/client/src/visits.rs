//! A clerk's visits: the day's list, sealing what is brought home, and sending it, perhaps long
//! after. Nothing is pinned: no device of the person is involved.

use crate::{ClientError, Connection};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::CBOR;
use lifecert_protocol::http::staff::{VISITS, VisitAnswer, VisitList};
use lifecert_protocol::{ErrorCode, EvidenceKey, SealedVisit, Visit, VisitHeader, VisitId};

/// Whom a clerk is to visit, under the token of their session.
///
/// # Errors
/// [`ClientError`].
pub async fn visits(connection: &Connection, token: &str) -> Result<VisitList, ClientError> {
    connection.fetch_as_staff(VISITS, token).await
}

/// Seals a visit to the office whose list this is; no network is needed. The same sealed bytes are
/// sent until they are answered.
///
/// # Errors
/// [`ErrorCode::RequestMalformed`] for more than a visit holds and for nothing at all,
/// [`ClientError::Untrusted`] where the list holds no key.
pub fn seal_visit(list: &VisitList, visit: Visit) -> Result<SealedVisit, ClientError> {
    let key = URL_SAFE_NO_PAD.decode(&list.key).ok();
    let key: Option<[u8; 32]> = key.and_then(|bytes| bytes.try_into().ok());
    let key = EvidenceKey::from_bytes(key.ok_or(ClientError::Untrusted)?);
    let header = VisitHeader {
        agency: list.agency.clone(),
        server: list.server.clone(),
        visit: VisitId::random(),
        person: visit.person,
        staff: list.staff.clone(),
    };
    SealedVisit::seal(visit, &key, header).map_err(|_| ClientError::Problem {
        code: ErrorCode::RequestMalformed,
        retry_after_s: None,
    })
}

/// Sends a visit; one that was sent before gets the same answer.
///
/// # Errors
/// [`ClientError`].
pub async fn send_visit(
    connection: &Connection,
    token: &str,
    sealed: &SealedVisit,
) -> Result<VisitAnswer, ClientError> {
    let bytes = sealed.to_bytes();
    let answer: VisitAnswer = connection
        .post_as_staff(VISITS, CBOR, &bytes, token)
        .await?;
    if answer.visit == sealed.header.visit {
        Ok(answer)
    } else {
        Err(ClientError::Untrusted)
    }
}
