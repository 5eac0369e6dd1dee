//! An office in this process: a service on a database, answering over real HTTP on loopback, with
//! people whose devices are bound. What a server process takes minutes to be brought to, a test
//! puts on record here.

use lifecert_inference::ModelStore;
use lifecert_protocol::http::EnrolRequest;
use lifecert_protocol::{
    Ask, Assurance, Challenge, ChallengeMode, Channel, Claim, ClaimId, DeviceId, DeviceRequest,
    Digest, Modality, PersonRef, Score, Scores, Signed, SoftwareKey, Verdict, WIRE_VERSION,
};
use lifecert_server::attest::Trust;
use lifecert_server::clock::MockClock;
use lifecert_server::error::ServiceError;
use lifecert_server::http::{App, Bounds, Guard, Listen, Metrics, router};
use lifecert_server::keys::AgencyKeys;
use lifecert_server::recompute::Recompute;
use lifecert_server::service::{AccountRates, Service};
use lifecert_server::store::{
    DeviceRow, DeviceState, Staff, StaffRole, Store, TemplateOrigin, TemplateRow,
};
use lifecert_server::{roster, run_tx};
use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::office::models;

/// 2026-11-24, noon on the agency's clock.
pub const NOW_MS: u64 = 1_795_492_800_000;

/// The server's name in challenges.
pub const SERVER: &str = "certify.quanzhou.example";

/// The office.
pub struct Desk {
    /// The application that answers.
    pub app: Arc<App>,
    /// The clock that it goes by.
    pub clock: Arc<MockClock>,
    /// Where it answers.
    pub address: SocketAddr,
    folder: TempDir,
}

/// A person and a device bound to them, unless the state says otherwise.
pub struct Holder {
    /// The person.
    pub person: PersonRef,
    /// The device's id.
    pub device: DeviceId,
    /// The device's key.
    pub key: SoftwareKey,
}

/// Rates that no test reaches.
pub fn unlimited() -> (AccountRates, Bounds) {
    let most = NonZeroU32::MAX;
    let rates = AccountRates {
        key: most,
        letter: most,
        staff: most,
    };
    let bounds = Bounds {
        address_per_minute: most,
        ..Bounds::default()
    };
    (rates, bounds)
}

impl Desk {
    /// Opens an office that looks at pictures with so many analyzers, or at none.
    ///
    /// # Panics
    /// Where anything of it cannot be had.
    pub async fn open(
        database: &str,
        analyzers: Option<usize>,
        limits: (AccountRates, Bounds),
    ) -> Self {
        let nets = ModelStore::open(models()).expect("the models");
        let recompute = match analyzers {
            Some(count) => Recompute::load(&nets, None, count),
            None => Recompute::names_only(&nets, None),
        };
        let recompute = recompute.expect("the nets");
        Self::trusting(database, recompute, limits, Trust::default()).await
    }

    /// The same with nets that are loaded already, and roots and apps that it believes.
    ///
    /// # Panics
    /// Where anything of it cannot be had.
    pub async fn trusting(
        database: &str,
        recompute: Recompute,
        (rates, bounds): (AccountRates, Bounds),
        trust: Trust,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Arc::new(MockClock::at(NOW_MS));
        let agency = "quanzhou".parse().expect("an agency");
        let store = Store::open(database, agency).await.expect("a database");
        let keys = AgencyKeys::open(folder.path()).expect("keys");
        let service = Service::new(store, keys, clock.clone(), recompute, SERVER)
            .with_account_rates(rates)
            .with_trust(trust);
        service
            .set_up("Quanzhou", "0773-123456")
            .await
            .expect("set up");
        let app = Arc::new(App {
            service,
            metrics: Metrics::new(),
        });
        let listener = Listen {
            address: ([127, 0, 0, 1], 0).into(),
            tls: None,
            behind_proxy: false,
        };
        let listener = listener.open().expect("a free port");
        let address = listener.address();
        let surface = router(app.clone(), Arc::new(Guard::new(bounds)));
        tokio::spawn(listener.serve(surface, std::future::pending()));
        Self {
            app,
            clock,
            address,
            folder,
        }
    }

