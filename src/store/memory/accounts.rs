//! Accounts in memory.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::domain::Timestamp;
use crate::store::{
    Accounts, ApiKeyRow, InvitationRow, Redeemed, RevocationRow, RevokedKind, SecretHash, SessionTokenRow,
    StoreError, StoreFuture, UserChange, UserRow, accounts, catalogue,
};

use super::MemoryStore;

#[derive(Debug, Default)]
pub(super) struct Tables {
    users: BTreeMap<String, UserRow>,
    api_keys: Vec<ApiKeyRow>,
    invitations: Vec<InvitationRow>,
    session_tokens: Vec<SessionTokenRow>,
    revocations: HashMap<(Uuid, RevokedKind), Timestamp>,
}

/// Removes what `goes`, and gives it.
fn take<T>(rows: &mut Vec<T>, goes: impl FnMut(&mut T) -> bool) -> Vec<T> {
    rows.extract_if(.., goes).collect()
}

/// `rows`, oldest first.
fn by_age<'a, T: Clone + 'a>(
    rows: impl Iterator<Item = &'a T>,
    age: impl Fn(&T) -> (Timestamp, Uuid),
) -> Vec<T> {
    let mut rows: Vec<_> = rows.cloned().collect();
    rows.sort_by_key(age);
    rows
}

impl Tables {
    fn create_user(&mut self, user: UserRow) -> bool {
        let is_free = !self.users.contains_key(&user.user_id);
        if is_free {
            self.users.insert(user.user_id.clone(), user);
        }
        is_free
    }

    fn update_user(&mut self, user_id: &str, change: &UserChange) -> Option<UserRow> {
        let user = self.users.get_mut(user_id)?;
        change.apply(user);
        Some(user.clone())
    }

    fn create_api_key(&mut self, key: ApiKeyRow) -> Result<(), StoreError> {
        if self.api_keys.iter().any(|known| known.key_id == key.key_id || known.hash == key.hash) {
            return Err(accounts::taken("API key", key.key_id));
        }
        self.api_keys.push(key);
        Ok(())
    }

    fn create_session_token(
        &mut self,
        token: SessionTokenRow,
        at_most: usize,
    ) -> Result<Vec<SessionTokenRow>, StoreError> {
        let is_same = |row: &SessionTokenRow| row.token_id == token.token_id || row.hash == token.hash;
        if self.session_tokens.iter().any(is_same) {
            return Err(accounts::taken("session token", token.token_id));
        }
        let mut evicted = take(&mut self.session_tokens, |row| row.user_id == token.user_id);
        evicted.sort_by_key(SessionTokenRow::age);
        let staying = evicted.split_off(evicted.len().saturating_sub(at_most.saturating_sub(1)));
        self.session_tokens.extend(staying);
        self.session_tokens.push(token);
        Ok(evicted)
    }

    fn use_session_token(&mut self, token_id: Uuid, at: Timestamp) -> bool {
        let Some(token) = self.session_tokens.iter_mut().find(|token| token.token_id == token_id) else {
            return false;
        };
        token.last_used_at = token.last_used_at.max(at);
        true
    }

    fn revoke(&mut self, RevocationRow { id, what, expires_at }: RevocationRow) -> bool {
        let known = self.revocations.get(&(id, what)).copied();
        self.revocations.insert((id, what), known.map_or(expires_at, |known| known.max(expires_at)));
        known.is_none()
    }

    fn revocations(&self) -> Vec<RevocationRow> {
        let rows = self.revocations.iter();
        let mut rows: Vec<_> =
            rows.map(|((id, what), at)| RevocationRow { id: *id, what: *what, expires_at: *at }).collect();
        rows.sort_by_key(|row| (row.expires_at, row.id, row.what));
        rows
    }
}

impl super::Tables {
    fn create_invitation(&mut self, invitation: InvitationRow) -> Result<(), StoreError> {
        let id = invitation.invitation_id;
        if let Some(project) = invitation.project_id.filter(|project| self.project(*project).is_none()) {
            return Err(catalogue::no_project(project));
        }
        let known = &mut self.accounts.invitations;
        if known.iter().any(|known| known.invitation_id == id || known.hash == invitation.hash) {
            return Err(accounts::taken("invitation", id));
        }
        known.push(invitation);
        Ok(())
    }

    fn redeem(&mut self, hash: SecretHash, now: Timestamp, user: UserRow) -> Redeemed {
        let counts = |row: &InvitationRow| row.hash == hash && row.expires_at > now;
        let Some(place) = self.accounts.invitations.iter().position(counts) else {
            return Redeemed::Unknown;
        };
        let user_id = user.user_id.clone();
        if !self.accounts.create_user(user) {
            return Redeemed::UserTaken;
        }
        let invitation = self.accounts.invitations.remove(place);
        if let (Some(project), Some(role)) = (invitation.project_id, invitation.role) {
            // False if it was deleted meanwhile.
            self.set_role(project, user_id, role, now);
        }
        Redeemed::Done(invitation)
    }
}

