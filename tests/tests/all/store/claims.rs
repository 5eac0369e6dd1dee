//! Challenges, claims, evidence, templates: what counts once, in which order.

use super::*;

on_both_engines!(
    challenges_are_used_once_and_in_order,
    a_claim_counts_once_and_leads_to_its_receipt,
    evidence_and_tasks_are_found_again,
    the_first_template_stays_and_the_newest_counts_beside_it,
);

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
