//! What the server's store promises, on SQLite and on PostgreSQL alike.

use lifecert_protocol::{
    Assurance, CapturePolicy, Challenge, ChallengeId, ChallengeMode, Channel, ClaimId, DeviceId,
    Digest, ErrorCode, KeyId, Modality, Nonce, PersonRef, Purpose, Receipt, ReceiptId, Salt,
    Similarity, SoftwareKey, Verdict, WIRE_VERSION,
};
use lifecert_server::error::ServiceError;
use lifecert_server::keys::{FileKek, KekError, KeyEncryption};
use lifecert_server::run_tx;
use lifecert_server::service::{seal_old_rows, wrap_data_keys_anew};
use lifecert_server::store::{
    Attempts, ChallengeRow, ClaimRow, Cycle, DeviceRow, DeviceState, EvidencePolicy, EvidenceRow,
    NewPerson, NewReceipt, PolicyRow, Staff, StaffRole, Store, StoreError, TemplateOrigin,
    TemplateRow, Unattested, Value,
};
use lifecert_tests::on_both_engines;
use std::sync::{Arc, LazyLock};

on_both_engines!(
    a_schema_is_made_once_and_opened_again,
    policies_count_from_their_date,
    an_id_number_stands_on_the_roster_once,
    agencies_do_not_see_each_other,
    a_wrong_code_is_counted_and_a_letter_used_once,
    a_device_that_was_shut_out_stays_out,
    challenges_are_used_once_and_in_order,
    a_claim_counts_once_and_leads_to_its_receipt,
    evidence_and_tasks_are_found_again,
    the_first_template_stays_and_the_newest_counts_beside_it,
    what_is_sealed_opens_in_its_own_row_only,
    rows_from_before_are_sealed_in_place,
    keys_are_wrapped_anew_and_everything_opens,
    a_nonce_is_used_once,
    what_fails_leaves_nothing_behind,
    transactions_that_meet_both_take_effect,
    a_missing_value_is_noticed_before_it_is_sent,
);

async fn open(address: &str) -> Store {
    let store = open_with(address, kek("kek.key")).await;
    tx(&store, async |db| {
        db.set_agency("Quanzhou", "0773-1", 1).await
    })
    .await;
    store
}

async fn open_with(address: &str, kek: FileKek) -> Store {
    let store = Store::open(address, "quanzhou".parse().unwrap()).await;
    store.unwrap().with_kek(Arc::new(kek))
}

/// A key-encryption key of these tests.
fn kek(name: &str) -> FileKek {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        FileKek::new(folder.path().join("kek.key"))
            .prepare()
            .unwrap();
        folder
    });
    FileKek::new(FOLDER.path().join(name))
}

/// One transaction that must succeed.
async fn tx<T>(
    store: &Store,
    mut work: impl AsyncFnMut(&mut lifecert_server::store::Db) -> Result<T, StoreError>,
) -> T {
    let mut done =
        async || -> Result<T, ServiceError> { run_tx!(store, "test", |db| Ok(work(db).await?)) };
    done().await.unwrap()
}

async fn person(store: &Store) -> PersonRef {
    let new = new_person(PersonRef::random());
    assert!(tx(store, async |db| db.add_person(&new, 1).await).await);
    new.person
}

fn new_person(person: PersonRef) -> NewPerson {
    NewPerson {
        person,
        policy: "default".into(),
        first_due_ms: 99,
        name: "王秀英".into(),
        id_kind: "resident".into(),
        id_number: person.to_string().into(),
        birth_date: Some("1941-02-03".into()),
        contact: Some("0773-2".into()),
        area: "52/5201".parse().unwrap(),
    }
}

fn challenge(person: PersonRef, sequence: u64, mode: ChallengeMode) -> ChallengeRow {
    ChallengeRow {
        person,
        letter_id: None,
        challenge: Challenge {
            version: WIRE_VERSION,
            challenge_id: ChallengeId::random(),
            agency: "quanzhou".parse().unwrap(),
            server: "certify.example".into(),
            purpose: Purpose::Certify,
            mode,
            person: Some(person),
            key: KeyId::from_bytes([5; 32]),
            nonce: Nonce::random(),
            issued_at_ms: 100,
            expires_at_ms: 1_000,
            sequence,
            policy: capture(),
            attempt: 1,
            evidence: None,
        },
        used_at_ms: None,
    }
}

