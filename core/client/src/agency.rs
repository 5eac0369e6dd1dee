//! Typed calls to the agency's server: every challenge and receipt verified with a key that is
//! believed, every answer compared with what was asked.

use crate::connection::json;
use crate::{
    Binding, ClientError, Connection, Decision, HolderCopy, KeyVault, Pinned, SignedClaim,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::{
    BIND_CHALLENGE, BINDINGS, BindAnswer, BindStart, CBOR, CHALLENGES, CLAIMS, CONSENTS, COSE,
    ClaimAnswer, ConsentAnswer, DeviceAnswer, ENROLMENTS, EnrolAnswer, EnrolRequest, ErasedAnswer,
    HistoryAnswer, REQUESTS, RoadAnswer, StatusAnswer,
};
use lifecert_protocol::{
    Ask, Challenge, ChallengeMode, Consent, ConsentMeans, ConsentPurposes, DeviceId, DeviceRequest,
    Digest, ErrorCode, KeyId, LetterCode, Message, Nonce, PersonRef, PublicKey, Purpose, ReceiptId,
    Relation, Road, Unsigned, WIRE_VERSION,
};
use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

/// A clock that is further off than this deserves a word: half a day is no mistaken time zone.
const CLOCK_TOLERANCE_MS: u64 = 12 * 60 * 60 * 1_000;

/// Somebody who asks: a bound device and its vault.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// Which binding.
    pub binding: &'a Binding,
    /// Where its key lives.
    pub vault: &'a dyn KeyVault,
}

/// A challenge whose signature and content were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedChallenge {
    /// What it says.
    pub challenge: Challenge,
    /// Its COSE_Sign1 bytes.
    pub signed: Vec<u8>,
    /// How far the server's clock was ahead of this device's when the challenge came.
    pub server_ahead_ms: i64,
}

/// What a person agrees to, before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentDraft {
    /// Version of the text that was shown and said.
    pub text_version: u32,
    /// Its SHA-256.
    pub text: Digest,
    /// Its language, a BCP 47 tag.
    pub language: String,
    /// What was agreed to.
    pub purposes: ConsentPurposes,
    /// How.
    pub means: ConsentMeans,
    /// Digest of an accepted claim's payload; a receipt names it.
    pub session: Digest,
    /// Who they are to whoever holds the phone, where that one says so.
    pub relation: Option<Relation>,
}

/// The agency's server.
#[derive(Debug, Clone)]
pub struct Agency {
    pub(crate) connection: Connection,
    pub(crate) pinned: Arc<Mutex<Pinned>>,
}

impl Agency {
    /// An agency met before.
    pub fn known(connection: Connection, pinned: Pinned) -> Self {
        Self {
            connection,
            pinned: Arc::new(Mutex::new(pinned)),
        }
    }

    /// Whom this device believes, with the newest list of keys that was met.
    pub fn pinned(&self) -> Pinned {
        // A list is taken whole, so that whoever died left nothing half done.
        let pinned = self.pinned.lock();
        pinned.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins a binding: a challenge for the fresh key `key`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn bind_challenge(
        &self,
        code: &LetterCode,
        key: &PublicKey,
    ) -> Result<Challenge, ClientError> {
        let start = BindStart {
            code: code.to_printed(),
            public_key: URL_SAFE_NO_PAD.encode(key.as_sec1()),
        };
        // Unwrap safety: two texts are always JSON.
        let body = Zeroizing::new(serde_json::to_vec(&start).unwrap());
        let signed = self
            .connection
            .post(BIND_CHALLENGE, "application/json", &body)
            .await?;
        let asked = (Purpose::Bind, ChallengeMode::Online);
        let pinned = self.believed(&signed).await?;
        check_challenge(&pinned, &signed, asked, None, key.id())
    }

    /// Completes a binding; `request` is a `BindRequest`'s canonical bytes.
    pub(crate) async fn bind(&self, request: &[u8]) -> Result<BindAnswer, ClientError> {
        self.connection.post_for_json(BINDINGS, CBOR, request).await
    }

    /// Asks for a challenge to certify.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn challenge(
        &self,
        asker: Asker<'_>,
        mode: ChallengeMode,
    ) -> Result<CheckedChallenge, ClientError> {
        let ask = Ask::Challenge { mode };
        let (signed, server_ms) = self.request(asker, CHALLENGES, ask).await?;
        let Binding { person, key, .. } = asker.binding;
        let asked = (Purpose::Certify, mode);
        let pinned = self.believed(&signed).await?;
        let challenge = check_challenge(&pinned, &signed, asked, Some(*person), *key)?;
        if challenge.expires_at_ms <= server_ms {
            return Err(ClientError::Untrusted);
        }
        Ok(CheckedChallenge {
            challenge,
            signed,
            server_ahead_ms: ahead_ms(server_ms, wall_clock_ms()),
        })
    }

