//! Signing in, going on and signing out: pairs of tokens for who shows who it is.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::audit::{Kind, Note};
use super::tokens::{Bearer, Claims, Pair, TokenKind};
use super::{ADMIN, Denied, Grant, Identity, Mode, Shown, SignedIn, ended};
use crate::domain::{Caller, Standing, Timestamp};
use crate::store::{RevocationRow, RevokedKind};

/// The longest `client_id` and `device_name`, in characters.
pub const MAX_NAME: usize = 128;

/// What somebody shows to get tokens.
pub enum Proof {
    /// Nothing: in open mode a name is enough.
    Nothing,
    /// Its password.
    Password(String),
    /// An API key of that user.
    ApiKey(String),
}

impl Proof {
    fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "name",
            Self::Password(_) => "password",
            Self::ApiKey(_) => "api-key",
        }
    }
}

/// Somebody who has shown who it is. Nothing else makes one.
#[derive(Debug)]
pub struct Proven {
    pub(super) user_id: String,
    /// By what, for the audit log.
    pub(super) by: &'static str,
}

impl Proven {
    /// Who it is.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }
}

/// What tokens are for, as their bearer calls it.
#[derive(Debug, Default)]
pub struct Device {
    /// What it is called.
    pub device_name: Option<String>,
    /// What sort of device it is.
    pub device_type: Option<String>,
}

/// Whether these are names that can be given out, the first one a user's.
#[must_use]
pub fn are_names(client_id: &str, device: &Device) -> bool {
    let fits = |text: &String| (1..=MAX_NAME).contains(&text.chars().count());
    let names = [device.device_name.as_ref(), device.device_type.as_ref()];
    names.into_iter().flatten().all(fits) && is_user_id(client_id)
}

/// Whether somebody can be called so. What is anonymous is nobody in particular.
#[must_use]
pub fn is_user_id(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.chars().count()) && !text.starts_with("anonymous:")
}

/// Why a token was not revoked.
#[derive(Debug)]
pub enum NotRevoked {
    /// It is somebody else's.
    NotOwn,
    /// It cannot be done now.
    Denied(Denied),
}

/// One takes back what is one's own, and an admin anything.
pub(super) fn check_own(by: &Caller, user_id: &str) -> Result<(), NotRevoked> {
    let may = *by.user_id == *user_id || by.standing == Standing::Admin;
    if may { Ok(()) } else { Err(NotRevoked::NotOwn) }
}

impl Identity {
    /// Whether something shows that somebody is who it says.
    ///
    /// # Errors
    /// See [`Denied`].
    pub async fn prove(&self, client_id: &str, proof: Proof, address: IpAddr) -> Result<Proven, Denied> {
        let by = proof.kind();
        let checked = match self.check(client_id, proof, address).await {
            Ok(()) if self.is_disabled(client_id) => Err(Denied::Bad),
            checked => checked,
        };
        if matches!(checked, Err(Denied::Bad)) {
            self.note_failure(Some(client_id), by, address);
        }
        checked.map(|()| Proven { user_id: client_id.to_owned(), by })
    }

    /// The same of who shows what lets it in in any case. A session token proves nothing: it would go on for ever by
    /// others like it.
    ///
    /// # Errors
    /// See [`Denied`].
    pub async fn prove_by(&self, shown: Shown, address: IpAddr) -> Result<Proven, Denied> {
        let by = shown.kind();
        if matches!(shown, Shown::SessionToken(_)) {
            return Err(Denied::Bad);
        }
        let who = self.authenticate(shown, address).await?;
        Ok(Proven { user_id: who.caller.user_id.to_string(), by })
    }

    /// Gives the first tokens of a sign-in.
    ///
    /// # Errors
    /// See [`Denied`].
    pub fn issue(&self, proven: Proven, device: Device, address: IpAddr) -> Result<Pair, Denied> {
        let Proven { user_id, by } = proven;
        let Device { device_name, device_type } = device;
        let bearer =
            Bearer { roles: self.roles_of(&user_id), user_id: user_id.clone(), device_name, device_type };
        let pair = self.tokens.issue(&bearer).map_err(|error| {
            tracing::warn!(%error, "no tokens were issued");
            Denied::Bad
        })?;
        self.note_tokens(Kind::TokensIssued, &user_id, by, address);
        Ok(pair)
    }

    /// Writes down that tokens were given out.
    pub(super) fn note_tokens(&self, kind: Kind, user_id: &str, by: &'static str, address: IpAddr) {
        self.audit.note(Note::new(kind).by(user_id).from(address).with("by", by));
    }

    /// Whether something shows that somebody is this one.
    async fn check(&self, client_id: &str, proof: Proof, address: IpAddr) -> Result<(), Denied> {
        match proof {
            Proof::Nothing if self.mode == Mode::Open => Ok(()),
            Proof::Nothing => Err(Denied::Bad),
            Proof::Password(password) => {
                let attempt = self.attempt(Some(client_id), address)?;
                let checked = self.check_password(client_id, password).await;
                ended(attempt, &checked);
                checked
            }
            Proof::ApiKey(key) => {
                let who = self.who_is(Shown::ApiKey(key), address).await?;
                if *who.caller.user_id == *client_id { Ok(()) } else { Err(Denied::Bad) }
            }
        }
    }