fn capture() -> CapturePolicy {
    CapturePolicy::standard(Digest::of(b"r"), vec![Digest::of(b"l")])
}

fn claim(challenge: &ChallengeRow) -> ClaimRow {
    ClaimRow {
        claim_id: ClaimId::random(),
        challenge_id: challenge.challenge.challenge_id,
        payload_digest: Digest::of(challenge.challenge.challenge_id.as_bytes()),
        person: challenge.person,
        key: challenge.challenge.key,
        received_at_ms: 200,
        outcome: Verdict::Accept,
        code: None,
        numbers: "{}".into(),
        answer: "the answer".into(),
    }
}

fn signed_receipt(claim: &ClaimRow) -> Vec<u8> {
    let receipt = Receipt {
        version: WIRE_VERSION,
        receipt_id: ReceiptId::random(),
        person: claim.person,
        agency: "quanzhou".parse().unwrap(),
        modality: Modality::Face,
        channel: Channel::Home,
        assurance: Assurance::None,
        recomputed: None,
        proved_from_ms: 100,
        proved_to_ms: 200,
        valid_until_ms: 900,
        claim_id: claim.claim_id,
        claim_digest: claim.payload_digest,
        device_key: claim.key,
        policy: "default".into(),
        identity: Digest::of(b"identity"),
        enrolment_index: None,
        binding_index: None,
        decided_at_ms: None,
    };
    let (key, _) = SoftwareKey::generate().unwrap();
    key.sign_message(&receipt).unwrap()
}

async fn a_schema_is_made_once_and_opened_again(address: &str) {
    let store = open(address).await;
    person(&store).await;
    let again = open(address).await;
    let mut db = again.read().await.unwrap();
    assert_eq!(db.people().await.unwrap().len(), 1);
    let (name, phone) = db.agency().await.unwrap().unwrap();
    assert_eq!((name.as_str(), phone.as_str()), ("Quanzhou", "0773-1"));
}

async fn policies_count_from_their_date(address: &str) {
    let store = open(address).await;
    let row = |from_ms, window_days| PolicyRow {
        version: 0,
        name: "default".into(),
        from_ms,
        cycle: Cycle::Season { month: 9, day: 28 },
        utc_offset_min: -480,
        window_days,
        challenge_s: 600,
        below_hardware: Unattested::Sample { permille: 50 },
        offline_below_hardware: Unattested::Refer,
        capture: capture(),
    };
    let evidence = EvidencePolicy::default();
    let versions = tx(&store, async |db| {
        let first = db.add_policy(&row(0, 90), &evidence, 1).await?;
        Ok((first, db.add_policy(&row(500, 30), &evidence, 1).await?))
    })
    .await;
    assert_eq!(versions, (1, 2));
    let mut db = store.read().await.unwrap();
    let at = async |db: &mut lifecert_server::store::Db, now_ms| {
        db.policy("default", now_ms).await.unwrap().unwrap()
    };
    let first = at(&mut db, 499).await;
    assert_eq!((first.version, first.window_days), (1, 90));
    assert_eq!(first.cycle, row(0, 0).cycle);
    assert_eq!(first.below_hardware, row(0, 0).below_hardware);
    assert_eq!(first.utc_offset_min, -480);
    assert_eq!(at(&mut db, 500).await.window_days, 30);
    assert_eq!(at(&mut db, 500).await.capture.version, 2);
    assert_eq!(db.policy_version(1).await.unwrap(), Some(first));
    assert_eq!(db.policy("demo", 500).await.unwrap(), None);
    assert_eq!(db.policy_names().await.unwrap(), ["default"]);
}

async fn an_id_number_stands_on_the_roster_once(address: &str) {
    let store = open(address).await;
    let first = person(&store).await;
    let mut twin = new_person(PersonRef::random());
    twin.id_number = first.to_string().into();
    assert!(!tx(&store, async |db| db.add_person(&twin, 1).await).await);
    let mut db = store.read().await.unwrap();
    let found = db
        .person_with("resident", &first.to_string())
        .await
        .unwrap();
    assert_eq!(found, Some(first));
    let identity = db.identity(first).await.unwrap().unwrap();
    assert_eq!(identity.name.as_str(), "王秀英");
    assert_eq!(db.person(first).await.unwrap().unwrap().first_due_ms, 99);
    assert!(db.person(twin.person).await.unwrap().is_none());
}

