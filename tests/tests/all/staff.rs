//! Members of staff: how they log in, what they may do, where.

use lifecert_protocol::http::staff::{SESSION, Session};
use lifecert_protocol::{Digest, ErrorCode};
use lifecert_server::error::ServiceError;
use lifecert_server::http::ANSWER_GRID;
use lifecert_server::service::staff::{IDLE_MS, LOGIN_PAUSE_MS, LONGEST_SESSION_MS};
use lifecert_server::service::{Action, LoggedIn, Service};
use lifecert_server::store::{SessionFor, StaffRole};
use lifecert_tests::desk::{Desk, unlimited};
use lifecert_tests::staff::PASSWORD;
use lifecert_tests::{on_both_engines, staff};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;
use totp_rs::Totp;

on_both_engines!(
    a_code_of_the_second_factor_counts_once,
    nobody_learns_which_accounts_there_are,
    tries_end_in_a_pause_that_ends,
    sessions_end_by_themselves_and_with_every_change,
    a_day_of_visits_needs_no_network_and_opens_nothing_else,
    only_hashes_and_sealed_secrets_lie_there,
    wrong_log_ins_are_answered_alike,
);

/// An office with accounts.
struct Staffed {
    desk: Desk,
    apps: Mutex<HashMap<String, Totp>>,
}

impl Staffed {
    async fn open(database: &str) -> Self {
        Self {
            desk: Desk::open(database, None, unlimited()).await,
            apps: Mutex::default(),
        }
    }

    fn service(&self) -> &Service {
        &self.desk.app.service
    }

    async fn add(&self, account: &str, role: StaffRole, area: &str) {
        let app = staff::add(self.service(), account, role, area).await;
        self.apps.lock().unwrap().insert(account.to_owned(), app);
    }

    /// The code that the account's app shows.
    fn code(&self, account: &str) -> String {
        let apps = self.apps.lock().unwrap();
        staff::code(&apps[account], self.service().now_ms())
    }

    async fn try_in(
        &self,
        account: &str,
        password: &str,
        code: &str,
    ) -> Result<LoggedIn, ServiceError> {
        let password = password.to_owned().into();
        self.service()
            .log_in(account, password, code, SessionFor::Desk)
            .await
    }

    /// Logs in for a day of visits with the next code.
    async fn try_visits(&self, account: &str) -> Result<LoggedIn, ServiceError> {
        self.desk.clock.advance(30_000);
        let (code, password) = (self.code(account), PASSWORD.to_owned().into());
        self.service()
            .log_in(account, password, &code, SessionFor::Visits)
            .await
    }

    /// Logs in with the next code.
    async fn log_in(&self, account: &str) -> LoggedIn {
        self.desk.clock.advance(30_000);
        let code = self.code(account);
        self.try_in(account, PASSWORD, &code).await.unwrap()
    }

    async fn counts(&self, token: &str) -> bool {
        self.service().staff(token).await.is_ok()
    }
}

fn refused<T>(outcome: Result<T, ServiceError>) -> ErrorCode {
    match outcome {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.code(),
    }
}

async fn a_code_of_the_second_factor_counts_once(database: &str) {
    let office = Staffed::open(database).await;
    office.add("desk-07", StaffRole::Reviewer, "52/5201").await;
    let code = office.code("desk-07");
    let session = office.try_in("desk-07", PASSWORD, &code).await.unwrap();
    let actor = office.service().staff(&session.token).await.unwrap();
    assert_eq!(
        (actor.role, actor.area.as_str()),
        (StaffRole::Reviewer, "52/5201")
    );
    assert_eq!(actor, session.actor);
    let again = office.try_in("desk-07", PASSWORD, &code).await;
    assert_eq!(refused(again), ErrorCode::AccessNotRecognised);
    // The next step's code counts before its time, and then the one before it no longer does.
    office.desk.clock.advance(60_000);
    let late = office.code("desk-07");
    office.desk.clock.advance(30_000);
    let next = office.code("desk-07");
    office.try_in("desk-07", PASSWORD, &next).await.unwrap();
    let earlier = office.try_in("desk-07", PASSWORD, &late).await;
    assert_eq!(refused(earlier), ErrorCode::AccessNotRecognised);
}

