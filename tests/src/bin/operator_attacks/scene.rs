//! An office with a history: a man who is certified, another who waits, a phone that waits.

use lifecert_client::wall_clock_ms;
use lifecert_protocol::http::staff as wire;
use lifecert_protocol::log::LeafKind;
use lifecert_protocol::{ChallengeId, ClaimId, PersonRef, Receipt, ReceiptId, Signed, SoftwareKey};
use lifecert_server::error::ServiceError;
use lifecert_server::keys::AgencyKeys;
use lifecert_server::log::content;
use lifecert_server::run_tx;
use lifecert_server::store::{
    ChallengeRow, ClaimRow, EvidenceRow, NewEntry, NewReceipt, ProposalKind, ProposalRow,
    ProposalState, Store, Value,
};
use lifecert_server::values;
use lifecert_tests::office::{Office, text};
use lifecert_tests::phone::{Phone, clip};
use lifecert_tests::staff::AtWork;
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use totp_rs::Totp;

/// The office, its server stopped.
pub struct Scene {
    office: Office,
    /// As it was before the newest certification.
    pub before: Office,
    /// Under the usual policy, which sends his claims to a person.
    pub second_man: PersonRef,
    pub second_phone: Phone,
    /// The ids of a clerk, a reviewer and a supervisor.
    pub staff: [String; 3],
}

/// A copy of everything, to be forged.
pub struct Copy {
    pub office: Office,
}

/// What a forged receipt differs in.
pub struct Forgery<'a> {
    /// Signs it.
    pub key: &'a SoftwareKey,
    /// When the claim came, by its own word.
    pub at_ms: u64,
    /// By how much longer than the newest it counts.
    pub longer_ms: u64,
    /// Whether its entry is put in line for the log.
    pub logged: bool,
}

impl Scene {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.keep().join("lifecert.sqlite");
        let mut office = Office::at(&format!("sqlite:{}", text(&file)));
        office.allow_demo(&[]);
        let man = office.import(&["王福生,passport,E1234567,1949-10-01,0773-1"], "demo")[0];
        let second_man = office.import(&["王贵生,passport,E7654321,1949-10-01,"], "default")[0];
        let third_man = office.import(&["王寿生,passport,E7654322,1949-10-01,"], "default")[0];
        let accounts = [
            ("desk-1", "clerk"),
            ("desk-2", "reviewer"),
            ("desk-3", "supervisor"),
        ];
        let apps = accounts.map(|(account, role)| office.staff(account, role));
        office.staff("desk-9", "supervisor");
        office.admin(&["staff", "end", "--account", "desk-9"]);
        office.start();
        let (phone, second_phone, video) = (Phone::new(), Phone::new(), clip("franck.mp4"));
        let third_phone = Phone::new();
        let phones = [
            (man, &phone),
            (second_man, &second_phone),
            (third_man, &third_phone),
        ];
        for (person, phone) in phones {
            let enrolled = phone.enrol(&office, person, &[&video]);
            assert_eq!(enrolled.exit, 0, "{enrolled:?}");
            let bound = phone.bind(&office, &office.letter(person), &video, 40);
            assert_eq!(bound.exit, 0, "{bound:?}");
        }
        let waiting = Phone::new().bind(&office, &office.letter(man), &video, 100);
        assert_eq!(waiting.field("outcome"), "pending", "{waiting:?}");
        let certify = |office: &Office, from_s| {
            let said = phone.certify(office, man, (&video, from_s), &[]);
            assert_eq!(said.field("outcome"), "accepted", "{said:?}");
        };
        let said = third_phone.certify(&office, third_man, (&video, 80), &[]);
        assert_eq!(said.field("outcome"), "referred", "{said:?}");
        let staff = by_hand(&office, third_man, apps).await;
        certify(&office, 80);
        office.kill();
        let before = office.copied();
        office.start();
        certify(&office, 120);
        office.kill();
        Self {
            office,
            before,
            second_man,
            second_phone,
            staff,
        }
    }

    pub fn copy(&self) -> Copy {
        Copy {
            office: self.office.copied(),
        }
    }
}

