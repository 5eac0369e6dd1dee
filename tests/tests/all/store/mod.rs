//! What the server's store promises, on SQLite and on PostgreSQL alike.

mod claims;
mod sealed;

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
    let schema = include_str!("../../../../server/migrations/0001_first.sql");
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
