//! The table `conversations`, row by row. Lists are not made here.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::domain::Timestamp;
use crate::store::sqlite::rows;
use crate::store::{
    ConversationChange, ConversationId, ConversationRow, ConversationStatus, ParticipantRow, StoreError,
    conversations,
};

use super::{leaving, moment, participants, place, word};

/// Enters a conversation and its participants.
pub(super) fn insert(
    connection: &Connection,
    row: &ConversationRow,
    participants: &[ParticipantRow],
) -> Result<(), StoreError> {
    conversations::check_new(row, participants)?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO conversations
         (conversation_id, project_id, client_id, title, status, created_by, created_at, head, metadata)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8) ON CONFLICT (conversation_id) DO NOTHING",
    )?;
    let inserted = statement.execute(params![
        row.conversation_id.to_string(),
        row.project_id,
        row.client_id,
        row.title,
        row.status.as_str(),
        row.created_by,
        row.created_at.millis(),
        row.metadata,
    ])?;
    if inserted == 0 {
        return Err(conversations::taken(row.conversation_id));
    }
    for participant in participants {
        participants::put(connection, participant)?;
    }
    Ok(())
}

/// The conversation with this id.
pub(super) fn get(
    connection: &Connection,
    id: ConversationId,
) -> Result<Option<ConversationRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT conversation_id, project_id, client_id, title, status, created_by, created_at,
         last_message_at, head, metadata FROM conversations WHERE conversation_id = ?1",
    )?;
    let mut found = statement.query_and_then([id.to_string()], conversation)?;
    found.next().transpose()
}

/// The number that its messages and participants are filed under, and its head.
pub(super) fn number(connection: &Connection, id: ConversationId) -> Result<Option<(i64, u64)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT conversation_number, head FROM conversations WHERE conversation_id = ?1")?;
    let found = statement.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(number, head)| Ok((number, place(head)?))).transpose()
}

/// Changes a conversation; false if there is none.
pub(super) fn update(
    connection: &Connection,
    id: ConversationId,
    change: &ConversationChange,
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE conversations SET title = coalesce(?2, title), status = coalesce(?3, status),
         metadata = coalesce(?4, metadata) WHERE conversation_id = ?1",
    )?;
    let status = change.status.map(ConversationStatus::as_str);
    Ok(statement.execute(params![id.to_string(), change.title, status, change.metadata])? > 0)
}

/// Removes a conversation and its participants; false if there is none. Its messages are out of reach then, and leave.
pub(in crate::store::sqlite) fn delete(
    connection: &Connection,
    id: ConversationId,
) -> Result<bool, StoreError> {
    let Some((number, _)) = number(connection, id)? else { return Ok(false) };
    connection
        .prepare_cached("DELETE FROM participants WHERE conversation_number = ?1")?
        .execute([number])?;
    connection
        .prepare_cached("DELETE FROM conversations WHERE conversation_number = ?1")?
        .execute([number])?;
    leaving::add(connection, number)?;
    Ok(true)
}

/// A row with the columns that [`get`] asks for.
pub(super) fn conversation(row: &Row<'_>) -> Result<ConversationRow, StoreError> {
    let status: String = row.get(4)?;
    Ok(ConversationRow {
        conversation_id: rows::uuid(&row.get::<_, String>(0)?)?,
        project_id: row.get(1)?,
        client_id: row.get(2)?,
        title: row.get(3)?,
        status: word(&status, &ConversationStatus::ALL, ConversationStatus::as_str)?,
        created_by: row.get(5)?,
        created_at: Timestamp::from_millis(row.get(6)?),
        last_message_at: moment(row.get(7)?),
        head: place(row.get(8)?)?,
        metadata: row.get(9)?,
    })
}
