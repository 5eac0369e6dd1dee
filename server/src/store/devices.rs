//! Devices bound to people, and the challenges given to them.

use super::{Db, NewEntry, Row, StoreError};
use crate::log::content;
use crate::values;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    Assurance, AttestationReason, Challenge, ChallengeId, ChallengeMode, DeviceId, Digest, KeyId,
    PersonRef, PublicKey, Purpose, canonical,
};
use std::str::FromStr;

/// Where a device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceState {
    /// It may certify.
    Bound,
    /// It waits to be let in.
    Pending,
    /// It was shut out for good.
    Revoked,
}

impl DeviceState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            DeviceState::Bound => "bound",
            DeviceState::Pending => "pending",
            DeviceState::Revoked => "revoked",
        }
    }
}

impl FromStr for DeviceState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Bound, Self::Pending, Self::Revoked]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// A device on record: one key for one person on one phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id.
    pub device: DeviceId,
    /// The person.
    pub person: PersonRef,
    /// Its key.
    pub key: KeyId,
    /// SEC1 point.
    pub public_key: Vec<u8>,
    /// How well it is known.
    pub assurance: Assurance,
    /// Why no better; absent for one that was bound before this was asked.
    pub reason: Option<AttestationReason>,
    /// The app's key that asserts its claims, with App Attest.
    pub app_key: Option<PublicKey>,
    /// Where it stands.
    pub state: DeviceState,
}

/// A challenge on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeRow {
    /// The person that it is for, also where the message does not say so.
    pub person: PersonRef,
    /// The letter that a binding began with.
    pub letter_id: Option<String>,
    /// The message as it was signed.
    pub challenge: Challenge,
    /// When it was used.
    pub used_at_ms: Option<u64>,
}

