//! Secrets as files that only their owner can read.

use crate::error::ServiceError;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Reads a secret; `None` where there is no such file.
///
/// # Errors
/// What the operating system says.
pub fn read_private(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a secret where there was none; it is on the disk when this returns.
///
/// # Errors
/// What the operating system says, also where there is such a file.
pub fn write_new_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    folder.map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

pub(crate) fn read_or_make(
    path: &Path,
    make: impl FnOnce() -> Option<Zeroizing<Vec<u8>>>,
) -> Result<Zeroizing<Vec<u8>>, ServiceError> {
    let read = read_private(path).map_err(|_| ServiceError::Keys("a secret cannot be read"))?;
    if let Some(bytes) = read {
        return Ok(bytes);
    }
    let bytes = make().ok_or(ServiceError::Keys("no randomness"))?;
    write_new_private(path, &bytes)
        .map_err(|_| ServiceError::Keys("a secret cannot be written"))?;
    Ok(bytes)
}
