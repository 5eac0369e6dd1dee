//! What a device has to refuse: challenges and receipts of a server that lies, or of somebody in
//! between.

use crate::change::{bits, bound, fields, payload, signed_anew, under_old_signature};
use crate::matrix::Matrix;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_client::{
    Agency, Asker, Binding, Connection, ConnectionSettings, Pinned, SignedClaim,
};
use lifecert_protocol::http::{ClaimAnswer, HELLO, Hello};
use lifecert_protocol::{
    Assurance, CapturePolicy, Challenge, ChallengeId, ChallengeMode, ClaimEnvelope, DeviceId,
    Digest, ErrorCode, Message, Nonce, PersonRef, Purpose, Receipt, ReceiptId, SoftwareKey,
    Verdict, WIRE_VERSION,
};
use lifecert_tests::desk::{SERVER, claim};
use lifecert_tests::modelled::Phone;
use std::sync::{Arc, Mutex};

/// Fields of a challenge that a device knows itself: everything but ids, nonce, order and policy,
/// which are the agency's to choose.
const CHALLENGE_BOUND: &[u32] = &[0, 2, 3, 4, 5, 6, 7];
/// Those of a receipt that name the claim it is for.
const RECEIPT_BOUND: &[u32] = &[0, 2, 3, 4, 5, 11, 12, 13];

/// What answers: a greeting, and then whatever it was told to say.
struct Liar {
    hello: Vec<u8>,
    says: Mutex<Bytes>,
}

async fn answer(State(liar): State<Arc<Liar>>, request: Request) -> impl IntoResponse {
    if request.uri().path() == HELLO {
        return Bytes::from(liar.hello.clone());
    }
    liar.says.lock().expect("one at a time").clone()
}

/// Runs every group.
pub async fn run(matrix: &mut Matrix) {
    let (agency_key, _) = SoftwareKey::generate().expect("a key");
    let (stranger, _) = SoftwareKey::generate().expect("a key");
    let agency: lifecert_protocol::AgencyId = "quanzhou".parse().expect("a name");
    let now_ms = lifecert_client::wall_clock_ms();
    let hello = Hello {
        agency: agency.clone(),
        server: SERVER.into(),
        time_ms: now_ms,
        nonce: Nonce::random(),
        wire_versions: vec![WIRE_VERSION],
        agency_key: URL_SAFE_NO_PAD.encode(agency_key.public().as_sec1()),
        key_list: None,
    };
    let liar = Arc::new(Liar {
        hello: serde_json::to_vec(&hello).expect("JSON"),
        says: Mutex::new(Bytes::new()),
    });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let surface = Router::new().fallback(answer).with_state(liar.clone());
    tokio::spawn(async move { axum::serve(listener, surface).await });
    let pinned = Pinned {
        agency: agency.clone(),
        server: SERVER.into(),
        key: agency_key.public().clone(),
        root: None,
        list: None,
    };
    let mut settings = ConnectionSettings::new(url.clone());
    settings.tries = 1;
    let connection = Connection::new(&settings).expect("a connection");
    let phone = Phone::with_fresh_key();
    let binding = Binding {
        person: PersonRef::random(),
        device: DeviceId::random(),
        key: phone.key(),
        address: url,
        pinned: pinned.clone(),
    };
    let scene = Scene {
        agency: Agency::known(connection, pinned),
        challenge: Challenge {
            version: WIRE_VERSION,
            challenge_id: ChallengeId::random(),
            agency,
            server: SERVER.into(),
            purpose: Purpose::Certify,
            mode: ChallengeMode::Online,
            person: Some(binding.person),
            key: phone.key(),
            nonce: Nonce::random(),
            issued_at_ms: now_ms,
            expires_at_ms: now_ms + 600_000,
            sequence: 1,
            policy: CapturePolicy::standard(Digest::of(b"net"), vec![Digest::of(b"liveness")]),
            attempt: 1,
            evidence: None,
        },
        liar,
        key: agency_key,
        stranger,
        phone,
        binding,
    };
    scene.challenges(matrix).await;
    scene.receipts(matrix).await;
}

struct Scene {
    agency: Agency,
    liar: Arc<Liar>,
    key: SoftwareKey,
    stranger: SoftwareKey,
    phone: Phone,
    binding: Binding,
    challenge: Challenge,
}

impl Scene {
    fn says(&self, bytes: Vec<u8>) {
        *self.liar.says.lock().expect("one at a time") = bytes.into();
    }

    /// Whether the device takes these bytes as a challenge.
    async fn takes_challenge(&self, bytes: Vec<u8>) -> bool {
        self.says(bytes);
        let asker = Asker {
            binding: &self.binding,
            vault: &self.phone.vault,
        };
        let taken = self.agency.challenge(asker, ChallengeMode::Online).await;
        taken.is_ok()
    }

