//! The wire: annotated vectors that never change, both versions, and what is refused.

use lifecert_protocol::canonical::{decode, encode};
use lifecert_protocol::http::BindRequest;
use lifecert_protocol::*;

const VECTORS: &str = include_str!("../vectors/claims.txt");

/// The bytes of a vector file's section: hex before `;`, what it means behind it.
fn vector(section: &str) -> Vec<u8> {
    let body = VECTORS
        .split("# ")
        .find_map(|part| part.strip_prefix(section))
        .unwrap_or_else(|| panic!("no vector {section}"));
    let hex: String = body
        .lines()
        .map(|line| line.split(';').next().unwrap_or_default())
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect();
    hex::decode(hex).unwrap()
}

fn claim(version: u8) -> Claim {
    Claim {
        version,
        claim_id: ClaimId::from_bytes([0x11; 16]),
        challenge_id: ChallengeId::from_bytes([0x22; 16]),
        nonce: Nonce::from_bytes([0x33; 32]),
        agency: "quanzhou".parse().unwrap(),
        server: "certify.example".into(),
        purpose: Purpose::Certify,
        person: Some(PersonRef::from_bytes([0x44; 16])),
        key: KeyId::from_bytes([0x55; 32]),
        channel: Channel::Home,
        modality: Modality::Face,
        attempt: 1,
        verdict: Verdict::Accept,
        scores: Scores {
            live: Score::from_parts(9_700),
            life: (version >= 2).then(|| Score::from_parts(1_320)),
            similarity: Some(Similarity::from_parts(-25)),
            quality: Score::from_parts(8_000),
            good_frames: 40,
        },
        embedding: None,
        key_frames: vec![Digest::from_bytes([0x66; 32])],
        manifest: Digest::from_bytes([0x77; 32]),
        recognition_model: Digest::from_bytes([0x88; 32]),
        liveness_models: vec![Digest::from_bytes([0x99; 32])],
        app_version: "lifecert 0.1".into(),
        started_at_ms: 1_000,
        finished_at_ms: 6_000,
        actions: Vec::new(),
    }
}

fn challenge(version: u8, actions: u8) -> Challenge {
    let policy = CapturePolicy::standard(
        Digest::from_bytes([0x88; 32]),
        vec![Digest::from_bytes([0x99; 32])],
    );
    Challenge {
        version,
        challenge_id: ChallengeId::from_bytes([0x22; 16]),
        agency: "quanzhou".parse().unwrap(),
        server: "certify.example".into(),
        purpose: Purpose::Certify,
        mode: ChallengeMode::Online,
        person: Some(PersonRef::from_bytes([0x44; 16])),
        key: KeyId::from_bytes([0x55; 32]),
        nonce: Nonce::from_bytes([0x33; 32]),
        issued_at_ms: 1_000,
        expires_at_ms: 601_000,
        sequence: 7,
        policy: CapturePolicy { actions, ..policy },
        attempt: 1,
        evidence: None,
    }
}

#[test]
fn claims_of_both_versions_have_their_vectors() {
    for (version, section) in [(2, "claim, version 2"), (1, "claim, version 1")] {
        let claim = claim(version);
        assert_eq!(hex::encode(encode(&claim)), hex::encode(vector(section)));
        assert_eq!(decode::<Claim>(&vector(section)), Ok(claim));
    }
}

#[test]
fn a_claim_with_actions_has_its_vector() {
    let claim = Claim {
        actions: vec![Action::Turn, Action::OpenMouth],
        ..claim(2)
    };
    let expected = vector("claim with actions, version 2");
    assert_eq!(hex::encode(encode(&claim)), hex::encode(&expected));
    assert_eq!(decode::<Claim>(&expected), Ok(claim));
}

