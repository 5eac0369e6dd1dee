//! The claim path: durable claims a second, against the bare cryptography and the bare look in
//! them.

use crate::Figure;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_client::{SignedClaim, SoftwareVault, StorageKey};
use lifecert_inference::ModelStore;
use lifecert_protocol::http::{BindRequest, BindStart, EnrolRequest};
use lifecert_protocol::{
    Ask, Challenge, ChallengeMode, Claim, ClaimEnvelope, ClaimId, DeviceRequest, PersonRef,
    PublicKey, Receipt, Signed, SoftwareKey, Unsigned, Verdict, WIRE_VERSION,
};
use lifecert_server::clock::SystemClock;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::recompute::Recompute;
use lifecert_server::roster;
use lifecert_server::service::Service;
use lifecert_server::store::{StaffRole, Store, Unattested};
use lifecert_tests::desk::unlimited;
use lifecert_tests::office::models;
use lifecert_tests::phone::{Playback, clip, look};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tempfile::TempDir;

/// Claims of one measurement.
const CLAIMS: usize = 40;

/// Cores that the service looks with.
const CORES: usize = 2;

/// A service on an SQLite file, with one man and a phone bound to him.
struct Desk {
    service: Arc<Service>,
    vault: SoftwareVault,
    key: PublicKey,
    man: PersonRef,
    /// A claim of his; the others are the same look under other challenges.
    claim: SignedClaim,
    _folder: TempDir,
}

