//! Who calls, and what one may do: keys, tokens, passwords, secrets, roles.
//!
//! Nothing here knows of HTTP or sockets. What time it is is handed in. Who is disabled, what was revoked and who is
//! what in which project is asked with every command: it is held in memory, changed in the store first.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod foreign;
pub mod grant;
pub mod invitations;
pub mod keys;
pub mod lockout;
pub mod passwords;
pub mod roles;
pub mod secrets;
pub mod session_tokens;
pub mod sign_in;
pub mod tokens;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use tokio::sync::watch;
use uuid::Uuid;

pub use self::access::{Need, Refusal, decide};
use self::audit::{Audit, Kind, Note};
use self::foreign::ForeignTokens;
pub use self::grant::{Denied, Grant, Shown, SignedIn, Validity};
use self::lockout::{Attempt, Lockout, Refused};
use self::passwords::Passwords;
use self::roles::Roles;
use self::secrets::{Secret, SecretKind};
use self::session_tokens::Uses;
use self::tokens::{Lifetimes, TokenKind, Tokens};
use crate::clock::Clock;
use crate::domain::{Caller, Role, Standing, Timestamp};
pub use crate::store::{ApiKeyRow, InvitationRow, StoreError, UserRow};
use crate::store::{MemberRow, ProjectId, RevocationRow, Store};

/// The role of a token, or of a user, that may do everything.
pub const ADMIN: &str = "admin";

/// Who has to say who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nobody: everybody may do everything.
    Open,
    /// Everybody, by something that was given out.
    Token,
}

/// Why a role was not set.
#[derive(Debug)]
pub enum NotSet {
    /// There is no such project.
    NoProject,
    /// The project would have no owner.
    LastOwner,
    /// It could not be stored; what counts is as it was.
    Store(StoreError),
}

impl From<StoreError> for NotSet {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What is asked about a user with every command.
#[derive(Clone, Debug)]
struct Person {
    name: Option<Arc<str>>,
    is_admin: bool,
    is_disabled: bool,
}

impl From<&UserRow> for Person {
    fn from(row: &UserRow) -> Self {
        Self {
            name: row.name.as_deref().map(Into::into),
            is_admin: row.is_admin,
            is_disabled: row.is_disabled,
        }
    }
}

/// What somebody has to show, and what that is held against.
pub struct Rules {
    /// Who has to.
    pub mode: Mode,
    /// Our own tokens.
    pub tokens: Tokens,
    /// Others' tokens that are taken, too.
    pub foreign: Option<ForeignTokens>,
    /// How passwords are looked at.
    pub passwords: Passwords,
    /// Where what happens is written down.
    pub audit: Arc<Audit>,
}

/// Knows who is who.
pub struct Identity {
    mode: Mode,
    store: Arc<dyn Store>,
    clock: Clock,
    tokens: Tokens,
    foreign: Option<ForeignTokens>,
    passwords: Passwords,
    audit: Arc<Audit>,
    lockout: Lockout,
    people: DashMap<Arc<str>, Person>,
    roles: Roles,
    /// What counts no more, and until when it would have: tokens and families of them, keys, session tokens.
    revoked: DashMap<Uuid, Option<Timestamp>>,
    uses: Uses,
    changes: watch::Sender<()>,
    /// Held by who changes a role, so that memory and store have them in one order.
    changing: tokio::sync::Mutex<()>,
}

impl Identity {
    /// Reads what the store has of users, roles and revocations.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn load(rules: Rules, store: Arc<dyn Store>, clock: Clock) -> Result<Self, StoreError> {
        let Rules { mode, tokens, foreign, passwords, audit } = rules;
        let identity = Self {
            mode,
            lockout: Lockout::new(Arc::clone(&clock)),
            clock,
            tokens,
            foreign,
            passwords,
            audit,
            people: DashMap::new(),
            roles: Roles::default(),
            revoked: DashMap::new(),
            uses: Uses::default(),
            changes: watch::Sender::new(()),
            changing: tokio::sync::Mutex::default(),
            store,
        };
        for user in identity.store.users().await? {
            identity.people.insert(user.user_id.as_str().into(), Person::from(&user));
        }
        for MemberRow { project_id, user_id, role, .. } in identity.store.all_roles().await? {
            identity.roles.set(&user_id, project_id, Some(role));
        }
        for RevocationRow { id, expires_at, .. } in identity.store.revocations().await? {
            identity.revoked.insert(id, Some(expires_at));
        }
        Ok(identity)
    }

