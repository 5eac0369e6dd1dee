//! What members of staff do: two people for what a machine did not accept, a record of every read,
//! nobody outside of their area.

mod bulk;
mod roads;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_protocol::http::staff::{AccessRequest, Proposal, Task};
use lifecert_protocol::http::{ClaimAnswer, StatusAnswer};
use lifecert_protocol::{
    Ask, ChallengeMode, Channel, ClaimId, Digest, ErrorCode, PersonRef, PublicKey, Receipt,
    ReceiptId, Verdict, verify_receipt,
};
use lifecert_server::error::ServiceError;
use lifecert_server::run_tx;
use lifecert_server::service::{Actor, RequestAnswer, Service};
use lifecert_server::store::{ClaimRow, DeviceState, StaffRole};
use lifecert_tests::desk::{Desk, Holder, unlimited};
use lifecert_tests::{on_both_engines, staff};
use sqlx::Executor;
use sqlx::any::AnyPoolOptions;

on_both_engines!(
    two_people_accept_a_claim,
    one_person_refuses,
    a_waiting_phone_is_let_in_by_two,
    who_was_seen_is_vouched_for,
    every_read_is_on_record,
    nobody_acts_outside_of_role_and_area,
    a_revoked_receipt_no_longer_counts,
    certificates_of_many_end_by_two,
    whoever_changes_or_ends_decides_nothing_more,
);

const COUNTY: &str = "52/5201";

/// An office with people who work there.
struct Staffed {
    desk: Desk,
}

impl Staffed {
    async fn open(database: &str) -> Self {
        let desk = Desk::open(database, None, unlimited()).await;
        Self { desk }
    }

    fn service(&self) -> &Service {
        &self.desk.app.service
    }

    /// Somebody who has logged in.
    async fn actor(&self, account: &str, role: StaffRole, area: &str) -> Actor {
        staff::actor(self.service(), account, role, area).await
    }

    async fn holder(&self, area: &str) -> Holder {
        self.desk
            .holder_in(area, "default", DeviceState::Bound)
            .await
    }

    /// A claim that the machine referred, and its task.
    async fn referred(&self, holder: &Holder) -> (ClaimId, Task) {
        let (challenge, _) = self
            .desk
            .challenge(holder, ChallengeMode::Online)
            .await
            .unwrap();
        self.desk.clock.advance(20_000);
        let now_ms = self.service().now_ms();
        let answer = ClaimAnswer {
            outcome: Verdict::Refer,
            code: Some(ErrorCode::ReviewRequired),
            receipt: None,
            identity_salt: None,
            log_proof: None,
            retry_after_s: None,
        };
        let row = ClaimRow {
            claim_id: ClaimId::random(),
            challenge_id: challenge.challenge_id,
            payload_digest: Digest::of(challenge.nonce.as_bytes()),
            person: holder.person,
            key: challenge.key,
            received_at_ms: now_ms,
            outcome: Verdict::Refer,
            code: Some(ErrorCode::ReviewRequired),
            numbers: r#"{"device_channel":"family","device_verdict":"accept"}"#.into(),
            answer: serde_json::to_string(&answer).unwrap(),
        };
        let source = row.claim_id.to_string();
        let done = async || -> Result<(), ServiceError> {
            run_tx!(self.service().store(), "test", |db| {
                db.use_challenge(challenge.challenge_id, now_ms).await?;
                db.add_claim(&row).await?;
                let task = ("review-claim", row.code);
                Ok(db.add_task(holder.person, task, &source, now_ms).await?)
            })
        };
        done().await.unwrap();
        let mut db = self.service().store().read().await.unwrap();
        let task = db.tasks_of(holder.person).await.unwrap().pop().unwrap();
        let task = Task {
            task: task.task_id,
            person: task.person,
            kind: task.kind,
            code: task.code,
            source: task.source,
            created_at_ms: task.created_at_ms,
            proposal: task.proposal,
        };
        (row.claim_id, task)
    }

