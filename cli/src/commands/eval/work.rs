//! Work that is done on all cores, each with its own analyzer, and told in order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use lifecert_vision::Analyzer;

use super::super::{Context, Failure};

/// Does a job for each number below `count`; gives what came of them, in order. A bar shows how far
/// it is. The first failure stops them all.
pub fn on_all_cores<T: Send>(
    context: &Context,
    what: &'static str,
    count: usize,
    job: impl Fn(Analyzer, usize) -> Result<(T, Analyzer), Failure> + Sync,
) -> Result<Vec<T>, Failure> {
    let store = context.store()?;
    let bar = context.progress(Some(count as u64), what);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    let work = || -> Result<(), Failure> {
        let mut analyzer = Analyzer::load(&store)?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(());
            }
            let (result, back) = job(analyzer, number)?;
            analyzer = back;
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((number, result));
            bar.inc(1);
        }
    };
    let stopping = || {
        let result = work();
        if result.is_err() {
            next.store(count, Ordering::Relaxed);
        }
        result
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(count))
            .map(|_| scope.spawn(stopping))
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })?;
    bar.finish_and_clear();
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}