    /// Whether nobody has to say who it is.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.mode == Mode::Open
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// For how long tokens are good.
    #[must_use]
    pub fn lifetimes(&self) -> Lifetimes {
        self.tokens.lifetimes()
    }

    /// For how long an access token is good.
    #[must_use]
    pub fn access_lifetime(&self) -> Duration {
        self.tokens.lifetimes().access
    }

    /// Where what happens is written down.
    #[must_use]
    pub fn audit(&self) -> &Arc<Audit> {
        &self.audit
    }

    /// Who is what in which project.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Tells whenever somebody may do less, or more, than before.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn changed(&self) {
        self.changes.send_replace(());
    }

    fn is_disabled(&self, user_id: &str) -> bool {
        self.people.get(user_id).is_some_and(|person| person.is_disabled)
    }

    /// Begins an attempt that can be too many.
    fn attempt(&self, account: Option<&str>, address: IpAddr) -> Result<Attempt<'_>, Denied> {
        self.lockout.begin(account, Some(address)).map_err(|refused| Denied::Locked {
            wait: match refused {
                Refused::Until(until) => {
                    let note = Note::new(Kind::LockedOut).from(address);
                    self.audit.note(account.into_iter().fold(note, Note::by));
                    let wait = until.millis().saturating_sub(self.now().millis());
                    Duration::from_millis(u64::try_from(wait).unwrap_or(0))
                }
                Refused::Busy => Duration::from_secs(1),
            },
        })
    }

    /// Writes down that somebody, perhaps this one, showed what does not count.
    fn note_failure(&self, user_id: Option<&str>, by: &'static str, address: IpAddr) {
        let note = Note::new(Kind::SignInFailed).from(address).with("by", by);
        self.audit.note(user_id.into_iter().fold(note, Note::by));
    }

    /// Whom what was shown names.
    ///
    /// # Errors
    /// See [`Denied`].
    pub async fn authenticate(&self, shown: Shown, address: IpAddr) -> Result<SignedIn, Denied> {
        let by = shown.kind();
        let found = self.who_is(shown, address).await;
        // Clients of open mode show whatever they have.
        if matches!(found, Err(Denied::Bad)) && !self.is_open() {
            self.note_failure(None, by, address);
        }
        found
    }

    async fn who_is(&self, shown: Shown, address: IpAddr) -> Result<SignedIn, Denied> {
        let signed_in = match &shown {
            Shown::Token(token) => self.by_token(token),
            Shown::ApiKey(text) => {
                let attempt = self.attempt(None, address)?;
                let found = self.by_api_key(text).await;
                ended(attempt, &found);
                found
            }
            // It cannot be guessed, and those that are over come often: no lockout.
            Shown::SessionToken(text) => self.by_session_token(text).await,
        };
        if let Err(Denied::Bad) = &signed_in {
            tracing::info!(%address, ?shown, "credentials that do not count");
        }
        let signed_in = signed_in?;
        // It was good when it was made: whether it still is, is asked like of a connection's.
        if self.validity(&signed_in).may_write() { Ok(signed_in) } else { Err(Denied::Bad) }
    }

    fn by_token(&self, token: &str) -> Result<SignedIn, Denied> {
        let reason = match self.tokens.verify(token, TokenKind::Access) {
            Ok(claims) => return Ok(self.signed_in(&claims)),
            Err(bad) => bad.reason,
        };
        let others = self.foreign.as_ref().map(|foreign| foreign.verify(token));
        tracing::debug!(?reason, others = ?others.as_ref().and_then(|of| of.as_ref().err()), "a token is not ours");
        // What is anonymous is nobody in particular, whoever says so.
        let user = others.and_then(Result::ok).filter(|user| sign_in::is_user_id(&user.user_id));
        let user = user.ok_or(Denied::Bad)?;
        let grant = Grant::Foreign { id: user.token_id, expires_at: user.expires_at };
        Ok(SignedIn::new(self.caller(&user.user_id, user.name, user.is_admin), grant))
    }

    async fn by_api_key(&self, text: &str) -> Result<SignedIn, Denied> {
        let secret = Secret::read(text).filter(|secret| secret.kind() == SecretKind::ApiKey);
        let secret = secret.ok_or(Denied::Bad)?;
        let row = self.store.api_key_by_hash(secret.hash()).await?.ok_or(Denied::Bad)?;
        if !secret.is(&row.hash) {
            return Err(Denied::Bad);
        }
        let grant = Grant::ApiKey { key_id: row.key_id, expires_at: row.expires_at };
        Ok(SignedIn::new(self.caller(&row.user_id, None, false), grant))
    }

    /// The caller that is this user. What a user is to the whole server is what the store has of it; who is in no
    /// store, and was let in by a token all the same, is what the token says.
    fn caller(&self, user_id: &str, name: Option<String>, is_admin: bool) -> Caller {
        let person = self.people.get(user_id);
        let is_admin = person.as_ref().map_or(is_admin, |person| person.is_admin);
        let known = person.as_ref().and_then(|person| person.name.clone());
        Caller {
            user_id: user_id.into(),
            name: known.or_else(|| name.map(Into::into)),
            standing: match self.mode {
                Mode::Open => Standing::Everybody,
                Mode::Token if is_admin => Standing::Admin,
                Mode::Token => Standing::User,
            },
        }
    }

    /// Whether what somebody was let in by still counts.
    #[must_use]
    pub fn validity(&self, who: &SignedIn) -> Validity {
        if who.grant == Grant::Claimed {
            return Validity::Good;
        }
        if who.grant.names().any(|name| self.revoked.contains_key(&name)) {
            return Validity::Over;
        }
        if let Grant::SessionToken { token_id } = who.grant
            && !self.uses.count(token_id, self.now())
        {
            return Validity::Over;
        }
        let is_less = self.people.get(&who.caller.user_id).is_some_and(|person| {
            person.is_disabled || (who.caller.standing == Standing::Admin && !person.is_admin)
        });
        if is_less { Validity::Over } else { Validity::until(who.grant.expires_at(), self.now()) }
    }

    /// The members of a project; none if there is no such project.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn members(&self, project: ProjectId) -> Result<Option<Vec<MemberRow>>, StoreError> {
        match self.store.project(project).await? {
            Some(_) => self.store.members(project).await.map(Some),
            None => Ok(None),
        }
    }

    /// Gives a user a role in a project, or takes it, on disk when this returns. Where it has to keep an owner, the
    /// last one stays.
    ///
    /// # Errors
    /// See [`NotSet`].
    pub async fn set_role(
        &self,
        project: ProjectId,
        user_id: &str,
        role: Option<Role>,
        keeps_owner: bool,
    ) -> Result<(), NotSet> {
        let _alone = self.changing.lock().await;
        let members = self.members(project).await?.ok_or(NotSet::NoProject)?;
        let stays = |row: &MemberRow| row.role == Role::Owner && row.user_id != user_id;
        if keeps_owner && role != Some(Role::Owner) && !members.iter().any(stays) {
            return Err(NotSet::LastOwner);
        }
        match role {
            Some(role) => {
                if !self.store.set_role(project, user_id, role, self.now()).await? {
                    return Err(NotSet::NoProject);
                }
            }
            None => drop(self.store.remove_role(project, user_id).await?),
        }
        self.roles.set(user_id, project, role);
        self.changed();
        Ok(())
    }

    /// Whoever makes a project owns it; the store knows already.
    pub fn owns(&self, user_id: &str, project: ProjectId) {
        self.roles.set(user_id, project, Some(Role::Owner));
        self.changed();
    }
}

/// An attempt counts by how it ended; one whose end is not known does not.
fn ended<T>(attempt: Attempt<'_>, result: &Result<T, Denied>) {
    match result {
        Ok(_) => attempt.succeeded(),
        Err(Denied::Bad) => attempt.failed(),
        Err(_) => attempt.void(),
    }
}
