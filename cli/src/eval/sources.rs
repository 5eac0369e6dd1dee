//! What pictures and clips a folder holds.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use lifecert_protocol::ErrorCode;

use lifecert_media::MediaError;

/// The pictures and clips of a folder and of the folders in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// Sorted by name. Whether one can be read shows when it is.
    pub media: Vec<Source>,
    /// Names of files that are neither by content nor by name, and of folders that may not be read,
    /// sorted.
    pub others: Vec<String>,
}

/// A picture or clip.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Path under the folder, with `/` between its parts on every system.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub kind: SourceKind,
}

/// What a file is by its first bytes, or by its name where these say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// One picture.
    Picture,
    /// Frames over time.
    Clip,
}

/// A folder that cannot be measured on.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// The folder cannot be read.
    #[error("{}: the folder cannot be read: {error}", folder.display())]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// There is nothing to measure on.
    #[error(
        "{}: no picture or clip in this folder (of {others} files); give one that holds JPEG or \
         PNG pictures, or videos",
        folder.display()
    )]
    Empty {
        /// The folder.
        folder: PathBuf,
        /// How many files of other kinds there are.
        others: usize,
    },
}

impl SourcesError {
    /// The stable code.
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::MediaUnreadable
    }
}

impl Sources {
    /// Lists a folder, with the folders in it; those that links lead to, once.
    ///
    /// # Errors
    /// [`SourcesError`] where the folder cannot be read or holds no picture and no clip.
    pub fn list(folder: &Path) -> Result<Self, SourcesError> {
        let found = Self::list_any(folder)?;
        if found.media.is_empty() {
            return Err(SourcesError::Empty {
                folder: folder.to_owned(),
                others: found.others.len(),
            });
        }
        Ok(found)
    }

    /// The same for a folder that may hold no picture and no clip.
    ///
    /// # Errors
    /// [`SourcesError::Io`] where the folder cannot be read.
    pub fn list_any(folder: &Path) -> Result<Self, SourcesError> {
        let mut walk = Walk::default();
        walk.folder(folder, "").map_err(|error| SourcesError::Io {
            folder: folder.to_owned(),
            error,
        })?;
        let Walk {
            mut media,
            mut others,
            ..
        } = walk;
        media.sort();
        others.sort();
        Ok(Self { media, others })
    }
}

#[derive(Default)]
struct Walk {
    media: Vec<Source>,
    others: Vec<String>,
    visited: HashSet<PathBuf>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str) -> std::io::Result<()> {
        if !self.visited.insert(fs::canonicalize(folder)?) {
            return Ok(());
        }
        // Sorted, so that of two links to one folder it is always the same that counts.
        let mut entries = fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if path.is_dir() {
                if self.folder(&path, &format!("{name}/")).is_err() {
                    self.others.push(format!("{name}/"));
                }
                continue;
            }
            match kind(&path) {
                Some(kind) => self.media.push(Source { name, path, kind }),
                None => self.others.push(name),
            }
        }
        Ok(())
    }
}

fn kind(path: &Path) -> Option<SourceKind> {
    let mut start = Vec::new();
    // What cannot be opened keeps the kind of its name: reading it says why.
    let read = File::open(path).and_then(|file| file.take(12).read_to_end(&mut start));
    let by_bytes = read.ok().and_then(|_| kind_of_bytes(&start));
    by_bytes.or_else(|| kind_of_name(path))
}