async fn nobody_learns_which_accounts_there_are(database: &str) {
    let office = Staffed::open(database).await;
    office.add("desk-07", StaffRole::Clerk, "").await;
    office.add("desk-08", StaffRole::Clerk, "").await;
    let ended = office.service().end_account("desk-08").await;
    ended.unwrap();
    let code = office.code("desk-07");
    let of_ended = office.code("desk-08");
    for (account, password, code) in [
        ("desk-99", PASSWORD, code.as_str()),
        ("desk-07", "another long password", code.as_str()),
        ("desk-07", PASSWORD, "000000"),
        ("desk-07", PASSWORD, ""),
        ("desk-08", PASSWORD, of_ended.as_str()),
        ("No Such Name", PASSWORD, code.as_str()),
    ] {
        let outcome = office.try_in(account, password, code).await;
        assert_eq!(
            refused(outcome),
            ErrorCode::AccessNotRecognised,
            "{account}"
        );
    }
    let taken = office.service();
    let area = "".parse().unwrap();
    let of = (StaffRole::Clerk, &area);
    for (account, password) in [
        ("desk-07", PASSWORD),
        ("desk-10", "too short"),
        ("Desk 11", PASSWORD),
        ("a:b", PASSWORD),
    ] {
        let added = taken.add_account(account, of, password.to_owned().into());
        assert_eq!(
            refused(added.await),
            ErrorCode::RequestMalformed,
            "{account}"
        );
    }
}

async fn tries_end_in_a_pause_that_ends(database: &str) {
    let office = Staffed::open(database).await;
    office.add("desk-07", StaffRole::Clerk, "").await;
    // Whether there is such an account or not.
    for account in ["desk-07", "desk-99"] {
        for _ in 0..5 {
            let wrong = office.try_in(account, "not the password", "123456").await;
            assert_eq!(refused(wrong), ErrorCode::AccessNotRecognised, "{account}");
        }
        let paused = office.try_in(account, PASSWORD, "123456").await;
        let Err(error) = paused else {
            panic!("no pause for {account}")
        };
        assert_eq!(error.code(), ErrorCode::AttemptsPause, "{account}");
        assert_eq!(error.retry_after_s(), Some(300), "{account}");
    }
    // The right ones do not count meanwhile, and do afterwards.
    let code = office.code("desk-07");
    let paused = office.try_in("desk-07", PASSWORD, &code).await;
    assert_eq!(refused(paused), ErrorCode::AttemptsPause);
    office.desk.clock.advance(LOGIN_PAUSE_MS);
    office.log_in("desk-07").await;
    // A right one ends the count.
    for _ in 0..4 {
        let _ = office.try_in("desk-07", "not the password", "123456").await;
    }
    office.log_in("desk-07").await;
    for _ in 0..4 {
        let wrong = office.try_in("desk-07", "not the password", "123456").await;
        assert_eq!(refused(wrong), ErrorCode::AccessNotRecognised);
    }
    office.log_in("desk-07").await;
}

async fn sessions_end_by_themselves_and_with_every_change(database: &str) {
    let office = Staffed::open(database).await;
    office.add("desk-07", StaffRole::Clerk, "52").await;
    let service = office.service();
    let clock = &office.desk.clock;

    let idle = office.log_in("desk-07").await.token;
    clock.advance(IDLE_MS);
    assert!(office.counts(&idle).await, "used in time");
    clock.advance(IDLE_MS + 1);
    assert!(!office.counts(&idle).await, "idle for too long");

    let long = office.log_in("desk-07").await;
    let began = service.now_ms();
    assert_eq!(long.ends_ms, began + LONGEST_SESSION_MS);
    while service.now_ms() + IDLE_MS / 2 <= began + LONGEST_SESSION_MS {
        clock.advance(IDLE_MS / 2);
        assert!(office.counts(&long.token).await);
    }
    clock.advance(IDLE_MS / 2);
    assert!(!office.counts(&long.token).await, "no session lasts longer");

    let ended = office.log_in("desk-07").await.token;
    let other = office.log_in("desk-07").await.token;
    service.log_out(&ended).await.unwrap();
    assert!(!office.counts(&ended).await, "logged out");
    assert!(office.counts(&other).await, "another session goes on");

    let wider = "52/5201".parse().unwrap();
    let of = (StaffRole::Reviewer, &wider);
    service.change_account("desk-07", of).await.unwrap();
    assert!(!office.counts(&other).await, "the role has changed");

    let reset = office.log_in("desk-07").await;
    assert_eq!(reset.actor.role, StaffRole::Reviewer);
    let otp = service.reset_account("desk-07", "another long password".to_owned().into());
    otp.await.unwrap();
    assert!(
        !office.counts(&reset.token).await,
        "the password has changed"
    );
    clock.advance(30_000);
    let old = office.code("desk-07");
    let old = office
        .try_in("desk-07", "another long password", &old)
        .await;
    assert_eq!(
        refused(old),
        ErrorCode::AccessNotRecognised,
        "the old app is of no use"
    );

    office.add("desk-08", StaffRole::Clerk, "").await;
    let last = office.log_in("desk-08").await.token;
    service.end_account("desk-08").await.unwrap();
    assert!(!office.counts(&last).await, "the account has ended");
    let twice = service.end_account("desk-08").await;
    assert_eq!(refused(twice), ErrorCode::RequestNotFound);
}

