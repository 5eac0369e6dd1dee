//! The sequencer: takes entries up in batches, decides on a checkpoint, publishes it.

use super::error::{LogError, failed};
use super::files::{LogFiles, Tiles, read_text, write_durably};
use super::key::{LogKey, SignedCheckpoint};
use super::tree::Tree;
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{EntryRow, Store};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lifecert_protocol::log::LeafKind;
use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tlog_tiles::{EMPTY_HASH, TileHashReader, prove_record, tree_hash};
use tokio::sync::{Mutex, Notify, watch};
use tokio::time::{Instant, sleep, timeout_at};

/// The most entries of a batch.
const MOST: u32 = 2_500;

/// How long entries are gathered once one is there.
const TICK: Duration = Duration::from_millis(50);

/// How often it is looked whether another process left entries.
const IDLE: Duration = Duration::from_secs(1);

/// How long a request waits for its entry to be published.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

const PUBLISHED: &str = "the published log";
const SECOND: &str = "the second place";

/// Where a log lies.
#[derive(Debug, Clone)]
pub struct LogPlace {
    /// The folder that is served under `/log`.
    pub folder: PathBuf,
    /// A file in another folder, better on another disk, that keeps the newest checkpoint.
    pub second: PathBuf,
}

/// The log of one agency. Many processes may open it; the one that holds the lock file writes it.
pub struct Log {
    store: Store,
    pub(super) key: LogKey,
    pub(super) files: LogFiles,
    place: LogPlace,
    pub(super) held: Mutex<Option<Held>>,
    pub(super) published: watch::Sender<Option<Arc<SignedCheckpoint>>>,
    pub(super) witnessed: watch::Sender<Option<Arc<SignedCheckpoint>>>,
    wanted: Notify,
}

/// What the process that writes the log holds.
pub(super) struct Held {
    /// Locked while it is open.
    _lock: File,
    pub(super) tree: Tree,
    pub(super) locked: SignedCheckpoint,
}

/// What was decided and is not yet published.
pub(super) struct Decided {
    pub(super) tree: Tree,
    pub(super) tiles: Tiles,
    pub(super) checkpoint: SignedCheckpoint,
}

impl Log {
    /// Opens a log; its files and its key are made when the first entry is taken up.
    ///
    /// # Errors
    /// [`LogError::RolledBack`], [`LogError::Forked`] or [`LogError::NoSecondPlace`] when the
    /// database does not fit the checkpoints that were given out; [`LogError`] otherwise.
    pub async fn open(store: Store, key: LogKey, place: LogPlace) -> Result<Arc<Self>, LogError> {
        let log = Self {
            store,
            key,
            files: LogFiles::new(&place.folder),
            place,
            held: Mutex::default(),
            published: watch::Sender::default(),
            witnessed: watch::Sender::default(),
            wanted: Notify::new(),
        };
        // The database is written first and read last, so that a running sequencer does not make
        // it look old.
        let (published, second) = (log.published_file()?, log.second_file()?);
        judge(
            log.locked().await?.as_ref(),
            published.as_ref(),
            second.as_ref(),
        )?;
        log.published.send_replace(published.map(Arc::new));
        log.witnessed
            .send_replace(log.witnessed_file()?.map(Arc::new));
        Ok(Arc::new(log))
    }

    /// The log's verifier key, as signed notes write it.
    pub fn vkey(&self) -> String {
        self.key.vkey()
    }

    /// The files that are served.
    pub fn files(&self) -> &LogFiles {
        &self.files
    }

    /// Takes entries up until an error that waiting does not heal; gives that.
    pub async fn run(self: Arc<Self>) -> LogError {
        let mut idle = IDLE;
        loop {
            tokio::select! {
                () = self.wanted.notified() => sleep(TICK).await,
                () = sleep(idle) => {}
            }
            match self.settle().await {
                Ok(true) => idle = IDLE,
                // Another process writes: its checkpoint is looked for.
                Ok(false) => idle = TICK,
                Err(error) if error.is_passing() => {
                    tracing::error!(%error, "the log was not written, tried again");
                    sleep(IDLE).await;
                }
                Err(error) => return error,
            }
        }
    }