/// Two people accept the claim that waits, and one of them revokes its receipt again, at the
/// staff's surface.
async fn by_hand(office: &Office, man: PersonRef, apps: [Totp; 3]) -> [String; 3] {
    let mut people = Vec::new();
    for (account, app) in ["desk-1", "desk-2", "desk-3"].into_iter().zip(&apps) {
        people.push(AtWork::begin(office, account, app).await);
    }
    let (clerk, supervisor) = (&people[0], &people[2]);
    let file = json!({ "person": man, "reason": "a visit" });
    let file: wire::PersonFile = clerk.done(wire::FILES, file).await;
    let proposal = json!({ "task": file.tasks[0].task, "reason": "a visit" });
    let proposal: wire::Proposal = clerk.done(wire::PROPOSALS, proposal).await;
    let approve = wire::APPROVE.replace("{id}", &proposal.proposal);
    let proposal: wire::Proposal = supervisor.done(&approve, json!({})).await;
    let receipt = proposal.receipt.expect("a receipt").to_string();
    let revoke = wire::REVOKE.replace("{id}", &receipt);
    let (status, body) = supervisor
        .post(&revoke, json!({ "reason": "an error" }))
        .await;
    assert_eq!(status, 204, "{body}");
    [0, 1, 2].map(|n| people[n].id().to_owned())
}

