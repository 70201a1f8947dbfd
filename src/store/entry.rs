//! What a record changes in the catalogue: the project's name, its template, whether it is there.
//!
//! The journal is the truth; a row of the catalogue repeats what it says of these, so that projects are
//! found and listed without reading journals. Both are written in one transaction.

use crate::domain::{Effect, Record};

use super::{EncodedRecord, ProjectRow};

/// What of a project's row changes. By default, nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryChange {
    /// The new name.
    pub name: Option<String>,
    /// The new template.
    pub template_id: Option<String>,
    /// Whether the project is deleted.
    pub deleted: bool,
}

impl EntryChange {
    /// What `record` changes.
    pub(super) fn of(record: &Record) -> Self {
        let mut change = Self::default();
        for effect in &record.effects {
            match effect {
                Effect::ProjectName { after, .. } => change.name = Some(after.to_string()),
                Effect::Template { after, .. } => change.template_id = Some(after.id.to_string()),
                Effect::Deleted => change.deleted = true,
                Effect::Node { .. }
                | Effect::Property { .. }
                | Effect::Place { .. }
                | Effect::BlockedBy { .. }
                | Effect::Graph { .. }
                | Effect::Strict { .. }
                | Effect::Life { .. } => {}
            }
        }
        change
    }

    /// What `records` change, one after the other.
    pub(super) fn of_all(records: &[EncodedRecord]) -> Self {
        let mut change = Self::default();
        records.iter().for_each(|record| change.then(record.entry.clone()));
        change
    }

    /// Adds what changes after this.
    pub(super) fn then(&mut self, next: Self) {
        self.name = next.name.or(self.name.take());
        self.template_id = next.template_id.or(self.template_id.take());
        self.deleted |= next.deleted;
    }

    /// Whether the row stays as it is.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes the new name and template into `row`.
    pub(super) fn apply(&self, row: &mut ProjectRow) {
        if let Some(name) = &self.name {
            row.name.clone_from(name);
        }
        if let Some(template_id) = &self.template_id {
            row.template_id.clone_from(template_id);
        }
    }
}
