//! A policy under which nothing of a face leaves the phone, on real faces and on both engines.

use lifecert_protocol::{
    Assurance, ClaimEnvelope, ErrorCode, EvidenceLevel, Receipt, Signed, Similarity, Verdict,
};
use lifecert_server::store::{EvidencePolicy, Value};
use lifecert_tests::modelled::{ANOTHERS, DAY_MS, Desk, HIS, HIS_NEXT, Phone, TO_WORKERS};
use lifecert_tests::on_both_engines;

on_both_engines!(
    a_match_on_the_phone_certifies_and_nothing_leaves,
    a_phone_below_hardware_sends_pictures_instead,
    a_template_ends_with_its_window_and_with_the_next_one,
    whom_nobody_saw_for_years_waits,
);

async fn desk(database: &str, assurance: Assurance) -> Desk {
    Desk::new(database, assurance, EvidenceLevel::MatchOnly).await
}

async fn deliveries(desk: &Desk) -> usize {
    let sql = "SELECT delivery_id FROM template_delivery WHERE agency_id = $1";
    let mut db = desk.service.store().read().await.unwrap();
    db.all(sql, Vec::new()).await.unwrap().len()
}

async fn a_match_on_the_phone_certifies_and_nothing_leaves(database: &str) {
    let desk = desk(database, Assurance::Tee).await;
    let challenge = desk.challenge().await;
    assert_eq!(challenge.policy.evidence, EvidenceLevel::MatchOnly);

    // Without a template there is no evidence.
    let bare = desk.look(challenge, HIS_NEXT);
    let answer = desk.send(bare.envelope()).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Refuse);
    assert_eq!(deliveries(&desk).await, 0);

    let template = desk.template().await.unwrap();
    assert_eq!(deliveries(&desk).await, 1, "it is on record");
    assert_eq!(template.header.device_key, desk.phone.key());
    let claim = desk.matched(desk.challenge().await, HIS_NEXT, &template);
    let ClaimEnvelope {
        key_frames, sealed, ..
    } = claim.envelope();
    assert!(key_frames.is_empty() && sealed.is_none());
    assert!(claim.claim().embedding.is_none() && claim.claim().key_frames.is_empty());
    assert!(claim.claim().scores.similarity > Some(Similarity::from_parts(5_190)));
    let answer = desk.send(claim.envelope()).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    let receipt = answer.receipt.as_deref().unwrap();
    let receipt = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, receipt);
    let receipt: Receipt = Signed::read(&receipt.unwrap()).unwrap().peek().unwrap();
    assert_eq!(receipt.recomputed, None, "the server saw nothing");
    assert_eq!(receipt.assurance, Assurance::Tee);

    // Another person in front of his phone.
    let another = desk.matched(desk.challenge().await, ANOTHERS, &template);
    let answer = desk.send(another.envelope()).await.unwrap();
    assert_ne!(answer.outcome, Verdict::Accept);
}

async fn a_phone_below_hardware_sends_pictures_instead(database: &str) {
    let desk = desk(database, Assurance::None).await;
    let refused = desk.template().await.unwrap_err();
    assert_eq!(refused, ErrorCode::RequestUnauthorised);
    assert_eq!(deliveries(&desk).await, 0);
    let challenge = desk.challenge().await;
    assert_eq!(challenge.policy.evidence, EvidenceLevel::KeyFrames);
    let claim = desk.look(challenge, HIS);
    let answer = desk.send(claim.envelope()).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
}

async fn a_template_ends_with_its_window_and_with_the_next_one(database: &str) {
    let mut desk = desk(database, Assurance::Tee).await;
    let template = desk.template().await.unwrap();
    // Another phone of his was given nothing: his template is of no use to it.
    let first = std::mem::replace(&mut desk.phone, Phone::with_fresh_key());
    desk.bind(Assurance::Tee).await;
    let claim = desk.matched(desk.challenge().await, HIS_NEXT, &template);
    let answer = desk.send(claim.envelope()).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Refuse);
    desk.phone = first;

    // Past its time.
    let sql = "UPDATE template_delivery SET expires_at_ms = $2 WHERE agency_id = $1";
    set(&desk, sql, 1).await;
    let claim = desk.matched(desk.challenge().await, HIS_NEXT, &template);
    let answer = desk.send(claim.envelope()).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Refuse);

    // The next one counts, until another template takes its place.
    let template = desk.template().await.unwrap();
    let claim = desk.matched(desk.challenge().await, HIS_NEXT, &template);
    let answer = desk.send(claim.envelope()).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    let sql = "UPDATE template_delivery SET template_digest = recognition_model, delivered_at_ms = $2 \
               WHERE agency_id = $1";
    set(&desk, sql, 1).await;
    let claim = desk.matched(desk.challenge().await, HIS_NEXT, &template);
    let answer = desk.send(claim.envelope()).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Refuse);
}

async fn whom_nobody_saw_for_years_waits(database: &str) {
    let desk = desk(database, Assurance::Tee).await;
    let policy = EvidencePolicy {
        vouch_days: 200,
        ..TO_WORKERS
    };
    desk.policy(EvidenceLevel::MatchOnly, policy).await;
    desk.clock.advance(201 * DAY_MS);
    let template = desk.template().await.unwrap();
    let claim = desk.matched(desk.challenge().await, HIS_NEXT, &template);
    let answer = desk.send(claim.envelope()).await.unwrap();
    let waits = (Verdict::Refer, Some(ErrorCode::ReviewRequired));
    assert_eq!((answer.outcome, answer.code), waits);
}

async fn set(desk: &Desk, sql: &'static str, at_ms: u64) {
    let done = async || -> Result<(), lifecert_server::error::ServiceError> {
        lifecert_server::run_tx!(desk.service.store(), "test", |db| {
            db.run(sql, vec![Value::from(at_ms)]).await?;
            Ok(())
        })
    };
    done().await.unwrap();
}
