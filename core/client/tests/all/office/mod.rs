//! An agency's server for tests: real sockets, real signatures, and any lie that a test asks for.

#![allow(dead_code)] // Each test file uses its own part.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_client::{
    Agency, Asker, Binding, Connection, ConnectionSettings, Device, Pinned, SignedClaim,
    SoftwareVault, StorageKey,
};
use lifecert_protocol::http::{ClaimAnswer, Hello};
use lifecert_protocol::{
    Assurance, CapturePolicy, Challenge, ChallengeId, ChallengeMode, Channel, Claim, ClaimEnvelope,
    ClaimId, DeviceId, Digest, ErrorCode, KeyId, Modality, Nonce, PersonRef, Purpose, Receipt,
    ReceiptId, Salt, Score, Scores, SoftwareKey, Unsigned, Verdict, WIRE_VERSION,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const NOW_MS: u64 = 1_700_000_000_000;

/// What a handler answers: a status and a body, or nothing, as when the network breaks.
pub type Answer = Option<(u16, Vec<u8>)>;

/// The agency's names and key.
#[derive(Clone)]
pub struct Office {
    pub key: Arc<SoftwareKey>,
}

impl Office {
    pub fn new() -> Self {
        let (key, _) = SoftwareKey::generate().unwrap();
        Self { key: Arc::new(key) }
    }

    pub fn pinned(&self) -> Pinned {
        Pinned {
            agency: "quanzhou".parse().unwrap(),
            server: "certify.example".into(),
            key: self.key.public().clone(),
            root: None,
            list: None,
        }
    }

    pub fn hello(&self) -> Answer {
        let Pinned { agency, server, .. } = self.pinned();
        ok(&Hello {
            agency,
            server,
            time_ms: NOW_MS,
            nonce: Nonce::random(),
            wire_versions: vec![1, 2],
            agency_key: URL_SAFE_NO_PAD.encode(self.key.public().as_sec1()),
            key_list: None,
        })
    }

    /// A challenge as an honest office gives it.
    pub fn challenge(
        &self,
        (purpose, mode): (Purpose, ChallengeMode),
        person: Option<PersonRef>,
        key: KeyId,
        sequence: u64,
    ) -> Challenge {
        let Pinned { agency, server, .. } = self.pinned();
        Challenge {
            version: WIRE_VERSION,
            challenge_id: ChallengeId::random(),
            agency,
            server,
            purpose,
            mode,
            person,
            key,
            nonce: Nonce::random(),
            issued_at_ms: NOW_MS,
            expires_at_ms: NOW_MS + 600_000,
            sequence,
            policy: CapturePolicy::standard(Digest::of(b"recognition"), vec![Digest::of(b"live")]),
            attempt: 1,
            evidence: None,
        }
    }

    /// A receipt as an honest office gives it.
    pub fn receipt(&self, claim: &SignedClaim) -> Receipt {
        let said = claim.claim();
        let payload = lifecert_protocol::Signed::read(&claim.envelope().claim).unwrap();
        Receipt {
            version: WIRE_VERSION,
            receipt_id: ReceiptId::random(),
            person: said.person.unwrap(),
            agency: said.agency.clone(),
            modality: said.modality,
            channel: said.channel,
            assurance: Assurance::None,
            recomputed: None,
            proved_from_ms: NOW_MS,
            proved_to_ms: NOW_MS + 5_000,
            valid_until_ms: NOW_MS + 1_000_000,
            claim_id: said.claim_id,
            claim_digest: payload.payload_digest(),
            device_key: said.key,
            policy: "demo".into(),
            identity: Digest::of(b"identity"),
            enrolment_index: None,
            binding_index: None,
            decided_at_ms: None,
        }
    }

    /// An acceptance with that receipt.
    pub fn accept(&self, receipt: &Receipt) -> ClaimAnswer {
        ClaimAnswer {
            outcome: Verdict::Accept,
            code: None,
            receipt: Some(URL_SAFE_NO_PAD.encode(self.key.sign_message(receipt).unwrap())),
            identity_salt: Some(Salt::random().to_string()),
            log_proof: None,
            retry_after_s: None,
        }
    }
}

pub fn ok(body: &impl serde::Serialize) -> Answer {
    Some((200, serde_json::to_vec(body).unwrap()))
}

pub fn problem(status: u16, code: ErrorCode) -> Answer {
    let body = serde_json::json!({ "type": "x", "title": "x", "status": status, "code": code });
    Some((status, body.to_string().into_bytes()))
}

/// Answers requests with `handler`, which is given path and body; gives the address.
pub async fn serve(handler: impl Fn(&str, &[u8]) -> Answer + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            answer(stream, &handler).await;
        }
    });
    address
}

