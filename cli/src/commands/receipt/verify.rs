//! `lifecert receipt verify`: line by line, what a receipt proves and what it does not.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use lifecert_client::{HolderCopy, wall_clock_ms};
use lifecert_protocol::{
    ErrorCode, KeyFinding, LogFinding, Receipt, ReceiptCheck, Salt, WitnessFinding, commit_identity,
};
use serde_json::json;

use super::super::phone;
use super::super::{Context, Failure};
use super::trust::{Trust, read};
use super::{Source, utc};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
    /// The proof that it stands in the public log (C2SP tlog-proof) [default: what is beside it]
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// The name on the card that the receipt is compared with
    #[arg(long, requires = "id")]
    name: Option<String>,
    /// A file with the id number on that card
    #[arg(long, value_name = "@FILE", requires = "name")]
    id: Option<String>,
    /// The salt of the identity commitment, hex, or @FILE with it [default: from the holder's file]
    #[arg(long, value_name = "SALT|@FILE", requires = "id")]
    salt: Option<String>,
    #[command(flatten)]
    trust: Trust,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let believed = arguments.trust.believed()?;
    let log_wanted = !believed.logs.is_empty();
    let Some(copy) = arguments.source.copy()? else {
        return refuse(context);
    };
    let proof = match &arguments.proof {
        Some(path) => Some(String::from_utf8(read(path)?).unwrap_or_default()),
        None => copy.log_proof().map(str::to_owned),
    };
    let Ok(check) = copy
        .bytes()
        .and_then(|bytes| ReceiptCheck::new(&bytes, proof.as_deref(), &believed))
    else {
        return refuse(context);
    };
    let now_ms = wall_clock_ms();
    let verdict = Verdict {
        identity: identity_fits(arguments, &copy, &check.receipt)?,
        expired: now_ms > check.receipt.valid_until_ms,
        // Who names the log wants the receipt in it.
        log_missing: log_wanted && check.log == LogFinding::NoProof,
        ended_key: check.rests_on_an_ended_key(now_ms),
        check,
    };
    answer(context, &verdict)
}

/// What was found, and what it comes to.
struct Verdict {
    check: ReceiptCheck,
    identity: Option<bool>,
    expired: bool,
    log_missing: bool,
    ended_key: bool,
}

impl Verdict {
    /// Whether all that was asked for holds. A genuine receipt of somebody else proves nothing
    /// about the holder of the card.
    fn holds(&self) -> bool {
        let faulty = self.check.is_faulty() || self.log_missing;
        !self.expired && !faulty && self.identity != Some(false)
    }
}

