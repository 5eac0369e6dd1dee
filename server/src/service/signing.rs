//! Which key signs when, and the list of them that the offline root signs.

use super::Service;
use crate::error::ServiceError;
use crate::keys::AgencyKeys;
use crate::run_tx;
use crate::store::{Db, SigningKeyRow, Store};
use lifecert_protocol::{AgencyId, ErrorCode, KeyId, KeyList, ListedKey, PublicKey, SoftwareKey};
use serde::{Deserialize, Serialize};
use std::sync::atomic::Ordering;

/// A new key is drafted this much ahead at least: the list is carried to the root and back.
const SOONEST_MS: u64 = 10 * 60 * 1_000;

/// A new key is published this much ahead at least: by then every server of the agency has taken it
/// in.
const TAKEN_IN_MS: u64 = 2 * 60 * 1_000;

impl Service {
    /// Takes in keys that were added since; a server does so twice a minute, so that it goes on
    /// from key to key without being started again.
    ///
    /// # Errors
    /// [`ServiceError::Keys`] when a private half is not in this server's folder;
    /// [`ServiceError::Store`].
    pub async fn refresh_signing_keys(&self) -> Result<(), ServiceError> {
        let mut db = self.store.read().await?;
        let (rows, list) = (db.signing_keys().await?, db.key_list().await?);
        let list = list.as_deref().map(KeyList::peek).transpose()?;
        let number = list.map_or(0, |list| list.sequence);
        self.key_list_number.store(number, Ordering::Relaxed);
        if rows.is_empty() {
            return Ok(());
        }
        // The private half of a key that has ended need not be here any more.
        let now_ms = self.clock.now_ms();
        let schedule: Vec<_> = rows
            .iter()
            .filter(|row| row.valid_to_ms.is_none_or(|to_ms| to_ms > now_ms))
            .map(|row| (row.valid_from_ms, row.id()))
            .collect();
        self.keys.set_schedule(&schedule)
    }

    /// What a letter names: the root that lists the agency's keys or, without one, its key.
    ///
    /// # Errors
    /// Those of [`known_root`].
    pub async fn letter_key(&self) -> Result<KeyId, ServiceError> {
        let root = known_root(&self.store).await?;
        Ok(root.unwrap_or_else(|| self.agency_key()))
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

/// A list of keys that nobody has signed yet, as it is carried to the machine of the root: JSON, so
/// that whoever signs it can read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDraft {
    /// Whose keys.
    pub agency: AgencyId,
    /// The list's number.
    pub sequence: u64,
    /// The keys.
    pub keys: Vec<DraftKey>,
}

/// A key of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftKey {
    /// Its name.
    pub key: KeyId,
    /// SEC1 point, hex.
    pub public_key: String,
    /// From when on it counts, milliseconds since 1970.
    pub valid_from_ms: u64,
    /// Until before when; open while absent.
    pub valid_to_ms: Option<u64>,
}

impl DraftKey {
    fn of(row: &SigningKeyRow) -> Self {
        Self {
            key: row.id(),
            public_key: hex::encode(row.public.as_sec1()),
            valid_from_ms: row.valid_from_ms,
            valid_to_ms: row.valid_to_ms,
        }
    }

    fn listed(&self) -> Result<ListedKey, ServiceError> {
        let point = hex::decode(&self.public_key).map_err(|_| ErrorCode::RequestMalformed)?;
        let public = PublicKey::from_sec1(&point)?;
        match public.id() == self.key {
            true => Ok(ListedKey::new(
                &public,
                self.valid_from_ms,
                self.valid_to_ms,
            )),
            false => Err(ErrorCode::RequestMalformed.into()),
        }
    }
}

impl KeyDraft {
    /// Signs it; offline, with nothing but the root at hand.
    ///
    /// # Errors
    /// [`ErrorCode::RequestMalformed`] when a key cannot be read or is not the one that it is
    /// called.
    pub fn sign(&self, root: &SoftwareKey, now_ms: u64) -> Result<Vec<u8>, ServiceError> {
        let keys = self.keys.iter().map(DraftKey::listed);
        let keys = keys.collect::<Result<_, _>>()?;
        let list = KeyList::sign(self.agency.clone(), keys, (self.sequence, now_ms), root)?;
        Ok(list)
    }
}

/// What a new list changes.
#[derive(Debug, Clone, Copy)]
pub enum KeyChange {
    /// Nothing: the keys on record.
    Nothing,
    /// A new key, made here, signs from then on; the one before it ends there.
    New {
        /// From when on.
        from_ms: u64,
    },
    /// A former key ends earlier: what it signed after that time counts no more.
    End {
        /// The key.
        key: KeyId,
        /// Its new end.
        at_ms: u64,
    },
}