    async fn challenges(&self, matrix: &mut Matrix) {
        let signed = self.key.sign_message(&self.challenge).expect("signed");
        let says = payload(&signed);
        matrix.group("challenge changed on its way");
        for one in fields(&says) {
            let bytes = under_old_signature(&signed, one.bytes);
            matrix.case(&one.name, !self.takes_challenge(bytes).await);
        }
        for one in bits(&signed, 5) {
            matrix.case(&one.name, !self.takes_challenge(one.bytes).await);
        }
        matrix.group("challenge of a stranger");
        for one in fields(&says).into_iter().step_by(5) {
            let bytes = signed_anew(&self.stranger, Challenge::DOMAIN, one.bytes);
            matrix.case(&one.name, !self.takes_challenge(bytes).await);
        }
        matrix.group("challenge for something else, by the agency");
        for one in bound(fields(&says), CHALLENGE_BOUND) {
            let bytes = signed_anew(&self.key, Challenge::DOMAIN, one.bytes);
            matrix.case(&one.name, !self.takes_challenge(bytes).await);
        }
        let over = Challenge {
            issued_at_ms: 1,
            expires_at_ms: 2,
            ..self.challenge.clone()
        };
        let backwards = Challenge {
            issued_at_ms: self.challenge.expires_at_ms,
            ..self.challenge.clone()
        };
        for (name, challenge) in [("over", over), ("backwards", backwards)] {
            let bytes = self.key.sign_message(&challenge).expect("signed");
            matrix.case(name, !self.takes_challenge(bytes).await);
        }
        matrix.honest(self.takes_challenge(signed).await);
    }

    /// Whether the device takes these bytes as the receipt of its claim.
    async fn takes_receipt(&self, claim: &SignedClaim, receipt: &[u8]) -> bool {
        let answer = ClaimAnswer {
            outcome: Verdict::Accept,
            code: None,
            receipt: Some(URL_SAFE_NO_PAD.encode(receipt)),
            identity_salt: None,
            retry_after_s: None,
            log_proof: None,
        };
        self.says(serde_json::to_vec(&answer).expect("JSON"));
        self.agency.submit(claim).await.is_ok()
    }

    async fn receipts(&self, matrix: &mut Matrix) {
        let signed = self.phone.signed(&claim(&self.challenge, &[]));
        let claim = SignedClaim::read(ClaimEnvelope::new(signed, Vec::new())).expect("a claim");
        let digest = Digest::of(&payload(&claim.envelope().claim));
        let receipt = receipt(&claim, digest);
        let signed = self.key.sign_message(&receipt).expect("signed");
        let says = payload(&signed);
        matrix.group("receipt changed on its way");
        for one in fields(&says) {
            let bytes = under_old_signature(&signed, one.bytes);
            matrix.case(&one.name, !self.takes_receipt(&claim, &bytes).await);
        }
        for one in bits(&signed, 5) {
            matrix.case(&one.name, !self.takes_receipt(&claim, &one.bytes).await);
        }
        matrix.group("receipt of a stranger");
        for one in fields(&says).into_iter().step_by(5) {
            let bytes = signed_anew(&self.stranger, Receipt::DOMAIN, one.bytes);
            matrix.case(&one.name, !self.takes_receipt(&claim, &bytes).await);
        }
        matrix.group("receipt for something else, by the agency");
        for one in bound(fields(&says), RECEIPT_BOUND) {
            let bytes = signed_anew(&self.key, Receipt::DOMAIN, one.bytes);
            matrix.case(&one.name, !self.takes_receipt(&claim, &bytes).await);
        }
        matrix.honest(self.takes_receipt(&claim, &signed).await);

        matrix.group("answer that contradicts itself");
        for outcome in [Verdict::Refer, Verdict::Refuse] {
            let answer = ClaimAnswer {
                outcome,
                code: Some(ErrorCode::ReviewRequired),
                receipt: Some(URL_SAFE_NO_PAD.encode(&signed)),
                identity_salt: None,
                retry_after_s: None,
                log_proof: None,
            };
            self.says(serde_json::to_vec(&answer).expect("JSON"));
            let taken = self.agency.submit(&claim).await;
            matrix.case("a receipt without acceptance", taken.is_err());
            let answer = ClaimAnswer {
                outcome: Verdict::Accept,
                receipt: None,
                ..answer
            };
            self.says(serde_json::to_vec(&answer).expect("JSON"));
            let taken = self.agency.submit(&claim).await;
            matrix.case("acceptance without a receipt", taken.is_err());
        }
    }
}

/// An honest receipt for a claim.
fn receipt(claim: &SignedClaim, claim_digest: Digest) -> Receipt {
    let claim = claim.claim();
    Receipt {
        version: WIRE_VERSION,
        receipt_id: ReceiptId::random(),
        person: claim.person.expect("a person"),
        agency: claim.agency.clone(),
        modality: claim.modality,
        channel: claim.channel,
        assurance: Assurance::None,
        recomputed: None,
        proved_from_ms: 1_000,
        proved_to_ms: 2_000,
        valid_until_ms: 9_000,
        claim_id: claim.claim_id,
        claim_digest,
        device_key: claim.key,
        policy: "default".into(),
        identity: Digest::of(b"identity"),
        enrolment_index: Some(1),
        binding_index: Some(2),
        decided_at_ms: None,
    }
}
