//! A clerk's day of visits, on the phone as the app does it, and at a terminal: a list, a face, a
//! form, a seal without a network, and what a second person makes of it.

use lifecert_client::{
    ClerkDay, ClientError, ConnectionSettings, Credentials, Phone as ClientPhone, wall_clock_ms,
};
use lifecert_protocol::http::staff as wire;
use lifecert_protocol::{ErrorCode, PersonRef, Visit, VisitWork};
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::office::{Office, text};
use lifecert_tests::phone::{Camera, Phone, Playback, analyzer, clip};
use lifecert_tests::staff::{AtWork, PASSWORD, code};
use lifecert_vision::{Portrait, Portraits, encode_photo};
use serde_json::json;
use std::sync::Arc;
use totp_rs::Totp;

const PIN: &str = "246810";

/// An office whose clerk is to visit a man whom nobody has modelled.
pub struct Morning {
    /// Its folder goes with it.
    _database: TestDatabase,
    pub office: Office,
    pub clerk: Totp,
    reviewer: Totp,
    man: PersonRef,
}

impl Morning {
    pub async fn begin() -> Self {
        let database = TestDatabase::new(Engine::Sqlite).await;
        let mut office = Office::new(&database);
        let [clerk, reviewer] = ["clerk", "reviewer"].map(|role| office.staff(role, role));
        let planner = office.staff("planner", "clerk");
        let man = office.import(&["王福生,passport,E1234567,1949-10-01,0773-1"], "default")[0];
        let plan = [
            "plan-visit",
            "--account",
            "planner",
            "--person",
            &man.to_string(),
        ];
        office.asked(&plan, &[PASSWORD, &code(&planner, wall_clock_ms())]);
        office.start();
        Self {
            _database: database,
            office,
            clerk,
            reviewer,
            man,
        }
    }

    fn credentials(&self, code: String) -> Credentials {
        Credentials {
            account: "clerk".to_owned(),
            password: PASSWORD.to_owned().into(),
            code,
        }
    }

    /// A worker opens what came, a second person agrees, and the audit finds nothing.
    pub async fn second_person_agrees(mut self) {
        let done = self.office.command(&["worker", "--until-idle"]).status();
        assert!(done.expect("a worker").success());
        let reviewer = AtWork::begin(&self.office, "reviewer", &self.reviewer).await;
        let open = reviewer.proposals().await;
        assert_eq!(
            (open.len(), open[0].people.as_slice()),
            (1, &[self.man][..])
        );
        let approve = wire::APPROVE.replace("{id}", &open[0].proposal);
        let done: wire::Proposal = reviewer.done(&approve, json!({})).await;
        assert_eq!(done.state, "approved", "{done:?}");
        self.office.kill();
        let said = self.office.admin(&["audit"]);
        assert!(said.contains(" 0 findings"), "{said}");
    }
}

/// The clerk's phone.
fn phone() -> (Phone, ClientPhone) {
    let folder = Phone::new();
    let (device, vault) = folder.open();
    let offline = device.offline(None).unwrap();
    let settings = ConnectionSettings {
        tries: 1,
        ..ConnectionSettings::new("")
    };
    let phone = ClientPhone::new(device, offline, Arc::new(vault), settings);
    (folder, phone)
}

fn portraits() -> Vec<Vec<u8>> {
    let mut portraits = Portraits::new(analyzer());
    let mut camera = Playback::open(&clip("franck.mp4"), 40);
    let mut taken = 0;
    while !portraits.is_whole() {
        let shown = camera.show(&mut |frame, at_ms| {
            if let Portrait::Taken(count) = portraits.look(frame, at_ms).unwrap() {
                taken += 1;
                assert_eq!(count, taken);
            }
        });
        assert!(shown, "{taken} pictures of the whole clip");
    }
    let (pictures, _) = portraits.into_parts();
    pictures.iter().map(|jpeg| jpeg.to_vec()).collect()
}

/// Any sheet: the seal does not look at it.
fn form() -> Vec<u8> {
    let mut jpeg = Vec::new();
    let mut camera = Playback::open(&clip("franck.mp4"), 1);
    camera.show(&mut |frame, _| jpeg = encode_photo(frame, 2 * 1024 * 1024).unwrap().to_vec());
    let size = image::load_from_memory(&jpeg).unwrap();
    assert_eq!(
        (size.width(), size.height()),
        (360, 288),
        "the whole picture"
    );
    jpeg
}

