//! `graphroom invitation`: by what people become users, in a data directory that no server uses.

use std::process::ExitCode;

use uuid::Uuid;

use super::offline::{Failure, NOBODY, hand_over, in_accounts, note, remark, run_to_end};
use super::table::table;
use super::tell;
use crate::clock::system_clock;
use crate::config::{CreateInvitation, InvitationCommand, RevokeInvitation, Stored};
use crate::domain::Role;
use crate::identity::audit::{Kind, Note};
use crate::identity::invitations::{LONGEST, NewInvitation};
use crate::store::{InvitationRow, ProjectId};

/// Does it, and says by the exit code what came of it.
pub(super) fn run(command: &InvitationCommand) -> ExitCode {
    match command {
        InvitationCommand::Create(options) => run_to_end("invitation create", create(options)),
        InvitationCommand::List(stored) => run_to_end("invitation list", list(stored)),
        InvitationCommand::Revoke(options) => run_to_end("invitation revoke", revoke(options)),
    }
}

async fn create(options: &CreateInvitation) -> Result<(), Failure> {
    if options.expires > LONGEST {
        return Err(Failure::NotDone("--expires: an invitation counts for at most 720h".to_owned()));
    }
    let place = place(options)?;
    let new = NewInvitation { created_by: NOBODY.to_owned(), place, lifetime: options.expires };
    let (row, secret) = new.make(system_clock()())?;
    let (id, until) = (row.invitation_id, row.expires_at);
    let stored = in_accounts(&options.stored.data, async |store| {
        if let Some((project, _)) = place {
            store.project(project).await?.ok_or_else(|| no_project(&project.to_string()))?;
        }
        let made = noted(Kind::InvitationCreated, &row);
        store.create_invitation(row).await?;
        Ok(note(&*store, made).await?)
    });
    stored.await?;
    remark(&format!("invitation {id}, until {until}; it is not shown again:"));
    hand_over(secret.expose()).map_err(|error| {
        Failure::NotDone(format!("standard output: {error}; nobody has seen the invitation {id}: revoke it"))
    })
}

fn place(options: &CreateInvitation) -> Result<Option<(ProjectId, Role)>, Failure> {
    let (Some(project), Some(role)) = (&options.project, &options.role) else { return Ok(None) };
    let role = role.parse().map_err(|error| Failure::NotDone(format!("--role: {error}")))?;
    Ok(Some((project.parse().map_err(|_| no_project(project))?, role)))
}

fn noted(kind: Kind, row: &InvitationRow) -> Note {
    let note = Note::new(kind).of(&row.invitation_id.to_string()).in_project(row.project_id);
    note.with("role", row.role.map(Role::as_str))
}

fn no_project(id: &str) -> Failure {
    Failure::NotDone(format!("there is no project {id:?}"))
}

async fn list(stored: &Stored) -> Result<(), Failure> {
    let rows = in_accounts(&stored.data, async |store| Ok(store.invitations().await?)).await?;
    let now = system_clock()();
    Ok(tell(&as_table(rows.into_iter().filter(|row| row.expires_at > now).collect()))?)
}

fn as_table(rows: Vec<InvitationRow>) -> String {
    if rows.is_empty() {
        return "no invitation\n".to_owned();
    }
    let row = |row: InvitationRow| {
        let project = row.project_id.map_or("none".to_owned(), |id| id.to_string());
        let role = row.role.map_or("none", Role::as_str).to_owned();
        let times = [row.created_at, row.expires_at].map(|at| at.to_string());
        let [made, expires] = times;
        [row.invitation_id.to_string(), made, expires, project, role, row.created_by]
    };
    table(["ID", "MADE", "EXPIRES", "PROJECT", "ROLE", "BY"], rows.into_iter().map(row))
}

async fn revoke(options: &RevokeInvitation) -> Result<(), Failure> {
    let unknown = || Failure::NotDone(format!("there is no invitation {:?}", options.invitation_id));
    let id: Uuid = options.invitation_id.parse().map_err(|_| unknown())?;
    let revoked = in_accounts(&options.stored.data, async |store| {
        let rows = store.invitations().await?;
        let row = rows.into_iter().find(|row| row.invitation_id == id);
        let is_revoked = store.delete_invitation(id).await?;
        if let Some(row) = row.filter(|_| is_revoked) {
            note(&*store, noted(Kind::InvitationRevoked, &row)).await?;
        }
        Ok(is_revoked)
    });
    if !revoked.await? {
        return Err(unknown());
    }
    Ok(tell(&format!("revoked invitation {id}\n"))?)
}