/// Takes claims in, two at a time, and measures beside it what cannot be saved.
pub async fn claims() -> Vec<Figure> {
    let desk = Desk::new().await;
    let mut envelopes = Vec::with_capacity(CLAIMS);
    for _ in 0..CLAIMS {
        envelopes.push(desk.another().await.to_bytes());
    }
    let crypto_s = bare_cryptography(&desk, &envelopes);
    let look_s = bare_look(&desk, &envelopes).await;
    let (service, waiting) = (desk.service.clone(), Arc::new(Mutex::new(envelopes)));
    let began = Instant::now();
    let workers: Vec<_> = (0..CORES)
        .map(|_| {
            let (service, waiting) = (service.clone(), waiting.clone());
            tokio::spawn(async move {
                loop {
                    let next = waiting.lock().expect("the claims").pop();
                    let Some(bytes) = next else { return };
                    let answer = service.certify(&bytes).await.expect("an answer");
                    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("the claims are taken");
    }
    let claims_s = began.elapsed().as_secs_f64() / CLAIMS as f64;
    vec![
        Figure {
            name: "claims_per_s",
            value: 1.0 / claims_s,
            reach: None,
            what: "claims looked at, decided, durable and answered with a receipt, on two cores",
        },
        Figure {
            name: "claims_crypto_ratio",
            value: claims_s / crypto_s,
            reach: None,
            what: "time for a claim over its bare cryptography (verify, digests, sign), two cores",
        },
        Figure {
            name: "claims_look_ratio",
            value: claims_s / look_s,
            reach: None,
            what: "time for a claim over the bare look at its five key frames, two cores",
        },
    ]
}

/// Verifying a claim, its key frames' digests, signing a receipt; two cores share it.
fn bare_cryptography(desk: &Desk, envelopes: &[Vec<u8>]) -> f64 {
    let (agency, _) = SoftwareKey::generate().expect("a key");
    let key = &desk.key;
    let receipt = Receipt {
        version: WIRE_VERSION,
        receipt_id: lifecert_protocol::ReceiptId::random(),
        person: desk.man,
        agency: desk.claim.claim().agency.clone(),
        modality: desk.claim.claim().modality,
        channel: desk.claim.claim().channel,
        assurance: lifecert_protocol::Assurance::None,
        recomputed: None,
        proved_from_ms: 0,
        proved_to_ms: 0,
        valid_until_ms: 0,
        claim_id: ClaimId::random(),
        claim_digest: lifecert_protocol::Digest::of(b""),
        device_key: key.id(),
        policy: "demo".into(),
        identity: lifecert_protocol::Digest::of(b""),
        enrolment_index: None,
        binding_index: None,
        decided_at_ms: None,
    };
    let began = Instant::now();
    for bytes in envelopes {
        let envelope = ClaimEnvelope::from_bytes(bytes).expect("an envelope");
        let signed = Signed::read(&envelope.claim).expect("a message");
        let claim: Claim = signed.verify(key).expect("a claim");
        assert!(envelope.key_frames_fit(&claim));
        assert!(!agency.sign_message(&receipt).expect("a receipt").is_empty());
    }
    began.elapsed().as_secs_f64() / envelopes.len() as f64 / CORES as f64
}

async fn bare_look(desk: &Desk, envelopes: &[Vec<u8>]) -> f64 {
    let store = ModelStore::open(models()).expect("the models");
    let recompute = Recompute::load(&store, None, CORES).expect("the nets");
    let frames = desk.claim.envelope().key_frames.iter();
    let frames: Vec<Vec<u8>> = frames.map(|frame| frame.to_vec()).collect();
    let (frames, model) = (Arc::new(frames), recompute.current().recognition());
    let began = Instant::now();
    let looks: Vec<_> = (0..CORES)
        .map(|_| {
            let (recompute, frames) = (recompute.clone(), frames.clone());
            let count = envelopes.len() / CORES;
            tokio::spawn(async move {
                for _ in 0..count {
                    let looked = recompute.look(model, frames.clone()).await;
                    looked.expect("a look");
                }
            })
        })
        .collect();
    for look in looks {
        look.await.expect("the looks are done");
    }
    began.elapsed().as_secs_f64() / envelopes.len() as f64
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("lifecert.sqlite");
        let agency = "quanzhou".parse().expect("an agency");
        let address = format!("sqlite:{}", file.display());
        let store = Store::open(&address, agency).await.expect("a database");
        let keys = AgencyKeys::open(&folder.path().join("secrets")).expect("keys");
        let nets = ModelStore::open(models()).expect("the models");
        let recompute = Recompute::load(&nets, None, CORES).expect("the nets");
        let clock = Arc::new(SystemClock);
        let service =
            Service::new(store, keys, clock, recompute, "bench").with_account_rates(unlimited().0);
        service.set_up("Bench", "0").await.expect("an agency");
        let mut policy = service.standard_policy("demo");
        policy.below_hardware = Unattested::Accept;
        policy.window_days = 400;
        service.add_policy(policy).await.expect("a policy");
        let csv = b"name,id_kind,id_number,birth_date\nBench,passport,E1234567,1949-10-01\n";
        let today = jiff::civil::date(2026, 11, 24);
        let people = roster::read(csv, today).expect("a roster");
        let taken = service.import(&people, "demo").await.expect("taken in");
        let man = taken[0].expect("a new man");
        let key = StorageKey::in_file(&folder.path().join("storage.key")).expect("a key");
        let device = lifecert_client::Device::open(folder.path().join("device"), key);
        let vault = device.expect("a device").software_vault().expect("a vault");
        let key = vault.generate().expect("a key");
        model(&service, man).await;
        let claim = bind(&service, &vault, man, &key).await;
        Self {
            service: Arc::new(service),
            vault,
            key,
            man,
            claim,
            _folder: folder,
        }
    }

    /// The same look for a challenge of its own.
    async fn another(&self) -> ClaimEnvelope {
        let hello = self.service.hello();
        let request = DeviceRequest {
            version: WIRE_VERSION,
            agency: hello.agency,
            server: hello.server,
            person: self.man,
            key: self.key.id(),
            nonce: hello.nonce,
            ask: Ask::Challenge {
                mode: ChallengeMode::Online,
            },
        };
        let request = self.signed(Unsigned::new(&request, self.key.id()));
        let signed = self.service.give_challenge(&request).await;
        let challenge = read(&signed.expect("a challenge"));
        let claim = Claim {
            claim_id: ClaimId::random(),
            challenge_id: challenge.challenge_id,
            nonce: challenge.nonce,
            attempt: challenge.attempt,
            purpose: challenge.purpose,
            person: challenge.person,
            ..self.claim.claim().clone()
        };
        let frames = self.claim.envelope().key_frames.iter();
        let frames = frames.map(|frame| frame.to_vec()).collect();
        let claim = self.signed(Unsigned::new(&claim, self.key.id()));
        ClaimEnvelope::new(claim, frames)
    }

    fn signed(&self, unsigned: Unsigned) -> Vec<u8> {
        let answer = self.vault.sign(self.key.id(), unsigned.sig_structure());
        let answer = answer.expect("a signature");
        let bytes = unsigned.attach(&answer.signature, answer.form);
        bytes.expect("a signature of its form")
    }
}

/// Models the man from three pictures of the manifest.
async fn model(service: &Service, man: PersonRef) {
    let token = service.add_staff(StaffRole::Clerk).await.expect("a clerk");
    let staff = service.staff(&token).await.expect("the clerk");
    let names = ["franck_02221.jpg", "franck_02683.jpg", "franck_03909.jpg"];
    let pictures = names.map(|name| std::fs::read(clip(name)).expect("a picture"));
    let request = EnrolRequest {
        person: man,
        pictures: pictures.map(Into::into).into(),
    };
    service.enrol(&staff, request).await.expect("a template");
}

/// Binds the key to the man by a letter and a look; gives the look's claim.
async fn bind(
    service: &Service,
    vault: &SoftwareVault,
    man: PersonRef,
    key: &PublicKey,
) -> SignedClaim {
    let letters = service.issue_letters(&[man]).await.expect("a letter");
    let code = letters[0].code.to_printed();
    let start = BindStart {
        code: code.clone(),
        public_key: URL_SAFE_NO_PAD.encode(key.as_sec1()),
    };
    let signed = service.give_bind_challenge(&start).await;
    let challenge = read(&signed.expect("a challenge"));
    let mut camera = Playback::open(&clip("franck.mp4"), 80);
    let claim = look(challenge, &mut camera, vault);
    let request = BindRequest {
        attestation: None,
        code,
        public_key: key.as_sec1().to_vec().into(),
        envelope: claim.envelope().clone(),
    };
    let answer = service.bind(request).await.expect("an answer");
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    claim
}

fn read(signed: &[u8]) -> Challenge {
    let message = Signed::read(signed).expect("a message");
    message.peek().expect("a challenge")
}
