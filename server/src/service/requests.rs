//! What a bound device can ask besides certifying; each request is signed by its key over a nonce.

use super::{Account, Service, calendar, roads};
use crate::error::ServiceError;
use crate::log::content;
use crate::run_tx;
use crate::store::{DeviceRow, DeviceState, ReceiptRow};
use lifecert_protocol::http::{
    ClaimAnswer, ConsentAnswer, DeviceAnswer, DeviceEntry, ErasedAnswer, HistoryAnswer,
    HistoryEntry, RoadAnswer, StatusAnswer, TemplateAnswer,
};
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    AgencyId, Ask, Consent, DeviceId, DeviceRequest, ErrorCode, KeyId, Message, Nonce, PersonRef,
    ReceiptId, Signed, SigningError,
};
use serde::Serialize;

/// The answer to a signed request.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum RequestAnswer {
    /// Where the person stands.
    Status(StatusAnswer),
    /// All evidence on record.
    History(HistoryAnswer),
    /// A receipt once more.
    Receipt(ClaimAnswer),
    /// What became of a device.
    Device(DeviceAnswer),
    /// Which consent counts.
    Consent(ConsentAnswer),
    /// A template under seal.
    Template(TemplateAnswer),
    /// What was erased.
    Erased(ErasedAnswer),
    /// A road that was asked for.
    Road(RoadAnswer),
}

/// What a bound device signs over a nonce.
pub(super) trait FromDevice: Message {
    /// The agency, server and person that it names.
    fn about(&self) -> (&AgencyId, &str, PersonRef);
    /// The key that signs it.
    fn key(&self) -> KeyId;
    /// The nonce that it uses up.
    fn nonce(&self) -> Nonce;
    /// Whether a device that was shut out is answered, too.
    fn is_for_revoked(&self) -> bool;
}

macro_rules! signed_by_device {
    ($($message:ident: $revoked:expr),*) => {$(
        impl FromDevice for $message {
            fn about(&self) -> (&AgencyId, &str, PersonRef) {
                (&self.agency, &self.server, self.person)
            }

            fn key(&self) -> KeyId {
                self.key
            }

            fn nonce(&self) -> Nonce {
                self.nonce
            }

            fn is_for_revoked(&self) -> bool {
                $revoked(self)
            }
        }
    )*};
}

signed_by_device!(
    // It shuts the device out that asks: where the answer got lost, it is asked for again.
    DeviceRequest: |asked: &DeviceRequest| asked.ask == Ask::EraseFace,
    Consent: |_| false
);

impl Service {
    /// Answers a signed request.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] and those of [`Service::device_request`].
    pub async fn request(&self, bytes: &[u8]) -> Result<RequestAnswer, ServiceError> {
        let (request, device) = self.device_request(bytes).await?;
        let person = device.person;
        match request.ask {
            Ask::Challenge { .. } => Err(ErrorCode::RequestMalformed.into()),
            Ask::Status => self.status(person).await.map(RequestAnswer::Status),
            Ask::History => self.history(person).await.map(RequestAnswer::History),
            Ask::Receipt { receipt_id } => {
                let answer = self.receipt_again(person, receipt_id).await?;
                Ok(RequestAnswer::Receipt(answer))
            }
            Ask::WithdrawConsent => {
                let answer = self.withdraw_consent(person).await?;
                Ok(RequestAnswer::Consent(answer))
            }
            Ask::Template { key } => {
                let answer = self.deliver(&device, &key).await?;
                Ok(RequestAnswer::Template(answer))
            }
            Ask::EraseFace => {
                let answer = self.erase_own_face(&device).await?;
                Ok(RequestAnswer::Erased(answer))
            }
            Ask::OtherRoad { road } => {
                let answer = self.other_road(person, road).await?;
                Ok(RequestAnswer::Road(answer))
            }
            Ask::ConfirmDevice { device_id } => {
                self.move_device(person, device_id, DeviceState::Bound)
                    .await
            }
            Ask::RevokeDevice { device_id } => {
                self.move_device(person, device_id, DeviceState::Revoked)
                    .await
            }
        }
    }

    /// Verifies a signed request and uses its nonce up; gives it with the device that signed.
    ///
    /// # Errors
    /// [`ErrorCode::RequestMalformed`], [`ErrorCode::ClaimAudience`],
    /// [`ErrorCode::ClaimSignature`], [`ErrorCode::RequestUnauthorised`] for a nonce that does not
    /// hold, [`ErrorCode::RequestRateLimited`], [`ErrorCode::DeviceNotBound`],
    /// [`ErrorCode::DevicePending`], [`ErrorCode::DeviceRevoked`].
    pub async fn device_request(
        &self,
        bytes: &[u8],
    ) -> Result<(DeviceRequest, DeviceRow), ServiceError> {
        self.signed_by_device(bytes).await
    }

