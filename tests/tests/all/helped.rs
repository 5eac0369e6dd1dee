//! People who are helped: somebody else than the helper sees them now and then.

use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::{
    Assurance, Channel, Claim, ClaimEnvelope, ConsentPurposes, ErrorCode, EvidenceLevel, Modality,
    Verdict,
};
use lifecert_server::clock::Clock;
use lifecert_server::error::ServiceError;
use lifecert_server::run_tx;
use lifecert_server::store::{EvidencePolicy, EvidenceRow};
use lifecert_tests::desk;
use lifecert_tests::modelled::{ALL, DAY_MS, Desk, HIS, TO_WORKERS, digest, his_pictures};
use lifecert_tests::on_both_engines;

on_both_engines!(
    a_helped_person_is_seen_by_somebody_else_every_three_years,
    some_helped_claims_ask_for_a_look_at_once,
    a_phone_cannot_vouch_for_its_own_holder,
);

const SEE: &str = "helper-recheck";

const HELPED: ConsentPurposes = ConsentPurposes {
    helper: true,
    ..ALL
};

/// Seldom by lot, so that only time asks.
const SELDOM: EvidencePolicy = EvidencePolicy {
    helper_permille: EvidencePolicy::LEAST_PERMILLE,
    ..TO_WORKERS
};

/// Every claim.
const ALWAYS: EvidencePolicy = EvidencePolicy {
    helper_permille: 1_000,
    ..SELDOM
};

async fn office(database: &str, policy: EvidencePolicy) -> Desk {
    let desk = Desk::new(database, Assurance::None, EvidenceLevel::KeyFrames).await;
    desk.policy(EvidenceLevel::KeyFrames, policy).await;
    desk
}

/// A claim in the clear with something changed, as an app would send it that somebody rewrote.
async fn rewritten(desk: &Desk, change: impl FnOnce(&mut Claim)) -> Result<ClaimAnswer, ErrorCode> {
    let mut claim = desk::claim(&desk.challenge().await, his_pictures());
    change(&mut claim);
    let envelope = ClaimEnvelope::new(desk.phone.signed(&claim), his_pictures().clone());
    desk.send(&envelope).await
}

/// A claim as a helper's phone sends it, or another one.
async fn claim(desk: &Desk, channel: Channel) -> (Verdict, Option<ErrorCode>) {
    let answer = rewritten(desk, |claim| claim.channel = channel).await;
    let answer = answer.unwrap();
    (answer.outcome, answer.code)
}

/// A record of a call, as an office writes it.
async fn called(desk: &Desk, at_ms: u64) {
    let call = EvidenceRow {
        modality: Modality::VideoCall,
        channel: Channel::Home,
        assurance: Assurance::None,
        proved_from_ms: at_ms,
        proved_to_ms: at_ms,
        source: format!("call {at_ms}"),
    };
    let done = async || -> Result<(), ServiceError> {
        run_tx!(desk.service.store(), "test", |db| Ok(db
            .add_evidence(desk.man, &call, ("quanzhou", at_ms))
            .await?))
    };
    done().await.unwrap();
}

async fn a_helped_person_is_seen_by_somebody_else_every_three_years(database: &str) {
    let desk = office(database, SELDOM).await;
    let three_years = u64::from(EvidencePolicy::MOST_VOUCH_DAYS) * DAY_MS;
    let accepted = (Verdict::Accept, None);
    let waits = (Verdict::Refer, Some(ErrorCode::ReviewRequired));
    assert_eq!(claim(&desk, Channel::Family).await, accepted);

    // In the third year somebody is asked to see the person; nothing waits for it.
    desk.clock.advance(three_years - 200 * DAY_MS);
    assert_eq!(claim(&desk, Channel::Family).await, accepted);
    assert!(desk.has_task(SEE).await);

    // After three years a helper's word alone is not enough; the person's own phone is.
    desk.clock.advance(200 * DAY_MS);
    assert_eq!(claim(&desk, Channel::Family).await, waits);
    assert!(desk.has_task("review-claim").await);
    assert_eq!(claim(&desk, Channel::Home).await, accepted);

    // A helper who calls it the person's own phone is still one by the consent on record.
    let (session, answer) = desk.certify(HIS).await;
    assert_eq!(answer.outcome, Verdict::Accept);
    let consent = desk.consent(HELPED, digest(&session));
    desk.give(&consent).await.unwrap();
    assert_eq!(claim(&desk, Channel::Home).await, waits);

    // A video call with the office is enough for the next years.
    called(&desk, desk.clock.now_ms() + DAY_MS).await;
    desk.clock.advance(2 * DAY_MS);
    assert_eq!(claim(&desk, Channel::Family).await, accepted);
}

async fn some_helped_claims_ask_for_a_look_at_once(database: &str) {
    let desk = office(database, ALWAYS).await;
    assert_eq!(claim(&desk, Channel::Home).await.0, Verdict::Accept);
    assert!(!desk.has_task(SEE).await, "nobody helped");
    assert_eq!(claim(&desk, Channel::Family).await.0, Verdict::Accept);
    assert!(desk.has_task(SEE).await);
    assert_eq!(claim(&desk, Channel::Family).await.0, Verdict::Accept);
    let tasks = "SELECT task_id FROM task WHERE agency_id = $1 AND kind = 'helper-recheck'";
    let mut db = desk.service.store().read().await.unwrap();
    let tasks = db.all(tasks, Vec::new()).await.unwrap();
    assert_eq!(tasks.len(), 1, "one is open at a time");
}

async fn a_phone_cannot_vouch_for_its_own_holder(database: &str) {
    let desk = office(database, SELDOM).await;
    let lies: [fn(&mut Claim); 5] = [
        |claim| claim.modality = Modality::VideoCall,
        |claim| claim.modality = Modality::InPerson,
        |claim| claim.channel = Channel::Counter,
        |claim| claim.channel = Channel::Outlet,
        |claim| claim.channel = Channel::Visit,
    ];
    for lie in lies {
        let refused = rewritten(&desk, lie).await.unwrap_err();
        assert_eq!(refused, ErrorCode::RequestUnauthorised);
    }
}
