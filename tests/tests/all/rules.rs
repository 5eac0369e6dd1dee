//! The server's rules over days and tries, on both engines, by a clock that the test moves.
//!
//! No picture is looked at here: requests are signed by a key as a device signs them, and claims
//! that were decided are put on record as the server records them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_inference::ModelStore;
use lifecert_protocol::http::{BindStart, StatusAnswer};
use lifecert_protocol::{
    Ask, Assurance, CapturePolicy, Challenge, ChallengeMode, Channel, ClaimId, DeviceId,
    DeviceRequest, Digest, ErrorCode, Modality, PersonRef, Purpose, Signed, SoftwareKey, Verdict,
    WIRE_VERSION,
};
use lifecert_server::clock::MockClock;
use lifecert_server::error::ServiceError;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::recompute::Recompute;
use lifecert_server::roster;
use lifecert_server::run_tx;
use lifecert_server::service::{RequestAnswer, Service};
use lifecert_server::store::{
    ClaimRow, DeviceRow, DeviceState, EvidenceRow, Staff, StaffRole, Store, TemplateOrigin,
    TemplateRow, Unattested,
};
use lifecert_tests::office::models;
use lifecert_tests::on_both_engines;
use std::sync::Arc;

on_both_engines!(
    a_request_needs_a_fresh_nonce_and_the_right_key,
    offline_challenges_are_few_and_end_with_the_window,
    after_five_refusals_a_rest_is_asked_for,
    the_window_opens_before_the_certificate_ends,
    a_letter_ends_after_sixty_days,
    only_a_demonstration_may_be_lenient,
    a_roster_is_taken_in_whole_and_once,
    a_template_counts_for_its_own_recognition_model_alone,
);

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// 2026-11-24, noon on the agency's clock.
const NOW_MS: u64 = 1_795_492_800_000;
const SERVER: &str = "certify.quanzhou.example";

/// An office in this process, with one man, his template and his bound device.
struct Desk {
    service: Service,
    clock: Arc<MockClock>,
    man: PersonRef,
    key: SoftwareKey,
    _folder: tempfile::TempDir,
}

impl Desk {
    async fn new(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(MockClock::at(NOW_MS));
        let store = Store::open(database, "quanzhou".parse().unwrap())
            .await
            .unwrap();
        let keys = AgencyKeys::open(folder.path()).unwrap();
        let recompute = Recompute::names_only(&ModelStore::open(models()).unwrap(), None).unwrap();
        let service = Service::new(store, keys, clock.clone(), recompute, SERVER);
        service.set_up("Quanzhou", "0773-123456").await.unwrap();
        let man = service.import(&people(1), "default").await.unwrap()[0].unwrap();
        let (key, _) = SoftwareKey::generate().unwrap();
        let desk = Self {
            service,
            clock,
            man,
            key,
            _folder: folder,
        };
        desk.bind().await;
        desk
    }

    async fn bind(&self) {
        let staff = Staff {
            staff_id: "clerk".into(),
            role: StaffRole::Clerk,
        };
        let policy = self.service.standard_policy("default");
        let template = template(policy.capture.recognition_model, "clerk");
        let device = DeviceRow {
            device: DeviceId::random(),
            person: self.man,
            key: self.key.public().id(),
            public_key: self.key.public().as_sec1().to_vec(),
            assurance: Assurance::None,
            reason: None,
            app_key: None,
            state: DeviceState::Bound,
        };
        let done = async || -> Result<(), ServiceError> {
            run_tx!(self.service.store(), "test", |db| {
                db.add_staff(&staff, Digest::of(b"token"), NOW_MS).await?;
                db.add_template(self.man, &template).await?;
                Ok(db.add_device(&device, NOW_MS).await?)
            })
        };
        done().await.unwrap();
    }

    fn request(&self, ask: Ask) -> DeviceRequest {
        DeviceRequest {
            version: WIRE_VERSION,
            agency: "quanzhou".parse().unwrap(),
            server: SERVER.into(),
            person: self.man,
            key: self.key.public().id(),
            nonce: self.service.hello().nonce,
            ask,
        }
    }

    fn signed(&self, ask: Ask) -> Vec<u8> {
        self.key.sign_message(&self.request(ask)).unwrap()
    }

    async fn status(&self) -> StatusAnswer {
        match self
            .service
            .request(&self.signed(Ask::Status))
            .await
            .unwrap()
        {
            RequestAnswer::Status(status) => status,
            other => panic!("{other:?}"),
        }
    }

