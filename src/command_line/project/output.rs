//! A file that is written whole or not at all: under another name beside its own, which it gets once
//! everything is on disk.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, PersistError};

use super::Failure;

/// A file on its way. Dropped before it is finished, it leaves nothing behind.
pub(super) struct Output {
    path: PathBuf,
    directory: PathBuf,
    force: bool,
    file: NamedTempFile,
}

impl Output {
    /// Begins a file that will be at `path`. One that is there is replaced if `force` says so.
    pub(super) fn create(path: &Path, force: bool) -> Result<Self, Failure> {
        let path = place(path, force)?;
        let named = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = named.unwrap_or(Path::new(".")).to_path_buf();
        let file = Builder::new()
            .prefix(".graphroom-export-")
            // The umask takes from it what it takes from every new file.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(&directory)
            .map_err(|error| not_written(&path, &error))?;
        Ok(Self { path, directory, force, file })
    }

    /// Adds a piece.
    pub(super) fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all(piece)
    }

    /// Gives the file its name, once it is on disk.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let Self { path, directory, force, file } = self;
        file.as_file().sync_all().map_err(|error| not_written(&path, &error))?;
        let named = if force { file.persist(&path) } else { file.persist_noclobber(&path) };
        named.map_err(|PersistError { error, .. }| match error.kind() {
            // Somebody else was quicker.
            io::ErrorKind::AlreadyExists => there_already(&path),
            _ => not_written(&path, &error),
        })?;
        let synced = File::open(&directory).and_then(|directory| directory.sync_all());
        synced.map_err(|error| not_written(&path, &error))
    }
}

/// Where the file is to be, links resolved, if one may be put there.
fn place(path: &Path, force: bool) -> Result<PathBuf, Failure> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_path_buf()),
        Err(error) => Err(not_written(path, &error)),
        // A device or a pipe would be replaced, too.
        Ok(found) if !found.is_file() => {
            Err(Failure::NotDone(format!("{} is there and is no plain file", path.display())))
        }
        Ok(_) if !force => Err(there_already(path)),
        Ok(_) => path.canonicalize().map_err(|error| not_written(path, &error)),
    }
}

fn there_already(path: &Path) -> Failure {
    Failure::NotDone(format!("{} is there already; --force replaces it", path.display()))
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    Failure::NotDone(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn until_it_is_finished_a_file_has_not_its_name_and_dropped_it_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file.json");
        let mut output = Output::create(&path, false).unwrap();
        output.write(b"half").unwrap();
        assert_eq!(names(directory.path()).len(), 1);
        assert!(!path.exists());
        drop(output);
        assert_eq!(names(directory.path()), [""; 0]);

        fs::write(&path, "before").unwrap();
        let mut output = Output::create(&path, true).unwrap();
        output.write(b"half").unwrap();
        drop(output);
        assert_eq!(fs::read(&path).unwrap(), b"before");
    }

    #[test]
    fn a_file_that_came_meanwhile_is_not_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file.json");
        let mut output = Output::create(&path, false).unwrap();
        output.write(b"ours").unwrap();
        fs::write(&path, "theirs").unwrap();
        let told = output.finish().unwrap_err().to_string();
        assert!(told.ends_with("file.json is there already; --force replaces it"), "{told}");
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(names(directory.path()), ["file.json"]);
    }

    #[test]
    fn behind_a_link_the_file_is_replaced_and_the_link_stays() {
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("file.json"), directory.path().join("link"));
        fs::write(&path, "before").unwrap();
        std::os::unix::fs::symlink("file.json", &link).unwrap();
        let mut output = Output::create(&link, true).unwrap();
        output.write(b"after").unwrap();
        output.finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"after");
    }

    #[test]
    fn what_is_no_plain_file_is_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path(), Path::new("/dev/null")] {
            let told = Output::create(path, true).map(drop).unwrap_err().to_string();
            assert!(told.ends_with("is there and is no plain file"), "{told}");
        }
    }
}
