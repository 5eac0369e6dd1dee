//! Visits at home: a list on record, a bundle that only a worker opens, and a second person before
//! anything counts.

use lifecert_client::seal_visit;
use lifecert_protocol::http::staff::VisitList;
use lifecert_protocol::{
    Ask, Assurance, Channel, ErrorCode, EvidenceLevel, EvidenceOpener, Modality, Road, SealedVisit,
    Visit, VisitWork,
};
use lifecert_server::service::Actor;
use lifecert_server::store::{StaffRole, VisitState};
use lifecert_tests::modelled::{DAY_MS, Desk, NOW_MS, his_pictures};
use lifecert_tests::{on_both_engines, staff};

on_both_engines!(
    a_visit_counts_when_a_second_person_agrees,
    a_visit_that_is_not_whole_is_refused_or_becomes_a_task,
    what_a_visit_brought_is_erased_in_time_and_with_the_face,
);

/// An office with a clerk, and a man who asked to be visited.
struct Home {
    desk: Desk,
    clerk: Actor,
}

impl Home {
    async fn open(database: &str) -> Self {
        let desk = Desk::new(database, Assurance::None, EvidenceLevel::KeyFrames).await;
        let clerk = staff::actor(&desk.service, "desk-01", StaffRole::Clerk, "").await;
        let home = Self { desk, clerk };
        home.asks().await;
        home
    }

    async fn asks(&self) {
        let asked = self.desk.request(Ask::OtherRoad { road: Road::Visit });
        self.desk.service.request(&asked).await.unwrap();
    }

    async fn list(&self) -> VisitList {
        self.desk.service.visits(&self.clerk).await.unwrap()
    }

    fn visit(&self, pictures: &[Vec<u8>], done_at_ms: u64) -> Visit {
        Visit {
            person: self.desk.man,
            done_at_ms,
            pictures: pictures.iter().cloned().map(Into::into).collect(),
            form: Some(b"a photo of a form".to_vec().into()),
        }
    }

    async fn send(&self, sealed: &SealedVisit) -> Result<u64, ErrorCode> {
        let bytes = sealed.to_bytes();
        let taken = self.desk.service.take_visit(&self.clerk, &bytes);
        let answer = taken.await.map_err(|error| error.code())?;
        assert_eq!(answer.visit, sealed.header.visit);
        Ok(answer.received_at_ms)
    }

    async fn state(&self, sealed: &SealedVisit) -> (VisitState, Option<ErrorCode>) {
        let mut db = self.desk.service.store().read().await.unwrap();
        let row = db.visit(sealed.header.visit).await.unwrap().unwrap();
        (row.state, row.code)
    }
}

