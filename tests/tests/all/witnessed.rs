//! A server and its witnesses, each a process of its own: cosignatures come after the answers, a
//! witness that is away holds nobody up, and it is caught up with.

use lifecert_protocol::log::{LogKey, SignedCheckpoint, WitnessPolicy};
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::office::{Office, text};
use lifecert_tests::phone::{Phone, clip, plain_client};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A witness in a process of its own.
struct WitnessProcess {
    process: Child,
    vkey: String,
    url: String,
}

impl WitnessProcess {
    fn start(folder: &Path, name: &str, log: &str, listen: &str) -> Self {
        let file = |end: &str| text(&folder.join(format!("{name}.{end}")));
        let mut process = Command::new(lifecert_tests::office::program("lifecert-server"))
            .args(["witness", "--name", name, "--log", log, "--listen", listen])
            .args(["--key", &file("key"), "--state", &file("json")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the witness starts");
        let mut out = BufReader::new(process.stdout.take().expect("its output"));
        let mut line = || {
            let mut line = String::new();
            out.read_line(&mut line).expect("a line");
            line.trim().to_owned()
        };
        let (vkey, listening) = (line(), line());
        let url = listening.strip_prefix("listening on ").expect("an address");
        Self {
            url: url.to_owned(),
            process,
            vkey,
        }
    }

    /// Kills it; gives where it listened.
    fn kill(&mut self) -> String {
        self.process.kill().expect("killed");
        self.process.wait().expect("gone");
        self.url.trim_start_matches("http://").to_owned()
    }
}

impl Drop for WitnessProcess {
    fn drop(&mut self) {
        // One that was killed before is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn fetch(office: &Office, path: &str) -> String {
    let url = format!("{}{path}", office.url());
    let answer = plain_client().get(url).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{path}");
    answer.text().await.expect("text")
}

/// The checkpoint at a path once it has that many entries and so many cosignatures.
async fn cosigned(
    office: &Office,
    path: &str,
    (policy, size, count): (&WitnessPolicy, u64, usize),
) -> (SignedCheckpoint, bool) {
    for _ in 0..200 {
        let text = fetch(office, path).await;
        if let Ok(checkpoint) = SignedCheckpoint::parse(text.as_bytes()) {
            let (found, enough) = policy.witnessed(&checkpoint).expect("no false cosignature");
            if checkpoint.size() >= size && found.len() >= count {
                return (checkpoint, enough);
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} has no {count} cosignatures: {}", office.log());
}

fn size(checkpoint: &str) -> u64 {
    let line = checkpoint.lines().nth(1).expect("a size");
    line.parse().expect("a number")
}

#[tokio::test]
async fn cosignatures_come_later_and_a_missing_witness_holds_nobody_up() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let folder = TempDir::new().unwrap();
    let mut office = Office::new(&database);
    office.start();
    let vkey = fetch(&office, "/log/vkey").await.trim().to_owned();
    assert_eq!(
        fetch(&office, "/log/witnessed").await,
        "",
        "nobody was asked"
    );
    office.kill();

    let start = |name, listen: &str| WitnessProcess::start(folder.path(), name, &vkey, listen);
    let mut bank = start("bank.example", "127.0.0.1:0");
    let mut county = start("county.example", "127.0.0.1:0");
    let (log, both) = (
        LogKey::parse(&vkey).unwrap(),
        "group both all bank county\nquorum both\n",
    );
    let policy = format!(
        "log {vkey}\nwitness bank {} {}\nwitness county {} {}\n{both}",
        bank.vkey, bank.url, county.vkey, county.url
    );
    let file = folder.path().join("policy");
    fs::write(&file, &policy).unwrap();
    let policy = WitnessPolicy::parse(policy.as_bytes()).unwrap();
    let ask = ["--witness-policy", &text(&file), "--witness-every-s", "1"];
    office.start_with(&ask);
    let begun = size(&fetch(&office, "/log/checkpoint").await);
    let witnessed = cosigned(&office, "/log/witnessed", (&policy, begun, 2)).await;
    let (checkpoint, enough) = witnessed;
    assert!(enough);
    checkpoint.verify(&log).unwrap();
    // While it is the newest, the published one carries them, too.
    cosigned(&office, "/log/checkpoint", (&policy, begun, 2)).await;

    // One witness goes; the log goes on, is published at once, and is not yet witnessed.
    let address = county.kill();
    office.allow_demo(&[]);
    let (grown, enough) = cosigned(&office, "/log/checkpoint", (&policy, begun + 1, 1)).await;
    assert!(!enough);
    grown.verify(&log).unwrap();
    // What enough have cosigned does not give way to what fewer have.
    let (kept, enough) = cosigned(&office, "/log/witnessed", (&policy, begun, 2)).await;
    assert!(enough && kept.size() == begun);

    // Whoever goes over the whole log is told how far it is witnessed.
    let (vkey_file, url) = (folder.path().join("vkey"), office.url().to_owned());
    fs::write(&vkey_file, &vkey).unwrap();
    let (vkey_file, policy_file) = (text(&vkey_file), text(&file));
    let phone = Phone::new();
    let whole = [
        "log", "verify", "--url", &url, "--vkey", &vkey_file, "--policy",
    ];
    let said = phone.lifecert(&[&whole[..], &[&policy_file]].concat());
    assert_eq!(said.exit, 0, "{}", said.json);
    assert_eq!(said.json["witnessed"], false);
    assert_eq!(said.json["witnessed_size"], begun);

    // The server starts again knowing nothing of what they have seen, and the witness comes back.
    office.kill();
    office.start_with(&ask);
    let (kept, _) = cosigned(&office, "/log/witnessed", (&policy, begun, 2)).await;
    assert_eq!(kept.size(), begun);
    let _county = start("county.example", &address);
    let (caught_up, enough) = cosigned(&office, "/log/witnessed", (&policy, begun + 1, 2)).await;
    assert!(enough && caught_up.size() >= grown.size());
    bank.kill();
}

/// Whether all of these points are proved by a holder's file.
fn proves(phone: &Phone, file: &str, policy: &str, points: &[&str]) -> bool {
    let said = phone.lifecert(&["receipt", "verify", file, "--policy", policy]);
    assert_eq!(said.exit, 0, "{}", said.json);
    let proved = said.json["proved"].as_array().expect("what is proved");
    let proved: Vec<&str> = proved.iter().filter_map(|p| p["point"].as_str()).collect();
    points.iter().all(|point| proved.contains(point))
}

#[tokio::test]
async fn a_holder_has_the_cosignatures_when_they_are_there() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let folder = TempDir::new().unwrap();
    let place = |name: &str| text(&folder.path().join(name));
    let mut office = Office::new(&database);
    office.allow_demo(&[]);
    let man = office.import(&["王福生,resident,450324194910010013,,"], "demo")[0];
    // The root first: its name is what letters say.
    let (root, draft, list) = (place("root"), place("draft"), place("list"));
    let name = office.admin(&["keys", "new-root", "--out", &root]);
    office.admin(&["keys", "list", "--out", &draft]);
    office.admin(&[
        "keys", "sign", "--root", &root, "--draft", &draft, "--out", &list,
    ]);
    office.admin(&["keys", "publish", "--list", &list, "--root", name.trim()]);
    office.start();
    let vkey = fetch(&office, "/log/vkey").await.trim().to_owned();
    office.kill();
    let witness = WitnessProcess::start(folder.path(), "bank.example", &vkey, "127.0.0.1:0");
    let (key, url) = (&witness.vkey, &witness.url);
    let policy = format!("log {vkey}\nwitness bank {key} {url}\nquorum bank\n");
    fs::write(place("policy"), policy).unwrap();
    let policy = place("policy");
    office.start_with(&["--witness-policy", &policy, "--witness-every-s", "1"]);

    let (phone, video) = (Phone::new(), clip("franck.mp4"));
    assert_eq!(phone.enrol(&office, man, &[&video]).exit, 0);
    let code = office.letter(man);
    let code = code.to_printed();
    let bind = [
        "bind",
        "--server",
        office.url(),
        "--code",
        &code,
        "--agency-key",
    ];
    let look = [name.trim(), "--from-s", "40", "--video"];
    let bound = phone.lifecert(&[&bind[..], &look, &[&text(&video)]].concat());
    assert_eq!(bound.exit, 0, "{bound:?}");
    let certified = phone.certify(&office, man, (&video, 80), &[]);
    assert_eq!(certified.field("outcome"), "accepted", "{certified:?}");
    let file = certified.field("receipt").to_owned();
    assert!(proves(&phone, &file, &policy, &["signature", "key", "log"]));
    let refresh = ["receipt", "refresh", &file, "--server", office.url()];
    for _ in 0..50 {
        assert_eq!(phone.lifecert(&refresh).exit, 0);
        if proves(&phone, &file, &policy, &["log", "witnesses"]) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("never witnessed: {}", office.log());
}