async fn agencies_do_not_see_each_other(address: &str) {
    let store = open(address).await;
    let person = person(&store).await;
    let other = Store::open(address, "lingui".parse().unwrap())
        .await
        .unwrap();
    let mut db = other.read().await.unwrap();
    assert!(db.person(person).await.unwrap().is_none());
    assert!(db.identity(person).await.unwrap().is_none());
    assert!(db.people().await.unwrap().is_empty());
    assert!(db.agency().await.unwrap().is_none());
}

async fn a_wrong_code_is_counted_and_a_letter_used_once(address: &str) {
    let store = open(address).await;
    let person = person(&store).await;
    let add = async |selector: &'static str| {
        tx(&store, async |db| {
            db.add_letter(person, (selector, b"mac"), (1, 500)).await
        })
        .await
    };
    assert!(add("ABCD").await);
    assert!(!add("ABCD").await, "a taken selector is drawn again");
    let letter = store
        .read()
        .await
        .unwrap()
        .letter("ABCD")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (letter.person, letter.code_mac.as_slice()),
        (person, b"mac".as_slice())
    );
    let letter_id = letter.letter_id.as_str();
    tx(&store, async |db| db.count_wrong_code(letter_id).await).await;
    tx(&store, async |db| db.count_wrong_code(letter_id).await).await;
    assert!(tx(&store, async |db| db.use_letter(letter_id, 7).await).await);
    assert!(!tx(&store, async |db| db.use_letter(letter_id, 8).await).await);
    let letter = store
        .read()
        .await
        .unwrap()
        .letter("ABCD")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((letter.wrong_tries, letter.used_at_ms), (2, Some(7)));
    assert_eq!(tx(&store, async |db| db.forget_letters(501).await).await, 1);
}

async fn a_device_that_was_shut_out_stays_out(address: &str) {
    let store = open(address).await;
    let person = person(&store).await;
    let device = DeviceRow {
        device: DeviceId::random(),
        person,
        key: KeyId::from_bytes([1; 32]),
        public_key: vec![4; 65],
        assurance: Assurance::None,
        reason: None,
        app_key: None,
        state: DeviceState::Pending,
    };
    tx(&store, async |db| db.add_device(&device, 1).await).await;
    let found = store
        .read()
        .await
        .unwrap()
        .device_by_key(device.key)
        .await
        .unwrap();
    assert_eq!(found, Some(device.clone()));
    let go = async |who, state| {
        tx(&store, async |db| {
            db.set_device_state((who, device.device), state, 2).await
        })
        .await
    };
    assert!(
        !go(PersonRef::random(), DeviceState::Bound).await,
        "somebody else's"
    );
    assert!(go(person, DeviceState::Bound).await);
    assert!(go(person, DeviceState::Revoked).await);
    assert!(!go(person, DeviceState::Bound).await);
    let devices = store.read().await.unwrap().devices(person).await.unwrap();
    assert_eq!(devices[0].state, DeviceState::Revoked);
    // The same key cannot be bound a second time, to nobody.
    let again = async || -> Result<(), ServiceError> {
        run_tx!(store, "test", |db| Ok(db.add_device(&device, 3).await?))
    };
    assert_eq!(again().await.unwrap_err().code(), ErrorCode::ServerInternal);
}

async fn challenges_are_used_once_and_in_order(address: &str) {
    let store = open(address).await;
    let person = person(&store).await;
    let rows = [1, 2].map(|sequence| challenge(person, sequence, ChallengeMode::Offline));
    for row in &rows {
        tx(&store, async |db| db.add_challenge(row).await).await;
    }
    let mut db = store.read().await.unwrap();
    assert_eq!(db.next_sequence(person).await.unwrap(), 3);
    assert_eq!(
        db.open_offline_challenges(person, 1_000).await.unwrap(),
        [1, 2]
    );
    assert!(
        db.open_offline_challenges(person, 1_001)
            .await
            .unwrap()
            .is_empty()
    );
    let model = capture().recognition_model;
    assert_eq!(db.open_until(model, 1_000).await.unwrap(), Some(1_000));
    assert_eq!(db.open_until(model, 1_001).await.unwrap(), None);
    let other = Digest::of(b"other");
    assert_eq!(db.open_until(other, 1_000).await.unwrap(), None);
    let id = rows[0].challenge.challenge_id;
    assert_eq!(db.challenge(id).await.unwrap().as_ref(), Some(&rows[0]));
    assert!(tx(&store, async |db| db.use_challenge(id, 300).await).await);
    assert!(!tx(&store, async |db| db.use_challenge(id, 301).await).await);
    let mut db = store.read().await.unwrap();
    assert_eq!(db.open_offline_challenges(person, 400).await.unwrap(), [2]);
    assert_eq!(
        db.challenge(id).await.unwrap().unwrap().used_at_ms,
        Some(300)
    );
}

