//! Published events on SQLite.

use rusqlite::{Connection, Row, params};

use crate::domain::Timestamp;
use crate::store::{
    NewPublished, Published, PublishedOutcome, PublishedQuery, PublishedRow, SessionId, StoreError,
    StoreFuture, published,
};

use super::conversations::leaving::PART;
use super::{SqliteStore, rows};

/// An event by its name.
pub(super) const BY_NAME: &str =
    "SELECT n, message_id, event_type, at, payload, phase_id, turn_id, author FROM published
     WHERE session_id = ?1 AND message_id = ?2";

/// Events behind a place, from the first on.
pub(super) const FIRST: &str =
    "SELECT n, message_id, event_type, at, payload, phase_id, turn_id, author FROM published
     WHERE session_id = ?1 AND n > ?2 ORDER BY n LIMIT ?3";

/// Events from the last on.
pub(super) const LAST: &str =
    "SELECT n, message_id, event_type, at, payload, phase_id, turn_id, author FROM published
     WHERE session_id = ?1 AND n > ?2 ORDER BY n DESC LIMIT ?3";

fn publish(connection: &Connection, new: &NewPublished) -> Result<PublishedOutcome, StoreError> {
    // Nothing comes between: there is one writer.
    let named = new.message_id.as_ref().map(|name| by_name(connection, new.session_id, name));
    if let Some(event) = named.transpose()?.flatten() {
        return Ok(PublishedOutcome { event, is_new: false });
    }
    let n = last(connection, new.session_id)? + 1;
    let name = new.message_id.clone().map_or_else(|| free_name(connection, new.session_id, n), Ok)?;
    let event = new.named(n, name);
    insert(connection, &event)?;
    Ok(PublishedOutcome { event, is_new: true })
}

fn free_name(connection: &Connection, session: SessionId, n: u64) -> Result<String, StoreError> {
    for name in NewPublished::names(n) {
        if by_name(connection, session, &name)?.is_none() {
            return Ok(name);
        }
    }
    Err(published::no_name(session, n))
}

/// The place of the last event of a session, or 0.
fn last(connection: &Connection, session: SessionId) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT max(n) FROM published WHERE session_id = ?1")?;
    let last: Option<i64> = statement.query_row([session.to_string()], |row| row.get(0))?;
    last.map_or(Ok(0), place)
}

fn insert(connection: &Connection, event: &PublishedRow) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO published
         (session_id, n, message_id, event_type, at, payload, phase_id, turn_id, author)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let PublishedRow { session_id, n, message_id, event_type, at, payload, phase_id, turn_id, author } =
        event;
    statement.execute(params![
        session_id.to_string(),
        rows::clamp(*n),
        message_id,
        event_type,
        at.millis(),
        payload,
        phase_id,
        turn_id,
        author
    ])?;
    Ok(())
}

fn by_name(
    connection: &Connection,
    session: SessionId,
    name: &str,
) -> Result<Option<PublishedRow>, StoreError> {
    let mut statement = connection.prepare_cached(BY_NAME)?;
    let mut found = statement.query_and_then([&*session.to_string(), name], |row| event(row, session))?;
    found.next().transpose()
}

fn page(connection: &Connection, query: &PublishedQuery) -> Result<Vec<PublishedRow>, StoreError> {
    let PublishedQuery { session_id, after, limit } = *query;
    let wanted = params![session_id.to_string(), rows::clamp(after.unwrap_or(0)), rows::clamp(limit)];
    let mut statement = connection.prepare_cached(if after.is_some() { FIRST } else { LAST })?;
    let found = statement.query_and_then(wanted, |row| event(row, session_id))?;
    let mut events = found.collect::<Result<Vec<_>, _>>()?;
    if after.is_none() {
        events.reverse();
    }
    Ok(events)
}

/// Removes the first events of a session, none behind `end`, and says how many.
fn delete_part(connection: &Connection, session: SessionId, end: u64) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM published WHERE session_id = ?1 AND n <= ?2 AND n <= ?3 + (
             SELECT min(n) FROM published WHERE session_id = ?1)",
    )?;
    Ok(statement.execute(params![session.to_string(), rows::clamp(end), PART - 1])? as u64)
}

fn event(row: &Row<'_>, session_id: SessionId) -> Result<PublishedRow, StoreError> {
    Ok(PublishedRow {
        session_id,
        n: place(row.get(0)?)?,
        message_id: row.get(1)?,
        event_type: row.get(2)?,
        at: Timestamp::from_millis(row.get(3)?),
        payload: row.get(4)?,
        phase_id: row.get(5)?,
        turn_id: row.get(6)?,
        author: row.get(7)?,
    })
}

fn place(stored: i64) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::Corrupt(format!("{stored} is no place of an event")))
}

impl Published for SqliteStore {
    fn publish(&self, event: NewPublished) -> StoreFuture<'_, Result<PublishedOutcome, StoreError>> {
        let bytes = event.bytes();
        Box::pin(self.change(bytes, move |connection| publish(connection, &event)))
    }

    fn published(&self, query: PublishedQuery) -> StoreFuture<'_, Result<Vec<PublishedRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| page(connection, &query)))
    }

    fn delete_published(&self, session: SessionId) -> StoreFuture<'_, Result<u64, StoreError>> {
        Box::pin(async move {
            // What comes meanwhile stays, and is numbered on.
            let end = self.readers.read(move |connection| last(connection, session)).await?;
            let mut gone = 0;
            loop {
                match self.change(0, move |connection| delete_part(connection, session, end)).await? {
                    0 => return Ok(gone),
                    part => gone += part,
                }
            }
        })
    }
}
