//! The table `users`.

use rusqlite::{Connection, Row, params};

use crate::domain::Timestamp;
use crate::store::{StoreError, UserChange, UserRow};

/// Enters a user; false if the id is taken.
pub(super) fn insert(connection: &Connection, user: &UserRow) -> Result<bool, StoreError> {
    let UserRow { user_id, name, password_hash, is_admin, is_disabled, created_at } = user;
    let mut statement = connection.prepare_cached(
        "INSERT INTO users (user_id, name, password_hash, is_admin, is_disabled, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (user_id) DO NOTHING",
    )?;
    let row = params![user_id, name, password_hash, is_admin, is_disabled, created_at.millis()];
    Ok(statement.execute(row)? > 0)
}

/// Changes a user, and gives what it is now.
pub(super) fn update(
    connection: &Connection,
    user_id: &str,
    change: &UserChange,
) -> Result<Option<UserRow>, StoreError> {
    // Nothing comes between: there is one writer.
    let Some(mut user) = get(connection, user_id)? else { return Ok(None) };
    change.apply(&mut user);
    let mut statement = connection.prepare_cached(
        "UPDATE users SET name = ?2, password_hash = ?3, is_admin = ?4, is_disabled = ?5 WHERE user_id = ?1",
    )?;
    let UserRow { name, password_hash, is_admin, is_disabled, .. } = &user;
    statement.execute(params![user_id, name, password_hash, is_admin, is_disabled])?;
    Ok(Some(user))
}

/// The user with this id.
pub(super) fn get(connection: &Connection, user_id: &str) -> Result<Option<UserRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT user_id, name, password_hash, is_admin, is_disabled, created_at
         FROM users WHERE user_id = ?1",
    )?;
    let mut found = statement.query_and_then([user_id], user)?;
    found.next().transpose()
}

/// All users, by id.
pub(super) fn all(connection: &Connection) -> Result<Vec<UserRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT user_id, name, password_hash, is_admin, is_disabled, created_at FROM users ORDER BY user_id",
    )?;
    statement.query_and_then([], user)?.collect()
}

fn user(row: &Row<'_>) -> Result<UserRow, StoreError> {
    Ok(UserRow {
        user_id: row.get(0)?,
        name: row.get(1)?,
        password_hash: row.get(2)?,
        is_admin: row.get(3)?,
        is_disabled: row.get(4)?,
        created_at: Timestamp::from_millis(row.get(5)?),
    })
}