/// Drafts the list that follows the published one. A new key's private half is in the folder of
/// secrets then; it is on record, and signs, only by a published list.
///
/// # Errors
/// [`ErrorCode::PolicyInvalid`] when a key would begin too soon or leave a time without a key;
/// [`ErrorCode::RequestNotFound`] for a key that is not on record; [`ServiceError`].
pub async fn draft_key_list(
    store: &Store,
    keys: &AgencyKeys,
    (change, now_ms): (KeyChange, u64),
) -> Result<KeyDraft, ServiceError> {
    let mut db = store.read().await?;
    let mut rows = db.signing_keys().await?;
    let published = db.key_list().await?;
    if rows.is_empty() {
        rows.push(SigningKeyRow {
            public: keys.first_signing_key().public().clone(),
            valid_from_ms: 0,
            valid_to_ms: None,
        });
    }
    match change {
        KeyChange::Nothing => {}
        KeyChange::New { from_ms } => {
            let newest_ms = rows.last().map_or(0, |row| row.valid_from_ms);
            if from_ms < now_ms.saturating_add(SOONEST_MS) || from_ms <= newest_ms {
                return Err(ErrorCode::PolicyInvalid.into());
            }
            for row in rows.iter_mut().filter(|row| row.valid_to_ms.is_none()) {
                row.valid_to_ms = Some(from_ms);
            }
            rows.push(SigningKeyRow {
                public: keys.make_signing_key()?.public().clone(),
                valid_from_ms: from_ms,
                valid_to_ms: None,
            });
        }
        KeyChange::End { key, at_ms } => {
            let mut found = rows.iter_mut();
            let row = found.find(|row| row.id() == key);
            let row = row.ok_or(ErrorCode::RequestNotFound)?;
            row.valid_to_ms = Some(row.valid_to_ms.map_or(at_ms, |to_ms| to_ms.min(at_ms)));
        }
    }
    let listed: Vec<ListedKey> = rows.iter().map(SigningKeyRow::listed).collect();
    if !always_one(&listed, now_ms) {
        return Err(ErrorCode::PolicyInvalid.into());
    }
    let before = published.as_deref().map(KeyList::peek).transpose()?;
    Ok(KeyDraft {
        agency: store.agency().clone(),
        sequence: before.map_or(0, |list| list.sequence) + 1,
        keys: rows.iter().map(DraftKey::of).collect(),
    })
}

/// Whether a key counts at every moment from `now_ms` on.
fn always_one(keys: &[ListedKey], now_ms: u64) -> bool {
    let mut at_ms = now_ms;
    // Each round gets at least to the end of one more key.
    for _ in 0..=keys.len() {
        let counting = keys.iter().filter(|key| key.counts_at(at_ms));
        let ends = counting.map(|key| key.valid_to_ms.unwrap_or(u64::MAX));
        match ends.max() {
            Some(u64::MAX) => return true,
            Some(end_ms) => at_ms = end_ms,
            None => return false,
        }
    }
    false
}

/// The root whose lists are published here.
///
/// # Errors
/// [`ServiceError::Store`]; [`ServiceError::Inconsistent`] when the list on record is none.
pub async fn known_root(store: &Store) -> Result<Option<KeyId>, ServiceError> {
    let published = store.read().await?.key_list().await?;
    let root = |signed: Vec<u8>| {
        let list = KeyList::peek(&signed).ok()?;
        Some(PublicKey::from_sec1(&list.root).ok()?.id())
    };
    let root = published.map(|signed| root(signed).ok_or(ServiceError::Inconsistent("a key list")));
    root.transpose()
}

/// Puts a list in the place of the one that is served, and the keys that it adds or ends on record.
///
/// # Errors
/// [`ErrorCode::ClaimSignature`] and [`ErrorCode::ClaimMalformed`] when it is not that root's;
/// [`ErrorCode::RequestMalformed`] when it is another agency's, not newer than the one before,
/// lacks or changes a key that is on record, or names one that is not in the folder of secrets;
/// [`ErrorCode::PolicyInvalid`] when a new key begins too soon for every server to have taken it
/// in, or a time is left without a key; [`ServiceError::Store`].
pub async fn publish_key_list(
    store: &Store,
    keys: &AgencyKeys,
    (signed, root, now_ms): (&[u8], KeyId, u64),
) -> Result<KeyList, ServiceError> {
    let list = KeyList::verify(signed, root)?;
    let malformed = || ServiceError::from(ErrorCode::RequestMalformed);
    run_tx!(store, "publish_key_list", |db| {
        let newest = match db.key_list().await? {
            // The root stays the one that devices and verifiers were told of.
            Some(before) => KeyList::verify(&before, root)?.sequence,
            None => 0,
        };
        if list.agency != *store.agency() || list.sequence <= newest {
            return Err(malformed());
        }
        register_first(db, keys, now_ms).await?;
        let rows = db.signing_keys().await?;
        for row in &rows {
            let mut listed = list.keys.iter().filter(|listed| listed.key == row.id());
            let (listed, again) = (listed.next().ok_or_else(malformed)?, listed.next());
            let later = match (listed.valid_to_ms, row.valid_to_ms) {
                (None, Some(_)) => true,
                (Some(to_ms), Some(before_ms)) => to_ms > before_ms,
                (_, None) => false,
            };
            // What was ended stays ended, and nobody moves a beginning.
            if again.is_some() || later || listed.valid_from_ms != row.valid_from_ms {
                return Err(malformed());
            }
        }
        let on_record = |key: KeyId| rows.iter().any(|row| row.id() == key);
        let new = list.keys.iter().filter(|listed| !on_record(listed.key));
        let mut new: Vec<&ListedKey> = new.collect();
        new.sort_by_key(|listed| listed.valid_from_ms);
        let soonest_ms = now_ms.saturating_add(TAKEN_IN_MS);
        let too_soon = new.iter().any(|listed| listed.valid_from_ms < soonest_ms);
        if too_soon || !always_one(&list.keys, now_ms) {
            return Err(ErrorCode::PolicyInvalid.into());
        }
        for listed in new {
            let public = listed.public().ok_or_else(malformed)?;
            if !keys.has_signing_key(listed.key) {
                return Err(malformed());
            }
            db.add_signing_key(&public, (listed.valid_from_ms, now_ms))
                .await?;
        }
        for listed in &list.keys {
            if let Some(to_ms) = listed.valid_to_ms {
                db.end_signing_key(listed.key, (to_ms, now_ms)).await?;
            }
        }
        let times = (list.sequence, list.issued_at_ms, now_ms);
        db.add_key_list(signed, times).await?;
        Ok(())
    })?;
    Ok(list)
}