    /// A referred claim that two people accepted.
    async fn accepted(&self, holder: &Holder, by: (&Actor, &Actor)) -> ReceiptId {
        let (_, task) = self.referred(holder).await;
        let service = self.service();
        let open = service
            .propose(by.0, (&task.task, "a visit"))
            .await
            .unwrap();
        let done = service.approve(by.1, &open.proposal).await.unwrap();
        done.receipt.unwrap()
    }

    async fn asks(&self, holder: &Holder, ask: Ask) -> Result<RequestAnswer, ServiceError> {
        let request = self.desk.request(holder, ask);
        let request = holder.key.sign_message(&request).unwrap();
        self.service().request(&request).await
    }

    async fn status(&self, holder: &Holder) -> StatusAnswer {
        match self.asks(holder, Ask::Status).await.unwrap() {
            RequestAnswer::Status(status) => status,
            other => panic!("{other:?}"),
        }
    }

    async fn receipt(&self, holder: &Holder, receipt_id: ReceiptId) -> Receipt {
        let answer = match self
            .asks(holder, Ask::Receipt { receipt_id })
            .await
            .unwrap()
        {
            RequestAnswer::Receipt(answer) => answer,
            other => panic!("{other:?}"),
        };
        assert_eq!(answer.outcome, Verdict::Accept);
        let signed = URL_SAFE_NO_PAD.decode(answer.receipt.unwrap()).unwrap();
        let agency = self.service().hello().agency_key;
        let agency = PublicKey::from_sec1(&URL_SAFE_NO_PAD.decode(agency).unwrap()).unwrap();
        verify_receipt(&signed, &agency, self.service().now_ms()).unwrap()
    }
}

fn refused<T>(outcome: Result<T, ServiceError>) -> ErrorCode {
    match outcome {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.code(),
    }
}

async fn two_people_accept_a_claim(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let clerk = office.actor("desk-01", StaffRole::Clerk, COUNTY).await;
    let first = office.actor("desk-02", StaffRole::Reviewer, COUNTY).await;
    let second = office.actor("desk-03", StaffRole::Supervisor, "52").await;
    let man = office.holder("52/5201/outlet-3").await;
    let (claim, task) = office.referred(&man).await;
    assert_eq!(
        service.tasks(&clerk).await.unwrap().tasks,
        std::slice::from_ref(&task)
    );
    assert!(office.status(&man).await.under_review);

    let none = service.propose(&first, (&task.task, "  ")).await;
    assert_eq!(refused(none), ErrorCode::RequestMalformed);
    let open = service
        .propose(&first, (&task.task, "seen at home"))
        .await
        .unwrap();
    assert_eq!(
        (open.kind.as_str(), open.state.as_str()),
        ("accept", "open")
    );
    assert_eq!(open.people, [man.person]);
    let again = service
        .propose(&clerk, (&task.task, "me, too"))
        .await
        .unwrap();
    assert_eq!(again, open, "a task has one open proposal");
    let listed = service.tasks(&clerk).await.unwrap().tasks;
    assert_eq!(listed[0].proposal.as_ref(), Some(&open.proposal));
    assert_eq!(
        service.proposals(&second).await.unwrap().proposals,
        std::slice::from_ref(&open)
    );

    // Whoever proposed it, and whoever may not decide, changes nothing.
    let alone = service.approve(&first, &open.proposal).await;
    assert_eq!(refused(alone), ErrorCode::ReviewSecondPerson);
    let clerk_alone = service.approve(&clerk, &open.proposal).await;
    assert_eq!(refused(clerk_alone), ErrorCode::RequestUnauthorised);
    assert!(!office.status(&man).await.certified);

    office.desk.clock.advance(60_000);
    let decided = service.approve(&second, &open.proposal).await.unwrap();
    assert_eq!(decided.state, "approved");
    assert_eq!(decided.decided_by.as_ref(), Some(&second.staff_id));
    let receipt_id = decided.receipt.unwrap();
    let status = office.status(&man).await;
    assert!(status.certified && !status.under_review, "{status:?}");
    assert_eq!(status.receipt, Some(receipt_id));
    // The receipt says that a person decided, and when.
    let receipt = office.receipt(&man, receipt_id).await;
    assert_eq!(receipt.decided_at_ms, Some(service.now_ms()));
    assert_eq!(receipt.proved_to_ms, service.now_ms() - 60_000);
    assert_eq!(
        (receipt.recomputed, receipt.channel),
        (None, Channel::Family)
    );
    assert_eq!(receipt.claim_id, claim);
    // It was done once.
    let twice = service.approve(&second, &open.proposal).await;
    assert_eq!(refused(twice), ErrorCode::RequestNotFound);
    let anew = service.propose(&first, (&task.task, "once more")).await;
    assert_eq!(refused(anew), ErrorCode::RequestNotFound);
    assert!(service.tasks(&clerk).await.unwrap().tasks.is_empty());
}

