//! Where a policy says that nothing of a face leaves the device: the template goes there instead,
//! sealed, to hardware that was bound by a look of the server's own, until the window is over.

use super::{Service, calendar, is_hardware};
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{Db, Delivery, DeviceRow, TemplateRow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::TemplateAnswer;
use lifecert_protocol::{
    Assurance, CapturePolicy, DeliveredTemplate, Digest, ErrorCode, EvidenceKey, EvidenceLevel,
    SealedTemplate, TemplateHeader,
};
use lifecert_vision::Embedding;

/// A template for somebody who is overdue counts for as long as an offline challenge does.
const OVERDUE_MS: u64 = 14 * 24 * 60 * 60 * 1_000;

/// The policy for a device: where it asks for a match on the device, one below hardware level sends
/// key frames, which the server looks at and forgets. Nobody is left without a road by their phone.
pub(super) fn for_device(capture: CapturePolicy, assurance: Assurance) -> CapturePolicy {
    match capture.evidence {
        EvidenceLevel::MatchOnly if !is_hardware(assurance) => CapturePolicy {
            evidence: EvidenceLevel::KeyFrames,
            ..capture
        },
        _ => capture,
    }
}

/// A template's name in a delivery.
pub(super) fn name(template: &TemplateRow) -> Digest {
    Digest::of(&template.embedding)
}

impl Service {
    /// Seals the person's newest template to the key that their device made for it. A device that
    /// is bound was compared by the server itself, so whoever asks has been seen.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`] where the policy does not ask for a match on the device,
    /// or no hardware speaks for it; [`ErrorCode::CaseWindowClosed`],
    /// [`ErrorCode::EnrolmentMissing`]; [`ServiceError`].
    pub(super) async fn deliver(
        &self,
        device: &DeviceRow,
        key: &EvidenceKey,
    ) -> Result<TemplateAnswer, ServiceError> {
        let now_ms = self.clock.now_ms();
        let template = run_tx!(self.store, "deliver", |db| {
            let (template, expires_at_ms) = self.due_template(db, device, now_ms).await?;
            db.add_delivery(&Delivery {
                device: device.device,
                template: name(&template),
                recognition_model: template.recognition_model,
                delivered_at_ms: now_ms,
                expires_at_ms,
            })
            .await?;
            let embedding = Embedding::from_bytes(&template.embedding);
            let embedding = embedding.ok_or(ServiceError::Inconsistent("a template"))?;
            Ok(DeliveredTemplate {
                header: TemplateHeader {
                    agency: self.store.agency().clone(),
                    server: self.server.clone(),
                    person: device.person,
                    device_key: device.key,
                    recognition_model: template.recognition_model,
                    expires_at_ms,
                },
                embedding: embedding.quantise(),
            })
        })?;
        let sealed = SealedTemplate::seal(&template, key);
        let sealed = sealed.map_err(|_| ErrorCode::RequestMalformed)?;
        Ok(TemplateAnswer {
            sealed: URL_SAFE_NO_PAD.encode(sealed.to_bytes()),
        })
    }

    /// The template that a device may have now, and until when.
    async fn due_template(
        &self,
        db: &mut Db,
        device: &DeviceRow,
        now_ms: u64,
    ) -> Result<(TemplateRow, u64), ServiceError> {
        let (policy, first_due_ms) = self.policy_of(db, device.person, now_ms).await?;
        let matched = policy.capture.evidence == EvidenceLevel::MatchOnly;
        if !matched || !is_hardware(device.assurance) {
            return Err(ErrorCode::RequestUnauthorised.into());
        }
        let newest = calendar::newest(&db.evidence(device.person).await?);
        let standing = calendar::standing(&policy, newest, first_due_ms, now_ms)?;
        if now_ms < standing.opens_ms {
            return Err(ErrorCode::CaseWindowClosed.into());
        }
        let model = policy.capture.recognition_model;
        let templates = db.templates(device.person, model).await?;
        let templates = templates.ok_or(ErrorCode::EnrolmentMissing)?;
        let due = Some(standing.due_ms).filter(|due_ms| *due_ms > now_ms);
        Ok((templates.current, due.unwrap_or(now_ms + OVERDUE_MS)))
    }
}
