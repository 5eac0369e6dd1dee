//! A receipt away from its holder: on paper, and checked without a network, point by point.

use std::fs;

use lifecert_protocol::log::{Cosigner, Leaf, LeafKind, SignedCheckpoint};
use lifecert_protocol::{
    Assurance, Channel, ClaimId, Digest, KeyId, KeyList, ListedKey, Modality, PersonRef, Receipt,
    ReceiptId, Salt, Signed, SoftwareKey, WIRE_VERSION, commit_identity, read_receipt_code,
    with_beside,
};
use lifecert_tests::office::text;
use lifecert_tests::paper::scanned;
use lifecert_tests::phone::{Phone, Said};
use lifecert_tests::test_log::TestLog;
use serde_json::Value;

const MADE_MS: u64 = 1_700_000_000_000;
const FAR_MS: u64 = 32_000_000_000_000;
const LOG: &str = "certify.quanzhou.example/log";

/// A receipt in a log that one of two witnesses has cosigned, and what a verifier was given.
struct Issued {
    phone: Phone,
    signer: SoftwareKey,
    root: SoftwareKey,
    log: TestLog,
    salt: Salt,
    receipt: Receipt,
    signed: Vec<u8>,
}

impl Issued {
    fn new() -> Self {
        let key = || SoftwareKey::generate().unwrap().0;
        let salt = Salt::random();
        let receipt = Receipt {
            version: WIRE_VERSION,
            receipt_id: ReceiptId::random(),
            person: PersonRef::random(),
            agency: "quanzhou".parse().unwrap(),
            modality: Modality::Face,
            channel: Channel::Home,
            assurance: Assurance::Tee,
            recomputed: None,
            proved_from_ms: MADE_MS,
            proved_to_ms: MADE_MS + 5_000,
            valid_until_ms: FAR_MS,
            claim_id: ClaimId::random(),
            claim_digest: Digest::of(b"claim"),
            device_key: KeyId::from_bytes([3; 32]),
            policy: "default".into(),
            identity: commit_identity(&salt, "Li Hua", "11010519491231002X"),
            enrolment_index: Some(1),
            binding_index: Some(2),
            decided_at_ms: None,
        };
        let signer = key();
        let issued = Self {
            phone: Phone::new(),
            signed: signer.sign_message(&receipt).unwrap(),
            signer,
            root: key(),
            log: TestLog::of(LOG, 600),
            salt,
            receipt,
        };
        issued.file("log.vkey", issued.log.vkey.as_bytes());
        issued.file("root", issued.root.public().id().to_string().as_bytes());
        issued.file("card", b"11010519491231002x\n");
        issued.list("keys", None);
        issued
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.phone.path(name);
        fs::write(&path, bytes).unwrap();
        text(&path)
    }

    fn path(&self, name: &str) -> String {
        text(&self.phone.path(name))
    }

    /// A list of the root in which the signing key ends then.
    fn list(&self, name: &str, to_ms: Option<u64>) -> String {
        let keys = vec![ListedKey::new(self.signer.public(), 0, to_ms)];
        let agency = self.receipt.agency.clone();
        let list = KeyList::sign(agency, keys, (4, MADE_MS), &self.root);
        self.file(name, &list.unwrap())
    }

    /// Takes the receipt into the log; gives the proof's text, the tree signed as asked.
    fn proof(&mut self, sign: impl FnOnce(SignedCheckpoint) -> SignedCheckpoint) -> String {
        let leaf_salt = Salt::random();
        let signed = Signed::read(&self.signed).unwrap();
        let (kind, at_ms) = (LeafKind::Receipt, self.receipt.proved_to_ms);
        let leaf = Leaf::new(kind, at_ms, &leaf_salt, signed.payload());
        let index = self.log.push(&leaf.to_bytes());
        let size = self.log.size();
        let mut proof = self.log.proof(index, size, Some(&leaf_salt));
        proof.checkpoint = sign(proof.checkpoint);
        proof.to_text()
    }

    fn verify(&self, more: &[&str]) -> Said {
        self.phone
            .lifecert(&[&["receipt", "verify"], more].concat())
    }
}

/// The points of a list in an answer.
fn points<'a>(said: &'a Said, list: &str) -> Vec<&'a str> {
    let points = said.json[list].as_array().into_iter().flatten();
    points.filter_map(|point| point["point"].as_str()).collect()
}