async fn answer(mut stream: TcpStream, handler: &impl Fn(&str, &[u8]) -> Answer) {
    let mut bytes = Vec::new();
    let (head_end, length) = loop {
        let mut chunk = [0; 8192];
        let Ok(read @ 1..) = stream.read(&mut chunk).await else {
            return;
        };
        bytes.extend_from_slice(&chunk[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .map_or(0, |length| length.trim().parse::<usize>().unwrap());
        break (end + 4, length);
    };
    while bytes.len() < head_end + length {
        let mut chunk = [0; 8192];
        match stream.read(&mut chunk).await {
            Ok(read @ 1..) => bytes.extend_from_slice(&chunk[..read]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    if let Some((status, body)) = handler(path, &bytes[head_end..]) {
        let head = format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(&body).await;
    }
}

pub fn connection(address: &str) -> Connection {
    Connection::new(&ConnectionSettings {
        tries: 2,
        timeout: Duration::from_secs(5),
        ..ConnectionSettings::new(address)
    })
    .unwrap()
}

/// A device with one person bound to it.
pub struct Phone {
    pub temp: tempfile::TempDir,
    pub device: Device,
    pub vault: SoftwareVault,
    pub binding: Binding,
}

impl Phone {
    pub fn new(office: &Office, address: &str) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let device = Device::open(temp.path(), StorageKey::from_bytes([5; 32])).unwrap();
        let vault = device.software_vault().unwrap();
        let key = vault.generate().unwrap();
        let binding = Binding {
            person: PersonRef::random(),
            device: DeviceId::from_bytes([1; 16]),
            key: key.id(),
            address: address.to_owned(),
            pinned: office.pinned(),
        };
        device.keep(&binding).unwrap();
        Self {
            temp,
            device,
            vault,
            binding,
        }
    }

    pub fn asker(&self) -> Asker<'_> {
        Asker {
            binding: &self.binding,
            vault: &self.vault,
        }
    }

    pub fn agency(&self, binding: &Binding) -> Agency {
        Agency::known(connection(&binding.address), binding.pinned.clone())
    }

    /// A claim that answers a challenge.
    pub fn claim(&self, challenge: &Challenge) -> SignedClaim {
        let frame = b"a picture".to_vec();
        let claim = Claim {
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
            attempt: 1,
            verdict: Verdict::Accept,
            scores: Scores {
                live: Score::from_parts(9_000),
                life: None,
                similarity: None,
                quality: Score::from_parts(8_000),
                good_frames: 30,
            },
            embedding: None,
            key_frames: vec![Digest::of(&frame)],
            manifest: Digest::of(b"manifest"),
            recognition_model: Digest::of(b"recognition"),
            liveness_models: vec![Digest::of(b"live")],
            app_version: "test".into(),
            started_at_ms: NOW_MS,
            finished_at_ms: NOW_MS + 5_000,
            actions: Vec::new(),
        };
        let unsigned = Unsigned::new(&claim, claim.key);
        let answer = self
            .vault
            .sign(claim.key, unsigned.sig_structure())
            .unwrap();
        let signed = unsigned.attach(&answer.signature, answer.form).unwrap();
        SignedClaim::read(ClaimEnvelope::new(signed, vec![frame])).unwrap()
    }

    /// A claim for a challenge of its own.
    pub fn any_claim(&self, office: &Office, sequence: u64) -> SignedClaim {
        let asked = (Purpose::Certify, ChallengeMode::Offline);
        let person = Some(self.binding.person);
        self.claim(&office.challenge(asked, person, self.binding.key, sequence))
    }
}
