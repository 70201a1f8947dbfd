//! One file that holds all that is stored as of one moment, and a data directory that is made of such a file.
//!
//! Snapshots are not in it: they are made of the journals. A journal that is put back goes on otherwise than it did, so it
//! gets another epoch: the same `seq` may mean something else from then on.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use crate::store::StoreError;

use super::directory::{self, DirectoryLock};
use super::{DATABASE, connection, migrations};

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// How many projects there are that nobody deleted.
    pub projects: u64,
    /// How large the copy is, in bytes.
    pub bytes: u64,
}

/// Writes what is stored in the data directory `dir` as of this moment into `file`, which must not be there. It is there whole, and
/// flushed, when this returns `Ok`. A server may use the directory; its log grows meanwhile. It blocks.
///
/// # Errors
/// [`StoreError::Unavailable`] if there is no database, `file` is there, or one of them cannot be read or written;
/// [`StoreError::Corrupt`] if the database is damaged so that it cannot be copied.
pub fn backup(dir: &Path, file: &Path) -> Result<Copied, StoreError> {
    let from = connection::open_reader(&directory::database(dir)?)?;
    migrations::check(&from)?;
    copy(&from, file, |_| Ok(()))
}

/// Makes the data directory `dir` of a file that [`backup`] wrote, of this version or an earlier one. Every project gets a
/// new epoch. It blocks.
///
/// # Errors
/// [`StoreError::Unavailable`] if `file` is no backup, or something is in the directory, or one of them cannot be read or written;
/// [`StoreError::Corrupt`] if the file is damaged.
pub fn restore(file: &Path, dir: &Path) -> Result<Copied, StoreError> {
    if !file.is_file() {
        return Err(unavailable(file, "there is no such file"));
    }
    let from = connection::open_reader(file)?;
    migrations::check(&from)?;
    let damaged: String = from.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if damaged != "ok" {
        return Err(StoreError::Corrupt(format!("{}: {damaged}", file.display())));
    }
    let _lock = DirectoryLock::take_empty(dir)?;
    copy(&from, &dir.join(DATABASE), |copy| {
        migrations::run(copy)?;
        begin_epochs(copy)
    })
}

/// Copies a database into a file, as it is after `change`. A copy that is not whole has another name.
fn copy(
    from: &Connection,
    to: &Path,
    change: impl FnOnce(&mut Connection) -> Result<(), StoreError>,
) -> Result<Copied, StoreError> {
    if to.try_exists().map_err(|error| unavailable(to, error))? {
        return Err(unavailable(to, "there is such a file"));
    }
    let partial = partial(to);
    let copied = fill(from, &partial, change).and_then(|projects| {
        let finish = || {
            let file = File::open(&partial)?;
            file.sync_all()?;
            fs::rename(&partial, to)?;
            // The name is on the disk only with its directory.
            File::open(parent(to))?.sync_all()?;
            Ok(Copied { projects, bytes: file.metadata()?.len() })
        };
        finish().map_err(|error: io::Error| unavailable(to, error))
    });
    if copied.is_err() {
        // What is left of it is of no use; what went wrong is told by the error.
        drop(fs::remove_file(&partial));
    }
    copied
}

fn fill(
    from: &Connection,
    partial: &Path,
    change: impl FnOnce(&mut Connection) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    create(partial).map_err(|error| unavailable(partial, error))?;
    let name = partial.to_str().ok_or_else(|| unavailable(partial, "the name is no text"))?;
    from.execute("VACUUM INTO ?1", [name])?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(partial, flags)?;
    change(&mut copy)?;
    let projects: i64 =
        copy.query_row("SELECT count(*) FROM projects WHERE deleted_at IS NULL", [], |row| row.get(0))?;
    copy.close().map_err(|(_, error)| error)?;
    Ok(projects.unsigned_abs())
}

/// Journals go on from here otherwise than they did.
fn begin_epochs(copy: &mut Connection) -> Result<(), StoreError> {
    let transaction = copy.transaction()?;
    {
        let mut ids = transaction.prepare("SELECT project_id FROM projects")?;
        let ids = ids.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        let mut change = transaction.prepare("UPDATE projects SET epoch = ?2 WHERE project_id = ?1")?;
        for id in ids {
            change.execute([id, Uuid::new_v4().to_string()])?;
        }
    }
    Ok(transaction.commit()?)
}

/// For its owner alone: there are accounts in it.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn partial(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unavailable(path: &Path, why: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("{}: {why}", path.display()))
}
