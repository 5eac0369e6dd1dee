//! Members of staff: who they are, what they may do, and where.

mod accounts;
mod file;
mod login;
mod paper;
pub mod permission;
mod policy;
mod review;

pub use accounts::Otp;
pub use login::{IDLE_MS, LOGIN_PAUSE_MS, LOGIN_TRIES, LONGEST_SESSION_MS, LoggedIn, LoginGate};
pub use paper::PaperReceipt;
pub use permission::Action;
pub(crate) use review::proposal_actions;

use super::{Account, Service};
use crate::error::ServiceError;
use crate::store::{Area, Db, StaffRole};
use lifecert_protocol::{Digest, ErrorCode, PersonRef};

/// Somebody who acts for the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Their id.
    pub staff_id: String,
    /// What they may do.
    pub role: StaffRole,
    /// Where.
    pub area: Area,
    /// The one thing that they may do: a counter with a token of its own models faces, a session
    /// for a day of visits visits.
    only: Option<Action>,
}

impl Actor {
    /// Whether they may do that at all.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`].
    pub fn may(&self, action: Action) -> Result<(), ErrorCode> {
        let is_possible = self.only.is_none_or(|only| only == action);
        if is_possible && permission::may(self.role, action) {
            Ok(())
        } else {
            Err(ErrorCode::RequestUnauthorised)
        }
    }

    /// Whether they are still who they were when they were let in: what is about to be written, or
    /// shown, rests on it.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`]; [`ServiceError::Store`].
    pub(super) async fn still(&self, db: &mut Db) -> Result<(), ServiceError> {
        let row = db.staff_row(&self.staff_id).await?;
        let same = row.is_some_and(|row| {
            let area = row.account.map(|(_, area)| area).unwrap_or_default();
            !row.ended && row.role == self.role && area == self.area
        });
        if same {
            Ok(())
        } else {
            Err(ErrorCode::RequestUnauthorised.into())
        }
    }

    /// Whether they may do that about a person.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`] where their role does not say so;
    /// [`ErrorCode::RequestNotFound`] for nobody, and for somebody of another area, who is as good
    /// as nobody; [`ServiceError::Store`].
    pub(super) async fn may_about(
        &self,
        db: &mut Db,
        action: Action,
        person: PersonRef,
    ) -> Result<(), ServiceError> {
        self.may(action)?;
        let row = db.person(person).await?;
        let theirs = row.is_some_and(|row| self.area.covers(&row.area));
        if theirs {
            Ok(())
        } else {
            Err(ErrorCode::RequestNotFound.into())
        }
    }
}

impl Service {
    /// Who acts under a token: of a session that counts, or of a counter.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestRateLimited`];
    /// [`ServiceError::Store`].
    pub async fn staff(&self, token: &str) -> Result<Actor, ServiceError> {
        let hash = Digest::of(token.as_bytes());
        let actor = match self.session(hash).await? {
            Some(actor) => actor,
            None => {
                let counter = self.store.read().await?.staff(hash).await?;
                let counter = counter.ok_or(ErrorCode::RequestUnauthorised)?;
                Actor {
                    staff_id: counter.staff_id,
                    role: counter.role,
                    area: Area::default(),
                    only: Some(Action::Enrol),
                }
            }
        };
        self.limits.take(Account::Staff(actor.staff_id.clone()))?;
        Ok(actor)
    }
}

/// The longest reason, in bytes.
const MOST_REASON: usize = 200;

/// A reason that may stand in a record.
pub(in crate::service) fn checked_reason(reason: &str) -> Result<&str, ErrorCode> {
    let reason = reason.trim();
    let fits = (1..=MOST_REASON).contains(&reason.len()) && !reason.contains(char::is_control);
    if fits {
        Ok(reason)
    } else {
        Err(ErrorCode::RequestMalformed)
    }
}
