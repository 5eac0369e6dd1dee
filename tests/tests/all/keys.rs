//! The ceremony of the root and the keys below it, by the commands that an office types.

use lifecert_protocol::http::Hello;
use lifecert_protocol::{KeyId, KeyList};
use lifecert_tests::office::{Office, text};
use lifecert_tests::on_both_engines;
use lifecert_tests::phone::plain_client;
use std::time::Duration;
use tempfile::TempDir;

on_both_engines!(an_office_and_its_root_go_from_list_to_list);

async fn fetch(office: &Office, path: &str) -> reqwest::Response {
    let url = format!("{}{path}", office.url());
    plain_client().get(url).send().await.expect("an answer")
}

/// The number of the list that the server greets with, once it is that one.
async fn greeted_with(office: &Office, number: u64) -> bool {
    for _ in 0..400 {
        let hello: Hello = fetch(office, "/v1/hello").await.json().await.unwrap();
        if hello.key_list == Some(number) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

fn fails(office: &Office, arguments: &[&str]) -> String {
    let output = office.command(arguments).output().unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

async fn an_office_and_its_root_go_from_list_to_list(database: &str) {
    let mut office = Office::at(database);
    let safe = TempDir::new().unwrap();
    let in_safe = |name: &str| text(&safe.path().join(name));
    let (root_file, draft, list) = (in_safe("root"), in_safe("draft"), in_safe("list"));
    let root = office.admin(&["keys", "new-root", "--out", &root_file]);
    let root: KeyId = root.trim().parse().expect("the root's name");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&root_file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody else's to read");
    }
    fails(&office, &["keys", "new-root", "--out", &root_file]);
    office.start();
    assert_eq!(fetch(&office, "/keys").await.status(), 204, "no list yet");

    let sign = |list: &str, root: &str| {
        let sign = [
            "keys", "sign", "--root", root, "--draft", &draft, "--out", list,
        ];
        office.admin(&sign)
    };
    office.admin(&["keys", "list", "--out", &draft]);
    sign(&list, &root_file);
    let publish = ["keys", "publish", "--list", &list];
    let why = fails(&office, &publish);
    assert!(
        why.contains("--root"),
        "the first list names its root: {why}"
    );
    let named = root.to_string();
    office.admin(&[&publish[..], &["--root", &named]].concat());
    let served = fetch(&office, "/keys").await.bytes().await.unwrap();
    let first = KeyList::verify(&served, root).unwrap();
    assert_eq!((first.sequence, first.keys.len()), (1, 1));
    assert!(
        greeted_with(&office, 1).await,
        "without a start: {}",
        office.log()
    );

    // Another root's list, and the same one again.
    let other_file = in_safe("other");
    let other = office.admin(&["keys", "new-root", "--out", &other_file]);
    let minutes = ["keys", "new", "--in-hours", "0", "--in-minutes"];
    fails(&office, &[&minutes[..], &["5", "--out", &draft]].concat());
    office.admin(&[&minutes[..], &["11", "--out", &draft]].concat());
    let foreign = in_safe("foreign");
    sign(&foreign, &other_file);
    fails(&office, &["keys", "publish", "--list", &foreign]);
    let by_other = [
        "keys",
        "publish",
        "--list",
        &foreign,
        "--root",
        other.trim(),
    ];
    assert!(fails(&office, &by_other).contains("another root"));
    fails(&office, &publish);

    let shown = sign(&list, &root_file);
    assert!(shown.contains("list 2 of quanzhou"), "{shown}");
    office.admin(&publish);
    let served = fetch(&office, "/keys").await.bytes().await.unwrap();
    let second = KeyList::verify(&served, root).unwrap();
    assert_eq!((second.sequence, second.keys.len()), (2, 2));
    assert_eq!(
        second.keys[0].valid_to_ms,
        Some(second.keys[1].valid_from_ms)
    );
    assert!(greeted_with(&office, 2).await);
    office.kill();
    assert!(office.admin(&["audit"]).contains("0 findings"));
}
