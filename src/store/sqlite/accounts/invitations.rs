//! The table `invitations`.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::domain::{Role, Timestamp};
use crate::store::sqlite::{members, rows};
use crate::store::{InvitationRow, Redeemed, SecretHash, StoreError, UserRow, accounts, catalogue};

use super::users;

/// Enters an invitation.
pub(super) fn insert(connection: &Connection, invitation: &InvitationRow) -> Result<(), StoreError> {
    let InvitationRow { invitation_id, hash, project_id, role, created_by, created_at, expires_at } =
        invitation;
    if let Some(project) = *project_id
        && !members::is_there(connection, project)?
    {
        return Err(catalogue::no_project(project));
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO invitations (invitation_id, hash, project_id, role, created_by, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
    )?;
    match statement.execute(params![
        invitation_id.to_string(),
        hash,
        project_id.map(|id| id.to_string()),
        role.map(Role::as_str),
        created_by,
        created_at.millis(),
        expires_at.millis(),
    ])? {
        0 => Err(accounts::taken("invitation", *invitation_id)),
        _ => Ok(()),
    }
}

/// The invitation goes, and the user is there, with its role.
pub(super) fn redeem(
    connection: &Connection,
    hash: &SecretHash,
    now: Timestamp,
    user: &UserRow,
) -> Result<Redeemed, StoreError> {
    let Some(invitation) = by_hash(connection, hash)?.filter(|found| found.expires_at > now) else {
        return Ok(Redeemed::Unknown);
    };
    if !users::insert(connection, user)? {
        return Ok(Redeemed::UserTaken);
    }
    delete(connection, invitation.invitation_id)?;
    if let (Some(project), Some(role)) = (invitation.project_id, invitation.role) {
        // False if it was deleted meanwhile.
        members::set_role(connection, project, &user.user_id, role, now)?;
    }
    Ok(Redeemed::Done(invitation))
}

fn by_hash(connection: &Connection, hash: &SecretHash) -> Result<Option<InvitationRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT invitation_id, hash, project_id, role, created_by, created_at, expires_at
         FROM invitations WHERE hash = ?1",
    )?;
    let mut found = statement.query_and_then([hash], invitation)?;
    found.next().transpose()
}

/// All invitations, oldest first.
pub(super) fn all(connection: &Connection) -> Result<Vec<InvitationRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT invitation_id, hash, project_id, role, created_by, created_at, expires_at
         FROM invitations ORDER BY created_at, invitation_id",
    )?;
    statement.query_and_then([], invitation)?.collect()
}

/// Removes an invitation; false if there is none.
pub(super) fn delete(connection: &Connection, invitation_id: Uuid) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("DELETE FROM invitations WHERE invitation_id = ?1")?;
    Ok(statement.execute([invitation_id.to_string()])? > 0)
}

fn invitation(row: &Row<'_>) -> Result<InvitationRow, StoreError> {
    Ok(InvitationRow {
        invitation_id: rows::uuid(&row.get::<_, String>(0)?)?,
        hash: row.get(1)?,
        project_id: row.get::<_, Option<String>>(2)?.as_deref().map(rows::uuid).transpose()?,
        role: row.get::<_, Option<String>>(3)?.as_deref().map(members::role).transpose()?,
        created_by: row.get(4)?,
        created_at: Timestamp::from_millis(row.get(5)?),
        expires_at: Timestamp::from_millis(row.get(6)?),
    })
}
