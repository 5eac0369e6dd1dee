//! A receipt printed at the counter: genuine, and on record with whoever asked for it.

use lifecert_client::wall_clock_ms;
use lifecert_protocol::http::staff as wire;
use lifecert_protocol::{PersonRef, Signed, read_receipt_code};
use lifecert_tests::office::{Office, text};
use lifecert_tests::on_both_engines;
use lifecert_tests::paper::scanned;
use lifecert_tests::phone::{Phone, clip, plain_client};
use lifecert_tests::staff::{AtWork, PASSWORD, code};
use serde_json::json;
use std::fs;
use std::process::Stdio;
use totp_rs::Totp;

on_both_engines!(a_printed_receipt_is_genuine_and_on_record);

const REASON: &str = "asked at the counter";

/// Prints as that account, with a code of its app; gives whether that was done.
fn print(office: &Office, (account, app): (&str, &Totp), of: PersonRef, more: &[&str]) -> bool {
    let (person, out) = (of.to_string(), text(&office.path(account)));
    let print = ["receipt", "--person", &person, "--account", account];
    let print = [&print[..], &["--reason", REASON, "--out", &out], more].concat();
    let lines = office.path("lines");
    fs::write(
        &lines,
        format!("{PASSWORD}\n{}\n", code(app, wall_clock_ms())),
    )
    .unwrap();
    let mut command = office.command(&print);
    command.stdin(fs::File::open(lines).unwrap());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().success()
}

async fn a_printed_receipt_is_genuine_and_on_record(address: &str) {
    let mut office = Office::at(address);
    office.allow_demo(&[]);
    let man = office.import(&["王福生,passport,E1234567,1949-10-01,"], "demo")[0];
    let accounts = [
        "clerk-1",
        "clerk-2",
        "clerk-3",
        "auditor-1",
        "auditor-2",
        "supervisor-1",
    ];
    let apps = accounts.map(|account| {
        let role = account.split('-').next().unwrap();
        office.staff(account, role)
    });
    let by = |n: usize| (accounts[n], &apps[n]);
    office.start();
    let (phone, video) = (Phone::new(), clip("franck.mp4"));
    assert_eq!(phone.enrol(&office, man, &[&video]).exit, 0);
    let bound = phone.bind(&office, &office.letter(man), &video, 40);
    assert_eq!(bound.exit, 0, "{bound:?}");
    let said = phone.certify(&office, man, (&video, 80), &[]);
    assert_eq!(said.exit, 0, "{said:?}");

    // While the server runs. Who only reads the record prints nothing.
    assert!(print(&office, by(0), man, &["--lang", "en"]));
    assert!(print(&office, by(1), man, &["--with-salt"]));
    assert!(!print(&office, by(3), man, &[]));
    assert!(!office.path("auditor-1").exists());

    // What a scanner reads is the receipt with its proof; whose it is shows where that was asked
    // for.
    let vkey = plain_client()
        .get(format!("{}/log/vkey", office.url()))
        .send()
        .await;
    let log_key = text(&office.path("log.vkey"));
    fs::write(&log_key, vkey.unwrap().text().await.unwrap()).unwrap();
    for (account, with_salt) in [("clerk-1", false), ("clerk-2", true)] {
        let code = scanned(&office.path(account).join("receipt.png"));
        let receipt = Signed::read(&read_receipt_code(&code).unwrap()).unwrap();
        assert_eq!(receipt.identity_salt().is_some(), with_salt);
        let file = office.path("code.txt");
        fs::write(&file, code).unwrap();
        let qr_text = format!("@{}", text(&file));
        let verify = [
            "receipt",
            "verify",
            "--qr-text",
            &qr_text,
            "--log-key",
            &log_key,
        ];
        let said = phone.lifecert(&verify);
        assert_eq!(said.exit, 0, "{said:?}");
        let proved = said.json["proved"].as_array().unwrap();
        assert!(
            proved.iter().any(|point| point["point"] == "log"),
            "{said:?}"
        );
        assert!(office.path(account).join("receipt.svg").is_file());
    }
    let page = fs::read_to_string(office.path("clerk-1").join("receipt.html")).unwrap();
    assert!(page.contains("Proof of life") && !page.contains("王福生"));

    // One that was revoked is not printed any more; that somebody looked is on record, too.
    let supervisor = AtWork::begin(&office, "supervisor-1", &apps[5]).await;
    let status = [
        "status",
        "--server",
        office.url(),
        "--person",
        &man.to_string(),
    ];
    let receipt = phone.lifecert(&status).field("receipt").to_owned();
    let revoke = wire::REVOKE.replace("{id}", &receipt);
    let (status, body) = supervisor
        .post(&revoke, json!({ "reason": "an error" }))
        .await;
    assert_eq!(status, 204, "{body}");
    assert!(!print(&office, by(2), man, &[]));
    let auditor = AtWork::begin(&office, "auditor-2", &apps[4]).await;
    let reads: wire::Accesses = auditor.done(wire::ACCESS_LOG, json!({})).await;
    let reads = reads.accesses;
    let as_printed = |read: &wire::Access| (read.person, &*read.what) == (man, "receipt");
    assert_eq!(reads.len(), 3);
    assert!(
        reads
            .iter()
            .all(|read| as_printed(read) && read.reason == REASON)
    );
}
