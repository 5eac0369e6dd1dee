//! The rules: what happens to people, letters, bindings, challenges and claims.

mod attempts;
mod bind;
mod calendar;
mod certify;
mod challenge;
mod check;
mod consents;
mod decide;
mod decide_matched;
mod deliver;
mod enrol;
mod erase_face;
mod evidence;
mod helped;
mod letters;
mod limits;
mod logged;
mod people;
mod receipts;
mod recheck;
mod requests;
mod roads;
mod sealing;
mod secrets;
mod signing;
pub mod staff;
mod templates;
mod visits;

pub use calendar::{Standing, local_day, standing, valid_until_ms};
pub use consents::ConsentExport;
pub use decide::{Attested, Decision, Grounds, decide, decide_attested, is_hardware};
pub use letters::IssuedLetter;
pub(crate) use limits::Limit;
pub use limits::{Account, AccountRates};
pub(crate) use logged::{BEGAN, ENDED};
pub use people::DEFAULT_POLICY;
pub use requests::RequestAnswer;
pub use sealing::{seal_old_rows, wrap_data_keys_anew};
pub use secrets::{Secret, secrets_are_there};
pub use signing::{DraftKey, KeyChange, KeyDraft, draft_key_list, known_root, publish_key_list};
pub use staff::{Action, Actor, LoggedIn};
pub use templates::{Compared, Overlap};

use crate::attest::Trust;
use crate::clock::Clock;
use crate::error::ServiceError;
use crate::evidence::EvidenceVault;
use crate::keys::AgencyKeys;
use crate::log::Log;
use crate::recompute::Recompute;
use crate::store::{DeviceRow, PolicyRow, Store};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::Hello;
use lifecert_protocol::{
    ErrorCode, OLDEST_WIRE_VERSION, PersonRef, PublicKey, SigningError, Verdict, WIRE_VERSION,
};
use limits::AccountLimits;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The certification service of one agency.
pub struct Service {
    pub(crate) store: Store,
    pub(crate) keys: AgencyKeys,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) recompute: Recompute,
    pub(crate) server: String,
    pub(crate) trust: Trust,
    pub(crate) evidence: Option<EvidenceVault>,
    pub(crate) log: Option<Arc<Log>>,
    pub(crate) limits: AccountLimits,
    pub(crate) logins: staff::LoginGate,
    /// The number of the newest list of keys; 0 while there is none.
    pub(crate) key_list_number: AtomicU64,
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
            trust: Trust::default(),
            evidence: None,
            log: None,
            limits: AccountLimits::new(AccountRates::default()),
            logins: staff::LoginGate::default(),
            key_list_number: AtomicU64::new(0),
        }
    }

    /// Keeps sealed evidence in that vault; without one, none is asked for and none is kept.
    pub fn with_evidence(self, vault: EvidenceVault) -> Self {
        Self {
            evidence: Some(vault),
            ..self
        }
    }

    /// Believes attestations that end at these roots and speak of these apps; without any, every
    /// device is unattested.
    #[must_use]
    pub fn with_trust(self, trust: Trust) -> Self {
        Self { trust, ..self }
    }

    /// The same service with a log: answers wait until what they say is published, and carry its
    /// proof. Without one entries are written and stay in line.
    #[must_use]
    pub fn with_log(self, log: Arc<Log>) -> Self {
        Self {
            log: Some(log),
            ..self
        }
    }

    /// The log, where this service has one.
    pub fn log(&self) -> Option<&Log> {
        self.log.as_deref()
    }

    /// The same with other limits of how often one account may ask.
    #[must_use]
    pub fn with_account_rates(mut self, rates: AccountRates) -> Self {
        self.limits = AccountLimits::new(rates);
        self
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
            key_list: Some(self.key_list_number.load(Ordering::Relaxed)).filter(|n| *n > 0),
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

    /// The key to verify a device's signature with. Where there is no such device it is the
    /// agency's own, which signs no message of a device: the same work, and a signature that does
    /// not fit.
    fn key_to_verify(&self, device: Option<&DeviceRow>) -> Result<PublicKey, SigningError> {
        match device {
            Some(device) => PublicKey::from_sec1(&device.public_key),
            None => PublicKey::from_sec1(self.keys.first_signing_key().public().as_sec1()),
        }
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

/// The code that a holder is told with an outcome; the precise one stays in the claim's row. Why a
/// person looks at a claim is told as little as why one is refused.
fn shown(outcome: Verdict, code: Option<ErrorCode>) -> Option<ErrorCode> {
    match outcome {
        Verdict::Accept => None,
        Verdict::Refer => Some(match code {
            Some(ErrorCode::DevicePending) => ErrorCode::DevicePending,
            _ => ErrorCode::ReviewRequired,
        }),
        Verdict::Refuse => code.map(ErrorCode::shown),
    }
}
