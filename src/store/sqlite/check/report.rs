//! What a check found.

use std::fmt;

use serde::Serialize;

use crate::domain::Seq;

/// What was checked, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Every project, the deleted ones and those that only left a journal too, by id.
    pub projects: Vec<CheckedProject>,
    /// Records of all projects.
    pub records: u64,
    /// The length of their texts.
    pub bytes: u64,
    /// What is wrong: with the file, with each project in turn, with sessions, versions, accounts
    /// and conversations.
    pub faults: Vec<Fault>,
}

impl CheckReport {
    pub(super) fn add(&mut self, project: CheckedProject, faults: Vec<Fault>) {
        self.records += project.records;
        self.bytes += project.bytes;
        self.projects.push(project);
        self.faults.extend(faults);
    }
}

/// A project that was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckedProject {
    /// Its id, as it is stored.
    pub project_id: String,
    /// What the catalogue calls it; none if that does not know it.
    pub name: Option<String>,
    /// Whether the catalogue says that it was deleted.
    pub deleted: bool,
    /// How many records it has.
    pub records: u64,
    /// The length of their texts.
    pub bytes: u64,
    /// Where its journal ends.
    pub head: Seq,
    /// How many snapshots it has.
    pub snapshots: usize,
    /// How many of the faults are its own.
    pub faults: usize,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Of what kind it is.
    pub kind: FaultKind,
    /// The project; none if it is about the file, an account, a session without one, or a conversation.
    pub project_id: Option<String>,
    /// Where in the project's journal; none if it is about no one place.
    pub seq: Option<Seq>,
    /// What is wrong, for people.
    pub message: String,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// SQLite cannot read its own file, or finds it inconsistent.
    Database,
    /// A record's text was altered, or is none that this program knows.
    Record,
    /// A record is missing, or stands where it does not belong.
    Order,
    /// A record does not say truly what was there before it.
    Replay,
    /// The journal does not end as it did when it was written to last.
    End,
    /// The catalogue says something else than the journal, or does not fit together.
    Catalogue,
    /// A snapshot is not what the journal gives at its place. Nothing is lost: it is made from the journal, and a
    /// server that cannot use it passes it over.
    Snapshot,
    /// A named version is of no project, or where no command ends.
    Version,
    /// A role is in no project or is none, an API key is of no user, an invitation is to no project, or one of them cannot be
    /// read.
    Account,
    /// A conversation's messages are not numbered from 1 to its head, or somebody is in none or has read what was
    /// never said there.
    Conversation,
    /// What was published in a session has a gap.
    Published,
}

impl Fault {
    pub(super) fn of(project_id: &str, kind: FaultKind, seq: Option<Seq>, message: String) -> Self {
        Self { kind, project_id: Some(project_id.to_owned()), seq, message }
    }

    pub(super) fn of_database(message: String) -> Self {
        Self::of_its_own(FaultKind::Database, message)
    }

    /// One that is about no project.
    pub(super) fn of_its_own(kind: FaultKind, message: String) -> Self {
        Self { kind, project_id: None, seq: None, message }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.project_id, self.seq) {
            (Some(project_id), Some(seq)) => write!(f, "project {project_id}, seq {seq}: ")?,
            (Some(project_id), None) => write!(f, "project {project_id}: ")?,
            (None, _) if self.kind == FaultKind::Database => f.write_str("database: ")?,
            (None, _) => {}
        }
        f.write_str(&self.message)
    }
}