async fn a_claim_counts_once_and_leads_to_its_receipt(address: &str) {
    let store = open(address).await;
    let person = person(&store).await;
    let asked = challenge(person, 1, ChallengeMode::Online);
    let claim = claim(&asked);
    let receipt = NewReceipt {
        receipt_id: ReceiptId::random(),
        signed: signed_receipt(&claim),
        identity_salt: Salt::random(),
        issued_at_ms: 200,
        valid_until_ms: 900,
    };
    tx(&store, async |db| {
        db.add_challenge(&asked).await?;
        db.add_claim(&claim).await?;
        db.add_receipt((person, claim.claim_id), &receipt).await
    })
    .await;
    let mut db = store.read().await.unwrap();
    assert_eq!(
        db.claim(claim.claim_id).await.unwrap().as_ref(),
        Some(&claim)
    );
    let tries = db.attempts_of_person(person).await.unwrap();
    assert_eq!(
        tries,
        Attempts::default(),
        "an accepted claim is no failed try"
    );
    let answer = db.receipt_answer(person, receipt.receipt_id).await.unwrap();
    assert_eq!(answer.as_deref(), Some("the answer"));
    let stranger = db
        .receipt_answer(PersonRef::random(), receipt.receipt_id)
        .await;
    assert_eq!(stranger.unwrap(), None, "nobody else's receipt");
    drop(db);
    // The same challenge under another claim id, and the same claim once more.
    for twin in [
        ClaimRow {
            claim_id: ClaimId::random(),
            ..claim.clone()
        },
        claim.clone(),
    ] {
        let again = async || -> Result<(), ServiceError> {
            run_tx!(store, "test", |db| Ok(db.add_claim(&twin).await?))
        };
        assert!(again().await.is_err());
    }
}

async fn evidence_and_tasks_are_found_again(address: &str) {
    let store = open(address).await;
    let person = person(&store).await;
    let evidence = |proved_to_ms, source: &str| EvidenceRow {
        modality: Modality::Fingerprint,
        channel: Channel::Counter,
        assurance: Assurance::None,
        proved_from_ms: 10,
        proved_to_ms,
        source: source.into(),
    };
    tx(&store, async |db| {
        db.add_evidence(person, &evidence(20, "a"), ("quanzhou", 30))
            .await?;
        db.add_evidence(person, &evidence(40, "b"), ("quanzhou", 50))
            .await?;
        db.add_task(
            person,
            ("review-claim", Some(ErrorCode::MatchUncertain)),
            "a",
            60,
        )
        .await?;
        db.add_task(person, ("review-claim", None), "a", 61).await?;
        db.announce(person, ("device-pending", "0773-2"), "d", 62)
            .await
    })
    .await;
    let mut db = store.read().await.unwrap();
    let found = db.evidence(person).await.unwrap();
    assert_eq!(found, [evidence(40, "b"), evidence(20, "a")]);
    assert_eq!(db.open_tasks(person).await.unwrap(), 1, "one task a source");
    assert!(db.has_open_task(person, "review-claim").await.unwrap());
    assert!(!db.has_open_task(person, "other").await.unwrap());
    assert_eq!(db.announcements(person, "device-pending").await.unwrap(), 1);
    assert_eq!(db.announcements(person, "other").await.unwrap(), 0);
    drop(db);
    tx(&store, async |db| {
        db.close_task("review-claim", "a", 70).await
    })
    .await;
    let mut db = store.read().await.unwrap();
    assert_eq!(db.open_tasks(person).await.unwrap(), 0);
    assert!(!db.has_open_task(person, "review-claim").await.unwrap());
    drop(db);
    let staff = Staff {
        staff_id: "s1".into(),
        role: StaffRole::Clerk,
    };
    tx(&store, async |db| {
        db.add_staff(&staff, Digest::of(b"token"), 1).await
    })
    .await;
    let mut db = store.read().await.unwrap();
    assert_eq!(db.staff(Digest::of(b"token")).await.unwrap(), Some(staff));
    assert_eq!(db.staff(Digest::of(b"guess")).await.unwrap(), None);
}

