//! What a witness has cosigned, and whether it cosigns the next.

use crate::clock::Clock;
use lifecert_protocol::log::{AddCheckpoint, Cosigner, LogError, LogKey, SignedCheckpoint};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// Why a witness cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// A file that cannot be read or written.
    #[error("{}: {error}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What happened.
        error: io::Error,
    },
    /// A file that does not hold what it should.
    #[error("{}: {why}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A log's key that cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Two keys under one name.
    #[error("{0} is named twice")]
    Twice(String),
}

/// Why a checkpoint was not cosigned.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Not a request.
    Malformed,
    /// A log that is not watched here.
    Unknown,
    /// Not signed by the log.
    Unsigned,
    /// The old size is larger than the new one.
    Shrinking,
    /// The old size is not the one cosigned last, which is this.
    Conflict(u64),
    /// Not how the tree of the last time goes on.
    Inconsistent,
    /// The file could not be written: nothing was cosigned.
    Io(io::Error),
}

/// A witness.
pub struct Witness {
    cosigner: Cosigner,
    logs: BTreeMap<String, LogKey>,
    clock: Arc<dyn Clock>,
    file: PathBuf,
    last: Mutex<BTreeMap<String, SignedCheckpoint>>,
    /// Held as long as the witness lives: two of them on one file could sign two trees.
    _lock: File,
}

impl Witness {
    /// Opens a witness with its key and its file. Where there is no key yet, and a `name` for it,
    /// both are made.
    ///
    /// # Errors
    /// [`WitnessError`]; also when the key is there and the file is not: a witness that forgot what
    /// it signed would sign another history.
    pub fn open(
        key: &Path,
        name: Option<&str>,
        file: &Path,
        logs: &[String],
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WitnessError> {
        let lock = lock(file)?;
        let cosigner = read_or_make(key, name, file)?;
        let mut watched = BTreeMap::new();
        for vkey in logs {
            let log = LogKey::parse(vkey)?;
            let origin = log.origin().to_owned();
            if watched.insert(origin.clone(), log).is_some() {
                return Err(WitnessError::Twice(origin));
            }
        }
        let last = Mutex::new(read_last(file, &cosigner)?);
        Ok(Self {
            cosigner,
            logs: watched,
            clock,
            file: file.to_owned(),
            last,
            _lock: lock,
        })
    }

    /// The public key, for policies.
    pub fn vkey(&self) -> String {
        self.cosigner.public().vkey()
    }

    /// Cosigns the checkpoint of a request, or says why not. What it answers is on the disk.
    pub(super) fn add_checkpoint(&self, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let request = AddCheckpoint::parse(body).map_err(|_| Refusal::Malformed)?;
        let checkpoint = &request.checkpoint;
        let log = self.logs.get(checkpoint.origin()).ok_or(Refusal::Unknown)?;
        checkpoint.verify(log).map_err(|_| Refusal::Unsigned)?;
        if request.old_size > checkpoint.size() {
            return Err(Refusal::Shrinking);
        }
        // From here to the file on the disk nobody else: between look and write another request
        // could lead the log on.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.get(checkpoint.origin());
        let (size, root) = before.map_or((0, tlog_tiles::EMPTY_HASH), |before| {
            (before.size(), before.root())
        });
        if request.old_size != size {
            return Err(Refusal::Conflict(size));
        }
        checkpoint
            .verify_extends(size, root, &request.proof)
            .map_err(|_| Refusal::Inconsistent)?;
        let line = checkpoint.cosign(&self.cosigner, self.clock.now_ms() / 1_000);
        // Kept with the log's signature and this one alone: others in it nobody has verified.
        let cosigned = checkpoint
            .only_signed_by(log)
            .and_then(|checkpoint| checkpoint.with_cosignatures(&line))
            .map_err(|_| Refusal::Unsigned)?;
        let origin = checkpoint.origin().to_owned();
        let before = last.insert(origin.clone(), cosigned);
        if let Err(error) = write_last(&self.file, &last) {
            match before {
                Some(before) => last.insert(origin, before),
                None => last.remove(&origin),
            };
            return Err(Refusal::Io(error));
        }
        Ok(line)
    }

    /// What was cosigned last of the log whose name has this SHA-256 in hex.
    pub(super) fn checkpoint(&self, origin_hash: &str) -> Option<Vec<u8>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = last.iter();
        let (_, found) = all.find(|(origin, _)| {
            lifecert_protocol::Digest::of(origin.as_bytes()).to_string() == origin_hash
        })?;
        Some(found.to_bytes())
    }
}

