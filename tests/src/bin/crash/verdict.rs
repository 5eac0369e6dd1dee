//! What is left after the last round: receipts that were acknowledged, receipts that exist, the
//! log.

use crate::again::{self, Again};
use crate::load::Load;
use lifecert_server::store::{Db, Store, Value};
use lifecert_server::values;
use lifecert_tests::office::{program, text};
use lifecert_tests::phone::plain_client;
use serde_json::json;
use std::fmt;
use std::process::Command;

/// What was counted.
pub struct Verdict {
    rounds: u32,
    acknowledged: usize,
    receipts: u64,
    lost: usize,
    doubled: u64,
    log_consistent: bool,
    sealed: usize,
    evidence_lost: usize,
    again: Again,
}

/// Counts in the database, and asks the audit and the log's own verifier.
pub async fn of(load: &Load, rounds: u32, workers_killed: u32) -> Verdict {
    let agency = "quanzhou".parse().expect("an agency");
    let store = Store::open(load.office.database(), agency).await;
    let mut db = store.expect("the database").read().await.expect("a reader");
    let mut lost = 0;
    for (claim, receipt) in &load.acknowledged {
        let kept = count(
            &mut db,
            "SELECT COUNT(*) AS found FROM receipt \
             WHERE agency_id = $1 AND claim_id = $2 AND receipt_id = $3",
            values![claim.to_string(), receipt.to_string()],
        );
        lost += usize::from(kept.await != 1);
    }
    let mut evidence_lost = 0;
    for claim in &load.sealed {
        let kept = db.sealed(*claim).await.expect("an answer");
        let object = kept.map(|row| {
            load.office
                .path("data")
                .join("evidence")
                .join(row.object_key)
        });
        evidence_lost += usize::from(!object.is_some_and(|object| object.is_file()));
    }
    let claims = "SELECT COUNT(DISTINCT claim_id) AS found FROM receipt WHERE agency_id = $1";
    let claims = count(&mut db, claims, values![]).await;
    let receipts = "SELECT COUNT(*) AS found FROM receipt WHERE agency_id = $1";
    let receipts = count(&mut db, receipts, values![]).await;
    // A receipt has one leaf, and every leaf of a receipt one receipt.
    let leaves = "SELECT COUNT(*) AS found FROM log_entry \
                  WHERE agency_id = $1 AND kind = 'receipt' AND leaf_index IS NOT NULL";
    let leaves = count(&mut db, leaves, values![]).await;
    let again = again::of(&mut db, workers_killed).await;
    Verdict {
        rounds,
        acknowledged: load.acknowledged.len(),
        receipts,
        lost,
        doubled: receipts - claims,
        log_consistent: leaves == receipts && is_audited(load) && is_verified(load).await,
        sealed: load.sealed.len(),
        evidence_lost,
        again,
    }
}

/// The number that a statement finds.
pub async fn count(db: &mut Db, sql: &'static str, values: Vec<Value>) -> u64 {
    let row = db.one(sql, values).await.expect("an answer");
    let found = row.expect("a row").int("found").expect("a count");
    found.try_into().expect("a count")
}

/// What the audit finds goes to the error stream.
fn is_audited(load: &Load) -> bool {
    holds(load.office.command(&["audit"]))
}

async fn is_verified(load: &Load) -> bool {
    let url = format!("{}/log/vkey", load.office.url());
    let vkey = plain_client().get(url).send().await.expect("an answer");
    let file = load.office.path("log.vkey");
    std::fs::write(&file, vkey.text().await.expect("a key")).expect("written");
    let mut verify = Command::new(program("lifecert"));
    verify.args(["log", "verify", "--vkey", &text(&file)]);
    verify.args(["--dir", &text(&load.office.path("data").join("log"))]);
    holds(verify)
}

fn holds(mut command: Command) -> bool {
    let output = command.output().expect("the program runs");
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stdout));
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

impl Verdict {
    /// Whether nothing was lost or doubled and the log is whole.
    pub fn is_good(&self) -> bool {
        let nothing_lost = self.lost == 0 && self.doubled == 0 && self.evidence_lost == 0;
        let both_ways = self.sealed > 0 && self.acknowledged > self.sealed;
        nothing_lost && both_ways && self.log_consistent && self.again.is_good()
    }

    /// One object.
    pub fn json(&self) -> serde_json::Value {
        let Again {
            workers_killed,
            rechecked,
            retaken,
            undone,
            done_twice,
            contradicted,
        } = self.again;
        json!({
            "rounds": self.rounds,
            "acknowledged": self.acknowledged,
            "receipts": self.receipts,
            "lost": self.lost,
            "doubled": self.doubled,
            "log_consistent": self.log_consistent,
            "sealed": self.sealed,
            "evidence_lost": self.evidence_lost,
            "workers_killed": workers_killed,
            "rechecked": rechecked,
            "retaken": retaken,
            "undone": undone,
            "done_twice": done_twice,
            "contradicted": contradicted,
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rounds,
            acknowledged,
            receipts,
            lost,
            doubled,
            log_consistent,
            sealed,
            evidence_lost,
            again,
        } = self;
        let log = if *log_consistent {
            "whole"
        } else {
            "NOT whole"
        };
        write!(
            f,
            "{rounds} times killed: {acknowledged} receipts acknowledged of {receipts}, \
             {lost} lost, {doubled} doubled, the log is {log}\n\
             {sealed} of them under seal, {evidence_lost} of these without their evidence; \
             {} times a worker killed: {} claims looked at again, {} taken once more, {} undone, \
             {} done twice, {} contradicted",
            again.workers_killed,
            again.rechecked,
            again.retaken,
            again.undone,
            again.done_twice,
            again.contradicted,
        )
    }
}
