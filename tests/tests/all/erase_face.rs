//! A face that is erased: nothing of it is left but that it was there, the pension's record stays,
//! and a new modelling begins anew.

use lifecert_protocol::http::ErasedAnswer;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{Ask, Assurance, ErrorCode, EvidenceLevel, Verdict};
use lifecert_server::service::RequestAnswer;
use lifecert_server::store::{DeviceState, StaffRole};
use lifecert_tests::modelled::{Desk, HIS, HIS_NEXT};
use lifecert_tests::{on_both_engines, staff};

on_both_engines!(
    an_erased_face_is_gone_and_the_record_stays,
    the_office_erases_at_the_persons_word,
);

impl Erased<'_> {
    async fn asks(&self) -> Result<ErasedAnswer, ErrorCode> {
        let request = self.0.request(Ask::EraseFace);
        match self.0.service.request(&request).await {
            Ok(RequestAnswer::Erased(answer)) => Ok(answer),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.code()),
        }
    }

    /// The sources of the log's entries about erasures.
    async fn logged(&self) -> Vec<String> {
        let mut db = self.0.service.store().read().await.unwrap();
        let entries = db.entries_of(LeafKind::Erasure).await.unwrap();
        entries.into_iter().map(|entry| entry.source).collect()
    }

    /// The template ids on record, and whether an embedding lies there.
    async fn templates(&self) -> Vec<(String, bool)> {
        let mut db = self.0.service.store().read().await.unwrap();
        let mut found = Vec::new();
        for entry in db.entries_of(LeafKind::Enrolment).await.unwrap() {
            let template = db.template(&entry.source).await.unwrap().unwrap();
            assert_eq!(template.is_there, template.erased_at_ms.is_none());
            found.push((entry.source, template.is_there));
        }
        found
    }
}

struct Erased<'a>(&'a Desk);

async fn an_erased_face_is_gone_and_the_record_stays(database: &str) {
    let desk = Desk::new(database, Assurance::Tee, EvidenceLevel::KeyFrames).await;
    let erased = Erased(&desk);
    desk.consented().await;
    let (_, answer) = desk.certify(HIS_NEXT).await;
    assert_eq!(answer.outcome, Verdict::Accept);
    assert_eq!(desk.objects(), 1, "its evidence is kept");
    let before = erased.templates().await;
    assert!(before.iter().all(|(_, there)| *there) && !before.is_empty());
    // A challenge that he still holds, and a look at it.
    let late = desk.look(desk.challenge().await, HIS);

    let answer = erased.asks().await.unwrap();
    let count = before.len() as u32;
    assert_eq!((answer.templates, answer.devices), (count, 1));
    assert_eq!(desk.objects(), 0);
    let after = erased.templates().await;
    assert!(after.iter().all(|(_, there)| !there), "{after:?}");
    let logged = erased.logged().await;
    for (id, _) in &after {
        assert!(logged.contains(&format!("template:{id}")), "{logged:?}");
    }
    let mut db = desk.service.store().read().await.unwrap();
    assert!(!db.is_modelled(desk.man).await.unwrap());
    let model = desk
        .service
        .standard_policy("demo")
        .capture
        .recognition_model;
    assert!(db.templates(desk.man, model).await.unwrap().is_none());
    assert_eq!(db.coverage(model, model).await.unwrap().modelled, 0);
    let devices = db.devices(desk.man).await.unwrap();
    assert!(devices.iter().all(|row| row.state == DeviceState::Revoked));
    assert!(db.consent(desk.man).await.unwrap().is_none());
    // Who he is, that he lived and what he was given stays.
    assert!(db.identity(desk.man).await.unwrap().is_some());
    let evidence = db.counting_evidence(desk.man).await.unwrap();
    assert_eq!(evidence.len(), 2);
    assert_eq!(db.receipts_of(desk.man).await.unwrap().len(), 2);
    drop(db);

    // Where the answer got lost it is asked for again; nothing else is answered any more.
    let again = erased.asks().await.unwrap();
    assert_eq!((again.templates, again.devices), (0, 0));
    let shut_out = desk.send(late.envelope()).await.unwrap_err();
    assert_eq!(shut_out, ErrorCode::DeviceRevoked);
    let status = desk.service.request(&desk.request(Ask::Status)).await;
    assert_eq!(status.unwrap_err().code(), ErrorCode::DeviceRevoked);

    // A clerk models him anew; the old phone, shut out, erases nothing of that.
    let token = desk.service.add_staff(StaffRole::Clerk).await.unwrap();
    desk.enrol(&token).await;
    assert_eq!(erased.asks().await, Err(ErrorCode::DeviceRevoked));
    let there: Vec<_> = erased.templates().await;
    assert_eq!(
        there.iter().filter(|(_, there)| *there).count(),
        before.len()
    );
    let mut db = desk.service.store().read().await.unwrap();
    let templates = db.templates(desk.man, model).await.unwrap().unwrap();
    assert_eq!(templates.first.made_at_ms, templates.current.made_at_ms);
}

async fn the_office_erases_at_the_persons_word(database: &str) {
    let desk = Desk::new(database, Assurance::Tee, EvidenceLevel::KeyFrames).await;
    let (service, erased) = (&desk.service, Erased(&desk));
    let clerk = staff::actor(service, "desk-01", StaffRole::Clerk, "").await;
    let elsewhere = staff::actor(service, "desk-03", StaffRole::Clerk, "53").await;
    let auditor = staff::actor(service, "desk-04", StaffRole::Auditor, "").await;
    let refused = async |actor, reason| {
        let answer = service.erase_face(actor, desk.man, reason).await;
        answer.unwrap_err().code()
    };
    assert_eq!(refused(&clerk, " ").await, ErrorCode::RequestMalformed);
    let not_theirs = refused(&elsewhere, "asked for").await;
    assert_eq!(not_theirs, ErrorCode::RequestNotFound);
    let no_right = refused(&auditor, "asked for").await;
    assert_eq!(no_right, ErrorCode::RequestUnauthorised);
    assert!(erased.templates().await.iter().all(|(_, there)| *there));

    let answer = service.erase_face(&clerk, desk.man, "asked for").await;
    let answer = answer.unwrap();
    assert!(answer.templates > 0 && answer.devices == 1);
    assert!(erased.templates().await.iter().all(|(_, there)| !there));
    let reads = service.access_log(&auditor, &Default::default()).await;
    let reads = reads.unwrap().accesses;
    assert_eq!((reads.len(), reads[0].what.as_str()), (1, "erasure"));
    assert_eq!(
        (reads[0].person, &reads[0].staff),
        (desk.man, &clerk.staff_id)
    );
}
