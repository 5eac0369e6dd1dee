//! The phone: opened once, it leads to every road.

use crate::errors::{LifecertError, malformed};
use crate::models::Models;
use crate::session::Session;
use crate::vault::{ForeignVault, KeyVault};
use crate::vocabulary::Channel;
use crate::work::{Road, Work};
use lifecert_client as client;
use lifecert_client::{
    Binding, Capture, ConnectionSettings, Device, Opening, StorageKey, clock_warning, wall_clock_ms,
};
use lifecert_protocol::{
    Challenge, Digest, ErrorCode, KeyId, LetterCode, LetterLink, PersonRef, random_bytes,
};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroize;

/// What a phone is opened with. It holds no secret.
#[derive(Debug, Clone, uniffi::Record)]
pub struct PhoneSettings {
    /// The folder for bindings, receipts and what waits; all of it lies sealed there.
    pub folder: String,
    /// The app and its version as they stand in claims, at most 64 bytes.
    pub app_version: String,
    /// The agency's own certificate authorities (PEM); without any, the public ones.
    pub authorities_pem: Option<Vec<u8>>,
    /// SHA-256 (hex) of the public keys that servers may show; without any, every certified key.
    pub pins: Vec<String>,
    /// How often a request is sent before giving up, 1 to 10.
    pub tries: u32,
    /// How long one try may take, in seconds.
    pub timeout_s: u32,
}

/// What the QR code of an office's letter says besides its secret code.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LetterAddress {
    /// The server's address.
    pub address: String,
    /// The agency.
    pub agency: String,
    /// The name of the key or root that the agency signs with, 64 hex digits.
    pub agency_key: String,
}

/// A phone.
#[derive(uniffi::Object)]
pub struct Phone {
    pub(crate) phone: Arc<client::Phone>,
    models: Arc<Models>,
    app_version: String,
}

/// Reads the text of a letter's QR code, but for its secret: [`letter_code`] gives that.
///
/// # Errors
/// `code.mistyped` when it is another text.
#[uniffi::export]
pub fn letter_address(qr_text: String) -> Result<LetterAddress, LifecertError> {
    let link = read_link(&qr_text)?;
    Ok(LetterAddress {
        address: link.server().to_owned(),
        agency: link.agency().to_string(),
        agency_key: link.agency_key().to_string(),
    })
}

/// The code in the text of a letter's QR code, or the one that was typed, as it is printed: in four
/// groups. Nothing is sent and no try is counted.
///
/// # Errors
/// `code.mistyped`.
#[uniffi::export]
pub fn letter_code(qr_text_or_typed: String) -> Result<String, LifecertError> {
    let code = match read_link(&qr_text_or_typed) {
        Ok(link) => link.code().clone(),
        Err(_) => read_code(&qr_text_or_typed)?,
    };
    Ok(code.to_printed())
}

/// A fresh storage key of 32 bytes. The shell keeps it where only this app reads it, wrapped by a
/// key of the system's key store.
#[uniffi::export]
pub fn new_storage_key() -> Vec<u8> {
    random_bytes::<32>().to_vec()
}

