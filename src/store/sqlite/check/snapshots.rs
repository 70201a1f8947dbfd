//! The snapshots and the graph texts, each held against what replaying the journal gives at its place.

use crate::domain::{Seq, State, snapshot};
use crate::store::{GraphForm, StoreError};

use super::super::snapshots::Files;
use super::{CheckedProject, Fault, FaultKind};

/// The snapshots of one project, and its graph text.
pub(super) struct Kept<'a> {
    files: &'a Files,
    form: GraphForm,
    /// Those that were not come to yet, the newest first.
    places: Vec<Seq>,
    /// The same of graph texts.
    graphs: Vec<Seq>,
}

/// Said of what ends within a command.
const WITHIN: &str = "it ends where no record does: it is of another journal";
/// Said of what the journal never came to.
const BEYOND: &str = "it ends behind the journal: it is of another one";
/// Said of what ends with another record than the journal has there.
const ELSEWHERE: &str = "it is of another journal";
/// Said of what is whole, and not true.
const UNTRUE: &str = "it is not what the journal gives";

impl<'a> Kept<'a> {
    /// Those that are there now. The journal is to be read later: it has all that they are made from.
    pub(super) fn list(files: &'a Files, project: &str, form: GraphForm) -> Result<Self, StoreError> {
        Ok(Self { files, form, places: files.places(project)?, graphs: files.graph_places(project)? })
    }

    /// What there is at `seq`, where replaying gave `state`. None if that is not known.
    pub(super) fn come_to(
        &mut self,
        seq: Seq,
        (record, state): (Option<&str>, Option<&State>),
        project: &mut CheckedProject,
        faults: &mut Vec<Fault>,
    ) {
        while let Some(place) = self.places.pop_if(|place| *place <= seq) {
            let problem = if place < seq {
                Some(WITHIN.to_owned())
            } else {
                project.snapshots += 1;
                self.problem(&project.project_id, place, record, state)
            };
            faults.extend(problem.map(|problem| fault(&project.project_id, place, &problem)));
        }
        while let Some(place) = self.graphs.pop_if(|place| *place <= seq) {
            let problem = if place < seq {
                Some(WITHIN.to_owned())
            } else {
                self.graph_problem(&project.project_id, place, record, state)
            };
            faults.extend(problem.map(|problem| graph_fault(&project.project_id, place, &problem)));
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
            return Some(ELSEWHERE.to_owned());
        }
        let state = state?;
        (text != snapshot::write(state)).then(|| UNTRUE.to_owned())
    }

    fn graph_problem(
        &self,
        project: &str,
        seq: Seq,
        record: Option<&str>,
        state: Option<&State>,
    ) -> Option<String> {
        let examine = || {
            let Some(found) = self.files.graph_at(project, seq)? else { return Ok(None) };
            if record.is_some_and(|record| record != found.record()) {
                return Ok(Some(ELSEWHERE.to_owned()));
            }
            // One of another server is of use to nobody here, and may be as that server wrote it.
            let is_known = found.is_of(self.form);
            let is_true = !is_known || state.is_none_or(|state| found.is_labelled_as(state, self.form));
            found.verified()?;
            Ok((!is_true).then(|| UNTRUE.to_owned()))
        };
        match examine() {
            Ok(problem) => problem,
            Err(StoreError::Corrupt(reason) | StoreError::Unavailable(reason)) => Some(reason),
            Err(StoreError::Closed) => None,
        }
    }

    /// The journal ends.
    pub(super) fn end(self, project: &str, faults: &mut Vec<Fault>) {
        faults.extend(self.places.into_iter().rev().map(|place| fault(project, place, BEYOND)));
        faults.extend(self.graphs.into_iter().rev().map(|place| graph_fault(project, place, BEYOND)));
    }
}

fn fault(project: &str, seq: Seq, problem: &str) -> Fault {
    Fault::of(project, FaultKind::Snapshot, Some(seq), format!("the snapshot: {problem}"))
}

fn graph_fault(project: &str, seq: Seq, problem: &str) -> Fault {
    Fault::of(project, FaultKind::Snapshot, Some(seq), format!("the graph text: {problem}"))
}
