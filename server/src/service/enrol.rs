//! Modelling a face, by a member of staff.

use super::{Action, Actor, Service};
use crate::error::ServiceError;
use crate::recompute::{ModelSet, Modelled};
use crate::run_tx;
use crate::store::{TemplateOrigin, TemplateRow};
use lifecert_protocol::ErrorCode;
use lifecert_protocol::http::{EnrolAnswer, EnrolRequest};
use lifecert_protocol::log::LeafKind;
use lifecert_vision::Embedding;
use std::sync::Arc;

/// The most pictures of one modelling.
const MOST_PICTURES: usize = 20;

impl Service {
    /// Makes a person's template from pictures; while the recognition model changes, one of each
    /// model.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`] for somebody who may not model faces,
    /// [`ErrorCode::RequestNotFound`] for somebody who is not on their roster; where too few good
    /// pictures differ, [`ErrorCode::EnrolmentTooFew`], or where none is good, the reason that all
    /// share or [`ErrorCode::EnrolmentPoor`]; [`ServiceError`] otherwise.
    pub async fn enrol(
        &self,
        staff: &Actor,
        request: EnrolRequest,
    ) -> Result<EnrolAnswer, ServiceError> {
        staff.may(Action::Enrol)?;
        let person = request.person;
        if request.pictures.is_empty() || request.pictures.len() > MOST_PICTURES {
            return Err(ErrorCode::RequestMalformed.into());
        }
        let mut db = self.store.read().await?;
        staff.may_about(&mut db, Action::Enrol, person).await?;
        drop(db);
        let pictures = request.pictures.into_iter().map(Vec::from).collect();
        let pictures: Arc<Vec<Vec<u8>>> = Arc::new(pictures);
        let now_ms = self.clock.now_ms();
        let row = |models: &ModelSet, template: &Embedding, pictures| TemplateRow {
            recognition_model: models.recognition(),
            embedding: template.to_bytes(),
            pictures,
            origin: TemplateOrigin::Clerk {
                staff_id: staff.staff_id.clone(),
            },
            made_at_ms: now_ms,
        };
        let current = self.recompute.current();
        let modelled = self
            .recompute
            .model(current.recognition(), pictures.clone())
            .await?;
        let mut rows = match &modelled.template {
            Ok(template) => vec![row(current, template, modelled.used)],
            Err(_) => return Err(why_not(&modelled).into()),
        };
        if let Some(next) = self.recompute.next() {
            // Whom the next models cannot model, an accepted claim or another visit will.
            let modelled = self.recompute.model(next.recognition(), pictures).await;
            if let Ok(Modelled {
                template: Ok(template),
                used,
                ..
            }) = &modelled
            {
                rows.push(row(next, template, *used));
            }
        }
        let added = run_tx!(self.store, "enrol", |db| {
            staff.still(db).await?;
            let mut added = Vec::with_capacity(rows.len());
            for row in &rows {
                added.push(db.add_template(person, row).await?);
            }
            Ok(added)
        })?;
        for template_id in &added {
            self.logged(LeafKind::Enrolment, template_id).await?;
        }
        Ok(EnrolAnswer {
            person,
            pictures_used: modelled.used,
            left_out: modelled.left_out,
        })
    }
}

/// Why pictures gave no template.
fn why_not(modelled: &Modelled) -> ErrorCode {
    if modelled.used > 0 {
        return ErrorCode::EnrolmentTooFew;
    }
    let mut reasons = modelled.left_out.iter().map(|(_, code)| *code);
    let first = reasons.next().unwrap_or(ErrorCode::EnrolmentPoor);
    if reasons.all(|code| code == first) {
        first
    } else {
        ErrorCode::EnrolmentPoor
    }
}
