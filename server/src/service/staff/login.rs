//! Logging in: a password, a code of the second factor, and a session that ends by itself.
//!
//! An account that is not there, a wrong password and a wrong code cost the same work and get the
//! same answer; so does the pause after too many tries, whether there is such an account or not.

use super::accounts::{is_account_name, otp};
use super::{Action, Actor};
use crate::error::ServiceError;
use crate::run_tx;
use crate::service::{Account, Service};
use crate::store::{Attempts, Credentials, SessionFor, SessionRow};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use lifecert_protocol::{Digest, ErrorCode, random_bytes};
use std::sync::Arc;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// A session that is not used for so long is over.
pub const IDLE_MS: u64 = 30 * 60 * 1_000;

/// No session lasts longer.
pub const LONGEST_SESSION_MS: u64 = 12 * 60 * 60 * 1_000;

/// After every so many tries in a row that were not right, a pause.
pub const LOGIN_TRIES: u64 = 5;

/// How long it lasts.
pub const LOGIN_PAUSE_MS: u64 = 5 * 60 * 1_000;

/// A session is marked as used so often at most.
const TOUCH_MS: u64 = 60 * 1_000;

/// Passwords hashed at once: each takes 19 MiB for some hundredths of a second.
const HASHED_AT_ONCE: usize = 4;

/// Seconds after which a log-in that found no room is worth trying again.
const BUSY_S: u32 = 2;

/// The longest password that is hashed.
pub(super) const LONGEST_PASSWORD: usize = 256;

/// What hashes passwords, a few at a time.
pub struct LoginGate {
    room: Arc<Semaphore>,
    /// What is checked where there is no such account: the hash of something nobody knows.
    nobody: Arc<std::sync::OnceLock<String>>,
}

impl Default for LoginGate {
    fn default() -> Self {
        Self {
            room: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            nobody: Arc::default(),
        }
    }
}

/// A session that has begun.
pub struct LoggedIn {
    /// The session's token, which is stored nowhere.
    pub token: Zeroizing<String>,
    /// Who it is.
    pub actor: Actor,
    /// When it is over at the latest.
    pub ends_ms: u64,
}

impl LoginGate {
    /// Hashes a password.
    ///
    /// # Errors
    /// [`ErrorCode::ServerBusy`]; [`ServiceError::Inconsistent`].
    pub(super) async fn hash(&self, password: Zeroizing<String>) -> Result<String, ServiceError> {
        let hashed = self.in_room(move || hash_of(password.as_bytes())).await?;
        hashed.ok_or(ServiceError::Inconsistent("a password's hash"))
    }

    /// Whether a password is that of an account; the same work where there is none.
    async fn fits(
        &self,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, ServiceError> {
        let nobody = self.nobody.clone();
        self.in_room(move || {
            let is_known = hash.is_some();
            let hash = hash.unwrap_or_else(|| {
                let unknown = || hash_of(&random_bytes::<16>()).unwrap_or_default();
                nobody.get_or_init(unknown).clone()
            });
            let fits = Argon2::default().verify_password(password.as_bytes(), hash.as_str());
            is_known && fits.is_ok()
        })
        .await
    }

    async fn in_room<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let room = self.room.clone().try_acquire_owned();
        let room = room.map_err(|_| ServiceError::Refused {
            code: ErrorCode::ServerBusy,
            retry_after_s: Some(BUSY_S),
        })?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(room);
            done
        });
        done.await
            .map_err(|_| ServiceError::Inconsistent("a password's hash"))
    }
}

/// argon2id, with the parameters that the crate recommends (19 MiB, two passes), as PHC text.
fn hash_of(password: &[u8]) -> Option<String> {
    let hash = Argon2::default().hash_password(password);
    hash.ok().map(|hash| hash.to_string())
}