#[test]
fn challenges_with_and_without_actions_have_their_vectors() {
    let rows = [
        ("challenge with actions, version 2", 2, 2),
        ("challenge, version 2", 2, 0),
        ("challenge, version 1", 1, 0),
    ];
    for (section, version, actions) in rows {
        let read: Challenge = decode(&vector(section)).unwrap();
        assert_eq!(
            (read.version, read.policy.actions, read.policy.pause_s),
            (version, actions, 30),
            "{section}"
        );
        assert_eq!(encode(&read), vector(section));
    }
}

#[test]
fn version_1_asks_for_no_actions_and_claims_none() {
    let asked = encode(&challenge(1, 1));
    assert_eq!(decode::<Challenge>(&asked), Err(DecodeError::Shape));
    let acted = Claim {
        actions: vec![Action::Blink],
        ..claim(1)
    };
    assert_eq!(decode::<Claim>(&encode(&acted)), Err(DecodeError::Shape));
}

#[test]
fn a_challenge_that_asks_for_sealed_evidence_has_its_vector() {
    let key = EvidenceKey::from_bytes([0xaa; 32]);
    let sealing = |version| Challenge {
        evidence: Some(EvidenceRequest {
            key,
            sealed_only: true,
        }),
        ..challenge(version, 0)
    };
    let bytes = encode(&sealing(2));
    // One field more than without: 14, a map of the key's bytes and `true`.
    let plain = encode(&challenge(2, 0));
    let (head, rest) = (plain[0] + 1, &plain[1..]);
    let field = hex::decode(format!("0ea2005820{}01f5", "aa".repeat(32))).unwrap();
    let expected = [&[head], rest, &field].concat();
    assert_eq!(hex::encode(&bytes), hex::encode(expected));
    assert_eq!(decode::<Challenge>(&bytes), Ok(sealing(2)));
    assert_eq!(
        decode::<Challenge>(&encode(&sealing(1))),
        Err(DecodeError::Shape),
        "version 1 does not carry it"
    );
}

#[test]
fn a_consent_reads_back_and_every_changed_byte_is_noticed() {
    let (key, _) = SoftwareKey::generate().unwrap();
    let consent = Consent {
        version: WIRE_VERSION,
        agency: "quanzhou".parse().unwrap(),
        server: "certify.example".into(),
        person: PersonRef::from_bytes([1; 16]),
        key: key.public().id(),
        nonce: Nonce::random(),
        text_version: 1,
        text: Digest::of(b"a text"),
        language: "zh-Hans".into(),
        purposes: ConsentPurposes {
            helper: true,
            ..ConsentPurposes::default()
        },
        means: ConsentMeans::Clerk,
        given_at_ms: 1_000,
        session: Digest::of(b"a claim"),
        relation: Some(Relation::Parent),
    };
    let bytes = key.sign_message(&consent).unwrap();
    let signed = Signed::read(&bytes).unwrap();
    assert_eq!(signed.verify::<Consent>(key.public()), Ok(consent.clone()));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let verified = Signed::read(&changed).and_then(|s| s.verify::<Consent>(key.public()));
        assert!(verified.is_err(), "byte {at}");
    }
    // A device of before says nothing of it, and its bytes are those of before.
    let before = Consent {
        relation: None,
        ..consent.clone()
    };
    let bytes = encode(&before);
    assert_eq!(
        (bytes[0], encode(&consent)[0]),
        (0xad, 0xae),
        "13 fields, and 14"
    );
    assert_eq!(decode::<Consent>(&bytes), Ok(before));
    let wordy = Consent {
        language: "x".repeat(36),
        ..consent
    };
    assert_eq!(decode::<Consent>(&encode(&wordy)), Err(DecodeError::Shape));
}

