//! What a claim costs the server's process beside its bare cryptography: claims of attested devices
//! whose pictures are under seal, so that no look is in it.

use crate::Figure;
use lifecert_client::wall_clock_ms;
use lifecert_protocol::http::{CBOR, CLAIMS, ClaimAnswer};
use lifecert_protocol::log::TlogProof;
use lifecert_protocol::{
    Assurance, Challenge, Claim, ClaimEnvelope, ClaimId, Digest, EvidenceLevel, PublicKey, Receipt,
    ReceiptId, SealedEvidence, Signed, SoftwareKey, Verdict, WIRE_VERSION,
};
use lifecert_server::clock::Clock;
use lifecert_server::store::EvidencePolicy;
use lifecert_tests::database::{Engine, TestDatabase};
use lifecert_tests::modelled::{Desk, HIS_NEXT, Phone, TO_WORKERS};
use lifecert_tests::office::Office;
use lifecert_tests::phone::plain_client;
use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Phones of one measurement, and claims of each: no account asks too often.
const PHONES: usize = 60;
const CLAIMS_OF_EACH: usize = 10;
const CLAIMS_SENT: usize = PHONES * CLAIMS_OF_EACH;

/// Claims on their way at once: enough that the server never waits for one.
const AT_ONCE: usize = 64;

/// Sends sealed claims to a real server on an SQLite file, durable each, until it is busy all the
/// time.
pub async fn claims() -> Vec<Figure> {
    let database = TestDatabase::new(Engine::Sqlite).await;
    let mut desk = Desk::new(database.address(), Assurance::Tee, EvidenceLevel::KeyFrames).await;
    let policy = EvidencePolicy {
        recheck_permille: EvidencePolicy::LEAST_PERMILLE,
        tee_permille: EvidencePolicy::LEAST_PERMILLE,
        ..TO_WORKERS
    };
    desk.policy(EvidenceLevel::KeyFrames, policy).await;
    let behind_ms = wall_clock_ms().saturating_sub(desk.clock.now_ms());
    desk.clock.advance(behind_ms);
    desk.consented().await;
    let envelopes = envelopes(&mut desk).await;
    let crypto_s = bare_cryptography(&desk, &envelopes);
    let envelopes: Vec<Vec<u8>> = envelopes.into_iter().map(|(_, bytes)| bytes).collect();

    let office = Office::sharing(database.address(), &desk.folder.path().join("secrets"));
    let mut office = office.logging_as_usual();
    office.start_with(&["--analyzers", "1", "--address-per-minute", "1000000"]);
    let pid = office.process_id();
    let client = plain_client();
    let url = format!("{}{CLAIMS}", office.url());
    let before_s = cpu_s(pid);
    let waiting = Arc::new(Mutex::new(envelopes));
    let answers = Arc::new(Mutex::new(Vec::with_capacity(CLAIMS_SENT)));
    let began = Instant::now();
    let senders: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (client, url) = (client.clone(), url.clone());
            let (waiting, answers) = (waiting.clone(), answers.clone());
            tokio::spawn(async move {
                loop {
                    let Some(bytes) = waiting.lock().expect("the claims").pop() else {
                        return;
                    };
                    let sent = Instant::now();
                    let answer = client.post(&url).header("content-type", CBOR).body(bytes);
                    let answer = answer.send().await.expect("an answer");
                    let bytes = answer.bytes().await.expect("an answer");
                    let ms = sent.elapsed().as_secs_f64() * 1_000.0;
                    answers.lock().expect("the answers").push((ms, bytes));
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.expect("the claims are taken");
    }
    let wall_s = began.elapsed().as_secs_f64();
    let cpu_s = (cpu_s(pid) - before_s) / CLAIMS_SENT as f64;
    let answers = std::mem::take(&mut *answers.lock().expect("the answers"));
    let trees: BTreeSet<u64> = answers.iter().map(|(_, bytes)| tree_size(bytes)).collect();
    let mut times: Vec<f64> = answers.iter().map(|(ms, _)| *ms).collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let stated = |name, value, what| Figure {
        name,
        value,
        reach: None,
        what,
    };
    vec![
        Figure {
            reach: Some(3.0),
            ..stated(
                "sealed_claim_cpu_ratio",
                cpu_s / crypto_s,
                "processor time of the server for a sealed claim over its bare cryptography",
            )
        },
        stated(
            "sealed_claim_cpu_ms",
            cpu_s * 1_000.0,
            "processor time of the server for a sealed claim, milliseconds",
        ),
        stated(
            "sealed_claims_per_s",
            CLAIMS_SENT as f64 / wall_s,
            "sealed claims a second, durable, logged and answered with a receipt and its proof",
        ),
        stated(
            "sealed_claims_batch",
            CLAIMS_SENT as f64 / trees.len() as f64,
            "receipts under one checkpoint",
        ),
        stated("sealed_claim_p50_ms", at(0.5), "half are answered in"),
        stated("sealed_claim_p99_ms", at(0.99), "99 in 100 are answered in"),
    ]
}

/// The size of the tree that the receipt of an answer is proved to stand in.
fn tree_size(answer: &[u8]) -> u64 {
    let parsed = serde_json::from_slice::<ClaimAnswer>(answer);
    let answer = parsed.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(answer)));
    assert_eq!(answer.outcome, Verdict::Accept, "{:?}", answer.code);
    let proof = TlogProof::parse(&answer.log_proof.expect("a proof"));
    proof.expect("a proof").checkpoint.size()
}