/// What a point says.
fn says<'a>(said: &'a Said, list: &str, point: &str) -> &'a str {
    let mut points = said.json[list].as_array().into_iter().flatten();
    let found = points.find(|one| one["point"] == point);
    found
        .and_then(|one| one["says"].as_str())
        .unwrap_or_default()
}

fn cosigned(tree: SignedCheckpoint, witness: &Cosigner, at_s: u64) -> SignedCheckpoint {
    let line = tree.cosign(witness, at_s);
    tree.with_cosignatures(&line).unwrap()
}

fn policy(witnesses: &[&Cosigner], quorum: &str) -> String {
    let mut lines = String::new();
    for (n, witness) in witnesses.iter().enumerate() {
        lines.push_str(&format!("witness w{n} {}\n", witness.public().vkey()));
    }
    format!("{lines}group all all w0 w1\ngroup some any all\nquorum {quorum}\n")
}

#[test]
fn what_stands_on_paper_is_checked_without_a_network() {
    let mut issued = Issued::new();
    let (bank, county) = ("bank.example", "county.example");
    let (bank, county) = (Cosigner::generate(bank), Cosigner::generate(county));
    let (bank, county) = (bank.unwrap(), county.unwrap());
    let proof = issued.proof(|tree| cosigned(tree, &bank, MADE_MS / 1_000 + 60));
    let whole = with_beside(&issued.signed, Some(&proof), Some(&issued.salt)).unwrap();
    let (file, out) = (issued.file("receipt.cose", &whole), issued.path("paper"));
    let (keys, root) = (issued.path("keys"), format!("@{}", issued.path("root")));
    let vkey = issued.path("log.vkey");
    let trust = ["--keys", &keys, "--root", &root];
    let show = ["receipt", "show", &file, "--out", &out];
    let said = issued.phone.lifecert(&[&show[..], &trust].concat());
    assert_eq!(said.exit, 0, "{}", said.json);

    // What a scanner reads from the picture is the whole receipt, and nothing that names anybody.
    let text = scanned(&issued.phone.path("paper/receipt.png"));
    assert_eq!(said.field("qr_text"), text);
    let bare = with_beside(&issued.signed, Some(&proof), None).unwrap();
    assert_eq!(read_receipt_code(&text), Ok(bare));
    let page = fs::read_to_string(issued.phone.path("paper/receipt.html")).unwrap();
    assert!(page.contains("Proof of life") && page.contains("<td>600</td>"));
    let without_svg = page.replace("http://www.w3.org/2000/svg", "");
    for outside in ["http", "src=", "url(", "@import", "<script", "<?xml"] {
        assert!(!without_svg.contains(outside), "{outside}");
    }

    let code = format!("@{}", issued.file("code.txt", text.as_bytes()));
    let quorum = |name: &str, quorum| {
        let lines = policy(&[&bank, &county], quorum);
        issued.file(name, lines.as_bytes())
    };
    let (one, both) = (quorum("one", "w0"), quorum("both", "all"));
    let verify = |more: &[&str]| {
        let scanned = ["--qr-text", &code];
        issued.verify(&[&scanned[..], &trust, more].concat())
    };
    let said = verify(&["--log-key", &vkey, "--policy", &one]);
    assert_eq!(said.exit, 0, "{}", said.json);
    let proved = ["signature", "key", "log", "witnesses"];
    assert_eq!(points(&said, "proved"), proved, "{}", said.json);
    assert_eq!(points(&said, "not_proved"), ["card", "revocation", "after"]);
    let log = says(&said, "proved", "log");
    assert!(
        log.contains("entry 600") && log.contains("601 entries"),
        "{log}"
    );

    // A witness that is missing is named, and no failure.
    let said = verify(&["--log-key", &vkey, "--policy", &both]);
    assert_eq!((said.exit, &said.json["valid"]), (0, &Value::Bool(true)));
    let witnesses = says(&said, "not_proved", "witnesses");
    assert!(witnesses.starts_with("not yet witnessed: witnessed by 1 of 2"));

    // Nobody looked: it says so.
    let said = verify(&[]);
    assert_eq!(said.exit, 0);
    assert_eq!(points(&said, "proved"), ["signature", "key"]);
    assert!(says(&said, "not_proved", "log").contains("no key of the log was given"));
    assert!(points(&said, "not_proved").contains(&"witnesses"));

    // With the salt on the paper the card is compared, without it it cannot be.
    let card = format!("@{}", issued.path("card"));
    let card = ["--name", "Li Hua", "--id", &card];
    assert_eq!(verify(&card).field("code"), "request.malformed");
    let said = issued
        .phone
        .lifecert(&[&show[..], &trust, &["--with-salt"]].concat());
    let code = format!(
        "@{}",
        issued.file("salted.txt", said.field("qr_text").as_bytes())
    );
    let scanned = ["--qr-text", &code];
    let said = issued.verify(&[&scanned[..], &trust, &card].concat());
    assert_eq!(
        (said.exit, &said.json["identity_fits"]),
        (0, &Value::Bool(true))
    );
}

