//! Work on many items at once, each core with nets of its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lifecert_inference::ModelStore;
use lifecert_vision::{Analyzer, VisionError};

/// Does the work for each item on all cores, each with an analyzer of its own. The results are in
/// the order of the items; an error stops the work, and the first in that order is given.
///
/// # Errors
/// Those of [`Analyzer::load`], and those of the work.
pub fn on_all_cores<T: Sync, R: Send, E: From<VisionError> + Send>(
    store: &ModelStore,
    items: &[T],
    work: impl Fn(&mut Analyzer, &T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    on_all_cores_lent(store, items, |mut analyzer, item| {
        let result = work(&mut analyzer, item)?;
        Ok((result, analyzer))
    })
}

/// The same for work that keeps its analyzer to itself and gives it back.
///
/// # Errors
/// Those of [`on_all_cores`].
pub fn on_all_cores_lent<T: Sync, R: Send, E: From<VisionError> + Send>(
    store: &ModelStore,
    items: &[T],
    work: impl Fn(Analyzer, &T) -> Result<(R, Analyzer), E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<R, E>>>> =
        Mutex::new(items.iter().map(|_| None).collect());
    let locked = || -> MutexGuard<'_, _> { results.lock().unwrap_or_else(PoisonError::into_inner) };
    let each = || -> Result<(), E> {
        let mut analyzer = Analyzer::load(store)?;
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else {
                return Ok(());
            };
            match work(analyzer, item) {
                Ok((result, back)) => {
                    analyzer = back;
                    locked()[at] = Some(Ok(result));
                }
                Err(error) => {
                    next.store(items.len(), Ordering::Relaxed);
                    locked()[at] = Some(Err(error));
                    return Ok(());
                }
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores.min(items.len()))
            .map(|_| scope.spawn(each))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            let result = thread.join();
            result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })?;
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().flatten().collect()
}
