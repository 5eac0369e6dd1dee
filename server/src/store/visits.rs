//! What clerks brought home from visits, under seal.

use super::rows::names;
use super::{Area, Db, NewEntry, Row, StoreError};
use crate::log::content;
use crate::values;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{Digest, ErrorCode, EvidenceKeyId, PersonRef, VisitId};

/// What the log calls a visit.
const VISIT: &str = "visit";

/// Where a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitState {
    /// It waits for a worker.
    Sent,
    /// A worker has opened it; it is kept for its time.
    Read,
    /// It does not open, or what is in it is of no use.
    Unreadable,
    /// It may not be opened any more, and is on its way out.
    Erasing,
    /// It is gone.
    Erased,
}

names!(VisitState {
    Sent = "sent",
    Read = "read",
    Unreadable = "unreadable",
    Erasing = "erasing",
    Erased = "erased",
});

/// A visit on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Its id.
    pub visit: VisitId,
    /// Who was visited.
    pub person: PersonRef,
    /// Who was there.
    pub staff_id: String,
    /// Where it lies in the store.
    pub object_key: String,
    /// SHA-256 of the sealed bytes.
    pub digest: Digest,
    /// The key that it is sealed to.
    pub evidence_key: EvidenceKeyId,
    /// Where it stands.
    pub state: VisitState,
    /// When it came.
    pub received_at_ms: u64,
    /// Until when it is kept.
    pub keep_until_ms: u64,
    /// When it was over, as it says itself, within bounds; not before it was opened.
    pub done_at_ms: Option<u64>,
    /// What was wrong with it, or with its pictures.
    pub code: Option<ErrorCode>,
}

impl Db {
    /// Adds a visit that lies in the store.
    ///
    /// # Errors
    /// [`StoreError`]; an id is there once.
    pub async fn add_visit(&mut self, row: &VisitRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO visit (agency_id, visit_id, person_ref, staff_id, object_key, digest, \
             evidence_key, state, received_at_ms, keep_until_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            values![
                row.visit.to_string(),
                row.person.to_string(),
                row.staff_id.as_str(),
                row.object_key.as_str(),
                row.digest.to_string(),
                row.evidence_key.to_string(),
                row.state.as_str(),
                row.received_at_ms,
                row.keep_until_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// A visit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn visit(&mut self, visit: VisitId) -> Result<Option<VisitRow>, StoreError> {
        let row = self
            .one(
                "SELECT visit_id, person_ref, staff_id, object_key, digest, evidence_key, state, \
                 received_at_ms, keep_until_ms, done_at_ms, code FROM visit \
                 WHERE agency_id = $1 AND visit_id = $2",
                values![visit.to_string()],
            )
            .await?;
        row.map(|row| read_visit(&row)).transpose()
    }

    /// Records who opens a visit, before it is opened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_opening(
        &mut self,
        visit: VisitId,
        (opened_by, at_ms): (&str, u64),
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE visit SET opened_by = $3, opened_at_ms = $4 \
             WHERE agency_id = $1 AND visit_id = $2",
            values![visit.to_string(), opened_by, at_ms],
        )
        .await?;
        Ok(())
    }