#[test]
fn what_does_not_hold_is_named_and_refused() {
    let mut issued = Issued::new();
    let witness = Cosigner::generate("bank.example").unwrap();
    let other = Cosigner::generate("bank.example").unwrap();
    let proof = issued.proof(|tree| tree);
    let file = issued.file("receipt.cose", &issued.signed);
    let (keys, root) = (issued.path("keys"), format!("@{}", issued.path("root")));
    let vkey = issued.path("log.vkey");
    let log = ["--keys", &keys, "--root", &root, "--log-key", &vkey];
    let verify = |proof: &str, more: &[&str]| {
        let proof = issued.file("proof", proof.as_bytes());
        issued.verify(&[&[&file, "--proof", &proof], &log[..], more].concat())
    };
    assert_eq!(verify(&proof, &[]).exit, 0);

    // Another entry's proof, another log's, a changed one, none at all.
    let (mut foreign, mut strange) = (Issued::new(), TestLog::of("other.example/log", 3));
    strange.push(b"entry");
    let none = Salt::random();
    for (wrong, word) in [
        (foreign.proof(|tree| tree), "FALSE"),
        (strange.proof(3, 4, Some(&none)).to_text(), "FALSE"),
        (proof.replace("index 600", "index 599"), "FALSE"),
        ("no proof".to_owned(), "FALSE"),
    ] {
        let said = verify(&wrong, &[]);
        assert_eq!((said.exit, &said.json["valid"]), (1, &Value::Bool(false)));
        assert!(says(&said, "not_proved", "log").contains(word), "{wrong}");
    }
    let said = issued.verify(&[&[file.as_str()], &log[..]].concat());
    assert_eq!(said.exit, 1, "who names the log wants the receipt in it");
    assert!(says(&said, "not_proved", "log").contains("no proof"));

    // A cosignature in a witness's name that does not fit.
    let tree = lifecert_protocol::log::TlogProof::parse(&proof).unwrap();
    let line = tree.checkpoint.cosign(&witness, 7);
    let lie = String::from_utf8(line).unwrap();
    let names = policy(&[&witness, &other], "w0");
    let names = issued.file("policy", names.as_bytes());
    let forged = lie.trim_end().rsplit_once(' ').unwrap().1;
    let mut bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, forged).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let forged = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes);
    let (dash, _) = lie.trim_end().rsplit_once(' ').unwrap();
    let said = verify(&format!("{proof}{dash} {forged}\n"), &["--policy", &names]);
    assert_eq!(said.exit, 1, "{}", said.json);
    assert!(says(&said, "not_proved", "witnesses").contains("FALSE"));

    // A key that had ended, one that ended since, a list of another root.
    let told = |keys: &str, root: &str| issued.verify(&[&file, "--keys", keys, "--root", root]);
    let said = told(&issued.list("before", Some(MADE_MS)), &root);
    assert_eq!((said.exit, said.field("code")), (1, "receipt.invalid"));
    let said = told(&issued.list("since", Some(MADE_MS + 90_000)), &root);
    assert_eq!(said.exit, 0);
    assert!(points(&said, "not_proved").contains(&"key-ended"));
    let said = told(&keys, &issued.signer.public().id().to_string());
    assert_eq!((said.exit, said.field("code")), (2, "receipt.invalid"));
    let said = issued.verify(&[
        "--qr-text",
        "LIFECERT1:NO",
        "--keys",
        &keys,
        "--root",
        &root,
    ]);
    assert_eq!((said.exit, said.field("code")), (1, "receipt.invalid"));
}
