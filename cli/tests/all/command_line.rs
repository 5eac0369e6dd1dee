//! The program as a person or a script runs it: what it prints and how it exits.

use crate::common::models;
use std::fs;
use std::process::{Command, Output};

use lifecert_inference::{ModelId, ModelStore, Sha256};
use serde_json::Value;

fn medium(name: &str) -> String {
    crate::common::medium(name).to_str().unwrap().to_owned()
}

/// Runs `lifecert` with the models folder of the tests.
fn lifecert(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lifecert"))
        .env("LIFECERT_MODELS", models())
        .args(arguments)
        .output()
        .unwrap()
}

/// Its exit code and the objects that it printed, one a line.
fn json(arguments: &[&str]) -> (i32, Vec<Value>) {
    let output = lifecert(&[&["--json"], arguments].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let objects = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (output.status.code().unwrap(), objects)
}

#[test]
fn verify_tells_one_person_from_two() {
    let (a, b) = (medium("franck_01829.jpg"), medium("franck_04117.jpg"));
    let (code, objects) = json(&["verify", &a, &b]);
    let [object] = objects.as_slice() else {
        panic!("{objects:?}")
    };
    assert_eq!(
        (code, &object["same"], &object["code"]),
        (0, &Value::Bool(true), &Value::Null)
    );
    assert_eq!(
        (&object["threshold"], &object["fmr"]),
        (&0.413.into(), &1e-4.into())
    );
    assert!(object["similarity"].as_f64().unwrap() > 0.5, "{object}");

    let (code, objects) = json(&["verify", &a, &medium("obama4_crop.jpg")]);
    let [object] = objects.as_slice() else {
        panic!("{objects:?}")
    };
    assert_eq!((code, &object["same"]), (1, &Value::Bool(false)));
    assert_eq!(object["code"], "match.not_same_person");
    assert!(object["similarity"].as_f64().unwrap() < 0.3, "{object}");
}

#[test]
fn verify_says_what_it_could_not_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let face = medium("franck_01829.jpg");
    let whole = fs::read(&face).unwrap();
    // The smallest PNG: one grey pixel.
    let grey = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\
                 \0\0\0\nIDATx\x9cch\0\0\0\x82\0\x81\x77\xcdr\xb6\0\0\0\0IEND\xaeB\x60\x82";
    for (other, expected) in [
        (file("grey.png", grey), "frame.no_face"),
        (
            file("cut.jpg", &whole[..whole.len() / 3]),
            "media.unreadable",
        ),
        (file("empty.jpg", b""), "media.unreadable"),
        (file("text.jpg", b"not a picture"), "media.unsupported"),
        ("nowhere.jpg".to_owned(), "media.unreadable"),
    ] {
        let (code, objects) = json(&["verify", &face, &other]);
        assert_eq!(
            (code, &objects[0]["code"]),
            (2, &expected.into()),
            "{other}"
        );
        assert_eq!(objects[0]["same"], Value::Null);
    }
}

#[test]
fn analyze_prints_a_line_for_each_frame_asked_for() {
    let (code, objects) = json(&["analyze", &medium("cap13_edit2.mp4"), "--every", "100"]);
    assert_eq!((code, objects.len()), (0, 8));
    for (object, number) in objects.iter().zip(0..) {
        assert_eq!(object["at_ms"], 4000 * number);
        assert_eq!(object["faces"], 1);
        let width = object["box"]["width"].as_f64().unwrap();
        assert!((0.15..0.4).contains(&width), "{object}");
        assert!(object["live_score"].as_f64().unwrap() > 0.5, "{object}");
        for field in ["yaw_deg", "pitch_deg", "roll_deg", "quality"] {
            assert!(object[field].is_f64(), "{field} of {object}");
        }
    }
    let (code, objects) = json(&["analyze", &medium("SeanConnery.jpg")]);
    assert_eq!((code, objects.len()), (0, 1));
    assert_eq!(
        (&objects[0]["at_ms"], &objects[0]["faces"]),
        (&0.into(), &1.into())
    );
}

