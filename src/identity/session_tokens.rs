//! Session tokens: what a browser shows, for as long as it does so often enough.
//!
//! When one was last used is known here at once, and noted in the store about once a minute. A connection that is open uses
//! its token.

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use uuid::Uuid;

use super::audit::{Kind, Note};
use super::secrets::{Secret, SecretKind};
use super::sign_in::{NotRevoked, Proven, check_own};
use super::{Denied, Grant, Identity, SignedIn, StoreError};
use crate::domain::{Caller, Timestamp};
use crate::store::SessionTokenRow;

/// How long a session token may not be used.
pub const LIFETIME: Duration = Duration::from_secs(3_600);
/// How many one user has at most.
pub const AT_MOST: usize = 5;
/// How often is noted which were used.
const NOTING: Duration = Duration::from_secs(60);

/// When a session token was used.
struct Use {
    user_id: Arc<str>,
    last: Timestamp,
    /// As the store has it.
    noted: Timestamp,
}

/// The session tokens that were shown to this process and count.
#[derive(Default)]
pub(super) struct Uses(DashMap<Uuid, Use>);

/// Whether one that was last used then counts no more.
fn is_over(last: Timestamp, now: Timestamp) -> bool {
    let unused = now.millis().saturating_sub(last.millis());
    u128::try_from(unused).is_ok_and(|unused| unused >= LIFETIME.as_millis())
}

impl Uses {
    /// Whether one counts.
    pub(super) fn count(&self, token_id: Uuid, now: Timestamp) -> bool {
        self.0.get(&token_id).is_some_and(|used| !is_over(used.last, now))
    }

    /// It is used now, unless it counts no more.
    fn again(&self, token_id: Uuid, now: Timestamp) {
        if let Some(mut used) = self.0.get_mut(&token_id)
            && !is_over(used.last, now)
        {
            used.last = used.last.max(now);
        }
    }

    /// What is known of one that the store has, or what the store has.
    fn begin(&self, row: &SessionTokenRow) {
        self.0.entry(row.token_id).or_insert_with(|| Use {
            user_id: row.user_id.as_str().into(),
            last: row.last_used_at,
            noted: row.last_used_at,
        });
    }

    /// Those that were used since that was noted last: of one user, or of all.
    fn unnoted(&self, user_id: Option<&str>) -> Vec<(Uuid, Timestamp)> {
        let uses = self.0.iter().filter(|used| used.last > used.noted);
        let uses = uses.filter(|used| user_id.is_none_or(|user_id| *used.user_id == *user_id));
        uses.map(|used| (*used.key(), used.last)).collect()
    }

    fn note(&self, token_id: Uuid, at: Timestamp) {
        if let Some(mut used) = self.0.get_mut(&token_id) {
            used.noted = used.noted.max(at);
        }
    }

    fn of(&self, user_id: &str) -> Vec<Uuid> {
        let uses = self.0.iter().filter(|used| *used.user_id == *user_id);
        uses.map(|used| *used.key()).collect()
    }
}

impl Identity {
    /// Gives a session token to who has shown who it is. If that is one too many, the one that was used longest ago
    /// goes, with its connections.
    ///
    /// # Errors
    /// See [`Denied`].
    pub async fn create_session_token(&self, proven: &Proven, address: IpAddr) -> Result<Secret, Denied> {
        let secret = Secret::make(SecretKind::SessionToken).map_err(|error| {
            tracing::error!(%error, "no session token was made");
            Denied::Bad
        })?;
        let (user_id, now) = (proven.user_id.as_str(), self.now());
        let row = SessionTokenRow {
            token_id: Uuid::new_v4(),
            hash: secret.hash(),
            user_id: user_id.to_owned(),
            created_at: now,
            last_used_at: now,
        };
        let note = Note::new(Kind::SessionTokenCreated).by(user_id).from(address);
        let note = note.of(&row.token_id.to_string()).with("by", proven.by);
        // So that the store knows which was used longest ago.
        self.note_uses(Some(user_id)).await?;
        for evicted in self.store.create_session_token(row, AT_MOST).await? {
            self.end_session_token(evicted.token_id);
            let note = Note::new(Kind::SessionTokenRevoked).by(user_id).from(address);
            self.audit.note(note.of(&evicted.token_id.to_string()).with("evicted", true));
        }
        self.audit.note(note);
        Ok(secret)
    }

