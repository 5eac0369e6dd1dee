//! The log's files, which any cache or mirror can hold: checkpoint, tiles, entry bundles
//! (C2SP tlog-tiles).

use super::error::{LogError, failed};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tlog_tiles::{Error, HASH_SIZE, Tile, TileReader};

/// The height of tiles: 256 hashes wide.
pub(super) const HEIGHT: u8 = 8;

/// The most levels that a tree of 64-bit sizes has.
const LEVELS: u8 = 8;

const CHECKPOINT: &str = "checkpoint";

const WITNESSED: &str = "witnessed";

/// Tiles and bundles with their bytes.
pub type Tiles = Vec<(Tile, Vec<u8>)>;

/// The folder that is served under `/log`.
#[derive(Debug, Clone)]
pub struct LogFiles {
    folder: PathBuf,
}

impl LogFiles {
    /// Files in that folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The published checkpoint.
    ///
    /// # Errors
    /// [`LogError::Io`].
    pub fn checkpoint(&self) -> Result<Option<String>, LogError> {
        read_text(&self.folder.join(CHECKPOINT), "checkpoint")
    }

    /// Publishes a checkpoint whose tiles are written.
    ///
    /// # Errors
    /// [`LogError::Io`].
    pub fn publish(&self, text: &str) -> Result<(), LogError> {
        write_durably(&self.folder.join(CHECKPOINT), text.as_bytes(), "checkpoint")
    }

    /// Where the checkpoint lies that witnesses have cosigned last.
    pub(super) fn witnessed_path(&self) -> PathBuf {
        self.folder.join(WITNESSED)
    }

    /// The checkpoint that witnesses have cosigned last.
    ///
    /// # Errors
    /// [`LogError::Io`].
    pub fn witnessed(&self) -> Result<Option<String>, LogError> {
        read_text(&self.witnessed_path(), "cosignatures")
    }

    /// Keeps a checkpoint that witnesses have cosigned.
    ///
    /// # Errors
    /// [`LogError::Io`].
    pub(super) fn keep_witnessed(&self, text: &str) -> Result<(), LogError> {
        write_durably(&self.witnessed_path(), text.as_bytes(), "cosignatures")
    }

    /// Where a tile or bundle lies.
    pub fn path(&self, tile: &Tile) -> PathBuf {
        self.folder.join("tile").join(Self::name(tile))
    }

    /// The path of a tile or bundle below `tile/`.
    pub fn name(tile: &Tile) -> String {
        let path = tile.path();
        let (_, place) = path.split_at("tile/8/".len());
        match place.strip_prefix("data/") {
            Some(bundle) => format!("entries/{bundle}"),
            None => place.to_owned(),
        }
    }

    /// Writes tiles and bundles, each synced; a full one takes the place of its partial ones.
    ///
    /// # Errors
    /// [`LogError::Io`].
    pub fn write(&self, tiles: &Tiles) -> Result<(), LogError> {
        for (tile, bytes) in tiles {
            let path = self.path(tile);
            write_durably(&path, bytes, "tile")?;
            if tile.width() == 1 << HEIGHT {
                let mut partial = path.into_os_string();
                partial.push(".p");
                match fs::remove_dir_all(PathBuf::from(partial)) {
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        return Err(failed("tile")(error));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Reads a tile or bundle; in the place of a partial one that is gone, the full one.
    ///
    /// # Errors
    /// [`LogError::Io`].
    pub fn read(&self, tile: &Tile) -> Result<Vec<u8>, LogError> {
        match fs::read(self.path(tile)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut full = Tile::new(
                    HEIGHT,
                    tile.level(),
                    tile.level_index(),
                    1 << HEIGHT,
                    tile.is_data(),
                );
                if tile.is_data() {
                    full.set_is_data();
                }
                fs::read(self.path(&full)).map_err(failed("tile"))
            }
            read => read.map_err(failed("tile")),
        }
    }

    /// What is served for a path below `tile/`: the bytes of a tile or bundle that is there.
    pub fn served(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.path(&named(path)?)).ok()
    }
}

/// The tile that a path below `tile/` names.
fn named(path: &str) -> Option<Tile> {
    let (level, place) = path.split_once('/')?;
    // `Tile::from_path` panics at levels and widths that no tile has.
    let level = match level {
        "entries" => "data",
        level if level.parse::<u8>().ok()? < LEVELS => level,
        _ => return None,
    };
    if let Some((_, width)) = place.split_once(".p/") {
        width.parse::<u32>().ok().filter(|width| *width > 0)?;
    }
    Tile::from_path(&format!("tile/{HEIGHT}/{level}/{place}")).ok()
}

impl TileReader for LogFiles {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let read = |tile: &Tile| {
            let mut bytes = self.read(tile).map_err(|_| Error::InvalidTile)?;
            bytes.truncate(tile.width() as usize * HASH_SIZE);
            Ok(bytes)
        };
        tiles.iter().map(read).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// A small text file; nothing where there is none.
pub(crate) fn read_text(path: &Path, what: &'static str) -> Result<Option<String>, LogError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(what)(error)),
    }
}

/// Writes a file so that it is there whole or not at all, also after a loss of power.
pub(super) fn write_durably(path: &Path, bytes: &[u8], what: &'static str) -> Result<(), LogError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || {
        make_folder(folder)?;
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        let new = PathBuf::from(name);
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        sync_folder(folder)
    };
    write().map_err(failed(what))
}

/// Makes a folder and those above it, each entered durably into the one above.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().unwrap_or(Path::new("."));
    make_folder(above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(above)
}

/// A rename is on the disk when its folder is.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_tiles_are_served() {
        for path in ["0/000", "0/x001/x234/067.p/9", "entries/000.p/255", "7/000"] {
            assert!(named(path).is_some(), "{path}");
        }
        for path in [
            "",
            "0",
            "8/000",
            "64/000",
            "-1/000",
            "0/000.p/0",
            "0/000.p/00",
            "0/000.p/256",
            "0/0",
            "0/000.p/",
            "data/000",
            "entries/../checkpoint",
            "0/../../secrets",
            "00/000",
            "0/é",
        ] {
            assert!(named(path).is_none(), "{path}");
        }
    }
}
