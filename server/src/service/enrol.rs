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
        let modelled = self.model_face(&staff.staff_id, pictures).await??;
        let added = run_tx!(self.store, "enrol", |db| {
            staff.still(db).await?;
            let mut added = Vec::with_capacity(modelled.rows.len());
            for row in &modelled.rows {
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

    /// What pictures that a member of staff took give: a template or, while the recognition model
    /// changes, one of each model; or why they give none.
    pub(super) async fn model_face(
        &self,
        staff_id: &str,
        pictures: Vec<Vec<u8>>,
    ) -> Result<Result<ModelledFace, ErrorCode>, ServiceError> {
        let pictures: Arc<Vec<Vec<u8>>> = Arc::new(pictures);
        let now_ms = self.clock.now_ms();
        let row = |models: &ModelSet, template: &Embedding, pictures| TemplateRow {
            recognition_model: models.recognition(),
            embedding: template.to_bytes(),
            pictures,
            origin: TemplateOrigin::Clerk {
                staff_id: staff_id.to_owned(),
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
            Err(_) => return Ok(Err(why_not(&modelled))),
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
        Ok(Ok(ModelledFace {
            rows,
            used: modelled.used,
            left_out: modelled.left_out,
        }))
    }
}

/// What pictures gave.
pub(super) struct ModelledFace {
    /// The templates to be added.
    pub(super) rows: Vec<TemplateRow>,
    /// Pictures that went into the first of them.
    pub(super) used: u32,
    /// Pictures left out, each with the reason, by their place.
    pub(super) left_out: Vec<(u32, ErrorCode)>,
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
