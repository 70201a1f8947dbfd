//! Invitations: who shows one becomes a user of a name that it chooses, once.
//!
//! Who may invite whom to what is not decided here.

use std::net::IpAddr;
use std::time::Duration;

use uuid::Uuid;

use super::accounts::NotChanged;
use super::audit::{Kind, Note};
use super::secrets::{NoRandomness, Secret, SecretKind};
use super::sign_in::Proven;
use super::{Denied, Identity, InvitationRow, StoreError, UserRow, ended};
use crate::domain::{Role, Timestamp};
use crate::store::{ProjectId, Redeemed};

/// For how long an invitation counts if nobody says.
pub const LIFETIME: Duration = Duration::from_secs(7 * 86_400);
/// For how long it counts at least.
pub const SHORTEST: Duration = Duration::from_secs(60);
/// For how long it may count.
pub const LONGEST: Duration = Duration::from_secs(30 * 86_400);

/// What an invitation is called in the audit log.
const BY: &str = "invitation";

/// An invitation to be.
pub struct NewInvitation {
    /// Who invites.
    pub created_by: String,
    /// What the new user is, and in which project; nothing anywhere if that is not said.
    pub place: Option<(ProjectId, Role)>,
    /// For how long it counts.
    pub lifetime: Duration,
}

impl NewInvitation {
    /// What is stored of it, and the secret.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn make(self, now: Timestamp) -> Result<(InvitationRow, Secret), NoRandomness> {
        let Self { created_by, place, lifetime } = self;
        let secret = Secret::make(SecretKind::Invitation)?;
        let lifetime = i64::try_from(lifetime.min(LONGEST).as_millis()).unwrap_or(i64::MAX);
        let row = InvitationRow {
            invitation_id: Uuid::new_v4(),
            hash: secret.hash(),
            project_id: place.map(|(project, _)| project),
            role: place.map(|(_, role)| role),
            created_by,
            created_at: now,
            expires_at: Timestamp::from_millis(now.millis().saturating_add(lifetime)),
        };
        Ok((row, secret))
    }
}

/// What somebody shows who was invited.
pub struct Invited {
    /// The invitation's text.
    pub invitation: String,
    /// The password that the new user wants.
    pub password: Option<String>,
}

/// Why nobody became a user.
#[derive(Debug)]
pub enum NotRedeemed {
    /// The invitation does not count, whatever is wrong with it, or it cannot be found out now.
    Denied(Denied),
    /// There is somebody of that name. The invitation still counts.
    Taken,
}

impl From<Denied> for NotRedeemed {
    fn from(error: Denied) -> Self {
        Self::Denied(error)
    }
}

impl From<StoreError> for NotRedeemed {
    fn from(error: StoreError) -> Self {
        Self::Denied(error.into())
    }
}

impl Identity {
    /// Makes an invitation. The secret is nowhere but in what this returns.
    ///
    /// # Errors
    /// See [`NotChanged`].
    pub async fn invite(&self, new: NewInvitation) -> Result<(InvitationRow, Secret), NotChanged> {
        if let Some((project, _)) = new.place {
            self.store.project(project).await?.ok_or(NotChanged::Unknown)?;
        }
        let (row, secret) = new.make(self.now())?;
        self.store.create_invitation(row.clone()).await?;
        Ok((row, secret))
    }

