//! A log of ten million entries: a proof, and growing by a batch, beside smaller ones of the same
//! run.

use crate::{Figure, median, time_ms};
use lifecert_server::log::{LogFiles, Tree};
use std::fs;
use tempfile::TempDir;
use tlog_tiles::{HASH_SIZE, Hash, TileHashReader, check_record, prove_record};

/// Entries, in whole tiles: then nobody needs the entries before a batch, only their hashes.
const SIZES: [u64; 3] = [100_096, 1_000_192, 10_000_128];

/// Hashes that are added at once while a log is made: whole tiles of the second level.
const STEP: u64 = 65_536;

/// Entries of a batch, as many as a busy second brings.
const BATCH: usize = 256;

/// Places that proofs are asked for, spread over the log.
const PROOFS: u64 = 1_001;

/// A log that is made of hashes, in a folder that goes with it.
struct Made {
    folder: TempDir,
    files: LogFiles,
    tree: Tree,
}

/// A leaf's hash, made of its place: that it is the hash of anything no one asks here.
fn leaf(index: u64) -> Hash {
    let mut bytes = [7; HASH_SIZE];
    bytes[..8].copy_from_slice(&index.to_be_bytes());
    Hash(bytes)
}

impl Made {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            files: LogFiles::new(folder.path()),
            folder,
            tree: Tree::default(),
        }
    }

    /// Grows to a size. What is written is not synced: it is not what is measured.
    fn grow_to(&mut self, size: u64) {
        while self.tree.size() < size {
            let to = (self.tree.size() / STEP * STEP + STEP).min(size);
            let hashes: Vec<Hash> = (self.tree.size()..to).map(leaf).collect();
            let (next, tiles) = self.tree.append_hashes(&hashes).expect("a tree");
            for (tile, bytes) in tiles {
                let path = self.files.path(&tile);
                fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                fs::write(path, bytes).expect("written");
            }
            self.tree = next;
        }
    }

    /// Milliseconds of a proof, with its tiles read from the disk.
    fn proof_ms(&self) -> f64 {
        let (size, root) = (self.tree.size(), self.tree.hash().expect("a root"));
        let times = (0..PROOFS).map(|n| {
            let index = n * (size - 1) / (PROOFS - 1);
            let mut proof = Vec::new();
            let time = time_ms(|| {
                let reader = TileHashReader::new(size, root, &self.files);
                proof = prove_record(size, index, &reader).expect("a proof");
            });
            check_record(&proof, size, root, index, leaf(index)).expect("the proof holds");
            time
        });
        median(times.collect())
    }

    /// Milliseconds of growing by a batch and writing it, synced, from the same tree each time.
    fn growth_ms(&self) -> f64 {
        let entries: Vec<Vec<u8>> = (0..BATCH).map(|n| n.to_be_bytes().repeat(10)).collect();
        let times = (0..51).map(|_| {
            time_ms(|| {
                let (next, tiles) = self.tree.append(&entries).expect("a tree");
                next.hash().expect("a root");
                self.files.write(&tiles).expect("written");
            })
        });
        median(times.collect())
    }
}

/// A proof at each size, and what growing costs at the largest beside the smallest.
pub fn log() -> Vec<Figure> {
    let mut made = Made::new();
    let mut measured = Vec::new();
    for size in SIZES {
        made.grow_to(size);
        measured.push((made.proof_ms(), made.growth_ms()));
    }
    drop(made.folder);
    let [small, middle, large] = [measured[0], measured[1], measured[2]];
    let proof = |name, value, reach, what| Figure {
        name,
        value,
        reach,
        what,
    };
    vec![
        proof(
            "log_proof_100k_ms",
            small.0,
            None,
            "a proof in 100,000 entries",
        ),
        proof(
            "log_proof_1m_ms",
            middle.0,
            None,
            "a proof in a million entries",
        ),
        proof(
            "log_proof_10m_ms",
            large.0,
            Some(5.0),
            "a proof in ten million entries, median of 1,001",
        ),
        proof(
            "log_growth_ms",
            large.1,
            None,
            "ten million entries and 256 more, synced",
        ),
        proof(
            "log_growth_ratio",
            large.1 / small.1,
            Some(1.5),
            "the same beside 100,000 entries and 256 more",
        ),
    ]
}
