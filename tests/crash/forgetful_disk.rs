//! A disk that loses what was not flushed: `tests/support/flush_shim`, built and put under a server.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::process::Command;

use super::site::copy_files;

/// What such a disk does when it is told to flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// It flushes.
    Honest,
    /// It says that it did.
    Ignored,
}

/// The shim, and what the disk would hold after a loss of power.
pub struct ForgetfulDisk {
    place: TempDir,
    flush: Flush,
}

impl ForgetfulDisk {
    /// Builds the shim.
    pub fn build(flush: Flush) -> Self {
        let place = tempfile::tempdir().unwrap();
        let built = std::process::Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-o"])
            .arg(place.path().join("shim.so"))
            .arg(source().join("shim.c"))
            .args(["-ldl", "-pthread"])
            .status();
        assert!(built.expect("a C compiler that is called cc").success());
        Self { place, flush }
    }

    fn image(&self) -> PathBuf {
        self.place.path().join("image")
    }

    /// Makes `data` lie on this disk, for the process that `command` starts.
    pub fn put_under(&self, command: &mut Command, data: &Path) {
        command
            .env("LD_PRELOAD", self.place.path().join("shim.so"))
            .env("GRAPHROOM_SHIM_DIR", data)
            .env("GRAPHROOM_SHIM_DURABLE", self.image())
            .env("GRAPHROOM_SHIM_IGNORE_FLUSH", if self.flush == Flush::Ignored { "1" } else { "0" });
    }

    /// Leaves in `data` what was flushed, and nothing else: no `-shm`, which is memory, and a lock file
    /// only if its directory was flushed since it was made.
    pub fn lose_power(&self, data: &Path) {
        fs::remove_dir_all(data).unwrap();
        fs::create_dir(data).unwrap();
        copy_files(&self.image(), data);
    }
}

/// Where the shim's source is.
pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/flush_shim")
}
