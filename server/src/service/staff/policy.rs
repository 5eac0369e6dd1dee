//! Policies and rosters are everybody's: once two people may agree to one, no operator adds one
//! alone at the terminal.

use super::review::told;
use super::{Action, Actor, checked_reason, permission};
use crate::error::ServiceError;
use crate::run_tx;
use crate::service::Service;
use crate::service::people::check_policy;
use crate::store::{Db, EvidencePolicy, PolicyRow, ProposalKind, ProposalRow, ProposalState};
use lifecert_protocol::http::staff as wire;
use lifecert_protocol::{Digest, ErrorCode};
use serde::{Deserialize, Serialize};

/// What a proposal of a policy holds.
#[derive(Serialize, Deserialize)]
struct NewPolicy {
    policy: PolicyRow,
    evidence: EvidencePolicy,
}

impl Service {
    /// Whether there are two members of staff of the whole agency who could agree to a policy or
    /// a roster.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn two_decide_for_all(&self) -> Result<bool, ServiceError> {
        let staff = self.store.read().await?.all_staff().await?;
        let decides = staff.iter().filter(|row| {
            let everywhere = matches!(&row.account, Some((_, area)) if area.as_str().is_empty());
            !row.ended && everywhere && permission::may(row.role, Action::DecideBulk)
        });
        Ok(decides.count() >= 2)
    }

    /// Proposes a policy row.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`] also for an actor of one area alone,
    /// [`ErrorCode::RequestMalformed`] without a reason, [`ErrorCode::PolicyInvalid`] for a policy
    /// out of bounds; [`ServiceError::Store`].
    pub async fn propose_policy(
        &self,
        actor: &Actor,
        (policy, evidence): (PolicyRow, EvidencePolicy),
        reason: &str,
    ) -> Result<wire::Proposal, ServiceError> {
        actor.may(Action::ProposeBulk)?;
        actor.is_everywhere()?;
        check_policy(&policy, &evidence)?;
        let by = (actor.staff_id.as_str(), checked_reason(reason)?);
        let payload = serde_json::to_string(&NewPolicy { policy, evidence });
        let row = ProposalRow {
            payload: payload.map_err(|_| ServiceError::Inconsistent("a policy"))?,
            ..ProposalRow::new(ProposalKind::Policy, by, self.clock.now_ms())
        };
        run_tx!(self.store, "propose_policy", |db| {
            actor.still(db).await?;
            Ok(db.add_proposal(&row).await?)
        })?;
        told(&row, None)
    }

    /// Proposes to take in a roster: the file with that digest, of so many people, under a policy.
    /// The file itself stays with whoever has it.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`] also for an actor of one area alone,
    /// [`ErrorCode::RequestMalformed`] without a reason; [`ServiceError::Store`].
    pub async fn propose_roster(
        &self,
        actor: &Actor,
        (file, policy, people): (&Digest, &str, usize),
        reason: &str,
    ) -> Result<wire::Proposal, ServiceError> {
        actor.may(Action::ProposeBulk)?;
        actor.is_everywhere()?;
        let by = (actor.staff_id.as_str(), checked_reason(reason)?);
        let row = ProposalRow {
            payload: format!("{} {people}", roster_payload(file, policy)),
            ..ProposalRow::new(ProposalKind::Roster, by, self.clock.now_ms())
        };
        run_tx!(self.store, "propose_roster", |db| {
            actor.still(db).await?;
            Ok(db.add_proposal(&row).await?)
        })?;
        told(&row, None)
    }

    /// Whether two people agreed to take in that file under that policy.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] for a proposal that is none of a roster,
    /// [`ErrorCode::ReviewSecondPerson`] when it was not approved, or is about another file or
    /// policy; [`ServiceError::Store`].
    pub async fn roster_is_agreed(
        &self,
        proposal: &str,
        (file, policy): (&Digest, &str),
    ) -> Result<(), ServiceError> {
        let row = self.store.read().await?.proposal(proposal).await?;
        let row = row.filter(|row| row.kind == ProposalKind::Roster);
        let row = row.ok_or(ErrorCode::RequestNotFound)?;
        let about = row.payload.rsplit_once(' ').map(|(about, _)| about);
        if row.state != ProposalState::Approved || about != Some(&roster_payload(file, policy)) {
            return Err(ErrorCode::ReviewSecondPerson.into());
        }
        Ok(())
    }

    /// Adds the policy row of a proposal.
    pub(super) async fn add_proposed_policy(
        &self,
        db: &mut Db,
        row: &ProposalRow,
        now_ms: u64,
    ) -> Result<(), ServiceError> {
        let new = serde_json::from_str(&row.payload);
        let NewPolicy { policy, evidence } =
            new.map_err(|_| ServiceError::Inconsistent("a policy"))?;
        check_policy(&policy, &evidence)?;
        db.add_policy(&policy, &evidence, now_ms).await?;
        Ok(())
    }
}

fn roster_payload(file: &Digest, policy: &str) -> String {
    format!("{file} {policy}")
}

impl Actor {
    /// Whether they act for the whole agency.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`].
    pub(super) fn is_everywhere(&self) -> Result<(), ErrorCode> {
        if self.area.as_str().is_empty() {
            Ok(())
        } else {
            Err(ErrorCode::RequestUnauthorised)
        }
    }
}
