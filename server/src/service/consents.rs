//! What people agree to: given, withdrawn in one touch, exported for them.

use super::Service;
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::ConsentRow;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_guidance::ConsentText;
use lifecert_protocol::http::ConsentAnswer;
use lifecert_protocol::{
    Consent, ConsentId, ConsentMeans, ConsentPurposes, Digest, ErrorCode, KeyId, PersonRef,
    Relation,
};
use serde::Serialize;

/// A consent as it is given to the person who asks what is on record.
#[derive(Debug, Serialize)]
pub struct ConsentExport {
    /// Its id.
    pub consent: ConsentId,
    /// The device key that signed.
    pub device_key: KeyId,
    /// Version of the text.
    pub text_version: u32,
    /// SHA-256 of the text.
    pub text_sha256: Digest,
    /// Its language.
    pub language: String,
    /// What was agreed to.
    pub purposes: ConsentPurposes,
    /// How.
    pub means: ConsentMeans,
    /// Digest of the accepted claim that shows who agreed.
    pub session: Digest,
    /// Who they are to whoever held the phone, as that one said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// When, by the server's clock, milliseconds since 1970.
    pub given_at_ms: u64,
    /// When it was withdrawn.
    pub withdrawn_at_ms: Option<u64>,
    /// The signed message (COSE_Sign1), base64url.
    pub signed: String,
}

impl Service {
    /// Takes a consent; it counts in place of the person's earlier ones. What was kept by an
    /// earlier one and is not covered any more is erased.
    ///
    /// # Errors
    /// [`ErrorCode::ClaimVersion`] for a text that is not known here,
    /// [`ErrorCode::RequestUnauthorised`] when it rests on no accepted claim of this person and
    /// key, and those of [`Service::device_request`].
    pub async fn give_consent(&self, bytes: &[u8]) -> Result<ConsentAnswer, ServiceError> {
        let (consent, device) = self.signed_by_device::<Consent>(bytes).await?;
        if !ConsentText::is_known(consent.text_version, &consent.language, consent.text) {
            return Err(ErrorCode::ClaimVersion.into());
        }
        let row = ConsentRow {
            consent_id: ConsentId::random(),
            person: device.person,
            key: device.key,
            text_version: consent.text_version,
            text: consent.text,
            language: consent.language,
            purposes: consent.purposes,
            means: consent.means,
            session: consent.session,
            relation: consent.relation,
            message: bytes.to_vec(),
            given_at_ms: self.clock.now_ms(),
            withdrawn_at_ms: None,
        };
        let erased = run_tx!(self.store, "give_consent", |db| {
            let by = (row.person, row.key);
            if !db.is_accepted(by, row.session).await? {
                return Err(ErrorCode::RequestUnauthorised.into());
            }
            // Only the newest counts, also where two come in one millisecond.
            db.withdraw_consents(row.person, row.given_at_ms).await?;
            db.add_consent(&row).await?;
            if row.purposes.evidence_kept {
                Ok(Vec::new())
            } else {
                self.begin_erasure_of(db, row.person, row.given_at_ms).await
            }
        })?;
        self.erase_now(&erased).await;
        Ok(ConsentAnswer {
            consent: Some(row.consent_id),
            purposes: row.purposes,
        })
    }

    /// Withdraws every consent of a person and erases what was kept by them. Nothing else changes:
    /// the person certifies as before, or without a face.
    pub(super) async fn withdraw_consent(
        &self,
        person: PersonRef,
    ) -> Result<ConsentAnswer, ServiceError> {
        let now_ms = self.clock.now_ms();
        let erased = run_tx!(self.store, "withdraw_consent", |db| {
            db.withdraw_consents(person, now_ms).await?;
            self.begin_erasure_of(db, person, now_ms).await
        })?;
        self.erase_now(&erased).await;
        Ok(ConsentAnswer {
            consent: None,
            purposes: ConsentPurposes::default(),
        })
    }

    /// Everything that a person agreed to, newest first, for the person.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] when there is no such person; [`ServiceError::Store`].
    pub async fn consents(&self, person: PersonRef) -> Result<Vec<ConsentExport>, ServiceError> {
        let mut db = self.store.read().await?;
        db.person(person).await?.ok_or(ErrorCode::RequestNotFound)?;
        let rows = db.consents(person).await?;
        Ok(rows
            .into_iter()
            .map(|row| ConsentExport {
                consent: row.consent_id,
                device_key: row.key,
                text_version: row.text_version,
                text_sha256: row.text,
                language: row.language,
                purposes: row.purposes,
                means: row.means,
                session: row.session,
                relation: row.relation,
                given_at_ms: row.given_at_ms,
                withdrawn_at_ms: row.withdrawn_at_ms,
                signed: URL_SAFE_NO_PAD.encode(&row.message),
            })
            .collect())
    }

    /// Erases at once what a transaction handed over; what fails now a worker does.
    pub(super) async fn erase_now(&self, claims: &[lifecert_protocol::ClaimId]) {
        for claim in claims {
            if let Err(error) = self.erase(*claim, None).await {
                tracing::warn!(%error, "an erasure is left to a worker");
            }
        }
    }
}
