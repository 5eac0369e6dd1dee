//! A log over a real database: batches, stops between any two steps, databases that were put back.

use super::sequencer::Held;
use super::{Log, LogError, LogKey, LogPlace, Tree};
use crate::error::ServiceError;
use crate::run_tx;
use crate::store::{NewEntry, Store};
use lifecert_protocol::log::LeafKind;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tlog_tiles::{Hash, check_record, record_hash};

struct Desk {
    folder: tempfile::TempDir,
    store: Store,
    added: u64,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder.path().join("lifecert.sqlite")).await;
        let done = async || -> Result<(), ServiceError> {
            run_tx!(store, "test", |db| Ok(db
                .set_agency("Quanzhou", "0", 1)
                .await?))
        };
        done().await.unwrap();
        Self {
            folder,
            store,
            added: 0,
        }
    }

    async fn log(&self) -> Result<Arc<Log>, LogError> {
        let key = LogKey::open(&self.folder.path().join("secrets"), "certify.example")?;
        let place = LogPlace {
            folder: self.folder.path().join("log"),
            second: self.folder.path().join("lock/checkpoint"),
        };
        Log::open(self.store.clone(), key, place).await
    }

    async fn add(&mut self, count: u64) {
        let (from, to) = (self.added, self.added + count);
        let done = async || -> Result<(), ServiceError> {
            run_tx!(self.store, "test", |db| {
                for n in from..to {
                    db.add_log_entry(&NewEntry {
                        kind: LeafKind::Policy,
                        source: &n.to_string(),
                        at_ms: n,
                        content: b"content",
                    })
                    .await?;
                }
                Ok(())
            })
        };
        done().await.unwrap();
        self.added = to;
    }

    /// Takes everything up by a log that was just opened, and checks that nothing is lost, doubled
    /// or without proof.
    async fn settles(&self) {
        let log = self.log().await.unwrap();
        assert!(log.settle().await.unwrap());
        let (mut db, mut leaves) = (self.store.read().await.unwrap(), Vec::new());
        for n in 0..self.added {
            let published = log.published(LeafKind::Policy, &n.to_string()).await;
            let (entry, checkpoint) = published.unwrap().expect("published");
            assert_eq!(entry.index, Some(n));
            assert_eq!(checkpoint.size, self.added);
            let proof = log.proof(&entry, &checkpoint).await.unwrap();
            let (head, note) = proof.split_once("\n\n").unwrap();
            assert_eq!(format!("{}\n", note.trim_end()), checkpoint.text);
            let hashes = head
                .lines()
                .skip(3)
                .map(|line| Hash::parse_hash(line).unwrap());
            let leaf = record_hash(&entry.leaf);
            let (size, root) = (checkpoint.size, checkpoint.hash);
            check_record(&hashes.collect(), size, root, n, leaf).unwrap();
            leaves.push(entry.leaf);
        }
        assert!(db.pending_entries(1).await.unwrap().is_empty());
        let published = log.files().checkpoint().unwrap().unwrap();
        let second = fs::read_to_string(self.folder.path().join("lock/checkpoint")).unwrap();
        assert_eq!(published, second);
        assert_eq!(db.log_checkpoint().await.unwrap(), Some(published.clone()));
        let (tree, _) = Tree::default().append(&leaves).unwrap();
        let key = LogKey::open(&self.folder.path().join("secrets"), "certify.example").unwrap();
        assert_eq!(key.verify(&published).unwrap().hash, tree.hash().unwrap());
    }

    /// Copies the database as somebody with a backup would.
    fn backup(&self, name: &str) {
        for end in ["", "-wal", "-shm"] {
            let file = format!("lifecert.sqlite{end}");
            let _ = fs::copy(
                self.folder.path().join(&file),
                self.folder.path().join(format!("{name}{end}")),
            );
        }
    }

    async fn restored(self, name: &str) -> Self {
        let store = store(&self.folder.path().join(name)).await;
        Self { store, ..self }
    }
}