fn kind_of_bytes(start: &[u8]) -> Option<SourceKind> {
    const PICTURES: [&[u8]; 6] = [
        &[0xff, 0xd8, 0xff],
        b"\x89PNG",
        b"GIF8",
        b"BM",
        b"II*\0",
        b"MM\0*",
    ];
    // Matroska, Y4M, Flash, Ogg, MPEG program stream.
    const CLIPS: [&[u8]; 5] = [
        &[0x1a, 0x45, 0xdf, 0xa3],
        b"YUV4MPEG2",
        b"FLV\x01",
        b"OggS",
        &[0, 0, 1, 0xba],
    ];
    let begins = |with: &[&[u8]]| with.iter().any(|with| start.starts_with(with));
    match (start, start.get(8..12)) {
        ([b'R', b'I', b'F', b'F', ..], Some(b"WEBP")) => Some(SourceKind::Picture),
        ([b'R', b'I', b'F', b'F', ..], Some(b"AVI ")) => Some(SourceKind::Clip),
        ([_, _, _, _, b'f', b't', b'y', b'p', ..], Some(brand)) => {
            let is_still = [b"heic", b"heix", b"mif1", b"avif"].contains(&brand.try_into().ok()?);
            Some(if is_still {
                SourceKind::Picture
            } else {
                SourceKind::Clip
            })
        }
        ([_, _, _, _, b'm', b'o', b'o', b'v', ..], _) => Some(SourceKind::Clip),
        _ if begins(&PICTURES) => Some(SourceKind::Picture),
        _ if begins(&CLIPS) => Some(SourceKind::Clip),
        _ => None,
    }
}

fn kind_of_name(path: &Path) -> Option<SourceKind> {
    const PICTURES: [&str; 9] = [
        "jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff", "heic",
    ];
    const CLIPS: [&str; 12] = [
        "mp4", "mov", "m4v", "avi", "mkv", "webm", "3gp", "mpg", "mpeg", "ts", "wmv", "y4m",
    ];
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    if PICTURES.contains(&extension.as_str()) {
        Some(SourceKind::Picture)
    } else if CLIPS.contains(&extension.as_str()) {
        Some(SourceKind::Clip)
    } else {
        None
    }
}

/// A picture or clip that could not be read, for the report.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Unread {
    /// Its name, as in [`Source::name`].
    pub file: String,
    /// Why.
    pub code: String,
    /// What exactly is wrong with it.
    pub reason: String,
}

impl Unread {
    /// One that failed with that error.
    pub fn new(file: impl Into<String>, error: &MediaError) -> Self {
        Self {
            file: file.into(),
            code: error.code().to_string(),
            reason: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, bytes: &[u8]) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    #[test]
    fn everything_is_listed_in_order_by_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "b/two.jpg", &[0xff, 0xd8, 0xff, 0xe0]);
        write(root, "b/ten.jpg", b"\0\0\0\x18ftypmp42");
        write(root, "a.MP4", b"");
        write(root, "c", b"\x89PNG\r\n\x1a\n");
        write(root, "README.md", b"about");
        write(root, "b/labels.csv", b"file,label");
        let found = Sources::list(root).unwrap();
        let names: Vec<_> = found
            .media
            .iter()
            .map(|one| (one.name.as_str(), one.kind))
            .collect();
        assert_eq!(
            names,
            [
                ("a.MP4", SourceKind::Clip),
                ("b/ten.jpg", SourceKind::Clip),
                ("b/two.jpg", SourceKind::Picture),
                ("c", SourceKind::Picture),
            ]
        );
        assert_eq!(found.others, ["README.md", "b/labels.csv"]);
    }

    #[test]
    fn an_empty_or_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "notes/README.md", b"nothing here");
        let error = Sources::list(folder.path()).unwrap_err();
        assert!(matches!(error, SourcesError::Empty { others: 1, .. }));
        let text = error.to_string();
        assert!(text.contains(folder.path().to_str().unwrap()), "{text}");
        let missing = folder.path().join("nowhere");
        let error = Sources::list(&missing).unwrap_err();
        assert!(matches!(error, SourcesError::Io { .. }));
        assert_eq!(error.code(), ErrorCode::MediaUnreadable);
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_end() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "one/face.png", b"\x89PNG\r\n\x1a\n");
        std::os::unix::fs::symlink(folder.path(), folder.path().join("one/up")).unwrap();
        assert_eq!(Sources::list(folder.path()).unwrap().media.len(), 1);
    }
}
