//! Evidence under seal, on real faces and on both engines: sealed by the device's own capture, kept
//! by consent, looked at again by a worker, opened on record, erased in time.

use lifecert_protocol::{
    Assurance, Challenge, Claim, ClaimEnvelope, Consent, ConsentPurposes, Digest, ErrorCode,
    EvidenceLevel, PersonRef, Receipt, Relation, SealedEvidence, Signed, Verdict,
};
use lifecert_server::clock::Clock;
use lifecert_server::error::ServiceError;
use lifecert_server::evidence::EvidenceVault;
use lifecert_server::run_tx;
use lifecert_server::service::Actor;
use lifecert_server::store::{EraseReason, EvidenceState, JobKind, RecheckOutcome, StaffRole};
use lifecert_tests::modelled::*;
use lifecert_tests::{on_both_engines, staff};
use std::fs;

on_both_engines!(
    a_worker_agrees_with_an_honest_device,
    a_worker_refers_a_device_that_lies,
    an_embedding_alone_is_compared_twice,
    without_consent_nothing_is_sealed_or_kept,
    a_withdrawn_consent_erases_at_once_and_the_road_goes_on,
    evidence_past_its_time_is_erased_on_record,
    a_consent_rests_on_a_known_text_and_an_accepted_look,
    a_worker_that_dies_loses_its_job_to_another,
    what_is_on_no_record_is_swept,
);

async fn a_worker_agrees_with_an_honest_device(database: &str) {
    let desk = Desk::new(database, Assurance::Tee, EvidenceLevel::KeyFrames).await;
    desk.consented().await;
    let (claim, answer) = desk.certify(HIS_NEXT).await;
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    let envelope = claim.envelope();
    assert!(envelope.key_frames.is_empty() && envelope.sealed.is_some());
    let receipt = answer.receipt.as_deref().unwrap();
    let receipt = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, receipt);
    let receipt: Receipt = Signed::read(&receipt.unwrap()).unwrap().peek().unwrap();
    assert_eq!(receipt.recomputed, None, "the server did not look itself");
    let again = desk.send(envelope).await.unwrap();
    assert_eq!(
        again, answer,
        "a retry is answered alike and keeps nothing more"
    );
    assert_eq!(desk.objects(), 1);

    // The server that takes claims cannot look.
    let claim_id = claim.claim().claim_id;
    let row = desk.kept(claim_id).await.unwrap();
    assert_eq!((row.state, row.recheck), (EvidenceState::Kept, None));
    assert_eq!(row.keep_until_ms, row.kept_at_ms + 30 * DAY_MS);
    let refused = desk
        .service
        .open_evidence(&desk.reviewer, claim_id, "a look");
    assert!(matches!(refused.await, Err(ServiceError::Keys(_))));

    desk.work().await;
    assert_eq!(desk.open_jobs().await, 0);
    let row = desk.kept(claim_id).await.unwrap();
    assert_eq!(
        row.recheck,
        Some(RecheckOutcome::Agrees),
        "{:?}",
        row.recheck_code
    );
    assert!(!desk.has_task("recheck-contradiction").await);

    // A reviewer opens it; who did, when and why stays on record.
    let open = |who: &Actor, why: &str| {
        let (who, why) = (who.clone(), why.to_owned());
        let worker = &desk.worker;
        async move { worker.open_evidence(&who, claim_id, &why).await }
    };
    let clerk = staff::actor(&desk.service, "desk-01", StaffRole::Clerk, "").await;
    let nobody = open(&clerk, "curiosity").await.unwrap_err();
    assert_eq!(nobody.code(), ErrorCode::RequestUnauthorised);
    let elsewhere = staff::actor(&desk.service, "desk-53", StaffRole::Reviewer, "53").await;
    let nothing = open(&elsewhere, "curiosity").await.unwrap_err();
    assert_eq!(nothing.code(), ErrorCode::RequestNotFound);
    let silent = open(&desk.reviewer, " ").await.unwrap_err();
    assert_eq!(silent.code(), ErrorCode::RequestMalformed);
    let opened = open(&desk.reviewer, "a complaint").await.unwrap();
    let digests: Vec<Digest> = opened.key_frames.iter().map(|f| Digest::of(f)).collect();
    assert_eq!(digests, claim.claim().key_frames);
    let mut db = desk.service.store().read().await.unwrap();
    let accesses = db.accesses(claim_id).await.unwrap();
    let mut accesses: Vec<_> = accesses
        .iter()
        .map(|access| (access.opened_by.as_str(), access.reason.as_str()))
        .collect();
    accesses.sort_unstable();
    let mut expected = vec![
        ("worker", "recheck"),
        // The try without the private key stands there as well.
        (desk.reviewer.staff_id.as_str(), "a look"),
        (desk.reviewer.staff_id.as_str(), "a complaint"),
    ];
    expected.sort_unstable();
    assert_eq!(accesses, expected);

    // No picture and no embedding lies readable anywhere.
    let files = desk.files();
    assert!(!files.is_empty());
    let middle = opened.key_frames[0].len() / 2;
    let embedding = claim.claim().embedding.as_ref().unwrap().to_signed();
    let embedding = embedding.map(i8::cast_unsigned);
    for file in &files {
        assert!(
            !holds(file, &opened.key_frames[0][middle..middle + 32]),
            "{file:?}"
        );
        assert!(!holds(file, &embedding[100..132]), "{file:?}");
    }
}

