//! Answers that wait for the public log, and what is logged of the server itself.

use super::Service;
use crate::error::ServiceError;
use crate::log::content;
use crate::run_tx;
use crate::store::{Db, NewEntry};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{ErrorCode, Receipt, Signed};

/// Seconds after which a request whose entry was not published in time is worth sending again.
const RETRY_S: u32 = 5;

/// From now on in use.
pub(crate) const BEGAN: &str = "began";

/// No longer in use.
pub(crate) const ENDED: &str = "ended";

impl Service {
    /// Waits until the entry about a row is published.
    ///
    /// # Errors
    /// [`ErrorCode::ServerBusy`] when it takes too long; nothing is lost then, and the same request
    /// gets the same answer. [`ServiceError::Log`].
    pub(super) async fn logged(&self, kind: LeafKind, source: &str) -> Result<(), ServiceError> {
        let Some(log) = &self.log else { return Ok(()) };
        let published = log.published(kind, source).await?;
        published.map(drop).ok_or(busy())
    }

    /// The answer with the proof of its receipt, once the receipt is published.
    ///
    /// # Errors
    /// Those of [`Service::logged`].
    pub(super) async fn proved(
        &self,
        mut answer: ClaimAnswer,
    ) -> Result<ClaimAnswer, ServiceError> {
        let (Some(log), Some(receipt)) = (&self.log, &answer.receipt) else {
            return Ok(answer);
        };
        let receipt = URL_SAFE_NO_PAD.decode(receipt).ok();
        let receipt = receipt.and_then(|bytes| Signed::read(&bytes).ok()?.peek::<Receipt>().ok());
        let receipt = receipt.ok_or(ServiceError::Inconsistent("an answer"))?;
        let source = receipt.receipt_id.to_string();
        let published = log.published(LeafKind::Receipt, &source).await?;
        let (entry, checkpoint) = published.ok_or(busy())?;
        answer.log_proof = Some(log.proof(&entry, &checkpoint).await?);
        Ok(answer)
    }

    /// Logs the signing key and the model manifest in use, where they differ from those logged
    /// last; a server does so at its start.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn log_start(&self) -> Result<(), ServiceError> {
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "log_start", |db| {
            // An agency that is not set up yet logs them when it is.
            if db.agency().await?.is_some() {
                self.log_what_is_in_use(db, now_ms).await?;
            }
            Ok(())
        })
    }

    pub(super) async fn log_what_is_in_use(
        &self,
        db: &mut Db,
        now_ms: u64,
    ) -> Result<(), ServiceError> {
        super::signing::register_first(db, &self.keys, now_ms).await?;
        let manifest = self.recompute.current().ids.manifest.to_string();
        let entries = db.entries_of(LeafKind::Manifest).await?;
        let mut began = entries.iter().filter_map(|entry| {
            let (thing, state) = entry.source.rsplit_once(':')?;
            state.starts_with(BEGAN).then_some(thing)
        });
        let last = began.next_back();
        if last == Some(manifest.as_str()) {
            return Ok(());
        }
        let moved = last.map(|last| (last, ENDED));
        for (thing, state) in moved.into_iter().chain([(manifest.as_str(), BEGAN)]) {
            let state = format!("{state}@{now_ms}");
            db.add_log_entry(&NewEntry {
                kind: LeafKind::Manifest,
                source: &content::state_source(thing, &state),
                at_ms: now_ms,
                content: &content::state(thing, &state, now_ms),
            })
            .await?;
        }
        Ok(())
    }
}

fn busy() -> ServiceError {
    ServiceError::Refused {
        code: ErrorCode::ServerBusy,
        retry_after_s: Some(RETRY_S),
    }
}