impl Db {
    /// Adds a device and its entry in the log.
    ///
    /// # Errors
    /// [`StoreError`]; a key can be bound once only.
    pub async fn add_device(&mut self, device: &DeviceRow, now_ms: u64) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO device (agency_id, device_id, person_ref, key_id, public_key, assurance, \
             state, created_at_ms, changed_at_ms, assurance_reason, app_attest_key, \
             app_attest_counter) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)",
            values![
                device.device.to_string(),
                device.person.to_string(),
                device.key.to_string(),
                device.public_key.as_slice(),
                device.assurance.as_str(),
                device.state.as_str(),
                now_ms,
                device.reason.map(|reason| reason.to_string()),
                device
                    .app_key
                    .as_ref()
                    .map(|key| hex::encode(key.as_sec1())),
                // What an attestation begins with; each assertion counts further.
                device.app_key.as_ref().map(|_| 0_u64),
            ],
        )
        .await?;
        self.add_log_entry(&NewEntry {
            kind: LeafKind::Binding,
            source: &device.device.to_string(),
            at_ms: now_ms,
            content: &content::binding(device, device.state, now_ms),
        })
        .await
    }

    /// The device with that key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn device_by_key(&mut self, key: KeyId) -> Result<Option<DeviceRow>, StoreError> {
        const SQL: &str = "SELECT device_id, person_ref, key_id, public_key, assurance, \
                           assurance_reason, app_attest_key, state \
                           FROM device WHERE agency_id = $1 AND key_id = $2";
        let row = self.one(SQL, values![key.to_string()]).await?;
        row.map(|row| read_device(&row)).transpose()
    }

    /// All devices of a person, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn devices(&mut self, person: PersonRef) -> Result<Vec<DeviceRow>, StoreError> {
        const SQL: &str = "SELECT device_id, person_ref, key_id, public_key, assurance, \
                           assurance_reason, app_attest_key, state \
                           FROM device WHERE agency_id = $1 AND person_ref = $2 \
                           ORDER BY created_at_ms, device_id";
        let rows = self.all(SQL, values![person.to_string()]).await?;
        rows.iter().map(read_device).collect()
    }

    /// Counts an assertion of a device's App Attest key; `false` when the counter did not grow.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn raise_app_counter(
        &mut self,
        device: DeviceId,
        counter: u32,
    ) -> Result<bool, StoreError> {
        let raised = self
            .run(
                "UPDATE device SET app_attest_counter = $3 WHERE agency_id = $1 \
                 AND device_id = $2 AND app_attest_counter < $3",
                values![device.to_string(), counter],
            )
            .await?;
        Ok(raised == 1)
    }

    /// Moves a person's device to another state and makes the log's entry of it; `false` when
    /// there is no such device, or it is revoked. One that is in that state already stays as it is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_device_state(
        &mut self,
        (person, device): (PersonRef, DeviceId),
        state: DeviceState,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let devices = self.devices(person).await?;
        let found = devices.iter().find(|row| row.device == device);
        if found.is_some_and(|row| row.state == state && state != DeviceState::Revoked) {
            return Ok(true);
        }
        let changed = self
            .run(
                "UPDATE device SET state = $4, changed_at_ms = $5 WHERE agency_id = $1 \
                 AND person_ref = $2 AND device_id = $3 AND state <> 'revoked'",
                values![
                    person.to_string(),
                    device.to_string(),
                    state.as_str(),
                    now_ms
                ],
            )
            .await?;
        if changed == 1 {
            let device = device.to_string();
            self.add_log_entry(&NewEntry {
                kind: LeafKind::DeviceState,
                source: &content::state_source(&device, state.as_str()),
                at_ms: now_ms,
                content: &content::state(&device, state.as_str(), now_ms),
            })
            .await?;
        }
        Ok(changed == 1)
    }

    /// The number that a person's next challenge gets.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_sequence(&mut self, person: PersonRef) -> Result<u64, StoreError> {
        let row = self
            .one(
                "SELECT COALESCE(MAX(sequence), 0) AS newest FROM challenge \
                 WHERE agency_id = $1 AND person_ref = $2",
                values![person.to_string()],
            )
            .await?;
        Ok(row.map_or(Ok(0), |row| row.unsigned("newest"))? + 1)
    }

    /// Records a challenge as it was signed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_challenge(&mut self, row: &ChallengeRow) -> Result<(), StoreError> {
        let challenge = &row.challenge;
        self.run(
            "INSERT INTO challenge (agency_id, challenge_id, person_ref, letter_id, purpose, mode, \
             sequence, recognition_model, expires_at_ms, message) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            values![
                challenge.challenge_id.to_string(),
                row.person.to_string(),
                row.letter_id.clone(),
                challenge.purpose.as_str(),
                challenge.mode.as_str(),
                challenge.sequence,
                challenge.policy.recognition_model.to_string(),
                challenge.expires_at_ms,
                canonical::encode(challenge),
            ],
        )
        .await?;
        Ok(())
    }

    /// A challenge.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn challenge(&mut self, id: ChallengeId) -> Result<Option<ChallengeRow>, StoreError> {
        let row = self
            .one(
                "SELECT person_ref, letter_id, message, used_at_ms FROM challenge \
                 WHERE agency_id = $1 AND challenge_id = $2",
                values![id.to_string()],
            )
            .await?;
        row.map(|row| {
            let message = row.bytes("message")?;
            Ok(ChallengeRow {
                person: row.parsed("person_ref")?,
                letter_id: row.maybe_text("letter_id")?,
                challenge: canonical::decode(&message)
                    .map_err(|_| StoreError::Column("message"))?,
                used_at_ms: row.maybe_unsigned("used_at_ms")?,
            })
        })
        .transpose()
    }

    /// The sequence numbers of a person's open offline challenges, in order of issue.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_offline_challenges(
        &mut self,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<Vec<u64>, StoreError> {
        let rows = self
            .all(
                "SELECT sequence FROM challenge WHERE agency_id = $1 AND person_ref = $2 \
                 AND purpose = $3 AND mode = $4 AND used_at_ms IS NULL AND expires_at_ms >= $5 \
                 ORDER BY sequence",
                values![
                    person.to_string(),
                    Purpose::Certify.as_str(),
                    ChallengeMode::Offline.as_str(),
                    now_ms,
                ],
            )
            .await?;
        rows.iter().map(|row| row.unsigned("sequence")).collect()
    }

    /// Until when a challenge that names a recognition model can still be answered; nothing where
    /// none can.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open_until(
        &mut self,
        recognition_model: Digest,
        now_ms: u64,
    ) -> Result<Option<u64>, StoreError> {
        let row = self
            .one(
                "SELECT MAX(expires_at_ms) AS until_ms FROM challenge WHERE agency_id = $1 \
                 AND recognition_model = $2 AND used_at_ms IS NULL AND expires_at_ms >= $3",
                values![recognition_model.to_string(), now_ms],
            )
            .await?;
        row.map_or(Ok(None), |row| row.maybe_unsigned("until_ms"))
    }

    /// Uses a challenge up; `false` when it was used before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_challenge(
        &mut self,
        id: ChallengeId,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let used = self
            .run(
                "UPDATE challenge SET used_at_ms = $3 \
                 WHERE agency_id = $1 AND challenge_id = $2 AND used_at_ms IS NULL",
                values![id.to_string(), now_ms],
            )
            .await?;
        Ok(used == 1)
    }
}

fn read_point(point: &str) -> Result<PublicKey, StoreError> {
    let point = hex::decode(point).ok();
    let key = point.and_then(|point| PublicKey::from_sec1(&point).ok());
    key.ok_or(StoreError::Column("app_attest_key"))
}

pub(super) fn read_device(row: &Row) -> Result<DeviceRow, StoreError> {
    Ok(DeviceRow {
        device: row.parsed("device_id")?,
        person: row.parsed("person_ref")?,
        key: row.parsed("key_id")?,
        public_key: row.bytes("public_key")?,
        assurance: row.parsed("assurance")?,
        reason: row.maybe_parsed("assurance_reason")?,
        app_key: row
            .maybe_text("app_attest_key")?
            .map(|point| read_point(&point))
            .transpose()?,
        state: row.parsed("state")?,
    })
}