#[uniffi::export]
impl Phone {
    /// Opens the phone's folder, making it if needed. Without a vault of the shell, keys are held
    /// in software, sealed in that folder.
    ///
    /// # Errors
    /// `storage.full`, `storage.unreadable`, or `request.malformed` for a pin or key that is none.
    #[uniffi::constructor]
    pub fn open(
        settings: PhoneSettings,
        mut storage_key: Vec<u8>,
        vault: Option<Arc<dyn KeyVault>>,
        models: Arc<Models>,
    ) -> Result<Arc<Self>, LifecertError> {
        let key = <[u8; 32]>::try_from(storage_key.as_slice()).map(StorageKey::from_bytes);
        storage_key.zeroize();
        let device = Device::open(settings.folder, key.map_err(malformed)?)?;
        let offline = device.offline(None)?;
        let vault: Arc<dyn client::KeyVault> = match vault {
            Some(vault) => Arc::new(ForeignVault(vault)),
            None => Arc::new(device.software_vault()?),
        };
        let pins = settings.pins.iter().map(|pin| pin.parse::<Digest>());
        let reached = ConnectionSettings {
            authorities_pem: settings.authorities_pem,
            pins: pins.collect::<Result<_, _>>().map_err(malformed)?,
            tries: usize::try_from(settings.tries).unwrap_or(usize::MAX),
            timeout: Duration::from_secs(u64::from(settings.timeout_s.max(1))),
            // Each person's own agency.
            ..ConnectionSettings::new("")
        };
        Ok(Arc::new(Self {
            phone: Arc::new(client::Phone::new(device, offline, vault, reached)),
            models,
            app_version: settings.app_version,
        }))
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// Begins to bind a person by the code of their letter. `agency_key` is what the letter's QR
    /// code names; without it, what the server shows now is believed from now on. Nothing of the
    /// person is known before the office has seen them.
    ///
    /// # Errors
    /// `code.mistyped`, `device.full`, what the server says, or that it cannot be reached.
    pub async fn bind(
        &self,
        address: String,
        agency_key: Option<String>,
        code: String,
        channel: Channel,
        opened_ms: u64,
    ) -> Result<Arc<Session>, LifecertError> {
        let expected = agency_key.map(|key| key.parse::<KeyId>()).transpose();
        let expected = expected.map_err(malformed)?;
        let code = read_code(&code)?;
        let attempt = self.phone.begin_binding(&address, expected, code).await?;
        let opening = self.opening(attempt.challenge().clone(), channel, opened_ms);
        let road = Road::Bind(self.phone.clone(), Some(Box::new(attempt)));
        let open = |watch| Capture::open(watch, opening);
        let work = Work::open(self.models.clone(), None, open, road)?;
        Ok(Session::of(work, None))
    }

    /// Begins to certify a person: with a challenge of their agency or, where the network is away,
    /// with one that was fetched ahead.
    ///
    /// # Errors
    /// `device.not_bound`, `server.unreachable` where neither is to be had, or what the server
    /// says.
    pub async fn certify(
        &self,
        person: String,
        channel: Channel,
        opened_ms: u64,
    ) -> Result<Arc<Session>, LifecertError> {
        let person = read_person(&person)?;
        let (binding, checked) = self.phone.challenge(person).await?;
        let template = self.phone.template(&binding, &checked).await?;
        let warning = clock_warning(checked.server_ahead_ms).map(|code| code.as_str().to_owned());
        let opening = self.opening(checked.challenge, channel, opened_ms);
        let road = Road::Certify(self.phone.clone(), Box::new(binding));
        let open = |watch| Capture::open(watch, opening);
        let work = Work::open(self.models.clone(), template, open, road)?;
        Ok(Session::of(work, warning))
    }
}

impl Phone {
    /// The binding of a person by their number.
    pub(crate) fn binding(&self, person: &str) -> Result<Binding, LifecertError> {
        Ok(self.phone.binding(read_person(person)?)?)
    }

    fn opening(&self, challenge: Challenge, channel: Channel, opened_ms: u64) -> Opening {
        Opening {
            challenge,
            channel: channel.into(),
            app_version: self.app_version.clone(),
            opened_ms,
            opened_wall_ms: wall_clock_ms(),
        }
    }
}

/// A person's number, 32 hex digits.
pub(crate) fn read_person(person: &str) -> Result<PersonRef, LifecertError> {
    person.parse().map_err(malformed)
}

fn read_code(typed: &str) -> Result<LetterCode, LifecertError> {
    typed.parse().map_err(|_| ErrorCode::CodeMistyped.into())
}

fn read_link(text: &str) -> Result<LetterLink, LifecertError> {
    LetterLink::parse(text).map_err(|error| error.code().into())
}