    /// Verifies what a bound device signed and uses its nonce up.
    ///
    /// # Errors
    /// Those of [`Service::device_request`].
    pub(super) async fn signed_by_device<T: FromDevice>(
        &self,
        bytes: &[u8],
    ) -> Result<(T, DeviceRow), ServiceError> {
        let malformed = |_: SigningError| ErrorCode::RequestMalformed;
        let signed = Signed::read(bytes).map_err(malformed)?;
        let key = signed.peek::<T>().map_err(malformed)?.key();
        let device = self.store.read().await?.device_by_key(key).await?;
        let public_key = self.key_to_verify(device.as_ref())?;
        let verified = signed.verify::<T>(&public_key);
        let device = device.ok_or(ErrorCode::DeviceNotBound)?;
        let message = verified.map_err(|_| ErrorCode::ClaimSignature)?;
        self.limits.take(Account::Key(key))?;
        let (agency, server, person) = message.about();
        if agency != self.store.agency() || server != self.server {
            return Err(ErrorCode::ClaimAudience.into());
        }
        if person != device.person {
            return Err(ErrorCode::DeviceNotBound.into());
        }
        match super::certify::may_certify(&device) {
            Err(ErrorCode::DeviceRevoked) if message.is_for_revoked() => {}
            may => may?,
        }
        let now_ms = self.clock.now_ms();
        let expires_ms = self.keys.nonce_expires_ms(&message.nonce(), now_ms);
        let expires_ms = expires_ms.ok_or(ErrorCode::RequestUnauthorised)?;
        let nonce = message.nonce().to_string();
        let fresh = run_tx!(self.store, "use_nonce", |db| {
            Ok(db.use_nonce(&nonce, (now_ms, expires_ms)).await?)
        })?;
        if fresh {
            Ok((message, device))
        } else {
            Err(ErrorCode::RequestUnauthorised.into())
        }
    }

    async fn status(&self, person: PersonRef) -> Result<StatusAnswer, ServiceError> {
        let now_ms = self.clock.now_ms();
        let mut db = self.store.read().await?;
        let (policy, first_due_ms) = self.policy_of(&mut db, person, now_ms).await?;
        let newest = calendar::newest(&db.counting_evidence(person).await?);
        let standing = calendar::standing(&policy, newest, first_due_ms, now_ms)?;
        let receipts = db.receipts_of(person).await?;
        let is_revoked = |row: &&ReceiptRow| row.revoked_at_ms.is_some();
        let counts = |row: &&ReceiptRow| !is_revoked(row) && row.valid_until_ms >= now_ms;
        let devices = db.devices(person).await?;
        let tasks = db.tasks_of(person).await?;
        Ok(StatusAnswer {
            receipt: receipts.iter().find(counts).map(|row| row.receipt_id),
            revoked_receipts: receipts
                .iter()
                .filter(is_revoked)
                .map(|row| row.receipt_id)
                .collect(),
            certified: standing.valid_until_ms.is_some(),
            valid_until_ms: standing.valid_until_ms,
            window_opens_ms: standing.opens_ms,
            due_ms: standing.due_ms,
            under_review: !tasks.is_empty(),
            road: roads::open_road(&tasks),
            office_phone: db.agency().await?.map(|(_, phone)| phone),
            pending_devices: pending(&devices),
            devices: devices.iter().map(entry).collect(),
        })
    }

    async fn history(&self, person: PersonRef) -> Result<HistoryAnswer, ServiceError> {
        let mut db = self.store.read().await?;
        let evidence = db.counting_evidence(person).await?;
        let evidence = evidence
            .into_iter()
            .map(|row| HistoryEntry {
                modality: row.modality,
                channel: row.channel,
                assurance: row.assurance,
                proved_from_ms: row.proved_from_ms,
                proved_to_ms: row.proved_to_ms,
            })
            .collect();
        Ok(HistoryAnswer { evidence })
    }

    async fn receipt_again(
        &self,
        person: PersonRef,
        receipt: ReceiptId,
    ) -> Result<ClaimAnswer, ServiceError> {
        let mut db = self.store.read().await?;
        let answer = db.receipt_answer(person, receipt).await?;
        let answer = answer.ok_or(ErrorCode::RequestNotFound)?;
        drop(db);
        let answer =
            serde_json::from_str(&answer).map_err(|_| ServiceError::Inconsistent("an answer"))?;
        self.proved(answer).await
    }

    /// Lets a waiting device in or shuts a device out.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] when the person has no such device, or it was shut out
    /// before; [`ServiceError::Store`].
    pub async fn move_device(
        &self,
        person: PersonRef,
        device: DeviceId,
        state: DeviceState,
    ) -> Result<RequestAnswer, ServiceError> {
        let now_ms = self.clock.now_ms();
        let moved = run_tx!(self.store, "move_device", |db| {
            let moved = db.set_device_state((person, device), state, now_ms).await?;
            db.close_task("pending-device", &device.to_string(), now_ms)
                .await?;
            Ok(moved)
        })?;
        if !moved {
            return Err(ErrorCode::RequestNotFound.into());
        }
        let source = content::state_source(&device.to_string(), state.as_str());
        self.logged(LeafKind::DeviceState, &source).await?;
        Ok(RequestAnswer::Device(DeviceAnswer {
            device,
            bound: state == DeviceState::Bound,
        }))
    }
}

fn pending(devices: &[DeviceRow]) -> Vec<DeviceId> {
    let devices = devices.iter();
    let pending = devices.filter(|device| device.state == DeviceState::Pending);
    pending.map(|device| device.device).collect()
}

fn entry(row: &DeviceRow) -> DeviceEntry {
    DeviceEntry {
        device: row.device,
        state: row.state.as_str().to_owned(),
        assurance: row.assurance,
        reason: row.reason,
    }
}
