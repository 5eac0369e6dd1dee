//! A person's file: whoever reads it is on record before it is shown.

use super::review::{MOST_ROWS, told_task};
use super::{Action, Actor, checked_reason};
use crate::error::ServiceError;
use crate::run_tx;
use crate::service::{Service, calendar};
use crate::store::{Db, DeviceState, FileAccess, Revocation};
use lifecert_protocol::http::HistoryEntry;
use lifecert_protocol::http::staff as wire;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{ClaimId, ErrorCode, FaceEvidence, PersonRef, ReceiptId};

/// The most claims of a file.
const MOST_CLAIMS: u32 = 20;

/// What the record of reads calls a file.
const FILE: &str = "file";

/// What it calls sealed evidence.
const EVIDENCE: &str = "evidence";

impl Service {
    /// Opens a person's file. The read is on record, in the transaction that reads.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestMalformed`] without a reason,
    /// [`ErrorCode::RequestNotFound`] for nobody and for somebody of another area;
    /// [`ServiceError::Store`].
    pub async fn open_file(
        &self,
        actor: &Actor,
        person: PersonRef,
        reason: &str,
    ) -> Result<wire::PersonFile, ServiceError> {
        let (reason, now_ms) = (checked_reason(reason)?, self.clock.now_ms());
        run_tx!(self.store, "open_file", |db| {
            actor.still(db).await?;
            actor.may_about(db, Action::ReadFile, person).await?;
            db.add_file_access(&FileAccess {
                staff_id: actor.staff_id.clone(),
                person,
                what: FILE.to_owned(),
                reason: reason.to_owned(),
                at_ms: now_ms,
            })
            .await?;
            self.file(db, person, now_ms).await
        })
    }

    async fn file(
        &self,
        db: &mut Db,
        person: PersonRef,
        now_ms: u64,
    ) -> Result<wire::PersonFile, ServiceError> {
        let identity = db.identity(person).await?;
        let identity = identity.ok_or(ServiceError::Inconsistent("a person"))?;
        let row = db.person(person).await?;
        let row = row.ok_or(ServiceError::Inconsistent("a person"))?;
        let (policy, first_due_ms) = self.policy_of(db, person, now_ms).await?;
        let newest = calendar::newest(&db.counting_evidence(person).await?);
        let standing = calendar::standing(&policy, newest, first_due_ms, now_ms)?;
        let devices = db.devices(person).await?.into_iter();
        let claims = db.claims_of(person, MOST_CLAIMS).await?.into_iter();
        let receipts = db.receipts_of(person).await?.into_iter();
        let evidence = db.evidence(person).await?.into_iter();
        Ok(wire::PersonFile {
            person,
            name: identity.name.to_string(),
            id_number: identity.id_number.to_string(),
            contact: identity.contact,
            area: row.area.to_string(),
            valid_until_ms: standing.valid_until_ms,
            due_ms: standing.due_ms,
            devices: devices
                .map(|row| wire::FileDevice {
                    device: row.device,
                    state: row.state.as_str().to_owned(),
                    assurance: row.assurance,
                })
                .collect(),
            tasks: db
                .tasks_of(person)
                .await?
                .into_iter()
                .map(told_task)
                .collect(),
            claims: claims
                .map(|row| wire::FileClaim {
                    claim: row.claim_id,
                    received_at_ms: row.received_at_ms,
                    outcome: row.outcome,
                    code: row.code,
                    numbers: row.numbers,
                })
                .collect(),
            receipts: receipts
                .map(|row| wire::FileReceipt {
                    receipt: row.receipt_id,
                    claim: row.claim_id,
                    issued_at_ms: row.issued_at_ms,
                    valid_until_ms: row.valid_until_ms,
                    revoked_at_ms: row.revoked_at_ms,
                })
                .collect(),
            evidence: evidence
                .map(|row| HistoryEntry {
                    modality: row.modality,
                    channel: row.channel,
                    assurance: row.assurance,
                    proved_from_ms: row.proved_from_ms,
                    proved_to_ms: row.proved_to_ms,
                })
                .collect(),
        })
    }

