//! A tree at one size, grown by batches: what it keeps, and what growing costs, does not depend on
//! its size. All hashing is by tlog_tiles.

use super::error::LogError;
use super::files::{HEIGHT, LogFiles, Tiles};
use std::collections::HashMap;
use tlog_tiles::{
    Error, Hash, HashReader, Tile, record_hash, stored_hash_index, stored_hashes_for_record_hash,
    tree_hash,
};

/// A tree by its right edge: the partial tile of each level and the entries of the partial bundle.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    size: u64,
    edges: Tiles,
    entries: Vec<Vec<u8>>,
}

/// Hashes that a batch added, before the edge that it was added to.
struct Grown<'a> {
    tree: &'a Tree,
    new: HashMap<u64, Hash>,
}

impl Tree {
    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its root.
    ///
    /// # Errors
    /// [`LogError::Damaged`].
    pub fn hash(&self) -> Result<Hash, LogError> {
        tree_hash(self.size, self).map_err(damaged)
    }

    /// Reads the edge of the tree of that size and root from its files.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when the files are not of that tree; [`LogError::Io`].
    pub fn load(files: &LogFiles, (size, root): (u64, Hash)) -> Result<Self, LogError> {
        let mut tree = Self {
            size,
            ..Self::default()
        };
        for tile in edge_tiles(size) {
            let mut bytes = files.read(&tile)?;
            bytes.truncate(tile.width() as usize * tlog_tiles::HASH_SIZE);
            tree.edges.push((tile, bytes));
        }
        if tree.hash()? != root {
            return Err(LogError::Damaged("a tile"));
        }
        let edge = tree.edges.first().filter(|(tile, _)| tile.level() == 0);
        if let Some((tile, hashes)) = edge {
            let mut bundle = *tile;
            bundle.set_is_data();
            let width = tile.width() as usize;
            let entries = unbundle(&files.read(&bundle)?, width);
            let entries = entries.ok_or(LogError::Damaged("an entry bundle"))?;
            let mut pairs = entries.iter().zip(hashes.chunks(tlog_tiles::HASH_SIZE));
            if !pairs.all(|(entry, hash)| record_hash(entry).0 == hash) {
                return Err(LogError::Damaged("an entry bundle"));
            }
            tree.entries = entries;
        }
        Ok(tree)
    }

    /// The tree with more entries, and the tiles and bundles that it has and this one has not.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when an entry is longer than 65,535 bytes or the edge is damaged.
    pub fn append(&self, entries: &[Vec<u8>]) -> Result<(Self, Tiles), LogError> {
        let hashes: Vec<Hash> = entries.iter().map(|entry| record_hash(entry)).collect();
        let (mut next, mut tiles) = self.append_hashes(&hashes)?;
        // Bundles go on where the last partial one ended.
        let first = self.size >> HEIGHT << HEIGHT;
        let all: Vec<&Vec<u8>> = self.entries.iter().chain(entries).collect();
        let mut bundles = Vec::new();
        for (tile, _) in tiles.iter().filter(|(tile, _)| tile.level() == 0) {
            let from = ((tile.level_index() << HEIGHT) - first) as usize;
            let to = from + tile.width() as usize;
            let entries = all.get(from..to).ok_or(LogError::Damaged("the edge"))?;
            let mut bundle = *tile;
            bundle.set_is_data();
            bundles.push((bundle, to_bundle(entries)?));
        }
        tiles.extend(bundles);
        let kept = ((next.size >> HEIGHT << HEIGHT) - first) as usize;
        let kept = all.get(kept..).ok_or(LogError::Damaged("the edge"))?;
        next.entries = kept.iter().map(|entry| (*entry).clone()).collect();
        Ok((next, tiles))
    }

    /// The same for entries of which only the hashes are known; without bundles.
    ///
    /// # Errors
    /// [`LogError::Damaged`].
    pub fn append_hashes(&self, hashes: &[Hash]) -> Result<(Self, Tiles), LogError> {
        let mut grown = Grown {
            tree: self,
            new: HashMap::with_capacity(hashes.len() * 2 + 64),
        };
        for (index, hash) in (self.size..).zip(hashes) {
            let stored = stored_hashes_for_record_hash(index, *hash, &grown).map_err(damaged)?;
            grown
                .new
                .extend((stored_hash_index(0, index)..).zip(stored));
        }
        let size = self.size + hashes.len() as u64;
        let read = |tile: Tile| -> Result<_, LogError> {
            Ok((tile, tile.read_data(&grown).map_err(damaged)?))
        };
        let tiles = Tile::new_tiles(HEIGHT, self.size, size).into_iter();
        let tiles = tiles.map(read).collect::<Result<_, _>>()?;
        let edges = edge_tiles(size).map(read).collect::<Result<_, _>>()?;
        let next = Self {
            size,
            edges,
            entries: Vec::new(),
        };
        Ok((next, tiles))
    }

