//! What lies sealed, where it opens, and how its keys are changed.

use super::*;

on_both_engines!(
    what_is_sealed_opens_in_its_own_row_only,
    rows_from_before_are_sealed_in_place,
    keys_are_wrapped_anew_and_everything_opens,
);

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
