//! What anyone refuses who checks without a network: receipts, their proofs, sealed evidence.

use crate::change::{Changed, bits, fields, payload, under_old_signature};
use crate::matrix::Matrix;
use lifecert_protocol::log::{Leaf, LeafKind, LogKey, TlogProof};
use lifecert_protocol::{
    AgencyId, Assurance, Channel, ClaimId, Digest, EvidenceHeader, EvidenceOpener, EvidencePurpose,
    FaceEvidence, KeyId, KeyList, ListedKey, Modality, PersonRef, Receipt, ReceiptId, Salt,
    SealedEvidence, Signed, SoftwareKey, WIRE_VERSION, read_receipt_code, receipt_code,
    verify_receipt, with_beside,
};
use lifecert_tests::test_log::TestLog;

/// Runs every group.
pub fn run(matrix: &mut Matrix) {
    let (key, _) = SoftwareKey::generate().expect("a key");
    let signed = key.sign_message(&receipt()).expect("signed");
    receipts(&key, &signed, matrix);
    codes(&key, &signed, matrix);
    proofs(&signed, matrix);
    key_lists(matrix);
    evidence(matrix);
}

fn receipt() -> Receipt {
    Receipt {
        version: WIRE_VERSION,
        receipt_id: ReceiptId::random(),
        person: PersonRef::random(),
        agency: "quanzhou".parse().expect("a name"),
        modality: Modality::Face,
        channel: Channel::Home,
        assurance: Assurance::Tee,
        recomputed: None,
        proved_from_ms: 1_000,
        proved_to_ms: 2_000,
        valid_until_ms: 9_000,
        claim_id: ClaimId::random(),
        claim_digest: Digest::of(b"claim"),
        device_key: KeyId::from_bytes([7; 32]),
        policy: "usual".into(),
        identity: Digest::of(b"identity"),
        enrolment_index: Some(1),
        binding_index: Some(2),
        decided_at_ms: None,
    }
}

fn receipts(key: &SoftwareKey, signed: &[u8], matrix: &mut Matrix) {
    matrix.group("receipt on paper");
    let genuine = |bytes: &[u8], key: &SoftwareKey, now_ms| {
        verify_receipt(bytes, key.public(), now_ms).is_ok()
    };
    for one in fields(&payload(signed)) {
        let bytes = under_old_signature(signed, one.bytes);
        matrix.case(&one.name, !genuine(&bytes, key, 3_000));
    }
    for one in bits(signed, 3) {
        matrix.case(&one.name, !genuine(&one.bytes, key, 3_000));
    }
    let (stranger, _) = SoftwareKey::generate().expect("a key");
    matrix.case("another agency's key", !genuine(signed, &stranger, 3_000));
    matrix.case("past its time", !genuine(signed, key, 9_001));
    matrix.honest(genuine(signed, key, 9_000));
}

fn codes(key: &SoftwareKey, signed: &[u8], matrix: &mut Matrix) {
    matrix.group("receipt's code");
    let code = receipt_code(signed);
    let genuine = |text: &str| {
        let bytes = read_receipt_code(text);
        bytes.is_ok_and(|bytes| verify_receipt(&bytes, key.public(), 3_000).is_ok())
    };
    for at in (0..code.len()).step_by(9) {
        let other = if &code[at..=at] == "7" { "8" } else { "7" };
        let text = format!("{}{other}{}", &code[..at], &code[at + 1..]);
        matrix.case(&format!("character {at}"), !genuine(&text));
        let less = format!("{}{}", &code[..at], &code[at + 1..]);
        matrix.case(&format!("without character {at}"), !genuine(&less));
    }
    matrix.case("in small letters", !genuine(&code.to_lowercase()));
    matrix.case("twice", !genuine(&format!("{code}{code}")));
    matrix.honest(genuine(&code));
}

/// Whether a proof, beside this receipt, shows that the receipt stands in the log.
fn stands_in(text: &str, signed: &[u8], log: &LogKey) -> bool {
    let (Ok(proof), Ok(signed)) = (TlogProof::parse(text), Signed::read(signed)) else {
        return false;
    };
    let Ok(receipt) = signed.peek::<Receipt>() else {
        return false;
    };
    let leaf = proof.receipt_leaf(&receipt, &signed);
    leaf.is_ok_and(|leaf| proof.verify(&leaf.to_bytes(), log).is_ok())
}