async fn a_visit_counts_when_a_second_person_agrees(database: &str) {
    let home = Home::open(database).await;
    let (desk, service) = (&home.desk, &home.desk.service);
    let reviewer_list = service.visits(&desk.reviewer).await.err().unwrap();
    assert_eq!(reviewer_list.code(), ErrorCode::RequestUnauthorised);
    let elsewhere = staff::actor(service, "desk-05", StaffRole::Clerk, "53").await;
    assert!(service.visits(&elsewhere).await.unwrap().visits.is_empty());
    let list = home.list().await;
    assert_eq!((list.visits.len(), list.visits[0].person), (1, desk.man));
    assert_eq!(
        (list.visits[0].name.as_str(), list.visits[0].work),
        ("Person 1", VisitWork::Certify)
    );
    let auditor = staff::actor(service, "desk-04", StaffRole::Auditor, "").await;
    let reads = service.access_log(&auditor, &Default::default()).await;
    let reads = reads.unwrap().accesses;
    assert_eq!((reads.len(), reads[0].what.as_str()), (1, "visit-list"));

    // Done at once, sent in the evening; a retry gets the same answer.
    let done_at_ms = desk.clock_ms() + 60_000;
    let sealed = seal_visit(&list, home.visit(his_pictures(), done_at_ms)).unwrap();
    desk.clock.advance(8 * 60 * 60 * 1_000);
    let received_ms = home.send(&sealed).await.unwrap();
    desk.clock.advance(60_000);
    assert_eq!(home.send(&sealed).await, Ok(received_ms));
    assert_eq!(desk.objects(), 1);
    assert!(home.list().await.visits.is_empty(), "he was visited");
    desk.work().await;
    assert_eq!(home.state(&sealed).await, (VisitState::Read, None));
    assert_eq!(home.send(&sealed).await, Ok(received_ms));

    // It is the clerk's proposal, and nothing counts until somebody else agrees.
    let mut db = service.store().read().await.unwrap();
    assert!(db.counting_evidence(desk.man).await.unwrap().is_empty());
    drop(db);
    let open = service.proposals(&desk.reviewer).await.unwrap().proposals;
    assert_eq!(
        (open.len(), &open[0].proposed_by),
        (1, &home.clerk.staff_id)
    );
    assert_eq!(open[0].reason, format!("visit {}", sealed.header.visit));
    // Who is to agree looks at the form first; that they did is on record.
    let id = sealed.header.visit;
    let opening = &desk.worker;
    let clerk_looks = opening.see_visit(&home.clerk, id, "to agree").await;
    assert_eq!(
        clerk_looks.unwrap_err().code(),
        ErrorCode::RequestUnauthorised
    );
    let looked = opening
        .see_visit(&desk.reviewer, id, "to agree")
        .await
        .unwrap();
    assert_eq!(
        looked.form.as_ref().unwrap().as_slice(),
        b"a photo of a form"
    );
    assert_eq!(looked.pictures.len(), his_pictures().len());
    let without_a_reason = opening.see_visit(&desk.reviewer, id, " ").await;
    assert_eq!(
        without_a_reason.unwrap_err().code(),
        ErrorCode::RequestMalformed
    );
    let reads = service.access_log(&auditor, &Default::default()).await;
    let reads = reads.unwrap().accesses;
    assert_eq!(
        (reads[0].what.as_str(), &reads[0].staff),
        ("visit", &desk.reviewer.staff_id)
    );

    let alone = service.approve(&home.clerk, &open[0].proposal).await;
    assert_eq!(alone.unwrap_err().code(), ErrorCode::RequestUnauthorised);
    let agreed = service.approve(&desk.reviewer, &open[0].proposal).await;
    agreed.unwrap();
    let mut db = service.store().read().await.unwrap();
    let evidence = db.counting_evidence(desk.man).await.unwrap();
    assert_eq!(evidence.len(), 1);
    let kind = (evidence[0].modality, evidence[0].channel);
    assert_eq!(kind, (Modality::InPerson, Channel::Visit));
    assert_eq!(evidence[0].proved_to_ms, done_at_ms, "when he was seen");
    // The model is the clerk's.
    let model = service.standard_policy("demo").capture.recognition_model;
    let templates = db.templates(desk.man, model).await.unwrap().unwrap();
    assert!(templates.current.made_at_ms > templates.first.made_at_ms);
}

