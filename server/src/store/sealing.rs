//! Keys in the database, and the values that are sealed under them.

use super::{Db, Row, Store, StoreError};
use crate::clock::{Clock, SystemClock};
use crate::keys::{
    KeyBytes, KeyEncryption, Keyring, Place, SealingKey, SealingKeyRow, key_version,
};
use crate::values;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::{AgencyId, PersonRef, random_bytes};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use zeroize::Zeroizing;

/// The version of every data key so far.
const DATA_KEY_VERSION: u32 = 1;

/// What a store needs to seal and open, shared by all who speak to the database.
#[derive(Debug, Default)]
pub(super) struct Vault {
    kek: OnceLock<Arc<dyn KeyEncryption>>,
    ring: RwLock<Option<Arc<Keyring>>>,
    unlocking: tokio::sync::Mutex<()>,
}

impl Vault {
    fn ring(&self) -> Option<Arc<Keyring>> {
        // A ring is replaced whole, so that a writer that died left nothing half done.
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.clone()
    }

    fn set_ring(&self, ring: Keyring) -> Arc<Keyring> {
        let ring = Arc::new(ring);
        let mut place = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        *place = Some(ring.clone());
        ring
    }
}

impl Store {
    /// Gives the store its key-encryption key, which it asks when it first reads or writes. Only
    /// the first one given counts.
    pub fn with_kek(self, kek: Arc<dyn KeyEncryption>) -> Self {
        let _ = self.vault.kek.set(kek);
        self
    }

    /// Unwraps the agency's keys, making them at the first time. Reading and writing do so by
    /// themselves; called at the start, it says at once when the key-encryption key does not fit.
    ///
    /// # Errors
    /// [`StoreError::Kek`]; [`StoreError`].
    pub async fn unlock(&self) -> Result<(), StoreError> {
        let Some(kek) = self.vault.kek.get() else {
            return Ok(());
        };
        if self.vault.ring().is_some() {
            return Ok(());
        }
        let _alone = self.vault.unlocking.lock().await;
        if self.vault.ring().is_some() {
            return Ok(());
        }
        let mut rows = self.connect_for_reading().await?.sealing_keys().await?;
        if rows.is_empty() {
            kek.prepare()?;
            let first = SealingKeyRow::first(&**kek, self.agency())?;
            let mut tries = self.tries("unlock");
            rows = loop {
                let mut db = tries.begin_locked().await?;
                let made = db.first_sealing_keys(&first).await;
                if let Some(made) = tries.end(db, made).await {
                    break made?;
                }
            };
        }
        self.vault
            .set_ring(Keyring::unwrap(&rows, &**kek, self.agency())?);
        Ok(())
    }

    /// Wraps the agency's keys under another key-encryption key; gives how many were not yet. No
    /// person's row is touched, and doing it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Kek`]; [`StoreError`].
    pub async fn rewrap(
        &self,
        old: &dyn KeyEncryption,
        new: &dyn KeyEncryption,
    ) -> Result<usize, StoreError> {
        new.prepare()?;
        let new_id = new.id()?;
        let mut tries = self.tries("rewrap");
        loop {
            let mut db = tries.begin_locked().await?;
            let done = async {
                let rows = db.sealing_keys().await?;
                let mut done = 0;
                for row in rows.iter().filter(|row| row.kek_id != new_id) {
                    let row = row.rewrapped(self.agency(), (old, new))?;
                    db.replace_sealing_key(&row).await?;
                    done += 1;
                }
                Ok(done)
            };
            let done: Result<usize, StoreError> = done.await;
            if let Some(done) = tries.end(db, done).await {
                return done;
            }
        }
    }
}

/// A person's data key and whose rows it seals.
pub(super) struct PersonKey {
    agency: Arc<AgencyId>,
    key: SealingKey,
}

impl PersonKey {
    pub(super) fn version(&self) -> u32 {
        self.key.version()
    }

    pub(super) fn seal(
        &self,
        at: (&'static str, &'static str, &str),
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let sealed = self.key.seal(&self.place(at), plain);
        sealed.map_err(|_| StoreError::Sealed(at.1))
    }

    pub(super) fn open(
        &self,
        at: (&'static str, &'static str, &str),
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let opened = self.key.open(&self.place(at), sealed);
        opened.map_err(|_| StoreError::Sealed(at.1))
    }

