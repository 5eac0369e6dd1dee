//! Receipts: what is signed and recorded, whether the machine decided or a person.

use super::{Service, calendar};
use crate::error::ServiceError;
use crate::store::{Db, DeviceRow, EvidenceRow, NewReceipt, PolicyRow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{
    Assurance, Channel, ClaimId, Digest, Modality, Receipt, ReceiptId, Recomputed, Salt, Verdict,
    WIRE_VERSION, commit_identity,
};

/// What a receipt rests on.
pub(super) struct Basis<'a> {
    pub(super) claim: (ClaimId, Digest),
    pub(super) kind: (Modality, Channel),
    pub(super) device: &'a DeviceRow,
    /// How well the device was known by this claim.
    pub(super) assurance: Assurance,
    pub(super) policy: &'a PolicyRow,
    /// The model of the templates that the person was compared with.
    pub(super) recognition_model: Digest,
    /// What the server saw itself; nothing where a person decided.
    pub(super) recomputed: Option<Recomputed>,
    /// When the challenge was issued and when the claim was received, by the server's own clock.
    pub(super) proved_ms: (u64, u64),
    /// When a person decided, where the machine had not accepted.
    pub(super) decided_at_ms: Option<u64>,
}

impl Service {
    /// Signs a receipt for a claim that was accepted.
    pub(super) async fn receipt(
        &self,
        db: &mut Db,
        basis: &Basis<'_>,
    ) -> Result<NewReceipt, ServiceError> {
        let person = basis.device.person;
        let identity = db.identity(person).await?;
        let identity = identity.ok_or(ServiceError::Inconsistent("a person"))?;
        let identity_salt = Salt::random();
        let device = basis.device.device.to_string();
        let binding = db.log_entry(LeafKind::Binding, &device).await?;
        let (proved_from_ms, proved_to_ms) = basis.proved_ms;
        let signed_at_ms = basis.decided_at_ms.unwrap_or(proved_to_ms);
        let enrolment_index = db
            .enrolment_index(person, basis.recognition_model, signed_at_ms)
            .await?;
        let receipt = Receipt {
            version: WIRE_VERSION,
            receipt_id: ReceiptId::random(),
            person,
            agency: self.store.agency().clone(),
            modality: basis.kind.0,
            channel: basis.kind.1,
            assurance: basis.assurance,
            recomputed: basis.recomputed,
            proved_from_ms,
            proved_to_ms,
            // What is certain is the beginning: a certificate counts from there.
            valid_until_ms: calendar::valid_until_ms(basis.policy, proved_from_ms)?,
            claim_id: basis.claim.0,
            claim_digest: basis.claim.1,
            device_key: basis.device.key,
            policy: basis.policy.name.clone(),
            identity: commit_identity(&identity_salt, &identity.name, &identity.id_number),
            enrolment_index,
            binding_index: binding.and_then(|entry| entry.index),
            decided_at_ms: basis.decided_at_ms,
        };
        let key = self.keys.signing_at(receipt.signed_at_ms());
        Ok(NewReceipt {
            receipt_id: receipt.receipt_id,
            signed: key.sign_message(&receipt)?,
            identity_salt,
            issued_at_ms: receipt.signed_at_ms(),
            valid_until_ms: receipt.valid_until_ms,
        })
    }

    /// Records a receipt and the evidence of life that it stands for.
    pub(super) async fn record_receipt(
        &self,
        db: &mut Db,
        basis: &Basis<'_>,
        receipt: &NewReceipt,
    ) -> Result<(), ServiceError> {
        let (person, claim) = (basis.device.person, basis.claim.0);
        db.add_receipt((person, claim), receipt).await?;
        let evidence = EvidenceRow {
            modality: basis.kind.0,
            channel: basis.kind.1,
            assurance: basis.assurance,
            proved_from_ms: basis.proved_ms.0,
            proved_to_ms: basis.proved_ms.1,
            source: claim.to_string(),
        };
        let performing = self.store.agency().as_str();
        db.add_evidence(person, &evidence, (performing, receipt.issued_at_ms))
            .await?;
        Ok(())
    }
}

/// The answer that brings a receipt to its holder.
pub(super) fn accepted(receipt: &NewReceipt) -> ClaimAnswer {
    ClaimAnswer {
        outcome: Verdict::Accept,
        code: None,
        receipt: Some(URL_SAFE_NO_PAD.encode(&receipt.signed)),
        identity_salt: Some(receipt.identity_salt.to_string()),
        retry_after_s: None,
        log_proof: None,
    }
}