    /// Reads a stored challenge again.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when it is not the pinned agency's for this binding.
    pub(crate) fn read_challenge(
        binding: &Binding,
        signed: Vec<u8>,
        server_ahead_ms: i64,
    ) -> Result<CheckedChallenge, ClientError> {
        let asked = (Purpose::Certify, ChallengeMode::Offline);
        let person = Some(binding.person);
        let challenge = check_challenge(&binding.pinned, &signed, asked, person, binding.key)?;
        Ok(CheckedChallenge {
            challenge,
            signed,
            server_ahead_ms,
        })
    }

    /// Sends a claim; the receipt of an acceptance is verified to be for it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn submit(&self, claim: &SignedClaim) -> Result<Decision, ClientError> {
        let answer: ClaimAnswer = self
            .connection
            .post_for_json(CLAIMS, CBOR, &claim.to_bytes())
            .await?;
        let pinned = match HolderCopy::of_answer(&answer)? {
            Some(copy) => self.believed(&untrusted(copy.bytes())?).await?,
            None => self.pinned(),
        };
        claim.decided(answer, &pinned)
    }

    /// Where the person stands.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn status(&self, asker: Asker<'_>) -> Result<StatusAnswer, ClientError> {
        self.ask(asker, Ask::Status).await
    }

    /// All evidence of life on record.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn history(&self, asker: Asker<'_>) -> Result<HistoryAnswer, ClientError> {
        self.ask(asker, Ask::History).await
    }

    /// A receipt once more.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when it is not that receipt of this person; [`ClientError`].
    pub async fn receipt(
        &self,
        asker: Asker<'_>,
        receipt_id: ReceiptId,
    ) -> Result<HolderCopy, ClientError> {
        let answer: ClaimAnswer = self.ask(asker, Ask::Receipt { receipt_id }).await?;
        let text = answer.receipt.as_deref().ok_or(ClientError::Untrusted)?;
        let copy = HolderCopy::from_answer(text, &answer)?;
        let bytes = untrusted(copy.bytes())?;
        match self.believed(&bytes).await?.verify_receipt(&bytes) {
            Ok(receipt)
                if receipt.receipt_id == receipt_id && receipt.person == asker.binding.person =>
            {
                Ok(copy)
            }
            _ => Err(ClientError::Untrusted),
        }
    }

    /// Lets a second device of the person in.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn confirm_device(
        &self,
        asker: Asker<'_>,
        device_id: DeviceId,
    ) -> Result<DeviceAnswer, ClientError> {
        self.ask(asker, Ask::ConfirmDevice { device_id }).await
    }

    /// Shuts a device of the person out.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn revoke_device(
        &self,
        asker: Asker<'_>,
        device_id: DeviceId,
    ) -> Result<DeviceAnswer, ClientError> {
        self.ask(asker, Ask::RevokeDevice { device_id }).await
    }

    /// Gives the person's consent; `draft` is signed over a fresh nonce.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn consent(
        &self,
        asker: Asker<'_>,
        draft: ConsentDraft,
    ) -> Result<ConsentAnswer, ClientError> {
        let Pinned { agency, server, .. } = self.pinned();
        let consent = Consent {
            version: WIRE_VERSION,
            agency,
            server,
            person: asker.binding.person,
            key: asker.binding.key,
            nonce: self.hello().await?.nonce,
            text_version: draft.text_version,
            text: draft.text,
            language: draft.language,
            purposes: draft.purposes,
            means: draft.means,
            given_at_ms: wall_clock_ms(),
            session: draft.session,
            relation: draft.relation,
        };
        let signed = signed(asker, &consent).await?;
        self.connection.post_for_json(CONSENTS, COSE, &signed).await
    }

    /// Withdraws every consent of the person; the road without a face stays open.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn withdraw_consent(&self, asker: Asker<'_>) -> Result<ConsentAnswer, ClientError> {
        self.ask(asker, Ask::WithdrawConsent).await
    }

    /// Asks the office for a road without the face; another choice takes the place of an earlier
    /// one.
    ///
    /// # Errors
    /// [`ClientError::Untrusted`] when another road is answered; [`ClientError`].
    pub async fn other_road(
        &self,
        asker: Asker<'_>,
        road: Road,
    ) -> Result<RoadAnswer, ClientError> {
        let answer: RoadAnswer = self.ask(asker, Ask::OtherRoad { road }).await?;
        if answer.road == road {
            Ok(answer)
        } else {
            Err(ClientError::Untrusted)
        }
    }

    /// Erases everything that the office has of the person's face; every device of theirs is shut
    /// out by it, this one too.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn erase_face(&self, asker: Asker<'_>) -> Result<ErasedAnswer, ClientError> {
        self.ask(asker, Ask::EraseFace).await
    }

    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        asker: Asker<'_>,
        ask: Ask,
    ) -> Result<T, ClientError> {
        let (answer, _) = self.request(asker, REQUESTS, ask).await?;
        json(&answer)
    }

    /// Asks, signed over a fresh nonce of the server; gives the answer and the server's time.
    ///
    /// A nonce counts once. Where the answer was lost and the connection sent the request again,
    /// the server calls it unauthorised, so that is asked once more with another nonce.
    async fn request(
        &self,
        asker: Asker<'_>,
        path: &str,
        ask: Ask,
    ) -> Result<(Vec<u8>, u64), ClientError> {
        let mut again = true;
        loop {
            let hello = self.hello().await?;
            let request = self.signed_request(asker, ask, hello.nonce).await?;
            match self.connection.post(path, COSE, &request).await {
                Err(error) if again && error.code() == ErrorCode::RequestUnauthorised => {
                    again = false;
                }
                answer => return Ok((answer?, hello.time_ms)),
            }
        }
    }

    async fn signed_request(
        &self,
        asker: Asker<'_>,
        ask: Ask,
        nonce: Nonce,
    ) -> Result<Vec<u8>, ClientError> {
        let Pinned { agency, server, .. } = self.pinned();
        let request = DeviceRequest {
            version: WIRE_VERSION,
            agency,
            server,
            person: asker.binding.person,
            key: asker.binding.key,
            nonce,
            ask,
        };
        signed(asker, &request).await
    }
}

