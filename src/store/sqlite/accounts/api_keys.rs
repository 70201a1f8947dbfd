//! The table `api_keys`.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::domain::Timestamp;
use crate::store::sqlite::rows;
use crate::store::{ApiKeyRow, SecretHash, StoreError, accounts};

/// Enters a key.
pub(super) fn insert(connection: &Connection, key: &ApiKeyRow) -> Result<(), StoreError> {
    let ApiKeyRow { key_id, user_id, name, hash, created_at, expires_at } = key;
    let mut statement = connection.prepare_cached(
        "INSERT INTO api_keys (key_id, user_id, name, hash, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    )?;
    let expires_at = expires_at.map(Timestamp::millis);
    match statement.execute(params![
        key_id.to_string(),
        user_id,
        name,
        hash,
        created_at.millis(),
        expires_at
    ])? {
        0 => Err(accounts::taken("API key", *key_id)),
        _ => Ok(()),
    }
}

/// The key with this hash.
pub(super) fn by_hash(connection: &Connection, hash: &SecretHash) -> Result<Option<ApiKeyRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT key_id, user_id, name, hash, created_at, expires_at FROM api_keys WHERE hash = ?1",
    )?;
    let mut found = statement.query_and_then([hash], key)?;
    found.next().transpose()
}

/// The keys of a user, or all, oldest first.
pub(super) fn all(connection: &Connection, user_id: Option<&str>) -> Result<Vec<ApiKeyRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT key_id, user_id, name, hash, created_at, expires_at FROM api_keys
         WHERE ?1 IS NULL OR user_id = ?1 ORDER BY created_at, key_id",
    )?;
    statement.query_and_then([user_id], key)?.collect()
}

/// Removes a key; false if there is none.
pub(super) fn delete(connection: &Connection, key_id: Uuid) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM api_keys WHERE key_id = ?1")?;
    Ok(statement.execute([key_id.to_string()])? > 0)
}

fn key(row: &Row<'_>) -> Result<ApiKeyRow, StoreError> {
    Ok(ApiKeyRow {
        key_id: rows::uuid(&row.get::<_, String>(0)?)?,
        user_id: row.get(1)?,
        name: row.get(2)?,
        hash: row.get(3)?,
        created_at: Timestamp::from_millis(row.get(4)?),
        expires_at: row.get::<_, Option<i64>>(5)?.map(Timestamp::from_millis),
    })
}
