//! Binding this device to a person: the letter's code, a key made for this alone, and a look.
//!
//! A binding whose answer got lost on the way is kept and asked for again with the same bytes, so
//! that the letter's code is not used up for nothing.

use crate::pinned::StoredPinned;
use crate::signed_claim::erase;
use crate::{
    Agency, Binding, Capture, ClientError, Connection, Cue, Device, KeyVault, PendingBinding,
    Pinned, SignedClaim,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::{BindAnswer, BindRequest};
use lifecert_protocol::{
    Attestation, Challenge, Digest, ErrorCode, KeyId, LetterCode, PublicKey, Signed, Verdict,
    app_attest_digest,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// A binding in progress.
pub struct BindAttempt {
    agency: Agency,
    address: String,
    code: LetterCode,
    key: PublicKey,
    attestation: Option<Attestation>,
    challenge: Challenge,
}

/// What came of a binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// The device is bound.
    Now(Binding),
    /// It waits to be let in, for this reason.
    Pending(PendingBinding, Option<ErrorCode>),
    /// It is not bound, for this reason.
    Not(Option<ErrorCode>),
    /// The answer is not known yet, for this reason; [`resend_bindings`] asks for it.
    Unanswered(ErrorCode),
}

impl BindAttempt {
    /// Makes a fresh key and asks for a challenge; `address` is the server's.
    ///
    /// # Errors
    /// [`ClientError::DeviceFull`] for one person too many; [`ClientError`]: the key is destroyed
    /// then.
    pub async fn begin(
        agency: &Agency,
        address: impl Into<String>,
        code: LetterCode,
        (device, vault): (&Device, &dyn KeyVault),
    ) -> Result<Self, ClientError> {
        device.has_room()?;
        let (key, attestation) = if vault.attests() {
            vault
                .generate_attested(&agency.hello().await?.nonce)
                .await?
        } else {
            (vault.generate().await?, None)
        };
        match agency.bind_challenge(&code, &key).await {
            Ok(challenge) => Ok(Self {
                agency: agency.clone(),
                address: address.into(),
                code,
                key,
                attestation,
                challenge,
            }),
            Err(error) => {
                // What matters is why there is no challenge; a key that nobody knows harms nobody.
                let _ = vault.destroy(key.id()).await;
                Err(error)
            }
        }
    }

    /// The challenge to open a [`Capture`] with.
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// Gives up: the key is destroyed.
    ///
    /// # Errors
    /// A storage error.
    pub async fn abandon(self, vault: &dyn KeyVault) -> Result<(), ClientError> {
        vault.destroy(self.key.id()).await
    }

    /// Sends the claim of a [`Cue::Submit`] and keeps what comes of it in the device's folder.
    ///
    /// # Errors
    /// A storage error; the capture has ended in any case.
    pub async fn submit(
        self,
        device: &Device,
        vault: &dyn KeyVault,
        capture: &mut Capture,
        claim: SignedClaim,
    ) -> Result<(Bound, Vec<Cue>), ClientError> {
        let attestation = match self.attestation {
            None => {
                let digest = app_attest_digest(&self.challenge.nonce, &self.key);
                vault.attest_app(self.key.id(), &digest).await
            }
            attestation => attestation,
        };
        let mut request = BindRequest {
            code: self.code.to_printed(),
            public_key: self.key.as_sec1().to_vec().into(),
            envelope: claim.envelope().clone(),
            attestation,
        };
        let unanswered = Unanswered::new(self.address, &self.agency.pinned(), &request);
        erase(&mut request.envelope);
        // Kept before it is sent: a crash must not part a bound key from its server.
        if let Err(error) = device.keep_unanswered(self.key.id(), &unanswered.to_bytes()) {
            capture.submit_failed(error.code());
            return Err(error);
        }
        let bound = unanswered
            .send(&self.agency, device, vault, self.key.id())
            .await?;
        let cues = match &bound {
            Bound::Now(_) => capture.answered(Verdict::Accept, None),
            Bound::Pending(_, code) => capture.answered(Verdict::Refer, *code),
            Bound::Not(code) => capture.answered(Verdict::Refuse, *code),
            Bound::Unanswered(_) => capture.queued(),
        };
        Ok((bound, cues))
    }
}

/// A binding whose answer was asked for once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resent {
    /// The letter's code that it was made with.
    pub code: LetterCode,
    /// What came of it.
    pub bound: Bound,
}

