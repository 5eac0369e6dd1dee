//! Members of staff, each with an app for the codes of their second factor: of an office in this
//! process, and of one that is a server process of its own.

use crate::office::Office;
use crate::phone::plain_client;
use lifecert_client::wall_clock_ms;
use lifecert_protocol::http::staff as wire;
use lifecert_server::service::{Actor, LoggedIn, Service};
use lifecert_server::store::{SessionFor, StaffRole};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
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
    let session = service.log_in(account, PASSWORD.to_owned().into(), &code, SessionFor::Desk);
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

/// Somebody who has logged in at a server.
pub struct AtWork {
    url: String,
    session: wire::Session,
}

impl AtWork {
    /// Logs in.
    ///
    /// # Panics
    /// Where that is refused.
    pub async fn begin(office: &Office, account: &str, app: &Totp) -> Self {
        let url = office.url().to_owned();
        let body = json!(wire::LogIn {
            account: account.to_owned(),
            password: PASSWORD.to_owned(),
            code: code(app, wall_clock_ms()),
            visits: false,
        });
        let request = plain_client().post(url.clone() + wire::SESSION);
        let answer = request.body(body.to_string()).send().await;
        let answer = answer.expect("an answer").text().await.expect("a body");
        let session = serde_json::from_str(&answer);
        let session = session.unwrap_or_else(|_| panic!("{account}: {answer}"));
        Self { url, session }
    }

    /// Their id.
    pub fn id(&self) -> &str {
        &self.session.staff
    }

    /// The token of their session.
    pub fn token(&self) -> &str {
        &self.session.token
    }

    /// What was proposed and waits for a second person.
    ///
    /// # Panics
    /// Where it is not told.
    pub async fn proposals(&self) -> Vec<wire::Proposal> {
        let proposals: wire::Proposals = self.fetch(wire::PROPOSALS).await;
        proposals.proposals
    }

    /// Posts; gives the status and the body.
    ///
    /// # Panics
    /// Where the server does not answer.
    pub async fn post(&self, path: &str, body: Value) -> (u16, String) {
        let request = plain_client().post(self.url.clone() + path);
        let request = request.bearer_auth(&self.session.token);
        let answer = request.body(body.to_string()).send().await;
        let answer = answer.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("a body"))
    }

    /// Posts what is done; gives the answer.
    ///
    /// # Panics
    /// Where it is not done.
    pub async fn done<T: DeserializeOwned>(&self, path: &str, body: Value) -> T {
        let (_, body) = self.post(path, body).await;
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("{path}: {body}"))
    }

    /// What waits.
    ///
    /// # Panics
    /// Where it is not told.
    pub async fn tasks(&self) -> Vec<wire::Task> {
        let tasks: wire::Tasks = self.fetch(wire::TASKS).await;
        tasks.tasks
    }

    async fn fetch<T: DeserializeOwned>(&self, path: &str) -> T {
        let request = plain_client().get(self.url.clone() + path);
        let answer = request.bearer_auth(&self.session.token).send().await;
        let body = answer.expect("an answer").text().await.expect("a body");
        serde_json::from_str(&body).unwrap_or_else(|_| panic!("{path}: {body}"))
    }
}
