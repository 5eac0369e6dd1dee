//! Four eyes: what one member of staff proposes, another one decides, and only then it is done.

use super::{Action, Actor, checked_reason};
use crate::error::ServiceError;
use crate::run_tx;
use crate::service::Service;
use crate::service::helped::SEE;
use crate::service::receipts::{self, Basis};
use crate::service::roads::road_of;
use crate::store::{
    Db, DeviceState, EvidenceRow, ProposalKind, ProposalRow, ProposalState, TaskRow, task_payload,
};
use lifecert_protocol::http::staff as wire;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    Assurance, Channel, ClaimId, ErrorCode, Modality, PersonRef, Purpose, ReceiptId, Verdict,
};
use serde::Deserialize;

/// The most rows of a list.
pub(super) const MOST_ROWS: u32 = 500;

/// The most people whose certificates one proposal ends.
const MOST_PEOPLE: usize = 1_000;

/// Tasks whose acceptance does more than close them.
const REVIEW_CLAIM: &str = "review-claim";
const PENDING_DEVICE: &str = "pending-device";

impl Service {
    /// What waits for a person, of the actor's area, oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`]; [`ServiceError::Store`].
    pub async fn tasks(&self, actor: &Actor) -> Result<wire::Tasks, ServiceError> {
        actor.may(Action::ReadTasks)?;
        let mut db = self.store.read().await?;
        let tasks = db.tasks_in(&actor.area, MOST_ROWS).await?;
        Ok(wire::Tasks {
            tasks: tasks.into_iter().map(told_task).collect(),
        })
    }

    /// Proposals that wait for a second person, of the actor's area, oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`]; [`ServiceError::Store`].
    pub async fn proposals(&self, actor: &Actor) -> Result<wire::Proposals, ServiceError> {
        let may_decide = |kind| actor.may(proposal_actions(kind).1).is_ok();
        // Policies and rosters are decided by those who decide about many people.
        if !may_decide(ProposalKind::Accept) && !may_decide(ProposalKind::End) {
            return Err(ErrorCode::RequestUnauthorised.into());
        }
        let mut db = self.store.read().await?;
        let mut proposals = Vec::new();
        for row in db.open_proposals(MOST_ROWS).await? {
            let theirs = !is_of_all(row.kind) || actor.is_everywhere().is_ok();
            if theirs && may_decide(row.kind) && actor.covers_all(&mut db, &row.people()?).await? {
                proposals.push(told(&row, None)?);
            }
        }
        Ok(wire::Proposals { proposals })
    }

    /// Proposes to accept what a task is about; of one that has an open proposal, gives that.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestMalformed`] without a reason,
    /// [`ErrorCode::RequestNotFound`] for a task that is not open, or not of the actor's area;
    /// [`ServiceError::Store`].
    pub async fn propose(
        &self,
        actor: &Actor,
        (task_id, reason): (&str, &str),
    ) -> Result<wire::Proposal, ServiceError> {
        let (reason, now_ms) = (checked_reason(reason)?, self.clock.now_ms());
        let proposed = run_tx!(self.store, "propose", |db| {
            actor.still(db).await?;
            actor.may(Action::Propose)?;
            let task = db.open_task(task_id).await?;
            let task = task.ok_or(ErrorCode::RequestNotFound)?;
            actor.may_about(db, Action::Propose, task.person).await?;
            if let Some(open) = &task.proposal {
                let open = db.proposal(open).await?;
                return open.ok_or(ServiceError::Inconsistent("a proposal"));
            }
            let by = (actor.staff_id.as_str(), reason);
            let row = ProposalRow {
                task_id: Some(task.task_id),
                person: Some(task.person),
                payload: task_payload(&task.kind, &task.source),
                ..ProposalRow::new(ProposalKind::Accept, by, now_ms)
            };
            db.add_proposal(&row).await?;
            Ok(row)
        })?;
        told(&proposed, None)
    }

    /// Proposes to end the certificates and devices of people.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestMalformed`] without a reason, for
    /// nobody or for more than 1,000 people, [`ErrorCode::RequestNotFound`] where one of them is
    /// not of the actor's area; [`ServiceError::Store`].
    pub async fn propose_end(
        &self,
        actor: &Actor,
        people: &[PersonRef],
        reason: &str,
    ) -> Result<wire::Proposal, ServiceError> {
        actor.may(Action::ProposeBulk)?;
        let (reason, now_ms) = (checked_reason(reason)?, self.clock.now_ms());
        if people.is_empty() || people.len() > MOST_PEOPLE {
            return Err(ErrorCode::RequestMalformed.into());
        }
        let mut numbers: Vec<String> = people.iter().map(PersonRef::to_string).collect();
        numbers.sort();
        numbers.dedup();
        let by = (actor.staff_id.as_str(), reason);
        let row = ProposalRow {
            payload: numbers.join(" "),
            ..ProposalRow::new(ProposalKind::End, by, now_ms)
        };
        run_tx!(self.store, "propose_end", |db| {
            actor.still(db).await?;
            if !actor.covers_all(db, people).await? {
                return Err(ErrorCode::RequestNotFound.into());
            }
            Ok(db.add_proposal(&row).await?)
        })?;
        told(&row, None)
    }