async fn a_worker_refers_a_device_that_lies(database: &str) {
    let desk = Desk::new(database, Assurance::Strongbox, EvidenceLevel::KeyFrames).await;
    desk.consented().await;
    let others = anothers_pictures();

    // The man's embedding, another's pictures.
    let challenge = desk.challenge().await;
    let honest = desk.look(challenge.clone(), HIS_NEXT);
    let name = |claim: &mut Claim| {
        claim.key_frames = others.iter().map(|frame| Digest::of(frame)).collect();
    };
    let lie = desk.rewritten((&honest, &challenge), name, others);
    let answer = desk.send(&lie).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    desk.work().await;
    let row = desk.kept(honest.claim().claim_id).await.unwrap();
    assert_eq!(row.recheck, Some(RecheckOutcome::Contradicts));
    assert_eq!(row.recheck_code, Some(ErrorCode::MatchNotSame));
    assert!(desk.has_task("recheck-contradiction").await);

    // The man's digests, another's pictures under the seal.
    let challenge = desk.challenge().await;
    let honest = desk.look(challenge.clone(), HIS_NEXT);
    let lie = desk.rewritten((&honest, &challenge), |_| (), others);
    let answer = desk.send(&lie).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Accept);
    desk.work().await;
    let row = desk.kept(honest.claim().claim_id).await.unwrap();
    assert_eq!(row.recheck_code, Some(ErrorCode::ClaimEvidence));

    // Whom the embedding shows the server sees itself, at once.
    let challenge = desk.challenge().await;
    let another = desk.look(challenge.clone(), ANOTHERS);
    let answer = desk.send(another.envelope()).await.unwrap();
    assert_eq!(
        (answer.outcome, answer.code),
        (Verdict::Refuse, Some(ErrorCode::VerifyNotConfirmed))
    );
    assert!(desk.kept(another.claim().claim_id).await.is_none());

    // Neither sealed nor in the clear is nothing, and sealed to nobody's key is nothing.
    let challenge = desk.challenge().await;
    let honest = desk.look(challenge.clone(), HIS_NEXT);
    let bare = ClaimEnvelope::new(honest.envelope().claim.to_vec(), Vec::new());
    assert_eq!(desk.send(&bare).await, Err(ErrorCode::ClaimEvidence));
    let mut elsewhere = honest.envelope().clone();
    let sealed = elsewhere.sealed.take().unwrap();
    let key = lifecert_protocol::EvidenceKeyId::from_bytes([9; 32]);
    let elsewhere = elsewhere.with_sealed(Some(SealedEvidence { key, ..sealed }));
    assert_eq!(desk.send(&elsewhere).await, Err(ErrorCode::ClaimEvidence));
}

