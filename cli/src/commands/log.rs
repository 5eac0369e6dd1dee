//! `lifecert log verify`: the whole public log, checked from its files or from any mirror of them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use lifecert_cli::log::{Expected, Fault, Verified, verify};
use lifecert_client::{Connection, ConnectionSettings, HolderCopy};
use lifecert_protocol::log::{LogKey, SignedCheckpoint, TlogProof, WitnessPolicy};
use lifecert_protocol::{ErrorCode, Receipt};
use serde_json::json;

use super::receipt::{log_key, read, witness_policy};
use super::{Context, Failure};

#[derive(Subcommand)]
pub enum Arguments {
    /// Check every entry against the tiles, the tiles against the signed root, and what is named
    Verify(Verify),
}

#[derive(Args)]
pub struct Verify {
    /// Address of the server or of a mirror, above its `/log/`
    #[arg(long, value_name = "URL", required_unless_present = "dir")]
    url: Option<String>,
    /// Folder with the log's files
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    dir: Option<PathBuf>,
    /// File with the log's verifier key, had from the office or printed by it, not from the log
    #[arg(long, value_name = "FILE")]
    vkey: PathBuf,
    /// A checkpoint of before, with which the log has to begin; may be given more than once
    #[arg(long, value_name = "FILE")]
    older: Vec<PathBuf>,
    /// A holder's file, whose receipt has to stand in the log; may be given more than once
    #[arg(long, value_name = "FILE")]
    receipt: Vec<PathBuf>,
    /// Whose cosignatures are enough (C2SP tlog-policy)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

pub fn run(context: &Context, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments::Verify(arguments) = arguments;
    let key = log_key(&arguments.vkey)?;
    let policy = arguments.policy.as_deref().map(witness_policy);
    let policy = policy.transpose()?;
    let source = Source::open(arguments)?;
    let mut expected = expected(arguments, &key)?;
    // Read before the newest checkpoint, so that it is no later.
    let cosigned = match &policy {
        Some(_) => source.cosigned(&key)?,
        None => None,
    };
    expected
        .roots
        .extend(cosigned.iter().map(|tree| (tree.size(), tree.root())));
    let bar = context.progress(None, "entries");
    let progress = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let found = verify(|path| source.read(path), &key, &expected, progress);
    bar.finish_and_clear();
    match found {
        Ok(verified) => answer(context, &verified, (policy.as_ref(), cosigned.as_ref())),
        // A log that cannot be read says nothing about itself.
        Err(Fault::Unread(why)) => Err(Failure::new(ErrorCode::ServerUnreachable, why)),
        Err(fault) => {
            let object = json!({ "valid": false, "fault": fault.to_string() });
            context.print(&object, format!("the log does NOT hold: {fault}"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Older trees and entries that the log has to agree with.
fn expected(arguments: &Verify, key: &LogKey) -> Result<Expected, Failure> {
    let mut expected = Expected::default();
    for path in &arguments.older {
        let checkpoint = SignedCheckpoint::parse(&read(path)?);
        let checkpoint = checkpoint.and_then(|older| older.verify(key).map(|()| older));
        let older = checkpoint.map_err(|error| malformed(error).about(path))?;
        expected.roots.push((older.size(), older.root()));
    }
    for path in &arguments.receipt {
        let copy = HolderCopy::from_file(&read(path)?);
        let (index, entry, proof) = entry_of(&copy, key).map_err(|error| error.about(path))?;
        expected.entries.insert(index, entry);
        let tree = &proof.checkpoint;
        expected.roots.push((tree.size(), tree.root()));
    }
    Ok(expected)
}

/// Where a receipt stands in the log, the entry, and the proof that came with it.
fn entry_of(copy: &HolderCopy, key: &LogKey) -> Result<(u64, Vec<u8>, TlogProof), Failure> {
    let why = "this copy has no proof of the public log";
    let text = copy.log_proof().ok_or_else(|| malformed(why))?;
    let proof = TlogProof::parse(text).map_err(malformed)?;
    let signed = copy
        .signed()
        .map_err(|code| Failure::new(code, "no receipt"))?;
    let receipt: Receipt = signed.peek().map_err(malformed)?;
    let leaf = proof.receipt_leaf(&receipt, &signed).map_err(malformed)?;
    proof.verify(&leaf.to_bytes(), key).map_err(malformed)?;
    Ok((proof.index, leaf.to_bytes(), proof))
}

fn malformed(why: impl std::fmt::Display) -> Failure {
    Failure::new(ErrorCode::ReceiptInvalid, why)
}

/// Where a log is read from.
enum Source {
    Folder(PathBuf),
    Mirror(Mirror),
}

impl Source {
    fn open(arguments: &Verify) -> Result<Self, Failure> {
        match (&arguments.dir, &arguments.url) {
            (Some(folder), _) => Ok(Self::Folder(folder.clone())),
            (None, Some(url)) => Ok(Self::Mirror(Mirror::open(url)?)),
            (None, None) => {
                let why = "name the log: --url or --dir";
                Err(Failure::new(ErrorCode::RequestMalformed, why))
            }
        }
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match self {
            Self::Folder(folder) => from_folder(folder, path),
            Self::Mirror(mirror) => mirror.read(path),
        }
    }

    /// The checkpoint that witnesses have cosigned last, where the log has one.
    fn cosigned(&self, key: &LogKey) -> Result<Option<SignedCheckpoint>, Failure> {
        let read = self.read("witnessed");
        let bytes = read.map_err(|why| Failure::new(ErrorCode::ServerUnreachable, why))?;
        let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
            return Ok(None);
        };
        let tree = SignedCheckpoint::parse(&bytes).map_err(malformed)?;
        tree.verify(key).map_err(malformed)?;
        Ok(Some(tree))
    }
}

fn from_folder(folder: &Path, path: &str) -> Result<Option<Vec<u8>>, String> {
    match std::fs::read(folder.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{path}: {error}")),
    }
}

/// The log's files on a server.
struct Mirror {
    connection: Connection,
    runtime: tokio::runtime::Runtime,
}

impl Mirror {
    fn open(url: &str) -> Result<Self, Failure> {
        let connection = Connection::new(&ConnectionSettings::new(url))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(ErrorCode::ServerUnreachable, error))?;
        Ok(Self {
            connection,
            runtime,
        })
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let path = format!("/log/{path}");
        let file = self.connection.fetch_file(&path);
        let file = self.runtime.block_on(file);
        file.map_err(|error| error.to_string())
    }
}

fn answer(
    context: &Context,
    verified: &Verified,
    (policy, cosigned): (Option<&WitnessPolicy>, Option<&SignedCheckpoint>),
) -> Result<ExitCode, Failure> {
    let checkpoint = &verified.checkpoint;
    let trees = || [Some(checkpoint), cosigned].into_iter().flatten();
    let witnessed = policy.map(|policy| witnessed_size(policy, trees()));
    let witnessed_size = witnessed.transpose()?;
    let witnessed = witnessed_size.map(|size| size == Some(checkpoint.size()));
    let kinds = verified.kinds.iter();
    let kinds: serde_json::Map<_, _> = kinds
        .map(|(kind, count)| (kind.to_string(), json!(count)))
        .collect();
    let mut lines = vec![format!(
        "the log holds: {} entries of {}",
        checkpoint.size(),
        checkpoint.origin()
    )];
    let kinds_shown = verified.kinds.iter();
    lines.extend(kinds_shown.map(|(kind, count)| format!("  {kind:<14} {count}")));
    lines.extend(witnessed_size.map(|size| witness_words(size, checkpoint.size())));
    let object = json!({
        "valid": true,
        "origin": checkpoint.origin(),
        "size": checkpoint.size(),
        "root": checkpoint.root().to_string(),
        "kinds": kinds,
        "witnessed": witnessed,
        "witnessed_size": witnessed_size.flatten(),
    });
    context.print(&object, lines.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// The size of the largest of these trees that enough witnesses have cosigned; a witness that is
/// missing is no fault of the log, a cosignature that does not fit is one.
fn witnessed_size<'a>(
    policy: &WitnessPolicy,
    trees: impl Iterator<Item = &'a SignedCheckpoint>,
) -> Result<Option<u64>, Failure> {
    let mut largest = None;
    for tree in trees {
        let (_, enough) = policy.witnessed(tree).map_err(malformed)?;
        largest = largest.max(enough.then(|| tree.size()));
    }
    Ok(largest)
}

/// That in words.
fn witness_words(witnessed: Option<u64>, size: u64) -> String {
    match witnessed {
        Some(all) if all == size => "witnessed by enough of those whom the policy names".to_owned(),
        Some(part) => format!("witnessed by enough up to {part} entries, not yet beyond"),
        None => "not yet witnessed".to_owned(),
    }
}