/// Claims of one look, each for a challenge of its own, with the key that signs them.
async fn envelopes(desk: &mut Desk) -> Vec<(PublicKey, Vec<u8>)> {
    let first = desk.challenge().await;
    let look = desk.look(first, HIS_NEXT);
    let evidence = look.envelope();
    assert!(evidence.sealed.is_some() && evidence.key_frames.is_empty());
    let frames = vec![vec![7; 5_000]; look.claim().key_frames.len()];
    let mut envelopes = Vec::with_capacity(CLAIMS_SENT);
    for _ in 0..PHONES {
        desk.phone = Phone::with_fresh_key();
        desk.bind(Assurance::Tee).await;
        for _ in 0..CLAIMS_OF_EACH {
            let challenge = desk.challenge().await;
            let name = |claim: &mut Claim| answer(claim, &challenge);
            let envelope = desk.rewritten((&look, &challenge), name, &frames);
            envelopes.push((desk.phone.public.clone(), envelope.to_bytes()));
        }
    }
    envelopes
}

fn answer(claim: &mut Claim, challenge: &Challenge) {
    claim.claim_id = ClaimId::random();
    claim.challenge_id = challenge.challenge_id;
    claim.nonce = challenge.nonce;
    claim.key = challenge.key;
    claim.attempt = challenge.attempt;
}

/// Processor seconds of what cannot be saved in a claim: its signature, the digest and the header
/// of its sealed evidence, the receipt's signature. The checkpoint's signature is shared by a batch
/// and is left out.
fn bare_cryptography(desk: &Desk, envelopes: &[(PublicKey, Vec<u8>)]) -> f64 {
    let (agency, _) = SoftwareKey::generate().expect("a key");
    let digest = Digest::of(b"");
    let receipt = Receipt {
        version: WIRE_VERSION,
        receipt_id: ReceiptId::random(),
        person: desk.man,
        agency: "quanzhou".parse().expect("an agency"),
        modality: lifecert_protocol::Modality::Face,
        channel: lifecert_protocol::Channel::Home,
        assurance: Assurance::Tee,
        recomputed: None,
        proved_from_ms: 0,
        proved_to_ms: 0,
        valid_until_ms: 0,
        claim_id: ClaimId::random(),
        claim_digest: digest,
        device_key: desk.phone.key(),
        policy: "demo".into(),
        identity: digest,
        enrolment_index: Some(1),
        binding_index: Some(2),
        decided_at_ms: None,
    };
    let own = std::process::id();
    let (before_s, mut rounds) = (cpu_s(own), 0);
    // The clock of a process ticks a hundred times a second: long enough to be exact to 1 %.
    while cpu_s(own) - before_s < 1.0 {
        for (key, bytes) in envelopes {
            let envelope = ClaimEnvelope::from_bytes(bytes).expect("an envelope");
            let signed = Signed::read(&envelope.claim).expect("a message");
            let claim: Claim = signed.verify(key).expect("a claim");
            assert!(!claim.key_frames.is_empty());
            let sealed = envelope.sealed.expect("evidence").to_bytes();
            assert!(SealedEvidence::from_bytes(&sealed).is_ok());
            assert_ne!(Digest::of(&sealed), digest);
            assert!(!agency.sign_message(&receipt).expect("a receipt").is_empty());
        }
        rounds += 1;
    }
    (cpu_s(own) - before_s) / (rounds * envelopes.len()) as f64
}

/// Processor time of a process so far, of all its threads, user and system.
fn cpu_s(pid: u32) -> f64 {
    /// Linux counts in hundredths of a second here, whatever the kernel's own tick.
    const TICKS_PER_S: f64 = 100.0;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("Linux");
    let (_, rest) = stat.rsplit_once(')').expect("a name");
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |n: usize| fields[n].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / TICKS_PER_S
}