async fn the_first_template_stays_and_the_newest_counts_beside_it(address: &str) {
    let store = open(address).await;
    let person = person(&store).await;
    let (model, next) = (Digest::of(b"r"), Digest::of(b"next"));
    let asked = challenge(person, 1, ChallengeMode::Online);
    let accepted = claim(&asked);
    let row = |recognition_model, made_at_ms, origin| TemplateRow {
        recognition_model,
        embedding: vec![made_at_ms as u8; 2_048].into(),
        pictures: 3,
        origin,
        made_at_ms,
    };
    let clerk = TemplateOrigin::Clerk {
        staff_id: "s1".into(),
    };
    let renewal = |parts| TemplateOrigin::Renewal {
        claim: accepted.claim_id,
        first_similarity: Similarity::from_parts(parts),
    };
    let overlap = TemplateOrigin::Overlap {
        claim: accepted.claim_id,
    };
    // The renewal at 4 has a clock that was set back: it is not the first for that.
    let rows = [
        row(model, 5, clerk.clone()),
        row(model, 9, renewal(8_000)),
        row(model, 12, renewal(-7_000)),
        row(model, 4, renewal(6_000)),
        row(next, 13, overlap),
    ];
    let staff = Staff {
        staff_id: "s1".into(),
        role: StaffRole::Clerk,
    };
    let before = store.read().await.unwrap().coverage(model, next).await;
    assert_eq!(before.unwrap().modelled, 0);
    tx(&store, async |db| {
        db.add_staff(&staff, Digest::of(b"token"), 1).await?;
        db.add_challenge(&asked).await?;
        db.add_claim(&accepted).await?;
        db.add_template(person, &rows[0]).await?;
        db.add_template(person, &rows[1]).await?;
        db.add_template(person, &rows[2]).await?;
        db.add_template(person, &rows[3]).await
    })
    .await;
    let mut db = store.read().await.unwrap();
    let found = db.templates(person, model).await.unwrap().unwrap();
    assert!(found.first == rows[0] && found.current == rows[2]);
    let latest = db.renewals(person, model, 2).await.unwrap();
    assert_eq!(latest, [-7_000, 8_000].map(Similarity::from_parts));
    assert!(db.templates(person, next).await.unwrap().is_none());
    let somebody = db.templates(PersonRef::random(), model).await.unwrap();
    assert!(somebody.is_none());
    let coverage = db.coverage(model, next).await.unwrap();
    assert_eq!((coverage.modelled, coverage.lacking), (1, 1));
    drop(db);
    tx(&store, async |db| db.add_template(person, &rows[4]).await).await;
    let mut db = store.read().await.unwrap();
    let found = db.templates(person, next).await.unwrap().unwrap();
    assert!(found.first == rows[4] && found.current == rows[4]);
    let coverage = db.coverage(model, next).await.unwrap();
    assert_eq!((coverage.modelled, coverage.lacking), (1, 0));
    drop(db);
    let other = Store::open(address, "lingui".parse().unwrap()).await;
    let mut db = other.unwrap().read().await.unwrap();
    assert!(db.templates(person, model).await.unwrap().is_none());
    assert_eq!(db.coverage(model, next).await.unwrap().modelled, 0);
    drop(db);
    // Nobody who is not there makes a template.
    let strangers = [
        TemplateOrigin::Clerk {
            staff_id: "nobody".into(),
        },
        TemplateOrigin::Overlap {
            claim: ClaimId::random(),
        },
    ];
    for origin in strangers {
        let row = row(model, 20, origin);
        let add = async || -> Result<String, ServiceError> {
            run_tx!(store, "test", |db| Ok(db
                .add_template(person, &row)
                .await?))
        };
        assert!(add().await.is_err());
    }
}