impl Service {
    /// Begins a session.
    ///
    /// # Errors
    /// [`ErrorCode::AccessNotRecognised`] for every reason alike, [`ErrorCode::AttemptsPause`]
    /// after too many tries, [`ErrorCode::RequestRateLimited`], [`ErrorCode::ServerBusy`];
    /// [`ServiceError::Store`].
    pub async fn log_in(
        &self,
        account: &str,
        password: Zeroizing<String>,
        code: &str,
        purpose: SessionFor,
    ) -> Result<LoggedIn, ServiceError> {
        if !is_account_name(account) || password.len() > LONGEST_PASSWORD {
            return Err(ErrorCode::AccessNotRecognised.into());
        }
        self.limits
            .take(Account::Staff(format!("login {account}")))?;
        let now_ms = self.clock.now_ms();
        // Counted before it is looked at: tries that come all at once are as many as they are.
        run_tx!(self.store, "count_login", |db| {
            no_pause(db.login_tries(account).await?, now_ms)?;
            Ok(db.count_login(account, now_ms).await?)
        })?;
        let known = self.store.read().await?.credentials(account).await?;
        let hash = known.as_ref().map(|known| known.password.clone());
        let fits = self.logins.fits(password, hash).await?;
        let step = step_of(known.as_ref(), code, now_ms)?;
        let (Some(known), true, Some(step)) = (known, fits, step) else {
            return Err(ErrorCode::AccessNotRecognised.into());
        };
        let token = Zeroizing::new(hex::encode(random_bytes::<32>()));
        let hash = Digest::of(token.as_bytes());
        let session = run_tx!(self.store, "log_in", |db| {
            db.forget_sessions(
                now_ms.saturating_sub(LONGEST_SESSION_MS),
                now_ms.saturating_sub(IDLE_MS),
            )
            .await?;
            if !db.use_totp_step(&known.staff_id, step).await? {
                return Ok(None);
            }
            db.forget_logins(account).await?;
            db.add_session(&known.staff_id, hash, purpose, now_ms)
                .await?;
            // Nothing where the account was ended meanwhile.
            Ok(db.session(hash).await?)
        })?;
        let actor = session.and_then(actor_of);
        let actor = actor.ok_or(ErrorCode::AccessNotRecognised)?;
        if purpose == SessionFor::Visits {
            actor.may(Action::Visit)?;
        }
        Ok(LoggedIn {
            token,
            actor,
            ends_ms: now_ms + LONGEST_SESSION_MS,
        })
    }

    /// Ends the session of a token; one that is over is no error.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn log_out(&self, token: &str) -> Result<(), ServiceError> {
        let hash = Digest::of(token.as_bytes());
        run_tx!(self.store, "log_out", |db| Ok(db.end_session(hash).await?))
    }

    /// Who acts under a session's token, if the session counts.
    pub(super) async fn session(&self, hash: Digest) -> Result<Option<Actor>, ServiceError> {
        let now_ms = self.clock.now_ms();
        let Some(session) = self.store.read().await?.session(hash).await? else {
            return Ok(None);
        };
        let idle_ms = now_ms.saturating_sub(session.used_at_ms);
        let is_idle = session.purpose == SessionFor::Desk && idle_ms > IDLE_MS;
        if is_idle || now_ms.saturating_sub(session.created_at_ms) > LONGEST_SESSION_MS {
            return Ok(None);
        }
        if idle_ms > TOUCH_MS {
            run_tx!(self.store, "touch_session", |db| Ok(db
                .touch_session(hash, now_ms)
                .await?))?;
        }
        Ok(actor_of(session))
    }
}

fn actor_of(session: SessionRow) -> Option<Actor> {
    let (_, area) = session.staff.account?;
    Some(Actor {
        staff_id: session.staff.staff_id,
        role: session.staff.role,
        area,
        only: (session.purpose == SessionFor::Visits).then_some(Action::Visit),
    })
}

/// The step whose code this is; the same work where there is no account.
fn step_of(
    known: Option<&Credentials>,
    code: &str,
    now_ms: u64,
) -> Result<Option<u64>, ServiceError> {
    let nobody = Zeroizing::new(random_bytes::<20>().to_vec());
    let secret = known.map_or(&nobody, |known| &known.totp);
    let step = otp(secret, None)?.check(code.trim(), now_ms / 1_000);
    Ok(step.filter(|_| known.is_some()))
}

fn no_pause(tries: Attempts, now_ms: u64) -> Result<(), ServiceError> {
    if tries.refused == 0 || !tries.refused.is_multiple_of(LOGIN_TRIES) {
        return Ok(());
    }
    let over_ms = tries.last_at_ms + LOGIN_PAUSE_MS;
    match over_ms.saturating_sub(now_ms).div_ceil(1_000) {
        0 => Ok(()),
        wait_s => Err(ServiceError::Refused {
            code: ErrorCode::AttemptsPause,
            retry_after_s: Some(u32::try_from(wait_s).unwrap_or(u32::MAX)),
        }),
    }
}