fn refused<T>(result: Result<T, ClientError>) -> ErrorCode {
    result.err().expect("a refusal").code()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_without_a_network_between_morning_and_evening() {
    let mut morning = Morning::begin().await;
    let (folder, phone) = phone();
    let url = morning.office.url().to_owned();
    let wrong = morning.credentials("000000".to_owned());
    let wrong = phone.begin_day(&url, wrong).await;
    assert_eq!(refused(wrong), ErrorCode::AccessNotRecognised);
    let credentials = morning.credentials(code(&morning.clerk, wall_clock_ms()));
    let day = phone.begin_day(&url, credentials).await.unwrap();
    assert!(!phone.has_day().unwrap(), "without a PIN nothing is kept");
    assert_eq!(
        refused(phone.keep_day(&day, "12345")),
        ErrorCode::RequestMalformed
    );
    phone.keep_day(&day, PIN).unwrap();
    let ends_ms = day.ends_ms();
    drop(day);

    let raw = std::fs::read(folder.path("rounds/day")).unwrap();
    let name = "王福生".as_bytes();
    assert!(!raw.windows(name.len()).any(|window| window == name));
    assert_eq!(
        refused(phone.open_day("135790", 0)),
        ErrorCode::AccessNotRecognised
    );
    let day = phone.open_day(PIN, ends_ms - 1).unwrap();
    let visit = &day.list.visits[0];
    assert_eq!((day.list.visits.len(), visit.person), (1, morning.man));
    assert_eq!(
        (visit.name.as_str(), visit.work),
        ("王福生", VisitWork::Model)
    );

    morning.office.kill();
    let visit = Visit {
        person: morning.man,
        done_at_ms: wall_clock_ms(),
        pictures: portraits().into_iter().map(Into::into).collect(),
        form: Some(form().into()),
    };
    phone.keep_visit(&day, visit).unwrap();
    assert_eq!(phone.waiting_visits().unwrap(), [morning.man]);
    let sent = phone.send_visits(&day).await.unwrap();
    assert_eq!((sent.sent, sent.waiting), (0, 1));
    assert_eq!(sent.code, Some(ErrorCode::ServerUnreachable));
    drop(day);

    morning.office.start_where_it_was();
    let day = phone.open_day(PIN, wall_clock_ms()).unwrap();
    let sent = phone.send_visits(&day).await.unwrap();
    assert_eq!((sent.sent, sent.waiting, sent.code), (1, 0, None));
    assert_eq!(phone.send_visits(&day).await.unwrap().sent, 0);
    assert!(phone.waiting_visits().unwrap().is_empty());
    morning.second_person_agrees().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_pins_and_the_evening_end_a_day() {
    let morning = Morning::begin().await;
    let (_folder, phone) = phone();
    let credentials = morning.credentials(code(&morning.clerk, wall_clock_ms()));
    let day: ClerkDay = phone
        .begin_day(morning.office.url(), credentials)
        .await
        .unwrap();
    phone.keep_day(&day, PIN).unwrap();
    for pin in ["000000", "000001", "", "00000x"] {
        assert_eq!(
            refused(phone.open_day(pin, 0)),
            ErrorCode::AccessNotRecognised
        );
    }
    assert!(phone.open_day(PIN, 0).is_ok(), "the fifth is the right one");
    for pin in 0..5 {
        let pin = format!("{pin:06}");
        assert_eq!(
            refused(phone.open_day(&pin, 0)),
            ErrorCode::AccessNotRecognised
        );
    }
    assert_eq!(
        refused(phone.open_day(PIN, 0)),
        ErrorCode::RequestUnauthorised
    );

    phone.keep_day(&day, PIN).unwrap();
    let evening = phone.open_day(PIN, day.ends_ms());
    assert_eq!(refused(evening), ErrorCode::RequestUnauthorised);
    assert!(!phone.has_day().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_at_a_terminal() {
    let morning = Morning::begin().await;
    let clerk = AtWork::begin(&morning.office, "clerk", &morning.clerk).await;
    let phone = Phone::new();
    let [token, list, sealed, form_file] =
        ["token", "list.json", "visit.sealed", "form.jpg"].map(|name| text(&phone.path(name)));
    std::fs::write(&token, clerk.token()).unwrap();
    std::fs::write(&form_file, form()).unwrap();
    let at = ["--server", morning.office.url(), "--token-file", &token];

    let fetch = [&["visit", "list"][..], &at, &["--out", &list]].concat();
    let said = phone.lifecert(&fetch);
    assert_eq!(
        said.json["visits"][0]["person"],
        morning.man.to_string(),
        "{said:?}"
    );
    assert!(!format!("{said:?}").contains("E1234567"));
    let pictures = portraits();
    let person = morning.man.to_string();
    let mut seal = vec!["visit", "seal", "--list", &list, "--person", &person];
    seal.extend(["--form", &form_file, "--out", &sealed, "--pictures"]);
    let files: Vec<String> = (0..)
        .zip(&pictures)
        .map(|(n, picture): (usize, _)| {
            let file = text(&phone.path(&format!("{n}.jpg")));
            std::fs::write(&file, picture).unwrap();
            file
        })
        .collect();
    seal.extend(files.iter().map(String::as_str));
    let said = phone.lifecert(&seal);
    assert_eq!(said.exit, 0, "{said:?}");

    let send = [&["visit", "send"][..], &at, &[&sealed]].concat();
    let said = phone.lifecert(&send);
    assert_eq!(said.exit, 0, "{said:?}");
    let again = phone.lifecert(&send);
    assert_eq!(again.json, said.json, "sent twice it counts once");
    morning.second_person_agrees().await;
}