async fn what_is_sealed_opens_in_its_own_row_only(address: &str) {
    let store = open(address).await;
    let (first, second) = (person(&store).await, person(&store).await);
    let model = Digest::of(b"r");
    let staff = Staff {
        staff_id: "s1".into(),
        role: StaffRole::Clerk,
    };
    let template = |n| TemplateRow {
        recognition_model: model,
        embedding: vec![n; 2_048].into(),
        pictures: 3,
        origin: TemplateOrigin::Clerk {
            staff_id: "s1".into(),
        },
        made_at_ms: n.into(),
    };
    let run = async |sql: &'static str, who: PersonRef| {
        let changed = tx(&store, async |db| {
            db.run(sql, vec![who.to_string().into()]).await
        });
        assert!(changed.await > 0, "{sql}");
    };
    tx(&store, async |db| {
        db.add_staff(&staff, Digest::of(b"token"), 1).await?;
        db.add_template(first, &template(1)).await?;
        db.add_template(first, &template(2)).await?;
        db.announce(first, ("device-bound", "0773-2"), "d", 62)
            .await
    })
    .await;
    let mut db = store.read().await.unwrap();
    let found = db.templates(first, model).await.unwrap().unwrap();
    assert!(found.first == template(1) && found.current == template(2));
    let waiting = db.recipients(first).await.unwrap();
    assert_eq!(waiting, ["0773-2".to_owned().into()]);
    drop(db);

    // Another person's name, another column's value, another row's template.
    run(
        "UPDATE person_identity SET name = (SELECT name FROM person_identity \
         WHERE agency_id = $1 AND person_ref <> $2) WHERE agency_id = $1 AND person_ref = $2",
        second,
    )
    .await;
    run(
        "UPDATE person_identity SET contact = name WHERE agency_id = $1 AND person_ref = $2",
        first,
    )
    .await;
    run(
        "UPDATE template SET embedding = (SELECT embedding FROM template \
         WHERE agency_id = $1 AND made_at_ms = 2) \
         WHERE agency_id = $1 AND person_ref = $2 AND made_at_ms = 1",
        first,
    )
    .await;
    let mut db = store.read().await.unwrap();
    let column = |error: Option<StoreError>| match error {
        Some(StoreError::Sealed(column)) => column,
        other => panic!("{other:?}"),
    };
    assert_eq!(column(db.identity(second).await.err()), "name");
    assert_eq!(column(db.identity(first).await.err()), "contact");
    assert_eq!(column(db.templates(first, model).await.err()), "embedding");
    drop(db);

    // Without the data key there is nothing left of a person.
    run(
        "DELETE FROM data_key WHERE agency_id = $1 AND person_ref = $2",
        first,
    )
    .await;
    let mut db = store.read().await.unwrap();
    let gone = |error| matches!(error, Some(StoreError::NoDataKey));
    assert!(gone(db.identity(first).await.err()));
    assert!(gone(db.templates(first, model).await.err()));
    assert!(gone(db.recipients(first).await.err()));
    drop(db);

    // A store without the key-encryption key gives nothing away, and another one fits nothing.
    let locked = Store::open(address, "quanzhou".parse().unwrap()).await;
    let refused = locked.unwrap().read().await.unwrap().identity(second).await;
    assert!(matches!(refused.err(), Some(StoreError::Locked)));
    let other = kek(&format!("{}.key", PersonRef::random()));
    other.prepare().unwrap();
    let refused = open_with(address, other).await.read().await;
    assert!(matches!(
        refused.err(),
        Some(StoreError::Kek(KekError::Other))
    ));
    let absent = open_with(address, kek("absent.key")).await.read().await;
    assert!(matches!(
        absent.err(),
        Some(StoreError::Kek(KekError::Missing))
    ));
}