#[test]
fn an_attestation_and_an_assertion_travel_within_bounds_and_may_be_absent() {
    let claim = ClaimEnvelope::new(vec![1, 2, 3], Vec::new());
    let bind = |attestation| BindRequest {
        code: "CODE".into(),
        public_key: vec![4; 65].into(),
        envelope: claim.clone(),
        attestation,
    };
    // What devices of before send: a map of three.
    let before = bind(None).to_bytes();
    assert_eq!(before[0], 0xa3);
    assert!(
        BindRequest::from_bytes(&before)
            .unwrap()
            .attestation
            .is_none()
    );
    let chain = |count: usize, bytes: usize| Attestation::Android {
        chain: vec![vec![7; bytes].into(); count],
    };
    let apple = |key_id: usize, object: usize| Attestation::Apple {
        key_id: vec![1; key_id].into(),
        object: vec![2; object].into(),
    };
    for good in [chain(0, 0), chain(4, 1_000), apple(32, 6_000)] {
        let bytes = bind(Some(good.clone())).to_bytes();
        let read = BindRequest::from_bytes(&bytes).unwrap();
        assert_eq!(read.attestation, Some(good));
        assert_eq!(read.to_bytes(), bytes);
    }
    for large in [
        chain(11, 1),
        chain(2, 17_000),
        apple(65, 1),
        apple(32, 16_385),
    ] {
        assert!(!format!("{large:?}").contains('7'));
        let read = BindRequest::from_bytes(&bind(Some(large)).to_bytes());
        assert_eq!(read.err(), Some(DecodeError::Shape));
    }
    assert_eq!(claim.to_bytes()[0], 0xa2);
    for (length, fits) in [(1, true), (1_024, true), (1_025, false)] {
        let bytes = claim
            .clone()
            .with_assertion(Some(vec![1; length]))
            .to_bytes();
        assert_eq!(ClaimEnvelope::from_bytes(&bytes).is_ok(), fits, "{length}");
    }
}

#[test]
fn no_actions_are_never_written() {
    // The last key of the policy, 12, and the rest of 30 seconds; then 13 with a 0.
    let plain = encode(&challenge(2, 0));
    let at = plain.windows(3).position(|w| w == [0x0c, 0x18, 0x1e]);
    let mut written = plain.clone();
    let at = at.unwrap() + 3;
    written.splice(at..at, [0x0d, 0x00]);
    // The policy's map is one longer.
    let head = plain.windows(3).position(|w| w == [0x0c, 0xad, 0x00]);
    written[head.unwrap() + 1] += 1;
    assert_eq!(
        decode::<Challenge>(&written),
        Err(DecodeError::NotCanonical)
    );
}

#[test]
fn the_order_of_actions_follows_from_the_nonce_by_the_stated_rule() {
    // SHA-256 of `lifecert/actions` and 32 bytes 0x33, worked out apart.
    let golden = [
        Action::Turn,
        Action::OpenMouth,
        Action::Blink,
        Action::ComeCloser,
    ];
    assert_eq!(challenge(2, 2).actions(), golden);
    let mut orders = std::collections::BTreeSet::new();
    for n in 0..=255 {
        let challenge = Challenge {
            nonce: Nonce::from_bytes([n; 32]),
            ..challenge(2, 3)
        };
        let order = challenge.actions();
        let all: std::collections::BTreeSet<_> = order.iter().copied().collect();
        assert_eq!(all.len(), Action::ALL.len());
        orders.insert(order);
    }
    assert_eq!(orders.len(), 24, "every order occurs");
}

#[test]
fn actions_fit_a_challenge_in_its_order_some_passed_over() {
    let challenge = challenge(2, 2);
    let order = challenge.actions();
    let [a, b, c, d] = order[..] else {
        panic!("{order:?}")
    };
    for fits in [[a, b], [a, c], [b, d], [c, d]] {
        assert!(challenge.are_asked(&fits), "{fits:?}");
    }
    let misfits: [&[Action]; 6] = [&[], &[a], &[b, a], &[a, a], &[a, b, c], &[d, c]];
    for misfit in misfits {
        assert!(!challenge.are_asked(misfit), "{misfit:?}");
    }
}

#[test]
fn other_versions_and_fields_of_another_version_are_refused() {
    for version in [0, 3, 23] {
        let bytes = encode(&Claim {
            version,
            ..claim(2)
        });
        let error = decode::<Claim>(&bytes).unwrap_err();
        assert_eq!(error, DecodeError::Version(version));
    }
    let mixed = Claim {
        version: 1,
        ..claim(2)
    };
    assert_eq!(decode::<Claim>(&encode(&mixed)), Err(DecodeError::Shape));
    let nobody = Claim {
        person: None,
        ..claim(2)
    };
    assert_eq!(decode::<Claim>(&encode(&nobody)), Err(DecodeError::Shape));
}

