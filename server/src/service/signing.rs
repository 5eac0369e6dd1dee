//! Which key signs when, and the list of them that the offline root signs.

use super::Service;
use crate::error::ServiceError;
use crate::keys::AgencyKeys;
use crate::run_tx;
use crate::store::{Db, Store};
use lifecert_protocol::{ErrorCode, KeyId, KeyList};

/// A new key begins this much later at the earliest: by then every server of the agency has taken
/// it in, and its list can be signed before it signs anything.
const SOONEST_MS: u64 = 10 * 60 * 1_000;

impl Service {
    /// Takes in keys that were added since; a server does so twice a minute, so that it goes on
    /// from key to key without being started again.
    ///
    /// # Errors
    /// [`ServiceError::Keys`] when a private half is not in this server's folder;
    /// [`ServiceError::Store`].
    pub async fn refresh_signing_keys(&self) -> Result<(), ServiceError> {
        let rows = self.store.read().await?.signing_keys().await?;
        if rows.is_empty() {
            return Ok(());
        }
        let schedule: Vec<_> = rows
            .iter()
            .map(|row| (row.valid_from_ms, row.id()))
            .collect();
        self.keys.set_schedule(&schedule)
    }

    /// The newest list of keys, as the root signed it.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn key_list(&self) -> Result<Option<Vec<u8>>, ServiceError> {
        Ok(self.store.read().await?.key_list().await?)
    }
}

/// Puts the key that signed before any other on record, if none is.
pub(super) async fn register_first(
    db: &mut Db,
    keys: &AgencyKeys,
    now_ms: u64,
) -> Result<(), ServiceError> {
    if db.signing_keys().await?.is_empty() {
        let first = keys.first_signing_key().public();
        db.add_signing_key(first, (0, now_ms)).await?;
    }
    Ok(())
}

/// Makes a key that signs from `from_ms` on; gives its name. The key before it ends there.
///
/// # Errors
/// [`ErrorCode::PolicyInvalid`] when it would begin in less than ten minutes or before another key;
/// [`ServiceError`].
pub async fn add_signing_key(
    store: &Store,
    keys: &AgencyKeys,
    (from_ms, now_ms): (u64, u64),
) -> Result<KeyId, ServiceError> {
    let rows = store.read().await?.signing_keys().await?;
    let newest_ms = rows.last().map_or(0, |row| row.valid_from_ms);
    if from_ms < now_ms.saturating_add(SOONEST_MS) || from_ms <= newest_ms {
        return Err(ErrorCode::PolicyInvalid.into());
    }
    // On the disk before the database names it: a key on record can always sign.
    let key = keys.make_signing_key()?;
    run_tx!(store, "add_signing_key", |db| {
        register_first(db, keys, now_ms).await?;
        db.add_signing_key(key.public(), (from_ms, now_ms)).await?;
        Ok(key.public().id())
    })
}

/// Puts a list in the place of the one that is served, if the same root signed it later.
///
/// # Errors
/// [`ErrorCode::ClaimSignature`] and [`ErrorCode::ClaimMalformed`] when it is not that root's;
/// [`ErrorCode::RequestMalformed`] when it is another agency's, not newer than the one before, or
/// lacks a key that is on record; [`ServiceError::Store`].
pub async fn publish_key_list(
    store: &Store,
    signed: &[u8],
    (root, now_ms): (KeyId, u64),
) -> Result<KeyList, ServiceError> {
    let list = KeyList::verify(signed, root)?;
    run_tx!(store, "publish_key_list", |db| {
        let newest = match db.key_list().await? {
            // The root stays the one that devices and verifiers were told of.
            Some(before) => KeyList::verify(&before, root)?.sequence,
            None => 0,
        };
        let rows = db.signing_keys().await?;
        let whole = rows.iter().all(|row| list.keys.contains(&row.listed()));
        if list.agency != *store.agency() || list.sequence <= newest || !whole {
            return Err(ErrorCode::RequestMalformed.into());
        }
        let times = (list.sequence, list.issued_at_ms, now_ms);
        db.add_key_list(signed, times).await?;
        Ok(())
    })?;
    Ok(list)
}