async fn rows_from_before_are_sealed_in_place(address: &str) {
    let store = open(address).await;
    let people: Vec<PersonRef> = (0..250).map(|_| PersonRef::random()).collect();
    let model = Digest::of(b"r").to_string();
    tx(&store, async |db| {
        db.run(
            "INSERT INTO staff (agency_id, staff_id, role, token_hash, created_at_ms) \
             VALUES ($1, 's1', 'clerk', $2, 1)",
            vec![Value::Bytes(vec![1])],
        )
        .await?;
        for (n, person) in people.iter().enumerate() {
            let text = Value::from(person.to_string());
            db.run(
                "INSERT INTO person (agency_id, person_ref, policy_name, created_at_ms, \
                 first_due_ms) VALUES ($1, $2, 'default', 1, 99)",
                vec![text.clone()],
            )
            .await?;
            let number = format!("E{n:08}");
            db.run(
                "INSERT INTO person_identity (agency_id, person_ref, name, id_kind, id_number) \
                 VALUES ($1, $2, 'Wang Fusheng', 'passport', $3)",
                vec![text.clone(), number.into()],
            )
            .await?;
            db.run(
                "INSERT INTO template (agency_id, template_id, person_ref, recognition_model, \
                 origin, embedding, pictures, made_by, made_at_ms) \
                 VALUES ($1, $2, $2, $3, 'clerk', $4, 3, 's1', 5)",
                vec![
                    text.clone(),
                    model.as_str().into(),
                    Value::Bytes(vec![7; 64]),
                ],
            )
            .await?;
            db.run(
                "INSERT INTO outbox (agency_id, outbox_id, person_ref, kind, recipient, source, \
                 created_at_ms) VALUES ($1, $2, $2, 'device-bound', '0773-2', 'd', 6)",
                vec![text],
            )
            .await?;
        }
        Ok(())
    })
    .await;
    let (first, last) = (people[0], people[249]);
    let mut db = store.read().await.unwrap();
    let refused = db.identity(first).await.err();
    assert!(matches!(refused, Some(StoreError::NotSealed)));
    let unsealed = db.unsealed().await.unwrap();
    assert_eq!((unsealed.people, unsealed.rows()), (250, 750));
    drop(db);
    // Stopped after its first step, it goes on.
    tx(&store, async |db| db.seal_some(10, 2).await).await;
    let mut steps = Vec::new();
    let done = seal_old_rows(&store, 2, |step| steps.push(step)).await;
    assert_eq!((done.unwrap(), steps), (720, vec![600, 120, 0]));
    assert_eq!(seal_old_rows(&store, 2, |_| {}).await.unwrap(), 0);
    let mut db = store.read().await.unwrap();
    assert_eq!(db.unsealed().await.unwrap().rows(), 0);
    for (person, number) in [(first, "E00000000"), (last, "E00000249")] {
        let found = db.person_with("passport", number).await.unwrap();
        assert_eq!(found, Some(person));
        let identity = db.identity(person).await.unwrap().unwrap();
        assert_eq!(identity.name.as_str(), "Wang Fusheng");
        assert_eq!(identity.id_number.as_str(), number);
        assert_eq!(identity.contact, None);
        let templates = db.templates(person, Digest::of(b"r")).await.unwrap();
        assert_eq!(templates.unwrap().first.embedding.as_slice(), [7; 64]);
        let waiting = db.recipients(person).await.unwrap();
        assert_eq!(waiting, ["0773-2".to_owned().into()]);
    }
    drop(db);
    if let Some(path) = address.strip_prefix("sqlite:") {
        let bytes = std::fs::read(path).unwrap();
        for open in [
            b"Wang Fusheng".as_slice(),
            b"E00000249",
            b"0773-2",
            &[7; 64],
        ] {
            assert!(!bytes.windows(open.len()).any(|window| window == open));
        }
    }
}

async fn keys_are_wrapped_anew_and_everything_opens(address: &str) {
    let store = open(address).await;
    let mut people = Vec::new();
    for _ in 0..3 {
        people.push(person(&store).await);
    }
    let opens = async |store: &Store| {
        let mut db = store.read().await.unwrap();
        for person in &people {
            let identity = db.identity(*person).await.unwrap().unwrap();
            assert_eq!(identity.name.as_str(), "王秀英");
        }
    };
    let before = store.read().await.unwrap().sealing_keys().await.unwrap();
    let (old, new) = (kek("kek.key"), kek(&format!("{}.key", people[0])));
    assert_eq!(store.rewrap(&old, &new).await.unwrap(), 2);
    assert_eq!(store.rewrap(&old, &new).await.unwrap(), 0);
    let after = store.read().await.unwrap().sealing_keys().await.unwrap();
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(b, a)| b.wrapped != a.wrapped)
    );
    opens(&store).await;
    let refused = open_with(address, old.clone()).await.read().await.err();
    assert!(matches!(refused, Some(StoreError::Kek(KekError::Other))));

    // A new generation, while another process goes on under the old one.
    let other = open_with(address, new.clone()).await;
    opens(&other).await;
    let renewing = open_with(address, new).await;
    assert_eq!(wrap_data_keys_anew(&renewing, |_| {}).await.unwrap(), 2);
    let mut db = renewing.read().await.unwrap();
    assert_eq!(db.data_keys_before(2).await.unwrap(), 0);
    assert_eq!(db.data_keys_before(3).await.unwrap(), 3);
    drop(db);
    opens(&renewing).await;
    opens(&other).await;
}

