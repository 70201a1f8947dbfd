//! Accounts on SQLite. The statements are in the files beside this one, one per table.

mod api_keys;
mod invitations;
mod revocations;
mod session_tokens;
mod users;

use uuid::Uuid;

use crate::domain::Timestamp;
use crate::store::{
    Accounts, ApiKeyRow, InvitationRow, Redeemed, RevocationRow, SecretHash, SessionTokenRow, StoreError,
    StoreFuture, UserChange, UserRow,
};

use super::SqliteStore;

impl Accounts for SqliteStore {
    fn create_user(&self, user: UserRow) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(0, move |connection| users::insert(connection, &user)))
    }

    fn update_user(
        &self,
        user_id: &str,
        change: UserChange,
    ) -> StoreFuture<'_, Result<Option<UserRow>, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(self.change(0, move |connection| users::update(connection, &user_id, &change)))
    }

    fn user(&self, user_id: &str) -> StoreFuture<'_, Result<Option<UserRow>, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(self.readers.read(move |connection| users::get(connection, &user_id)))
    }

    fn users(&self) -> StoreFuture<'_, Result<Vec<UserRow>, StoreError>> {
        Box::pin(self.readers.read(users::all))
    }

    fn create_api_key(&self, key: ApiKeyRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.change(0, move |connection| api_keys::insert(connection, &key)))
    }

    fn api_key_by_hash(&self, hash: SecretHash) -> StoreFuture<'_, Result<Option<ApiKeyRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| api_keys::by_hash(connection, &hash)))
    }

    fn api_keys(&self, user_id: Option<String>) -> StoreFuture<'_, Result<Vec<ApiKeyRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| api_keys::all(connection, user_id.as_deref())))
    }

    fn delete_api_key(&self, key_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(0, move |connection| api_keys::delete(connection, key_id)))
    }

    fn create_invitation(&self, invitation: InvitationRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.change(0, move |connection| invitations::insert(connection, &invitation)))
    }

    fn redeem_invitation(
        &self,
        hash: SecretHash,
        now: Timestamp,
        user: UserRow,
    ) -> StoreFuture<'_, Result<Redeemed, StoreError>> {
        Box::pin(self.change(0, move |connection| invitations::redeem(connection, &hash, now, &user)))
    }

    fn invitations(&self) -> StoreFuture<'_, Result<Vec<InvitationRow>, StoreError>> {
        Box::pin(self.readers.read(invitations::all))
    }

    fn delete_invitation(&self, invitation_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(0, move |connection| invitations::delete(connection, invitation_id)))
    }

    fn create_session_token(
        &self,
        token: SessionTokenRow,
        at_most: usize,
    ) -> StoreFuture<'_, Result<Vec<SessionTokenRow>, StoreError>> {
        Box::pin(self.change(0, move |connection| session_tokens::insert(connection, &token, at_most)))
    }

    fn session_token_by_hash(
        &self,
        hash: SecretHash,
    ) -> StoreFuture<'_, Result<Option<SessionTokenRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| session_tokens::by_hash(connection, &hash)))
    }

    fn use_session_token(&self, token_id: Uuid, at: Timestamp) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(0, move |connection| session_tokens::note_use(connection, token_id, at)))
    }

    fn delete_session_token(&self, token_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(0, move |connection| session_tokens::delete(connection, token_id)))
    }

    fn delete_session_tokens_of(&self, user_id: &str) -> StoreFuture<'_, Result<usize, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(self.change(0, move |connection| session_tokens::delete_of(connection, &user_id)))
    }

    fn prune_session_tokens(&self, not_used_since: Timestamp) -> StoreFuture<'_, Result<usize, StoreError>> {
        Box::pin(self.change(0, move |connection| session_tokens::prune(connection, not_used_since)))
    }

    fn revoke(&self, revocation: RevocationRow) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(0, move |connection| revocations::insert(connection, revocation)))
    }

    fn revocations(&self) -> StoreFuture<'_, Result<Vec<RevocationRow>, StoreError>> {
        Box::pin(self.readers.read(revocations::all))
    }

    fn prune_revocations(&self, now: Timestamp) -> StoreFuture<'_, Result<usize, StoreError>> {
        Box::pin(self.change(0, move |connection| revocations::prune(connection, now)))
    }
}