fn proofs(signed: &[u8], matrix: &mut Matrix) {
    let content = payload(signed);
    let salts = [Salt::from_bytes([1; 32]), Salt::from_bytes([2; 32])];
    let mut log = TestLog::of("quanzhou.example/log", 20);
    let mut other = TestLog::of("elsewhere.example/log", 20);
    for salt in &salts {
        let leaf = Leaf::new(LeafKind::Receipt, 2_000, salt, &content).to_bytes();
        log.push(&leaf);
        other.push(&leaf);
    }
    let (index, size) = (log.size() - 2, log.size());
    let text = log.proof(index, size, Some(&salts[0])).to_text();
    let key = log.key();

    matrix.group("proof changed");
    for (n, line) in text.lines().enumerate() {
        let start: usize = text.lines().take(n).map(|line| line.len() + 1).sum();
        for at in (0..line.len()).step_by(2) {
            let mut bytes = text.clone().into_bytes();
            let byte = &mut bytes[start + at];
            *byte = if *byte == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8_lossy(&bytes);
            let name = format!("line {n}, character {at}");
            matrix.case(&name, !stands_in(&forged, signed, &key));
        }
        let without = [
            &text[..start],
            &text[(start + line.len() + 1).min(text.len())..],
        ]
        .concat();
        matrix.case(
            &format!("without line {n}"),
            !stands_in(&without, signed, &key),
        );
        // A signature may stand there twice: the format passes over those that say nothing new.
        if start + line.len() + 1 < text.len() {
            let twice = format!("{}{line}\n{}", &text[..start], &text[start..]);
            matrix.case(&format!("line {n} twice"), !stands_in(&twice, signed, &key));
        }
    }
    matrix.group("proof swapped");
    let swaps = [
        ("another entry", log.proof(index + 1, size, Some(&salts[0]))),
        ("another salt", log.proof(index, size, Some(&salts[1]))),
        ("no salt", log.proof(index, size, None)),
        ("another log", other.proof(index, size, Some(&salts[0]))),
    ];
    for (name, proof) in swaps {
        matrix.case(name, !stands_in(&proof.to_text(), signed, &key));
    }
    let rolled_back = TlogProof {
        checkpoint: log.checkpoint(index),
        ..log.proof(index, size, Some(&salts[0]))
    };
    matrix.case(
        "an older checkpoint",
        !stands_in(&rolled_back.to_text(), signed, &key),
    );
    let lied = TlogProof {
        checkpoint: log.sign(size, log.root(size - 1)),
        ..log.proof(index, size, Some(&salts[0]))
    };
    matrix.case("another root", !stands_in(&lied.to_text(), signed, &key));
    for one in fields(&content) {
        let forged = under_old_signature(signed, one.bytes);
        matrix.case(&one.name, !stands_in(&text, &forged, &key));
    }
    matrix.honest(stands_in(&text, signed, &key));
    // Beside the receipt, where a holder carries it.
    let carried = with_beside(signed, Some(&text), None).expect("signed");
    let beside = Signed::read(&carried).expect("signed");
    matrix.honest(stands_in(
        beside.log_proof().unwrap_or_default(),
        &carried,
        &key,
    ));
}

fn key_lists(matrix: &mut Matrix) {
    matrix.group("list of keys");
    let (root, _) = SoftwareKey::generate().expect("a key");
    let (stranger, _) = SoftwareKey::generate().expect("a key");
    let keys = [0, 1].map(|n| {
        let (key, _) = SoftwareKey::generate().expect("a key");
        ListedKey::new(key.public(), n * 1_000, Some((n + 1) * 1_000))
    });
    let agency: AgencyId = "quanzhou".parse().expect("a name");
    let sign = |by: &SoftwareKey| {
        KeyList::sign(agency.clone(), keys.to_vec(), (1, 5), by).expect("signed")
    };
    let list = sign(&root);
    let genuine = |bytes: &[u8]| KeyList::verify(bytes, root.public().id()).is_ok();
    for one in fields(&payload(&list)) {
        let bytes = under_old_signature(&list, one.bytes);
        matrix.case(&one.name, !genuine(&bytes));
    }
    for one in bits(&list, 7) {
        matrix.case(&one.name, !genuine(&one.bytes));
    }
    matrix.case("another root", !genuine(&sign(&stranger)));
    matrix.honest(genuine(&list));
}

fn evidence(matrix: &mut Matrix) {
    let (opener, key, _) = EvidenceOpener::generate();
    let (other, _, _) = EvidenceOpener::generate();
    let header = EvidenceHeader {
        agency: "quanzhou".parse().expect("a name"),
        server: "certify.example".into(),
        claim_id: ClaimId::random(),
        challenge_id: lifecert_protocol::ChallengeId::random(),
        device_key: KeyId::from_bytes([7; 32]),
        claim_digest: Digest::of(b"claim"),
    };
    let content = FaceEvidence {
        claim: b"claim".to_vec().into(),
        key_frames: vec![vec![1; 500].into(), vec![2; 500].into()],
        embedding: None,
    };
    let purpose = EvidencePurpose::Recheck;
    let sealed = SealedEvidence::seal(content, &key, purpose, &header).expect("sealed");
    let opens = |bytes: &[u8], opener: &EvidenceOpener, header: &EvidenceHeader| {
        let sealed = SealedEvidence::from_bytes(bytes);
        sealed.is_ok_and(|sealed| sealed.open(opener, purpose, header).is_ok())
    };
    let bytes = sealed.to_bytes();
    matrix.group("sealed evidence changed");
    for Changed { name, bytes } in fields(&bytes).into_iter().chain(bits(&bytes, 17)) {
        matrix.case(&name, !opens(&bytes, &opener, &header));
    }
    matrix.group("sealed evidence of another claim, device or key");
    let of = header.clone();
    let others = [
        (
            "agency",
            EvidenceHeader {
                agency: "other".parse().expect("a name"),
                ..of.clone()
            },
        ),
        (
            "server",
            EvidenceHeader {
                server: "other.example".into(),
                ..of.clone()
            },
        ),
        (
            "claim",
            EvidenceHeader {
                claim_id: ClaimId::random(),
                ..of.clone()
            },
        ),
        (
            "challenge",
            EvidenceHeader {
                challenge_id: lifecert_protocol::ChallengeId::random(),
                ..of.clone()
            },
        ),
        (
            "device",
            EvidenceHeader {
                device_key: KeyId::from_bytes([8; 32]),
                ..of.clone()
            },
        ),
        (
            "content",
            EvidenceHeader {
                claim_digest: Digest::of(b"other"),
                ..of
            },
        ),
    ];
    for (name, other) in &others {
        matrix.case(name, !opens(&bytes, &opener, other));
    }
    matrix.case("another office's key", !opens(&bytes, &other, &header));
    matrix.honest(opens(&bytes, &opener, &header));
}