    /// Seals a text for a column of text.
    pub(super) fn seal_text(
        &self,
        at: (&'static str, &'static str, &str),
        plain: &str,
    ) -> Result<String, StoreError> {
        Ok(URL_SAFE_NO_PAD.encode(self.seal(at, plain.as_bytes())?))
    }

    pub(super) fn open_text(
        &self,
        at: (&'static str, &'static str, &str),
        sealed: &str,
    ) -> Result<Zeroizing<String>, StoreError> {
        let sealed = URL_SAFE_NO_PAD
            .decode(sealed)
            .map_err(|_| StoreError::Sealed(at.1))?;
        let opened = self.open(at, &sealed)?;
        let text = std::str::from_utf8(&opened).map_err(|_| StoreError::Sealed(at.1))?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    fn place<'a>(&'a self, (table, column, row): (&'a str, &'a str, &'a str)) -> Place<'a> {
        Place {
            agency: &self.agency,
            table,
            column,
            row,
        }
    }
}

impl Db {
    /// What a number stands under in the blind index.
    pub(super) fn id_index(&self, id_kind: &str, id_number: &str) -> Result<Vec<u8>, StoreError> {
        let ring = self.ring()?;
        Ok(ring.index().of(self.agency_id(), id_kind, id_number))
    }

    /// A person's data key.
    ///
    /// # Errors
    /// [`StoreError::NoDataKey`] when it was destroyed, or never made.
    pub(super) async fn person_key(&mut self, person: PersonRef) -> Result<PersonKey, StoreError> {
        let found = self.maybe_person_key(person).await?;
        found.ok_or(StoreError::NoDataKey)
    }

    /// A person's data key, made where there is none.
    pub(super) async fn person_key_or_new(
        &mut self,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<PersonKey, StoreError> {
        if let Some(key) = self.maybe_person_key(person).await? {
            return Ok(key);
        }
        let (ring, key): (_, KeyBytes) = (self.ring()?, Zeroizing::new(random_bytes()));
        let whose = (self.agency_id(), person, DATA_KEY_VERSION);
        let wrapped = ring
            .wrap(whose, &key)
            .map_err(|_| StoreError::Sealed("wrapped"))?;
        self.run(
            "INSERT INTO data_key (agency_id, person_ref, version, generation, wrapped, \
             created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                person.to_string(),
                DATA_KEY_VERSION,
                ring.newest(),
                wrapped,
                now_ms
            ],
        )
        .await?;
        self.keyed(DATA_KEY_VERSION, &key)
    }

    async fn maybe_person_key(
        &mut self,
        person: PersonRef,
    ) -> Result<Option<PersonKey>, StoreError> {
        let row = self
            .one(
                "SELECT version, wrapped FROM data_key WHERE agency_id = $1 AND person_ref = $2 \
                 ORDER BY version DESC LIMIT 1",
                values![person.to_string()],
            )
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let version = number(&row, "version")?;
        let key = self
            .unwrapped((person, version), &row.bytes("wrapped")?)
            .await?;
        self.keyed(version, &key).map(Some)
    }

    async fn unwrapped(
        &mut self,
        (person, version): (PersonRef, u32),
        wrapped: &[u8],
    ) -> Result<KeyBytes, StoreError> {
        let not_opened = |_| StoreError::Sealed("wrapped");
        let ring = self.ring_of(key_version(wrapped).map_err(not_opened)?);
        ring.await?
            .unwrap_data_key((self.agency_id(), person, version), wrapped)
            .map_err(not_opened)
    }

    /// The keys, with that generation among them where it is on record.
    pub(super) async fn ring_of(&mut self, generation: u32) -> Result<Arc<Keyring>, StoreError> {
        let ring = self.ring()?;
        if ring.knows(generation) {
            return Ok(ring);
        }
        // Another process has begun a new generation since this one unlocked.
        let rows = self.sealing_keys().await?;
        let kek = self.vault.kek.get().ok_or(StoreError::Locked)?;
        let ring = Keyring::unwrap(&rows, &**kek, self.agency_id())?;
        Ok(self.vault.set_ring(ring))
    }

    fn keyed(&self, version: u32, key: &KeyBytes) -> Result<PersonKey, StoreError> {
        let key = SealingKey::new(version, key).map_err(|_| StoreError::Sealed("wrapped"))?;
        Ok(PersonKey {
            agency: self.shared_agency(),
            key,
        })
    }

    pub(super) fn ring(&self) -> Result<Arc<Keyring>, StoreError> {
        self.vault.ring().ok_or(StoreError::Locked)
    }

    /// Every wrapped key of the agency.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sealing_keys(&mut self) -> Result<Vec<SealingKeyRow>, StoreError> {
        let rows = self
            .all(
                "SELECT purpose, generation, kek_id, wrapped FROM sealing_key \
                 WHERE agency_id = $1 ORDER BY purpose, generation",
                values![],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(SealingKeyRow {
                    purpose: row.text("purpose")?,
                    generation: number(row, "generation")?,
                    kek_id: row.text("kek_id")?,
                    wrapped: row.bytes("wrapped")?,
                })
            })
            .collect()
    }

