//! The table `participants`.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::domain::Timestamp;
use crate::store::sqlite::rows;
use crate::store::{ConversationId, ParticipantRow, StoreError};

use super::{entries, moment, place};

/// Enters a participant; false if there is no such conversation.
pub(super) fn put(connection: &Connection, row: &ParticipantRow) -> Result<bool, StoreError> {
    let Some((number, head)) = entries::number(connection, row.conversation_id)? else { return Ok(false) };
    let mut statement = connection.prepare_cached(
        "INSERT INTO participants (conversation_number, user_id, name, joined_at, read_seq, read_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET name = excluded.name",
    )?;
    let ParticipantRow { user_id, name, joined_at, read_seq, read_at, .. } = row;
    let (read_seq, read_at) = (rows::clamp(*read_seq.min(&head)), read_at.map(Timestamp::millis));
    statement.execute(params![number, user_id, name, joined_at.millis(), read_seq, read_at])?;
    Ok(true)
}

/// Removes a participant; false if there is none.
pub(super) fn delete(connection: &Connection, id: ConversationId, user_id: &str) -> Result<bool, StoreError> {
    let Some((number, _)) = entries::number(connection, id)? else { return Ok(false) };
    let mut statement = connection
        .prepare_cached("DELETE FROM participants WHERE conversation_number = ?1 AND user_id = ?2")?;
    Ok(statement.execute(params![number, user_id])? > 0)
}

/// The participants of a conversation.
pub(super) fn all(connection: &Connection, id: ConversationId) -> Result<Vec<ParticipantRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT user_id, name, joined_at, read_seq, read_at FROM participants
         WHERE conversation_number = (SELECT conversation_number FROM conversations WHERE conversation_id = ?1)
         ORDER BY joined_at, user_id",
    )?;
    let participant = |row: &Row<'_>| -> Result<ParticipantRow, StoreError> {
        Ok(ParticipantRow {
            conversation_id: id,
            user_id: row.get(0)?,
            name: row.get(1)?,
            joined_at: Timestamp::from_millis(row.get(2)?),
            read_seq: place(row.get(3)?)?,
            read_at: moment(row.get(4)?),
        })
    };
    statement.query_and_then([id.to_string()], participant)?.collect()
}

/// Notes how far a participant has read, and gives what counts now.
pub(super) fn mark_read(
    connection: &Connection,
    id: ConversationId,
    user_id: &str,
    seq: u64,
    at: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let Some((number, head)) = entries::number(connection, id)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "UPDATE participants SET read_at = iif(?3 > read_seq, ?4, read_at), read_seq = max(read_seq, ?3)
         WHERE conversation_number = ?1 AND user_id = ?2 RETURNING read_seq",
    )?;
    let mark = params![number, user_id, rows::clamp(seq.min(head)), at.millis()];
    let counts = statement.query_row(mark, |row| row.get(0)).optional()?;
    counts.map(place).transpose()
}
