//! What is stored of accounts. No `Debug` here shows a hash: of a password's, it says whether there is one.

use std::fmt;

use uuid::Uuid;

use crate::domain::{Role, Timestamp};
use crate::store::ProjectId;

/// The SHA-256 of a secret that was made at random.
pub type SecretHash = [u8; 32];

/// Stands for a hash in a `Debug`.
struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hidden")
    }
}

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The user.
    pub user_id: String,
    /// What people call it.
    pub name: Option<String>,
    /// As argon2 writes it. None if there is no way in by a password.
    pub password_hash: Option<String>,
    /// Whether it may do everything.
    pub is_admin: bool,
    /// Whether it may do nothing.
    pub is_disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl fmt::Debug for UserRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRow")
            .field("user_id", &self.user_id)
            .field("name", &self.name)
            .field("password_hash", &self.password_hash.as_ref().map(|_| Hidden))
            .field("is_admin", &self.is_admin)
            .field("is_disabled", &self.is_disabled)
            .field("created_at", &self.created_at)
            .finish()
    }
}

/// What of a user changes. By default, nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// What people call it from now on, or that it has no name any more.
    pub name: Option<Option<String>>,
    /// The hash of its new password, or that it has none any more.
    pub password_hash: Option<Option<String>>,
    /// Whether it may do everything.
    pub is_admin: Option<bool>,
    /// Whether it may do nothing.
    pub is_disabled: Option<bool>,
}

impl fmt::Debug for UserChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password_hash = self.password_hash.as_ref().map(|new| new.as_ref().map(|_| Hidden));
        f.debug_struct("UserChange")
            .field("name", &self.name)
            .field("password_hash", &password_hash)
            .field("is_admin", &self.is_admin)
            .field("is_disabled", &self.is_disabled)
            .finish()
    }
}

impl UserChange {
    /// Writes what changes into `user`.
    pub(in crate::store) fn apply(&self, user: &mut UserRow) {
        if let Some(name) = &self.name {
            user.name.clone_from(name);
        }
        if let Some(password_hash) = &self.password_hash {
            user.password_hash.clone_from(password_hash);
        }
        user.is_admin = self.is_admin.unwrap_or(user.is_admin);
        user.is_disabled = self.is_disabled.unwrap_or(user.is_disabled);
    }
}

/// A secret that a program shows.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Names the key; it is no secret.
    pub key_id: Uuid,
    /// Who shows it.
    pub user_id: String,
    /// What it is called.
    pub name: String,
    /// The hash of the secret.
    pub hash: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does not count. None if it always does.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for ApiKeyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyRow")
            .field("key_id", &self.key_id)
            .field("user_id", &self.user_id)
            .field("name", &self.name)
            .field("hash", &Hidden)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// A secret by which somebody becomes a user, once.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// Names the invitation; it is no secret.
    pub invitation_id: Uuid,
    /// The hash of the secret.
    pub hash: SecretHash,
    /// The project to which it invites, if to any.
    pub project_id: Option<ProjectId>,
    /// What the new user is in that project.
    pub role: Option<Role>,
    /// Who invites: a `user_id`.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does not count.
    pub expires_at: Timestamp,
}

impl fmt::Debug for InvitationRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvitationRow")
            .field("invitation_id", &self.invitation_id)
            .field("hash", &Hidden)
            .field("project_id", &self.project_id)
            .field("role", &self.role)
            .field("created_by", &self.created_by)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// What became of an invitation that somebody showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It is gone, and the user is there.
    Done(InvitationRow),
    /// There is none with this secret, or it has expired, or somebody was before. Nothing changed.
    Unknown,
    /// The `user_id` is taken. Nothing changed, the invitation still counts.
    UserTaken,
}

/// A secret that a browser shows, as long as it does so often enough.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionTokenRow {
    /// Names the session token; it is no secret.
    pub token_id: Uuid,
    /// The hash of the secret.
    pub hash: SecretHash,
    /// Who shows it.
    pub user_id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last shown, as far as that was noted.
    pub last_used_at: Timestamp,
}

impl SessionTokenRow {
    /// The order in which they are let go.
    pub(in crate::store) fn age(&self) -> (Timestamp, Timestamp, Uuid) {
        (self.last_used_at, self.created_at, self.token_id)
    }
}

impl fmt::Debug for SessionTokenRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionTokenRow")
            .field("token_id", &self.token_id)
            .field("hash", &Hidden)
            .field("user_id", &self.user_id)
            .field("created_at", &self.created_at)
            .field("last_used_at", &self.last_used_at)
            .finish()
    }
}

/// Says that something counts no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevocationRow {
    /// What is revoked, of its kind.
    pub id: Uuid,
    /// What that is the id of.
    pub what: RevokedKind,
    /// From when on it would not count in any case, and this can be forgotten.
    pub expires_at: Timestamp,
}

/// What can be revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RevokedKind {
    /// One token, by its `jti`.
    Token,
    /// All tokens that come from one sign-in, by their `fam`.
    Family,
}
