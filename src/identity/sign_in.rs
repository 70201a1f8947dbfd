//! Signing in, going on and signing out: pairs of tokens for who shows who it is.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::audit::{Kind, Note};
use super::tokens::{Bearer, Claims, Pair, TokenKind};
use super::{ADMIN, Denied, Grant, Identity, Mode, Shown, SignedIn, ended};
use crate::domain::{Standing, Timestamp};
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

/// Who wants tokens.
pub struct Application {
    /// Who it is.
    pub client_id: String,
    /// What its device is called.
    pub device_name: Option<String>,
    /// What sort of device it is.
    pub device_type: Option<String>,
}

impl Application {
    /// Whether its names are such as can be given out.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let fits = |text: &String| (1..=MAX_NAME).contains(&text.chars().count());
        let names = [Some(&self.client_id), self.device_name.as_ref(), self.device_type.as_ref()];
        names.into_iter().flatten().all(fits) && is_user_id(&self.client_id)
    }
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

impl Identity {
    /// Gives tokens to somebody who shows who it is.
    ///
    /// # Errors
    /// See [`Denied`].
    pub async fn issue(
        &self,
        application: Application,
        proof: Proof,
        address: IpAddr,
    ) -> Result<Pair, Denied> {
        let (by, client_id) = (proof.kind(), application.client_id.clone());
        let issued = match self.check(&client_id, proof, address).await {
            Ok(()) if self.is_disabled(&client_id) => Err(Denied::Bad),
            Ok(()) => self.first_pair(application),
            Err(error) => Err(error),
        };
        match &issued {
            Ok(_) => self.note_tokens(Kind::TokensIssued, &client_id, by, address),
            Err(Denied::Bad) => self.note_failure(Some(&client_id), by, address),
            Err(_) => {}
        }
        issued
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

    /// The first tokens of a sign-in.
    pub(super) fn first_pair(&self, application: Application) -> Result<Pair, Denied> {
        let Application { client_id, device_name, device_type } = application;
        let bearer =
            Bearer { roles: self.roles_of(&client_id), user_id: client_id, device_name, device_type };
        self.tokens.issue(&bearer).map_err(|error| {
            tracing::warn!(%error, "no tokens were issued");
            Denied::Bad
        })
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
    pub async fn revoke(&self, bearer: &Claims, token: &str, address: IpAddr) -> Result<(), NotRevoked> {
        let Ok(claims) = self.tokens.verify_any(token) else { return Ok(()) };
        let is_admin = self.signed_in(bearer).caller.standing == Standing::Admin;
        if claims.sub != bearer.sub && !is_admin {
            return Err(NotRevoked::NotOwn);
        }
        let revoked = match claims.kind {
            TokenKind::Access => {
                self.take_back(claims.jti, RevokedKind::Token, claims.expires_at()).await.map(drop)
            }
            TokenKind::Refresh => self.revoke_family(&claims).await,
        };
        revoked.map_err(NotRevoked::Denied)?;
        self.audit.note(Note::new(Kind::TokenRevoked).by(&bearer.sub).from(address).of(&claims.sub));
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
        }
    }
}
