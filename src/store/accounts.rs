//! Accounts: the users, what they may show to say who they are, and what of that counts no more.
//!
//! Secrets are not here, only their hashes; who may do what with them is not decided here. What a user may
//! do in a project is with the members. A `user_id` in a row need not be that of a user here: others' tokens
//! name users too.

mod rows;
#[cfg(test)]
mod tests;

use uuid::Uuid;

use crate::domain::Timestamp;

use super::{StoreError, StoreFuture};

pub use rows::{
    ApiKeyRow, InvitationRow, Redeemed, RevocationRow, RevokedKind, SecretHash, SessionTokenRow, UserChange,
    UserRow,
};

/// Enters accounts and what belongs to them, and finds them. What it changes is on disk when it returns `Ok`.
pub trait Accounts: Send + Sync + 'static {
    /// Enters a user; false if the id is taken, and then nothing changes.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn create_user(&self, user: UserRow) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Changes a user, and gives what it is now. None if there is no such user.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn update_user(
        &self,
        user_id: &str,
        change: UserChange,
    ) -> StoreFuture<'_, Result<Option<UserRow>, StoreError>>;

    /// The user with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn user(&self, user_id: &str) -> StoreFuture<'_, Result<Option<UserRow>, StoreError>>;

    /// All users, by their ids.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn users(&self) -> StoreFuture<'_, Result<Vec<UserRow>, StoreError>>;

    /// Enters an API key.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if its id or its hash is taken.
    fn create_api_key(&self, key: ApiKeyRow) -> StoreFuture<'_, Result<(), StoreError>>;

    /// The API key with this hash, whether it has expired or not.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn api_key_by_hash(&self, hash: SecretHash) -> StoreFuture<'_, Result<Option<ApiKeyRow>, StoreError>>;

    /// The API keys of a user, or of everybody, oldest first, those of one moment by id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn api_keys(&self, user_id: Option<String>) -> StoreFuture<'_, Result<Vec<ApiKeyRow>, StoreError>>;

    /// Removes an API key; false if there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn delete_api_key(&self, key_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Enters an invitation.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if its id or its hash is taken, or the project named in it is unknown.
    fn create_invitation(&self, invitation: InvitationRow) -> StoreFuture<'_, Result<(), StoreError>>;

    /// The invitation with this hash goes, `user` is entered, and gets the role that it names in its project,
    /// unless that was deleted: all or nothing. An invitation is redeemed once.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn redeem_invitation(
        &self,
        hash: SecretHash,
        now: Timestamp,
        user: UserRow,
    ) -> StoreFuture<'_, Result<Redeemed, StoreError>>;

    /// All invitations that were not redeemed, those that expired too, oldest first, those of one moment by id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn invitations(&self) -> StoreFuture<'_, Result<Vec<InvitationRow>, StoreError>>;

    /// Removes an invitation; false if there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn delete_invitation(&self, invitation_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Enters a session token, and removes those of its user that were used longest ago, as many as are
    /// over `at_most`; it gives these, oldest first. The new one stays in any case.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if its id or its hash is taken.
    fn create_session_token(
        &self,
        token: SessionTokenRow,
        at_most: usize,
    ) -> StoreFuture<'_, Result<Vec<SessionTokenRow>, StoreError>>;

    /// The session token with this hash, however long it was not used.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn session_token_by_hash(
        &self,
        hash: SecretHash,
    ) -> StoreFuture<'_, Result<Option<SessionTokenRow>, StoreError>>;

    /// Notes that a session token was used; false if there is none. An older note than the one that is there
    /// changes nothing.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn use_session_token(&self, token_id: Uuid, at: Timestamp) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Removes a session token; false if there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn delete_session_token(&self, token_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Removes all session tokens of a user, and tells how many there were.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn delete_session_tokens_of(&self, user_id: &str) -> StoreFuture<'_, Result<usize, StoreError>>;

    /// Removes the session tokens that were last used before this, and tells how many there were.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn prune_session_tokens(&self, not_used_since: Timestamp) -> StoreFuture<'_, Result<usize, StoreError>>;

    /// Revokes a token or a family of them; false if it was revoked already, and then only a later expiry
    /// counts. Of many who revoke one thing, one gets true: that is how single use is decided.
    ///
    /// # Errors
    /// See [`StoreError`]. After an error it may be revoked.
    fn revoke(&self, revocation: RevocationRow) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// All revocations, those first that expire first, those of one moment by id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn revocations(&self) -> StoreFuture<'_, Result<Vec<RevocationRow>, StoreError>>;

    /// Removes the revocations that have expired, and tells how many there were.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn prune_revocations(&self, now: Timestamp) -> StoreFuture<'_, Result<usize, StoreError>>;
}

/// Said where an id or a secret of something new is taken. The secret is not told.
pub(super) fn taken(what: &str, id: Uuid) -> StoreError {
    StoreError::Unavailable(format!("{what} {id}, or its secret, is there already"))
}