    /// The invitations that count, oldest first: those to a project, or all.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn invitations(&self, project: Option<ProjectId>) -> Result<Vec<InvitationRow>, StoreError> {
        let now = self.now();
        let mut rows = self.store.invitations().await?;
        rows.retain(|row| row.expires_at > now && (project.is_none() || row.project_id == project));
        Ok(rows)
    }

    /// An invitation, of those to a project if one is named, does not count any more.
    ///
    /// # Errors
    /// See [`NotChanged`].
    pub async fn revoke_invitation(
        &self,
        id: Uuid,
        project: Option<ProjectId>,
    ) -> Result<InvitationRow, NotChanged> {
        let rows = self.invitations(project).await?;
        let row = rows.into_iter().find(|row| row.invitation_id == id).ok_or(NotChanged::Unknown)?;
        if self.store.delete_invitation(id).await? { Ok(row) } else { Err(NotChanged::Unknown) }
    }

    /// Makes somebody who was invited a user: all of it, or nothing.
    ///
    /// # Errors
    /// See [`NotRedeemed`].
    pub async fn redeem(
        &self,
        client_id: &str,
        invited: Invited,
        address: IpAddr,
    ) -> Result<Proven, NotRedeemed> {
        match self.redeem_unnoted(client_id, invited, address).await {
            Ok(row) => {
                let note = Note::new(Kind::InvitationUsed).by(client_id).from(address);
                let note = note.of(&row.invitation_id.to_string()).in_project(row.project_id);
                self.audit.note(note.with("role", row.role.map(Role::as_str)));
                Ok(Proven { user_id: client_id.to_owned(), by: BY })
            }
            Err(error) => {
                if matches!(error, NotRedeemed::Denied(Denied::Bad)) {
                    self.note_failure(Some(client_id), BY, address);
                }
                Err(error)
            }
        }
    }

    async fn redeem_unnoted(
        &self,
        client_id: &str,
        invited: Invited,
        address: IpAddr,
    ) -> Result<InvitationRow, NotRedeemed> {
        let attempt = self.attempt(None, address)?;
        let found = self.invitation(&invited.invitation).await;
        ended(attempt, &found);
        let secret = found?;
        let user = UserRow {
            user_id: client_id.to_owned(),
            name: None,
            password_hash: self.hashed(invited.password).await.map_err(|error| not_now(&error))?,
            is_admin: false,
            is_disabled: false,
            created_at: self.now(),
        };
        self.enter(&secret, user).await
    }

    /// The secret of an invitation that counts.
    async fn invitation(&self, text: &str) -> Result<Secret, Denied> {
        let secret = Secret::read(text).filter(|secret| secret.kind() == SecretKind::Invitation);
        let secret = secret.ok_or(Denied::Bad)?;
        let rows = self.invitations(None).await?;
        let row = rows.iter().find(|row| secret.is(&row.hash)).ok_or(Denied::Bad)?;
        if self.is_disabled(&row.created_by) { Err(Denied::Bad) } else { Ok(secret) }
    }

    async fn enter(&self, secret: &Secret, user: UserRow) -> Result<InvitationRow, NotRedeemed> {
        let _alone = self.changing.lock().await;
        // Who is something somewhere already is known by another server's tokens, or expected: nobody else takes
        // that name.
        if !self.roles.projects_of(&user.user_id).is_empty() {
            return Err(NotRedeemed::Taken);
        }
        match self.store.redeem_invitation(secret.hash(), user.created_at, user.clone()).await? {
            Redeemed::Unknown => Err(Denied::Bad.into()),
            Redeemed::UserTaken => Err(NotRedeemed::Taken),
            Redeemed::Done(row) => {
                if let (Some(project), Some(role)) = (row.project_id, row.role) {
                    self.roles.set(&user.user_id, project, Some(role));
                }
                self.note(&user);
                Ok(row)
            }
        }
    }

    /// Forgets the invitations that expired.
    pub(super) async fn prune_invitations(&self) -> Result<(), StoreError> {
        let now = self.now();
        for row in self.store.invitations().await?.into_iter().filter(|row| row.expires_at <= now) {
            self.store.delete_invitation(row.invitation_id).await?;
        }
        Ok(())
    }
}

/// Its length was looked at before: it is that too many are being hashed, or nothing can be.
fn not_now(error: &NotChanged) -> Denied {
    tracing::warn!(%error, "a password could not be hashed");
    Denied::Locked { wait: Duration::from_secs(1) }
}
