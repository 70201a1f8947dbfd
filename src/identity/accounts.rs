//! Accounts that are changed while the server runs. What somebody may do less counts at once, on connections too.

use uuid::Uuid;

use super::passwords::PasswordError;
use super::secrets::{NoRandomness, Secret, SecretKind};
use super::{Identity, Person};
use crate::store::{ApiKeyRow, StoreError, UserChange, UserRow};

/// Why an account is as it was.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// There is no such user, or no such key.
    #[error("there is no such account")]
    Unknown,
    /// There is somebody of that id already.
    #[error("the id is taken")]
    Taken,
    /// The password is not one.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// No secret can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A user to be.
pub struct NewUser {
    /// Who it is.
    pub user_id: String,
    /// What people call it.
    pub name: Option<String>,
    /// Its password, if it has one.
    pub password: Option<String>,
    /// Whether it may do everything.
    pub is_admin: bool,
}

/// What of a user changes.
#[derive(Default)]
pub struct ChangedUser {
    /// What people call it from now on.
    pub name: Option<String>,
    /// Its password from now on.
    pub password: Option<String>,
    /// Whether it may do everything.
    pub is_admin: Option<bool>,
    /// Whether it may do nothing.
    pub is_disabled: Option<bool>,
}

impl Identity {
    /// All users, by their ids.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        self.store.users().await
    }

    /// Makes a user.
    ///
    /// # Errors
    /// See [`NotChanged`].
    pub async fn create_user(&self, user: NewUser) -> Result<UserRow, NotChanged> {
        let NewUser { user_id, name, password, is_admin } = user;
        let password_hash = self.hashed(password).await?;
        let created_at = self.now();
        let row = UserRow { user_id, name, password_hash, is_admin, is_disabled: false, created_at };
        let _alone = self.changing.lock().await;
        if !self.store.create_user(row.clone()).await? {
            return Err(NotChanged::Taken);
        }
        self.note(&row);
        Ok(row)
    }

    /// Changes a user. With a new password, or enabled again, it may try to sign in at once; with a new password, or
    /// disabled, its session tokens count no more.
    ///
    /// # Errors
    /// See [`NotChanged`].
    pub async fn update_user(&self, user_id: &str, change: ChangedUser) -> Result<UserRow, NotChanged> {
        let ChangedUser { name, password, is_admin, is_disabled } = change;
        let password_hash = self.hashed(password).await?.map(Some);
        let change = UserChange { name: name.map(Some), password_hash, is_admin, is_disabled };
        let _alone = self.changing.lock().await;
        let lets_in = change.password_hash.is_some() || is_disabled == Some(false);
        let ends_sessions = change.password_hash.is_some() || is_disabled == Some(true);
        let row = self.store.update_user(user_id, change).await?.ok_or(NotChanged::Unknown)?;
        if lets_in {
            self.lockout.forgive(user_id);
        }
        self.note(&row);
        if ends_sessions {
            self.end_session_tokens_of(user_id).await?;
        }
        Ok(row)
    }

    pub(super) async fn hashed(&self, password: Option<String>) -> Result<Option<String>, NotChanged> {
        match password {
            Some(password) => Ok(Some(self.passwords.hash(password).await?)),
            None => Ok(None),
        }
    }

    /// What the store knows of a user, known here too.
    pub(super) fn note(&self, row: &UserRow) {
        self.people.insert(row.user_id.as_str().into(), Person::from(row));
        self.changed();
    }

    /// All API keys, oldest first.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn api_keys(&self) -> Result<Vec<ApiKeyRow>, StoreError> {
        self.store.api_keys(None).await
    }

    /// Makes an API key of a user's. The secret is nowhere but in what this returns.
    ///
    /// # Errors
    /// See [`NotChanged`].
    pub async fn create_api_key(
        &self,
        user_id: &str,
        name: Option<String>,
    ) -> Result<(ApiKeyRow, Secret), NotChanged> {
        self.store.user(user_id).await?.ok_or(NotChanged::Unknown)?;
        let secret = Secret::make(SecretKind::ApiKey)?;
        let row = ApiKeyRow {
            key_id: Uuid::new_v4(),
            user_id: user_id.to_owned(),
            name: name.unwrap_or_default(),
            hash: secret.hash(),
            created_at: self.now(),
            expires_at: None,
        };
        self.store.create_api_key(row.clone()).await?;
        Ok((row, secret))
    }

    /// An API key does not count any more.
    ///
    /// # Errors
    /// See [`NotChanged`].
    pub async fn revoke_api_key(&self, key_id: Uuid) -> Result<(), NotChanged> {
        if !self.store.delete_api_key(key_id).await? {
            return Err(NotChanged::Unknown);
        }
        // For connections that were let in by it.
        self.revoked.insert(key_id, None);
        self.changed();
        Ok(())
    }
}