    async fn challenge(&self, mode: ChallengeMode) -> Result<Challenge, ServiceError> {
        let request = self.signed(Ask::Challenge { mode });
        let bytes = self.service.give_challenge(&request).await?;
        Ok(Signed::read(&bytes).unwrap().peek().unwrap())
    }

    /// Puts a decided claim for that challenge on record, as of now.
    async fn decided(&self, challenge: &Challenge, outcome: Verdict) {
        let now_ms = lifecert_server::clock::Clock::now_ms(&*self.clock);
        let claim = ClaimRow {
            claim_id: ClaimId::random(),
            challenge_id: challenge.challenge_id,
            payload_digest: Digest::of(challenge.challenge_id.as_bytes()),
            person: self.man,
            key: challenge.key,
            received_at_ms: now_ms,
            outcome,
            code: None,
            numbers: "{}".into(),
            answer: "{}".into(),
        };
        let evidence = EvidenceRow {
            modality: Modality::Face,
            channel: Channel::Home,
            assurance: Assurance::None,
            proved_from_ms: challenge.issued_at_ms,
            proved_to_ms: now_ms,
            source: claim.claim_id.to_string(),
        };
        let done = async || -> Result<(), ServiceError> {
            run_tx!(self.service.store(), "test", |db| {
                db.use_challenge(challenge.challenge_id, now_ms).await?;
                db.add_claim(&claim).await?;
                if outcome == Verdict::Accept {
                    db.add_evidence(self.man, &evidence, ("quanzhou", now_ms))
                        .await?;
                }
                Ok(())
            })
        };
        done().await.unwrap();
    }
}

/// A template made by a clerk, of nobody's face.
fn template(recognition_model: Digest, staff_id: &str) -> TemplateRow {
    TemplateRow {
        recognition_model,
        embedding: vec![0; 2_048].into(),
        pictures: 3,
        origin: TemplateOrigin::Clerk {
            staff_id: staff_id.into(),
        },
        made_at_ms: NOW_MS,
    }
}