    /// Takes everything up that is in line and publishes it; `false` when another process does so.
    ///
    /// # Errors
    /// [`LogError`]. What was decided and not published is published by the next call.
    pub async fn settle(&self) -> Result<bool, LogError> {
        let mut held = self.held.lock().await;
        if held.is_none() {
            *held = self.take_over().await?;
        }
        let Some(own) = held.as_mut() else {
            self.published
                .send_replace(self.published_file()?.map(Arc::new));
            self.witnessed
                .send_replace(self.witnessed_file()?.map(Arc::new));
            return Ok(false);
        };
        let outcome = loop {
            match self.batch(own).await {
                Ok(0) => break Ok(true),
                Ok(_) => {}
                Err(error) => break Err(error),
            }
        };
        if outcome.is_err() {
            // What is known of the state may be wrong now: it is read again.
            *held = None;
        }
        outcome
    }

    async fn batch(&self, held: &mut Held) -> Result<usize, LogError> {
        let pending = self.store.read().await?.pending_entries(MOST).await?;
        if !pending.is_empty() {
            let decided = self.decide(held, &pending).await?;
            self.publish(held, decided).await?;
        }
        Ok(pending.len())
    }

    /// Staging and lock: gives entries their indices and swaps the checkpoint, in one transaction.
    pub(super) async fn decide(
        &self,
        held: &Held,
        pending: &[EntryRow],
    ) -> Result<Decided, LogError> {
        let leaves: Vec<Vec<u8>> = pending.iter().map(|entry| entry.leaf.clone()).collect();
        let (tree, tiles) = held.tree.append(&leaves)?;
        let checkpoint = self.key.sign_checkpoint(tree.size(), tree.hash()?)?;
        let (before, first) = (held.locked.text.as_str(), held.tree.size());
        let next = (checkpoint.size, checkpoint.text.as_str());
        let done = run_tx!(self.store, "log_decide", |db| {
            for (entry, index) in pending.iter().zip(first..) {
                if !db.set_leaf_index(&entry.entry_id, index).await? {
                    return Err(LogError::Contended.into());
                }
            }
            if db.swap_log_checkpoint(Some(before), next).await? {
                Ok(())
            } else {
                Err(LogError::Contended.into())
            }
        });
        done.map_err(of_service)?;
        Ok(Decided {
            tree,
            tiles,
            checkpoint,
        })
    }

    /// Second place, tiles, checkpoint, waiters: in this order.
    async fn publish(&self, held: &mut Held, decided: Decided) -> Result<(), LogError> {
        let (files, second) = (self.files.clone(), self.place.second.clone());
        let Decided {
            tree,
            tiles,
            checkpoint,
        } = decided;
        let text = checkpoint.text.clone();
        let written = tokio::task::spawn_blocking(move || {
            write_durably(&second, text.as_bytes(), "second place")?;
            files.write(&tiles)?;
            files.publish(&text)
        });
        written
            .await
            .map_err(|_| LogError::Damaged("the writing"))??;
        held.tree = tree;
        held.locked = checkpoint.clone();
        self.published.send_replace(Some(Arc::new(checkpoint)));
        Ok(())
    }

