//! Visits at home: whom a clerk is to see today, what they bring back under seal, and what a worker
//! makes of it. A visit accepts nothing by itself: a second person agrees before it is evidence of
//! life.

use super::roads::kind_of;
use super::staff::{Action, Actor, checked_reason};
use super::{Service, calendar};
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{
    Db, FileAccess, Job, JobKind, ProposalKind, ProposalRow, StaffRole, TemplateRow, VisitRow,
    VisitState, task_payload,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::staff as wire;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    Digest, ErrorCode, PersonRef, Road, SealedVisit, Visit, VisitId, VisitWork,
};

/// The most people of one list: a clerk's day.
const MOST_VISITS: u32 = 30;

/// What the record of reads calls a list.
const LIST: &str = "visit-list";

/// What it calls the opening of one.
const VISIT: &str = "visit";

/// The reason that stands there for a list.
const TODAY: &str = "today's visits";

/// The task of a visit that cannot be read.
pub(super) const UNREADABLE: &str = "visit-unreadable";

/// A visit that says of itself that it is older than this when it comes has a clock that nobody can
/// believe, or lay somewhere for too long.
const OLDEST_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

/// What a worker found in a visit.
struct Found {
    done_at_ms: u64,
    rows: Vec<TemplateRow>,
    code: Option<ErrorCode>,
}

impl Service {
    /// Whom the clerks of the actor's area are to visit, those who asked first before others. Each
    /// name on it is a read of a file, and on record.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`]; [`ServiceError`].
    pub async fn visits(&self, actor: &Actor) -> Result<wire::VisitList, ServiceError> {
        actor.may(Action::Visit)?;
        let (key, now_ms) = (*self.vault()?.key(), self.clock.now_ms());
        let visits = run_tx!(self.store, "visit_list", |db| {
            actor.still(db).await?;
            let kind = kind_of(Road::Visit);
            let mut visits = Vec::new();
            for person in db.to_visit(&kind, &actor.area, MOST_VISITS).await? {
                db.add_file_access(&FileAccess {
                    staff_id: actor.staff_id.clone(),
                    person,
                    what: LIST.to_owned(),
                    reason: TODAY.to_owned(),
                    at_ms: now_ms,
                })
                .await?;
                visits.push(self.due_visit(db, person, now_ms).await?);
            }
            Ok(visits)
        })?;
        Ok(wire::VisitList {
            agency: self.store.agency().clone(),
            server: self.server.clone(),
            staff: actor.staff_id.clone(),
            key: URL_SAFE_NO_PAD.encode(key.as_bytes()),
            visits,
        })
    }