async fn an_embedding_alone_is_compared_twice(database: &str) {
    let desk = Desk::new(database, Assurance::AppAttest, EvidenceLevel::EmbeddingOnly).await;
    let (claim, answer) = desk.certify(HIS_NEXT).await;
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    assert!(claim.claim().key_frames.is_empty());
    desk.work().await;
    let claim_id = claim.claim().claim_id;
    let row = desk.kept(claim_id).await.unwrap();
    assert_eq!(
        row.recheck,
        Some(RecheckOutcome::Agrees),
        "{:?}",
        row.recheck_code
    );
    let opened = desk
        .worker
        .open_evidence(&desk.reviewer, claim_id, "a complaint");
    let opened = opened.await.unwrap();
    assert!(opened.key_frames.is_empty() && opened.embedding.is_some());
    let (_, answer) = desk.certify(ANOTHERS).await;
    assert_eq!(answer.code, Some(ErrorCode::VerifyNotConfirmed));
    // Without consent to it there is no road by embedding.
    desk.withdraw().await;
    let (claim, answer) = desk.certify(HIS_NEXT).await;
    assert!(claim.envelope().sealed.is_none());
    assert_eq!(
        (answer.outcome, answer.code),
        (Verdict::Refuse, Some(ErrorCode::ClaimEvidence))
    );
}

async fn without_consent_nothing_is_sealed_or_kept(database: &str) {
    let desk = Desk::new(database, Assurance::None, EvidenceLevel::KeyFrames).await;
    let challenge = desk.challenge().await;
    assert_eq!(challenge.evidence, None);
    let claim = desk.look(challenge, HIS);
    assert!(claim.envelope().sealed.is_none());
    // Not even where a device seals unasked.
    let asked = lifecert_protocol::EvidenceRequest {
        key: lifecert_protocol::EvidenceKey::from_bytes([9; 32]),
        sealed_only: false,
    };
    let challenge = Challenge {
        evidence: Some(asked),
        ..desk.challenge().await
    };
    let unasked = desk.look(challenge, HIS);
    assert!(unasked.envelope().sealed.is_some());
    let answer = desk.send(unasked.envelope()).await.unwrap();
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    assert_eq!(desk.objects(), 0);
    assert!(desk.kept(unasked.claim().claim_id).await.is_none());

    // A consent to some of it is none to the rest.
    let session = digest(&unasked);
    let some = ConsentPurposes {
        key_frames_leave: false,
        ..ALL
    };
    desk.give(&desk.consent(some, session)).await.unwrap();
    assert_eq!(desk.challenge().await.evidence, None);

    // With it, a device that no hardware speaks for sends both: the server looks at once.
    desk.give(&desk.consent(ALL, session)).await.unwrap();
    let (claim, answer) = desk.certify(HIS_NEXT).await;
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    assert!(!claim.envelope().key_frames.is_empty() && claim.envelope().sealed.is_some());
    assert_eq!(claim.claim().embedding, None);
    assert_eq!(desk.objects(), 1);
    assert_eq!(desk.open_jobs().await, 0, "nothing is left to look at");
}

async fn a_withdrawn_consent_erases_at_once_and_the_road_goes_on(database: &str) {
    let desk = Desk::new(database, Assurance::Tee, EvidenceLevel::KeyFrames).await;
    desk.consented().await;
    let (claim, _) = desk.certify(HIS_NEXT).await;
    let claim_id = claim.claim().claim_id;
    assert_eq!(desk.objects(), 1);
    let open = desk.challenge().await;
    let answered_late = desk.look(open, HIS);

    let answer = desk.withdraw().await;
    assert_eq!(
        (answer.consent, answer.purposes),
        (None, ConsentPurposes::default())
    );
    assert_eq!(desk.objects(), 0);
    let row = desk.kept(claim_id).await.unwrap();
    assert_eq!(row.state, EvidenceState::Erased);
    assert_eq!(row.erase_reason, Some(EraseReason::Withdrawn));
    assert_eq!(row.erased_at_ms, Some(NOW_MS));
    assert_eq!(desk.erasures().await, [claim_id.to_string()]);
    let opened = desk
        .worker
        .open_evidence(&desk.reviewer, claim_id, "too late");
    assert_eq!(opened.await.unwrap_err().code(), ErrorCode::RequestNotFound);
    // What workers still had to do with it ends without a word.
    desk.work().await;
    assert_eq!(desk.open_jobs().await, 0);
    assert_eq!(
        desk.erasures().await.len(),
        1,
        "an erasure is recorded once"
    );

    // A look that was made for a sealed road begins again on the open one.
    let late = desk.send(answered_late.envelope()).await;
    assert_eq!(late, Err(ErrorCode::ChallengeExpired));
    assert_eq!(desk.objects(), 0);
    let (claim, answer) = desk.certify(HIS).await;
    assert!(claim.envelope().sealed.is_none());
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
}