/// A point and what there is to say about it.
type Line = (&'static str, String);

/// What was proved, and what was not.
fn points(verdict: &Verdict) -> (Vec<Line>, Vec<Line>) {
    let (mut proved, mut open) = (Vec::new(), Vec::new());
    let ReceiptCheck {
        receipt,
        signer,
        key,
        log,
        witnesses,
    } = &verdict.check;
    proved.push((
        "signature",
        format!("signed by {} with the key {signer}", receipt.agency),
    ));
    match key {
        KeyFinding::Listed { sequence, .. } => {
            let words = format!("the key counted then, by list {sequence} of the offline root");
            proved.push(("key", words));
        }
        KeyFinding::Given => {
            let words = "no list of the offline root was given: whether the key counted then is \
                         not known";
            open.push(("key", words.to_owned()));
        }
    }
    if verdict.ended_key {
        let words = "the key has ended, and no witness has seen the receipt before that: a date \
                     can be set back";
        open.push(("key-ended", words.to_owned()));
    }
    match log {
        LogFinding::Proved {
            origin,
            index,
            size,
        } => {
            let words = format!("entry {index} of {origin} in its tree of {size} entries");
            proved.push(("log", words));
        }
        LogFinding::NoProof => {
            let words = "this copy has no proof that it stands in the public log";
            open.push(("log", words.to_owned()));
        }
        LogFinding::NoKey => {
            let words = "it carries a log proof, and no key of the log was given to look at it";
            open.push(("log", words.to_owned()));
        }
        LogFinding::Faulty(error) => open.push(("log", format!("the log proof is FALSE: {error}"))),
    }
    match witnesses {
        WitnessFinding::NotLooked => {
            let words = "nobody looked for witnesses: a log that shows others another history \
                         would not be noticed";
            open.push(("witnesses", words.to_owned()));
        }
        WitnessFinding::Faulty(error) => {
            open.push(("witnesses", format!("a cosignature is FALSE: {error}")));
        }
        WitnessFinding::Counted {
            cosigned,
            of,
            enough,
        } => {
            let mut words = format!("witnessed by {} of {of}", cosigned.len());
            let who = cosigned.iter();
            let who = who.map(|one| format!(", {} at {}", one.witness, utc(one.at_s * 1_000)));
            words.extend(who);
            match enough {
                true => proved.push(("witnesses", words)),
                false => open.push(("witnesses", format!("not yet witnessed: {words}"))),
            }
        }
    }
    match verdict.identity {
        Some(true) => proved.push(("card", "fits the receipt".to_owned())),
        Some(false) => open.push(("card", "does NOT fit the receipt".to_owned())),
        None => {
            let words = "no card was compared: whose receipt it is is not known here";
            open.push(("card", words.to_owned()));
        }
    }
    let words = "whether the office has revoked it or corrected it since: ask the office";
    open.push(("revocation", words.to_owned()));
    let after = utc(receipt.proved_to_ms);
    open.push(("after", format!("that the person was alive after {after}")));
    (proved, open)
}

/// Not a receipt of anybody who is believed.
fn refuse(context: &Context) -> Result<ExitCode, Failure> {
    let code = ErrorCode::ReceiptInvalid;
    let object = json!({ "valid": false, "code": code, "identity_fits": null });
    context.print(&object, said(context, code).join("\n"))?;
    Ok(ExitCode::FAILURE)
}

/// An error in the person's language.
fn said(context: &Context, code: ErrorCode) -> Vec<String> {
    let message = context.guidance.error(code);
    let mut lines = vec![message.shown];
    lines.extend(message.next);
    lines.push(format!("[{code}]"));
    lines
}

fn answer(context: &Context, verdict: &Verdict) -> Result<ExitCode, Failure> {
    let code = verdict.expired.then_some(ErrorCode::ReceiptExpired);
    let mut lines = code.map_or_else(Vec::new, |code| said(context, code));
    let receipt = &verdict.check.receipt;
    lines.extend(words(receipt));
    let (proved, open) = points(verdict);
    lines.extend(
        proved
            .iter()
            .map(|(_, words)| format!("proved       {words}")),
    );
    lines.extend(
        open.iter()
            .map(|(_, words)| format!("NOT proved   {words}")),
    );
    let list = |points: &[Line]| -> Vec<serde_json::Value> {
        let points = points.iter();
        points
            .map(|(point, words)| json!({ "point": point, "says": words }))
            .collect()
    };
    let object = json!({
        "valid": verdict.holds(),
        "code": code,
        "identity_fits": verdict.identity,
        "proved": list(&proved),
        "not_proved": list(&open),
        "receipt": facts(receipt),
    });
    context.print(&object, lines.join("\n"))?;
    Ok(if verdict.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether the card is that of the receipt's person; nothing where no card is given.
fn identity_fits(
    arguments: &Arguments,
    copy: &HolderCopy,
    receipt: &Receipt,
) -> Result<Option<bool>, Failure> {
    let (Some(name), Some(id)) = (&arguments.name, &arguments.id) else {
        return Ok(None);
    };
    let malformed = |why: &str| Failure::new(ErrorCode::RequestMalformed, why);
    if !id.starts_with('@') {
        return Err(malformed("the id number goes into a file: --id @FILE"));
    }
    // As the roster holds it.
    let id = zeroize::Zeroizing::new(phone::text_or_file(id)?.to_ascii_uppercase());
    let salt: Salt = match (&arguments.salt, copy.identity_salt()) {
        (Some(argument), _) => phone::text_or_file(argument)?
            .parse()
            .map_err(|_| malformed("a salt is 64 hex digits"))?,
        (None, Some(salt)) => *salt,
        (None, None) => return Err(malformed("this copy has no salt: name it with --salt")),
    };
    Ok(Some(
        commit_identity(&salt, name.trim(), &id) == receipt.identity,
    ))
}

fn facts(receipt: &Receipt) -> serde_json::Value {
    json!({
        "receipt_id": receipt.receipt_id,
        "person": receipt.person,
        "agency": receipt.agency,
        "modality": receipt.modality,
        "channel": receipt.channel,
        "assurance": receipt.assurance,
        "policy": receipt.policy,
        "proved_from_ms": receipt.proved_from_ms,
        "proved_to_ms": receipt.proved_to_ms,
        "valid_until_ms": receipt.valid_until_ms,
        "live": receipt.recomputed.map(|seen| f64::from(seen.live.parts()) / 10_000.0),
        "similarity": receipt.recomputed.map(|seen| f64::from(seen.similarity.parts()) / 10_000.0),
        "key_frames": receipt.recomputed.map(|seen| seen.key_frames),
        "decided_at_ms": receipt.decided_at_ms,
        "claim_id": receipt.claim_id,
        "device_key": receipt.device_key,
    })
}

fn words(receipt: &Receipt) -> Vec<String> {
    let Receipt {
        receipt_id,
        person,
        agency,
        modality,
        channel,
        assurance,
        policy,
        ..
    } = receipt;
    let mut lines = vec![
        format!("receipt      {receipt_id}"),
        format!("signed by    {agency}"),
        format!("person       {person}"),
        format!(
            "alive        between {} and {}",
            utc(receipt.proved_from_ms),
            utc(receipt.proved_to_ms)
        ),
        format!("counts until {}", utc(receipt.valid_until_ms)),
        format!("by           {modality}, {channel}, policy {policy}"),
        format!("assurance    {assurance}"),
    ];
    if let Some(seen) = receipt.recomputed {
        let (live, similarity) = (seen.live.to_f32(), seen.similarity.to_f32());
        lines.push(format!(
            "server saw   {} key frames, live {live:.2}, similarity {similarity:.2}",
            seen.key_frames
        ));
    }
    if let Some(at_ms) = receipt.decided_at_ms {
        lines.push(format!(
            "decided      by people at the office, {}",
            utc(at_ms)
        ));
    }
    lines
}
