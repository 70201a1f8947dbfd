//! The table `messages`.

use rusqlite::{Connection, Row, params};

use crate::domain::Timestamp;
use crate::store::sqlite::rows;
use crate::store::{Appended, ConversationId, MessageQuery, MessageRole, MessageRow, NewMessage, StoreError};

use super::{entries, moment, place, word};

/// A message by its id.
pub(in crate::store::sqlite) const BY_ID: &str =
    "SELECT seq, message_id, author, author_name, role, text, at, edited_at, deleted_at, metadata
     FROM messages WHERE conversation_number = ?1 AND message_id = ?2";

/// Messages behind a place, from the first on.
pub(in crate::store::sqlite) const FIRST: &str =
    "SELECT seq, message_id, author, author_name, role, text, at, edited_at, deleted_at, metadata
     FROM messages WHERE conversation_number = ?1 AND seq > ?2 AND seq < ?3 ORDER BY seq LIMIT ?4";

/// Messages below a place, from the last on.
pub(in crate::store::sqlite) const LAST: &str =
    "SELECT seq, message_id, author, author_name, role, text, at, edited_at, deleted_at, metadata
     FROM messages WHERE conversation_number = ?1 AND seq > ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4";

/// Adds a message to the end of its conversation, unless that has it; none if there is no such conversation.
pub(super) fn append(connection: &Connection, new: &NewMessage) -> Result<Option<Appended>, StoreError> {
    let id = new.conversation_id;
    // Nothing comes between: there is one writer.
    let Some((number, head)) = entries::number(connection, id)? else { return Ok(None) };
    let known = match by_id(connection, id, number, &new.message_id)? {
        None => twin(connection, number, new)?,
        known => known,
    };
    if let Some(message) = known {
        return Ok(Some(Appended { message, is_new: false }));
    }
    let message = new.at_seq(head + 1);
    insert(connection, number, &message)?;
    let mut statement = connection.prepare_cached(
        "UPDATE conversations SET head = ?2, last_message_at = max(coalesce(last_message_at, ?3), ?3)
         WHERE conversation_number = ?1",
    )?;
    statement.execute(params![number, rows::clamp(message.seq), message.at.millis()])?;
    Ok(Some(Appended { message, is_new: true }))
}

fn insert(connection: &Connection, number: i64, message: &MessageRow) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO messages
         (conversation_number, seq, message_id, author, author_name, role, text, at, metadata)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    statement.execute(params![
        number,
        rows::clamp(message.seq),
        message.message_id,
        message.author,
        message.author_name,
        message.role.as_str(),
        message.text,
        message.at.millis(),
        message.metadata,
    ])?;
    Ok(())
}

/// A message that counts instead of a new one, looked for from the last one back.
fn twin(connection: &Connection, number: i64, new: &NewMessage) -> Result<Option<MessageRow>, StoreError> {
    let Some(since) = new.twin_since else { return Ok(None) };
    let mut statement = connection.prepare_cached(LAST)?;
    let everything = params![number, 0, i64::MAX, i64::MAX];
    for message in statement.query_and_then(everything, |row| message(row, new.conversation_id))? {
        let message = message?;
        if message.at < since {
            break;
        }
        if new.is_twin(&message) {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

/// A message of a conversation by its id.
pub(super) fn get(
    connection: &Connection,
    id: ConversationId,
    message_id: &str,
) -> Result<Option<MessageRow>, StoreError> {
    let _snapshot = connection.unchecked_transaction()?;
    match entries::number(connection, id)? {
        Some((number, _)) => by_id(connection, id, number, message_id),
        None => Ok(None),
    }
}

fn by_id(
    connection: &Connection,
    id: ConversationId,
    number: i64,
    message_id: &str,
) -> Result<Option<MessageRow>, StoreError> {
    let mut statement = connection.prepare_cached(BY_ID)?;
    let mut found = statement.query_and_then(params![number, message_id], |row| message(row, id))?;
    found.next().transpose()
}

/// The messages that are asked for.
pub(super) fn page(connection: &Connection, query: &MessageQuery) -> Result<Vec<MessageRow>, StoreError> {
    let _snapshot = connection.unchecked_transaction()?;
    let id = query.conversation_id;
    let Some((number, _)) = entries::number(connection, id)? else { return Ok(Vec::new()) };
    let wanted = params![
        number,
        rows::clamp(query.after.unwrap_or(0)),
        rows::clamp(query.before.unwrap_or(u64::MAX)),
        rows::clamp(query.limit),
    ];
    let mut statement = connection.prepare_cached(if query.after.is_some() { FIRST } else { LAST })?;
    let found = statement.query_and_then(wanted, |row| message(row, id))?;
    let mut messages = found.collect::<Result<Vec<_>, _>>()?;
    if query.after.is_none() {
        messages.reverse();
    }
    Ok(messages)
}

/// Gives a message another text.
pub(super) fn edit(
    connection: &Connection,
    id: ConversationId,
    message_id: &str,
    text: &str,
    at: Timestamp,
) -> Result<Option<MessageRow>, StoreError> {
    let Some((number, _)) = entries::number(connection, id)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "UPDATE messages SET text = ?3, edited_at = ?4
         WHERE conversation_number = ?1 AND message_id = ?2 AND deleted_at IS NULL",
    )?;
    match statement.execute(params![number, message_id, text, at.millis()])? {
        0 => Ok(None),
        _ => by_id(connection, id, number, message_id),
    }
}

/// Takes a message's text and metadata away.
pub(super) fn delete(
    connection: &Connection,
    id: ConversationId,
    message_id: &str,
    at: Timestamp,
) -> Result<Option<MessageRow>, StoreError> {
    let Some((number, _)) = entries::number(connection, id)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "UPDATE messages SET text = '', metadata = NULL, deleted_at = ?3
         WHERE conversation_number = ?1 AND message_id = ?2 AND deleted_at IS NULL",
    )?;
    statement.execute(params![number, message_id, at.millis()])?;
    by_id(connection, id, number, message_id)
}

fn message(row: &Row<'_>, id: ConversationId) -> Result<MessageRow, StoreError> {
    let role: String = row.get(4)?;
    Ok(MessageRow {
        conversation_id: id,
        seq: place(row.get(0)?)?,
        message_id: row.get(1)?,
        author: row.get(2)?,
        author_name: row.get(3)?,
        role: word(&role, &MessageRole::ALL, MessageRole::as_str)?,
        text: row.get(5)?,
        at: Timestamp::from_millis(row.get(6)?),
        edited_at: moment(row.get(7)?),
        deleted_at: moment(row.get(8)?),
        metadata: row.get(9)?,
    })
}