    /// Opens a claim's sealed evidence. Both records, of the file and of the evidence, hold it
    /// before it is opened.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestMalformed`] without a reason,
    /// [`ErrorCode::RequestNotFound`] where nothing is kept and for a claim of another area;
    /// [`ServiceError`].
    pub async fn open_evidence(
        &self,
        actor: &Actor,
        claim: ClaimId,
        reason: &str,
    ) -> Result<FaceEvidence, ServiceError> {
        let (reason, now_ms) = (checked_reason(reason)?, self.clock.now_ms());
        run_tx!(self.store, "open_evidence_of", |db| {
            actor.still(db).await?;
            actor.may(Action::OpenEvidence)?;
            let row = db.claim(claim).await?;
            let person = row.ok_or(ErrorCode::RequestNotFound)?.person;
            actor.may_about(db, Action::OpenEvidence, person).await?;
            let access = FileAccess {
                staff_id: actor.staff_id.clone(),
                person,
                what: EVIDENCE.to_owned(),
                reason: reason.to_owned(),
                at_ms: now_ms,
            };
            Ok(db.add_file_access(&access).await?)
        })?;
        let (_, evidence) = self.open_audited(&actor.staff_id, claim, reason).await?;
        evidence
    }

    /// Who read which file of the actor's area, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`]; [`ServiceError::Store`].
    pub async fn access_log(
        &self,
        actor: &Actor,
        request: &wire::AccessRequest,
    ) -> Result<wire::Accesses, ServiceError> {
        actor.may(Action::ReadAccessLog)?;
        let of = (request.person, request.before_ms.unwrap_or(i64::MAX as u64));
        let mut db = self.store.read().await?;
        let rows = db.file_accesses(&actor.area, of, MOST_ROWS).await?;
        let accesses = rows.into_iter().map(|row| wire::Access {
            staff: row.staff_id,
            person: row.person,
            what: row.what,
            reason: row.reason,
            at_ms: row.at_ms,
        });
        Ok(wire::Accesses {
            accesses: accesses.collect(),
        })
    }

    /// Revokes a receipt: it stays a document, and no longer counts.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestMalformed`] without a reason,
    /// [`ErrorCode::RequestNotFound`] for a receipt that is not there, was revoked before or is not
    /// of the actor's area; [`ServiceError`].
    pub async fn revoke_receipt(
        &self,
        actor: &Actor,
        receipt: ReceiptId,
        reason: &str,
    ) -> Result<(), ServiceError> {
        let (reason, now_ms) = (checked_reason(reason)?, self.clock.now_ms());
        let source = receipt.to_string();
        run_tx!(self.store, "revoke_receipt", |db| {
            actor.still(db).await?;
            actor.may(Action::Revoke)?;
            let row = db.receipt(&source).await?;
            let row = row.ok_or(ErrorCode::RequestNotFound)?;
            actor.may_about(db, Action::Revoke, row.person).await?;
            let revoked = db
                .revoke(&Revocation {
                    receipt_id: receipt,
                    revoked_by: actor.staff_id.clone(),
                    reason: reason.to_owned(),
                    at_ms: now_ms,
                })
                .await?;
            if revoked {
                Ok(())
            } else {
                Err(ErrorCode::RequestNotFound.into())
            }
        })?;
        self.logged(LeafKind::Revocation, &source).await
    }

    /// Ends what counts of a person: their receipts and their devices.
    pub(super) async fn end_person(
        &self,
        db: &mut Db,
        person: PersonRef,
        (actor, reason): (&Actor, &str),
        now_ms: u64,
    ) -> Result<(), ServiceError> {
        for receipt in db.receipts_of(person).await? {
            if receipt.valid_until_ms < now_ms {
                continue;
            }
            db.revoke(&Revocation {
                receipt_id: receipt.receipt_id,
                revoked_by: actor.staff_id.clone(),
                reason: reason.to_owned(),
                at_ms: now_ms,
            })
            .await?;
        }
        for device in db.devices(person).await? {
            let of = (person, device.device);
            db.set_device_state(of, DeviceState::Revoked, now_ms)
                .await?;
        }
        Ok(())
    }
}