fn people(count: usize) -> Vec<roster::RosterPerson> {
    let mut csv = String::from("name,id_kind,id_number,birth_date,contact\n");
    for n in 0..count {
        csv.push_str(&format!("Person {n},passport,E{n:08},1940-01-02,\n"));
    }
    roster::read(csv.as_bytes(), jiff::civil::date(2026, 11, 24)).unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> ErrorCode {
    result.unwrap_err().code()
}

async fn a_request_needs_a_fresh_nonce_and_the_right_key(database: &str) {
    let desk = Desk::new(database).await;
    let status = desk.status().await;
    assert!(!status.certified && !status.under_review);
    assert!(status.due_ms > NOW_MS + 360 * DAY_MS);

    let once = desk.signed(Ask::Status);
    desk.service.request(&once).await.unwrap();
    let again = desk.service.request(&once).await;
    assert_eq!(
        code(again),
        ErrorCode::RequestUnauthorised,
        "a nonce counts once"
    );
    let old = desk.signed(Ask::Status);
    desk.clock.advance(10 * 60 * 1_000 + 1);
    let old = desk.service.request(&old).await;
    assert_eq!(
        code(old),
        ErrorCode::RequestUnauthorised,
        "and for ten minutes"
    );

    let (stranger, _) = SoftwareKey::generate().unwrap();
    let forged = stranger.sign_message(&desk.request(Ask::History)).unwrap();
    let forged = desk.service.request(&forged).await;
    assert_eq!(code(forged), ErrorCode::ClaimSignature);
    let unknown = DeviceRequest {
        key: stranger.public().id(),
        ..desk.request(Ask::History)
    };
    let unknown = stranger.sign_message(&unknown).unwrap();
    assert_eq!(
        code(desk.service.request(&unknown).await),
        ErrorCode::DeviceNotBound
    );
    let other = DeviceRequest {
        person: PersonRef::random(),
        ..desk.request(Ask::History)
    };
    let other = desk.key.sign_message(&other).unwrap();
    assert_eq!(
        code(desk.service.request(&other).await),
        ErrorCode::DeviceNotBound
    );
    let elsewhere = DeviceRequest {
        server: "other".into(),
        ..desk.request(Ask::History)
    };
    let elsewhere = desk.key.sign_message(&elsewhere).unwrap();
    assert_eq!(
        code(desk.service.request(&elsewhere).await),
        ErrorCode::ClaimAudience
    );
    assert_eq!(
        code(desk.service.request(b"garbage").await),
        ErrorCode::RequestMalformed
    );
}

async fn offline_challenges_are_few_and_end_with_the_window(database: &str) {
    let desk = Desk::new(database).await;
    let first = desk.challenge(ChallengeMode::Offline).await.unwrap();
    assert_eq!(first.expires_at_ms, NOW_MS + 14 * DAY_MS);
    let second = desk.challenge(ChallengeMode::Offline).await.unwrap();
    assert!(second.sequence > first.sequence);
    let third = desk.challenge(ChallengeMode::Offline).await;
    assert_eq!(code(third), ErrorCode::ChallengeLimit);
    // An online one is still to be had, and ends after ten minutes.
    let online = desk.challenge(ChallengeMode::Online).await.unwrap();
    assert_eq!(online.expires_at_ms, NOW_MS + 10 * 60 * 1_000);
    // A week before the window ends, a challenge ends with it.
    let due_ms = desk.status().await.due_ms;
    desk.clock.advance(due_ms - NOW_MS - 7 * DAY_MS);
    let last = desk.challenge(ChallengeMode::Offline).await.unwrap();
    assert_eq!(last.expires_at_ms, due_ms);
    // Who is overdue meets an open door and the full time.
    desk.clock.advance(30 * DAY_MS);
    let late = desk.challenge(ChallengeMode::Offline).await.unwrap();
    assert_eq!(late.expires_at_ms - late.issued_at_ms, 14 * DAY_MS);
}

async fn after_five_refusals_a_rest_is_asked_for(database: &str) {
    let desk = Desk::new(database).await;
    for attempt in 1..=5 {
        let challenge = desk.challenge(ChallengeMode::Online).await.unwrap();
        assert_eq!(challenge.attempt, attempt);
        desk.decided(&challenge, Verdict::Refuse).await;
        desk.clock.advance(5_000);
    }
    let refused = desk.challenge(ChallengeMode::Online).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::AttemptsPause);
    assert_eq!(refused.retry_after_s(), Some(25));
    desk.clock.advance(25_000);
    let sixth = desk.challenge(ChallengeMode::Online).await.unwrap();
    assert_eq!(sixth.attempt, 6);
    desk.decided(&sixth, Verdict::Refer).await;
    let next = desk.challenge(ChallengeMode::Online).await.unwrap();
    assert_eq!(
        next.attempt, 1,
        "a claim that a person looks at is no failed try"
    );
}

async fn the_window_opens_before_the_certificate_ends(database: &str) {
    let desk = Desk::new(database).await;
    let challenge = desk.challenge(ChallengeMode::Online).await.unwrap();
    desk.decided(&challenge, Verdict::Accept).await;
    let status = desk.status().await;
    assert!(status.certified);
    let until_ms = status.valid_until_ms.unwrap();
    assert_eq!(status.window_opens_ms, until_ms - 90 * DAY_MS);
    let early = desk.challenge(ChallengeMode::Online).await;
    assert_eq!(code(early), ErrorCode::CaseWindowClosed);
    desk.clock.advance(status.window_opens_ms - NOW_MS);
    let again = desk.challenge(ChallengeMode::Online).await.unwrap();
    desk.decided(&again, Verdict::Accept).await;
    let renewed = desk.status().await;
    assert!(renewed.valid_until_ms.unwrap() > until_ms);
    desk.clock.advance(2 * 366 * DAY_MS);
    let overdue = desk.status().await;
    assert!(!overdue.certified && overdue.valid_until_ms.is_none());
    desk.challenge(ChallengeMode::Online).await.unwrap();
}