    /// Becomes the writer: holds the checkpoints against each other and publishes what was decided
    /// but not published. Nothing when another process writes, or there is no agency yet.
    pub(super) async fn take_over(&self) -> Result<Option<Held>, LogError> {
        let folder = failed("folder");
        std::fs::create_dir_all(&self.place.folder).map_err(&folder)?;
        let lock = File::options()
            .create(true)
            .append(true)
            .open(self.place.folder.join(".sequencer"))
            .map_err(&folder)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(folder(error)),
        }
        let (published, second) = (self.published_file()?, self.second_file()?);
        let Some(locked) = self
            .locked_or_begun(published.as_ref(), second.as_ref())
            .await?
        else {
            return Ok(None);
        };
        judge(Some(&locked), published.as_ref(), second.as_ref())?;
        let start = match &published {
            Some(published) => (published.size, published.hash),
            None => (0, EMPTY_HASH),
        };
        let mut held = Held {
            _lock: lock,
            tree: Tree::load(&self.files, start)?,
            locked,
        };
        self.replay(&mut held, second.as_ref()).await?;
        Ok(Some(held))
    }

    /// Publishes what the database decided and the files do not have yet.
    async fn replay(
        &self,
        held: &mut Held,
        second: Option<&SignedCheckpoint>,
    ) -> Result<(), LogError> {
        let locked = held.locked.clone();
        if let Some(second) = second.filter(|second| second.size < held.tree.size()) {
            let (size, root) = (held.tree.size(), held.tree.hash()?);
            let reader = TileHashReader::new(size, root, &self.files);
            let then = tree_hash(second.size, &reader);
            if then.map_err(|_| LogError::Damaged("a tile"))? != second.hash {
                return Err(forked(SECOND, second));
            }
        }
        while held.tree.size() < locked.size {
            // In two steps where the second place stands between, to hold its root against ours.
            let stop = second.map(|second| second.size);
            let stop = stop.filter(|size| (held.tree.size() + 1..locked.size).contains(size));
            let most = stop.unwrap_or(locked.size) - held.tree.size();
            let most = u32::try_from(most).unwrap_or(MOST).min(MOST);
            let mut db = self.store.read().await?;
            let staged = db.entries_from(held.tree.size(), most).await?;
            let in_line = (held.tree.size()..).zip(&staged);
            let fits = in_line.map(|(index, entry)| entry.index == Some(index));
            if staged.is_empty() || !fits.into_iter().all(|fits| fits) {
                return Err(LogError::Damaged("an entry in the database"));
            }
            let leaves: Vec<Vec<u8>> = staged.into_iter().map(|entry| entry.leaf).collect();
            let (next, new) = held.tree.append(&leaves)?;
            held.tree = next;
            if let Some(second) = second.filter(|second| second.size == held.tree.size())
                && held.tree.hash()? != second.hash
            {
                return Err(forked(SECOND, second));
            }
            self.files.write(&new)?;
        }
        if held.tree.hash()? != locked.hash {
            return Err(LogError::Damaged("an entry in the database"));
        }
        let decided = Decided {
            tree: held.tree.clone(),
            tiles: Tiles::new(),
            checkpoint: locked,
        };
        self.publish(held, decided).await
    }

    /// The newest checkpoint in the database; a log that never began begins, with none.
    async fn locked_or_begun(
        &self,
        published: Option<&SignedCheckpoint>,
        second: Option<&SignedCheckpoint>,
    ) -> Result<Option<SignedCheckpoint>, LogError> {
        if let Some(locked) = self.locked().await? {
            return Ok(Some(locked));
        }
        judge(None, published, second)?;
        if self.store.read().await?.agency().await?.is_none() {
            return Ok(None);
        }
        let first = self.key.sign_checkpoint(0, EMPTY_HASH)?;
        let begun = run_tx!(self.store, "log_begin", |db| {
            Ok(db.swap_log_checkpoint(None, (0, &first.text)).await?)
        });
        if begun.map_err(of_service)? {
            Ok(Some(first))
        } else {
            Err(LogError::Contended)
        }
    }

    async fn locked(&self) -> Result<Option<SignedCheckpoint>, LogError> {
        let text = self.store.read().await?.log_checkpoint().await?;
        text.map(|text| self.key.verify(&text)).transpose()
    }

    fn published_file(&self) -> Result<Option<SignedCheckpoint>, LogError> {
        let text = self.files.checkpoint()?;
        text.map(|text| self.key.verify(&text)).transpose()
    }

    fn second_file(&self) -> Result<Option<SignedCheckpoint>, LogError> {
        let text = read_text(&self.place.second, "second place")?;
        text.map(|text| self.key.verify(&text)).transpose()
    }

    /// Waits until the entry of that kind about that row is published; gives it with a checkpoint
    /// that covers it, one that witnesses have cosigned where there is one. Nothing when there is
    /// no such entry, or it is not published in time.
    ///
    /// # Errors
    /// [`LogError::Store`].
    pub async fn published(
        &self,
        kind: LeafKind,
        source: &str,
    ) -> Result<Option<(EntryRow, Arc<SignedCheckpoint>)>, LogError> {
        let mut news = self.published.subscribe();
        let latest = Instant::now() + LONGEST_WAIT;
        loop {
            let checkpoint = news.borrow_and_update().clone();
            let entry = self.store.read().await?.log_entry(kind, source).await?;
            let Some(entry) = entry else { return Ok(None) };
            if let (Some(index), Some(checkpoint)) = (entry.index, checkpoint)
                && index < checkpoint.size
            {
                let witnessed = self.witnessed().filter(|known| index < known.size);
                return Ok(Some((entry, witnessed.unwrap_or(checkpoint))));
            }
            self.wanted.notify_one();
            if !matches!(timeout_at(latest, news.changed()).await, Ok(Ok(()))) {
                return Ok(None);
            }
        }
    }

    /// The proof (C2SP tlog-proof) of an entry under a checkpoint that covers it; its extra data
    /// are the salt of the entry's commitment.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when the tiles do not fit the checkpoint.
    pub async fn proof(
        &self,
        entry: &EntryRow,
        checkpoint: &SignedCheckpoint,
    ) -> Result<String, LogError> {
        let index = entry.index.ok_or(LogError::Damaged("an entry"))?;
        let (files, size, root) = (self.files.clone(), checkpoint.size, checkpoint.hash);
        let proved = tokio::task::spawn_blocking(move || {
            prove_record(size, index, &TileHashReader::new(size, root, &files))
        });
        let proved = proved.await.map_err(|_| LogError::Damaged("a tile"))?;
        let hashes = proved.map_err(|_| LogError::Damaged("a tile"))?;
        let mut text = format!(
            "c2sp.org/tlog-proof@v1\nextra {}\nindex {index}\n",
            STANDARD.encode(entry.salt.as_bytes())
        );
        for hash in hashes {
            text.push_str(&format!("{hash}\n"));
        }
        text.push('\n');
        text.push_str(&checkpoint.text);
        Ok(text)
    }
}

/// Holds the database's checkpoint against those that were given out.
pub(crate) fn judge(
    locked: Option<&SignedCheckpoint>,
    published: Option<&SignedCheckpoint>,
    second: Option<&SignedCheckpoint>,
) -> Result<(), LogError> {
    let (size, hash) = locked.map_or((0, None), |locked| (locked.size, Some(locked.hash)));
    for (place, known) in [(PUBLISHED, published), (SECOND, second)] {
        let Some(known) = known else { continue };
        if hash.is_none() || size < known.size {
            return Err(LogError::RolledBack {
                database: size,
                place,
                known: known.size,
            });
        }
        if size == known.size && hash != Some(known.hash) {
            return Err(forked(place, known));
        }
    }
    if size > 0 && second.is_none() {
        return Err(LogError::NoSecondPlace { size });
    }
    Ok(())
}

fn forked(place: &'static str, other: &SignedCheckpoint) -> LogError {
    LogError::Forked {
        place,
        size: other.size,
    }
}

fn of_service(error: ServiceError) -> LogError {
    match error {
        ServiceError::Log(error) => error,
        ServiceError::Store(error) => error.into(),
        _ => LogError::Damaged("a transaction"),
    }
}
