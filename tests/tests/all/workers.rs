//! Workers as processes of their own: one is killed in the middle of a job, two others end it.

use lifecert_client::{Asker, ConsentDraft, wall_clock_ms};
use lifecert_guidance::{ConsentText, Lang};
use lifecert_protocol::{ClaimId, ConsentMeans, ConsentPurposes, PersonRef, Receipt};
use lifecert_tests::office::{Office, text};
use lifecert_tests::on_both_engines;
use lifecert_tests::phone::{Phone, Playback, clip};
use lifecert_tests::staff::{PASSWORD, code};
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{Any, Pool, Row};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

on_both_engines!(a_killed_workers_job_is_done_by_another);

const NAME: &str = "王福生";
const NUMBER: &str = "450324194910010013";

/// An office with one man whose device is believed to be attested, and the database beside it.
struct County {
    office: Office,
    phone: Phone,
    man: PersonRef,
    database: Pool<Any>,
}

impl County {
    async fn new(address: &str) -> Self {
        let mut office = Office::at(address);
        office.allow_demo(&["--recheck", "worker"]);
        let man = office.import(&[&format!("{NAME},resident,{NUMBER},,")], "demo")[0];
        office.start();
        let phone = Phone::new();
        let enrolled = phone.enrol(&office, man, &[&franck()]);
        assert_eq!(enrolled.exit, 0, "{enrolled:?}");
        let bound = phone.bind(&office, &office.letter(man), &franck(), 40);
        assert_eq!(bound.exit, 0, "{bound:?}");
        sqlx::any::install_default_drivers();
        let database = AnyPoolOptions::new().connect(address).await.unwrap();
        // What an attestation will do one day.
        sqlx::query("UPDATE device SET assurance = 'tee'")
            .execute(&database)
            .await
            .unwrap();
        Self {
            office,
            phone,
            man,
            database,
        }
    }

    async fn certify(&self, from_s: u64) -> Receipt {
        let challenge = self.phone.challenge(&self.office, self.man).await;
        let mut camera = Playback::open(&franck(), from_s);
        let claim = self.phone.claim(challenge, &mut camera);
        let receipt = self.phone.submit(&self.office, self.man, &claim).await;
        receipt.unwrap()
    }

    async fn consent(&self, session: &Receipt) {
        let shown = ConsentText::current(Lang::ZhHans);
        let draft = ConsentDraft {
            text_version: shown.version,
            text: shown.digest(),
            language: shown.lang.to_string(),
            purposes: ConsentPurposes {
                helper: false,
                embedding_leaves: true,
                key_frames_leave: true,
                evidence_kept: true,
            },
            means: ConsentMeans::Touch,
            session: session.claim_digest,
            relation: None,
        };
        let (binding, (_, vault)) = (self.phone.binding(self.man), self.phone.open());
        let asker = Asker {
            binding: &binding,
            vault: &vault,
        };
        let agency = self.phone.agency(&self.office, self.man);
        let given = agency.consent(asker, draft).await.unwrap();
        assert!(given.consent.is_some());
    }

    fn worker(&self, more: &[&str]) -> Child {
        let log = self.office.path("worker.log");
        let log = File::options().append(true).create(true).open(log).unwrap();
        let mut arguments = vec!["worker", "--lease-s", "2"];
        arguments.extend(more);
        let mut command = self.office.command(&arguments);
        command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }

    async fn rows(&self, sql: &'static str) -> Vec<AnyRow> {
        sqlx::query(sql).fetch_all(&self.database).await.unwrap()
    }
}

fn franck() -> PathBuf {
    clip("franck.mp4")
}

async fn a_killed_workers_job_is_done_by_another(address: &str) {
    let county = County::new(address).await;
    let session = county.certify(0).await;
    assert!(session.recomputed.is_some(), "the server looked itself");
    county.consent(&session).await;
    let mut claims: Vec<ClaimId> = Vec::new();
    for from_s in [0, 80, 120] {
        let receipt = county.certify(from_s).await;
        assert_eq!(receipt.recomputed, None, "left to a worker");
        claims.push(receipt.claim_id);
    }

    let mut killed = county.worker(&[]);
    let leased = "SELECT job_id FROM job WHERE leased_by IS NOT NULL AND done_at_ms IS NULL";
    let begun = Instant::now();
    while county.rows(leased).await.is_empty() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "no job was taken"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let done = county
        .rows("SELECT job_id FROM job WHERE done_at_ms IS NOT NULL")
        .await;
    let left = claims.len() - done.len();
    assert!(left > 0, "it was killed in the middle");

    let workers = [
        county.worker(&["--until-idle"]),
        county.worker(&["--until-idle"]),
    ];
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    let jobs = county
        .rows("SELECT kind, tries, failure FROM job WHERE done_at_ms IS NOT NULL")
        .await;
    assert_eq!(jobs.len(), claims.len());
    let tries: i64 = jobs.iter().map(|row| row.get::<i64, _>("tries")).sum();
    assert!(
        tries as usize > claims.len(),
        "the killed one's job was taken again"
    );
    let agreed = county
        .rows("SELECT claim_id FROM sealed_evidence WHERE recheck = 'agrees'")
        .await;
    assert_eq!(agreed.len(), claims.len());
    assert!(county.rows("SELECT task_id FROM task").await.is_empty());

    // A reviewer opens one; the person sees what is on record; nothing of either is logged.
    let app = county.office.staff("desk-02", "reviewer");
    let (claim, out) = (claims[0].to_string(), text(&county.office.path("opened")));
    let open = [
        "evidence",
        "open",
        "--claim",
        &claim,
        "--account",
        "desk-02",
        "--out",
        &out,
    ];
    let open = [&open[..], &["--reason", "a complaint"]].concat();
    let code = code(&app, wall_clock_ms());
    let said = county.office.asked(&open, &[PASSWORD, &code]);
    assert!(said.starts_with("5 key frames"), "{said}");
    let pictures = fs::read_dir(&out).unwrap().count();
    assert_eq!(pictures, 5);
    let person = county.man.to_string();
    let exported = county.office.admin(&["consents", "--person", &person]);
    let exported: serde_json::Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(exported[&person][0]["purposes"]["evidence_kept"], true);
    let opened = "SELECT reason FROM evidence_access WHERE reason = 'a complaint'";
    assert_eq!(county.rows(opened).await.len(), 1);
    let worker_log = fs::read_to_string(county.office.path("worker.log")).unwrap();
    assert!(worker_log.contains("working"));
    for log in [county.office.log(), worker_log] {
        for secret in [NAME, NUMBER, &person] {
            assert!(!log.contains(secret), "{secret} stands in a log");
        }
    }
}