    async fn due_visit(
        &self,
        db: &mut Db,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<wire::DueVisit, ServiceError> {
        let identity = db.identity(person).await?;
        let identity = identity.ok_or(ServiceError::Inconsistent("a person"))?;
        let (policy, first_due_ms) = self.policy_of(db, person, now_ms).await?;
        let newest = calendar::newest(&db.counting_evidence(person).await?);
        let standing = calendar::standing(&policy, newest, first_due_ms, now_ms)?;
        // Whoever had their face erased is not asked for it again.
        let work = if db.is_modelled(person).await? {
            VisitWork::Certify
        } else if db.had_face_erased(person).await? {
            VisitWork::Form
        } else {
            VisitWork::Model
        };
        Ok(wire::DueVisit {
            person,
            name: identity.name.to_string(),
            work,
            due_ms: standing.due_ms,
        })
    }

    /// Puts a person on the list for visits, as if they had asked for one.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestNotFound`] for nobody and for
    /// somebody of another area; [`ServiceError`].
    pub async fn plan_visit(&self, actor: &Actor, person: PersonRef) -> Result<(), ServiceError> {
        run_tx!(self.store, "plan_visit", |db| {
            actor.still(db).await?;
            actor.may_about(db, Action::Propose, person).await
        })?;
        self.other_road(person, Road::Visit).await?;
        Ok(())
    }

    /// Takes a finished visit in; the same sent again gets the same answer.
    ///
    /// # Errors
    /// [`ErrorCode::RequestMalformed`] for what is no sealed visit and for another one under an id
    /// that is known, [`ErrorCode::ClaimAudience`] for one to another agency or server,
    /// [`ErrorCode::KeyUnavailable`] for one to another key, [`ErrorCode::RequestUnauthorised`] for
    /// another clerk's, [`ErrorCode::RequestNotFound`] for nobody and for somebody of another area;
    /// [`ServiceError`].
    pub async fn take_visit(
        &self,
        actor: &Actor,
        bytes: &[u8],
    ) -> Result<wire::VisitAnswer, ServiceError> {
        actor.may(Action::Visit)?;
        let sealed = SealedVisit::from_bytes(bytes).map_err(|_| ErrorCode::RequestMalformed)?;
        let header = &sealed.header;
        if header.agency != *self.store.agency() || header.server != self.server {
            return Err(ErrorCode::ClaimAudience.into());
        }
        if header.staff != actor.staff_id {
            return Err(ErrorCode::RequestUnauthorised.into());
        }
        let (vault, digest) = (self.vault()?, Digest::of(bytes));
        if sealed.key != vault.key().id() {
            return Err(ErrorCode::KeyUnavailable.into());
        }
        let now_ms = self.clock.now_ms();
        let mut db = self.store.read().await?;
        if let Some(known) = db.visit(header.visit).await? {
            return told(&known, digest);
        }
        actor
            .may_about(&mut db, Action::Visit, header.person)
            .await?;
        drop(db);
        let row = VisitRow {
            visit: header.visit,
            person: header.person,
            staff_id: actor.staff_id.clone(),
            object_key: vault.put(bytes.to_vec()).await?,
            digest,
            evidence_key: sealed.key,
            state: VisitState::Sent,
            received_at_ms: now_ms,
            keep_until_ms: now_ms,
            done_at_ms: None,
            code: None,
        };
        let taken = run_tx!(self.store, "take_visit", |db| {
            actor.still(db).await?;
            actor.may_about(db, Action::Visit, row.person).await?;
            // The same may have come twice at a time.
            if let Some(known) = db.visit(row.visit).await? {
                return Ok(known);
            }
            let (policy, _) = self.policy_of(db, row.person, now_ms).await?;
            let keep_ms = db.evidence_policy(policy.version).await?.keep_ms();
            let row = VisitRow {
                keep_until_ms: now_ms + keep_ms,
                ..row.clone()
            };
            db.add_visit(&row).await?;
            db.add_job(JobKind::Visit, row.visit, now_ms).await?;
            Ok(row)
        });
        let kept = taken
            .as_ref()
            .is_ok_and(|taken| taken.object_key == row.object_key);
        if !kept && let Err(error) = vault.remove(&row.object_key).await {
            tracing::warn!(%error, "an upload is left to be swept");
        }
        told(&taken?, digest)
    }

    /// Opens a visit that waits, models from its pictures and proposes, in the name of the clerk
    /// who was there, to accept the person's task.
    pub(super) async fn read_visit(&self, worker: &str, job: &Job) -> Result<(), ServiceError> {
        let (visit, now_ms) = (job.visit()?, self.clock.now_ms());
        let row = self.store.read().await?.visit(visit).await?;
        let Some(row) = row.filter(|row| row.state == VisitState::Sent) else {
            // Erased meanwhile, or read by a worker that died before it could say so.
            return self.end(job).await;
        };
        run_tx!(self.store, "note_opening", |db| {
            Ok(db.note_opening(visit, (worker, now_ms)).await?)
        })?;
        let opened = self.open_visit(&row).await?;
        let found = match opened {
            Ok(opened) => self.look_into(&row, opened).await?,
            Err(code) => Err(code),
        };
        match found {
            Ok(found) => self.propose_visited(job, &row, &found).await,
            Err(code) => self.visit_unreadable(job, &row, code).await,
        }
    }

    /// Opens a visit for the second person, who is to agree to it: the form is looked at by
    /// somebody who was not there. That they looked, and why, is on record before it is opened.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestMalformed`] without a reason,
    /// [`ErrorCode::RequestNotFound`] where it is not kept any more and for somebody of another
    /// area, [`ErrorCode::ClaimEvidence`] where it does not open; [`ServiceError`].
    pub async fn see_visit(
        &self,
        actor: &Actor,
        visit: VisitId,
        reason: &str,
    ) -> Result<Visit, ServiceError> {
        let (reason, now_ms) = (checked_reason(reason)?, self.clock.now_ms());
        let row = run_tx!(self.store, "see_visit", |db| {
            actor.still(db).await?;
            actor.may(Action::OpenEvidence)?;
            let row = db.visit(visit).await?.ok_or(ErrorCode::RequestNotFound)?;
            actor
                .may_about(db, Action::OpenEvidence, row.person)
                .await?;
            if !matches!(row.state, VisitState::Sent | VisitState::Read) {
                return Err(ErrorCode::RequestNotFound.into());
            }
            db.add_file_access(&FileAccess {
                staff_id: actor.staff_id.clone(),
                person: row.person,
                what: VISIT.to_owned(),
                reason: reason.to_owned(),
                at_ms: now_ms,
            })
            .await?;
            db.note_opening(visit, (&actor.staff_id, now_ms)).await?;
            Ok(row)
        })?;
        Ok(self.open_visit(&row).await??)
    }

    async fn open_visit(&self, row: &VisitRow) -> Result<Result<Visit, ErrorCode>, ServiceError> {
        let vault = self.vault()?;
        let opener = vault.opener(row.evidence_key)?;
        let bytes = vault.read(&row.object_key).await?;
        if Digest::of(&bytes) != row.digest {
            return Ok(Err(ErrorCode::ClaimEvidence));
        }
        let sealed = SealedVisit::from_bytes(&bytes).map_err(|_| ErrorCode::ClaimEvidence);
        Ok(sealed.and_then(|sealed| sealed.open(opener).map_err(|error| error.code())))
    }

    /// What is in an opened visit, or why it is of no use. Pictures that no template can be made
    /// from do not take from the form that was signed.
    async fn look_into(
        &self,
        row: &VisitRow,
        mut visit: Visit,
    ) -> Result<Result<Found, ErrorCode>, ServiceError> {
        let done_at_ms = visit.done_at_ms.min(row.received_at_ms);
        if row.received_at_ms - done_at_ms > OLDEST_MS {
            return Ok(Err(ErrorCode::ClockWrong));
        }
        let pictures: Vec<Vec<u8>> = std::mem::take(&mut visit.pictures)
            .into_iter()
            .map(Vec::from)
            .collect();
        let mut found = Found {
            done_at_ms,
            rows: Vec::new(),
            code: None,
        };
        if !pictures.is_empty() {
            match self.model_face(&row.staff_id, pictures).await? {
                Ok(modelled) => found.rows = modelled.rows,
                Err(code) if visit.form.is_some() => found.code = Some(code),
                Err(code) => return Ok(Err(code)),
            }
        }
        Ok(Ok(found))
    }

    async fn propose_visited(
        &self,
        job: &Job,
        row: &VisitRow,
        found: &Found,
    ) -> Result<(), ServiceError> {
        let (now_ms, kind) = (self.clock.now_ms(), kind_of(Road::Visit));
        let added = run_tx!(self.store, "read_visit", |db| {
            if !db.end_job(job, None, now_ms).await? {
                return Ok(Vec::new());
            }
            if !still_visits(db, row).await? {
                refuse_visit(db, row, ErrorCode::RequestUnauthorised, now_ms).await?;
                return Ok(Vec::new());
            }
            let open = async |db: &mut Db| -> Result<_, ServiceError> {
                let tasks = db.tasks_of(row.person).await?.into_iter();
                Ok(tasks.rev().find(|task| task.kind == kind))
            };
            let mut task = open(db).await?;
            if task.is_none() {
                // They chose another road while the clerk was on the way; the visit took place.
                let source = row.visit.to_string();
                db.add_task(row.person, (&kind, None), &source, now_ms)
                    .await?;
                task = open(db).await?;
            }
            let task = task.ok_or(ServiceError::Inconsistent("a task"))?;
            let settled = (Some(found.done_at_ms), Some(task.source.clone()));
            let state = (VisitState::Read, found.code);
            if !db.settle_visit(row.visit, state, settled).await? {
                return Ok(Vec::new());
            }
            let mut added = Vec::new();
            for template in &found.rows {
                added.push(db.add_template(row.person, template).await?);
            }
            if task.proposal.is_none() {
                let reason = format!("visit {}", row.visit);
                let by = (row.staff_id.as_str(), reason.as_str());
                db.add_proposal(&ProposalRow {
                    task_id: Some(task.task_id),
                    person: Some(row.person),
                    payload: task_payload(&task.kind, &task.source),
                    ..ProposalRow::new(ProposalKind::Accept, by, now_ms)
                })
                .await?;
            }
            Ok(added)
        })?;
        for template in &added {
            self.logged(LeafKind::Enrolment, template).await?;
        }
        Ok(())
    }

    pub(super) async fn visit_unreadable(
        &self,
        job: &Job,
        row: &VisitRow,
        code: ErrorCode,
    ) -> Result<(), ServiceError> {
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "visit_unreadable", |db| {
            if db.end_job(job, Some(code.as_str()), now_ms).await? {
                refuse_visit(db, row, code, now_ms).await?;
            }
            Ok(())
        })
    }