    /// Whom a session token names, which is used by that.
    pub(super) async fn by_session_token(&self, text: &str) -> Result<SignedIn, Denied> {
        let row = self.session_token(text).await?.ok_or(Denied::Bad)?;
        self.uses.begin(&row);
        self.uses.again(row.token_id, self.now());
        let grant = Grant::SessionToken { token_id: row.token_id };
        Ok(SignedIn::new(self.caller(&row.user_id, None, false), grant))
    }

    async fn session_token(&self, text: &str) -> Result<Option<SessionTokenRow>, StoreError> {
        let secret = Secret::read(text).filter(|secret| secret.kind() == SecretKind::SessionToken);
        let Some(secret) = secret else { return Ok(None) };
        let row = self.store.session_token_by_hash(secret.hash()).await?;
        Ok(row.filter(|row| secret.is(&row.hash)))
    }

    /// Until when a session token counts that is used now and never again.
    #[must_use]
    pub fn unused_until(&self) -> Timestamp {
        let lifetime = i64::try_from(LIFETIME.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(self.now().millis().saturating_add(lifetime))
    }

    /// A connection that is there uses what it was let in by.
    pub fn keep_alive(&self, who: &SignedIn) {
        if let Grant::SessionToken { token_id } = who.grant {
            self.uses.again(token_id, self.now());
        }
    }

    pub(super) async fn revoke_session_token(
        &self,
        by: &Caller,
        text: &str,
        address: IpAddr,
    ) -> Result<(), NotRevoked> {
        let found = self.session_token(text).await;
        let Some(row) = found.map_err(|error| NotRevoked::Denied(error.into()))? else { return Ok(()) };
        check_own(by, &row.user_id)?;
        let deleted = self.store.delete_session_token(row.token_id).await;
        deleted.map_err(|error| NotRevoked::Denied(error.into()))?;
        self.end_session_token(row.token_id);
        let note = Note::new(Kind::SessionTokenRevoked).by(&by.user_id).from(address);
        self.audit.note(note.of(&row.token_id.to_string()).with("user_id", &*row.user_id));
        Ok(())
    }

    /// None of a user's session tokens counts any more.
    pub(super) async fn end_session_tokens_of(&self, user_id: &str) -> Result<(), StoreError> {
        self.store.delete_session_tokens_of(user_id).await?;
        for token_id in self.uses.of(user_id) {
            self.end_session_token(token_id);
        }
        Ok(())
    }

    /// One counts no more, on connections too. It is remembered as such for as long as somebody may have read it from the
    /// store a moment before.
    fn end_session_token(&self, token_id: Uuid) {
        self.revoked.insert(token_id, Some(self.unused_until()));
        self.uses.0.remove(&token_id);
        self.changed();
    }

    /// Notes in the store which session tokens were used, of one user or of all.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn note_uses(&self, user_id: Option<&str>) -> Result<(), StoreError> {
        for (token_id, at) in self.uses.unnoted(user_id) {
            self.store.use_session_token(token_id, at).await?;
            self.uses.note(token_id, at);
        }
        Ok(())
    }

    /// Notes that every minute, until the future is dropped.
    pub async fn keep_noting_uses(self: Arc<Self>) {
        loop {
            tokio::time::sleep(NOTING).await;
            if let Err(error) = self.note_uses(None).await {
                tracing::warn!(%error, "uses of session tokens were not noted");
            }
        }
    }

    /// Forgets the session tokens that were not used for too long.
    pub(super) async fn prune_session_tokens(&self) -> Result<(), StoreError> {
        self.note_uses(None).await?;
        let now = self.now();
        self.uses.0.retain(|_, used| !is_over(used.last, now));
        let lifetime = i64::try_from(LIFETIME.as_millis()).unwrap_or(i64::MAX);
        // One that was last used exactly so long ago counts no more either.
        let since = Timestamp::from_millis(now.millis().saturating_sub(lifetime).saturating_add(1));
        self.store.prune_session_tokens(since).await.map(drop)
    }
}
