//! The commands that play a phone, as far as they go without a server: what they refuse, what they
//! print, how they exit.

use crate::common::{medium, models};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::{
    Assurance, Channel, ClaimId, Digest, KeyId, LetterCode, Modality, PersonRef, Receipt,
    ReceiptId, Salt, SoftwareKey, WIRE_VERSION, commit_identity,
};
use serde_json::{Value, json};

fn clip() -> String {
    medium("franck.mp4").to_str().unwrap().to_owned()
}

fn lifecert(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lifecert"))
        .env("LIFECERT_MODELS", models())
        .env("LIFECERT_DEVICE", folder.join("device"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// Exit code and the object printed with `--json`.
fn object(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let output = lifecert(folder, &[&["--json"], arguments].concat());
    let object = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), object)
}

/// An address at which nobody answers.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn an_id_number_in_an_argument_is_refused_and_not_repeated() {
    let temp = tempfile::tempdir().unwrap();
    let id = "11010519491231002X";
    let (clip, server) = (clip(), nowhere());
    fs::write(temp.path().join("token"), "token").unwrap();
    let rows: [&[&str]; 4] = [
        &[
            "certify", "--server", &server, "--person", id, "--video", &clip,
        ],
        &["status", "--server", &server, "--person", id],
        &["history", "--server", &server, "--person", id],
        &[
            "enrol",
            "--server",
            &server,
            "--person",
            id,
            "--token-file",
            "token",
            "--media",
            &clip,
        ],
    ];
    for arguments in rows {
        let (code, object) = object(temp.path(), arguments);
        assert_eq!((code, &object["code"]), (2, &json!("request.malformed")));
        assert!(!object.to_string().contains(id), "{object}");
    }
}

#[test]
fn a_mistyped_code_is_noticed_before_anything_is_sent() {
    let temp = tempfile::tempdir().unwrap();
    let (clip, server) = (clip(), nowhere());
    let bind = |code: &str| {
        let arguments = [
            "bind", "--server", &server, "--code", code, "--video", &clip,
        ];
        object(temp.path(), &arguments)
    };
    let printed = LetterCode::random().to_printed();
    let swapped: String = printed
        .chars()
        .enumerate()
        .map(|(at, c)| match (at, c) {
            (0, 'A') => 'B',
            (0, _) => 'A',
            _ => c,
        })
        .collect();
    let (code, mistyped) = bind(&swapped);
    assert_eq!((code, &mistyped["code"]), (2, &json!("code.mistyped")));
    fs::write(temp.path().join("code"), format!("{printed}\n")).unwrap();
    let (code, away) = bind("@code");
    assert_eq!((code, &away["code"]), (2, &json!("server.unreachable")));
    let keys = fs::read_dir(temp.path().join("device/keys")).unwrap();
    assert_eq!(keys.count(), 0, "no key is left behind");
}

#[test]
fn a_certification_that_cannot_begin_says_why_in_one_object() {
    let temp = tempfile::tempdir().unwrap();
    let (clip, server) = (clip(), nowhere());
    let person = PersonRef::random().to_string();
    let certify = |video: &str, offline: &[&str]| {
        let plain = [
            "certify", "--server", &server, "--person", &person, "--video", video,
        ];
        object(temp.path(), &[&plain[..], offline].concat())
    };
    fs::write(temp.path().join("empty.mp4"), b"").unwrap();
    let rows = [
        (certify(&clip, &[]), "device.not_bound"),
        (certify(&clip, &["--offline", "away"]), "device.not_bound"),
        (certify("empty.mp4", &[]), "media.unreadable"),
        (certify("none.mp4", &[]), "media.unreadable"),
    ];
    for ((exit, object), expected) in rows {
        assert_eq!(exit, 2);
        assert_eq!(object["outcome"], "failed", "{object}");
        assert_eq!(object["code"], expected, "{object}");
        assert_eq!(object["receipt"], Value::Null);
        assert_eq!(object["frames"], 0);
        assert!(object["elapsed_ms"].is_u64());
    }
}

/// A receipt in a folder, with the key that signed it and the card that it stands for.
struct Issued {
    temp: tempfile::TempDir,
    agency_key: String,
}

