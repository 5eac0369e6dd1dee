//! A worker: takes jobs from the database one at a time, and tidies up now and then. There may be
//! many; a lease keeps each job with one of them.

use crate::error::ServiceError;
use crate::service::Service;
use lifecert_protocol::random_bytes;
use std::time::{Duration, Instant};

/// How often a worker looks for evidence that is past its time.
const TIDY_EVERY: Duration = Duration::from_secs(60);

/// How often it looks for objects that are on no record.
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);

/// How a worker works.
#[derive(Debug, Clone, Copy)]
pub struct WorkerSettings {
    /// How long a job stays with a worker that says nothing more.
    pub lease: Duration,
    /// How long it rests when there is nothing to do.
    pub rest: Duration,
    /// Whether it ends when no job is left.
    pub until_idle: bool,
}

/// Works until it is dropped or, if its settings say so, until no job is left.
///
/// # Errors
/// [`ServiceError`] when the database or the store cannot be used and the worker was to end when
/// idle; otherwise it waits and tries again.
pub async fn run(service: &Service, settings: &WorkerSettings) -> Result<(), ServiceError> {
    let name = format!("worker-{}", hex::encode(random_bytes::<4>()));
    let lease_ms = u64::try_from(settings.lease.as_millis()).unwrap_or(u64::MAX);
    let (mut tidied, mut swept) = (None, None);
    tracing::info!(worker = name, "working");
    loop {
        let round = round(service, (&name, lease_ms), (&mut tidied, &mut swept)).await;
        let worked = match round {
            Ok(worked) => worked,
            Err(error) if settings.until_idle => return Err(error),
            Err(error) => {
                tracing::error!(%error, "no work could be taken");
                false
            }
        };
        if !worked {
            if settings.until_idle && service.open_jobs().await? == 0 {
                return Ok(());
            }
            tokio::time::sleep(settings.rest).await;
        }
    }
}

async fn round(
    service: &Service,
    (name, lease_ms): (&str, u64),
    (tidied, swept): (&mut Option<Instant>, &mut Option<Instant>),
) -> Result<bool, ServiceError> {
    let is_due = |last: &Option<Instant>, every| last.is_none_or(|last| last.elapsed() >= every);
    if is_due(tidied, TIDY_EVERY) {
        while let expired @ 1.. = service.expire_evidence().await? {
            tracing::info!(expired, "evidence is past its time");
        }
        *tidied = Some(Instant::now());
    }
    if is_due(swept, SWEEP_EVERY) {
        let orphans = service.sweep_orphans().await?;
        *swept = Some(Instant::now());
        if orphans > 0 {
            tracing::info!(orphans, "objects on no record were removed");
        }
    }
    service.work(name, lease_ms).await
}
