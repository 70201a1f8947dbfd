//! The snapshots' files: `snapshots/PROJECT/SEQ.snapshot` in the data directory, and the graph texts beside them.
//!
//! A file is a line of JSON that says what it is and bears the checksum of the rest, then the text. It is written
//! under another name first, so that a file of the right name is whole, unless the machine lost its power or somebody
//! altered it: that shows by the checksum. Nothing is flushed: what is lost is made again.

mod graph_texts;

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::{Seq, canonical};
use crate::store::snapshots::KEPT;
use crate::store::{ProjectId, Snapshot, StoreError};

/// The folder in the data directory.
const FOLDER: &str = "snapshots";
/// How the names of whole files end.
const SUFFIX: &str = ".snapshot";
/// How the names of others end.
const UNFINISHED: &str = ".unfinished";
/// The form of the first line.
const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    project_id: ProjectId,
    /// The checksum of the record that it ends with.
    record: String,
    seq: Seq,
    /// The checksum of the text: SHA-256.
    sha256: String,
    v: u32,
}

/// The snapshots of a data directory.
#[derive(Clone, Debug)]
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    /// Those in the data directory `dir`. Nothing is made before it is needed.
    pub(super) fn new(dir: &Path) -> Self {
        Self { folder: dir.join(FOLDER) }
    }

    fn of(&self, project: &str) -> PathBuf {
        self.folder.join(project)
    }

    /// The places that a project has snapshots of, the newest first.
    pub(super) fn places(&self, project: &str) -> Result<Vec<Seq>, StoreError> {
        self.places_of(project, SUFFIX)
    }

    fn places_of(&self, project: &str, suffix: &str) -> Result<Vec<Seq>, StoreError> {
        let entries = match fs::read_dir(self.of(project)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unavailable(&error)),
        };
        let mut places = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| unavailable(&error))?.file_name();
            let place = name.to_str().and_then(|name| name.strip_suffix(suffix)?.parse::<Seq>().ok());
            places.extend(place);
        }
        places.sort_unstable_by(|one, other| other.cmp(one));
        Ok(places)
    }

    /// Writes a snapshot whose last record bears this checksum, and removes older ones.
    pub(super) fn keep(
        &self,
        project: ProjectId,
        snapshot: &Snapshot,
        record: String,
    ) -> Result<(), StoreError> {
        let name = project.to_string();
        self.write(&name, project, snapshot, record).map_err(|error| unavailable(&error))?;
        for old in self.places(&name)?.into_iter().skip(KEPT) {
            // What cannot be removed now is next time.
            drop(fs::remove_file(self.path(&name, old)));
        }
        Ok(())
    }

    fn write(
        &self,
        name: &str,
        project_id: ProjectId,
        snapshot: &Snapshot,
        record: String,
    ) -> io::Result<()> {
        let Snapshot { seq, text } = snapshot;
        let label = Label { project_id, record, seq: *seq, sha256: canonical::hash_bytes(text), v: VERSION };
        let fill = |file: &mut fs::File| {
            serde_json::to_writer(&mut *file, &label)?;
            file.write_all(b"\n")?;
            file.write_all(text)
        };
        self.write_whole(name, &format!("{seq}{UNFINISHED}"), &self.path(name, *seq), fill)
    }

    /// Writes a file of a project under another name, and gives it its own once it is whole. What a kill left under
    /// such names goes, and so does one that cannot be filled: on a full disk others need the room. One is written
    /// at a time.
    fn write_whole(
        &self,
        project: &str,
        unfinished: &str,
        path: &Path,
        fill: impl FnOnce(&mut fs::File) -> io::Result<()>,
    ) -> io::Result<()> {
        self.make_folder(project)?;
        for entry in fs::read_dir(self.of(project))? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(|name| name.ends_with(UNFINISHED)) {
                // What cannot be removed now is next time.
                drop(fs::remove_file(entry.path()));
            }
        }
        let unfinished = self.of(project).join(unfinished);
        let filled = fs::File::create(&unfinished).and_then(|mut file| fill(&mut file));
        let whole = filled.and_then(|()| fs::rename(&unfinished, path));
        if whole.is_err() {
            // It may not even be there.
            drop(fs::remove_file(&unfinished));
        }
        whole
    }

    fn make_folder(&self, project: &str) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(self.of(project))
    }

    fn path(&self, project: &str, seq: Seq) -> PathBuf {
        self.of(project).join(format!("{seq}{SUFFIX}"))
    }

    /// The text of a snapshot and the checksum of its last record, if it is whole. None if it went meanwhile.
    pub(super) fn read(&self, project: &str, seq: Seq) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        let mut bytes = match fs::read(self.path(project, seq)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unavailable(&error)),
        };
        let corrupt = |reason: &str| StoreError::Corrupt(reason.to_owned());
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(|| corrupt("it has no label"))?;
        let label: Label =
            serde_json::from_slice(&bytes[..end]).map_err(|error| corrupt(&error.to_string()))?;
        if (label.v, label.seq, label.project_id.to_string().as_str()) != (VERSION, seq, project) {
            return Err(corrupt("its label is that of another one"));
        }
        bytes.drain(..=end);
        if canonical::hash_bytes(&bytes) != label.sha256 {
            return Err(corrupt("its text is not the one that was written"));
        }
        Ok(Some((bytes, label.record)))
    }

    /// Removes all of a project.
    pub(super) fn drop_all(&self, project: ProjectId) -> Result<(), StoreError> {
        match fs::remove_dir_all(self.of(&project.to_string())) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(unavailable(&error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The names of all folders that are there, those of projects and others.
    pub(super) fn projects(&self) -> Result<Vec<String>, StoreError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unavailable(&error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| unavailable(&error))?.file_name();
            names.push(name.to_string_lossy().into_owned());
        }
        names.sort_unstable();
        Ok(names)
    }
}

fn unavailable(error: &io::Error) -> StoreError {
    StoreError::Unavailable(format!("snapshots: {error}"))
}
