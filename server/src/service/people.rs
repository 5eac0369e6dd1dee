//! The agency's own set-up: policies, roster.

use super::{Service, calendar};
use crate::error::ServiceError;
use crate::id_number::IdNumber;
use crate::recompute::ModelSet;
use crate::roster::RosterPerson;
use crate::run_tx;
use crate::store::{EvidencePolicy, NewPerson, PolicyRow, Unattested};
use lifecert_protocol::{CapturePolicy, ErrorCode, PersonRef};
use zeroize::Zeroizing;

/// The policy that people are under unless the roster says otherwise.
pub const DEFAULT_POLICY: &str = "default";

/// The only policy under which a claim from an unattested device may be accepted unseen.
const DEMO_POLICY: &str = "demo";

/// Bounds of the time in which an online challenge can be answered.
const SHORTEST_CHALLENGE_S: u32 = 120;
const LONGEST_CHALLENGE_S: u32 = 600;

impl Service {
    /// Names the agency and gives it the default policy, if it has none yet.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn set_up(&self, name: &str, office_phone: &str) -> Result<(), ServiceError> {
        let now_ms = self.clock.now_ms();
        let policy = self.standard_policy(DEFAULT_POLICY);
        run_tx!(self.store, "set_up", |db| {
            db.set_agency(name, office_phone, now_ms).await?;
            super::signing::register_first(db, &self.keys, now_ms).await?;
            if db.policy(DEFAULT_POLICY, now_ms).await?.is_none() {
                let evidence = EvidencePolicy::default();
                db.add_policy(&policy, &evidence, now_ms).await?;
            }
            self.log_what_is_in_use(db, now_ms).await
        })
    }

    /// The usual policy under a name: certificates count for twelve months to the end of the
    /// month, the window opens 90 days before, claims from unattested devices go to a person.
    pub fn standard_policy(&self, name: &str) -> PolicyRow {
        policy_of(name, self.recompute.current())
    }

    /// The usual policy for the models that come next.
    ///
    /// # Errors
    /// [`ErrorCode::ModelMissing`] when there are none.
    pub fn next_policy(&self, name: &str) -> Result<PolicyRow, ServiceError> {
        let next = self.recompute.next().ok_or(ErrorCode::ModelMissing)?;
        Ok(policy_of(name, next))
    }

    /// Adds a dated policy row; gives its version.
    ///
    /// # Errors
    /// [`ErrorCode::PolicyInvalid`] when its capture policy is out of bounds, when challenges would
    /// be open for more than ten minutes, or when, under any other name than `demo`, they would be
    /// open for less than two or unattested devices would be let through unseen; otherwise
    /// [`ServiceError::Store`].
    pub async fn add_policy(&self, policy: PolicyRow) -> Result<u32, ServiceError> {
        let evidence = EvidencePolicy::default();
        self.add_policy_with(policy, evidence).await
    }

    /// The same with what the policy says of evidence.
    ///
    /// # Errors
    /// Those of [`Service::add_policy`]; [`ErrorCode::PolicyInvalid`] when what it says of evidence
    /// is out of bounds.
    pub async fn add_policy_with(
        &self,
        policy: PolicyRow,
        evidence: EvidencePolicy,
    ) -> Result<u32, ServiceError> {
        check_policy(&policy, &evidence)?;
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "add_policy", |db| {
            Ok(db.add_policy(&policy, &evidence, now_ms).await?)
        })
    }

    /// The person with an id number.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`]; [`ServiceError::Store`].
    pub async fn find(&self, id: &IdNumber) -> Result<PersonRef, ServiceError> {
        let mut db = self.store.read().await?;
        let person = db.person_with(id.kind().as_str(), id.as_str()).await?;
        Ok(person.ok_or(ErrorCode::RequestNotFound)?)
    }

    /// Takes a roster in whole or not at all; gives each person's number, in the roster's order,
    /// `None` for those who were on it before.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] when there is no such policy; [`ServiceError::Store`].
    pub async fn import(
        &self,
        roster: &[RosterPerson],
        policy: &str,
    ) -> Result<Vec<Option<PersonRef>>, ServiceError> {
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "import", |db| {
            let row = db.policy(policy, now_ms).await?;
            let row = row.ok_or(ErrorCode::RequestNotFound)?;
            let first_due_ms = calendar::valid_until_ms(&row, now_ms)?;
            let mut taken = Vec::with_capacity(roster.len());
            for person in roster {
                let new = NewPerson {
                    person: PersonRef::random(),
                    policy: policy.to_owned(),
                    first_due_ms,
                    name: person.name.clone(),
                    id_kind: person.id.kind().as_str().to_owned(),
                    id_number: Zeroizing::new(person.id.as_str().to_owned()),
                    birth_date: Some(person.birth_date.to_string()),
                    contact: person.contact.clone(),
                    area: person.area.clone(),
                };
                let added = db.add_person(&new, now_ms).await?;
                taken.push(added.then_some(new.person));
            }
            Ok(taken)
        })
    }
}

/// Whether a policy keeps to what the code allows.
///
/// # Errors
/// [`ErrorCode::PolicyInvalid`].
pub(super) fn check_policy(policy: &PolicyRow, evidence: &EvidencePolicy) -> Result<(), ErrorCode> {
    let lenient = [policy.below_hardware, policy.offline_below_hardware]
        .into_iter()
        .any(|rule| matches!(rule, Unattested::Accept));
    // An old person needs time; only a demonstration may be short of it.
    let hasty = policy.challenge_s < SHORTEST_CHALLENGE_S;
    let endless = policy.challenge_s > LONGEST_CHALLENGE_S;
    let checked = policy.capture.clone().checked();
    let only_demo = lenient || hasty;
    let bounded = checked.is_ok() && !endless && evidence.is_within_bounds();
    if !bounded || (only_demo && policy.name != DEMO_POLICY) {
        return Err(ErrorCode::PolicyInvalid);
    }
    Ok(())
}

fn policy_of(name: &str, models: &ModelSet) -> PolicyRow {
    PolicyRow {
        version: 0,
        name: name.to_owned(),
        from_ms: 0,
        cycle: crate::store::Cycle::Months(12),
        utc_offset_min: 480,
        window_days: 90,
        challenge_s: LONGEST_CHALLENGE_S,
        below_hardware: Unattested::Refer,
        offline_below_hardware: Unattested::Refer,
        capture: CapturePolicy {
            match_threshold: models.fmr_1e5,
            ..CapturePolicy::standard(models.recognition(), models.ids.liveness.clone())
        },
    }
}
