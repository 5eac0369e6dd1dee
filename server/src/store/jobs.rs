//! Work that the database hands out: due, leased to one worker at a time, tried again when it
//! failed or its worker died.

use super::people::random_id;
use super::{Db, Engine, StoreError};
use crate::values;
use lifecert_protocol::{ClaimId, VisitId};
use std::fmt::Display;
use std::str::FromStr;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Looks at a claim's sealed evidence again.
    Recheck,
    /// Erases a claim's sealed evidence.
    Erase,
    /// Opens a clerk's visit.
    Visit,
    /// Erases a clerk's visit.
    EraseVisit,
}

impl JobKind {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            JobKind::Recheck => "recheck",
            JobKind::Erase => "erase",
            JobKind::Visit => "visit",
            JobKind::EraseVisit => "erase-visit",
        }
    }
}

impl FromStr for JobKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "recheck" => Ok(JobKind::Recheck),
            "erase" => Ok(JobKind::Erase),
            "visit" => Ok(JobKind::Visit),
            "erase-visit" => Ok(JobKind::EraseVisit),
            _ => Err(()),
        }
    }
}

/// A job under a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub job_id: String,
    /// What it does.
    pub kind: JobKind,
    /// The claim or visit that it is about.
    pub source: String,
    /// Which try this is, from 1: the lease holds for this try alone.
    pub tries: u32,
}

impl Job {
    /// The claim that it is about.
    ///
    /// # Errors
    /// [`StoreError::Column`] when it is about something else.
    pub fn claim(&self) -> Result<ClaimId, StoreError> {
        self.source
            .parse()
            .map_err(|_| StoreError::Column("source"))
    }

    /// The visit that it is about.
    ///
    /// # Errors
    /// [`StoreError::Column`] when it is about something else.
    pub fn visit(&self) -> Result<VisitId, StoreError> {
        self.source
            .parse()
            .map_err(|_| StoreError::Column("source"))
    }
}

/// The next job that is due and under no lease. Who claims takes the row in the same statement, so
/// that no two workers get one job.
const CLAIM: &str = "UPDATE job SET leased_by = $2, leased_until_ms = $3, tries = tries + 1 \
                     WHERE agency_id = $1 AND job_id IN (SELECT job_id FROM job \
                     WHERE agency_id = $1 AND done_at_ms IS NULL AND due_at_ms <= $4 \
                     AND (leased_until_ms IS NULL OR leased_until_ms <= $4) \
                     ORDER BY due_at_ms, job_id LIMIT 1) \
                     RETURNING job_id, kind, source, tries";

/// The same where workers would wait for each other's rows.
const CLAIM_PAST_LOCKED: &str = "UPDATE job SET leased_by = $2, leased_until_ms = $3, tries = tries + 1 \
     WHERE agency_id = $1 AND job_id IN (SELECT job_id FROM job \
     WHERE agency_id = $1 AND done_at_ms IS NULL AND due_at_ms <= $4 \
     AND (leased_until_ms IS NULL OR leased_until_ms <= $4) \
     ORDER BY due_at_ms, job_id LIMIT 1 FOR UPDATE SKIP LOCKED) \
     RETURNING job_id, kind, source, tries";

impl Db {
    /// Adds a job; one of that kind about that claim or visit is there once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_job(
        &mut self,
        kind: JobKind,
        source: impl Display,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO job (agency_id, job_id, kind, source, due_at_ms, tries, created_at_ms) \
             VALUES ($1, $2, $3, $4, $5, 0, $5) ON CONFLICT DO NOTHING",
            values![random_id(), kind.as_str(), source.to_string(), now_ms],
        )
        .await?;
        Ok(())
    }

    /// Takes the next job that is due, for `worker`, until `until_ms`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_job(
        &mut self,
        worker: &str,
        (now_ms, until_ms): (u64, u64),
    ) -> Result<Option<Job>, StoreError> {
        let sql = match self.engine() {
            Engine::Sqlite => CLAIM,
            Engine::Postgres => CLAIM_PAST_LOCKED,
        };
        let row = self.one(sql, values![worker, until_ms, now_ms]).await?;
        row.map(|row| {
            let tries = u32::try_from(row.int("tries")?);
            Ok(Job {
                job_id: row.text("job_id")?,
                kind: row.parsed("kind")?,
                source: row.text("source")?,
                tries: tries.map_err(|_| StoreError::Column("tries"))?,
            })
        })
        .transpose()
    }

    /// Ends a job for good, with what went wrong, if something did. `false` when the lease had run
    /// out and another worker has it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_job(
        &mut self,
        job: &Job,
        failure: Option<&str>,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let changed = self
            .run(
                "UPDATE job SET done_at_ms = $4, failure = $5, leased_until_ms = NULL \
                 WHERE agency_id = $1 AND job_id = $2 AND tries = $3 AND done_at_ms IS NULL",
                values![
                    job.job_id.as_str(),
                    job.tries,
                    now_ms,
                    failure.map(str::to_owned),
                ],
            )
            .await?;
        Ok(changed > 0)
    }

    /// Gives a job back, to be tried again from `due_at_ms` on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_off_job(
        &mut self,
        job: &Job,
        failure: &str,
        due_at_ms: u64,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE job SET due_at_ms = $4, failure = $5, leased_until_ms = NULL \
             WHERE agency_id = $1 AND job_id = $2 AND tries = $3 AND done_at_ms IS NULL",
            values![job.job_id.as_str(), job.tries, due_at_ms, failure],
        )
        .await?;
        Ok(())
    }

    /// How many jobs are not done.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_jobs(&mut self) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) AS open FROM job WHERE agency_id = $1 AND done_at_ms IS NULL";
        let row = self.one(sql, values![]).await?;
        row.map_or(Ok(0), |row| row.unsigned("open"))
    }
}
