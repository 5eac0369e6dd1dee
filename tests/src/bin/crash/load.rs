//! Phones that send claims to a server until it is gone, and once more when it is back.

use crate::phone::{Kind, Phone};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_client::SignedClaim;
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::{ClaimId, PublicKey, ReceiptId, Verdict, verify_receipt};
use lifecert_tests::authority::Authority;
use lifecert_tests::database::TestDatabase;
use lifecert_tests::office::{Office, text};
use lifecert_tests::phone::{clip, plain_client};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Men with a phone each; all of them look the same, which the server does not mind.
const PHONES: [Kind; 4] = [
    Kind::Plain,
    Kind::SecureElement,
    Kind::Plain,
    Kind::AppAttest,
];

/// Under which looks under seal are left to workers: a part of them, so that both ways are gone.
const POLICY: [&str; 8] = [
    "--challenge-s",
    "300",
    "--recheck",
    "worker",
    "--recheck-permille",
    "300",
    "--recheck-app-attest-permille",
    "600",
];

/// A job stays so long with a worker that was killed.
const LEASE_S: &str = "2";

/// How often, and how long, a phone rests before it takes a server that stays for one that is gone.
const RESTS: u32 = 60;
const REST: Duration = Duration::from_secs(2);

/// An office, its phones, and what became of every claim.
pub struct Load {
    /// The office; its server runs between rounds only after the last one.
    pub office: Office,
    /// The receipts that phones were given.
    pub acknowledged: BTreeMap<ClaimId, ReceiptId>,
    /// Claims whose key frames went under seal.
    pub sealed: BTreeSet<ClaimId>,
    phones: Vec<Arc<Phone>>,
    unanswered: Vec<(usize, SignedClaim)>,
    attestation: TempDir,
}

/// What one phone did in one round.
#[derive(Default)]
struct Sent {
    acknowledged: Vec<(ClaimId, ReceiptId)>,
    sealed: Vec<ClaimId>,
    unanswered: Vec<SignedClaim>,
}

impl Load {
    /// Sets the office up and binds the phones.
    pub async fn new(database: &TestDatabase) -> Self {
        let office = Office::new(database).logging_as_usual();
        office.allow_demo(&POLICY);
        let lines: Vec<String> = (0..PHONES.len())
            .map(|number| format!("Load,passport,E123456{number},1949-10-01,"))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let people = office.import(&lines, "demo");
        let authority = Arc::new(Authority::new());
        let (_, attestation) = authority.trust();
        let mut load = Self {
            office,
            acknowledged: BTreeMap::new(),
            sealed: BTreeSet::new(),
            phones: Vec::new(),
            unanswered: Vec::new(),
            attestation,
        };
        load.start();
        let pictures = ["franck_02221.jpg", "franck_02683.jpg", "franck_03909.jpg"].map(clip);
        let pictures: Vec<_> = pictures.iter().map(|path| path.as_path()).collect();
        let counter = lifecert_tests::phone::Phone::new();
        for (person, kind) in people.into_iter().zip(PHONES) {
            let said = counter.enrol(&load.office, person, &pictures);
            assert_eq!(said.exit, 0, "{said:?}");
            let invited = (person, load.office.letter(person));
            let phone = Phone::bound(&load.office, (kind, &authority), invited).await;
            load.phones.push(Arc::new(phone));
        }
        load.office.kill();
        load
    }

    fn start(&mut self) {
        let attestation = text(self.attestation.path());
        self.office.start_with(&["--attestation", &attestation]);
    }

    /// A worker, to be started; what it logs goes where the server's log goes.
    pub fn worker(&self, more: &[&str]) -> Command {
        let arguments = [&["worker", "--lease-s", LEASE_S], more].concat();
        let mut command = self.office.command(&arguments);
        let log = self.office.path("server.log");
        let log = File::options().append(true).create(true).open(log);
        command.stdout(Stdio::null());
        command.stderr(log.expect("a log file"));
        command
    }