async fn one_person_refuses(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let reviewer = office.actor("desk-02", StaffRole::Reviewer, "").await;
    let man = office.holder("52").await;
    let (_, task) = office.referred(&man).await;
    let open = service
        .propose(&reviewer, (&task.task, "another man"))
        .await
        .unwrap();
    let refused_it: Proposal = service.refuse(&reviewer, &open.proposal).await.unwrap();
    assert_eq!(
        (refused_it.state.as_str(), refused_it.receipt),
        ("refused", None)
    );
    let status = office.status(&man).await;
    assert!(!status.certified && !status.under_review);
    let late = service.approve(&reviewer, &open.proposal).await;
    assert_eq!(refused(late), ErrorCode::RequestNotFound);
    // He can try once more.
    office.referred(&man).await;
}

async fn a_waiting_phone_is_let_in_by_two(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let clerk = office.actor("desk-01", StaffRole::Clerk, "").await;
    let reviewer = office.actor("desk-02", StaffRole::Reviewer, "").await;
    for (approved, state) in [(true, DeviceState::Bound), (false, DeviceState::Revoked)] {
        let man = office.desk.holder("default", DeviceState::Pending).await;
        let done = async || -> Result<(), ServiceError> {
            run_tx!(service.store(), "test", |db| {
                let (kind, source) = (("pending-device", None), man.device.to_string());
                Ok(db
                    .add_task(man.person, kind, &source, service.now_ms())
                    .await?)
            })
        };
        done().await.unwrap();
        let task = service.tasks(&clerk).await.unwrap().tasks.pop().unwrap();
        let open = service
            .propose(&clerk, (&task.task, "called him"))
            .await
            .unwrap();
        if approved {
            service.approve(&reviewer, &open.proposal).await.unwrap();
        } else {
            service.refuse(&reviewer, &open.proposal).await.unwrap();
        }
        let mut db = service.store().read().await.unwrap();
        let devices = db.devices(man.person).await.unwrap();
        assert_eq!(devices[0].state, state);
        drop(db);
        assert!(service.tasks(&clerk).await.unwrap().tasks.is_empty());
        office.desk.clock.advance(1_000);
    }
}

async fn who_was_seen_is_vouched_for(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let clerk = office.actor("desk-01", StaffRole::Clerk, "").await;
    let reviewer = office.actor("desk-02", StaffRole::Reviewer, "").await;
    let woman = office.holder(COUNTY).await;
    let done = async || -> Result<(), ServiceError> {
        run_tx!(service.store(), "test", |db| {
            let (kind, claim) = (("helper-recheck", None), ClaimId::random().to_string());
            Ok(db
                .add_task(woman.person, kind, &claim, service.now_ms())
                .await?)
        })
    };
    done().await.unwrap();
    office.desk.clock.advance(60_000);
    let seen_at_ms = service.now_ms();
    let task = service.tasks(&clerk).await.unwrap().tasks.remove(0);
    let open = service
        .propose(&clerk, (&task.task, "seen at home"))
        .await
        .unwrap();
    office.desk.clock.advance(60_000);
    let mut db = service.store().read().await.unwrap();
    assert!(db.vouched_at_ms(woman.person).await.unwrap() < Some(seen_at_ms));
    drop(db);
    service.approve(&reviewer, &open.proposal).await.unwrap();
    let mut db = service.store().read().await.unwrap();
    assert_eq!(
        db.vouched_at_ms(woman.person).await.unwrap(),
        Some(seen_at_ms)
    );
    drop(db);
    assert!(office.status(&woman).await.certified);
}