fn lock(file: &Path) -> Result<File, WitnessError> {
    let path = file.with_extension("lock");
    let io = |error| WitnessError::Io {
        file: path.clone(),
        error,
    };
    let lock = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(io)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::Error(error)) => Err(io(error)),
        Err(TryLockError::WouldBlock) => Err(WitnessError::File {
            file: file.to_owned(),
            why: "another witness runs on this file".into(),
        }),
    }
}

fn read_or_make(key: &Path, name: Option<&str>, file: &Path) -> Result<Cosigner, WitnessError> {
    let io = |error| WitnessError::Io {
        file: key.to_owned(),
        error,
    };
    match (fs::read_to_string(key).map(Zeroizing::new), name) {
        (Ok(text), _) => Cosigner::parse(&text).map_err(|error| WitnessError::File {
            file: key.to_owned(),
            why: error.to_string(),
        }),
        (Err(error), Some(name)) if error.kind() == io::ErrorKind::NotFound => {
            let cosigner = Cosigner::generate(name)?;
            // The file first: a key without it is refused, a file without a key is begun with.
            if !file.exists() {
                let begin = write_last(file, &BTreeMap::new());
                begin.map_err(|error| WitnessError::Io {
                    file: file.to_owned(),
                    error,
                })?;
            }
            write_whole(key, cosigner.to_text().as_bytes()).map_err(io)?;
            Ok(cosigner)
        }
        (Err(error), _) => Err(io(error)),
    }
}

/// Reads the file: JSON, the last cosigned checkpoint by the log's name. Each has to carry this
/// witness's cosignature, or the file is another's or was changed.
fn read_last(
    file: &Path,
    cosigner: &Cosigner,
) -> Result<BTreeMap<String, SignedCheckpoint>, WitnessError> {
    let bytes = fs::read(file).map_err(|error| WitnessError::Io {
        file: file.to_owned(),
        error,
    })?;
    let damaged = |why: &str| WitnessError::File {
        file: file.to_owned(),
        why: why.to_owned(),
    };
    let notes: BTreeMap<String, String> =
        serde_json::from_slice(&bytes).map_err(|_| damaged("it cannot be read"))?;
    let read = |(origin, note): (String, String)| {
        let checkpoint = SignedCheckpoint::parse(note.as_bytes())
            .map_err(|_| damaged("a checkpoint in it cannot be read"))?;
        let cosigned = checkpoint.cosignatures([cosigner.public()]);
        match cosigned {
            Ok(found) if !found.is_empty() && checkpoint.origin() == origin => {
                Ok((origin, checkpoint))
            }
            _ => Err(damaged("it was not written with this key")),
        }
    };
    notes.into_iter().map(read).collect()
}

fn write_last(file: &Path, last: &BTreeMap<String, SignedCheckpoint>) -> io::Result<()> {
    let notes: BTreeMap<&String, String> = last
        .iter()
        .map(|(origin, note)| {
            let note = String::from_utf8_lossy(&note.to_bytes()).into_owned();
            (origin, note)
        })
        .collect();
    write_whole(file, &serde_json::to_vec_pretty(&notes)?)
}

/// Writes a file that is then there whole or not at all, whatever happens to the machine.
fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut begun = file.as_os_str().to_owned();
    begun.push(".new");
    let begun = PathBuf::from(begun);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut writing = options.open(&begun)?;
    writing.write_all(bytes)?;
    writing.sync_all()?;
    fs::rename(&begun, file)?;
    // The name is on the disk only with its folder.
    #[cfg(unix)]
    {
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
