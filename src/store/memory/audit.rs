//! The audit log in memory.

use crate::store::audit::{Audit, AuditEntry, AuditPage, AuditQuery};
use crate::store::{StoreError, StoreFuture};

use super::{MemoryStore, Tables};

impl AuditQuery {
    fn fits(&self, entry: &AuditEntry) -> bool {
        self.user_id.as_ref().is_none_or(|user_id| entry.user_id.as_ref() == Some(user_id))
            && self.kind.as_ref().is_none_or(|kind| entry.kind == *kind)
            && self.project_id.is_none_or(|project| entry.project_id == Some(project))
            && self.outcome.is_none_or(|outcome| entry.outcome == outcome)
            && self.from.is_none_or(|from| entry.at >= from)
            && self.to.is_none_or(|to| entry.at < to)
    }
}

impl Tables {
    fn audit(&self, query: &AuditQuery) -> AuditPage {
        let numbered = (1_u64..).zip(&self.audit).filter(|(id, _)| query.before.is_none_or(|end| *id < end));
        let mut found: Vec<_> = numbered.filter(|(_, entry)| query.fits(entry)).collect();
        found.reverse();
        found.truncate(query.limit.saturating_add(1));
        AuditPage::cut(found.into_iter().map(|(id, entry)| (id, entry.clone())).collect(), query.limit)
    }
}

impl Audit for MemoryStore {
    fn append_audit(&self, entries: Vec<AuditEntry>) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.tables()?.audit.extend(entries);
            Ok(())
        })
    }

    fn audit(&self, query: AuditQuery) -> StoreFuture<'_, Result<AuditPage, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.audit(&query)) })
    }
}