async fn every_read_is_on_record(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let clerk = office.actor("desk-01", StaffRole::Clerk, COUNTY).await;
    let auditor = office.actor("desk-04", StaffRole::Auditor, "").await;
    let county_auditor = office.actor("desk-05", StaffRole::Auditor, "53").await;
    let man = office.holder(COUNTY).await;
    office.referred(&man).await;
    let log = async |actor: &Actor, request: AccessRequest| {
        service.access_log(actor, &request).await.unwrap().accesses
    };
    assert!(log(&auditor, AccessRequest::default()).await.is_empty());
    for n in 1..=3 {
        office.desk.clock.advance(1_000);
        let reason = format!("call number {n}");
        let file = service
            .open_file(&clerk, man.person, &reason)
            .await
            .unwrap();
        assert_eq!((file.person, file.name.as_str()), (man.person, "Person"));
        assert_eq!(
            (file.tasks.len(), file.claims.len(), file.devices.len()),
            (1, 1, 1)
        );
        let reads = log(&auditor, AccessRequest::default()).await;
        assert_eq!(reads.len(), n, "one record a read");
        assert_eq!(reads[0].staff, clerk.staff_id);
        assert_eq!(
            (reads[0].person, reads[0].what.as_str()),
            (man.person, "file")
        );
        assert_eq!(
            (&reads[0].reason, reads[0].at_ms),
            (&reason, service.now_ms())
        );
    }
    // What is not shown leaves no record of a read, and what leaves no record is not shown.
    for reason in ["", " \n ", "a\u{7}bell", &"x".repeat(201)] {
        let unreasoned = service.open_file(&clerk, man.person, reason).await;
        assert_eq!(refused(unreasoned), ErrorCode::RequestMalformed);
    }
    let stranger = service
        .open_file(&clerk, PersonRef::random(), "a call")
        .await;
    assert_eq!(refused(stranger), ErrorCode::RequestNotFound);
    assert_eq!(log(&auditor, AccessRequest::default()).await.len(), 3);
    // An auditor pages, and sees their own area.
    let earlier = AccessRequest {
        person: Some(man.person),
        before_ms: Some(service.now_ms()),
    };
    assert_eq!(log(&auditor, earlier).await.len(), 2);
    assert!(
        log(&county_auditor, AccessRequest::default())
            .await
            .is_empty()
    );
    // Where nothing can be recorded, nothing is shown.
    let address = match database.strip_prefix("sqlite:") {
        Some(path) => format!("sqlite://{path}"),
        None => database.to_owned(),
    };
    let pool = AnyPoolOptions::new().connect(&address).await.unwrap();
    pool.execute("DROP TABLE file_access").await.unwrap();
    let unrecorded = service.open_file(&clerk, man.person, "a call").await;
    assert_eq!(
        refused(unrecorded),
        ErrorCode::ServerInternal,
        "no record, no file"
    );
}