    /// Removes a visit whose erasure was begun, and records that it is gone.
    pub(super) async fn erase_visit(&self, job: &Job) -> Result<(), ServiceError> {
        let visit = job.visit()?;
        let row = self.store.read().await?.visit(visit).await?;
        let row = row.ok_or(ServiceError::Inconsistent("a visit"))?;
        self.vault()?.remove(&row.object_key).await?;
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "erase_visit", |db| {
            db.end_visit_erasure(visit, now_ms).await?;
            db.end_job(job, None, now_ms).await?;
            Ok(())
        })
    }

    /// Begins the erasure of every visit of a person, in the transaction that causes it.
    pub(super) async fn begin_erasure_of_visits(
        &self,
        db: &mut Db,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<(), ServiceError> {
        for visit in db.visits_of(person).await? {
            db.begin_visit_erasure(visit).await?;
            db.add_job(JobKind::EraseVisit, visit, now_ms).await?;
        }
        Ok(())
    }
}

/// Whether whoever was there is still a clerk of that person.
async fn still_visits(db: &mut Db, row: &VisitRow) -> Result<bool, ServiceError> {
    let (staff, person) = (
        db.staff_row(&row.staff_id).await?,
        db.person(row.person).await?,
    );
    let (Some(staff), Some(person)) = (staff, person) else {
        return Ok(false);
    };
    let area = staff.account.map(|(_, area)| area).unwrap_or_default();
    Ok(!staff.ended && staff.role == StaffRole::Clerk && area.covers(&person.area))
}

async fn refuse_visit(
    db: &mut Db,
    row: &VisitRow,
    code: ErrorCode,
    now_ms: u64,
) -> Result<(), ServiceError> {
    let state = (VisitState::Unreadable, Some(code));
    if db.settle_visit(row.visit, state, (None, None)).await? {
        let (task, source) = ((UNREADABLE, Some(code)), row.visit.to_string());
        db.add_task(row.person, task, &source, now_ms).await?;
    }
    Ok(())
}

/// The answer to a visit that is on record.
fn told(row: &VisitRow, digest: Digest) -> Result<wire::VisitAnswer, ServiceError> {
    if row.digest != digest {
        return Err(ErrorCode::RequestMalformed.into());
    }
    Ok(wire::VisitAnswer {
        visit: row.visit,
        received_at_ms: row.received_at_ms,
    })
}