async fn evidence_past_its_time_is_erased_on_record(database: &str) {
    let desk = Desk::new(database, Assurance::Tee, EvidenceLevel::KeyFrames).await;
    desk.consented().await;
    let (claim, _) = desk.certify(HIS_NEXT).await;
    let claim_id = claim.claim().claim_id;
    desk.work().await;
    desk.clock.advance(30 * DAY_MS - 1);
    assert_eq!(desk.worker.expire_evidence().await.unwrap(), 0);
    desk.clock.advance(1);
    assert_eq!(desk.worker.expire_evidence().await.unwrap(), 1);
    let row = desk.kept(claim_id).await.unwrap();
    assert_eq!(row.state, EvidenceState::Erasing);
    let opened = desk
        .worker
        .open_evidence(&desk.reviewer, claim_id, "too late");
    assert_eq!(opened.await.unwrap_err().code(), ErrorCode::RequestNotFound);
    desk.work().await;
    assert_eq!(desk.objects(), 0);
    let row = desk.kept(claim_id).await.unwrap();
    assert_eq!(row.state, EvidenceState::Erased);
    assert_eq!(row.erase_reason, Some(EraseReason::Expired));
    assert_eq!(row.erased_at_ms, Some(NOW_MS + 30 * DAY_MS));
    assert_eq!(
        row.recheck,
        Some(RecheckOutcome::Agrees),
        "what was found stays"
    );
    assert_eq!(desk.erasures().await, [claim_id.to_string()]);
}

async fn a_consent_rests_on_a_known_text_and_an_accepted_look(database: &str) {
    let desk = Desk::new(database, Assurance::None, EvidenceLevel::KeyFrames).await;
    let (claim, answer) = desk.certify(HIS).await;
    assert_eq!(answer.outcome, Verdict::Accept);
    let session = digest(&claim);
    let unknown = Consent {
        text: Digest::of(b"I agree to everything"),
        ..desk.consent(ALL, session)
    };
    assert_eq!(desk.give(&unknown).await, Err(ErrorCode::ClaimVersion));
    let nobody = desk.consent(ALL, Digest::of(b"no claim"));
    assert_eq!(
        desk.give(&nobody).await,
        Err(ErrorCode::RequestUnauthorised)
    );
    let elsewhere = Consent {
        server: "other".into(),
        ..desk.consent(ALL, session)
    };
    assert_eq!(desk.give(&elsewhere).await, Err(ErrorCode::ClaimAudience));
    let once = desk.consent(ALL, session);
    let given = desk.give(&once).await.unwrap();
    assert_eq!(desk.give(&once).await, Err(ErrorCode::RequestUnauthorised));

    desk.clock.advance(1_000);
    let less = ConsentPurposes {
        helper: true,
        ..ConsentPurposes::default()
    };
    // Who he is to whoever helps him is noted and given to him with the rest.
    let helped = Consent {
        relation: Some(Relation::Parent),
        ..desk.consent(less, session)
    };
    desk.give(&helped).await.unwrap();
    desk.clock.advance(1_000);
    desk.withdraw().await;
    let exported = desk.service.consents(desk.man).await.unwrap();
    let seen: Vec<_> = exported
        .iter()
        .map(|one| (one.purposes, one.given_at_ms, one.withdrawn_at_ms))
        .collect();
    let expected = [
        (less, NOW_MS + 1_000, Some(NOW_MS + 2_000)),
        (ALL, NOW_MS, Some(NOW_MS + 1_000)),
    ];
    assert_eq!(seen, expected);
    assert_eq!(exported[0].relation, Some(Relation::Parent));
    assert_eq!(exported[1].relation, None);
    assert_eq!(Some(exported[1].consent), given.consent);
    let signed = base64::Engine::decode(
        &base64::prelude::BASE64_URL_SAFE_NO_PAD,
        &exported[1].signed,
    );
    let signed = Signed::read(&signed.unwrap()).unwrap();
    assert_eq!(signed.verify::<Consent>(&desk.phone.public), Ok(once));
    let nobody = desk.service.consents(PersonRef::random()).await;
    assert_eq!(nobody.unwrap_err().code(), ErrorCode::RequestNotFound);
}