/// A message signed by the asker's key.
async fn signed<T: Message>(asker: Asker<'_>, message: &T) -> Result<Vec<u8>, ClientError> {
    let key = asker.binding.key;
    let unsigned = Unsigned::new(message, key);
    let answer = asker.vault.sign(key, unsigned.sig_structure()).await?;
    unsigned
        .attach(&answer.signature, answer.form)
        .map_err(|_| ClientError::Key)
}

/// Models a person's face, under a clerk's token. No device is involved, so nothing is pinned.
///
/// # Errors
/// [`ClientError`].
pub async fn enrol(
    connection: &Connection,
    staff_token: &str,
    request: &EnrolRequest,
) -> Result<EnrolAnswer, ClientError> {
    let body = Zeroizing::new(request.to_bytes());
    let answer: EnrolAnswer = connection
        .post_as_staff(ENROLMENTS, CBOR, &body, staff_token)
        .await?;
    if answer.person == request.person {
        Ok(answer)
    } else {
        Err(ClientError::Untrusted)
    }
}

/// This device's wall clock, milliseconds since 1970; 0 before that.
pub fn wall_clock_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}

/// A word about this device's clock, where it is off by more than half a day. It stops nothing:
/// only the server's clock counts.
pub fn clock_warning(server_ahead_ms: i64) -> Option<ErrorCode> {
    (server_ahead_ms.unsigned_abs() > CLOCK_TOLERANCE_MS).then_some(ErrorCode::ClockWrong)
}

fn ahead_ms(server_ms: u64, device_ms: u64) -> i64 {
    let (server_ms, device_ms) = (i128::from(server_ms), i128::from(device_ms));
    let ahead = server_ms - device_ms;
    i64::try_from(ahead).unwrap_or(if ahead > 0 { i64::MAX } else { i64::MIN })
}

/// A receipt that cannot be read is none of the agency's.
fn untrusted<T>(read: Result<T, ErrorCode>) -> Result<T, ClientError> {
    read.map_err(|_| ClientError::Untrusted)
}

fn check_challenge(
    pinned: &Pinned,
    signed: &[u8],
    asked: (Purpose, ChallengeMode),
    person: Option<PersonRef>,
    key: KeyId,
) -> Result<Challenge, ClientError> {
    let challenge = pinned.verify(signed, |challenge: &Challenge| challenge.issued_at_ms)?;
    let as_asked = challenge.agency == pinned.agency
        && challenge.server == pinned.server
        && (challenge.purpose, challenge.mode) == asked
        && challenge.person == person
        && challenge.key == key
        && challenge.issued_at_ms < challenge.expires_at_ms;
    if as_asked {
        Ok(challenge)
    } else {
        Err(ClientError::Untrusted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_wrong_by_a_day_is_named_and_a_few_hours_are_not() {
        let hour_ms = 60 * 60 * 1_000;
        let now_ms = 1_700_000_000_000;
        for (device_ms, warning) in [
            (now_ms, None),
            (now_ms - 8 * hour_ms, None),
            (now_ms + 24 * hour_ms, Some(ErrorCode::ClockWrong)),
            (now_ms - 24 * hour_ms, Some(ErrorCode::ClockWrong)),
            (0, Some(ErrorCode::ClockWrong)),
            (u64::MAX, Some(ErrorCode::ClockWrong)),
        ] {
            assert_eq!(clock_warning(ahead_ms(now_ms, device_ms)), warning);
        }
        assert_eq!(ahead_ms(u64::MAX, 0), i64::MAX);
        assert_eq!(ahead_ms(0, u64::MAX), i64::MIN);
    }
}