impl Accounts for MemoryStore {
    fn create_user(&self, user: UserRow) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.accounts.create_user(user)) })
    }

    fn update_user(
        &self,
        user_id: &str,
        change: UserChange,
    ) -> StoreFuture<'_, Result<Option<UserRow>, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(async move { Ok(self.tables()?.accounts.update_user(&user_id, &change)) })
    }

    fn user(&self, user_id: &str) -> StoreFuture<'_, Result<Option<UserRow>, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(async move { Ok(self.tables()?.accounts.users.get(&user_id).cloned()) })
    }

    fn users(&self) -> StoreFuture<'_, Result<Vec<UserRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.accounts.users.values().cloned().collect()) })
    }

    fn create_api_key(&self, key: ApiKeyRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.accounts.create_api_key(key) })
    }

    fn api_key_by_hash(&self, hash: SecretHash) -> StoreFuture<'_, Result<Option<ApiKeyRow>, StoreError>> {
        Box::pin(
            async move { Ok(self.tables()?.accounts.api_keys.iter().find(|key| key.hash == hash).cloned()) },
        )
    }

    fn api_keys(&self, user_id: Option<String>) -> StoreFuture<'_, Result<Vec<ApiKeyRow>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables()?;
            let is_of = |key: &&ApiKeyRow| user_id.as_ref().is_none_or(|user_id| key.user_id == *user_id);
            let found = tables.accounts.api_keys.iter().filter(is_of);
            Ok(by_age(found, |key| (key.created_at, key.key_id)))
        })
    }

    fn delete_api_key(&self, key_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            Ok(!take(&mut self.tables()?.accounts.api_keys, |key| key.key_id == key_id).is_empty())
        })
    }

    fn create_invitation(&self, invitation: InvitationRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.create_invitation(invitation) })
    }

    fn redeem_invitation(
        &self,
        hash: SecretHash,
        now: Timestamp,
        user: UserRow,
    ) -> StoreFuture<'_, Result<Redeemed, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.redeem(hash, now, user)) })
    }

    fn invitations(&self) -> StoreFuture<'_, Result<Vec<InvitationRow>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables()?;
            Ok(by_age(tables.accounts.invitations.iter(), |row| (row.created_at, row.invitation_id)))
        })
    }

    fn delete_invitation(&self, invitation_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            let is_it = |row: &mut InvitationRow| row.invitation_id == invitation_id;
            Ok(!take(&mut self.tables()?.accounts.invitations, is_it).is_empty())
        })
    }

    fn create_session_token(
        &self,
        token: SessionTokenRow,
        at_most: usize,
    ) -> StoreFuture<'_, Result<Vec<SessionTokenRow>, StoreError>> {
        Box::pin(async move { self.tables()?.accounts.create_session_token(token, at_most) })
    }

    fn session_token_by_hash(
        &self,
        hash: SecretHash,
    ) -> StoreFuture<'_, Result<Option<SessionTokenRow>, StoreError>> {
        Box::pin(async move {
            Ok(self.tables()?.accounts.session_tokens.iter().find(|token| token.hash == hash).cloned())
        })
    }

    fn use_session_token(&self, token_id: Uuid, at: Timestamp) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.accounts.use_session_token(token_id, at)) })
    }

    fn delete_session_token(&self, token_id: Uuid) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            let is_it = |token: &mut SessionTokenRow| token.token_id == token_id;
            Ok(!take(&mut self.tables()?.accounts.session_tokens, is_it).is_empty())
        })
    }

    fn delete_session_tokens_of(&self, user_id: &str) -> StoreFuture<'_, Result<usize, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(async move {
            let is_of = |token: &mut SessionTokenRow| token.user_id == user_id;
            Ok(take(&mut self.tables()?.accounts.session_tokens, is_of).len())
        })
    }

    fn prune_session_tokens(&self, not_used_since: Timestamp) -> StoreFuture<'_, Result<usize, StoreError>> {
        Box::pin(async move {
            let is_old = |token: &mut SessionTokenRow| token.last_used_at < not_used_since;
            Ok(take(&mut self.tables()?.accounts.session_tokens, is_old).len())
        })
    }

    fn revoke(&self, revocation: RevocationRow) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.accounts.revoke(revocation)) })
    }

    fn revocations(&self) -> StoreFuture<'_, Result<Vec<RevocationRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.accounts.revocations()) })
    }

    fn prune_revocations(&self, now: Timestamp) -> StoreFuture<'_, Result<usize, StoreError>> {
        Box::pin(async move {
            let revocations = &mut self.tables()?.accounts.revocations;
            let before = revocations.len();
            revocations.retain(|_, expires_at| *expires_at > now);
            Ok(before - revocations.len())
        })
    }
}
