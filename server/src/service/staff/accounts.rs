//! Accounts of members of staff, as the operator keeps them; and tokens of counters.

use super::login::LONGEST_PASSWORD;
use crate::error::ServiceError;
use crate::run_tx;
use crate::service::Service;
use crate::store::{Area, NewAccount, Staff, StaffRole, StaffRow};
use lifecert_protocol::{Digest, ErrorCode, random_bytes};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use zeroize::Zeroizing;

/// Shorter passwords are not taken.
const SHORTEST_PASSWORD: usize = 12;

/// Bytes of a second factor's secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// What an authenticator app is shown once, an `otpauth` address with the secret in it.
pub struct Otp(Zeroizing<String>);

impl Otp {
    /// The address, for whoever sets the app up.
    pub fn as_url(&self) -> &str {
        &self.0
    }
}

/// Codes of six digits that change every 30 seconds; one step before and after counts, too.
///
/// # Errors
/// [`ServiceError::Inconsistent`] when the secret is none.
pub(super) fn otp(secret: &[u8], of: Option<(&str, &str)>) -> Result<Totp, ServiceError> {
    let mut builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_skew(1)
        .with_secret(Secret::new(secret.into()));
    if let Some((agency, account)) = of {
        let issuer = format!("Lifecert {agency}");
        builder = builder.with_issuer(Some(issuer)).with_account_name(account);
    }
    let otp = builder.build();
    otp.map_err(|_| ServiceError::Inconsistent("a second factor"))
}

/// Names of accounts: small letters, digits, dots and hyphens. A number of a desk serves better
/// than a name of a person.
pub(super) fn is_account_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    (3..=40).contains(&text.len())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
}

impl Service {
    /// Adds a token of a counter, which models faces and does nothing else; it is stored nowhere.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn add_staff(&self, role: StaffRole) -> Result<Zeroizing<String>, ServiceError> {
        let now_ms = self.clock.now_ms();
        let token = Zeroizing::new(hex::encode(random_bytes::<32>()));
        let staff = Staff {
            staff_id: new_id(),
            role,
        };
        let hash = Digest::of(token.as_bytes());
        run_tx!(self.store, "add_staff", |db| {
            Ok(db.add_staff(&staff, hash, now_ms).await?)
        })?;
        Ok(token)
    }

    /// Adds a member of staff who logs in; gives what their authenticator app is shown.
    ///
    /// # Errors
    /// [`ErrorCode::RequestMalformed`] for a name that is none or is taken, and for a password of
    /// less than 12 or more than 256 bytes; [`ServiceError`].
    pub async fn add_account(
        &self,
        account: &str,
        (role, area): (StaffRole, &Area),
        password: Zeroizing<String>,
    ) -> Result<Otp, ServiceError> {
        let (hash, secret) = self.new_secrets(account, password).await?;
        let (staff_id, now_ms) = (new_id(), self.clock.now_ms());
        let new = NewAccount {
            staff_id: &staff_id,
            account,
            role,
            area,
            password: &hash,
            totp: &secret[..],
        };
        let added = run_tx!(self.store, "add_account", |db| {
            Ok(db.add_account(&new, now_ms).await?)
        })?;
        if !added {
            return Err(ErrorCode::RequestMalformed.into());
        }
        self.otp_of(account, &secret[..])
    }

    /// Gives an account another password and another secret; its sessions end.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] for an account that may not act, and those of
    /// [`Service::add_account`].
    pub async fn reset_account(
        &self,
        account: &str,
        password: Zeroizing<String>,
    ) -> Result<Otp, ServiceError> {
        let (hash, secret) = self.new_secrets(account, password).await?;
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "reset_account", |db| {
            let row = who_may_act(db, account).await?;
            let new = (hash.as_str(), &secret[..]);
            db.reset_account(&row.staff_id, new, now_ms).await?;
            Ok(db.forget_logins(account).await?)
        })?;
        self.otp_of(account, &secret[..])
    }

    /// Gives an account another role and another area; its sessions end.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] for an account that may not act; [`ServiceError::Store`].
    pub async fn change_account(
        &self,
        account: &str,
        of: (StaffRole, &Area),
    ) -> Result<(), ServiceError> {
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "change_account", |db| {
            let row = who_may_act(db, account).await?;
            Ok(db.change_account(&row.staff_id, of, now_ms).await?)
        })
    }

    /// Ends what an account, or a counter's token by its id, may do.
    ///
    /// # Errors
    /// [`ErrorCode::RequestNotFound`] when there is none that may act; [`ServiceError::Store`].
    pub async fn end_account(&self, account: &str) -> Result<(), ServiceError> {
        let now_ms = self.clock.now_ms();
        run_tx!(self.store, "end_account", |db| {
            let staff_id = db.account(account).await?;
            let staff_id = staff_id.unwrap_or_else(|| account.to_owned());
            if db.end_staff(&staff_id, now_ms).await? {
                Ok(())
            } else {
                Err(ErrorCode::RequestNotFound.into())
            }
        })
    }

    async fn new_secrets(
        &self,
        account: &str,
        password: Zeroizing<String>,
    ) -> Result<(String, Zeroizing<[u8; SECRET_BYTES]>), ServiceError> {
        let fits = (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.len());
        if !fits || !is_account_name(account) {
            return Err(ErrorCode::RequestMalformed.into());
        }
        let hash = self.logins.hash(password).await?;
        Ok((hash, Zeroizing::new(random_bytes())))
    }

    fn otp_of(&self, account: &str, secret: &[u8]) -> Result<Otp, ServiceError> {
        let otp = otp(secret, Some((self.store.agency().as_str(), account)))?;
        let url = otp.to_url();
        let url = url.map_err(|_| ServiceError::Inconsistent("a second factor"))?;
        Ok(Otp(Zeroizing::new(url)))
    }
}

async fn who_may_act(db: &mut crate::store::Db, account: &str) -> Result<StaffRow, ServiceError> {
    let staff_id = db.account(account).await?;
    let staff_id = staff_id.ok_or(ErrorCode::RequestNotFound)?;
    let row = db.staff_row(&staff_id).await?;
    Ok(row
        .filter(|row| !row.ended)
        .ok_or(ErrorCode::RequestNotFound)?)
}

fn new_id() -> String {
    hex::encode(random_bytes::<16>())
}
