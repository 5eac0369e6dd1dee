//! Without the face, and several people on one phone: the program `lifecert` against a server
//! process.

use lifecert_protocol::PersonRef;
use lifecert_protocol::http::staff as wire;
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::office::Office;
use lifecert_tests::phone::{Phone, Said, clip};
use lifecert_tests::staff::{self, AtWork};
use serde_json::{Value, json};

/// An office with a man who is modelled, and a phone that is bound to him.
struct Home {
    office: Office,
    phone: Phone,
    man: PersonRef,
}

impl Home {
    fn new(database: &TestDatabase) -> Self {
        let mut office = Office::new(database);
        office.allow_demo(&[]);
        let man = office.import(&["王福生,passport,E1234567,1949-10-01,0773-1"], "demo")[0];
        office.start();
        let (phone, video) = (Phone::new(), clip("franck.mp4"));
        let enrolled = phone.enrol(&office, man, &[&video]);
        assert_eq!(enrolled.exit, 0, "{enrolled:?}");
        let bound = phone.bind(&office, &office.letter(man), &video, 40);
        assert_eq!(bound.exit, 0, "{bound:?}");
        Self { office, phone, man }
    }

    /// Runs a command about the man.
    fn says(&self, command: &[&str]) -> Said {
        let person = self.man.to_string();
        let ask = ["--server", self.office.url(), "--person", &person];
        self.phone.lifecert(&[command, &ask].concat())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_man_goes_to_the_bank_instead() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let home = Home::new(&database);
    let apps = ["clerk", "reviewer"].map(|role| home.office.staff(role, role));
    let call = home.says(&["road", "video-call"]);
    assert_eq!((call.exit, call.field("road")), (0, "video-call"));
    let bank = home.says(&["road", "bank"]);
    assert_eq!((bank.exit, bank.field("road")), (0, "bank"), "{bank:?}");
    assert_eq!(home.says(&["road", "bank"]).json, bank.json);
    let status = home.says(&["status"]);
    assert_eq!(status.json["road"], bank.json, "{status:?}");

    let clerk = AtWork::begin(&home.office, "clerk", &apps[0]).await;
    let reviewer = AtWork::begin(&home.office, "reviewer", &apps[1]).await;
    let tasks = clerk.tasks().await;
    assert_eq!((tasks.len(), tasks[0].kind.as_str()), (1, "road-bank"));
    let propose = json!({ "task": tasks[0].task, "reason": "the bank's stamp" });
    let open: wire::Proposal = clerk.done(wire::PROPOSALS, propose).await;
    let approve = wire::APPROVE.replace("{id}", &open.proposal);
    let _: wire::Proposal = reviewer.done(&approve, json!({})).await;
    let status = home.says(&["status"]);
    assert_eq!(status.json["certified"], true, "{status:?}");
    assert!(status.json["road"].is_null());
    let history = home.says(&["history"]);
    let entry = &history.json["evidence"][0];
    assert_eq!(entry["modality"], "in-person", "{history:?}");
    assert_eq!(entry["channel"], "outlet");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_lists_its_people_without_a_network() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut home = Home::new(&database);
    let list = |home: &Home, more: &[&str]| -> Value {
        let said = home.phone.lifecert(&[&["people"], more].concat());
        assert_eq!(said.exit, 0, "{said:?}");
        said.json["people"].clone()
    };
    let people = list(&home, &[]);
    assert_eq!(people.as_array().unwrap().len(), 1, "{people}");
    let person = home.man.to_string();
    assert_eq!(people[0]["person"], person.as_str());
    assert_eq!(
        (&people[0]["last"], &people[0]["name"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(people[0]["certified"], false);

    // His name here is for this phone alone.
    let named = list(&home, &["--name", &person, "爷爷"]);
    assert_eq!(named[0]["name"], "爷爷");
    let long = "long ".repeat(20);
    let refused = home.phone.lifecert(&["people", "--name", &person, &long]);
    assert_eq!(refused.field("code"), "request.malformed");
    let asked = list(&home, &["--refresh"]);
    let due_ms = asked[0]["last"]["answer"]["due_ms"].as_u64();
    assert!(due_ms.is_some() && asked[0]["code"].is_null(), "{asked}");

    // A receipt that came after that answer counts without asking again.
    let video = clip("franck.mp4");
    let certified = home
        .phone
        .certify(&home.office, home.man, (&video, 80), &[]);
    assert_eq!(certified.field("outcome"), "accepted", "{certified:?}");
    let give = ["consent", "give", "--for", "helper", "--relation", "parent"];
    assert_eq!(home.says(&give).exit, 0);
    assert_eq!(list(&home, &[])[0]["certified"], true);

    // Without a network the list is the same, and says what waits; asking says why not.
    let offline = home.says(&["status"]);
    assert_eq!(offline.json["certified"], true);
    let before = list(&home, &[]);
    home.office.kill();
    let waits = home
        .phone
        .certify(&home.office, home.man, (&video, 120), &[]);
    assert_eq!(waits.exit, 2, "no challenge lies here: {waits:?}");
    let after = list(&home, &["--refresh"]);
    assert_eq!(after[0]["code"], "server.unreachable");
    for field in [
        "name",
        "relation",
        "last",
        "certified",
        "certified_until_ms",
    ] {
        assert_eq!(after[0][field], before[0][field], "{field}");
    }
    assert_eq!(after[0]["relation"], "parent");
    // Nothing of it can be read on the disk, and nothing of it reached the office.
    let notes = home.phone.path("people").join(format!("{person}.notes"));
    let sealed = std::fs::read(notes).unwrap();
    let name = "爷爷".as_bytes();
    assert!(!sealed.windows(name.len()).any(|part| part == name));
    assert!(!home.office.log().contains("爷爷"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_face_leaves_the_log_whole_and_begins_anew() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut home = Home::new(&database);
    let video = clip("franck.mp4");
    let certified = home
        .phone
        .certify(&home.office, home.man, (&video, 80), &[]);
    assert_eq!(certified.field("outcome"), "accepted", "{certified:?}");
    let shown = std::path::PathBuf::from(certified.field("receipt"));
    assert!(shown.exists());
    let erased = home.says(&["erase", "--yes"]);
    assert!(!shown.exists());
    assert_eq!((erased.exit, erased.json["devices"].as_u64()), (0, Some(1)));
    assert_eq!(erased.json["templates"].as_u64(), Some(1), "{erased:?}");
    let people = home.phone.lifecert(&["people"]);
    assert_eq!(people.json["people"], json!([]));
    let status = home.says(&["status"]);
    assert_eq!(status.field("code"), "device.not_bound");
    let folders = ["bindings", "keys", "receipts", "people"];
    for folder in folders.map(|name| home.phone.path(name)) {
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "{folder:?}");
    }

    // Modelled anew he is certified anew, and the log is whole all along.
    let bound = |home: &Home| {
        let letter = home.office.letter(home.man);
        home.phone.bind(&home.office, &letter, &video, 40)
    };
    assert_eq!(bound(&home).field("code"), "enrolment.missing");
    let enrolled = home.phone.enrol(&home.office, home.man, &[&video]);
    assert_eq!(enrolled.exit, 0, "{enrolled:?}");
    let again = bound(&home);
    assert_eq!(again.field("outcome"), "bound", "{again:?}");
    let certified = home
        .phone
        .certify(&home.office, home.man, (&video, 120), &[]);
    assert_eq!(certified.field("outcome"), "accepted", "{certified:?}");
    let history = home.says(&["history"]);
    assert_eq!(history.json["evidence"].as_array().unwrap().len(), 2);
    home.office.kill();
    let said = home.office.admin(&["audit"]);
    assert!(said.contains(" 0 findings"), "{said}");

    // The same at the counter.
    let clerk = home.office.staff("clerk", "clerk");
    let code = staff::code(&clerk, lifecert_client::wall_clock_ms());
    let person = home.man.to_string();
    let erase = ["erase-face", "--account", "clerk", "--person", &person];
    let erase = [&erase[..], &["--reason", "asked for it"]].concat();
    let said = home.office.asked(&erase, &[staff::PASSWORD, &code]);
    assert!(said.contains("erased: 1 templates; 1 devices"), "{said}");
    let said = home.office.admin(&["audit"]);
    assert!(said.contains(" 0 findings"), "{said}");
}
