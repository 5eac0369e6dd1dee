//! Keeping what is sealed sealed: old rows, and generations of the keys that wrap data keys.

use crate::error::ServiceError;
use crate::run_tx;
use crate::store::Store;

/// Rows in one transaction: others write between two of them.
const ROWS_AT_ONCE: u32 = 200;

/// Seals every row from before personal data was sealed, and makes an SQLite file anew so that no
/// free page remembers it; gives how many rows there were. What was done when it is stopped stays
/// done, and the next call goes on. `progress` is told of each step's rows.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn seal_old_rows(
    store: &Store,
    now_ms: u64,
    mut progress: impl FnMut(u64),
) -> Result<u64, ServiceError> {
    let mut all = 0;
    loop {
        let done = run_tx!(store, "seal_old_rows", |db| {
            Ok(db.seal_some(ROWS_AT_ONCE, now_ms).await?)
        })?;
        all += done;
        progress(done);
        if done == 0 {
            break;
        }
    }
    if all > 0 {
        store.vacuum().await?;
    }
    Ok(all)
}

/// Begins a new generation of the keys that wrap data keys and wraps every data key anew under it;
/// gives the generation. Stopped in the middle, the next call goes on with the same one.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn wrap_data_keys_anew(
    store: &Store,
    mut progress: impl FnMut(u64),
) -> Result<u32, ServiceError> {
    let generation = run_tx!(store, "next_generation", |db| Ok(db
        .next_generation()
        .await?))?;
    loop {
        let done = run_tx!(store, "wrap_anew", |db| {
            Ok(db.wrap_anew(generation, ROWS_AT_ONCE).await?)
        })?;
        progress(done as u64);
        if done == 0 {
            break;
        }
    }
    run_tx!(store, "seal_accounts_anew", |db| Ok(db
        .seal_accounts_anew(generation)
        .await?))?;
    Ok(generation)
}