impl Issued {
    fn new(valid_until_ms: u64) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let (agency, _) = SoftwareKey::generate().unwrap();
        let salt = Salt::random();
        let receipt = Receipt {
            version: WIRE_VERSION,
            receipt_id: ReceiptId::random(),
            person: PersonRef::random(),
            agency: "quanzhou".parse().unwrap(),
            modality: Modality::Face,
            channel: Channel::Home,
            assurance: Assurance::None,
            recomputed: None,
            proved_from_ms: 1_700_000_000_000,
            proved_to_ms: 1_700_000_005_000,
            valid_until_ms,
            claim_id: ClaimId::random(),
            claim_digest: Digest::of(b"claim"),
            device_key: KeyId::from_bytes([3; 32]),
            policy: "demo".into(),
            identity: commit_identity(&salt, "Li Hua", "11010519491231002X"),
            enrolment_index: None,
            binding_index: None,
            decided_at_ms: None,
        };
        let bytes = agency.sign_message(&receipt).unwrap();
        let copy = json!({ "receipt": URL_SAFE_NO_PAD.encode(&bytes), "identity_salt": salt });
        fs::write(temp.path().join("receipt.json"), copy.to_string()).unwrap();
        fs::write(temp.path().join("receipt.cose"), bytes).unwrap();
        fs::write(temp.path().join("card"), "11010519491231002x\n").unwrap();
        fs::write(temp.path().join("other"), "E12345678").unwrap();
        Self {
            temp,
            agency_key: URL_SAFE_NO_PAD.encode(agency.public().as_sec1()),
        }
    }

    fn verify(&self, file: &str, more: &[&str]) -> (i32, Value) {
        let plain = ["receipt", "verify", file];
        object(self.temp.path(), &[&plain[..], more].concat())
    }

    fn with_key(&self, file: &str, more: &[&str]) -> (i32, Value) {
        let key = ["--agency-key", self.agency_key.as_str()];
        self.verify(file, &[&key[..], more].concat())
    }
}

const FAR_MS: u64 = 32_000_000_000_000;

#[test]
fn a_receipt_is_checked_against_key_and_card() {
    let issued = Issued::new(FAR_MS);
    for file in ["receipt.json", "receipt.cose"] {
        let (exit, object) = issued.with_key(file, &[]);
        assert_eq!((exit, &object["valid"]), (0, &json!(true)), "{object}");
        assert_eq!(object["receipt"]["assurance"], "none");
        assert_eq!(object["identity_fits"], Value::Null);
    }
    let card = |name, id| issued.with_key("receipt.json", &["--name", name, "--id", id]);
    let (exit, fits) = card("Li Hua", "@card");
    assert_eq!((exit, &fits["identity_fits"]), (0, &json!(true)));
    for (name, id) in [("Li Hua", "@other"), ("Li Hue", "@card")] {
        let (exit, object) = card(name, id);
        assert_eq!((exit, &object["valid"]), (1, &json!(false)));
        assert_eq!(object["identity_fits"], json!(false));
    }
    let (exit, object) = card("Li Hua", "11010519491231002X");
    assert_eq!((exit, &object["code"]), (2, &json!("request.malformed")));
    let bare = ["--name", "Li Hua", "--id", "@card"];
    let (exit, object) = issued.with_key("receipt.cose", &bare);
    assert_eq!((exit, &object["code"]), (2, &json!("request.malformed")));
}

#[test]
fn a_receipt_that_is_changed_foreign_or_old_is_no_receipt() {
    let issued = Issued::new(FAR_MS);
    let path = issued.temp.path().join("receipt.cose");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let other = Issued::new(FAR_MS).agency_key;
    let old = Issued::new(1_700_000_010_000);
    let rows = [
        (issued.with_key("receipt.cose", &[]), "receipt.invalid"),
        (issued.with_key("card", &[]), "receipt.invalid"),
        (
            issued.verify("receipt.json", &["--agency-key", &other]),
            "receipt.invalid",
        ),
        (old.with_key("receipt.json", &[]), "receipt.expired"),
    ];
    for ((exit, object), expected) in rows {
        assert_eq!((exit, &object["valid"]), (1, &json!(false)), "{object}");
        assert_eq!(object["code"], expected);
    }
    assert_eq!(
        issued.verify("receipt.json", &[]).0,
        2,
        "without a key nothing can be said"
    );
}