async fn a_visit_that_is_not_whole_is_refused_or_becomes_a_task(database: &str) {
    let home = Home::open(database).await;
    let (desk, list) = (&home.desk, home.list().await);
    let seal = |visit| seal_visit(&list, visit).unwrap();
    let good = seal(home.visit(&[], desk.clock_ms()));
    let changed = |change: &dyn Fn(&mut SealedVisit)| {
        let mut sealed = good.clone();
        change(&mut sealed);
        sealed
    };
    let refused = [
        (
            changed(&|sealed| sealed.header.server = "other".into()),
            ErrorCode::ClaimAudience,
        ),
        (
            changed(&|sealed| sealed.header.agency = "xing-an".parse().unwrap()),
            ErrorCode::ClaimAudience,
        ),
        (
            changed(&|sealed| sealed.header.staff = "00ff".into()),
            ErrorCode::RequestUnauthorised,
        ),
        (
            changed(&|sealed| sealed.key = EvidenceOpener::generate().0.id()),
            ErrorCode::KeyUnavailable,
        ),
        (
            changed(&|sealed| sealed.header.person = lifecert_protocol::PersonRef::random()),
            ErrorCode::RequestNotFound,
        ),
    ];
    for (sealed, code) in refused {
        assert_eq!(home.send(&sealed).await, Err(code));
    }
    let bytes = good.to_bytes();
    let torn = desk.service.take_visit(&home.clerk, &bytes[1..]);
    assert_eq!(torn.await.unwrap_err().code(), ErrorCode::RequestMalformed);
    assert_eq!(desk.objects(), 0, "nothing of that is kept");

    // What only the private key can tell becomes a task.
    let forged = changed(&|sealed| sealed.ciphertext[0] ^= 1);
    home.send(&forged).await.unwrap();
    assert_eq!(
        home.send(&good).await,
        Err(ErrorCode::RequestMalformed),
        "one id, one visit"
    );
    let old = seal(home.visit(&[], NOW_MS - 8 * DAY_MS));
    home.send(&old).await.unwrap();
    let mut noise = plain(&home, &[b"no picture".to_vec()]);
    noise.form = None;
    let noise = seal(noise);
    home.send(&noise).await.unwrap();
    desk.work().await;
    let unreadable = |code| (VisitState::Unreadable, Some(code));
    assert_eq!(
        home.state(&forged).await,
        unreadable(ErrorCode::ClaimEvidence)
    );
    assert_eq!(home.state(&old).await, unreadable(ErrorCode::ClockWrong));
    assert_eq!(home.state(&noise).await.0, VisitState::Unreadable);
    let mut db = desk.service.store().read().await.unwrap();
    let tasks = db.tasks_of(desk.man).await.unwrap();
    let kinds = tasks.iter().filter(|task| task.kind == "visit-unreadable");
    assert_eq!(kinds.count(), 3);
    drop(db);
    let open = desk.service.proposals(&desk.reviewer).await.unwrap();
    assert!(open.proposals.is_empty());
    assert_eq!(
        home.list().await.visits.len(),
        1,
        "he is still to be visited"
    );

    // Pictures that are of no use take nothing from the form.
    let formed = seal(plain(&home, &[b"no picture".to_vec()]));
    home.send(&formed).await.unwrap();
    desk.work().await;
    let (state, code) = home.state(&formed).await;
    assert!(state == VisitState::Read && code.is_some());
    let open = desk.service.proposals(&desk.reviewer).await.unwrap();
    assert_eq!(open.proposals.len(), 1);
}

async fn what_a_visit_brought_is_erased_in_time_and_with_the_face(database: &str) {
    let home = Home::open(database).await;
    let (desk, list) = (&home.desk, home.list().await);
    let first = seal_visit(&list, plain(&home, &[])).unwrap();
    home.send(&first).await.unwrap();
    desk.work().await;
    desk.worker.sweep_orphans().await.unwrap();
    assert_eq!(desk.objects(), 1, "it is on record");
    desk.clock.advance(31 * DAY_MS);
    assert_eq!(desk.worker.expire_evidence().await.unwrap(), 1);
    desk.work().await;
    assert_eq!(desk.objects(), 0);
    assert_eq!(home.state(&first).await.0, VisitState::Erased);
    let named = |sealed: &SealedVisit| format!("visit:{}", sealed.header.visit);
    assert_eq!(desk.erasures().await, [named(&first)]);

    // A visit that nobody has opened yet goes with the face.
    let second = seal_visit(&list, plain(&home, &[])).unwrap();
    home.send(&second).await.unwrap();
    let erase = desk.request(Ask::EraseFace);
    desk.service.request(&erase).await.unwrap();
    desk.work().await;
    assert_eq!(desk.objects(), 0);
    assert_eq!(home.state(&second).await.0, VisitState::Erased);
    assert!(desk.erasures().await.contains(&named(&second)));
    // And he is not asked for his face again.
    let list = home.list().await;
    assert_eq!(list.visits[0].work, VisitWork::Form);
}

/// A visit of just now.
fn plain(home: &Home, pictures: &[Vec<u8>]) -> Visit {
    home.visit(pictures, home.desk.clock_ms())
}
