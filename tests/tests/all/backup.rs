//! A backup and its way back: the newest runs on, an older one does not fork the log.

use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::office::{Office, text};
use lifecert_tests::phone::plain_client;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;
use tempfile::TempDir;

/// Entries in the published log.
fn entries(office: &Office) -> u64 {
    let checkpoint = fs::read_to_string(office.path("data/log/checkpoint")).unwrap();
    checkpoint.lines().nth(1).unwrap().parse().unwrap()
}

fn run(office: &Office, arguments: &[&str]) -> Output {
    office.command(arguments).output().unwrap()
}

fn backup(office: &Office, out: &Path) {
    office.admin(&["backup", "--out", &text(out)]);
}

/// The machine loses its database, and its log where nothing of it is left.
fn lose(office: &Office, and_its_log: bool) {
    let file = office.database().strip_prefix("sqlite:").unwrap();
    for end in ["", "-wal", "-shm"] {
        let path = format!("{file}{end}");
        if Path::new(&path).exists() {
            fs::remove_file(path).unwrap();
        }
    }
    if and_its_log {
        fs::remove_dir_all(office.path("data/log")).unwrap();
    }
}

#[tokio::test]
async fn the_newest_backup_runs_on_and_an_older_one_does_not() {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut office = Office::new(&database);
    let folder = TempDir::new().unwrap();
    let place = |name: &str| folder.path().join(name);
    let people = office.import(&["王芳,resident,450324194910010013,1949-10-01,"], "default");
    // While the server runs.
    office.start();
    backup(&office, &place("older"));
    let older = entries(&office);
    office.allow_demo(&[]);
    // The server that runs takes them up within a second or two.
    for _ in 0..100 {
        if entries(&office) > older {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let grown = entries(&office);
    assert!(grown > older);
    let secrets = text(&place("secrets"));
    let out = text(&place("newest"));
    let made = office.admin(&["backup", "--out", &out, "--secrets-out", &secrets]);
    assert!(made.contains("the second place"), "{made}");
    office.kill();

    // Nothing that opens anything lies in it, and nobody is named.
    let sealed = fs::read(place("newest").join("lifecert.sqlite")).unwrap();
    let name = "王芳".as_bytes();
    assert!(!sealed.windows(name.len()).any(|part| part == name));
    assert!(!place("newest").join("secrets").exists());
    assert!(place("secrets").join("secrets/log.ed25519").is_file());
    let again = run(&office, &["backup", "--out", &out]);
    assert!(!again.status.success(), "not over another backup");
    let within = text(&place("third/secrets"));
    let third = text(&place("third"));
    let beside = run(
        &office,
        &["backup", "--out", &third, "--secrets-out", &within],
    );
    assert!(!beside.status.success(), "not with its secrets");

    // Over a database nothing is put; with one byte changed, nothing at all.
    let restore =
        |office: &Office, from: &str| run(office, &["restore", "--from", &text(&place(from))]);
    assert!(!restore(&office, "newest").status.success());
    lose(&office, true);
    let checkpoint = place("newest").join("log/checkpoint");
    let bytes = fs::read(&checkpoint).unwrap();
    let mut changed = bytes.clone();
    changed[0] ^= 1;
    fs::write(&checkpoint, changed).unwrap();
    assert!(!restore(&office, "newest").status.success());
    assert!(!Path::new(office.database().strip_prefix("sqlite:").unwrap()).exists());
    fs::write(&checkpoint, bytes).unwrap();
    let back = restore(&office, "newest");
    assert!(back.status.success(), "{back:?}");
    office.start();
    assert_eq!(entries(&office), grown);
    let url = format!("{}/healthz", office.url());
    assert!(
        plain_client()
            .get(url)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    office.letter(people[0]);
    office.kill();
    assert!(run(&office, &["audit"]).status.success());

    // The older one, whether the log is left or lost: the second place knows of a newer tree.
    for and_its_log in [false, true] {
        lose(&office, and_its_log);
        let back = restore(&office, "older");
        let why = String::from_utf8_lossy(&back.stderr).into_owned();
        assert!(
            !back.status.success() && why.contains("older state"),
            "{why}"
        );
        let serve = run(&office, &["serve", "--listen", "127.0.0.1:0"]);
        assert!(!serve.status.success(), "it does not serve either");
    }

    // Without its secrets nothing is restored: new ones would be another agency's.
    lose(&office, true);
    fs::remove_dir_all(office.path("data/secrets")).unwrap();
    let back = restore(&office, "newest");
    assert!(String::from_utf8_lossy(&back.stderr).contains("secrets"));
    assert!(!office.path("data/secrets/log.ed25519").exists());
}
