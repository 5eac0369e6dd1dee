//! What the workers left: every job done once and for all, every result on record once.

use crate::verdict::count;
use lifecert_server::store::Db;
use lifecert_server::values;
use lifecert_tests::database::TestDatabase;
use sqlx::any::AnyPoolOptions;

/// Notes each end of a job and each result of a look beside the server's own tables, as often as
/// there is one: a second one would leave no other trace. The file is the test's own.
const NOTES: [&str; 3] = [
    "CREATE TABLE ended (agency_id TEXT NOT NULL, what TEXT NOT NULL)",
    "CREATE TRIGGER job_ended AFTER UPDATE OF done_at_ms ON job \
     WHEN NEW.done_at_ms IS NOT NULL \
     BEGIN INSERT INTO ended VALUES (NEW.agency_id, 'job ' || NEW.job_id); END",
    "CREATE TRIGGER looked_again AFTER UPDATE OF recheck ON sealed_evidence \
     WHEN NEW.recheck IS NOT NULL \
     BEGIN INSERT INTO ended VALUES (NEW.agency_id, 'look ' || NEW.claim_id); END",
];

/// What was counted.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// How often a worker was killed.
    pub workers_killed: u32,
    /// Claims that a worker looked at.
    pub rechecked: u64,
    /// How often a job was taken once more, as its worker had died.
    pub retaken: u64,
    /// Jobs that were not done, or failed.
    pub undone: u64,
    /// Jobs and looks that ended more than once, and looks that nobody is on record for.
    pub done_twice: u64,
    /// Honest claims that a worker contradicted, and what else was left to a person.
    pub contradicted: u64,
}

/// Begins to note; before anything is done.
pub async fn watch(database: &TestDatabase) {
    sqlx::any::install_default_drivers();
    let pool = AnyPoolOptions::new().connect(database.address()).await;
    let pool = pool.expect("the database");
    for note in NOTES {
        sqlx::query(note).execute(&pool).await.expect("a note");
    }
    pool.close().await;
}

/// Counts; `workers_killed` is handed through.
pub async fn of(db: &mut Db, workers_killed: u32) -> Again {
    let mut found = async |sql| count(db, sql, values![]).await;
    let jobs = found("SELECT COUNT(*) AS found FROM job WHERE agency_id = $1").await;
    let rechecked = found(
        "SELECT COUNT(*) AS found FROM job JOIN sealed_evidence AS e \
         ON e.agency_id = job.agency_id AND e.claim_id = job.source \
         WHERE job.agency_id = $1 AND job.kind = 'recheck' AND e.recheck IS NOT NULL",
    );
    let rechecked = rechecked.await;
    let done = found(
        "SELECT COUNT(*) AS found FROM job \
         WHERE agency_id = $1 AND done_at_ms IS NOT NULL AND failure IS NULL",
    );
    let done = done.await;
    let tries = found(
        "SELECT CAST(COALESCE(SUM(tries), 0) AS BIGINT) AS found FROM job WHERE agency_id = $1",
    );
    let tries = tries.await;
    let ends = "SELECT COUNT(*) AS found FROM ended WHERE agency_id = $1";
    let ends = found(ends).await;
    let once = "SELECT COUNT(DISTINCT what) AS found FROM ended WHERE agency_id = $1";
    let once = found(once).await;
    let unopened = found(
        "SELECT COUNT(*) AS found FROM sealed_evidence AS e \
         WHERE e.agency_id = $1 AND e.recheck IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM evidence_access AS a WHERE a.agency_id = e.agency_id \
         AND a.claim_id = e.claim_id AND a.reason = 'recheck')",
    );
    let unopened = unopened.await;
    let contradicted = "SELECT COUNT(*) AS found FROM task WHERE agency_id = $1";
    let contradicted = found(contradicted).await;
    Again {
        workers_killed,
        rechecked,
        retaken: tries.saturating_sub(jobs),
        undone: (jobs - done).max(jobs.abs_diff(rechecked)),
        done_twice: (ends - once) + unopened,
        contradicted,
    }
}

impl Again {
    /// Whether nothing was left undone or done twice.
    pub fn is_good(&self) -> bool {
        self.rechecked > 0 && self.undone == 0 && self.done_twice == 0 && self.contradicted == 0
    }
}