/// Asks once more for the answers that got lost, and whether those that wait have been let in;
/// `connect` reaches a server's address.
///
/// # Errors
/// A storage error.
pub async fn resend_bindings(
    device: &Device,
    vault: &dyn KeyVault,
    connect: impl Fn(&str) -> Result<Connection, ClientError>,
) -> Result<Vec<Resent>, ClientError> {
    let mut all = Vec::new();
    for key in device.waiting_to_be_let_in()? {
        let bytes = device.open_waiting(key)?;
        let waiting = Unanswered::from_bytes(&bytes)?;
        let code = waiting.code()?;
        let Ok(connection) = connect(&waiting.address) else {
            continue;
        };
        let agency = Agency::known(connection, waiting.pinned()?);
        // Any other answer changes nothing: it waits on.
        if let Ok(answer) = agency.bind(&waiting.request()?).await
            && let Bound::Now(binding) = waiting.settled(answer, &agency, key)
        {
            device.keep(&binding)?;
            device.forget_waiting(key)?;
            let bound = Bound::Now(binding);
            all.push(Resent { code, bound });
        }
    }
    for key in device.unanswered()? {
        let bytes = device.open_unanswered(key)?;
        let unanswered = Unanswered::from_bytes(&bytes)?;
        let code = unanswered.code()?;
        let bound = match connect(&unanswered.address) {
            Ok(connection) => {
                let agency = Agency::known(connection, unanswered.pinned()?);
                unanswered.send(&agency, device, vault, key).await?
            }
            Err(error) => Bound::Unanswered(error.code()),
        };
        all.push(Resent { code, bound });
    }
    Ok(all)
}

/// A binding's request until it is answered.
#[derive(Serialize, Deserialize)]
struct Unanswered {
    address: String,
    #[serde(flatten)]
    pinned: StoredPinned,
    /// The canonical bytes of a `BindRequest`, base64url.
    request: String,
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.request.zeroize();
    }
}

impl Unanswered {
    fn new(address: String, pinned: &Pinned, request: &BindRequest) -> Self {
        let bytes = Zeroizing::new(request.to_bytes());
        Self {
            address,
            pinned: StoredPinned::new(pinned),
            request: URL_SAFE_NO_PAD.encode(&*bytes),
        }
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Unwrap safety: a struct of texts is always JSON.
        Zeroizing::new(serde_json::to_vec(self).unwrap())
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, ClientError> {
        serde_json::from_slice(bytes).map_err(|_| ClientError::StorageUnreadable)
    }

    fn pinned(&self) -> Result<Pinned, ClientError> {
        self.pinned.read()
    }

    fn request(&self) -> Result<Zeroizing<Vec<u8>>, ClientError> {
        URL_SAFE_NO_PAD
            .decode(&self.request)
            .map(Zeroizing::new)
            .map_err(|_| ClientError::StorageUnreadable)
    }

    fn without_pictures(&self) -> Result<Self, ClientError> {
        let mut request = BindRequest::from_bytes(&self.request()?)
            .map_err(|_| ClientError::StorageUnreadable)?;
        erase(&mut request.envelope);
        request.envelope.key_frames.clear();
        request.envelope.sealed = None;
        let bytes = Zeroizing::new(request.to_bytes());
        Ok(Self {
            address: self.address.clone(),
            pinned: StoredPinned::new(&self.pinned()?),
            request: URL_SAFE_NO_PAD.encode(&*bytes),
        })
    }

    /// The digest of its claim.
    fn look(&self) -> Result<Digest, ClientError> {
        let mut request = BindRequest::from_bytes(&self.request()?)
            .map_err(|_| ClientError::StorageUnreadable)?;
        let signed = Signed::read(&request.envelope.claim).map(|signed| signed.payload_digest());
        erase(&mut request.envelope);
        signed.map_err(|_| ClientError::StorageUnreadable)
    }

    fn code(&self) -> Result<LetterCode, ClientError> {
        let mut request = BindRequest::from_bytes(&self.request()?)
            .map_err(|_| ClientError::StorageUnreadable)?;
        erase(&mut request.envelope);
        request
            .code
            .parse()
            .map_err(|_| ClientError::StorageUnreadable)
    }

    /// Sends it, and settles an answer: the folder knows the binding before the request is
    /// forgotten.
    async fn send(
        &self,
        agency: &Agency,
        device: &Device,
        vault: &dyn KeyVault,
        key: KeyId,
    ) -> Result<Bound, ClientError> {
        let bound = match agency.bind(&self.request()?).await {
            Ok(answer) => self.settled(answer, agency, key),
            Err(error) if error.is_final_for_claim() => Bound::Not(Some(error.code())),
            Err(error) => Bound::Unanswered(error.code()),
        };
        match &bound {
            Bound::Now(binding) => {
                device.keep(binding)?;
                device.note_look(binding, self.look()?);
            }
            Bound::Pending(pending, _) => {
                // Kept as it was sent, but for the pictures: the same bytes ask whose it is.
                device.keep_waiting(key, &self.without_pictures()?.to_bytes())?;
                device.keep_pending(pending)?;
            }
            Bound::Not(_) => vault.destroy(key).await?,
            Bound::Unanswered(_) => return Ok(bound),
        }
        device.forget_unanswered(key)?;
        Ok(bound)
    }

    fn settled(&self, answer: BindAnswer, agency: &Agency, key: KeyId) -> Bound {
        let pending = PendingBinding {
            device: answer.device,
            key,
            address: self.address.clone(),
            pinned: agency.pinned(),
        };
        match (answer.outcome, answer.person) {
            (Verdict::Accept, Some(person)) => Bound::Now(pending.of(person)),
            (Verdict::Refer, None) => Bound::Pending(pending, answer.code),
            (Verdict::Refuse, None) => Bound::Not(answer.code),
            // Only a bound device learns whose it is.
            _ => Bound::Unanswered(ErrorCode::ServerUntrusted),
        }
    }
}
