//! What waits for a person, what one proposed and another one decided.

use super::people::random_id;
use super::rows::names;
use super::{Area, Db, NewEntry, Row, StoreError};
use crate::log::content;
use crate::values;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{ErrorCode, PersonRef};

/// A task of a person at the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Its id.
    pub task_id: String,
    /// Whom it is about.
    pub person: PersonRef,
    /// What kind of thing it is.
    pub kind: String,
    /// Why, where there is a code.
    pub code: Option<ErrorCode>,
    /// The claim or device that it came from.
    pub source: String,
    /// Since when it waits.
    pub created_at_ms: u64,
    /// The proposal about it that is open.
    pub proposal: Option<String>,
}

/// What a proposal would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalKind {
    /// Accept what a task is about.
    Accept,
    /// End certificates and devices of many people.
    End,
    /// Add a policy row.
    Policy,
    /// Take a roster in.
    Roster,
}

names!(ProposalKind {
    Accept = "accept",
    End = "end",
    Policy = "policy",
    Roster = "roster",
});

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalState {
    /// It waits for a second person.
    Open,
    /// A second person agreed, and it was done.
    Approved,
    /// It was refused.
    Refused,
}

names!(ProposalState {
    Open = "open",
    Approved = "approved",
    Refused = "refused",
});

/// What one member of staff proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalRow {
    /// Its id.
    pub proposal_id: String,
    /// What it would do.
    pub kind: ProposalKind,
    /// The task that it is about.
    pub task_id: Option<String>,
    /// The person that it is about, where it is one.
    pub person: Option<PersonRef>,
    /// What a task is about, as `<kind> <source>`; people, as their numbers; a policy, as
    /// JSON; a roster, as its digest, its policy and how many people.
    pub payload: String,
    /// Why.
    pub reason: String,
    /// Who proposed it,
    pub proposed_by: String,
    /// and when.
    pub proposed_at_ms: u64,
    /// Where it stands.
    pub state: ProposalState,
    /// Who decided it and when.
    pub decided: Option<(String, u64)>,
}

impl ProposalRow {
    /// The people that it is about.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the row does not hold people.
    pub fn people(&self) -> Result<Vec<PersonRef>, StoreError> {
        if let Some(person) = self.person {
            return Ok(vec![person]);
        }
        if self.kind != ProposalKind::End {
            return Ok(Vec::new());
        }
        let numbers = self.payload.split_whitespace().map(str::parse);
        numbers
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::Column("payload"))
    }

    /// The kind and the source of the task that it would accept.
    pub fn task(&self) -> Option<(&str, &str)> {
        let accepts = self.kind == ProposalKind::Accept;
        self.payload.split_once(' ').filter(|_| accepts)
    }
}

/// What a proposal to accept a task says of it.
pub fn task_payload(kind: &str, source: &str) -> String {
    format!("{kind} {source}")
}

