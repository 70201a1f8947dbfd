//! The table `session_tokens`.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::domain::Timestamp;
use crate::store::sqlite::rows;
use crate::store::{SecretHash, SessionTokenRow, StoreError, accounts};

/// Enters a session token, and gives those of its user that went for it.
pub(super) fn insert(
    connection: &Connection,
    token: &SessionTokenRow,
    at_most: usize,
) -> Result<Vec<SessionTokenRow>, StoreError> {
    // Those that are there, without the new one: that stays, whatever its times are.
    let mut evicted = of(connection, &token.user_id)?;
    let SessionTokenRow { token_id, hash, user_id, created_at, last_used_at } = token;
    let mut statement = connection.prepare_cached(
        "INSERT INTO session_tokens (token_id, hash, user_id, created_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?;
    let row = params![token_id.to_string(), hash, user_id, created_at.millis(), last_used_at.millis()];
    if statement.execute(row)? == 0 {
        return Err(accounts::taken("session token", *token_id));
    }
    evicted.sort_by_key(SessionTokenRow::age);
    evicted.truncate(evicted.len().saturating_sub(at_most.saturating_sub(1)));
    for token in &evicted {
        delete(connection, token.token_id)?;
    }
    Ok(evicted)
}

fn of(connection: &Connection, user_id: &str) -> Result<Vec<SessionTokenRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT token_id, hash, user_id, created_at, last_used_at FROM session_tokens WHERE user_id = ?1",
    )?;
    statement.query_and_then([user_id], token)?.collect()
}

/// The session token with this hash.
pub(super) fn by_hash(
    connection: &Connection,
    hash: &SecretHash,
) -> Result<Option<SessionTokenRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT token_id, hash, user_id, created_at, last_used_at FROM session_tokens WHERE hash = ?1",
    )?;
    let mut found = statement.query_and_then([hash], token)?;
    found.next().transpose()
}

/// Notes a use; false if there is no such token.
pub(super) fn note_use(connection: &Connection, token_id: Uuid, at: Timestamp) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE session_tokens SET last_used_at = max(last_used_at, ?2) WHERE token_id = ?1",
    )?;
    Ok(statement.execute(params![token_id.to_string(), at.millis()])? > 0)
}

/// Removes a session token; false if there is none.
pub(super) fn delete(connection: &Connection, token_id: Uuid) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM session_tokens WHERE token_id = ?1")?;
    Ok(statement.execute([token_id.to_string()])? > 0)
}

/// Removes those of a user.
pub(super) fn delete_of(connection: &Connection, user_id: &str) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM session_tokens WHERE user_id = ?1")?;
    Ok(statement.execute([user_id])?)
}

/// Removes those that were last used before this.
pub(super) fn prune(connection: &Connection, not_used_since: Timestamp) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM session_tokens WHERE last_used_at < ?1")?;
    Ok(statement.execute([not_used_since.millis()])?)
}

fn token(row: &Row<'_>) -> Result<SessionTokenRow, StoreError> {
    Ok(SessionTokenRow {
        token_id: rows::uuid(&row.get::<_, String>(0)?)?,
        hash: row.get(1)?,
        user_id: row.get(2)?,
        created_at: Timestamp::from_millis(row.get(3)?),
        last_used_at: Timestamp::from_millis(row.get(4)?),
    })
}