async fn nobody_acts_outside_of_role_and_area(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let man = office.holder(COUNTY).await;
    let proposer = office
        .actor("proposer", StaffRole::Supervisor, COUNTY)
        .await;
    let helper = office.actor("helper", StaffRole::Reviewer, COUNTY).await;
    let receipt = office.accepted(&man, (&helper, &proposer)).await;
    office.desk.clock.advance(30_000);
    let other = office.holder(COUNTY).await;
    let (_, task) = office.referred(&other).await;
    let open = service
        .propose(&proposer, (&task.task, "a visit"))
        .await
        .unwrap();
    let bulk = service
        .propose_end(&proposer, &[man.person], "moved")
        .await
        .unwrap();
    let (unauthorised, unknown) = (
        Some(ErrorCode::RequestUnauthorised),
        Some(ErrorCode::RequestNotFound),
    );
    for (n, role) in StaffRole::ALL.into_iter().enumerate() {
        for (m, (area, theirs)) in [("52/5202", false), ("52/52", false), (COUNTY, true)]
            .into_iter()
            .enumerate()
        {
            office.desk.clock.advance(30_000);
            let actor = office.actor(&format!("desk-{n}{m}"), role, area).await;
            let may = |roles: &[StaffRole]| roles.contains(&role);
            let (working, deciding) = (
                may(&[StaffRole::Clerk, StaffRole::Reviewer, StaffRole::Supervisor]),
                may(&[StaffRole::Reviewer, StaffRole::Supervisor]),
            );
            let ruling = may(&[StaffRole::Supervisor, StaffRole::Administrator]);
            let expect = |allowed: bool| match (allowed, theirs) {
                (false, _) => unauthorised,
                (true, false) => unknown,
                (true, true) => None,
            };
            let code = |outcome: Option<ServiceError>| outcome.map(|error| error.code());
            let said = format!("{role:?} of {area}");
            let tasks = service.tasks(&actor).await.map(|tasks| tasks.tasks.len());
            let seen = tasks.unwrap_or(0);
            assert_eq!(seen, usize::from(working && theirs), "{said} sees tasks");
            let file = service.open_file(&actor, man.person, "a call").await.err();
            assert_eq!(code(file), expect(working), "{said} reads");
            let proposed = service.propose(&actor, (&task.task, "a visit")).await.err();
            assert_eq!(code(proposed), expect(working), "{said} proposes");
            let ends = service
                .propose_end(&actor, &[man.person], "moved")
                .await
                .err();
            assert_eq!(code(ends), expect(ruling), "{said} proposes for many");
            if !(theirs && deciding) {
                let approved = service.approve(&actor, &open.proposal).await.err();
                assert_eq!(code(approved), expect(deciding), "{said} approves");
                let refused = service.refuse(&actor, &open.proposal).await.err();
                assert_eq!(code(refused), expect(deciding), "{said} refuses");
            }
            if !(theirs && ruling) {
                let approved = service.approve(&actor, &bulk.proposal).await.err();
                assert_eq!(code(approved), expect(ruling), "{said} approves for many");
            }
            let supervises = may(&[StaffRole::Supervisor]);
            if !(theirs && supervises) {
                let revoked = service
                    .revoke_receipt(&actor, receipt, "an error")
                    .await
                    .err();
                assert_eq!(code(revoked), expect(supervises), "{said} revokes");
            }
            let reads = service.access_log(&actor, &AccessRequest::default()).await;
            let audits = may(&[StaffRole::Auditor]);
            assert_eq!(reads.is_ok(), audits, "{said} reads who read");
            if audits && !theirs {
                assert!(
                    reads.unwrap().accesses.is_empty(),
                    "{said} sees other areas"
                );
            }
        }
    }
    // A counter's token models faces and does nothing else.
    let token = service.add_staff(StaffRole::Clerk).await.unwrap();
    let counter = service.staff(&token).await.unwrap();
    assert_eq!(
        refused(service.tasks(&counter).await),
        ErrorCode::RequestUnauthorised
    );
    let file = service.open_file(&counter, man.person, "a call").await;
    assert_eq!(refused(file), ErrorCode::RequestUnauthorised);
    let proposed = service.propose(&counter, (&task.task, "a visit")).await;
    assert_eq!(refused(proposed), ErrorCode::RequestUnauthorised);
}

