//! Messages of conversations that are gone. They are out of reach already and leave a part at a time: many at once would
//! keep every other write waiting.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;

/// How many rows leave in one write.
pub(in crate::store::sqlite) const PART: u16 = 500;

/// Notes that the messages of a conversation leave.
pub(super) fn add(connection: &Connection, number: i64) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("INSERT INTO leaving_conversations (conversation_number) VALUES (?1)")?;
    statement.execute([number])?;
    Ok(())
}

/// Removes a part of what leaves; false if nothing is left of it.
pub(in crate::store::sqlite) fn see_off(connection: &Connection) -> Result<bool, StoreError> {
    let mut first =
        connection.prepare_cached("SELECT conversation_number FROM leaving_conversations LIMIT 1")?;
    let Some(number) = first.query_row([], |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(false);
    };
    let mut part = connection.prepare_cached(
        "DELETE FROM messages WHERE conversation_number = ?1 AND seq <= ?2 + (
             SELECT min(seq) FROM messages WHERE conversation_number = ?1)",
    )?;
    if part.execute(params![number, PART - 1])? == 0 {
        let mut done =
            connection.prepare_cached("DELETE FROM leaving_conversations WHERE conversation_number = ?1")?;
        done.execute([number])?;
    }
    Ok(true)
}

/// Removes what was left of it when the server last ended, each part in a transaction of its own.
pub(in crate::store::sqlite) fn see_off_all(connection: &Connection) -> Result<(), StoreError> {
    while see_off(connection)? {}
    Ok(())
}
