//! `lifecert eval` on small folders of real faces: what it prints, counts and names.

use crate::common::medium;
use crate::laboratory::eval;
use std::fs;
use std::path::Path;

use serde_json::Value;

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

/// Living faces and spoofs of two species (a drawing, a mask), with files of every bad kind.
fn live_and_attacks(root: &Path) -> [String; 3] {
    put(root, "franck_01829.jpg", "live/franck.jpg");
    put(root, "obama4_crop.jpg", "live/deep/obama.jpg");
    fs::write(root.join("live/broken.jpg"), b"not a picture").unwrap();
    fs::create_dir(root.join("empty")).unwrap();
    fs::write(root.join("live/README.md"), b"about these").unwrap();
    put(root, "franck_04117.jpg", "print/franck.jpg");
    put(root, "picasso_drawing_crop.jpg", "print/drawing.jpg");
    fs::write(
        root.join("print/cut.mp4"),
        b"\0\0\0\x18ftypmp42 and no more",
    )
    .unwrap();
    put(root, "vendetta.jpg", "mask/vendetta.jpg");
    let text = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let species = |name: &str| format!("{name}={}", text(name));
    [text("live"), species("print"), species("mask")]
}

#[test]
fn pad_counts_every_file_as_the_standard_says() {
    let folder = tempfile::tempdir().unwrap();
    let [live, print, mask] = live_and_attacks(folder.path());
    let empty = format!("replay={}", folder.path().join("empty").display());
    let csv = folder.path().join("people.csv");
    let text = "file,person_id\nlive/franck.jpg,1\nprint/franck.jpg,1\nmask/vendetta.jpg,4\n\
                gone.jpg,9\n";
    fs::write(&csv, text).unwrap();
    let page = folder.path().join("pad.html");
    let (csv, page) = (csv.to_str().unwrap(), page.to_str().unwrap());
    let (code, object) = eval(&[
        "pad",
        "--live",
        &live,
        "--attack",
        &print,
        &mask,
        &empty,
        "--threshold",
        "0",
        "--identities",
        csv,
        "--report",
        page,
    ]);
    assert_eq!(code, 0, "{object}");
    // At threshold 0 everything with a face passes, and nothing else does.
    assert_eq!(counts(&object["bpcer"]), (1, 3), "the broken file");
    let no_face = |species: &str| object["faces_not_found"][species].as_u64().unwrap();
    assert_eq!(counts(&object["apcer"]["print"]), (2 - no_face("print"), 2));
    assert_eq!(counts(&object["apcer"]["mask"]), (1 - no_face("mask"), 1));
    assert_eq!(counts(&object["apcer"]["replay"]), (0, 0));
    assert_eq!(object["unreadable_count"]["live"], 1);
    assert_eq!(object["unreadable"]["print"][0]["file"], "cut.mp4");
    assert_eq!(object["neither_picture_nor_clip"]["live"][0], "README.md");
    assert_eq!(
        (&object["threshold"], &object["unit"]),
        (&0.0.into(), &"frame".into())
    );
    assert_eq!(
        keys(&object["acer"]),
        ["errors", "high", "low", "rate", "trials"]
    );
    assert!(object["auc"].is_f64(), "{object}");
    // The man's own picture as a print of him passes as him.
    assert_eq!(counts(&object["iapar"]["print"]), (1, 1));
    assert_eq!(
        object["iapar"]["mask"]["rate"],
        Value::Null,
        "its person is not enrolled"
    );
    assert_eq!(
        object["identities"]["unknown_rows"],
        serde_json::json!(["gone.jpg"])
    );
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("cut.mp4") && page.contains("What was not tested"));
    assert!(page.contains("replay: no picture or clip"));

    let (code, object) = eval(&["pad", "--live", &live, "--attack", &print, &mask]);
    assert_eq!(
        (code, &object["threshold"]),
        (0, &0.5.into()),
        "that of the manifest"
    );
    let (_, stricter) = eval(&[
        "pad",
        "--live",
        &live,
        "--attack",
        &print,
        &mask,
        "--threshold",
        "1",
    ]);
    assert!(stricter["bpcer"]["errors"].as_u64() >= object["bpcer"]["errors"].as_u64());
    assert_eq!(counts(&stricter["bpcer"]), (3, 3));
}

#[test]
fn pad_takes_a_clip_as_one_trial() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "cap13_edit2.mp4", "live/clip.mp4");
    put(folder.path(), "vendetta.jpg", "mask/vendetta.jpg");
    let live = folder.path().join("live");
    let mask = format!("mask={}", folder.path().join("mask").display());
    let live = live.to_str().unwrap();
    let (code, clip) = eval(&["pad", "--live", live, "--attack", &mask, "--unit", "clip"]);
    assert_eq!((code, counts(&clip["bpcer"])), (0, (0, 1)), "{clip}");
}

#[test]
fn pad_says_what_it_cannot_measure_on() {
    let folder = tempfile::tempdir().unwrap();
    let [live, print, _] = live_and_attacks(folder.path());
    fs::create_dir(folder.path().join("broken")).unwrap();
    fs::write(folder.path().join("broken/one.png"), b"").unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (empty, nowhere) = (path("empty"), path("nowhere"));
    let species = |folder: &str| format!("screen={folder}");
    for (live, attacks, expected) in [
        (&empty, vec![print.clone()], "media.unreadable"),
        (&nowhere, vec![print.clone()], "media.unreadable"),
        (&live, vec![species(&empty)], "media.unreadable"),
        (&live, vec![species(&path("broken"))], "media.unreadable"),
        (
            &live,
            vec![print.clone(), print.clone()],
            "request.malformed",
        ),
    ] {
        let mut arguments = vec!["pad", "--live", live, "--attack"];
        arguments.extend(attacks.iter().map(String::as_str));
        let (code, object) = eval(&arguments);
        assert_eq!((code, &object["code"]), (2, &expected.into()), "{object}");
        assert!(!object["next"].as_str().unwrap().is_empty());
    }
    assert_eq!(eval(&["pad", "--live", &live]).0, 2, "one class only");
    let nowhere = path("nowhere/report.html");
    let (code, object) = eval(&[
        "pad", "--live", &live, "--attack", &print, "--report", &nowhere,
    ]);
    assert_eq!((code, &object["code"]), (2, &"request.malformed".into()));
}
