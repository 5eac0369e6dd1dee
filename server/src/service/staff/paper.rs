//! A receipt for paper. Whoever has one printed is on record, as with every read of a person's
//! file.

use super::{Action, Actor, checked_reason};
use crate::error::ServiceError;
use crate::run_tx;
use crate::service::Service;
use crate::store::FileAccess;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::log::TlogProof;
use lifecert_protocol::{ErrorCode, PersonRef, Receipt, ReceiptId, Signed, with_beside};

/// What the record of reads calls a printed receipt.
const RECEIPT: &str = "receipt";

/// A receipt as it goes onto paper.
pub struct PaperReceipt {
    /// What it says.
    pub receipt: Receipt,
    /// Its COSE_Sign1 bytes with what goes beside them.
    pub signed: Vec<u8>,
    /// Its place in the public log, where the proof is beside it.
    pub log_index: Option<u64>,
}

impl Service {
    /// Takes a person's newest receipt that was not revoked, or that one of them, out of the file,
    /// with the log's proof and, where that is wanted, the salt that shows whose it is. That it was
    /// read is on record, in the transaction that reads.
    ///
    /// # Errors
    /// [`ErrorCode::RequestUnauthorised`], [`ErrorCode::RequestMalformed`] without a reason,
    /// [`ErrorCode::RequestNotFound`] for nobody, for somebody of another area and where there is
    /// no such receipt that counts; [`ErrorCode::ServerBusy`] while it is not published yet;
    /// [`ServiceError`].
    pub async fn receipt_for_paper(
        &self,
        actor: &Actor,
        (person, wanted): (PersonRef, Option<ReceiptId>),
        (reason, with_salt): (&str, bool),
    ) -> Result<PaperReceipt, ServiceError> {
        let (reason, now_ms) = (checked_reason(reason)?, self.clock.now_ms());
        let answer = run_tx!(self.store, "receipt_for_paper", |db| {
            actor.still(db).await?;
            actor.may_about(db, Action::ReadFile, person).await?;
            // That there is none is something to learn, too.
            db.add_file_access(&FileAccess {
                staff_id: actor.staff_id.clone(),
                person,
                what: RECEIPT.to_owned(),
                reason: reason.to_owned(),
                at_ms: now_ms,
            })
            .await?;
            let receipts = db.receipts_of(person).await?;
            let mut counting = receipts.iter().filter(|row| row.revoked_at_ms.is_none());
            let found = counting.find(|row| wanted.is_none_or(|id| id == row.receipt_id));
            match found {
                Some(row) => Ok(db.receipt_answer(person, row.receipt_id).await?),
                None => Ok(None),
            }
        })?;
        let answer = answer.ok_or(ErrorCode::RequestNotFound)?;
        let answer = serde_json::from_str(&answer);
        let answer = answer.map_err(|_| ServiceError::Inconsistent("an answer"))?;
        for_paper(&self.proved(answer).await?, with_salt)
            .ok_or(ServiceError::Inconsistent("a receipt"))
    }
}

fn for_paper(answer: &ClaimAnswer, with_salt: bool) -> Option<PaperReceipt> {
    let bytes = URL_SAFE_NO_PAD.decode(answer.receipt.as_deref()?).ok()?;
    let salt = answer.identity_salt.as_deref().filter(|_| with_salt);
    let salt = salt.map(str::parse).transpose().ok()?;
    let proof = answer.log_proof.as_deref();
    let read = proof.and_then(|text| TlogProof::parse(text).ok());
    Some(PaperReceipt {
        receipt: Signed::read(&bytes).ok()?.peek().ok()?,
        signed: with_beside(&bytes, proof, salt.as_ref()).ok()?,
        log_index: read.map(|proof| proof.index),
    })
}