async fn a_letter_ends_after_sixty_days(database: &str) {
    let desk = Desk::new(database).await;
    let letters = desk.service.issue_letters(&[desk.man]).await.unwrap();
    let (key, _) = SoftwareKey::generate().unwrap();
    let start = BindStart {
        code: letters[0].code.to_printed().to_lowercase(),
        public_key: URL_SAFE_NO_PAD.encode(key.public().as_sec1()),
    };
    desk.clock.advance(60 * DAY_MS);
    let bytes = desk.service.give_bind_challenge(&start).await.unwrap();
    let challenge: Challenge = Signed::read(&bytes).unwrap().peek().unwrap();
    assert_eq!(challenge.purpose, Purpose::Bind);
    assert_eq!(challenge.person, None, "nothing is said of the person");
    assert_eq!(challenge.key, key.public().id());
    desk.clock.advance(1);
    let late = desk.service.give_bind_challenge(&start).await;
    assert_eq!(code(late), ErrorCode::CodeInvalid);
    let mistyped = BindStart {
        code: "1234".into(),
        ..start.clone()
    };
    let mistyped = desk.service.give_bind_challenge(&mistyped).await;
    assert_eq!(code(mistyped), ErrorCode::CodeMistyped);
    let keyless = BindStart {
        public_key: "AAAA".into(),
        ..start
    };
    let keyless = desk.service.give_bind_challenge(&keyless).await;
    assert_eq!(code(keyless), ErrorCode::RequestMalformed);
    let nobody = desk.service.issue_letters(&[PersonRef::random()]).await;
    assert_eq!(
        code(nobody.map(|letters| letters.len())),
        ErrorCode::RequestNotFound
    );
}

async fn only_a_demonstration_may_be_lenient(database: &str) {
    let desk = Desk::new(database).await;
    let with = |name: &str, change: &dyn Fn(&mut lifecert_server::store::PolicyRow)| {
        let mut policy = desk.service.standard_policy(name);
        change(&mut policy);
        policy
    };
    let lenient: [&dyn Fn(&mut lifecert_server::store::PolicyRow); 3] = [
        &|policy| policy.below_hardware = Unattested::Accept,
        &|policy| policy.offline_below_hardware = Unattested::Accept,
        &|policy| policy.challenge_s = 60,
    ];
    for change in lenient {
        let usual = desk.service.add_policy(with("default", change)).await;
        assert_eq!(code(usual), ErrorCode::PolicyInvalid);
        desk.service.add_policy(with("demo", change)).await.unwrap();
    }
    let endless = desk
        .service
        .add_policy(with("demo", &|policy| policy.challenge_s = 601))
        .await;
    assert_eq!(code(endless), ErrorCode::PolicyInvalid);
    let blind = with("demo", &|policy| {
        policy.capture.live_threshold = lifecert_protocol::Score::from_parts(0);
    });
    assert_eq!(
        code(desk.service.add_policy(blind).await),
        ErrorCode::PolicyInvalid
    );
    let sampled = with("default", &|policy| {
        policy.below_hardware = Unattested::Sample { permille: 100 };
    });
    desk.service.add_policy(sampled).await.unwrap();
}

async fn a_roster_is_taken_in_whole_and_once(database: &str) {
    let desk = Desk::new(database).await;
    let taken = desk.service.import(&people(3), "default").await.unwrap();
    let new: Vec<bool> = taken.iter().map(Option::is_some).collect();
    assert_eq!(
        new,
        [false, true, true],
        "the first was on the roster before"
    );
    let nowhere = desk.service.import(&people(5), "unheard-of").await;
    assert_eq!(code(nowhere), ErrorCode::RequestNotFound);
    assert_eq!(
        desk.service
            .store()
            .read()
            .await
            .unwrap()
            .people()
            .await
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn the_operating_point_is_the_one_that_the_manifest_has_evidence_for() {
    let store = ModelStore::open(models()).unwrap();
    let recompute = Recompute::names_only(&store, None).unwrap();
    let set = recompute.current();
    let standard = CapturePolicy::standard(set.recognition(), set.ids.liveness.clone());
    assert_eq!(standard.match_threshold, set.fmr_1e5);
    assert!(set.fmr_1e4 < set.fmr_1e5);
    let again = Recompute::names_only(&store, Some(&store)).unwrap();
    assert!(again.next().is_none(), "the same model is no next one");
}

async fn a_template_counts_for_its_own_recognition_model_alone(database: &str) {
    let desk = Desk::new(database).await;
    let other = Digest::of(b"another model");
    let mut policy = desk.service.standard_policy("default");
    policy.capture.recognition_model = other;
    desk.service.add_policy(policy).await.unwrap();
    let asked = desk.challenge(ChallengeMode::Online).await;
    assert_eq!(code(asked), ErrorCode::EnrolmentMissing);
    let row = template(other, "clerk");
    let done = async || -> Result<String, ServiceError> {
        run_tx!(desk.service.store(), "test", |db| Ok(db
            .add_template(desk.man, &row)
            .await?))
    };
    done().await.unwrap();
    desk.challenge(ChallengeMode::Online).await.unwrap();
    let next = desk.service.next_policy("default");
    assert_eq!(code(next), ErrorCode::ModelMissing, "no model comes next");
}