#[test]
fn a_damaged_video_ends_with_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    let whole = fs::read(medium("cap13_edit2.mp4")).unwrap();
    fs::write(&path, &whole[..4000]).unwrap();
    let (code, objects) = json(&["analyze", path.to_str().unwrap()]);
    assert_eq!((code, &objects[0]["code"]), (2, &"media.unreadable".into()));
}

#[test]
fn missing_or_altered_models_are_named_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_str().unwrap();
    let face = medium("franck_01829.jpg");
    let (code, objects) = json(&["--models", root, "models", "verify"]);
    assert_eq!((code, &objects[0]["code"]), (2, &"model.missing".into()));
    assert!(
        objects[0]["detail"]
            .as_str()
            .unwrap()
            .contains("models fetch")
    );
    assert!(!objects[0]["next"].as_str().unwrap().is_empty());

    // The manifest alone: the runtime is not there.
    fs::copy(
        models().join("manifest.toml"),
        folder.path().join("manifest.toml"),
    )
    .unwrap();
    let (code, objects) = json(&["--models", root, "analyze", &face]);
    assert_eq!(
        (code, &objects[0]["code"]),
        (2, &"model.runtime_missing".into())
    );

    // Every file there, one of the models altered.
    let nets = folder
        .path()
        .join("node_modules/faceplugin-face-recognition-js/model");
    fs::create_dir_all(&nets).unwrap();
    fs::write(nets.join("fr_detect.onnx"), b"another net").unwrap();
    let (code, objects) = json(&["--models", root, "models", "verify"]);
    assert_eq!((code, &objects[0]["code"]), (2, &"model.altered".into()));
}

#[test]
fn an_optional_model_is_added_by_its_digest_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_str().unwrap();
    let file = folder.path().join("second.onnx");
    let add = || json(&["--models", root, "models", "add", file.to_str().unwrap()]);
    let net = b"stands for a net";
    let manifest = fs::read_to_string(models().join("manifest.toml")).unwrap();
    let store = ModelStore::open(models()).unwrap();
    let entry = store.manifest().model(ModelId::LivenessSecond);
    let manifest = manifest
        .replace(&entry.sha256.to_string(), &Sha256::of(net).to_string())
        .replace(
            &format!("bytes = {}", entry.bytes),
            &format!("bytes = {}", net.len()),
        );
    fs::write(folder.path().join("manifest.toml"), manifest).unwrap();

    let (code, objects) = add();
    assert_eq!((code, &objects[0]["code"]), (2, &"model.missing".into()));
    for other in [
        &b"stands for a nut"[..],
        b"",
        b"longer than the net of the manifest",
    ] {
        fs::write(&file, other).unwrap();
        let (code, objects) = add();
        assert_eq!((code, &objects[0]["code"]), (2, &"model.altered".into()));
    }
    let place = folder.path().join(&entry.file);
    assert!(!place.exists());
    fs::write(&file, net).unwrap();
    let (code, objects) = add();
    assert_eq!((code, &objects[0]["added"]), (0, &"liveness_second".into()));
    assert_eq!(fs::read(place).unwrap(), net);
}

#[test]
fn the_person_reads_their_language_and_the_code() {
    let output = lifecert(&["--lang", "es", "verify", "nowhere.jpg", "nowhere.jpg"]);
    let english = lifecert(&["verify", "nowhere.jpg", "nowhere.jpg"]);
    let (spanish, english) = (
        String::from_utf8(output.stderr).unwrap(),
        String::from_utf8(english.stderr).unwrap(),
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(spanish.contains("[media.unreadable]") && english.contains("[media.unreadable]"));
    assert_ne!(spanish.lines().next(), english.lines().next());
    assert!(output.stdout.is_empty());
    assert_eq!(
        lifecert(&["--lang", "xx", "models", "verify"])
            .status
            .code(),
        Some(2)
    );
}
