//! The data directory: made for its owner only, and held by one store at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::StoreError;

use super::DATABASE;

/// The lock's name in the data directory. The file stays; what counts is the lock on it, which the
/// operating system gives back when the process ends, however it ends.
const LOCK: &str = "graphroom.lock";

/// How it ends what is said of a directory that another store holds.
pub const IN_USE: &str = "is in use by another process";

/// As long as it lives, no other store can open the directory.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// The same for a directory in which nothing is but perhaps a lock.
    pub(super) fn take_empty(dir: &Path) -> Result<Self, StoreError> {
        let lock = Self::take(dir)?;
        let unavailable =
            |why: String| StoreError::Unavailable(format!("the data directory {}: {why}", dir.display()));
        for entry in std::fs::read_dir(dir).map_err(|error| unavailable(error.to_string()))? {
            let name = entry.map_err(|error| unavailable(error.to_string()))?.file_name();
            if name != LOCK {
                return Err(unavailable(format!("{} is in it", name.display())));
            }
        }
        Ok(lock)
    }

    /// Makes the directory if need be and locks it.
    pub(super) fn take(dir: &Path) -> Result<Self, StoreError> {
        let unavailable = |error: io::Error| {
            StoreError::Unavailable(format!("the data directory {}: {error}", dir.display()))
        };
        create(dir).map_err(unavailable)?;
        // What is flushed below a directory that is not itself known to the disk may go with it.
        sync_parent(dir).map_err(unavailable)?;
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(dir.join(LOCK));
        let file = file.map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(StoreError::Unavailable(format!("the data directory {} {IN_USE}", dir.display())))
            }
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}

/// Where the database of a data directory is, if there is one.
pub(super) fn database(dir: &Path) -> Result<PathBuf, StoreError> {
    let unavailable = |reason| StoreError::Unavailable(format!("{}: {reason}", dir.display()));
    let path = dir.join(DATABASE);
    match path.try_exists() {
        Ok(true) => Ok(path),
        Ok(false) => Err(unavailable(format!("there is no {DATABASE}"))),
        Err(error) => Err(unavailable(error.to_string())),
    }
}

fn sync_parent(dir: &Path) -> io::Result<()> {
    let parent = dir.canonicalize()?.parent().map(Path::to_path_buf);
    parent.map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

fn create(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