async fn a_revoked_receipt_no_longer_counts(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let reviewer = office.actor("desk-02", StaffRole::Reviewer, "").await;
    let supervisor = office.actor("desk-03", StaffRole::Supervisor, "").await;
    let man = office.holder(COUNTY).await;
    let receipt = office.accepted(&man, (&reviewer, &supervisor)).await;
    assert!(office.status(&man).await.certified);
    let revoke = service.revoke_receipt(&supervisor, receipt, "another man");
    revoke.await.unwrap();
    let status = office.status(&man).await;
    assert!(!status.certified);
    assert_eq!(
        (status.receipt, status.revoked_receipts),
        (None, vec![receipt])
    );
    let twice = service
        .revoke_receipt(&supervisor, receipt, "once more")
        .await;
    assert_eq!(refused(twice), ErrorCode::RequestNotFound);
    let unknown = service.revoke_receipt(&supervisor, ReceiptId::random(), "an error");
    assert_eq!(refused(unknown.await), ErrorCode::RequestNotFound);
    let file = service
        .open_file(&reviewer, man.person, "a call")
        .await
        .unwrap();
    assert_eq!(file.receipts[0].revoked_at_ms, Some(service.now_ms()));
    assert_eq!(file.valid_until_ms, None);
    // The door is open again at once.
    let next = office.accepted(&man, (&reviewer, &supervisor)).await;
    let status = office.status(&man).await;
    assert!(status.certified);
    assert_eq!(status.receipt, Some(next));
}

async fn certificates_of_many_end_by_two(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let reviewer = office.actor("desk-02", StaffRole::Reviewer, "").await;
    let supervisor = office.actor("desk-03", StaffRole::Supervisor, "").await;
    let administrator = office.actor("desk-06", StaffRole::Administrator, "").await;
    let (one, two) = (office.holder("52").await, office.holder("53").await);
    let third = office.holder("53").await;
    for holder in [&one, &two, &third] {
        office.accepted(holder, (&reviewer, &supervisor)).await;
    }
    let people = [one.person, two.person, one.person];
    let none = service
        .propose_end(&supervisor, &[], "deaths of October")
        .await;
    assert_eq!(refused(none), ErrorCode::RequestMalformed);
    let open = service.propose_end(&supervisor, &people, "deaths of October");
    let open = open.await.unwrap();
    assert_eq!((open.kind.as_str(), open.people.len()), ("end", 2));
    let alone = service.approve(&supervisor, &open.proposal).await;
    assert_eq!(refused(alone), ErrorCode::ReviewSecondPerson);
    assert!(office.status(&one).await.certified);
    let listed = service.proposals(&administrator).await.unwrap().proposals;
    assert_eq!(listed, std::slice::from_ref(&open));
    service
        .approve(&administrator, &open.proposal)
        .await
        .unwrap();
    for holder in [&one, &two] {
        let mut db = service.store().read().await.unwrap();
        assert!(
            db.counting_evidence(holder.person)
                .await
                .unwrap()
                .is_empty()
        );
        let devices = db.devices(holder.person).await.unwrap();
        assert!(
            devices
                .iter()
                .all(|device| device.state == DeviceState::Revoked)
        );
    }
    assert!(office.status(&third).await.certified);
}

async fn whoever_changes_or_ends_decides_nothing_more(database: &str) {
    let office = Staffed::open(database).await;
    let service = office.service();
    let clerk = office.actor("desk-01", StaffRole::Clerk, "").await;
    let moved = office.actor("desk-02", StaffRole::Reviewer, "").await;
    let ended = office.actor("desk-03", StaffRole::Supervisor, "").await;
    let man = office.holder(COUNTY).await;
    let (_, task) = office.referred(&man).await;
    let open = service
        .propose(&clerk, (&task.task, "a visit"))
        .await
        .unwrap();
    let elsewhere = "53".parse().unwrap();
    let change = service.change_account("desk-02", (StaffRole::Reviewer, &elsewhere));
    change.await.unwrap();
    service.end_account("desk-03").await.unwrap();
    // Their requests were let in before; what they ask for comes after.
    for actor in [&moved, &ended] {
        let approved = service.approve(actor, &open.proposal).await;
        assert_eq!(refused(approved), ErrorCode::RequestUnauthorised);
        let file = service.open_file(actor, man.person, "a call").await;
        assert_eq!(refused(file), ErrorCode::RequestUnauthorised);
    }
    assert!(!office.status(&man).await.certified);
}
