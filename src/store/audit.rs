//! The audit log: who did what, and what was refused. Entries are added; none is altered or removed.
//!
//! What is worth an entry is not decided here, nor that no secret is in one.

use crate::domain::Timestamp;

use super::{ProjectId, StoreError, StoreFuture};

/// Adds entries, and finds them.
pub trait Audit: Send + Sync + 'static {
    /// Adds entries, in this order, all or none; on disk when it returns `Ok`.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn append_audit(&self, entries: Vec<AuditEntry>) -> StoreFuture<'_, Result<(), StoreError>>;

    /// A page of the entries, the newest first. Its length is what it costs, and that of what it passes over.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn audit(&self, query: AuditQuery) -> StoreFuture<'_, Result<AuditPage, StoreError>>;
}

/// Something that happened, or was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// What, in a word.
    pub kind: String,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Who wanted it, or claimed to be who wanted it.
    pub user_id: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// In which project.
    pub project_id: Option<ProjectId>,
    /// To what or whom it was done.
    pub target: Option<String>,
    /// What else there is to say: a JSON text.
    pub detail: Option<String>,
}

impl AuditEntry {
    /// About how much it adds to a transaction.
    pub(super) fn bytes(&self) -> usize {
        let texts = [&self.user_id, &self.address, &self.target, &self.detail];
        self.kind.len() + texts.into_iter().flatten().map(String::len).sum::<usize>()
    }
}

/// What became of what somebody wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Denied,
}

impl Outcome {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Denied => "denied",
        }
    }
}

/// Which entries are wanted: those that all given fields fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only those before this one: the [`next`](AuditPage::next) of the page before.
    pub before: Option<u64>,
    /// How many there may be in the page.
    pub limit: usize,
    /// Only those of this user.
    pub user_id: Option<String>,
    /// Only those of this kind.
    pub kind: Option<String>,
    /// Only those in this project.
    pub project_id: Option<ProjectId>,
    /// Only those with this outcome.
    pub outcome: Option<Outcome>,
    /// Only those of this moment and later.
    pub from: Option<Timestamp>,
    /// Only those before this moment.
    pub to: Option<Timestamp>,
}

/// A page of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries with their ids, which grow with every entry, the newest first.
    pub entries: Vec<(u64, AuditEntry)>,
    /// What to ask for as [`before`](AuditQuery::before) to get the next page. None if this is the last one.
    pub next: Option<u64>,
}

impl AuditPage {
    /// Of `found`, which is one more than the page may have, if there are more, the page.
    pub(super) fn cut(mut found: Vec<(u64, AuditEntry)>, limit: usize) -> Self {
        let is_last = found.len() <= limit;
        found.truncate(limit);
        let next = found.last().map(|(id, _)| *id).filter(|_| !is_last);
        Self { entries: found, next }
    }
}
