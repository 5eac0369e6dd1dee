//! Modelling a face, by a member of staff.

use super::Service;
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{Staff, StaffRole, TemplateRow};
use lifecert_protocol::http::{EnrolAnswer, EnrolRequest};
use lifecert_protocol::{Digest, ErrorCode};

/// The most pictures of one modelling.
const MOST_PICTURES: usize = 20;

impl Service {
    /// The member of staff with that token.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`]; [`ServiceError::Store`].
    pub async fn staff(&self, token: &str) -> Result<Staff, ServiceError> {
        let hash = Digest::of(token.as_bytes());
        let staff = self.store.read().await?.staff(hash).await?;
        Ok(staff.ok_or(ErrorCode::RequestUnauthorised)?)
    }

    /// Makes a person's template from pictures.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] for somebody who is not on the roster; where no picture is
    /// good enough, the reason that all share, or [`ErrorCode::EnrolmentPoor`];
    /// [`ServiceError`] otherwise.
    pub async fn enrol(
        &self,
        staff: &Staff,
        request: EnrolRequest,
    ) -> Result<EnrolAnswer, ServiceError> {
        let StaffRole::Clerk = staff.role;
        let person = request.person;
        if request.pictures.is_empty() || request.pictures.len() > MOST_PICTURES {
            return Err(ErrorCode::RequestMalformed.into());
        }
        let known = self.store.read().await?.person(person).await?;
        known.ok_or(ErrorCode::RequestNotFound)?;
        let pictures = request.pictures.into_iter().map(Vec::from).collect();
        let modelled = self.recompute.model(pictures).await?;
        let Some(template) = modelled.template else {
            let mut reasons = modelled.left_out.iter().map(|(_, code)| *code);
            let first = reasons.next().unwrap_or(ErrorCode::EnrolmentPoor);
            let shared = reasons.all(|code| code == first);
            return Err(if shared {
                first
            } else {
                ErrorCode::EnrolmentPoor
            }
            .into());
        };
        let row = TemplateRow {
            recognition_model: self.recompute.recognition_model(),
            embedding: template.to_bytes(),
        };
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "enrol", |db| {
            let made = (modelled.used, staff);
            Ok(db.add_template(person, &row, made, now_ms).await?)
        })?;
        Ok(EnrolAnswer {
            person,
            pictures_used: modelled.used,
            left_out: modelled.left_out,
        })
    }
}