    /// The folder of its secrets.
    pub fn secrets(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Where it answers, as an address of the web.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes a person of an area in under a policy.
    async fn taken_in(&self, area: &str, policy: &str) -> PersonRef {
        let service = &self.app.service;
        let number = u32::from_be_bytes(lifecert_protocol::random_bytes()) % 100_000_000;
        let csv = format!(
            "name,id_kind,id_number,birth_date,area\n\
             Person,passport,E{number:08},1940-01-02,{area}\n"
        );
        let today = jiff::civil::date(2026, 11, 24);
        let people = roster::read(csv.as_bytes(), today).expect("a roster");
        let taken = service.import(&people, policy).await.expect("taken in");
        taken[0].expect("a new person")
    }

    /// Another device of a person, in a state.
    pub async fn device(&self, person: PersonRef, state: DeviceState) -> Holder {
        let (key, _) = SoftwareKey::generate().expect("a key");
        let device = DeviceRow {
            device: DeviceId::random(),
            person,
            key: key.public().id(),
            public_key: key.public().as_sec1().to_vec(),
            assurance: Assurance::None,
            reason: None,
            app_key: None,
            state,
        };
        let service = &self.app.service;
        let done = async || -> Result<(), ServiceError> {
            run_tx!(service.store(), "test", |db| Ok(db
                .add_device(&device, NOW_MS)
                .await?))
        };
        done().await.expect("on record");
        Holder {
            person,
            device: device.device,
            key,
        }
    }

    /// Takes a person in who is modelled from pictures, with a bound device.
    pub async fn modelled(&self, policy: &str, pictures: &[Vec<u8>]) -> Holder {
        let (service, person) = (&self.app.service, self.taken_in("", policy).await);
        let token = service.add_staff(StaffRole::Clerk).await.expect("a clerk");
        let staff = service.staff(&token).await.expect("a clerk");
        let pictures = pictures.iter().cloned().map(Into::into).collect();
        let request = EnrolRequest { person, pictures };
        service.enrol(&staff, request).await.expect("modelled");
        self.device(person, DeviceState::Bound).await
    }

    /// Takes a person in under a policy, with a template of nobody's face and a device in a state.
    pub async fn holder(&self, policy: &str, state: DeviceState) -> Holder {
        self.holder_in("", policy, state).await
    }

    /// The same of a person who belongs to an area.
    pub async fn holder_in(&self, area: &str, policy: &str, state: DeviceState) -> Holder {
        let (service, person) = (&self.app.service, self.taken_in(area, policy).await);
        let staff = Staff {
            staff_id: hex::encode(lifecert_protocol::random_bytes::<16>()),
            role: StaffRole::Clerk,
        };
        let capture = service.standard_policy("default").capture;
        let template = TemplateRow {
            recognition_model: capture.recognition_model,
            embedding: vec![0; 2_048].into(),
            pictures: 3,
            origin: TemplateOrigin::Clerk {
                staff_id: staff.staff_id.clone(),
            },
            made_at_ms: NOW_MS,
        };
        let token = Digest::of(staff.staff_id.as_bytes());
        let done = async || -> Result<(), ServiceError> {
            run_tx!(service.store(), "test", |db| {
                db.add_staff(&staff, token, NOW_MS).await?;
                db.add_template(person, &template).await?;
                Ok(())
            })
        };
        done().await.expect("on record");
        self.device(person, state).await
    }

    /// The agency's key for challenges and receipts, as one has it who broke into the office.
    pub fn agency_key(&self) -> SoftwareKey {
        let document = fs::read(self.folder.path().join("agency.pkcs8")).expect("its key");
        SoftwareKey::from_pkcs8(&document).expect("a key")
    }

    /// A request of a device, with a fresh nonce.
    pub fn request(&self, holder: &Holder, ask: Ask) -> DeviceRequest {
        let hello = self.app.service.hello();
        DeviceRequest {
            version: WIRE_VERSION,
            agency: hello.agency,
            server: hello.server,
            person: holder.person,
            key: holder.key.public().id(),
            nonce: hello.nonce,
            ask,
        }
    }

    /// A challenge for a device, as it was signed.
    ///
    /// # Errors
    /// Those of the service.
    pub async fn challenge(
        &self,
        holder: &Holder,
        mode: ChallengeMode,
    ) -> Result<(Challenge, Vec<u8>), ServiceError> {
        let request = self.request(holder, Ask::Challenge { mode });
        let request = holder.key.sign_message(&request)?;
        let signed = self.app.service.give_challenge(&request).await?;
        let challenge = Signed::read(&signed)?.peek()?;
        Ok((challenge, signed))
    }

    /// Posts a body on a connection of its own; gives the whole answer as it came, without its
    /// date.
    pub async fn post(&self, path: &str, body: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address)
            .await
            .expect("a connection");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: desk\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let sent = async {
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body).await
        };
        // A server that has seen enough may close before all was sent; what it said counts.
        let _ = sent.await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        without_date(&answer)
    }
}

/// An answer without the line that names the time.
fn without_date(answer: &[u8]) -> Vec<u8> {
    let lines = answer.split_inclusive(|byte| *byte == b'\n');
    let is_date = |line: &&[u8]| line.to_ascii_lowercase().starts_with(b"date:");
    lines
        .filter(|line| !is_date(line))
        .flatten()
        .copied()
        .collect()
}

/// The claim of an honest device for a challenge, with these key frames.
pub fn claim(challenge: &Challenge, key_frames: &[Vec<u8>]) -> Claim {
    let policy = &challenge.policy;
    Claim {
        version: WIRE_VERSION,
        claim_id: ClaimId::random(),
        challenge_id: challenge.challenge_id,
        nonce: challenge.nonce,
        agency: challenge.agency.clone(),
        server: challenge.server.clone(),
        purpose: challenge.purpose,
        person: challenge.person,
        key: challenge.key,
        channel: Channel::Home,
        modality: Modality::Face,
        attempt: challenge.attempt,
        verdict: Verdict::Accept,
        scores: Scores {
            live: Score::from_parts(9_900),
            life: Some(Score::from_parts(9_900)),
            similarity: None,
            quality: Score::from_parts(9_000),
            good_frames: 40,
        },
        embedding: None,
        key_frames: key_frames.iter().map(|frame| Digest::of(frame)).collect(),
        manifest: Digest::of(b"manifest"),
        recognition_model: policy.recognition_model,
        liveness_models: policy.liveness_models.clone(),
        app_version: "lifecert tests".into(),
        started_at_ms: challenge.issued_at_ms,
        finished_at_ms: challenge.issued_at_ms + 5_000,
        actions: Vec::new(),
    }
}