async fn a_nonce_is_used_once(address: &str) {
    let store = open(address).await;
    let go = async |now_ms| tx(&store, async |db| db.use_nonce("n", (now_ms, 100)).await).await;
    assert!(go(50).await);
    assert!(!go(60).await);
    assert!(go(101).await, "what is too old anyway is forgotten");
}

async fn what_fails_leaves_nothing_behind(address: &str) {
    let store = open(address).await;
    let new = new_person(PersonRef::random());
    let fail = async || -> Result<(), ServiceError> {
        run_tx!(store, "test", |db| {
            db.add_person(&new, 1).await?;
            Err(ErrorCode::RequestMalformed.into())
        })
    };
    assert_eq!(
        fail().await.unwrap_err().code(),
        ErrorCode::RequestMalformed
    );
    assert!(
        store
            .read()
            .await
            .unwrap()
            .people()
            .await
            .unwrap()
            .is_empty()
    );
}

async fn transactions_that_meet_both_take_effect(address: &str) {
    let store = Arc::new(open(address).await);
    let person = person(&store).await;
    tx(&store, async |db| {
        db.add_letter(person, ("WXYZ", b"mac"), (1, 500)).await
    })
    .await;
    let letter = store
        .read()
        .await
        .unwrap()
        .letter("WXYZ")
        .await
        .unwrap()
        .unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (store, id) = (store.clone(), letter.letter_id.clone());
            tokio::spawn(async move {
                let done: Result<(), ServiceError> = run_tx!(store, "meet", |db| {
                    // Read, then write: the pattern in which two transactions meet.
                    db.letter("WXYZ").await?;
                    Ok(db.count_wrong_code(&id).await?)
                });
                done
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let letter = store
        .read()
        .await
        .unwrap()
        .letter("WXYZ")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(letter.wrong_tries, 8);
}

async fn a_missing_value_is_noticed_before_it_is_sent(address: &str) {
    let store = open(address).await;
    let mut db = store.read().await.unwrap();
    let sql = "SELECT name FROM agency WHERE agency_id = $1 AND name = $2";
    let refused = db.one(sql, Vec::new()).await;
    assert!(matches!(
        refused,
        Err(StoreError::Placeholders {
            expected: 2,
            found: 1
        })
    ));
    let row = db.one(sql, vec![Value::from("Quanzhou")]).await.unwrap();
    assert!(row.is_some());
}

#[test]
fn every_table_and_every_key_starts_with_the_agency() {
    let schema = include_str!("../../../server/migrations/0001_first.sql");
    let tables: Vec<&str> = schema.split("CREATE TABLE ").skip(1).collect();
    assert!(tables.len() >= 15, "{}", tables.len());
    for table in tables {
        let body = &table[..table.find("\n);").unwrap()];
        let (name, rest) = body.split_once(" (\n").unwrap();
        assert!(
            rest.trim_start().starts_with("agency_id TEXT NOT NULL,"),
            "{name}"
        );
        assert!(rest.contains("PRIMARY KEY (agency_id"), "{name}");
        for line in rest.lines().map(str::trim) {
            let key = line.starts_with("PRIMARY KEY")
                || line.starts_with("UNIQUE")
                || line.starts_with("FOREIGN KEY");
            let kind = [" BIGINT", " TEXT", " BYTEA"]
                .iter()
                .any(|kind| line.contains(kind));
            assert!(
                if key {
                    line.contains("(agency_id")
                } else {
                    kind
                },
                "{name}: {line}"
            );
        }
    }
}
