//! Whom a command believes about a receipt: keys named in arguments, or those that this device
//! believes.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use lifecert_protocol::log::{LogKey, WitnessPolicy};
use lifecert_protocol::{Believed, ErrorCode, KeyId, KeyList, PublicKey};

use super::super::phone::{self, Folder};
use super::Failure;

#[derive(Args)]
pub struct Trust {
    /// The agency's public key (SEC1 point, base64url or hex), or @FILE with it [default: the keys
    /// that this device believes]
    #[arg(long, value_name = "KEY|@FILE")]
    agency_key: Option<String>,
    /// The agency's list of keys, as its server gives it under /keys or the office hands it out
    #[arg(long, value_name = "FILE", requires = "root")]
    keys: Option<PathBuf>,
    /// The name of the offline root that signs that list (64 hex digits), or @FILE with it; had
    /// from the office or printed by it, not from the server
    #[arg(long, value_name = "ROOT|@FILE", requires = "keys")]
    root: Option<String>,
    /// File with the log's verifier key, had from the office or printed by it, not from the log
    #[arg(long, value_name = "FILE")]
    log_key: Option<PathBuf>,
    /// Whose cosignatures are enough (C2SP tlog-policy); the logs that it names are believed, too
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    folder: Folder,
}

impl Trust {
    pub fn believed(&self) -> Result<Believed, Failure> {
        let policy = self.policy.as_deref();
        let witnesses = policy.map(witness_policy).transpose()?;
        let mut logs: Vec<LogKey> = Vec::new();
        if let Some(path) = &self.log_key {
            logs.push(log_key(path)?);
        }
        if let Some(policy) = &witnesses {
            logs.extend(policy.logs().iter().cloned());
        }
        let list = match (&self.keys, &self.root) {
            (Some(file), Some(root)) => Some(key_list(file, root)?),
            _ => None,
        };
        let (keys, lists) = match (&self.agency_key, list) {
            (Some(argument), list) => (vec![public_key(argument)?], list.into_iter().collect()),
            (None, Some(list)) => (Vec::new(), vec![list]),
            (None, None) => self.of_this_device()?,
        };
        Ok(Believed {
            keys,
            lists,
            logs,
            witnesses,
        })
    }

    fn of_this_device(&self) -> Result<(Vec<PublicKey>, Vec<KeyList>), Failure> {
        let (device, _) = self.folder.open()?;
        let Believed { keys, lists, .. } = device.believed()?;
        if keys.is_empty() && lists.is_empty() {
            let why = "no agency's key is known here: name one with --agency-key or --keys";
            return Err(Failure::new(ErrorCode::ReceiptInvalid, why));
        }
        Ok((keys, lists))
    }
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

/// The list in a file, verified with the root that an argument names.
fn key_list(path: &Path, root: &str) -> Result<KeyList, Failure> {
    let root: KeyId = phone::text_or_file(root)?.parse().map_err(|_| {
        let why = "a root is named by 64 hex digits";
        Failure::new(ErrorCode::RequestMalformed, why)
    })?;
    let list = KeyList::verify(&read(path)?, root);
    list.map_err(|_| {
        let why = "not a list of keys that this root signed";
        Failure::new(ErrorCode::ReceiptInvalid, why).about(path)
    })
}

/// The log's key from its file.
pub fn log_key(path: &Path) -> Result<LogKey, Failure> {
    let about = |error: &dyn std::fmt::Display| malformed(error).about(path);
    let text = String::from_utf8(read(path)?).map_err(|error| about(&error))?;
    LogKey::parse(text.trim()).map_err(|error| about(&error))
}

/// A policy of witnesses from its file.
pub fn witness_policy(path: &Path) -> Result<WitnessPolicy, Failure> {
    WitnessPolicy::parse(&read(path)?).map_err(|error| malformed(error).about(path))
}

/// A file's bytes.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path)
        .map_err(|error| Failure::new(ErrorCode::StorageUnreadable, error).about(path))
}

fn malformed(why: impl std::fmt::Display) -> Failure {
    Failure::new(ErrorCode::ReceiptInvalid, why)
}