    /// Lets a worker go on until no job is left.
    pub async fn end_work(&self) {
        let mut worker = self.worker(&["--until-idle"]);
        let ended = tokio::task::spawn_blocking(move || worker.status()).await;
        let ended = ended.expect("it ends").expect("a worker starts");
        assert!(ended.success(), "a worker failed");
    }

    /// Starts the server, sends what got no answer and then new claims, and kills the server after
    /// `lives`; without a time, it is sent what got no answer and goes on running.
    pub async fn round(&mut self, lives: Option<Duration>) {
        self.start();
        let mut waiting: Vec<Vec<SignedClaim>> = std::iter::repeat_with(Vec::new)
            .take(PHONES.len())
            .collect();
        for (phone, claim) in self.unanswered.drain(..) {
            waiting[phone].push(claim);
        }
        let url = self.office.url().to_owned();
        let tasks = self.phones.iter().zip(waiting).map(|(phone, waiting)| {
            let (phone, url) = (phone.clone(), url.clone());
            tokio::spawn(async move { send(&phone, &url, waiting, lives.is_some()).await })
        });
        let tasks: Vec<_> = tasks.collect();
        if let Some(lives) = lives {
            tokio::time::sleep(lives).await;
            self.office.kill();
        }
        for (phone, task) in tasks.into_iter().enumerate() {
            let sent = task.await.expect("the phone went on");
            self.sealed.extend(sent.sealed);
            for (claim, receipt) in sent.acknowledged {
                let before = self.acknowledged.insert(claim, receipt);
                let same = before.is_none_or(|before| before == receipt);
                assert!(same, "a retry was given another receipt");
            }
            let unanswered = sent.unanswered.into_iter().map(|claim| (phone, claim));
            self.unanswered.extend(unanswered);
        }
        assert!(
            lives.is_some() || self.unanswered.is_empty(),
            "a server that runs answers every claim"
        );
    }
}

/// Sends claims until one gets no answer, or until all that waited are answered.
async fn send(phone: &Phone, url: &str, waiting: Vec<SignedClaim>, on: bool) -> Sent {
    let mut sent = Sent::default();
    let mut waiting = waiting.into_iter();
    let client = plain_client();
    loop {
        let claim = match waiting.next() {
            Some(claim) => claim,
            None if on => match phone.another(url).await {
                Some(claim) => claim,
                None => break,
            },
            None => break,
        };
        let mut answer = submit(&client, url, &claim).await;
        // A server that stays may ask for a rest, and is given it.
        for _ in 0..RESTS {
            if on || answer.is_some() {
                break;
            }
            tokio::time::sleep(REST).await;
            answer = submit(&client, url, &claim).await;
        }
        match answer {
            Some(answer) => sent.note(&claim, &answer, phone.agency()),
            None => {
                sent.unanswered.push(claim);
                break;
            }
        }
    }
    sent.unanswered.extend(waiting);
    sent
}

impl Sent {
    fn note(&mut self, claim: &SignedClaim, answer: &ClaimAnswer, agency: &PublicKey) {
        if answer.outcome != Verdict::Accept {
            return;
        }
        let receipt = answer
            .receipt
            .as_deref()
            .expect("an accepted claim's receipt");
        let receipt = URL_SAFE_NO_PAD.decode(receipt).expect("base64url");
        let receipt = verify_receipt(&receipt, agency, 0).expect("a genuine receipt");
        let claim_id = claim.claim().claim_id;
        self.acknowledged.push((claim_id, receipt.receipt_id));
        if claim.envelope().sealed.is_some() {
            self.sealed.push(claim_id);
        }
    }
}

/// Posts a claim; nothing when no whole answer came.
async fn submit(client: &reqwest::Client, url: &str, claim: &SignedClaim) -> Option<ClaimAnswer> {
    let url = format!("{url}/v1/claims");
    let posted = client.post(url).body(claim.envelope().to_bytes()).send();
    posted.await.ok()?.json().await.ok()
}