async fn store(file: &Path) -> Store {
    let address = format!("sqlite:{}", file.display());
    Store::open(&address, "quanzhou".parse().unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_stop_between_any_two_steps_loses_and_doubles_nothing() {
    let mut desk = Desk::new().await;
    desk.add(3).await;
    desk.settles().await;
    // 0: after the lock. 1: after the second place. 2: after some tiles. 3: after all. 4:
    // published.
    for stop in 0..=4 {
        desk.add(260).await;
        let log = desk.log().await.unwrap();
        let held: Held = log.take_over().await.unwrap().unwrap();
        let pending = desk.store.read().await.unwrap();
        let pending = { pending }.pending_entries(2_500).await.unwrap();
        let decided = log.decide(&held, &pending).await.unwrap();
        let text = decided.checkpoint.text.clone();
        if stop > 0 {
            fs::write(desk.folder.path().join("lock/checkpoint"), &text).unwrap();
        }
        let mut tiles = decided.tiles;
        if stop == 2 {
            tiles.truncate(1);
        }
        if stop > 1 {
            log.files().write(&tiles).unwrap();
        }
        if stop > 3 {
            log.files().publish(&text).unwrap();
        }
        // Another process cannot write meanwhile.
        let other = desk.log().await.unwrap();
        assert!(!other.settle().await.unwrap());
        drop((held, log, other));
        if stop == 1 {
            desk.add(5).await;
        }
        desk.settles().await;
    }
    // The files alone can be lost: they are made again.
    fs::remove_dir_all(desk.folder.path().join("log")).unwrap();
    desk.settles().await;
}

#[tokio::test]
async fn a_database_that_was_put_back_refuses() {
    let mut desk = Desk::new().await;
    desk.add(3).await;
    desk.settles().await;
    desk.backup("old.sqlite");
    desk.add(4).await;
    desk.settles().await;
    let mut desk = desk.restored("old.sqlite").await;
    let refused = desk.log().await.err().unwrap();
    assert!(
        matches!(
            refused,
            LogError::RolledBack {
                database: 3,
                known: 7,
                ..
            }
        ),
        "{refused}"
    );
    // Put back together with the published files: the second place knows better.
    fs::remove_file(desk.folder.path().join("log/checkpoint")).unwrap();
    let refused = desk.log().await.err().unwrap();
    assert!(matches!(
        refused,
        LogError::RolledBack {
            place: "the second place",
            ..
        }
    ));
    // Grown past it by another history: as large as the second place, and larger.
    let second = desk.folder.path().join("lock/checkpoint");
    let kept = fs::read(&second).unwrap();
    for more in [4, 1] {
        let log = desk.folder.path().join("lock-away");
        fs::rename(desk.folder.path().join("lock"), &log).unwrap();
        fs::create_dir(desk.folder.path().join("lock")).unwrap();
        let _ = fs::remove_dir_all(desk.folder.path().join("log"));
        desk.add_forged(more).await;
        fs::remove_dir_all(desk.folder.path().join("lock")).unwrap();
        fs::rename(&log, desk.folder.path().join("lock")).unwrap();
        fs::write(&second, &kept).unwrap();
        let refused = match desk.log().await {
            Err(error) => error,
            Ok(log) => log.settle().await.unwrap_err(),
        };
        assert!(
            matches!(refused, LogError::Forked { size: 7, .. }),
            "{refused}"
        );
    }
    fs::remove_file(&second).unwrap();
    let refused = desk.log().await.err().unwrap();
    assert!(
        matches!(refused, LogError::NoSecondPlace { .. }),
        "{refused}"
    );
}

impl Desk {
    /// Lets the log grow with the second place out of the way, as a forger would.
    async fn add_forged(&mut self, count: u64) {
        let second = self.folder.path().join("lock/checkpoint");
        let locked = self.store.read().await.unwrap().log_checkpoint().await;
        fs::write(&second, locked.unwrap().unwrap()).unwrap();
        self.add(count).await;
        assert!(self.log().await.unwrap().settle().await.unwrap());
        let _ = fs::remove_dir_all(self.folder.path().join("log"));
    }
}

#[tokio::test]
async fn a_row_that_was_changed_before_it_was_published_is_noticed() {
    let mut desk = Desk::new().await;
    desk.add(3).await;
    desk.settles().await;
    desk.add(2).await;
    let log = desk.log().await.unwrap();
    let held = log.take_over().await.unwrap().unwrap();
    let mut db = desk.store.read().await.unwrap();
    let pending = db.pending_entries(2_500).await.unwrap();
    log.decide(&held, &pending).await.unwrap();
    drop((held, log));
    let sql = "UPDATE log_entry SET leaf = $2 WHERE agency_id = $1 AND leaf_index = 4";
    db.run(sql, crate::values![b"other".as_slice()])
        .await
        .unwrap();
    let refused = desk.log().await.unwrap().settle().await.unwrap_err();
    assert!(matches!(refused, LogError::Damaged(_)), "{refused}");
}
