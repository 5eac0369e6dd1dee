//! A clerk's day of visits on a phone: the token and the list lie sealed under the phone's key and
//! a PIN, and what was brought home lies sealed to the office until it is sent. No network is
//! needed between the morning and the evening.

use crate::visits::{seal_visit, send_visit, visits};
use crate::{ClientError, Connection, Phone, SealedFolder};
use argon2::Argon2;
use lifecert_protocol::http::JSON;
use lifecert_protocol::http::staff::{LogIn, SESSION, Session, VisitList};
use lifecert_protocol::{ErrorCode, PersonRef, SealedVisit, Visit, random_bytes};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

const DAY: &str = "day";
const TRIES: &str = "tries";
const VISIT: &str = ".visit";

/// Wrong PINs in a row after which the day is forgotten: then the clerk signs in anew. What was
/// sealed for the office stays.
pub const PIN_TRIES: u8 = 5;

/// Digits of a PIN.
pub const PIN_DIGITS: usize = 6;

const SALT_LEN: usize = 16;

/// A clerk's day: whom they visit, and until when. It holds names and a token and has no `Debug`.
#[derive(Serialize, Deserialize)]
pub struct ClerkDay {
    address: String,
    token: String,
    ends_ms: u64,
    /// The day's list.
    pub list: VisitList,
}

impl ClerkDay {
    /// When the session ends.
    pub fn ends_ms(&self) -> u64 {
        self.ends_ms
    }
}

impl Drop for ClerkDay {
    fn drop(&mut self) {
        self.token.zeroize();
        for visit in &mut self.list.visits {
            visit.name.zeroize();
        }
    }
}

/// What a clerk signs in with. It has no `Debug`.
pub struct Credentials {
    /// The account.
    pub account: String,
    /// Its password.
    pub password: Zeroizing<String>,
    /// The six digits of the second factor.
    pub code: String,
}

/// What came of sending visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitsSent {
    /// Taken in by the office.
    pub sent: usize,
    /// Waiting on.
    pub waiting: usize,
    /// Why, where some wait or were refused.
    pub code: Option<ErrorCode>,
}

impl Phone {
    /// Signs a clerk in for a day of visits and fetches their list. Nothing is kept before
    /// [`keep_day`](Self::keep_day).
    ///
    /// # Errors
    /// [`ErrorCode::AccessNotRecognised`] for every reason alike; [`ClientError`].
    pub async fn begin_day(
        &self,
        address: &str,
        credentials: Credentials,
    ) -> Result<ClerkDay, ClientError> {
        let connection = self.connect(address)?;
        let mut asked = LogIn {
            account: credentials.account,
            password: credentials.password.to_string(),
            code: credentials.code,
            visits: true,
        };
        let body = serde_json::to_vec(&asked).map(Zeroizing::new);
        asked.password.zeroize();
        let body = body.map_err(|_| ClientError::Untrusted)?;
        let session: Session = connection.post_for_json(SESSION, JSON, &body).await?;
        let list = visits(&connection, &session.token).await?;
        Ok(ClerkDay {
            address: address.to_owned(),
            token: session.token,
            ends_ms: session.ends_ms,
            list,
        })
    }

