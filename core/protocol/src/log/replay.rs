//! A whole log, entry by entry, against its tiles (c2sp.org/tlog-tiles) and its root.

use super::{Hash, LogError};
use tlog_tiles::{Error, HASH_SIZE, HashReader, Tile, record_hash, tree_hash};

/// Entries in a full bundle, hashes in a full tile.
pub const BUNDLE_ENTRIES: u64 = 1 << TILE_HEIGHT;

const TILE_HEIGHT: u8 = 8;

/// The path of a tile below the log's address: `tile/<L>/<N>[.p/<W>]`, for data
/// `tile/entries/<N>[.p/<W>]`. The tile is of height 8.
pub fn tile_path(tile: &Tile) -> String {
    // The library's path also names the height, which C2SP fixed, and calls entries data.
    let path = tile.path();
    let path = path.strip_prefix("tile/8/").unwrap_or(&path);
    match path.strip_prefix("data/") {
        Some(rest) => format!("tile/entries/{rest}"),
        None => format!("tile/{path}"),
    }
}

/// Takes a bundle of entries apart: each has its length before it, in two bytes.
///
/// # Errors
/// [`LogError::Malformed`] unless it is exactly `width` entries.
pub fn read_bundle(bytes: &[u8], width: usize) -> Result<Vec<&[u8]>, LogError> {
    let malformed = LogError::Malformed("a bundle of entries");
    let mut entries = Vec::with_capacity(width);
    let mut rest = bytes;
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, behind) = behind.split_at_checked(length).ok_or(malformed.clone())?;
        entries.push(entry);
        rest = behind;
    }
    if rest.is_empty() && entries.len() == width {
        Ok(entries)
    } else {
        Err(malformed)
    }
}

/// The tree of all entries so far. It holds one tile a level, so that a log of any length needs
/// some kilobytes.
#[derive(Debug, Default)]
pub struct TreeReplay {
    size: u64,
    /// The last hashes of each level: what the level's partial tile holds.
    edge: Vec<Vec<u8>>,
}

impl TreeReplay {
    /// Entries so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry; gives the tiles that it made full, lowest first, with what they hold.
    pub fn push(&mut self, entry: &[u8]) -> Vec<(Tile, Vec<u8>)> {
        let mut full = Vec::new();
        let mut hash = record_hash(entry);
        self.size += 1;
        for level in 0.. {
            if self.edge.len() <= level {
                self.edge.push(Vec::new());
            }
            let edge = &mut self.edge[level];
            edge.extend_from_slice(&hash.0);
            if edge.len() < HASH_SIZE << TILE_HEIGHT {
                break;
            }
            let held = std::mem::take(edge);
            hash = Tile::subtree_hash(&held);
            let index = self.full_tiles(level) - 1;
            full.push((tile_at(level, index, 1 << TILE_HEIGHT), held));
        }
        full
    }

    /// The partial tiles of the tree so far, lowest first, with what they hold.
    pub fn partial(&self) -> Vec<(Tile, Vec<u8>)> {
        let edge = self.edge.iter().enumerate();
        edge.filter(|(_, held)| !held.is_empty())
            .map(|(level, held)| {
                let width = (held.len() / HASH_SIZE) as u32;
                let tile = tile_at(level, self.full_tiles(level), width);
                (tile, held.clone())
            })
            .collect()
    }

    /// The root of the tree so far.
    pub fn root(&self) -> Hash {
        // Unwrap safety: all hashes that make the root lie at the right edge, which is here.
        tree_hash(self.size, self).expect("the edge holds what makes the root")
    }

    /// Full tiles of a level so far.
    fn full_tiles(&self, level: usize) -> u64 {
        let shift = u32::from(TILE_HEIGHT) * (level as u32 + 1);
        self.size.checked_shr(shift).unwrap_or(0)
    }
}

/// A tile of hashes. A level is at most 7: a u64 counts no more than 256 to the 8th entries.
fn tile_at(level: usize, index: u64, width: u32) -> Tile {
    Tile::new(TILE_HEIGHT, level as u8, index, width, false)
}

impl HashReader for TreeReplay {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let partial = self.partial();
        let read = |index: &u64| {
            let wanted = Tile::from_index(TILE_HEIGHT, *index);
            let found = partial.iter().find(|(tile, _)| {
                tile.level() == wanted.level() && tile.level_index() == wanted.level_index()
            });
            let (tile, held) = found.ok_or(Error::IndexesNotInTree)?;
            tile.hash_at_index(held, *index)
        };
        indexes.iter().map(read).collect()
    }
}
