//! The agency's unwrapped keys: those that wrap people's data keys, and that of the blind index.

use super::kek::{KekError, KeyBytes, KeyContext, KeyEncryption};
use super::sealed_column::{BlindIndex, NotOpened, Place, SealingKey};
use lifecert_protocol::{AgencyId, PersonRef, random_bytes};
use zeroize::Zeroizing;

/// Purpose of the keys that wrap people's data keys.
const PERSON_KEYS: &str = "person-keys";

/// Purpose of the key of the blind index.
const ID_INDEX: &str = "id-index";

/// A wrapped key on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealingKeyRow {
    /// What it does.
    pub purpose: String,
    /// Which generation of it, from 1.
    pub generation: u32,
    /// The name of the key-encryption key that wrapped it.
    pub kek_id: String,
    /// As it was wrapped.
    pub wrapped: Vec<u8>,
}

impl SealingKeyRow {
    /// The first generation of every purpose, from fresh random bytes.
    ///
    /// # Errors
    /// [`KekError`].
    pub fn first(kek: &dyn KeyEncryption, agency: &AgencyId) -> Result<[Self; 2], KekError> {
        let fresh = |purpose| Self::fresh(kek, agency, purpose, 1);
        Ok([fresh(PERSON_KEYS)?, fresh(ID_INDEX)?])
    }

    /// The next generation of the keys that wrap people's data keys.
    ///
    /// # Errors
    /// [`KekError`].
    pub fn next(
        rows: &[Self],
        kek: &dyn KeyEncryption,
        agency: &AgencyId,
    ) -> Result<Self, KekError> {
        let ours = rows.iter().filter(|row| row.purpose == PERSON_KEYS);
        let newest = ours.map(|row| row.generation).max().unwrap_or(0);
        Self::fresh(kek, agency, PERSON_KEYS, newest + 1)
    }

    /// The same key wrapped under another key-encryption key.
    ///
    /// # Errors
    /// [`KekError`].
    pub fn rewrapped(
        &self,
        agency: &AgencyId,
        (old, new): (&dyn KeyEncryption, &dyn KeyEncryption),
    ) -> Result<Self, KekError> {
        let key = self.unwrapped(old, agency)?;
        Ok(Self {
            kek_id: new.id()?,
            wrapped: new.wrap(&self.context(agency), &key)?,
            ..self.clone()
        })
    }

    fn fresh(
        kek: &dyn KeyEncryption,
        agency: &AgencyId,
        purpose: &str,
        generation: u32,
    ) -> Result<Self, KekError> {
        let key: KeyBytes = Zeroizing::new(random_bytes());
        let mut row = Self {
            purpose: purpose.to_owned(),
            generation,
            kek_id: kek.id()?,
            wrapped: Vec::new(),
        };
        row.wrapped = kek.wrap(&row.context(agency), &key)?;
        Ok(row)
    }

    fn context<'a>(&'a self, agency: &'a AgencyId) -> KeyContext<'a> {
        KeyContext {
            agency,
            purpose: &self.purpose,
            generation: self.generation,
        }
    }

    fn unwrapped(&self, kek: &dyn KeyEncryption, agency: &AgencyId) -> Result<KeyBytes, KekError> {
        if kek.id()? != self.kek_id {
            return Err(KekError::Other);
        }
        kek.unwrap(&self.context(agency), &self.wrapped)
    }
}

/// The unwrapped keys.
pub struct Keyring {
    /// By generation, the newest last.
    sealing: Vec<SealingKey>,
    index: BlindIndex,
}

impl Keyring {
    /// Unwraps what is on record.
    ///
    /// # Errors
    /// [`KekError`]; [`KekError::Missing`] when a purpose has no key.
    pub fn unwrap(
        rows: &[SealingKeyRow],
        kek: &dyn KeyEncryption,
        agency: &AgencyId,
    ) -> Result<Self, KekError> {
        let (mut sealing, mut index) = (Vec::new(), None);
        for row in rows {
            let key = row.unwrapped(kek, agency)?;
            match row.purpose.as_str() {
                PERSON_KEYS => sealing
                    .push(SealingKey::new(row.generation, &key).map_err(|_| KekError::Unreadable)?),
                ID_INDEX => index = Some(BlindIndex::new(&key)),
                _ => return Err(KekError::Unreadable),
            }
        }
        sealing.sort_by_key(SealingKey::version);
        match index {
            Some(index) if !sealing.is_empty() => Ok(Self { sealing, index }),
            _ => Err(KekError::Missing),
        }
    }

    /// The blind index.
    pub fn index(&self) -> &BlindIndex {
        &self.index
    }

    /// The generation that data keys are wrapped under now.
    pub fn newest(&self) -> u32 {
        self.sealing.last().map_or(0, SealingKey::version)
    }

    /// Whether a generation is known here.
    pub fn knows(&self, generation: u32) -> bool {
        self.sealing.iter().any(|key| key.version() == generation)
    }

    /// Seals a value of the agency itself under the newest generation.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, NotOpened> {
        self.sealing.last().ok_or(NotOpened)?.seal(place, plain)
    }

    /// Opens such a value.
    ///
    /// # Errors
    /// [`NotOpened`], also for a generation that is not known here.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        let generation = super::key_version(sealed)?;
        let mut keys = self.sealing.iter();
        let key = keys.find(|key| key.version() == generation);
        key.ok_or(NotOpened)?.open(place, sealed)
    }

    /// Wraps a person's data key under the newest generation.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn wrap(
        &self,
        (agency, person, version): (&AgencyId, PersonRef, u32),
        key: &KeyBytes,
    ) -> Result<Vec<u8>, NotOpened> {
        let row = data_key_row(person, version);
        let newest = self.sealing.last().ok_or(NotOpened)?;
        newest.seal(&data_key_place(agency, &row), &key[..])
    }

    /// Unwraps a person's data key.
    ///
    /// # Errors
    /// [`NotOpened`], also for a generation that is not known here.
    pub fn unwrap_data_key(
        &self,
        (agency, person, version): (&AgencyId, PersonRef, u32),
        wrapped: &[u8],
    ) -> Result<KeyBytes, NotOpened> {
        let row = data_key_row(person, version);
        let generation = super::key_version(wrapped)?;
        let mut keys = self.sealing.iter();
        let key = keys.find(|key| key.version() == generation);
        let opened = key
            .ok_or(NotOpened)?
            .open(&data_key_place(agency, &row), wrapped)?;
        let key: [u8; 32] = opened[..].try_into().map_err(|_| NotOpened)?;
        Ok(Zeroizing::new(key))
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({:?})", self.sealing)
    }
}

fn data_key_row(person: PersonRef, version: u32) -> String {
    format!("{person}/{version}")
}

fn data_key_place<'a>(agency: &'a AgencyId, row: &'a str) -> Place<'a> {
    Place {
        agency,
        table: "data_key",
        column: "wrapped",
        row,
    }
}