impl Db {
    /// Open tasks about people of an area, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tasks_in(&mut self, area: &Area, most: u32) -> Result<Vec<TaskRow>, StoreError> {
        let rows = self
            .all(
                "SELECT task.task_id AS task_id, task.person_ref AS person_ref, task.kind AS kind, \
                 task.code AS code, task.source AS source, task.created_at_ms AS created_at_ms, \
                 proposal_id FROM task JOIN person ON person.agency_id = task.agency_id \
                 AND person.person_ref = task.person_ref \
                 LEFT JOIN proposal ON proposal.agency_id = task.agency_id \
                 AND proposal.task_id = task.task_id AND proposal.state = 'open' \
                 WHERE task.agency_id = $1 AND closed_at_ms IS NULL \
                 AND ($2 = '' OR area = $2 OR area LIKE $2 || '/%') \
                 ORDER BY task.created_at_ms, task.task_id LIMIT $3",
                values![area.as_str(), most],
            )
            .await?;
        rows.iter().map(read_task).collect()
    }

    /// Open tasks about a person, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tasks_of(&mut self, person: PersonRef) -> Result<Vec<TaskRow>, StoreError> {
        let rows = self
            .all(
                "SELECT task.task_id AS task_id, task.person_ref AS person_ref, task.kind AS kind, \
                 task.code AS code, task.source AS source, task.created_at_ms AS created_at_ms, \
                 proposal_id FROM task LEFT JOIN proposal ON proposal.agency_id = task.agency_id \
                 AND proposal.task_id = task.task_id AND proposal.state = 'open' \
                 WHERE task.agency_id = $1 AND task.person_ref = $2 AND closed_at_ms IS NULL \
                 ORDER BY task.created_at_ms, task.task_id",
                values![person.to_string()],
            )
            .await?;
        rows.iter().map(read_task).collect()
    }

    /// An open task by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_task(&mut self, task_id: &str) -> Result<Option<TaskRow>, StoreError> {
        let row = self
            .one(
                "SELECT task.task_id AS task_id, task.person_ref AS person_ref, task.kind AS kind, \
                 task.code AS code, task.source AS source, task.created_at_ms AS created_at_ms, \
                 proposal_id FROM task LEFT JOIN proposal ON proposal.agency_id = task.agency_id \
                 AND proposal.task_id = task.task_id AND proposal.state = 'open' \
                 WHERE task.agency_id = $1 AND task.task_id = $2 AND closed_at_ms IS NULL",
                values![task_id],
            )
            .await?;
        row.map(|row| read_task(&row)).transpose()
    }

    /// Adds a proposal that is open.
    ///
    /// # Errors
    /// [`StoreError`]; of a task there is one at a time.
    pub async fn add_proposal(&mut self, row: &ProposalRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO proposal (agency_id, proposal_id, kind, task_id, person_ref, payload, \
             reason, proposed_by, proposed_at_ms, state) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')",
            values![
                row.proposal_id.as_str(),
                row.kind.as_str(),
                row.task_id.clone(),
                row.person.map(|person| person.to_string()),
                row.payload.as_str(),
                row.reason.as_str(),
                row.proposed_by.as_str(),
                row.proposed_at_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// Decides an open proposal, with its entry in the log; `false` when it is not open.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn decide_proposal(
        &mut self,
        proposal_id: &str,
        (state, decided_by): (ProposalState, &str),
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let decided = self
            .run(
                "UPDATE proposal SET state = $3, decided_by = $4, decided_at_ms = $5 \
                 WHERE agency_id = $1 AND proposal_id = $2 AND state = 'open'",
                values![proposal_id, state.as_str(), decided_by, now_ms],
            )
            .await?;
        if decided == 0 {
            return Ok(false);
        }
        let row = self.proposal(proposal_id).await?;
        let row = row.ok_or(StoreError::Column("proposal_id"))?;
        self.add_log_entry(&NewEntry {
            kind: LeafKind::Decision,
            source: proposal_id,
            at_ms: now_ms,
            content: &content::decision(&row)?,
        })
        .await?;
        Ok(true)
    }

    /// A proposal by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn proposal(&mut self, id: &str) -> Result<Option<ProposalRow>, StoreError> {
        let row = self
            .one(
                "SELECT proposal_id, kind, task_id, person_ref, payload, reason, proposed_by, \
                 proposed_at_ms, state, decided_by, decided_at_ms FROM proposal \
                 WHERE agency_id = $1 AND proposal_id = $2",
                values![id],
            )
            .await?;
        row.map(|row| read_proposal(&row)).transpose()
    }

    /// Open proposals, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_proposals(&mut self, most: u32) -> Result<Vec<ProposalRow>, StoreError> {
        let rows = self
            .all(
                "SELECT proposal_id, kind, task_id, person_ref, payload, reason, proposed_by, \
                 proposed_at_ms, state, decided_by, decided_at_ms FROM proposal \
                 WHERE agency_id = $1 AND state = 'open' \
                 ORDER BY proposed_at_ms, proposal_id LIMIT $2",
                values![most],
            )
            .await?;
        rows.iter().map(read_proposal).collect()
    }

    /// The approved proposal to accept the task of a kind and a source.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn approved(
        &mut self,
        kind: &str,
        source: &str,
    ) -> Result<Option<ProposalRow>, StoreError> {
        let row = self
            .one(
                "SELECT proposal_id, kind, task_id, person_ref, payload, reason, proposed_by, \
                 proposed_at_ms, state, decided_by, decided_at_ms FROM proposal \
                 WHERE agency_id = $1 AND kind = 'accept' AND payload = $2 \
                 AND state = 'approved'",
                values![task_payload(kind, source)],
            )
            .await?;
        row.map(|row| read_proposal(&row)).transpose()
    }
}

impl ProposalRow {
    /// A proposal that was just made.
    pub fn new(kind: ProposalKind, (proposed_by, reason): (&str, &str), now_ms: u64) -> Self {
        Self {
            proposal_id: random_id(),
            kind,
            task_id: None,
            person: None,
            payload: String::new(),
            reason: reason.to_owned(),
            proposed_by: proposed_by.to_owned(),
            proposed_at_ms: now_ms,
            state: ProposalState::Open,
            decided: None,
        }
    }
}

fn read_task(row: &Row) -> Result<TaskRow, StoreError> {
    Ok(TaskRow {
        task_id: row.text("task_id")?,
        person: row.parsed("person_ref")?,
        kind: row.text("kind")?,
        code: row.maybe_parsed("code")?,
        source: row.text("source")?,
        created_at_ms: row.unsigned("created_at_ms")?,
        proposal: row.maybe_text("proposal_id")?,
    })
}

fn read_proposal(row: &Row) -> Result<ProposalRow, StoreError> {
    let decided_at_ms = row.maybe_unsigned("decided_at_ms")?;
    Ok(ProposalRow {
        proposal_id: row.text("proposal_id")?,
        kind: row.parsed("kind")?,
        task_id: row.maybe_text("task_id")?,
        person: row.maybe_parsed("person_ref")?,
        payload: row.text("payload")?,
        reason: row.text("reason")?,
        proposed_by: row.text("proposed_by")?,
        proposed_at_ms: row.unsigned("proposed_at_ms")?,
        state: row.parsed("state")?,
        decided: row.maybe_text("decided_by")?.zip(decided_at_ms),
    })
}