    /// Records what came of opening a visit that waits; `false` when it does not wait any more.
    /// `task_source` names the task that it is proposed to accept for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle_visit(
        &mut self,
        visit: VisitId,
        (state, code): (VisitState, Option<ErrorCode>),
        (done_at_ms, task_source): (Option<u64>, Option<String>),
    ) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE visit SET state = $3, code = $4, done_at_ms = $5, task_source = $6 \
                 WHERE agency_id = $1 AND visit_id = $2 AND state = 'sent'",
                values![
                    visit.to_string(),
                    state.as_str(),
                    code.map(|code| code.as_str().to_owned()),
                    done_at_ms,
                    task_source,
                ],
            )
            .await?;
        Ok(changed > 0)
    }

    /// When the visit was over on which the proposal about a task rests.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn visited_at_ms(&mut self, task_source: &str) -> Result<Option<u64>, StoreError> {
        let row = self
            .one(
                "SELECT MIN(done_at_ms) AS done_at_ms FROM visit \
                 WHERE agency_id = $1 AND task_source = $2",
                values![task_source],
            )
            .await?;
        row.map_or(Ok(None), |row| row.maybe_unsigned("done_at_ms"))
    }

    /// Visits that are past their time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn expired_visits(
        &mut self,
        now_ms: u64,
        most: u32,
    ) -> Result<Vec<VisitId>, StoreError> {
        let rows = self
            .all(
                "SELECT visit_id FROM visit WHERE agency_id = $1 \
                 AND state IN ('read', 'unreadable') AND keep_until_ms <= $2 \
                 ORDER BY keep_until_ms, visit_id LIMIT $3",
                values![now_ms, most],
            )
            .await?;
        rows.iter().map(|row| row.parsed("visit_id")).collect()
    }

    /// Visits of a person that are there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn visits_of(&mut self, person: PersonRef) -> Result<Vec<VisitId>, StoreError> {
        let rows = self
            .all(
                "SELECT visit_id FROM visit WHERE agency_id = $1 AND person_ref = $2 \
                 AND state IN ('sent', 'read', 'unreadable') ORDER BY visit_id",
                values![person.to_string()],
            )
            .await?;
        rows.iter().map(|row| row.parsed("visit_id")).collect()
    }

    /// Begins the erasure of a visit: it opens no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_visit_erasure(&mut self, visit: VisitId) -> Result<(), StoreError> {
        self.run(
            "UPDATE visit SET state = 'erasing' WHERE agency_id = $1 AND visit_id = $2 \
             AND state <> 'erased'",
            values![visit.to_string()],
        )
        .await?;
        Ok(())
    }

    /// Records that a visit is gone, with its entry in the log; a second time changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_visit_erasure(
        &mut self,
        visit: VisitId,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let id = visit.to_string();
        let changed = self
            .run(
                "UPDATE visit SET state = 'erased', erased_at_ms = $3 \
                 WHERE agency_id = $1 AND visit_id = $2 AND state = 'erasing'",
                values![id.as_str(), now_ms],
            )
            .await?;
        if changed > 0 {
            self.add_log_entry(&NewEntry {
                kind: LeafKind::Erasure,
                source: &content::state_source(VISIT, &id),
                at_ms: now_ms,
                content: &content::state(VISIT, &id, now_ms),
            })
            .await?;
        }
        Ok(())
    }

    /// Whom the clerks of an area are to visit: who has a task of that kind, the earliest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn to_visit(
        &mut self,
        kind: &str,
        area: &Area,
        most: u32,
    ) -> Result<Vec<PersonRef>, StoreError> {
        let rows = self
            .all(
                "SELECT task.person_ref AS person_ref FROM task JOIN person \
                 ON person.agency_id = task.agency_id AND person.person_ref = task.person_ref \
                 WHERE task.agency_id = $1 AND task.kind = $2 AND closed_at_ms IS NULL \
                 AND ($3 = '' OR area = $3 OR area LIKE $3 || '/%') \
                 AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.agency_id = task.agency_id \
                 AND visit.person_ref = task.person_ref AND visit.state IN ('sent', 'read') \
                 AND visit.received_at_ms >= task.created_at_ms) \
                 ORDER BY task.created_at_ms, task.task_id LIMIT $4",
                values![kind, area.as_str(), most],
            )
            .await?;
        rows.iter().map(|row| row.parsed("person_ref")).collect()
    }

    /// Whether a person's face was erased once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn had_face_erased(&mut self, person: PersonRef) -> Result<bool, StoreError> {
        let row = self
            .one(
                "SELECT template_id FROM template WHERE agency_id = $1 AND person_ref = $2 \
                 AND erased_at_ms IS NOT NULL LIMIT 1",
                values![person.to_string()],
            )
            .await?;
        Ok(row.is_some())
    }
}

fn read_visit(row: &Row) -> Result<VisitRow, StoreError> {
    Ok(VisitRow {
        visit: row.parsed("visit_id")?,
        person: row.parsed("person_ref")?,
        staff_id: row.text("staff_id")?,
        object_key: row.text("object_key")?,
        digest: row.parsed("digest")?,
        evidence_key: row.parsed("evidence_key")?,
        state: row.parsed("state")?,
        received_at_ms: row.unsigned("received_at_ms")?,
        keep_until_ms: row.unsigned("keep_until_ms")?,
        done_at_ms: row.maybe_unsigned("done_at_ms")?,
        code: row.maybe_parsed("code")?,
    })
}
