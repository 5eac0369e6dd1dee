//! A claim that the machine referred, decided by two people at a server process of its own, down to
//! the receipt on the phone and its end.

use lifecert_protocol::http::staff as wire;
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::office::{Office, text};
use lifecert_tests::phone::{Phone, clip};
use lifecert_tests::staff::AtWork;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_referred_claim_has_its_receipt_by_two_people() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut office = Office::new(&database);
    let apps = ["clerk", "reviewer", "supervisor", "auditor"].map(|role| office.staff(role, role));
    let man = office.import(&["王福生,passport,E1234567,1949-10-01,0773-1"], "default")[0];
    office.start();
    let (phone, video) = (Phone::new(), clip("franck.mp4"));
    let enrolled = phone.enrol(&office, man, &[&video]);
    assert_eq!(enrolled.exit, 0, "{enrolled:?}");
    let bound = phone.bind(&office, &office.letter(man), &video, 40);
    assert_eq!(bound.exit, 0, "{bound:?}");
    let said = phone.certify(&office, man, (&video, 80), &[]);
    assert_eq!(said.field("outcome"), "referred", "{said:?}");

    let clerk = AtWork::begin(&office, "clerk", &apps[0]).await;
    let reviewer = AtWork::begin(&office, "reviewer", &apps[1]).await;
    let task = clerk.tasks().await.remove(0);
    assert_eq!((task.person, task.kind.as_str()), (man, "review-claim"));
    let by_number = json!({ "id_kind": "passport", "id_number": "E1234567", "reason": "a call" });
    let file: wire::PersonFile = clerk.done(wire::FILES, by_number).await;
    assert_eq!((file.person, file.name.as_str()), (man, "王福生"));
    let propose = json!({ "task": task.task, "reason": "seen at home" });
    let open: wire::Proposal = clerk.done(wire::PROPOSALS, propose).await;
    let approve = wire::APPROVE.replace("{id}", &open.proposal);
    let (status, body) = clerk.post(&approve, json!({})).await;
    assert_eq!(status, 401, "{body}");
    let done: wire::Proposal = reviewer.done(&approve, json!({})).await;
    let receipt = done.receipt.unwrap().to_string();

    // The phone fetches it, once, and holds it against the log.
    let person = man.to_string();
    let ask = ["status", "--server", office.url(), "--person", &person];
    let status = phone.lifecert(&ask);
    assert_eq!(status.field("receipt"), receipt.as_str(), "{status:?}");
    assert_eq!(status.json["certified"], true);
    let (device, _) = phone.open();
    let copy = device.receipt(receipt.parse().unwrap()).unwrap().unwrap();
    drop(device);
    let file = text(&phone.path("by-hand.json"));
    std::fs::write(&file, copy.to_file()).unwrap();
    let verified = phone.lifecert(&["receipt", "verify", &file]);
    assert_eq!(verified.exit, 0, "{verified:?}");
    assert!(copy.receipt().unwrap().decided_at_ms.is_some());

    // A supervisor takes it back; an auditor sees who read what; the nightly audit finds nothing.
    let supervisor = AtWork::begin(&office, "supervisor", &apps[2]).await;
    let revoke = wire::REVOKE.replace("{id}", &receipt);
    let (status, body) = supervisor
        .post(&revoke, json!({ "reason": "an error" }))
        .await;
    assert_eq!(status, 204, "{body}");
    let status = phone.lifecert(&ask);
    assert_eq!(status.json["certified"], false, "{status:?}");
    assert_eq!(status.json["revoked_receipts"][0], receipt.as_str());
    let auditor = AtWork::begin(&office, "auditor", &apps[3]).await;
    let reads: wire::Accesses = auditor.done(wire::ACCESS_LOG, json!({})).await;
    assert_eq!(reads.accesses.len(), 1);
    assert_eq!(
        (reads.accesses[0].staff.as_str(), reads.accesses[0].person),
        (clerk.id(), man)
    );
    office.kill();
    let said = office.admin(&["audit"]);
    assert!(said.contains(" 0 findings"), "{said}");
}