    /// Approves what another member of staff proposed, and does it.
    ///
    /// # Errors
    /// [`ErrorCode::ReviewSecondPerson`] for whoever proposed it,
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestNotFound`] for a proposal that is
    /// not open, or not of the actor's area; [`ServiceError`].
    pub async fn approve(
        &self,
        actor: &Actor,
        proposal: &str,
    ) -> Result<wire::Proposal, ServiceError> {
        self.decide_proposal(actor, proposal, ProposalState::Approved)
            .await
    }

    /// Refuses a proposal: one person is enough for that, also the one who proposed it. What it was
    /// about is decided by it, and the task is closed.
    ///
    /// # Errors
    /// Those of [`Service::approve`] without the first.
    pub async fn refuse(
        &self,
        actor: &Actor,
        proposal: &str,
    ) -> Result<wire::Proposal, ServiceError> {
        self.decide_proposal(actor, proposal, ProposalState::Refused)
            .await
    }

    async fn decide_proposal(
        &self,
        actor: &Actor,
        id: &str,
        state: ProposalState,
    ) -> Result<wire::Proposal, ServiceError> {
        let now_ms = self.clock.now_ms();
        let (decided, receipt) = run_tx!(self.store, "decide_proposal", |db| {
            actor.still(db).await?;
            let row = db.proposal(id).await?;
            let open = row.filter(|row| row.state == ProposalState::Open);
            let row = open.ok_or(ErrorCode::RequestNotFound)?;
            actor.may(proposal_actions(row.kind).1)?;
            if is_of_all(row.kind) {
                actor.is_everywhere()?;
            }
            if !actor.covers_all(db, &row.people()?).await? {
                return Err(ErrorCode::RequestNotFound.into());
            }
            let approved = state == ProposalState::Approved;
            if approved && row.proposed_by == actor.staff_id {
                return Err(ErrorCode::ReviewSecondPerson.into());
            }
            let by = (state, actor.staff_id.as_str());
            if !db.decide_proposal(id, by, now_ms).await? {
                return Err(ErrorCode::RequestNotFound.into());
            }
            let receipt = match row.kind {
                ProposalKind::Accept => self.settle_task(db, &row, (approved, now_ms)).await?,
                ProposalKind::End if approved => {
                    for person in row.people()? {
                        let why = (actor, row.reason.as_str());
                        self.end_person(db, person, why, now_ms).await?;
                    }
                    None
                }
                ProposalKind::Policy if approved => {
                    self.add_proposed_policy(db, &row, now_ms).await?;
                    None
                }
                // A roster is taken in afterwards, by whoever has the file.
                ProposalKind::End | ProposalKind::Policy | ProposalKind::Roster => None,
            };
            let row = db.proposal(id).await?;
            let row = row.ok_or(ServiceError::Inconsistent("a proposal"))?;
            Ok((row, receipt))
        })?;
        self.logged(LeafKind::Decision, id).await?;
        if let Some(receipt) = receipt {
            self.logged(LeafKind::Receipt, &receipt.to_string()).await?;
        }
        told(&decided, receipt)
    }

    /// Does what the acceptance of a task, or its refusal, asks for; gives the receipt, where there
    /// is one.
    async fn settle_task(
        &self,
        db: &mut Db,
        row: &ProposalRow,
        (approved, now_ms): (bool, u64),
    ) -> Result<Option<ReceiptId>, ServiceError> {
        let (Some((kind, source)), Some(person)) = (row.task(), row.person) else {
            return Err(ServiceError::Inconsistent("a proposal"));
        };
        db.close_task(kind, source, now_ms).await?;
        match kind {
            REVIEW_CLAIM if approved => {
                let claim = source.parse();
                let claim = claim.map_err(|_| ServiceError::Inconsistent("a task"))?;
                self.accept_by_hand(db, claim, now_ms).await.map(Some)
            }
            PENDING_DEVICE => {
                let device = source.parse();
                let device = device.map_err(|_| ServiceError::Inconsistent("a task"))?;
                let state = if approved {
                    DeviceState::Bound
                } else {
                    DeviceState::Revoked
                };
                // One that was shut out meanwhile stays out.
                db.set_device_state((person, device), state, now_ms).await?;
                Ok(None)
            }
            SEE if approved => {
                // Seen by the one who says so, believed by the other.
                let evidence = EvidenceRow {
                    modality: Modality::InPerson,
                    channel: Channel::Visit,
                    assurance: Assurance::None,
                    proved_from_ms: row.proposed_at_ms,
                    proved_to_ms: row.proposed_at_ms,
                    source: row.proposal_id.clone(),
                };
                let performing = self.store.agency().as_str();
                db.add_evidence(person, &evidence, (performing, now_ms))
                    .await?;
                Ok(None)
            }
            kind => {
                if let Some(road) = road_of(kind).filter(|_| approved) {
                    self.walked(db, (person, road), (row, now_ms)).await?;
                }
                Ok(None)
            }
        }
    }

    /// Gives the receipt of a claim that the machine referred.
    async fn accept_by_hand(
        &self,
        db: &mut Db,
        id: ClaimId,
        now_ms: u64,
    ) -> Result<ReceiptId, ServiceError> {
        let claim = db
            .claim(id)
            .await?
            .filter(|row| row.outcome == Verdict::Refer);
        let claim = claim.ok_or(ServiceError::Inconsistent("a task's claim"))?;
        let challenge = db.challenge(claim.challenge_id).await?;
        let challenge = challenge
            .ok_or(ServiceError::Inconsistent("a challenge"))?
            .challenge;
        if challenge.purpose != Purpose::Certify {
            return Err(ServiceError::Inconsistent("a task's claim"));
        }
        let device = db.device_by_key(claim.key).await?;
        let device = device.ok_or(ServiceError::Inconsistent("a device"))?;
        let policy = db.policy_version(challenge.policy.version).await?;
        let policy = policy.ok_or(ServiceError::Inconsistent("the challenge's policy"))?;
        let basis = Basis {
            claim: (claim.claim_id, claim.payload_digest),
            kind: (Modality::Face, channel_in(&claim.numbers)),
            device: &device,
            // Whether the app asserted that claim is not on record.
            assurance: match device.assurance {
                Assurance::AppAttest => Assurance::None,
                level => level,
            },
            policy: &policy,
            recognition_model: challenge.policy.recognition_model,
            recomputed: None,
            proved_ms: (challenge.issued_at_ms, claim.received_at_ms),
            decided_at_ms: Some(now_ms.max(claim.received_at_ms)),
        };
        let receipt = self.receipt(db, &basis).await?;
        self.record_receipt(db, &basis, &receipt).await?;
        let answer = serde_json::to_string(&receipts::accepted(&receipt));
        let answer = answer.map_err(|_| ServiceError::Inconsistent("an answer"))?;
        db.set_answer(id, &answer).await?;
        Ok(receipt.receipt_id)
    }
}

impl Actor {
    /// Whether all of these people are of their area.
    async fn covers_all(&self, db: &mut Db, people: &[PersonRef]) -> Result<bool, ServiceError> {
        for person in people {
            let row = db.person(*person).await?;
            if !row.is_some_and(|row| self.area.covers(&row.area)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Who may propose and who may decide.
pub(crate) const fn proposal_actions(kind: ProposalKind) -> (Action, Action) {
    match kind {
        ProposalKind::Accept => (Action::Propose, Action::Decide),
        ProposalKind::End | ProposalKind::Policy | ProposalKind::Roster => {
            (Action::ProposeBulk, Action::DecideBulk)
        }
    }
}

/// Whether only those decide who act for the whole agency.
const fn is_of_all(kind: ProposalKind) -> bool {
    matches!(kind, ProposalKind::Policy | ProposalKind::Roster)
}

/// The channel that a claim's numbers name; those of before it stood there came from home.
fn channel_in(numbers: &str) -> Channel {
    #[derive(Deserialize)]
    struct Numbers {
        device_channel: Option<Channel>,
    }
    let numbers = serde_json::from_str::<Numbers>(numbers).ok();
    let channel = numbers.and_then(|numbers| numbers.device_channel);
    channel.unwrap_or(Channel::Home)
}

pub(super) fn told_task(row: TaskRow) -> wire::Task {
    wire::Task {
        task: row.task_id,
        person: row.person,
        kind: row.kind,
        code: row.code,
        source: row.source,
        created_at_ms: row.created_at_ms,
        proposal: row.proposal,
    }
}

pub(super) fn told(
    row: &ProposalRow,
    receipt: Option<ReceiptId>,
) -> Result<wire::Proposal, ServiceError> {
    Ok(wire::Proposal {
        proposal: row.proposal_id.clone(),
        kind: row.kind.as_str().to_owned(),
        task: row.task_id.clone(),
        people: row.people()?,
        reason: row.reason.clone(),
        proposed_by: row.proposed_by.clone(),
        proposed_at_ms: row.proposed_at_ms,
        state: row.state.as_str().to_owned(),
        decided_by: row.decided.as_ref().map(|(staff, _)| staff.clone()),
        receipt,
    })
}