async fn a_day_of_visits_needs_no_network_and_opens_nothing_else(database: &str) {
    let office = Staffed::open(database).await;
    office.add("home-01", StaffRole::Clerk, "52").await;
    office.add("desk-09", StaffRole::Supervisor, "52").await;
    let service = office.service();
    let refused_visits = office.try_visits("desk-09").await;
    assert_eq!(refused(refused_visits), ErrorCode::RequestUnauthorised);

    let day = office.try_visits("home-01").await.unwrap();
    let clock = &office.desk.clock;
    clock.advance(LONGEST_SESSION_MS - 60_000);
    // Somebody else's log-in removes sessions that nobody used.
    office.log_in("desk-09").await;
    let actor = service.staff(&day.token).await.unwrap();
    assert_eq!(actor.may(Action::Visit), Ok(()));
    for other in [
        Action::Enrol,
        Action::ReadTasks,
        Action::ReadFile,
        Action::Propose,
    ] {
        assert_eq!(actor.may(other), Err(ErrorCode::RequestUnauthorised));
    }
    clock.advance(60_000);
    assert!(!office.counts(&day.token).await, "the day is over");
}

async fn only_hashes_and_sealed_secrets_lie_there(database: &str) {
    let office = Staffed::open(database).await;
    office.add("desk-07", StaffRole::Clerk, "").await;
    let session = office.log_in("desk-07").await;
    let mut db = office.service().store().read().await.unwrap();
    let known = db.credentials("desk-07").await.unwrap().unwrap();
    assert!(
        known.password.starts_with("$argon2id$v=19$"),
        "{}",
        known.password
    );
    let hash = Digest::of(session.token.as_bytes());
    assert!(db.session(hash).await.unwrap().is_some());
    let token = hex::decode(session.token.as_bytes()).unwrap();
    let of_token = Digest::from_slice(&token).unwrap();
    assert!(
        db.session(of_token).await.unwrap().is_none(),
        "the token itself is no key"
    );
    drop(db);
    // Another generation of keys, and every secret still opens, under the new one alone.
    let store = office.service().store();
    let generation = lifecert_server::service::wrap_data_keys_anew(store, |_| {});
    generation.await.unwrap();
    let mut db = store.read().await.unwrap();
    let anew = db.credentials("desk-07").await.unwrap().unwrap();
    assert_eq!(anew.totp, known.totp);
    drop(db);
    office.log_in("desk-07").await;
}

/// Over real HTTP, byte by byte, and on one grid of time.
async fn wrong_log_ins_are_answered_alike(database: &str) {
    let office = Staffed::open(database).await;
    office.add("desk-07", StaffRole::Clerk, "").await;
    let code = office.code("desk-07");
    let post = async |account: &str, password: &str, code: &str| {
        let body = json!({ "account": account, "password": password, "code": code });
        let body = body.to_string();
        let began = Instant::now();
        let answer = office.desk.post(SESSION, body.as_bytes());
        let answer = String::from_utf8(answer.await).unwrap();
        (answer, began.elapsed())
    };
    let (first, _) = post("desk-99", PASSWORD, &code).await;
    assert!(first.contains("access.not_recognised"), "{first}");
    for (account, password, code) in [
        ("desk-07", "not the password", code.as_str()),
        ("desk-07", PASSWORD, "000000"),
        ("Nobody at all", PASSWORD, code.as_str()),
    ] {
        let (answer, took) = post(account, password, code).await;
        assert_eq!(answer, first, "{account}");
        assert!(took >= ANSWER_GRID, "{took:?}");
    }
    let (right, _) = post("desk-07", PASSWORD, &code).await;
    let (_, body) = right.split_once("\r\n\r\n").unwrap();
    let session: Session = serde_json::from_str(body).unwrap();
    assert_eq!(
        (session.role.as_str(), session.area.as_str()),
        ("clerk", "")
    );
    assert!(office.counts(&session.token).await);
}
