//! The rules: what happens to people, letters, bindings, challenges and claims.

mod bind;
mod calendar;
mod certify;
mod challenge;
mod check;
mod decide;
mod enrol;
mod letters;
mod people;
mod requests;
mod sealing;
mod signing;
mod templates;

pub use calendar::{Standing, local_day, standing, valid_until_ms};
pub use decide::{Decision, Grounds, decide, is_hardware};
pub use letters::IssuedLetter;
pub use people::DEFAULT_POLICY;
pub use requests::RequestAnswer;
pub use sealing::{seal_old_rows, wrap_data_keys_anew};
pub use signing::{add_signing_key, publish_key_list};
pub use templates::{Compared, Overlap};

use crate::clock::Clock;
use crate::error::ServiceError;
use crate::keys::AgencyKeys;
use crate::recompute::Recompute;
use crate::store::{PolicyRow, Store};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::Hello;
use lifecert_protocol::{ErrorCode, OLDEST_WIRE_VERSION, PersonRef, WIRE_VERSION};
use std::sync::Arc;

/// The certification service of one agency.
pub struct Service {
    pub(crate) store: Store,
    pub(crate) keys: AgencyKeys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) recompute: Recompute,
    pub(crate) server: String,
}

impl Service {
    /// Puts a service together; `server` is its name as it stands in challenges.
    pub fn new(
        store: Store,
        keys: AgencyKeys,
        clock: Arc<dyn Clock>,
        recompute: Recompute,
        server: impl Into<String>,
    ) -> Self {
        Self {
            store: store.with_kek(keys.kek().clone()),
            keys,
            clock,
            recompute,
            server: server.into(),
        }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The name of the agency's key.
    pub fn agency_key(&self) -> lifecert_protocol::KeyId {
        self.keys.signing_at(self.clock.now_ms()).public().id()
    }

    /// The server's time.
    pub fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// The greeting.
    pub fn hello(&self) -> Hello {
        let now_ms = self.clock.now_ms();
        Hello {
            agency: self.store.agency().clone(),
            server: self.server.clone(),
            time_ms: now_ms,
            nonce: self.keys.nonce(now_ms),
            wire_versions: (OLDEST_WIRE_VERSION..=WIRE_VERSION).collect(),
            agency_key: URL_SAFE_NO_PAD.encode(self.keys.signing_at(now_ms).public().as_sec1()),
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn ready(&self) -> Result<(), ServiceError> {
        self.store.read().await?.agency().await?;
        Ok(())
    }

    /// The policy that a person is under now.
    async fn policy_of(
        &self,
        db: &mut crate::store::Db,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<(PolicyRow, u64), ServiceError> {
        let row = db.person(person).await?.ok_or(ErrorCode::RequestNotFound)?;
        let policy = db.policy(&row.policy, now_ms).await?;
        let policy = policy.ok_or(ServiceError::Inconsistent("the person's policy"))?;
        Ok((policy, row.first_due_ms))
    }
}
