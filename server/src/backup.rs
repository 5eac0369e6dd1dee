//! A copy of everything that cannot be made again, and its way back.
//!
//! ```text
//! backup   log's checkpoint, log's tiles, evidence, database last   --> a folder, with digests
//! restore  what is not there, from that folder, digests checked    --> the log says whether it is
//!                                                                      the newest
//! ```
//!
//! The log is copied before the database, so that the copy's database is never older than its
//! checkpoint. Two things are not in it: the secrets, which belong in another place, since with
//! them a copy is the agency; and the second place, which is what shows that a database is old.

use crate::log::{LogError, LogPlace};
use crate::store::{Engine, Store, StoreError};
use lifecert_protocol::{AgencyId, Digest};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

const MANIFEST: &str = "backup.json";
const DATABASE: &str = "lifecert.sqlite";
const CHECKPOINT: &str = "log/checkpoint";

/// Why there is no backup, or no way back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A backup goes into a folder of its own.
    #[error("{} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// Secrets beside the data that they open.
    #[error("secrets go to another place than the backup")]
    SecretsBeside,
    /// A copy that is not what was written.
    #[error("{0} of the backup is not what was written, or is missing")]
    Damaged(String),
    /// Another agency's backup.
    #[error("it is a backup of {0}")]
    Agency(AgencyId),
    /// A database where one is to be restored.
    #[error("{} is there: a database is not put in the place of another", .0.display())]
    InTheWay(PathBuf),
}

/// What a backup holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Whose.
    pub agency: AgencyId,
    /// When it was begun, in milliseconds since 1970.
    pub made_at_ms: u64,
    /// Whether the database is in it; a PostgreSQL database is backed up by its own tools.
    pub database: bool,
    /// Whether sealed evidence is in it; evidence in a bucket is not.
    pub evidence: bool,
    /// SHA-256 of each file.
    pub files: BTreeMap<String, Digest>,
}

/// Where what is backed up lies.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Where the log lies.
    pub log: LogPlace,
    /// The folder of sealed evidence, where it is a folder.
    pub evidence: Option<PathBuf>,
    /// The folder of secrets.
    pub secrets: PathBuf,
}

/// Writes a backup into a new folder, while the server may run, and the secrets to another place
/// where one is named.
///
/// # Errors
/// [`BackupError`]; what was begun is then no backup, as it has no manifest.
pub async fn backup(
    store: &Store,
    sources: &Sources,
    (out, secrets_out): (&Path, Option<&Path>),
    now_ms: u64,
) -> Result<Manifest, BackupError> {
    fresh(out)?;
    if let Some(secrets_out) = secrets_out {
        fresh(secrets_out)?;
        let (data, secrets) = (absolute(out)?, absolute(secrets_out)?);
        if secrets.starts_with(&data) || data.starts_with(&secrets) {
            return Err(BackupError::SecretsBeside);
        }
    }
    let mut files = BTreeMap::new();
    let log = &sources.log.folder;
    let checkpoint = log.join("checkpoint");
    if checkpoint.exists() {
        // First: the tiles that it needs are there before it, and later ones harm nobody.
        let digest = copy(&checkpoint, &out.join(CHECKPOINT))?;
        files.insert(CHECKPOINT.to_owned(), digest);
        // Twice: a partial tile that goes while it is copied has left a full one behind.
        for _ in 0..2 {
            copy_tree(&log.join("tile"), out, "log/tile", &mut files)?;
        }
    }
    if let Some(evidence) = &sources.evidence {
        copy_tree(evidence, out, "evidence", &mut files)?;
    }
    let database = store.engine() == Engine::Sqlite;
    if database {
        let path = out.join(DATABASE);
        store.copy_into(&path).await?;
        files.insert(DATABASE.to_owned(), digest(&path)?);
    }
    if let Some(secrets_out) = secrets_out {
        copy_tree(
            &sources.secrets,
            secrets_out,
            "secrets",
            &mut BTreeMap::new(),
        )?;
    }
    let manifest = Manifest {
        agency: store.agency().clone(),
        made_at_ms: now_ms,
        database,
        evidence: sources.evidence.is_some(),
        files,
    };
    let path = out.join(MANIFEST);
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| io_at(&path)(error.into()))?;
    fs::write(&path, text).map_err(io_at(&path))?;
    Ok(manifest)
}