impl Drop for Scene {
    fn drop(&mut self) {
        let file = self.office.database().trim_start_matches("sqlite:");
        if let Some(folder) = PathBuf::from(file).parent() {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

impl Copy {
    pub async fn store(&self) -> Store {
        let agency = "quanzhou".parse().expect("an agency");
        let store = Store::open(self.office.database(), agency).await;
        store.expect("the database opens")
    }

    /// The same with its keys.
    pub async fn unlocked(&self) -> Store {
        let keys = AgencyKeys::open(&self.data("secrets")).expect("the keys");
        self.store().await.with_kek(keys.kek().clone())
    }

    /// Has the log say that a template was erased.
    pub async fn log_erasure(&self, store: &Store, id: &str) {
        let now_ms = wall_clock_ms();
        let done = async || -> Result<(), ServiceError> {
            run_tx!(store, "forge", |db| {
                db.add_log_entry(&NewEntry {
                    kind: LeafKind::Erasure,
                    source: &content::state_source("template", id),
                    at_ms: now_ms,
                    content: &content::state("template", id, now_ms),
                })
                .await?;
                Ok(())
            })
        };
        done().await.expect("the entry is added");
        self.sequence();
    }

    /// Runs a statement behind the server's back; it must change something.
    pub async fn sql(&self, statement: &'static str, values: Vec<Value>) {
        let store = self.store().await;
        let done = async || -> Result<u64, ServiceError> {
            run_tx!(store, "forge", |db| Ok(db
                .run(statement, values.clone())
                .await?))
        };
        let changed = done().await.expect("the statement runs");
        assert!(changed > 0, "{statement} changes nothing");
    }

    /// The newest receipt, its claim and its challenge.
    pub async fn newest(&self) -> (String, Receipt, ClaimRow, ChallengeRow) {
        let store = self.store().await;
        let mut db = store.read().await.expect("a connection");
        let entries = db
            .entries_of(lifecert_protocol::log::LeafKind::Receipt)
            .await;
        let id = entries.expect("entries").pop().expect("a receipt").source;
        let row = db.receipt(&id).await.expect("a row").expect("the receipt");
        let signed = Signed::read(&row.signed).expect("a message");
        let claim = db.claim(row.claim).await.expect("a row").expect("a claim");
        let challenge = db.challenge(claim.challenge_id).await.expect("a row");
        let receipt = signed.peek().expect("a receipt");
        (id, receipt, claim, challenge.expect("a challenge"))
    }

    /// A decision by hand with its entry in the log, made by these two.
    pub async fn decide(&self, proposed_by: &str, decided_by: &str) {
        let (store, now_ms) = (self.store().await, wall_clock_ms());
        let mut db = store.read().await.expect("a connection");
        let people = db.people().await.expect("people");
        drop(db);
        let row = ProposalRow {
            person: Some(people[0]),
            payload: "review-claim x".into(),
            ..ProposalRow::new(ProposalKind::Accept, (proposed_by, "forged"), now_ms)
        };
        let done = async || -> Result<(), ServiceError> {
            run_tx!(store, "forge", |db| {
                db.add_proposal(&row).await?;
                let by = (ProposalState::Approved, decided_by);
                db.decide_proposal(&row.proposal_id, by, now_ms).await?;
                Ok(())
            })
        };
        done().await.expect("the rows are added");
        self.sequence();
    }

    /// Adds challenge, claim, receipt and evidence as the server would, with times of its own.
    pub async fn add_receipt(&self, forgery: Forgery<'_>) {
        let (_, receipt, claim, challenge) = self.newest().await;
        let at_ms = forgery.at_ms;
        let mut challenge = ChallengeRow {
            used_at_ms: None,
            ..challenge
        };
        challenge.challenge.challenge_id = ChallengeId::random();
        challenge.challenge.sequence += 1_000;
        challenge.challenge.issued_at_ms = at_ms - (receipt.proved_to_ms - receipt.proved_from_ms);
        challenge.challenge.expires_at_ms = at_ms + 60_000;
        let claim = ClaimRow {
            claim_id: ClaimId::random(),
            challenge_id: challenge.challenge.challenge_id,
            payload_digest: lifecert_protocol::Digest::of(&at_ms.to_be_bytes()),
            received_at_ms: at_ms,
            ..claim
        };
        let receipt = Receipt {
            receipt_id: ReceiptId::random(),
            claim_id: claim.claim_id,
            claim_digest: claim.payload_digest,
            proved_from_ms: challenge.challenge.issued_at_ms,
            proved_to_ms: at_ms,
            valid_until_ms: receipt.valid_until_ms + forgery.longer_ms,
            ..receipt
        };
        let new = NewReceipt {
            receipt_id: receipt.receipt_id,
            signed: forgery.key.sign_message(&receipt).expect("a signature"),
            identity_salt: lifecert_protocol::Salt::random(),
            issued_at_ms: at_ms,
            valid_until_ms: receipt.valid_until_ms,
        };
        let evidence = EvidenceRow {
            modality: receipt.modality,
            channel: receipt.channel,
            assurance: receipt.assurance,
            proved_from_ms: receipt.proved_from_ms,
            proved_to_ms: at_ms,
            source: claim.claim_id.to_string(),
        };
        let (person, id, store) = (receipt.person, claim.claim_id, self.store().await);
        let done = async || -> Result<(), ServiceError> {
            run_tx!(store, "forge", |db| {
                db.add_challenge(&challenge).await?;
                let challenge_id = challenge.challenge.challenge_id;
                db.use_challenge(challenge_id, at_ms).await?;
                db.add_claim(&claim).await?;
                db.add_receipt((person, id), &new).await?;
                db.add_evidence(person, &evidence, ("quanzhou", at_ms))
                    .await?;
                if !forgery.logged {
                    let unlog = "DELETE FROM log_entry WHERE agency_id = $1 AND source = $2";
                    db.run(unlog, values![new.receipt_id.to_string()]).await?;
                }
                Ok(())
            })
        };
        done().await.expect("the rows are added");
        if forgery.logged {
            self.sequence();
        }
    }

    /// Has the log take up what is in line: any command of the office does.
    pub fn sequence(&self) {
        let init = [
            "init",
            "--name",
            "全州县社保局",
            "--office-phone",
            "0773-123456",
        ];
        self.office.admin(&init);
    }

    /// The agency's own key, which an operator has.
    pub fn agency_key(&self) -> SoftwareKey {
        let document = fs::read(self.data("secrets/agency.pkcs8")).expect("the key");
        SoftwareKey::from_pkcs8(&document).expect("a key")
    }

    pub fn data(&self, name: &str) -> PathBuf {
        self.office.path("data").join(name)
    }

    /// The second man certifies at this server, which runs and ends.
    pub fn accepts_second_man(&mut self, scene: &Scene) {
        let video = clip("franck.mp4");
        let (phone, man) = (&scene.second_phone, scene.second_man);
        let said = phone.certify(&self.office, man, (&video, 80), &[]);
        assert_eq!(said.field("outcome"), "accepted", "{said:?}");
        self.office.kill();
    }
}

/// Whether a server on these files ends by itself, and does not answer.
pub fn refuses_to_serve(office: &Office) -> bool {
    let mut command: Command = office.command(&["serve", "--listen", "127.0.0.1:0"]);
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = quiet.spawn().expect("the server's binary starts");
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if let Some(status) = server.try_wait().expect("a process") {
            return !status.success();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    server.kill().expect("killed");
    server.wait().expect("gone");
    false
}
