//! Members of staff of an office in this process, each with an app for the codes of their second
//! factor.

use lifecert_server::service::{Actor, LoggedIn, Service};
use lifecert_server::store::StaffRole;
use totp_rs::Totp;

/// Everybody's password.
pub const PASSWORD: &str = "a long and quiet password";

/// Adds an account; gives its app.
///
/// # Panics
/// Where it cannot be added.
pub async fn add(service: &Service, account: &str, role: StaffRole, area: &str) -> Totp {
    let area = area.parse().expect("an area");
    let password = PASSWORD.to_owned().into();
    let otp = service.add_account(account, (role, &area), password);
    app_of(otp.await.expect("an account").as_url())
}

/// The app that was shown an `otpauth` address.
///
/// # Panics
/// For any other text.
pub fn app_of(url: &str) -> Totp {
    Totp::from_url(url).expect("an otpauth address")
}

/// The code that an app shows at a time.
pub fn code(app: &Totp, at_ms: u64) -> String {
    app.generate(at_ms / 1_000).to_string()
}

/// Logs in with the code of now.
///
/// # Panics
/// Where that is refused.
pub async fn log_in(service: &Service, account: &str, app: &Totp) -> LoggedIn {
    let code = code(app, service.now_ms());
    let session = service.log_in(account, PASSWORD.to_owned().into(), &code);
    session.await.expect("a session")
}

/// Somebody new who has logged in.
///
/// # Panics
/// Where they cannot.
pub async fn actor(service: &Service, account: &str, role: StaffRole, area: &str) -> Actor {
    let app = add(service, account, role, area).await;
    let session = log_in(service, account, &app).await;
    let actor = service.staff(&session.token).await;
    actor.expect("a session that counts")
}
