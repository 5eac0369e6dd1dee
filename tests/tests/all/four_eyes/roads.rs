//! Roads without the face: asked for on the phone, walked with a person at the office, believed by
//! two.

use super::{Staffed, refused};
use lifecert_protocol::http::RoadAnswer;
use lifecert_protocol::{Ask, Channel, ErrorCode, Modality, Road};
use lifecert_server::service::RequestAnswer;
use lifecert_server::store::StaffRole;
use lifecert_tests::desk::Holder;
use lifecert_tests::on_both_engines;

on_both_engines!(
    each_road_ends_in_a_certificate,
    a_person_may_change_their_mind,
    a_refused_road_is_closed_and_can_be_asked_for_again,
);

impl Staffed {
    async fn asks_for(&self, holder: &Holder, road: Road) -> RoadAnswer {
        match self.asks(holder, Ask::OtherRoad { road }).await.unwrap() {
            RequestAnswer::Road(answer) => answer,
            other => panic!("{other:?}"),
        }
    }
}

async fn each_road_ends_in_a_certificate(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let clerk = office.actor("desk-01", StaffRole::Clerk, "52").await;
    let reviewer = office.actor("desk-02", StaffRole::Reviewer, "52").await;
    for road in Road::ALL {
        let man = office.holder("52/5201").await;
        assert_eq!(office.status(&man).await.road, None);
        let asked = office.asks_for(&man, *road).await;
        assert_eq!((asked.road, asked.asked_at_ms), (*road, service.now_ms()));
        let status = office.status(&man).await;
        assert_eq!(status.road, Some(asked));
        assert!(status.under_review && !status.certified);
        let tasks = service.tasks(&clerk).await.unwrap().tasks;
        assert_eq!((tasks.len(), tasks[0].person), (1, man.person));
        assert_eq!(tasks[0].kind, format!("road-{road}"));

        office.desk.clock.advance(60_000);
        let seen_at_ms = service.now_ms();
        let open = service.propose(&clerk, (&tasks[0].task, "seen")).await;
        let open = open.unwrap();
        // One person's word is no evidence.
        assert!(!office.status(&man).await.certified);
        office.desk.clock.advance(60_000);
        service.approve(&reviewer, &open.proposal).await.unwrap();
        let status = office.status(&man).await;
        assert!(status.certified && !status.under_review, "{road}");
        assert_eq!(status.road, None);
        let history = match office.asks(&man, Ask::History).await.unwrap() {
            RequestAnswer::History(history) => history,
            other => panic!("{other:?}"),
        };
        let entry = &history.evidence[0];
        let (modality, channel) = match road {
            Road::Counter => (Modality::InPerson, Channel::Counter),
            Road::Bank => (Modality::InPerson, Channel::Outlet),
            Road::Form => (Modality::Form, Channel::Counter),
            Road::VideoCall => (Modality::VideoCall, Channel::Home),
            Road::Visit => (Modality::InPerson, Channel::Visit),
        };
        assert_eq!((entry.modality, entry.channel), (modality, channel));
        assert_eq!(entry.proved_to_ms, seen_at_ms);
    }
}

async fn a_person_may_change_their_mind(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let clerk = office.actor("desk-01", StaffRole::Clerk, "").await;
    let reviewer = office.actor("desk-02", StaffRole::Reviewer, "").await;
    let (man, woman) = (office.holder("52").await, office.holder("52").await);
    let first = office.asks_for(&man, Road::Bank).await;
    office.asks_for(&woman, Road::Form).await;
    office.desk.clock.advance(60_000);
    assert_eq!(office.asks_for(&man, Road::Bank).await, first, "asked once");
    let call = office.asks_for(&man, Road::VideoCall).await;
    assert_eq!(call.asked_at_ms, first.asked_at_ms + 60_000);
    assert_eq!(office.status(&man).await.road, Some(call));
    let kinds = async || -> Vec<String> {
        let tasks = service.tasks(&clerk).await.unwrap().tasks;
        tasks.into_iter().map(|task| task.kind).collect()
    };
    assert_eq!(kinds().await, ["road-form", "road-video-call"]);

    // Back to the first, while somebody has proposed that he was seen in a call: what two people
    // saw counts, and nothing is left to be asked for.
    let mut db = service.store().read().await.unwrap();
    let task = db.tasks_of(man.person).await.unwrap().remove(0);
    drop(db);
    let open = service.propose(&clerk, (&task.task_id, "a call")).await;
    office.desk.clock.advance(60_000);
    let again = office.asks_for(&man, Road::Bank).await;
    assert_ne!(again, first);
    let open = open.unwrap();
    service.approve(&reviewer, &open.proposal).await.unwrap();
    let status = office.status(&man).await;
    assert!(status.certified && status.road.is_none());
    assert_eq!(kinds().await, ["road-form"], "hers is hers");
}

async fn a_refused_road_is_closed_and_can_be_asked_for_again(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let reviewer = office.actor("desk-02", StaffRole::Reviewer, "").await;
    let man = office.holder("52").await;
    office.asks_for(&man, Road::Visit).await;
    let task = service.tasks(&reviewer).await.unwrap().tasks.remove(0);
    let open = service
        .propose(&reviewer, (&task.task, "nobody home"))
        .await;
    let open = open.unwrap();
    let alone = service.approve(&reviewer, &open.proposal).await;
    assert_eq!(refused(alone), ErrorCode::ReviewSecondPerson);
    service.refuse(&reviewer, &open.proposal).await.unwrap();
    let status = office.status(&man).await;
    assert!(!status.certified && !status.under_review);
    assert_eq!(status.road, None);
    office.asks_for(&man, Road::Visit).await;
    assert!(office.status(&man).await.road.is_some());
}
