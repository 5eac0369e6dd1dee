//! Templates that were delivered to devices.

use super::people::random_id;
use super::{Db, StoreError};
use crate::values;
use lifecert_protocol::{DeviceId, Digest};

/// A template that a device was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// To which device.
    pub device: DeviceId,
    /// SHA-256 of the template's bytes as they are compared here.
    pub template: Digest,
    /// The recognition model that made it.
    pub recognition_model: Digest,
    /// When.
    pub delivered_at_ms: u64,
    /// Until when it counts.
    pub expires_at_ms: u64,
}

impl Db {
    /// Records a delivery.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_delivery(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO template_delivery (agency_id, delivery_id, device_id, template_digest, \
             recognition_model, delivered_at_ms, expires_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![
                random_id(),
                delivery.device.to_string(),
                delivery.template.to_string(),
                delivery.recognition_model.to_string(),
                delivery.delivered_at_ms,
                delivery.expires_at_ms,
            ],
        )
        .await?;
        Ok(())
    }

    /// Whether a device was given this very template and it still counts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn was_delivered(
        &mut self,
        device: DeviceId,
        template: Digest,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let row = self
            .one(
                "SELECT COUNT(*) AS given FROM template_delivery WHERE agency_id = $1 \
                 AND device_id = $2 AND template_digest = $3 AND expires_at_ms >= $4",
                values![device.to_string(), template.to_string(), now_ms],
            )
            .await?;
        Ok(row.map_or(Ok(0), |row| row.unsigned("given"))? > 0)
    }
}
