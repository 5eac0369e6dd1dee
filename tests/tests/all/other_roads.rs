//! Without the face, and several people on one phone: the program `lifecert` against a server process.

use lifecert_protocol::PersonRef;
use lifecert_protocol::http::staff as wire;
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::office::Office;
use lifecert_tests::phone::{Phone, Said, clip};
use lifecert_tests::staff::AtWork;
use serde_json::json;

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
