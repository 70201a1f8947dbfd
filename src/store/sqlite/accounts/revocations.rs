//! The table `revocations`.

use rusqlite::{Connection, Row, params};

use crate::domain::Timestamp;
use crate::store::sqlite::rows;
use crate::store::{RevocationRow, RevokedKind, StoreError};

/// Enters a revocation; false if there was one, which then lasts as long as the longer of the two.
pub(super) fn insert(connection: &Connection, revocation: RevocationRow) -> Result<bool, StoreError> {
    let RevocationRow { id, what, expires_at } = revocation;
    let (id, expires_at) = (id.to_string(), expires_at.millis());
    let mut statement = connection.prepare_cached(
        "INSERT INTO revocations (id, what, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    if statement.execute(params![id, stored(what), expires_at])? > 0 {
        return Ok(true);
    }
    let mut statement = connection.prepare_cached(
        "UPDATE revocations SET expires_at = ?3 WHERE id = ?1 AND what = ?2 AND expires_at < ?3",
    )?;
    statement.execute(params![id, stored(what), expires_at])?;
    Ok(false)
}

/// All revocations, those first that expire first.
pub(super) fn all(connection: &Connection) -> Result<Vec<RevocationRow>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT id, what, expires_at FROM revocations ORDER BY expires_at, id, what")?;
    statement.query_and_then([], revocation)?.collect()
}

/// Removes those that have expired.
pub(super) fn prune(connection: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM revocations WHERE expires_at <= ?1")?;
    Ok(statement.execute([now.millis()])?)
}

fn revocation(row: &Row<'_>) -> Result<RevocationRow, StoreError> {
    Ok(RevocationRow {
        id: rows::uuid(&row.get::<_, String>(0)?)?,
        what: kind(&row.get::<_, String>(1)?)?,
        expires_at: Timestamp::from_millis(row.get(2)?),
    })
}

fn stored(what: RevokedKind) -> &'static str {
    match what {
        RevokedKind::Token => "token",
        RevokedKind::Family => "family",
    }
}

fn kind(text: &str) -> Result<RevokedKind, StoreError> {
    match text {
        "token" => Ok(RevokedKind::Token),
        "family" => Ok(RevokedKind::Family),
        _ => Err(StoreError::Corrupt(format!("{text:?} is nothing that is revoked"))),
    }
}
