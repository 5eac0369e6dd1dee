//! Erasing a face: whatever the office has of it goes, at the person's word. Identity, evidence of
//! life and receipts stay, since the pension rests on them, and certifying goes on by another road.

use super::Service;
use super::staff::{Action, Actor, checked_reason};
use super::templates::DRIFT;
use crate::error::ServiceError;
use crate::log::content;
use crate::run_tx;
use crate::store::{Db, DeviceRow, DeviceState, FileAccess};
use lifecert_protocol::http::ErasedAnswer;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{ClaimId, DeviceId, ErrorCode, PersonRef};

/// What the record of reads calls an erasure.
const ERASURE: &str = "erasure";

/// What one transaction erased.
struct Erased {
    evidence: Vec<ClaimId>,
    templates: Vec<String>,
    devices: Vec<DeviceId>,
}

impl Service {
    /// Erases the face of a device's person. The device is shut out by it with all others, so that
    /// the same asked once more by a shut-out device is answered with nothing to erase.
    pub(super) async fn erase_own_face(
        &self,
        device: &DeviceRow,
    ) -> Result<ErasedAnswer, ServiceError> {
        let (person, now_ms) = (device.person, self.clock.now_ms());
        let erased = run_tx!(self.store, "erase_own_face", |db| {
            let row = db.device_by_key(device.key).await?;
            let row = row.ok_or(ErrorCode::DeviceNotBound)?;
            if row.state != DeviceState::Bound && db.is_modelled(person).await? {
                return Err(ErrorCode::DeviceRevoked.into());
            }
            self.erase_face_of(db, person, now_ms).await
        })?;
        self.after_erasure(erased).await
    }

    /// Erases a person's face for somebody of the office, whom the person asked to. Who did it and
    /// why is on record beside the reads of the file.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestMalformed`] without a reason,
    /// [`ErrorCode::RequestNotFound`] for nobody and for somebody of another area;
    /// [`ServiceError`].
    pub async fn erase_face(
        &self,
        actor: &Actor,
        person: PersonRef,
        reason: &str,
    ) -> Result<ErasedAnswer, ServiceError> {
        let (reason, now_ms) = (checked_reason(reason)?, self.clock.now_ms());
        let erased = run_tx!(self.store, "erase_face", |db| {
            actor.still(db).await?;
            actor.may_about(db, Action::EraseFace, person).await?;
            db.add_file_access(&FileAccess {
                staff_id: actor.staff_id.clone(),
                person,
                what: ERASURE.to_owned(),
                reason: reason.to_owned(),
                at_ms: now_ms,
            })
            .await?;
            self.erase_face_of(db, person, now_ms).await
        })?;
        self.after_erasure(erased).await
    }

    async fn erase_face_of(
        &self,
        db: &mut Db,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<Erased, ServiceError> {
        db.withdraw_consents(person, now_ms).await?;
        let evidence = self.begin_erasure_of(db, person, now_ms).await?;
        self.begin_erasure_of_visits(db, person, now_ms).await?;
        let templates = db.erase_templates(person, now_ms).await?;
        let mut devices = Vec::new();
        for device in db.devices(person).await? {
            let of = (person, device.device);
            if db
                .set_device_state(of, DeviceState::Revoked, now_ms)
                .await?
            {
                devices.push(device.device);
            }
        }
        // What was asked about templates and devices that are no more has no answer.
        for task in db.tasks_of(person).await? {
            if [DRIFT, "pending-device"].contains(&task.kind.as_str()) {
                db.close_task(&task.kind, &task.source, now_ms).await?;
            }
        }
        Ok(Erased {
            evidence,
            templates,
            devices,
        })
    }

    async fn after_erasure(&self, erased: Erased) -> Result<ErasedAnswer, ServiceError> {
        self.erase_now(&erased.evidence).await;
        for template in &erased.templates {
            let source = content::state_source("template", template);
            self.logged(LeafKind::Erasure, &source).await?;
        }
        for device in &erased.devices {
            let revoked = DeviceState::Revoked.as_str();
            let source = content::state_source(&device.to_string(), revoked);
            self.logged(LeafKind::DeviceState, &source).await?;
        }
        Ok(ErasedAnswer {
            templates: erased.templates.len() as u32,
            devices: erased.devices.len() as u32,
        })
    }
}