    /// Whether that is the user's password. Of a user that is not there, or has none, it takes as long.
    async fn check_password(&self, user_id: &str, password: String) -> Result<(), Denied> {
        let user = self.store.user(user_id).await?;
        let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
        match self.passwords.verify(password, stored).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Denied::Bad),
            Err(error) => {
                tracing::warn!(%error, "a password could not be looked at");
                Err(Denied::Locked { wait: std::time::Duration::from_secs(1) })
            }
        }
    }

    fn roles_of(&self, user_id: &str) -> Vec<String> {
        let is_admin = self.people.get(user_id).is_some_and(|person| person.is_admin);
        is_admin.then(|| ADMIN.to_owned()).into_iter().collect()
    }

    /// Gives new tokens for a refresh token, which is good for that once: whoever comes with it again may have
    /// stolen it, so then nothing that came out of that sign-in counts any more.
    ///
    /// # Errors
    /// See [`Denied`].
    pub async fn refresh(&self, token: &str, address: IpAddr) -> Result<Pair, Denied> {
        const BY: &str = "refresh-token";
        let Ok(claims) = self.tokens.verify(token, TokenKind::Refresh) else {
            self.note_failure(None, BY, address);
            return Err(Denied::Bad);
        };
        let is_reused = match self.is_good(&claims) {
            true => !self.take_back(claims.jti, RevokedKind::Token, claims.expires_at()).await?,
            false if self.revoked.contains_key(&claims.jti) => true,
            false => {
                self.note_failure(Some(&claims.sub), BY, address);
                return Err(Denied::Bad);
            }
        };
        if is_reused {
            self.note_tokens(Kind::RefreshReused, &claims.sub, BY, address);
            self.revoke_family(&claims).await?;
            return Err(Denied::Bad);
        }
        self.note_tokens(Kind::TokensRefreshed, &claims.sub, BY, address);
        self.next_pair(&claims)
    }

    /// The tokens that come after a refresh token.
    fn next_pair(&self, claims: &Claims) -> Result<Pair, Denied> {
        let roles = match self.people.contains_key(claims.sub.as_str()) {
            true => self.roles_of(&claims.sub),
            false => claims.roles.clone(),
        };
        let bearer = Bearer { roles, ..claims.bearer() };
        self.tokens.issue_in(claims.fam, &bearer).map_err(|_| Denied::Bad)
    }

    /// What a token of ours says that counts, whatever it is good for.
    #[must_use]
    pub fn validate(&self, token: &str) -> Option<Claims> {
        self.tokens.verify_any(token).ok().filter(|claims| self.is_good(claims))
    }

    /// Whether claims that are signed still count.
    fn is_good(&self, claims: &Claims) -> bool {
        self.validity(&self.signed_in(claims)).may_write()
    }

    /// Who bears a token.
    #[must_use]
    pub fn signed_in(&self, claims: &Claims) -> SignedIn {
        let grant = Grant::Token { id: claims.jti, family: claims.fam, expires_at: claims.expires_at() };
        let is_admin = claims.roles.iter().any(|role| role == ADMIN);
        SignedIn::new(self.caller(&claims.sub, claims.device_name.clone(), is_admin), grant)
    }

    /// Takes a token back, on disk when this returns: a refresh token with all that came out of its sign-in. What is no
    /// token does not count in any case.
    ///
    /// # Errors
    /// See [`NotRevoked`].
    pub async fn revoke(&self, by: &Caller, token: &str, address: IpAddr) -> Result<(), NotRevoked> {
        if let Shown::SessionToken(text) = Shown::read(token) {
            return self.revoke_session_token(by, &text, address).await;
        }
        let Ok(claims) = self.tokens.verify_any(token) else { return Ok(()) };
        check_own(by, &claims.sub)?;
        let revoked = match claims.kind {
            TokenKind::Access => {
                self.take_back(claims.jti, RevokedKind::Token, claims.expires_at()).await.map(drop)
            }
            TokenKind::Refresh => self.revoke_family(&claims).await,
        };
        revoked.map_err(NotRevoked::Denied)?;
        self.audit.note(Note::new(Kind::TokenRevoked).by(&by.user_id).from(address).of(&claims.sub));
        Ok(())
    }

    /// Nothing of a family counts any more. All of it is over when the newest refresh token would be.
    async fn revoke_family(&self, claims: &Claims) -> Result<(), Denied> {
        let longest = i64::try_from(self.tokens.lifetimes().refresh.as_millis()).unwrap_or(i64::MAX);
        let expires_at = Timestamp::from_millis(self.now().millis().saturating_add(longest));
        self.take_back(claims.fam, RevokedKind::Family, expires_at).await.map(drop)
    }

    /// False if it was taken back before.
    async fn take_back(&self, id: Uuid, what: RevokedKind, expires_at: Timestamp) -> Result<bool, Denied> {
        let is_first = self.store.revoke(RevocationRow { id, what, expires_at }).await?;
        self.revoked.insert(id, Some(expires_at));
        self.changed();
        Ok(is_first)
    }

    /// Forgets what would not count in any case, until the future is dropped.
    pub async fn prune(self: Arc<Self>, every: std::time::Duration) {
        loop {
            tokio::time::sleep(every).await;
            let now = self.now();
            match self.store.prune_revocations(now).await {
                Ok(_) => self.revoked.retain(|_, until| until.is_none_or(|until| until > now)),
                Err(error) => tracing::warn!(%error, "revocations were not pruned"),
            }
            if let Err(error) = self.prune_invitations().await {
                tracing::warn!(%error, "invitations were not pruned");
            }
            if let Err(error) = self.prune_session_tokens().await {
                tracing::warn!(%error, "session tokens were not pruned");
            }
        }
    }
}
