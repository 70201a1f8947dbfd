//! The snapshots, each held against what replaying the journal gives at its place.

use crate::domain::{Seq, State, snapshot};
use crate::store::StoreError;

use super::super::snapshots::Files;
use super::{CheckedProject, Fault, FaultKind};

/// The snapshots of one project.
pub(super) struct Kept<'a> {
    files: &'a Files,
    /// Those that were not come to yet, the newest first.
    places: Vec<Seq>,
}

impl<'a> Kept<'a> {
    /// Those that are there now. The journal is to be read later: it has all that they are made from.
    pub(super) fn list(files: &'a Files, project: &str) -> Result<Self, StoreError> {
        Ok(Self { files, places: files.places(project)? })
    }

    /// The snapshot at `seq`, if there is one, where replaying gave `state`. None if that is not known.
    pub(super) fn come_to(
        &mut self,
        seq: Seq,
        (record, state): (Option<&str>, Option<&State>),
        project: &mut CheckedProject,
        faults: &mut Vec<Fault>,
    ) {
        while let Some(place) = self.places.pop_if(|place| *place <= seq) {
            let problem = if place < seq {
                Some("it ends where no record does: it is of another journal".to_owned())
            } else {
                project.snapshots += 1;
                self.problem(&project.project_id, place, record, state)
            };
            faults.extend(problem.map(|problem| fault(&project.project_id, place, &problem)));
        }
    }

    fn problem(
        &self,
        project: &str,
        seq: Seq,
        record: Option<&str>,
        state: Option<&State>,
    ) -> Option<String> {
        let (text, label) = match self.files.read(project, seq) {
            Ok(found) => found?,
            Err(StoreError::Corrupt(reason) | StoreError::Unavailable(reason)) => return Some(reason),
            Err(StoreError::Closed) => return None,
        };
        if record.is_some_and(|record| record != label) {
            return Some("it is of another journal".to_owned());
        }
        let state = state?;
        (text != snapshot::write(state)).then(|| "it is not what the journal gives".to_owned())
    }

    /// The journal ends.
    pub(super) fn end(self, project: &str, faults: &mut Vec<Fault>) {
        let beyond = "it ends behind the journal: it is of another one";
        faults.extend(self.places.into_iter().rev().map(|place| fault(project, place, beyond)));
    }
}

fn fault(project: &str, seq: Seq, problem: &str) -> Fault {
    Fault::of(project, FaultKind::Snapshot, Some(seq), format!("the snapshot: {problem}"))
}
