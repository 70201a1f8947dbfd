//! The graph texts' files: `SEQ.graph` beside the snapshots of a project, one at most.
//!
//! A file is as a snapshot's is: a label, then the text. Neither is ever whole in memory: the text is added up while
//! it is written, and its checksum, as long as what stood in for it, is put into the label behind that; and it is
//! read once to be held against the label before anything of it is given away.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};

use super::{Files, unavailable};
use crate::domain::canonical::Hash;
use crate::domain::{Seq, State};
use crate::store::{GraphForm, GraphText, ProjectId, StoreError};

/// How the names of whole files end.
const SUFFIX: &str = ".graph";
/// One that is being written: of a project never more than one is.
const UNFINISHED: &str = "graph.unfinished";
/// No label is longer.
const LABEL: u64 = 1_024;
/// What is read or written at a time.
const PIECE: usize = 256 * 1_024;
/// Stands in for a checksum.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    /// How the text is written.
    form: String,
    project_id: ProjectId,
    /// The checksum of the record that it ends with.
    record: String,
    seq: Seq,
    /// The checksum of the text: SHA-256.
    sha256: String,
}

impl Label {
    fn line(&self) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// A graph text whose label was read, and whose text was not.
#[derive(Debug)]
pub(in crate::store::sqlite) struct Labelled {
    label: Label,
    file: BufReader<File>,
}

impl Labelled {
    /// The place in the journal that it is of.
    pub(in crate::store::sqlite) fn seq(&self) -> Seq {
        self.label.seq
    }

    /// The checksum of the record that it ends with.
    pub(in crate::store::sqlite) fn record(&self) -> &str {
        &self.label.record
    }

    /// Whether it calls itself written in this form.
    pub(in crate::store::sqlite) fn is_of(&self, form: GraphForm) -> bool {
        self.label.form == form.name
    }

    /// Whether it is labelled as what this state gives in this form.
    pub(in crate::store::sqlite) fn is_labelled_as(&self, state: &State, form: GraphForm) -> bool {
        let mut text = Summing { hash: Hash::default(), inner: io::sink() };
        (form.write)(state, &mut text).is_ok() && text.hash.text() == self.label.sha256
    }

    /// Reads the text and, if it is the one that was written, gives it to be read again.
    pub(in crate::store::sqlite) fn verified(self) -> Result<GraphText, StoreError> {
        let Self { label, mut file } = self;
        let (bytes, sum) = sum(&mut file).map_err(|error| unavailable(&error))?;
        if sum != label.sha256 {
            return Err(StoreError::Corrupt("its text is not the one that was written".to_owned()));
        }
        let bytes = u64::try_from(bytes).unwrap_or(i64::MAX as u64);
        let back = i64::try_from(bytes).unwrap_or(i64::MAX);
        file.seek(SeekFrom::Current(-back)).map_err(|error| unavailable(&error))?;
        Ok(GraphText { seq: label.seq, bytes, text: Box::new(file) })
    }
}

/// How much there is to read, and its checksum.
fn sum(text: &mut impl Read) -> io::Result<(usize, String)> {
    let (mut piece, mut hash, mut bytes) = (vec![0; PIECE], Hash::default(), 0);
    loop {
        let read = text.read(&mut piece)?;
        if read == 0 {
            return Ok((bytes, hash.text()));
        }
        hash.add(&piece[..read]);
        bytes += read;
    }
}

/// Adds up what is written.
struct Summing<W> {
    hash: Hash,
    inner: W,
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl Files {
    /// The places that a project has graph texts of, the newest first.
    pub(in crate::store::sqlite) fn graph_places(&self, project: &str) -> Result<Vec<Seq>, StoreError> {
        self.places_of(project, SUFFIX)
    }

    /// Writes a graph text, and removes others.
    pub(in crate::store::sqlite) fn keep_graph(
        &self,
        project_id: ProjectId,
        record: String,
        state: &State,
        form: GraphForm,
    ) -> Result<(), StoreError> {
        let name = project_id.to_string();
        let (seq, sha256) = (state.head, NOTHING.to_owned());
        let label = Label { form: form.name.to_owned(), project_id, record, seq, sha256 };
        let write = |out: &mut dyn Write| (form.write)(state, out);
        self.write_graph(&name, label, write).map_err(|error| unavailable(&error))?;
        for other in self.graph_places(&name)?.into_iter().filter(|other| *other != seq) {
            // What cannot be removed now is next time.
            drop(fs::remove_file(self.graph_path(&name, other)));
        }
        Ok(())
    }

    fn write_graph(
        &self,
        name: &str,
        mut label: Label,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let path = self.graph_path(name, label.seq);
        self.write_whole(name, UNFINISHED, &path, |file| {
            file.write_all(&label.line()?)?;
            let mut text =
                BufWriter::with_capacity(PIECE, Summing { hash: Hash::default(), inner: &mut *file });
            write(&mut text)?;
            let Summing { hash, .. } = text.into_inner().map_err(io::IntoInnerError::into_error)?;
            label.sha256 = hash.text();
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&label.line()?)
        })
    }

    /// The newest graph text of a project, if there is one.
    pub(in crate::store::sqlite) fn graph(&self, project: &str) -> Result<Option<Labelled>, StoreError> {
        let newest = self.graph_places(project)?.first().copied();
        newest.map_or(Ok(None), |seq| self.graph_at(project, seq))
    }

    /// That of one place; none if it went meanwhile.
    pub(in crate::store::sqlite) fn graph_at(
        &self,
        project: &str,
        seq: Seq,
    ) -> Result<Option<Labelled>, StoreError> {
        let file = match File::open(self.graph_path(project, seq)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unavailable(&error)),
        };
        let mut file = BufReader::with_capacity(PIECE, file);
        let mut line = Vec::new();
        (&mut file).take(LABEL).read_until(b'\n', &mut line).map_err(|error| unavailable(&error))?;
        let label: Label =
            serde_json::from_slice(&line).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        if (label.seq, label.project_id.to_string().as_str()) != (seq, project) {
            return Err(StoreError::Corrupt("its label is that of another one".to_owned()));
        }
        Ok(Some(Labelled { label, file }))
    }

    fn graph_path(&self, project: &str, seq: Seq) -> std::path::PathBuf {
        self.of(project).join(format!("{seq}{SUFFIX}"))
    }
}
