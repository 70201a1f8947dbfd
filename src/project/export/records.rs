//! The records of a project on their way out: as JSON lines, or as the end of a project file.
//!
//! A record goes out as it is stored, with its checksum. No more than a page of them is in memory.

use std::sync::Arc;

use serde_json::json;
use tokio::task::spawn_blocking;

use crate::domain::{Record, Seq, State};
use crate::project::Projects;
use crate::store::{Most, ProjectRow, Store, StoreError};

/// What is read from the journal at a time.
const PAGE: Most = Most { records: 2_000, bytes: 1024 * 1024 };

/// The form of the lines, told in the first of them.
const FORMAT: &str = "graphroom-history";
/// Its version.
const VERSION: u32 = 1;

/// How records are written one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line about the project, then one a record.
    Lines,
    /// A last field, `history`, for an object that is still open.
    Field,
}

/// The records up to a place in the journal.
pub struct Records {
    store: Arc<dyn Store>,
    project: ProjectRow,
    form: Form,
    head: Seq,
    after: Seq,
    /// What goes out before the next record.
    before: Vec<u8>,
    is_over: bool,
}

impl Projects {
    /// The records of a project up to `state`.
    pub fn records(&self, project: &ProjectRow, state: &State, form: Form) -> Records {
        let before = match form {
            Form::Field => b",\n\"history\":[\n".to_vec(),
            Form::Lines => {
                let head = json!({
                    "format": FORMAT,
                    "version": VERSION,
                    "project_id": project.project_id,
                    "epoch": project.epoch,
                    "name": &*state.name,
                    "template_id": &*state.template.id,
                    "seq": state.head,
                });
                format!("{head}\n").into_bytes()
            }
        };
        let (store, project) = (Arc::clone(&self.store), project.clone());
        Records { store, project, form, head: state.head, after: 0, before, is_over: false }
    }
}

impl Records {
    /// The next piece; none after the last.
    ///
    /// # Errors
    /// If the store fails, or what it has ends before its head.
    pub async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let project_id = self.project.project_id;
        let mut records = self.store.read_from(project_id, self.after, PAGE).await?;
        // What came since is left out.
        records.retain(|record| record.seq_last <= self.head);
        let Some(last) = records.last().map(|record| record.seq_last) else {
            return Err(StoreError::Corrupt(format!("project {project_id}: nothing follows {}", self.after)));
        };
        (self.after, self.is_over) = (last, last == self.head);
        let (form, before, is_over) = (self.form, std::mem::take(&mut self.before), self.is_over);
        let written = spawn_blocking(move || write(&records, form, before, is_over)).await;
        let written = written.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        if form == Form::Field {
            self.before = b",\n".to_vec();
        }
        written.map(Some).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

fn write(
    records: &[Record],
    form: Form,
    mut piece: Vec<u8>,
    is_over: bool,
) -> Result<Vec<u8>, serde_json::Error> {
    for (place, record) in records.iter().enumerate() {
        if place > 0 && form == Form::Field {
            piece.extend_from_slice(b",\n");
        }
        piece.extend_from_slice(record.encode()?.as_bytes());
        if form == Form::Lines {
            piece.push(b'\n');
        }
    }
    if is_over && form == Form::Field {
        piece.extend_from_slice(b"\n]}\n");
    }
    Ok(piece)
}