#[test]
fn only_the_canonical_form_is_taken() {
    let good = encode(&claim(2));
    let mut longer_head = good.clone();
    // The version 2 as a two-byte integer: the same number, other bytes.
    let at = good
        .windows(2)
        .position(|pair| pair == [0x00, 0x02])
        .unwrap();
    longer_head.splice(at + 1..at + 2, [0x18, 0x02]);
    assert_eq!(
        decode::<Claim>(&longer_head),
        Err(DecodeError::NotCanonical)
    );

    let mut extra = good.clone();
    extra[0] = 0xb8; // a map whose length follows
    extra.insert(1, u8::try_from(field_count(&good) + 1).unwrap());
    extra.extend([0x18, 0x63, 0x01]); // an unknown field 99
    assert_eq!(decode::<Claim>(&extra), Err(DecodeError::NotCanonical));

    let mut trailing = good.clone();
    trailing.push(0);
    assert_eq!(decode::<Claim>(&trailing), Err(DecodeError::NotCanonical));
    for cut in 0..good.len() {
        assert!(decode::<Claim>(&good[..cut]).is_err(), "cut at {cut}");
    }
}

fn field_count(bytes: &[u8]) -> usize {
    minicbor::Decoder::new(bytes).map().unwrap().unwrap() as usize
}

#[test]
fn both_forms_of_a_signature_give_the_same_message() {
    let (key, _) = SoftwareKey::generate().unwrap();
    let unsigned = Unsigned::new(&claim(2), key.public().id());
    let raw = key.sign(unsigned.sig_structure()).unwrap();
    let der = p256::ecdsa::Signature::from_slice(&raw).unwrap().to_der();
    let from_raw = unsigned.clone().attach(&raw, SignatureForm::Raw).unwrap();
    let from_der = unsigned
        .clone()
        .attach(der.as_bytes(), SignatureForm::Der)
        .unwrap();
    assert_eq!(from_raw, from_der);
    let signed = Signed::read(&from_raw).unwrap();
    assert_eq!(signed.verify::<Claim>(key.public()), Ok(claim(2)));
    for (bytes, form) in [
        (&raw[..], SignatureForm::Der),
        (der.as_bytes(), SignatureForm::Raw),
    ] {
        let error = unsigned.clone().attach(bytes, form).unwrap_err();
        assert_eq!(error, SigningError::Signature);
    }
}

#[test]
fn the_digest_does_not_depend_on_the_signature() {
    let (key, _) = SoftwareKey::generate().unwrap();
    let [one, two] = [0, 1].map(|_| key.sign_message(&claim(2)).unwrap());
    assert_ne!(one, two, "ECDSA with fresh randomness");
    let [one, two] = [one, two].map(|bytes| Signed::read(&bytes).unwrap().payload_digest());
    assert_eq!(one, two);
}

#[test]
fn every_changed_byte_is_noticed() {
    let (key, _) = SoftwareKey::generate().unwrap();
    let bytes = key.sign_message(&claim(2)).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let verified = Signed::read(&changed).and_then(|s| s.verify::<Claim>(key.public()));
        assert!(verified.is_err(), "byte {at}");
    }
}

#[test]
fn a_signature_for_one_kind_of_message_fits_no_other() {
    let (key, _) = SoftwareKey::generate().unwrap();
    let request = DeviceRequest {
        version: WIRE_VERSION,
        agency: "quanzhou".parse().unwrap(),
        server: "certify.example".into(),
        person: PersonRef::random(),
        key: key.public().id(),
        nonce: Nonce::random(),
        ask: Ask::Status,
    };
    let signed = Signed::read(&key.sign_message(&request).unwrap()).unwrap();
    assert_eq!(signed.verify::<DeviceRequest>(key.public()), Ok(request));
    assert_eq!(
        signed.verify::<Claim>(key.public()),
        Err(SigningError::Signature)
    );
}

