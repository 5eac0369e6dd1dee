//! Phones that send claims to a server until it is gone, and once more when it is back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lifecert_client::SignedClaim;
use lifecert_protocol::http::ClaimAnswer;
use lifecert_protocol::{ClaimId, PersonRef, PublicKey, ReceiptId, Verdict, verify_receipt};
use lifecert_tests::database::TestDatabase;
use lifecert_tests::office::Office;
use lifecert_tests::phone::{Phone, Playback, clip, plain_client};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Men with a phone each; all of them look the same, which the server does not mind.
const PHONES: usize = 4;

/// How often, and how long, a phone rests before it takes a server that stays for one that is gone.
const RESTS: u32 = 60;
const REST: Duration = Duration::from_secs(2);

/// An office, its phones, and what became of every claim.
pub struct Load {
    /// The office; its server runs between rounds only after the last one.
    pub office: Office,
    /// The receipts that phones were given.
    pub acknowledged: BTreeMap<ClaimId, ReceiptId>,
    senders: Vec<Arc<Sender>>,
    unanswered: Vec<(usize, SignedClaim)>,
}

/// A phone, its person, and the look that all of its claims tell of.
struct Sender {
    phone: Phone,
    person: PersonRef,
    agency: PublicKey,
    look: SignedClaim,
}

/// What one phone did in one round.
#[derive(Default)]
struct Sent {
    acknowledged: Vec<(ClaimId, ReceiptId)>,
    unanswered: Vec<SignedClaim>,
}

impl Load {
    /// Sets the office up and binds the phones.
    pub async fn new(database: &TestDatabase) -> Self {
        let mut office = Office::new(database).logging_as_usual();
        office.allow_demo(&["--challenge-s", "300"]);
        let lines: Vec<String> = (0..PHONES)
            .map(|number| format!("Load,passport,E123456{number},1949-10-01,"))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let people = office.import(&lines, "demo");
        office.start();
        let pictures = ["franck_02221.jpg", "franck_02683.jpg", "franck_03909.jpg"].map(clip);
        let pictures: Vec<_> = pictures.iter().map(|path| path.as_path()).collect();
        let mut senders = Vec::new();
        for person in people {
            let phone = Phone::new();
            let said = phone.enrol(&office, person, &pictures);
            assert_eq!(said.exit, 0, "{said:?}");
            let code = office.letter(person);
            let said = phone.bind(&office, &code, &clip("franck.mp4"), 80);
            assert_eq!(said.exit, 0, "{said:?}");
            let challenge = phone.challenge(&office, person).await;
            let look = phone.claim(challenge, &mut Playback::open(&clip("franck.mp4"), 80));
            senders.push(Arc::new(Sender {
                agency: phone.binding(person).pinned.key,
                phone,
                person,
                look,
            }));
        }
        office.kill();
        Self {
            office,
            acknowledged: BTreeMap::new(),
            senders,
            unanswered: Vec::new(),
        }
    }

    /// Starts the server, sends what got no answer and then new claims, and kills the server after
    /// `lives`; without a time, it is sent what got no answer and goes on running.
    pub async fn round(&mut self, lives: Option<Duration>) {
        self.office.start();
        let mut waiting: Vec<Vec<SignedClaim>> =
            std::iter::repeat_with(Vec::new).take(PHONES).collect();
        for (phone, claim) in self.unanswered.drain(..) {
            waiting[phone].push(claim);
        }
        let url = self.office.url().to_owned();
        let tasks = self.senders.iter().zip(waiting).map(|(sender, waiting)| {
            let (sender, url) = (sender.clone(), url.clone());
            tokio::spawn(async move { sender.send(&url, waiting, lives.is_some()).await })
        });
        let tasks: Vec<_> = tasks.collect();
        if let Some(lives) = lives {
            tokio::time::sleep(lives).await;
            self.office.kill();
        }
        for (phone, task) in tasks.into_iter().enumerate() {
            let sent = task.await.expect("the phone went on");
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

impl Sender {
    /// Sends claims until one gets no answer, or until all that waited are answered.
    async fn send(&self, url: &str, waiting: Vec<SignedClaim>, on: bool) -> Sent {
        let mut sent = Sent::default();
        let mut waiting = waiting.into_iter();
        let client = plain_client();
        loop {
            let claim = match waiting.next() {
                Some(claim) => claim,
                None if on => match self.another(url).await {
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
                Some(answer) => sent.note(&claim, &answer, &self.agency),
                None => {
                    sent.unanswered.push(claim);
                    break;
                }
            }
        }
        sent.unanswered.extend(waiting);
        sent
    }

    /// The same look under a fresh challenge; nothing when the server is gone.
    async fn another(&self, url: &str) -> Option<SignedClaim> {
        let challenge = self.phone.challenge_at(url, self.person).await.ok()?;
        Some(self.phone.resigned(&self.look, |claim| {
            claim.claim_id = ClaimId::random();
            claim.challenge_id = challenge.challenge_id;
            claim.nonce = challenge.nonce;
            claim.attempt = challenge.attempt;
        }))
    }
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
        self.acknowledged
            .push((claim.claim().claim_id, receipt.receipt_id));
    }
}

/// Posts a claim; nothing when no whole answer came.
async fn submit(client: &reqwest::Client, url: &str, claim: &SignedClaim) -> Option<ClaimAnswer> {
    let url = format!("{url}/v1/claims");
    let posted = client.post(url).body(claim.envelope().to_bytes()).send();
    posted.await.ok()?.json().await.ok()
}