    fn stored(&self, index: u64) -> Result<Hash, Error> {
        let wanted = Tile::from_index(HEIGHT, index);
        let edge = self.edges.iter().find(|(tile, _)| {
            (tile.level(), tile.level_index()) == (wanted.level(), wanted.level_index())
        });
        let (tile, bytes) = edge.ok_or(Error::IndexesNotInTree)?;
        tile.hash_at_index(bytes, index)
    }
}

impl HashReader for Tree {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        indexes.iter().map(|index| self.stored(*index)).collect()
    }
}

impl HashReader for Grown<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let read = |index: &u64| match self.new.get(index) {
            Some(hash) => Ok(*hash),
            None => self.tree.stored(*index),
        };
        indexes.iter().map(read).collect()
    }
}

/// The partial tile of each level.
fn edge_tiles(size: u64) -> impl Iterator<Item = Tile> {
    (0..8).filter_map(move |level| {
        let hashes = size >> (HEIGHT * level);
        let width = (hashes & 0xff) as u32;
        (width > 0).then(|| Tile::new(HEIGHT, level, hashes >> HEIGHT, width, false))
    })
}

/// Entries with a big-endian 16-bit length before each.
fn to_bundle(entries: &[&Vec<u8>]) -> Result<Vec<u8>, LogError> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len());
        let length = length.map_err(|_| LogError::Damaged("an entry"))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The first entries of a bundle.
fn unbundle(mut bytes: &[u8], count: usize) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::with_capacity(count);
    while entries.len() < count {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        entries.push(entry.to_vec());
        bytes = rest;
    }
    Some(entries)
}

fn damaged(_: Error) -> LogError {
    LogError::Damaged("a tile")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tlog_tiles::{TileHashReader, check_record, prove_record, stored_hashes};

    /// All hashes of a tree in one list: the reference to grow against.
    struct Whole(Vec<Hash>);

    impl HashReader for Whole {
        fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
            Ok(indexes
                .iter()
                .map(|index| self.0[*index as usize])
                .collect())
        }
    }

    #[test]
    fn a_tree_grown_by_batches_is_the_tree_of_all_entries() {
        let folder = tempfile::tempdir().unwrap();
        let files = LogFiles::new(folder.path());
        let (mut tree, mut whole, mut size) = (Tree::default(), Whole(Vec::new()), 0_u64);
        for batch in [1, 1, 254, 1, 255, 300, 700, 65_000, 7] {
            let entries: Vec<Vec<u8>> = (size..size + batch)
                .map(|index| format!("entry {index}").into_bytes())
                .collect();
            for entry in &entries {
                let stored = stored_hashes(size, entry, &whole).unwrap();
                whole.0.extend(stored);
                size += 1;
            }
            let (next, tiles) = tree.append(&entries).unwrap();
            files.write(&tiles).unwrap();
            let root = tree_hash(size, &whole).unwrap();
            assert_eq!((next.size(), next.hash().unwrap()), (size, root));
            let loaded = Tree::load(&files, (size, root)).unwrap();
            assert_eq!(loaded.entries, next.entries);
            let reader = TileHashReader::new(size, root, &files);
            for index in [0, size / 2, size - 1] {
                let proof = prove_record(size, index, &reader).unwrap();
                let leaf = record_hash(format!("entry {index}").as_bytes());
                check_record(&proof, size, root, index, leaf).unwrap();
            }
            tree = next;
        }
        let root = tree.hash().unwrap();
        let edge = edge_tiles(size).next().unwrap();
        std::fs::write(files.path(&edge), vec![7; 32 * edge.width() as usize]).unwrap();
        let damaged = Tree::load(&files, (size, root));
        assert!(matches!(damaged, Err(LogError::Damaged(_))));
    }
}