    /// Keeps a day under a PIN of six digits, in place of an earlier one.
    ///
    /// # Errors
    /// [`ErrorCode::RequestMalformed`] for another PIN, or a storage error.
    pub fn keep_day(&self, day: &ClerkDay, pin: &str) -> Result<(), ClientError> {
        let plain = serde_json::to_vec(day).map(Zeroizing::new);
        let mut sealed = plain.map_err(|_| ClientError::StorageUnreadable)?;
        let salt: [u8; SALT_LEN] = random_bytes();
        let nonce: [u8; NONCE_LEN] = random_bytes();
        pin_key(pin, &salt)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(DAY.as_bytes()),
                &mut *sealed,
            )
            .map_err(|_| ClientError::Key)?;
        let folder = self.rounds()?;
        let file = [salt.as_slice(), nonce.as_slice(), sealed.as_slice()].concat();
        folder.write(DAY, &file)?;
        folder.remove(TRIES)
    }

    /// Whether a day lies here.
    ///
    /// # Errors
    /// A storage error.
    pub fn has_day(&self) -> Result<bool, ClientError> {
        Ok(self.rounds()?.read(DAY)?.is_some())
    }

    /// Opens the day with its PIN. The fifth wrong PIN in a row forgets it, and so does the end of
    /// its session.
    ///
    /// # Errors
    /// [`ErrorCode::AccessNotRecognised`] for a wrong PIN, [`ErrorCode::RequestUnauthorised`] where
    /// the day is over or forgotten, or a storage error.
    pub fn open_day(&self, pin: &str, now_ms: u64) -> Result<ClerkDay, ClientError> {
        let folder = self.rounds()?;
        let file = folder.read(DAY)?.ok_or(OVER)?;
        // Counted before it is tried: a phone that is switched off in between has counted.
        let tries = folder.read(TRIES)?.and_then(|tries| tries.first().copied());
        let tries = tries.unwrap_or_default().saturating_add(1);
        folder.write(TRIES, &[tries])?;
        let Some(day) = opened(&file, pin)? else {
            if tries >= PIN_TRIES {
                self.forget_day()?;
            }
            return Err(problem(ErrorCode::AccessNotRecognised));
        };
        if now_ms >= day.ends_ms {
            self.forget_day()?;
            return Err(OVER);
        }
        folder.remove(TRIES)?;
        Ok(day)
    }

    /// Forgets the day; what was sealed for the office stays until it is sent.
    ///
    /// # Errors
    /// A storage error.
    pub fn forget_day(&self) -> Result<(), ClientError> {
        let folder = self.rounds()?;
        folder.remove(DAY)?;
        folder.remove(TRIES)
    }

    /// Seals a finished visit and keeps it to be sent.
    ///
    /// # Errors
    /// Those of [`seal_visit`], or a storage error: then it is not kept.
    pub fn keep_visit(&self, day: &ClerkDay, visit: Visit) -> Result<(), ClientError> {
        let person = visit.person;
        let sealed = seal_visit(&day.list, visit)?;
        // Whose it is stands in the name: to list what waits, nothing of it has to be read.
        let name = format!("{person}.{}{VISIT}", sealed.header.visit);
        self.rounds()?.write(&name, &sealed.to_bytes())
    }

    /// Whose visits wait to be sent.
    ///
    /// # Errors
    /// A storage error.
    pub fn waiting_visits(&self) -> Result<Vec<PersonRef>, ClientError> {
        let names = self.rounds()?.names(VISIT)?;
        let person = |name: &String| name.split_once('.')?.0.parse().ok();
        let people = names.iter().map(person).collect::<Option<_>>();
        people.ok_or(ClientError::StorageUnreadable)
    }

    /// Sends the visits that wait. One that the office has is kept no longer; one that it refuses
    /// stays, and holds up no other.
    ///
    /// # Errors
    /// A storage error, or that the server cannot be spoken to at all.
    pub async fn send_visits(&self, day: &ClerkDay) -> Result<VisitsSent, ClientError> {
        let connection = self.connect(&day.address)?;
        let folder = self.rounds()?;
        let (mut sent, mut waiting, mut code) = (0, 0, None);
        for name in folder.names(VISIT)? {
            match self
                .send_one(&folder, &name, (&connection, &day.token))
                .await
            {
                Ok(()) => sent += 1,
                Err(error) => {
                    waiting += 1;
                    code = Some(error.code());
                }
            }
        }
        Ok(VisitsSent {
            sent,
            waiting,
            code,
        })
    }

    async fn send_one(
        &self,
        folder: &SealedFolder,
        name: &str,
        (connection, token): (&Connection, &str),
    ) -> Result<(), ClientError> {
        let Some(bytes) = folder.read(name)? else {
            return Ok(());
        };
        let sealed = SealedVisit::from_bytes(&bytes).map_err(|_| ClientError::StorageUnreadable)?;
        send_visit(connection, token, &sealed).await?;
        folder.remove(name)
    }

    fn rounds(&self) -> Result<SealedFolder, ClientError> {
        self.device().rounds()
    }
}

const OVER: ClientError = problem(ErrorCode::RequestUnauthorised);

const fn problem(code: ErrorCode) -> ClientError {
    ClientError::Problem {
        code,
        retry_after_s: None,
    }
}

/// The key that a PIN gives, by argon2id with the crate's parameters. Six digits are not many: the
/// phone's own key lies around what is sealed by it, and wrong ones are counted.
fn pin_key(pin: &str, salt: &[u8]) -> Result<LessSafeKey, ClientError> {
    if pin.len() != PIN_DIGITS || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(problem(ErrorCode::RequestMalformed));
    }
    let mut key = Zeroizing::new([0; 32]);
    Argon2::default()
        .hash_password_into(pin.as_bytes(), salt, &mut *key)
        .map_err(|_| ClientError::Key)?;
    let key = UnboundKey::new(&CHACHA20_POLY1305, &*key).map_err(|_| ClientError::Key)?;
    Ok(LessSafeKey::new(key))
}

/// The day in a file; nothing where the PIN is another one.
fn opened(file: &[u8], pin: &str) -> Result<Option<ClerkDay>, ClientError> {
    let (salt, rest) = file
        .split_first_chunk::<SALT_LEN>()
        .ok_or(ClientError::StorageUnreadable)?;
    let (nonce, sealed) = rest
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(ClientError::StorageUnreadable)?;
    let Ok(key) = pin_key(pin, salt) else {
        return Ok(None);
    };
    let mut plain = Zeroizing::new(sealed.to_vec());
    let plain = key.open_in_place(
        Nonce::assume_unique_for_key(*nonce),
        Aad::from(DAY.as_bytes()),
        &mut plain,
    );
    match plain {
        Ok(plain) => serde_json::from_slice(plain)
            .map(Some)
            .map_err(|_| ClientError::StorageUnreadable),
        Err(_) => Ok(None),
    }
}
