//! Members on SQLite.

use rusqlite::{Connection, Params, Row, params};

use crate::domain::{Role, Timestamp};
use crate::store::{MemberRow, Members, ProjectId, StoreError, StoreFuture};

use super::{SqliteStore, rows};

/// Gives a user a role in a project that is there.
pub(super) fn insert(
    connection: &Connection,
    project: ProjectId,
    user_id: &str,
    role: Role,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO members (project_id, user_id, role, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET role = excluded.role, since = excluded.since WHERE role <> excluded.role",
    )?;
    statement.execute(params![project.to_string(), user_id, role.as_str(), at.millis()])?;
    Ok(())
}

/// Gives a user a role in a project; false if that is not there.
pub(super) fn set_role(
    connection: &Connection,
    project: ProjectId,
    user_id: &str,
    role: Role,
    at: Timestamp,
) -> Result<bool, StoreError> {
    if !is_there(connection, project)? {
        return Ok(false);
    }
    insert(connection, project, user_id, role, at)?;
    Ok(true)
}

/// Whether there is such a project, and it is not deleted.
pub(super) fn is_there(connection: &Connection, project: ProjectId) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM projects WHERE project_id = ?1 AND deleted_at IS NULL")?;
    Ok(statement.exists([project.to_string()])?)
}

fn remove_role(connection: &Connection, project: ProjectId, user_id: &str) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "DELETE FROM members WHERE user_id = ?2
         AND project_id = (SELECT project_id FROM projects WHERE project_id = ?1 AND deleted_at IS NULL)",
    )?;
    Ok(statement.execute([&*project.to_string(), user_id])? > 0)
}

fn list(connection: &Connection, sql: &str, of: impl Params) -> Result<Vec<MemberRow>, StoreError> {
    connection.prepare_cached(sql)?.query_and_then(of, member)?.collect()
}

fn members(connection: &Connection, project: ProjectId) -> Result<Vec<MemberRow>, StoreError> {
    let sql = "SELECT project_id, user_id, role, since FROM members JOIN projects USING (project_id)
               WHERE project_id = ?1 AND deleted_at IS NULL ORDER BY user_id";
    list(connection, sql, [project.to_string()])
}

fn all_roles(connection: &Connection) -> Result<Vec<MemberRow>, StoreError> {
    let sql = "SELECT project_id, user_id, role, since FROM members JOIN projects USING (project_id)
               WHERE deleted_at IS NULL ORDER BY project_id, user_id";
    list(connection, sql, [])
}

fn member(row: &Row<'_>) -> Result<MemberRow, StoreError> {
    Ok(MemberRow {
        project_id: rows::uuid(&row.get::<_, String>(0)?)?,
        user_id: row.get(1)?,
        role: role(&row.get::<_, String>(2)?)?,
        since: Timestamp::from_millis(row.get(3)?),
    })
}

/// A role as it was stored.
pub(super) fn role(text: &str) -> Result<Role, StoreError> {
    text.parse().map_err(|error| StoreError::Corrupt(format!("{text:?} is no role: {error}")))
}

impl Members for SqliteStore {
    fn set_role(
        &self,
        project: ProjectId,
        user_id: &str,
        role: Role,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<bool, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(self.change(0, move |connection| set_role(connection, project, &user_id, role, at)))
    }

    fn remove_role(&self, project: ProjectId, user_id: &str) -> StoreFuture<'_, Result<bool, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(self.change(0, move |connection| remove_role(connection, project, &user_id)))
    }

    fn members(&self, project: ProjectId) -> StoreFuture<'_, Result<Vec<MemberRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| members(connection, project)))
    }

    fn all_roles(&self) -> StoreFuture<'_, Result<Vec<MemberRow>, StoreError>> {
        Box::pin(self.readers.read(all_roles))
    }
}
