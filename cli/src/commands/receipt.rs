//! `lifecert receipt verify`: what a receipt proves, checked without a network.

use std::path::PathBuf;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use lifecert_client::{HolderCopy, wall_clock_ms};
use lifecert_protocol::{ErrorCode, PublicKey, Receipt, Salt, commit_identity};
use serde_json::json;

use super::phone::{self, Folder};
use super::{Context, Failure};

#[derive(Subcommand)]
pub enum Arguments {
    /// Verify a receipt without a network and print what it proves
    Verify(Verify),
}

#[derive(Args)]
pub struct Verify {
    /// The receipt: the holder's file, or the bare COSE_Sign1 bytes
    file: PathBuf,
    /// The agency's public key (SEC1 point, base64url or hex), or @FILE with it [default: the keys
    /// that this device believes]
    #[arg(long, value_name = "KEY|@FILE")]
    agency_key: Option<String>,
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
    folder: Folder,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments::Verify(arguments) = arguments;
    let unreadable = |error| Failure::new(ErrorCode::StorageUnreadable, error);
    let bytes =
        std::fs::read(&arguments.file).map_err(|error| unreadable(error).about(&arguments.file))?;
    let copy = HolderCopy::from_file(&bytes);
    let receipt = genuine(arguments, &copy)?;
    let Some(receipt) = receipt else {
        return answer(context, None, Some(ErrorCode::ReceiptInvalid), None);
    };
    let identity = identity_fits(arguments, &copy, &receipt)?;
    let expired = wall_clock_ms() > receipt.valid_until_ms;
    let code = expired.then_some(ErrorCode::ReceiptExpired);
    answer(context, Some(&receipt), code, identity)
}

/// The receipt, if one of the keys signed it.
fn genuine(arguments: &Verify, copy: &HolderCopy) -> Result<Option<Receipt>, Failure> {
    let keys = match &arguments.agency_key {
        Some(argument) => vec![public_key(argument)?],
        None => believed(arguments)?,
    };
    // Its end is looked at later: what an expired receipt once proved is printed, too.
    Ok(keys.iter().find_map(|key| copy.verify(key, 0).ok()))
}

fn believed(arguments: &Verify) -> Result<Vec<PublicKey>, Failure> {
    let (device, _) = arguments.folder.open()?;
    let bound = device.bindings()?.into_iter();
    let keys: Vec<PublicKey> = bound.map(|binding| binding.pinned.key).collect();
    if keys.is_empty() {
        let why = "no agency's key is known here: name one with --agency-key";
        return Err(Failure::new(ErrorCode::ReceiptInvalid, why));
    }
    Ok(keys)
}

/// The public key that an argument names.
fn public_key(argument: &str) -> Result<PublicKey, Failure> {
    let text = phone::text_or_file(argument)?;
    let point = hex::decode(text.as_str())
        .ok()
        .or_else(|| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok());
    point
        .and_then(|point| PublicKey::from_sec1(&point).ok())
        .ok_or_else(|| {
            let why = "an agency's key is a P-256 point of 65 bytes in base64url or hex";
            Failure::new(ErrorCode::RequestMalformed, why)
        })
}

/// Whether the card is that of the receipt's person; nothing where no card is given.
fn identity_fits(
    arguments: &Verify,
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

fn answer(
    context: &Context,
    receipt: Option<&Receipt>,
    code: Option<ErrorCode>,
    identity: Option<bool>,
) -> Result<ExitCode, Failure> {
    // A genuine receipt of somebody else proves nothing about the holder of the card.
    let valid = code.is_none() && identity != Some(false);
    let mut object = json!({
        "valid": valid,
        "code": code,
        "identity_fits": identity,
    });
    let mut lines = Vec::new();
    if let Some(code) = code {
        let message = context.guidance.error(code);
        lines.push(message.shown);
        lines.extend(message.next);
        lines.push(format!("[{code}]"));
    }
    if let Some(receipt) = receipt {
        object["receipt"] = facts(receipt);
        lines.extend(words(receipt));
    }
    if let Some(fits) = identity {
        let word = if fits { "fits" } else { "does NOT fit" };
        lines.push(format!("card         {word} the receipt"));
    }
    context.print(&object, lines.join("\n"))?;
    Ok(if valid {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
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
    lines
}

/// A time as people and programs read it: RFC 3339, UTC.
pub fn utc(at_ms: u64) -> String {
    i64::try_from(at_ms)
        .ok()
        .and_then(|at_ms| jiff::Timestamp::from_millisecond(at_ms).ok())
        .map_or_else(|| format!("{at_ms} ms"), |at| at.to_string())
}