/// Puts a backup back: the database to `database`, where one is named, and of the log and the
/// evidence what is not there. What is there stays: tiles never change, and a newer checkpoint has
/// to show that this backup is older.
///
/// # Errors
/// [`BackupError`]; nothing is written unless every file is what the backup wrote.
pub fn restore(
    from: &Path,
    agency: &AgencyId,
    sources: &Sources,
    database: Option<&Path>,
) -> Result<Manifest, BackupError> {
    let path = from.join(MANIFEST);
    let text = fs::read(&path).map_err(io_at(&path))?;
    let damaged = |name: &str| BackupError::Damaged(name.to_owned());
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| damaged(MANIFEST))?;
    if manifest.agency != *agency {
        return Err(BackupError::Agency(manifest.agency));
    }
    if let Some(database) = database.filter(|path| path.exists()) {
        return Err(BackupError::InTheWay(database.to_owned()));
    }
    let mut places = Vec::new();
    for (name, expected) in &manifest.files {
        let to = place(name, sources, database).ok_or_else(|| damaged(name))?;
        let copied = from.join(name);
        if digest(&copied).map_err(|_| damaged(name))? != *expected {
            return Err(damaged(name));
        }
        places.extend(to.map(|to| (copied, to)));
    }
    for (copied, to) in places {
        if !to.exists() {
            copy(&copied, &to)?;
        }
    }
    Ok(manifest)
}

/// Where a file of a backup belongs: nothing for a name that none has, and no place for what is not
/// asked for.
fn place(name: &str, sources: &Sources, database: Option<&Path>) -> Option<Option<PathBuf>> {
    if name.split('/').any(|part| part.is_empty() || part == "..") {
        return None;
    }
    if name == DATABASE {
        return Some(database.map(Path::to_owned));
    }
    let (folder, rest) = name.split_once('/')?;
    match folder {
        "log" => Some(Some(sources.log.folder.join(rest))),
        "evidence" => Some(sources.evidence.as_ref().map(|folder| folder.join(rest))),
        _ => None,
    }
}

fn fresh(folder: &Path) -> Result<(), BackupError> {
    fs::create_dir_all(folder).map_err(io_at(folder))?;
    let mut entries = fs::read_dir(folder).map_err(io_at(folder))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(BackupError::NotEmpty(folder.to_owned())),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, BackupError> {
    path.canonicalize().map_err(io_at(path))
}

/// Copies a folder under a name; a file that goes meanwhile was a partial tile or past evidence.
fn copy_tree(
    from: &Path,
    out: &Path,
    name: &str,
    files: &mut BTreeMap<String, Digest>,
) -> Result<(), BackupError> {
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(io_at(from))?,
    };
    for entry in entries {
        let entry = entry.map_err(io_at(from))?;
        let (path, file) = (entry.path(), entry.file_name());
        let name = format!("{name}/{}", file.to_string_lossy());
        if path.is_dir() {
            copy_tree(&path, out, &name, files)?;
            continue;
        }
        // On its way to its name, or copied before.
        if path.extension().is_some_and(|end| end == "new") || files.contains_key(&name) {
            continue;
        }
        match copy(&path, &out.join(&name)) {
            Ok(digest) => {
                files.insert(name, digest);
            }
            Err(BackupError::Io { error, .. }) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Copies a file with its permissions, onto the disk; gives its digest.
fn copy(from: &Path, to: &Path) -> Result<Digest, BackupError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(io_at(folder))?;
    }
    fs::copy(from, to).map_err(io_at(from))?;
    let written = File::open(to).and_then(|file| file.sync_all());
    written.map_err(io_at(to))?;
    digest(to)
}

fn digest(path: &Path) -> Result<Digest, BackupError> {
    let file = File::open(path).map_err(io_at(path))?;
    let mut reader = BufReader::new(file);
    let mut hash = Context::new(&SHA256);
    loop {
        let bytes = reader.fill_buf().map_err(io_at(path))?;
        if bytes.is_empty() {
            break;
        }
        hash.update(bytes);
        let read = bytes.len();
        reader.consume(read);
    }
    // Unwrap safety: SHA-256 has 32 bytes.
    Ok(Digest::from_slice(hash.finish().as_ref()).unwrap())
}

fn io_at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    let path = path.to_owned();
    move |error| BackupError::Io {
        path: path.clone(),
        error,
    }
}
