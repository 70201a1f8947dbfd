//! The audit log on SQLite. That its rows are not altered or removed is held by triggers in the database.

use rusqlite::{Connection, Row, params};

use crate::domain::Timestamp;
use crate::store::audit::{Audit, AuditEntry, AuditPage, AuditQuery, Outcome};
use crate::store::{StoreError, StoreFuture};

use super::{SqliteStore, rows};

fn append(connection: &Connection, entries: &[AuditEntry]) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO audit (at, kind, outcome, user_id, address, project_id, target, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for entry in entries {
        let AuditEntry { at, kind, outcome, user_id, address, project_id, target, detail } = entry;
        let (outcome, project_id) = (outcome.as_str(), project_id.map(|id| id.to_string()));
        statement.execute(params![
            at.millis(),
            kind,
            outcome,
            user_id,
            address,
            project_id,
            target,
            detail
        ])?;
    }
    Ok(())
}

fn page(connection: &Connection, query: &AuditQuery) -> Result<AuditPage, StoreError> {
    let AuditQuery { before, limit, user_id, kind, project_id, outcome, from, to } = query;
    // An index for each filter would be paid by every entry; the log is read seldom, and from its end.
    let mut statement = connection.prepare_cached(
        "SELECT id, at, kind, outcome, user_id, address, project_id, target, detail FROM audit
         WHERE id < ?1 AND (?2 IS NULL OR user_id = ?2) AND (?3 IS NULL OR kind = ?3)
         AND (?4 IS NULL OR project_id = ?4) AND (?5 IS NULL OR outcome = ?5)
         AND (?6 IS NULL OR at >= ?6) AND (?7 IS NULL OR at < ?7)
         ORDER BY id DESC LIMIT ?8",
    )?;
    let wanted = params![
        rows::clamp(before.unwrap_or(u64::MAX)),
        user_id,
        kind,
        project_id.map(|id| id.to_string()),
        outcome.map(Outcome::as_str),
        from.map(Timestamp::millis),
        to.map(Timestamp::millis),
        // One more, to see whether it is the last page.
        rows::clamp(limit.saturating_add(1)),
    ];
    let found = statement.query_and_then(wanted, entry)?.collect::<Result<Vec<_>, _>>()?;
    Ok(AuditPage::cut(found, *limit))
}

fn entry(row: &Row<'_>) -> Result<(u64, AuditEntry), StoreError> {
    let entry = AuditEntry {
        at: Timestamp::from_millis(row.get(1)?),
        kind: row.get(2)?,
        outcome: outcome(&row.get::<_, String>(3)?)?,
        user_id: row.get(4)?,
        address: row.get(5)?,
        project_id: row.get::<_, Option<String>>(6)?.as_deref().map(rows::uuid).transpose()?,
        target: row.get(7)?,
        detail: row.get(8)?,
    };
    Ok((id(row.get(0)?)?, entry))
}

fn id(stored: i64) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::Corrupt(format!("{stored} is no entry of the audit log")))
}

fn outcome(text: &str) -> Result<Outcome, StoreError> {
    let known = [Outcome::Done, Outcome::Denied].into_iter().find(|outcome| outcome.as_str() == text);
    known.ok_or_else(|| StoreError::Corrupt(format!("{text:?} is no outcome")))
}

impl Audit for SqliteStore {
    fn append_audit(&self, entries: Vec<AuditEntry>) -> StoreFuture<'_, Result<(), StoreError>> {
        let bytes = entries.iter().map(AuditEntry::bytes).sum();
        Box::pin(self.change(bytes, move |connection| append(connection, &entries)))
    }

    fn audit(&self, query: AuditQuery) -> StoreFuture<'_, Result<AuditPage, StoreError>> {
        Box::pin(self.readers.read(move |connection| page(connection, &query)))
    }
}
