//! Where a server lives: its data directory, how it is started there, and what a kill leaves.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};

use graphroom::domain::Record;
use graphroom::store::{Journal, Most, SqliteStore, Store, StoreError};
use tempfile::TempDir;
use tokio::process::Command;
use uuid::Uuid;

use super::forgetful_disk::ForgetfulDisk;
use crate::support::process::ServerProcess;

const SIGKILL: i32 = 9;

/// A data directory and the program that serves it.
pub struct Site {
    place: TempDir,
    program: Box<dyn Fn(&Path) -> Command + Send + Sync>,
    disk: Option<ForgetfulDisk>,
}

impl Site {
    /// On a disk that keeps what was written, flushed or not, as it is when only the process dies.
    pub fn new(program: impl Fn(&Path) -> Command + Send + Sync + 'static) -> Self {
        Self { place: tempfile::tempdir().unwrap(), program: Box::new(program), disk: None }
    }

    /// The real server on a disk that loses what was not flushed.
    pub fn forgetful(disk: ForgetfulDisk) -> Self {
        Self { disk: Some(disk), ..Self::new(ServerProcess::command) }
    }

    fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    /// Starts the server.
    pub async fn start(&self) -> ServerProcess {
        let mut command = (self.program)(&self.data());
        if let Some(disk) = &self.disk {
            disk.put_under(&mut command, &self.data());
        }
        ServerProcess::start(command).await
    }

    /// Kills the server. What it did not flush is gone with it if the disk is forgetful.
    pub async fn kill(&self, server: &mut ServerProcess) {
        let ended = server.kill9().await;
        assert_eq!(ended.signal(), Some(SIGKILL), "the server ended by itself: {ended}");
        if let Some(disk) = &self.disk {
            disk.lose_power(&self.data());
        }
    }

    /// The journal as it is on disk. It is read from a copy: the server itself has to get over what a
    /// kill left, and must not find it tidied up.
    pub async fn journal(&self, project_id: Uuid) -> Result<Vec<Record>, StoreError> {
        let copy = tempfile::tempdir().unwrap();
        copy_files(&self.data(), copy.path());
        let store = SqliteStore::open(copy.path())?;
        let records = store.read_from(project_id, 0, Most::records(usize::MAX)).await;
        store.close().await?;
        records
    }
}

/// Copies all that is in one directory into another.
pub fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&to).unwrap();
            copy_files(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