    /// Adds the first keys, unless others were quicker; gives what is on record then.
    async fn first_sealing_keys(
        &mut self,
        first: &[SealingKeyRow],
    ) -> Result<Vec<SealingKeyRow>, StoreError> {
        if self.sealing_keys().await?.is_empty() {
            for row in first {
                self.add_sealing_key(row).await?;
            }
        }
        self.sealing_keys().await
    }

    async fn add_sealing_key(&mut self, row: &SealingKeyRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO sealing_key (agency_id, purpose, generation, kek_id, wrapped, \
             created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                row.purpose.as_str(),
                row.generation,
                row.kek_id.as_str(),
                row.wrapped.as_slice(),
                SystemClock.now_ms(),
            ],
        )
        .await?;
        Ok(())
    }

    async fn replace_sealing_key(&mut self, row: &SealingKeyRow) -> Result<(), StoreError> {
        self.run(
            "UPDATE sealing_key SET kek_id = $4, wrapped = $5 \
             WHERE agency_id = $1 AND purpose = $2 AND generation = $3",
            values![
                row.purpose.as_str(),
                row.generation,
                row.kek_id.as_str(),
                row.wrapped.as_slice(),
            ],
        )
        .await?;
        Ok(())
    }

    /// Begins a new generation of the keys that wrap people's data keys; gives its number. Where
    /// not all data keys are wrapped under the newest one, that is gone on with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_generation(&mut self) -> Result<u32, StoreError> {
        let kek = self.vault.kek.get().cloned().ok_or(StoreError::Locked)?;
        let mut rows = self.sealing_keys().await?;
        let newest = Keyring::unwrap(&rows, &*kek, self.agency_id())?.newest();
        if self.data_keys_before(newest).await? > 0 {
            return Ok(newest);
        }
        let next = SealingKeyRow::next(&rows, &*kek, self.agency_id())?;
        self.add_sealing_key(&next).await?;
        rows.push(next);
        let ring = Keyring::unwrap(&rows, &*kek, self.agency_id())?;
        Ok(ring.newest())
    }

    /// How many data keys are wrapped under an older generation than that.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn data_keys_before(&mut self, generation: u32) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) AS older FROM data_key WHERE agency_id = $1 AND generation < $2";
        let row = self.one(sql, values![generation]).await?;
        row.map_or(Ok(0), |row| row.unsigned("older"))
    }

    /// Wraps so many data keys of older generations than `generation` anew under the newest; gives
    /// how many there were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wrap_anew(&mut self, generation: u32, most: u32) -> Result<usize, StoreError> {
        let rows = self
            .all(
                "SELECT person_ref, version, wrapped FROM data_key \
                 WHERE agency_id = $1 AND generation < $2 ORDER BY person_ref, version LIMIT $3",
                values![generation, most],
            )
            .await?;
        let kek = self.vault.kek.get().cloned().ok_or(StoreError::Locked)?;
        let keys = self.sealing_keys().await?;
        let ring = Keyring::unwrap(&keys, &*kek, self.agency_id())?;
        for row in &rows {
            let (person, version) = (row.parsed("person_ref")?, number(row, "version")?);
            let whose = (self.agency_id(), person, version);
            let not_opened = |_| StoreError::Sealed("wrapped");
            let key = ring.unwrap_data_key(whose, &row.bytes("wrapped")?);
            let wrapped = ring.wrap(whose, &key.map_err(not_opened)?);
            let wrapped = wrapped.map_err(not_opened)?;
            self.run(
                "UPDATE data_key SET generation = $4, wrapped = $5 \
                 WHERE agency_id = $1 AND person_ref = $2 AND version = $3",
                values![person.to_string(), version, ring.newest(), wrapped],
            )
            .await?;
        }
        Ok(rows.len())
    }
}

fn number(row: &Row, name: &'static str) -> Result<u32, StoreError> {
    u32::try_from(row.int(name)?).map_err(|_| StoreError::Column(name))
}