async fn a_worker_that_dies_loses_its_job_to_another(database: &str) {
    let desk = Desk::new(database, Assurance::Tee, EvidenceLevel::KeyFrames).await;
    desk.consented().await;
    let (claim, _) = desk.certify(HIS_NEXT).await;
    let claim_id = claim.claim().claim_id;
    let take = async |worker: &str| -> Result<_, ServiceError> {
        let now_ms = desk.clock.now_ms();
        run_tx!(desk.worker.store(), "test", |db| Ok(db
            .claim_job(worker, (now_ms, now_ms + 60_000))
            .await?))
    };
    let taken = take("first").await.unwrap().unwrap();
    assert_eq!(
        (taken.kind, taken.source.clone(), taken.tries),
        (JobKind::Recheck, claim_id.to_string(), 1)
    );
    // It dies. While its lease runs nobody else gets the job.
    assert!(take("second").await.unwrap().is_none());
    assert!(!desk.worker.work("second", 60_000).await.unwrap());
    desk.clock.advance(60_000);
    assert!(desk.worker.work("second", 60_000).await.unwrap());
    let row = desk.kept(claim_id).await.unwrap();
    assert_eq!(row.recheck, Some(RecheckOutcome::Agrees));
    // The first one was only slow: what it brings comes too late.
    let late = async || -> Result<bool, ServiceError> {
        run_tx!(desk.worker.store(), "test", |db| Ok(db
            .end_job(&taken, Some("late"), NOW_MS)
            .await?))
    };
    assert!(!late().await.unwrap());
    assert_eq!(desk.open_jobs().await, 0);

    // A store that is away puts a job off, longer each time, and in the end a person hears of it.
    let (claim, _) = desk.certify(HIS).await;
    let claim_id = claim.claim().claim_id;
    fs::rename(desk.evidence_folder(), desk.folder.path().join("away")).unwrap();
    let mut waited_ms = 0;
    while desk.open_jobs().await > 0 {
        if !desk.worker.work("second", 60_000).await.unwrap() {
            desk.clock.advance(5_000);
            waited_ms += 5_000;
        }
    }
    assert_eq!(waited_ms, 5_000 * ((1 << 7) - 1));
    assert!(desk.has_task("recheck-failed").await);
    assert_eq!(desk.kept(claim_id).await.unwrap().recheck, None);
}

async fn what_is_on_no_record_is_swept(database: &str) {
    let desk = Desk::new(database, Assurance::Tee, EvidenceLevel::KeyFrames).await;
    desk.consented().await;
    let (claim, _) = desk.certify(HIS_NEXT).await;
    let agency = "quanzhou".parse().unwrap();
    let (folder, secrets) = (desk.evidence_folder(), desk.folder.path().join("secrets"));
    let vault = EvidenceVault::open(&folder.display().to_string(), &secrets, &agency).unwrap();
    let orphan = vault
        .put(b"an upload whose server died".to_vec())
        .await
        .unwrap();
    assert_eq!(desk.objects(), 2);
    // The store's clock is the machine's: the desk's goes to it, and an hour further.
    let written_ms = vault
        .all()
        .await
        .unwrap()
        .iter()
        .map(|one| one.written_at_ms)
        .max();
    let written_ms = written_ms.unwrap();
    desk.clock
        .advance(written_ms.saturating_sub(desk.clock.now_ms()));
    let early = written_ms + 60 * 60 * 1_000;
    if desk.clock.now_ms() < early {
        assert_eq!(
            desk.worker.sweep_orphans().await.unwrap(),
            0,
            "it may be on its way"
        );
        desk.clock.advance(early + 1 - desk.clock.now_ms());
    }
    assert_eq!(desk.worker.sweep_orphans().await.unwrap(), 1);
    assert!(vault.read(&orphan).await.is_err());
    let row = desk.kept(claim.claim().claim_id).await.unwrap();
    assert!(vault.read(&row.object_key).await.is_ok());
}
