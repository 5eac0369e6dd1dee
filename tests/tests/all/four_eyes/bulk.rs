//! What many people are under: policies and rosters, agreed to by two.

use super::{COUNTY, Staffed, refused};
use lifecert_protocol::{Digest, ErrorCode};
use lifecert_server::store::{EvidencePolicy, StaffRole};
use lifecert_tests::on_both_engines;

on_both_engines!(a_policy_is_agreed_to_by_two, a_roster_is_agreed_to_by_two,);

async fn a_policy_is_agreed_to_by_two(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    assert!(!service.two_decide_for_all().await.unwrap());
    let one = office.actor("desk-03", StaffRole::Supervisor, "").await;
    let county = office.actor("desk-04", StaffRole::Supervisor, COUNTY).await;
    let clerk = office.actor("desk-01", StaffRole::Clerk, "").await;
    assert!(!service.two_decide_for_all().await.unwrap());
    let two = office.actor("desk-06", StaffRole::Administrator, "").await;
    assert!(service.two_decide_for_all().await.unwrap());
    let mut policy = service.standard_policy("default");
    policy.window_days = 33;
    policy.cycle = "season:09-28".parse().unwrap();
    policy.below_hardware = "sample:7".parse().unwrap();
    let evidence = EvidencePolicy {
        keep_days: 77,
        ..EvidencePolicy::default()
    };
    let new = || (policy.clone(), evidence);
    for actor in [&county, &clerk] {
        let proposed = service.propose_policy(actor, new(), "a rule").await;
        assert_eq!(refused(proposed), ErrorCode::RequestUnauthorised);
    }
    let mut lenient = policy.clone();
    lenient.below_hardware = "accept".parse().unwrap();
    let proposed = service
        .propose_policy(&one, (lenient, evidence), "haste")
        .await;
    assert_eq!(refused(proposed), ErrorCode::PolicyInvalid);
    let open = service
        .propose_policy(&one, new(), "the county's rule")
        .await
        .unwrap();
    assert_eq!((open.kind.as_str(), open.people.len()), ("policy", 0));
    assert!(
        service
            .proposals(&county)
            .await
            .unwrap()
            .proposals
            .is_empty()
    );
    let elsewhere = service.approve(&county, &open.proposal).await;
    assert_eq!(refused(elsewhere), ErrorCode::RequestUnauthorised);
    let alone = service.approve(&one, &open.proposal).await;
    assert_eq!(refused(alone), ErrorCode::ReviewSecondPerson);
    let in_force = async || {
        let mut db = service.store().read().await.unwrap();
        let row = db
            .policy("default", service.now_ms())
            .await
            .unwrap()
            .unwrap();
        let evidence = db.evidence_policy(row.version).await.unwrap();
        (row, evidence)
    };
    assert_eq!(in_force().await.0.window_days, 90);
    office.desk.clock.advance(1_000);
    service.approve(&two, &open.proposal).await.unwrap();
    let (row, kept) = in_force().await;
    assert_eq!((row.window_days, kept), (33, evidence));
    assert_eq!(
        (row.cycle, row.below_hardware),
        (policy.cycle, policy.below_hardware)
    );
}

async fn a_roster_is_agreed_to_by_two(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let roster = Digest::of(b"name,id_kind,id_number");
    let one = office.actor("desk-03", StaffRole::Supervisor, "").await;
    let two = office.actor("desk-06", StaffRole::Administrator, "").await;
    let county = office.actor("desk-04", StaffRole::Supervisor, COUNTY).await;
    let what = (&roster, "default", 3);
    let proposed = service
        .propose_roster(&county, what, "the year's list")
        .await;
    assert_eq!(refused(proposed), ErrorCode::RequestUnauthorised);
    let open = service.propose_roster(&one, what, "the year's list").await;
    let open = open.unwrap();
    assert_eq!((open.kind.as_str(), open.people.len()), ("roster", 0));
    let agreed = async |digest: &Digest, policy: &str| {
        let agreed = service.roster_is_agreed(&open.proposal, (digest, policy));
        agreed.await.map(drop)
    };
    let waits = agreed(&roster, "default").await;
    assert_eq!(refused(waits), ErrorCode::ReviewSecondPerson);
    let alone = service.approve(&one, &open.proposal).await;
    assert_eq!(refused(alone), ErrorCode::ReviewSecondPerson);
    service.approve(&two, &open.proposal).await.unwrap();
    agreed(&roster, "default").await.unwrap();
    // Another file, or another policy for the same, is something else.
    for (digest, policy) in [(Digest::of(b"changed"), "default"), (roster, "demo")] {
        let other = agreed(&digest, policy).await;
        assert_eq!(refused(other), ErrorCode::ReviewSecondPerson);
    }
    let unknown = service
        .roster_is_agreed("nowhere", (&roster, "default"))
        .await;
    assert_eq!(refused(unknown), ErrorCode::RequestNotFound);
}