#[test]
fn receipts_verify_with_the_agencys_key_and_age() {
    let (agency, _) = SoftwareKey::generate().unwrap();
    let (stranger, _) = SoftwareKey::generate().unwrap();
    let salt = Salt::from_bytes([1; 32]);
    let receipt = Receipt {
        version: WIRE_VERSION,
        receipt_id: ReceiptId::random(),
        person: PersonRef::random(),
        agency: "quanzhou".parse().unwrap(),
        modality: Modality::Face,
        channel: Channel::Home,
        assurance: Assurance::None,
        recomputed: Some(Recomputed {
            live: Score::from_parts(9_000),
            similarity: Similarity::from_parts(6_000),
            key_frames: 5,
            recognition_model: Digest::of(b"model"),
        }),
        proved_from_ms: 1_000,
        proved_to_ms: 2_000,
        valid_until_ms: 3_000,
        claim_id: ClaimId::random(),
        claim_digest: Digest::of(b"claim"),
        device_key: KeyId::from_bytes([2; 32]),
        policy: "demo".into(),
        identity: commit_identity(&salt, "Zhang San", "11010519491231002X"),
        enrolment_index: None,
        binding_index: None,
        decided_at_ms: None,
    };
    let bytes = agency.sign_message(&receipt).unwrap();
    assert_eq!(
        verify_receipt(&bytes, agency.public(), 3_000),
        Ok(receipt.clone())
    );
    // That a person decided is one more field, number 18; its time is the signature's.
    let by_hand = Receipt {
        recomputed: None,
        decided_at_ms: Some(2_500),
        ..receipt.clone()
    };
    assert_eq!(
        (receipt.signed_at_ms(), by_hand.signed_at_ms()),
        (2_000, 2_500)
    );
    assert!(encode(&by_hand).ends_with(&[0x12, 0x19, 0x09, 0xc4]));
    let read_back = decode::<Receipt>(&encode(&by_hand));
    assert_eq!(read_back, Ok(by_hand.clone()));
    for odd in [
        Receipt {
            version: 1,
            ..by_hand.clone()
        },
        Receipt {
            decided_at_ms: Some(1_999),
            ..by_hand
        },
    ] {
        assert_eq!(decode::<Receipt>(&encode(&odd)), Err(DecodeError::Shape));
    }
    let late = verify_receipt(&bytes, agency.public(), 3_001);
    assert_eq!(late, Err(ErrorCode::ReceiptExpired));
    let forged = verify_receipt(&bytes, stranger.public(), 2_000);
    assert_eq!(forged, Err(ErrorCode::ReceiptInvalid));
}

#[test]
fn an_identity_is_bound_to_its_salt_and_its_borders() {
    let (salt, other) = (Salt::from_bytes([1; 32]), Salt::from_bytes([2; 32]));
    let digest = commit_identity(&salt, "ab", "c");
    assert_ne!(digest, commit_identity(&other, "ab", "c"));
    assert_ne!(digest, commit_identity(&salt, "a", "bc"));
}

#[test]
fn an_envelope_keeps_to_its_bounds() {
    let fits = ClaimEnvelope::new(vec![1], vec![vec![2; 10]]);
    assert_eq!(ClaimEnvelope::from_bytes(&fits.to_bytes()), Ok(fits));
    let many = ClaimEnvelope::new(vec![1], vec![vec![2]; 6]);
    assert_eq!(
        ClaimEnvelope::from_bytes(&many.to_bytes()),
        Err(DecodeError::Shape)
    );
    let large = ClaimEnvelope::new(vec![1], vec![vec![2; policy::MAX_KEY_FRAME_BYTES + 1]]);
    assert_eq!(
        ClaimEnvelope::from_bytes(&large.to_bytes()),
        Err(DecodeError::Shape)
    );
}
