//! A whole public log, gone over as its files are served: every entry against its tile, every tile
//! against the signed root, and that it begins as it did before.

use std::collections::BTreeMap;

use lifecert_protocol::log::{
    BUNDLE_ENTRIES, Hash, Leaf, LeafKind, LogError, LogKey, SignedCheckpoint, TreeReplay,
    read_bundle, tile_path,
};
use tlog_tiles::{HASH_SIZE, Tile};

/// What the log has to agree with, besides with itself.
#[derive(Default)]
pub struct Expected {
    /// Trees that it was before, by their size: from older checkpoints and from proofs.
    pub roots: Vec<(u64, Hash)>,
    /// Entries that have to stand in it, by their place.
    pub entries: BTreeMap<u64, Vec<u8>>,
}

/// A log that holds.
#[derive(Debug)]
pub struct Verified {
    /// Its checkpoint, signed by the log.
    pub checkpoint: SignedCheckpoint,
    /// How many entries of each kind it has.
    pub kinds: BTreeMap<LeafKind, u64>,
}

/// Why a log was not found to hold.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Fault<E> {
    /// It could not be read: that says nothing about the log.
    #[error("{0}")]
    Unread(E),
    /// A file that the checkpoint promises is not there.
    #[error("{0} is not there")]
    Missing(String),
    /// What is there does not hold.
    #[error(transparent)]
    Broken(#[from] LogError),
    /// An entry that is not of this system.
    #[error("entry {0} is not an entry of Lifecert")]
    NotALeaf(u64),
    /// The log has fewer entries than it had.
    #[error("the log has {size} entries and once had {older}: it was cut")]
    Cut {
        /// Entries now.
        size: u64,
        /// Entries that it once had.
        older: u64,
    },
    /// Another entry than the one expected.
    #[error("entry {0} is not the expected one")]
    OtherEntry(u64),
}

/// Goes over the whole log under `key`. `read` gives a file below the log's address, `None` where
/// there is none; `progress` is told of entries done and of all.
///
/// # Errors
/// [`Fault`].
pub fn verify<E>(
    read: impl Fn(&str) -> Result<Option<Vec<u8>>, E>,
    key: &LogKey,
    expected: &Expected,
    progress: impl Fn(u64, u64),
) -> Result<Verified, Fault<E>> {
    let files = Files { read };
    let note = files.file("checkpoint")?;
    let checkpoint = SignedCheckpoint::parse(&note)?;
    checkpoint.verify(key)?;
    let size = checkpoint.size();
    let older = expected.roots.iter().map(|(older, _)| *older);
    let entries = expected.entries.keys().map(|place| place + 1);
    if let Some(older) = older.chain(entries).max().filter(|older| *older > size) {
        return Err(Fault::Cut { size, older });
    }
    let mut course = Course {
        expected,
        replay: TreeReplay::default(),
        kinds: BTreeMap::new(),
    };
    course.compare_root()?;
    while course.replay.size() < size {
        let start = course.replay.size();
        let width = (size - start).min(BUNDLE_ENTRIES);
        let bundle = files.bundle(start / BUNDLE_ENTRIES, width as u32)?;
        // Where a full bundle stands for a partial one, what is behind is not of this tree.
        let entries = read_bundle(&bundle, width as usize)
            .or_else(|_| read_bundle(&bundle, BUNDLE_ENTRIES as usize))?;
        for entry in entries.into_iter().take(width as usize) {
            for (tile, held) in course.entry(entry)? {
                files.compare(tile, &held)?;
            }
        }
        progress(course.replay.size(), size);
    }
    for (tile, held) in course.replay.partial() {
        files.compare(tile, &held)?;
    }
    if course.replay.root() != checkpoint.root() {
        return Err(LogError::Root(size).into());
    }
    Ok(Verified {
        checkpoint,
        kinds: course.kinds,
    })
}

struct Course<'a> {
    expected: &'a Expected,
    replay: TreeReplay,
    kinds: BTreeMap<LeafKind, u64>,
}

impl Course<'_> {
    fn entry<E>(&mut self, entry: &[u8]) -> Result<Vec<(Tile, Vec<u8>)>, Fault<E>> {
        let place = self.replay.size();
        let leaf = Leaf::from_bytes(entry).map_err(|_| Fault::NotALeaf(place))?;
        *self.kinds.entry(leaf.kind).or_default() += 1;
        let expected = self.expected.entries.get(&place);
        if expected.is_some_and(|expected| expected != entry) {
            return Err(Fault::OtherEntry(place));
        }
        let full = self.replay.push(entry);
        self.compare_root()?;
        Ok(full)
    }

    /// Compares the tree so far with what it was when it had this size.
    fn compare_root(&self) -> Result<(), LogError> {
        let size = self.replay.size();
        let mut roots = self.expected.roots.iter();
        match roots.any(|(older, was)| *older == size && *was != self.replay.root()) {
            false => Ok(()),
            true => Err(LogError::Inconsistent { size, older: size }),
        }
    }
}

struct Files<R> {
    read: R,
}

impl<R: Fn(&str) -> Result<Option<Vec<u8>>, E>, E> Files<R> {
    fn file(&self, path: &str) -> Result<Vec<u8>, Fault<E>> {
        let found = (self.read)(path).map_err(Fault::Unread)?;
        found.ok_or_else(|| Fault::Missing(path.to_owned()))
    }

    /// A tile's file, or that of the full tile: partial ones may go once the full one is there.
    fn tile(&self, tile: Tile) -> Result<Vec<u8>, Fault<E>> {
        let path = tile_path(&tile);
        match (path.rsplit_once(".p/"), self.file(&path)) {
            (Some((full, _)), Err(Fault::Missing(_))) => {
                let found = (self.read)(full).map_err(Fault::Unread)?;
                found.ok_or(Fault::Missing(path.clone()))
            }
            (_, found) => found,
        }
    }

    fn bundle(&self, index: u64, width: u32) -> Result<Vec<u8>, Fault<E>> {
        self.tile(Tile::new(8, 0, index, width, true))
    }

    fn compare(&self, tile: Tile, held: &[u8]) -> Result<(), Fault<E>> {
        let served = self.tile(tile)?;
        // Again, a full tile may stand for a partial one.
        let full = HASH_SIZE * BUNDLE_ENTRIES as usize;
        let fits = served.starts_with(held) && [held.len(), full].contains(&served.len());
        match fits {
            true => Ok(()),
            false => Err(LogError::Tile(tile_path(&tile)).into()),
        }
    }
}
