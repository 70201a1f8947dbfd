//! What somebody was let in by, and how long that counts.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use uuid::Uuid;

use crate::domain::{Caller, Timestamp};
use crate::store::StoreError;

/// How long before its end the bearer of a token is told that it ends.
pub const NOTICE: Duration = Duration::from_secs(60);
/// How long a connection may go on reading once what it showed has ended.
pub const READ_ONLY: Duration = Duration::from_secs(30);

/// What somebody shows to say who it is. No `Debug` of it shows that.
#[derive(Clone, PartialEq, Eq)]
pub enum Shown {
    /// An access token.
    Token(String),
    /// An API key.
    ApiKey(String),
    /// A session token.
    SessionToken(String),
}

impl Shown {
    /// What a text is that may be any of them: they are told by how they begin.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).to_owned();
        match &text {
            key if key.starts_with("sk_") => Self::ApiKey(text),
            token if token.starts_with("sess_") => Self::SessionToken(text),
            _ => Self::Token(text),
        }
    }
}

impl Shown {
    /// What it is called in the audit log.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Token(_) => "token",
            Self::ApiKey(_) => "api-key",
            Self::SessionToken(_) => "session-token",
        }
    }

    /// Whether it is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let (Self::Token(text) | Self::ApiKey(text) | Self::SessionToken(text)) = self;
        text.is_empty()
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token(…)",
            Self::ApiKey(_) => "ApiKey(…)",
            Self::SessionToken(_) => "SessionToken(…)",
        })
    }
}

/// Why somebody was not let in.
#[derive(Debug)]
pub enum Denied {
    /// What was shown does not count, whatever is wrong with it.
    Bad,
    /// Too much was shown that did not count.
    Locked {
        /// How long that lasts.
        wait: Duration,
    },
    /// It cannot be found out now.
    Store(StoreError),
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What somebody was let in by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Its word.
    Claimed,
    /// A token of ours.
    Token {
        /// The token's name.
        id: Uuid,
        /// That of its family.
        family: Uuid,
        /// When its time is over.
        expires_at: Timestamp,
    },
    /// A token of somebody else's.
    Foreign {
        /// A name of the token.
        id: Uuid,
        /// When its time is over.
        expires_at: Timestamp,
    },
    /// An API key.
    ApiKey {
        /// Which.
        key_id: Uuid,
        /// When its time is over, if ever.
        expires_at: Option<Timestamp>,
    },
    /// A session token, which lasts as long as it is used.
    SessionToken {
        /// Which.
        token_id: Uuid,
    },
}

impl Grant {
    /// When its time is over, if it is by itself.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Claimed | Self::SessionToken { .. } => None,
            Self::Token { expires_at, .. } | Self::Foreign { expires_at, .. } => Some(*expires_at),
            Self::ApiKey { expires_at, .. } => *expires_at,
        }
    }

    /// What may be revoked of it.
    pub(super) fn names(&self) -> impl Iterator<Item = Uuid> {
        let names = match self {
            Self::Claimed => [None, None],
            Self::Token { id, family, .. } => [Some(*id), Some(*family)],
            Self::Foreign { id, .. }
            | Self::ApiKey { key_id: id, .. }
            | Self::SessionToken { token_id: id } => [Some(*id), None],
        };
        names.into_iter().flatten()
    }
}

/// Whether what somebody was let in by still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It does.
    Good,
    /// It does, for less than [`NOTICE`].
    Ending {
        /// How long it is until nothing may be done at all.
        cut_in: Duration,
    },
    /// Its time is over: for a while it is good for reading.
    Expired {
        /// How long it is until nothing may be done at all.
        cut_in: Duration,
    },
    /// It does not count any more.
    Over,
}

impl Validity {
    /// Of something whose time is over then.
    #[must_use]
    pub fn until(expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        let Some(expires_at) = expires_at else { return Self::Good };
        let left = expires_at.millis().saturating_sub(now.millis());
        let cut_in = left.saturating_add_unsigned(READ_ONLY.as_millis() as u64);
        let cut_in = Duration::from_millis(u64::try_from(cut_in).unwrap_or(0));
        let notice = i64::try_from(NOTICE.as_millis()).unwrap_or(i64::MAX);
        match left {
            _ if cut_in.is_zero() => Self::Over,
            left if left <= 0 => Self::Expired { cut_in },
            left if left <= notice => Self::Ending { cut_in },
            _ => Self::Good,
        }
    }

    /// Whether something may be changed.
    #[must_use]
    pub fn may_write(self) -> bool {
        matches!(self, Self::Good | Self::Ending { .. })
    }
}

/// Somebody who was let in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub caller: Caller,
    /// By what.
    pub grant: Grant,
    /// Whether its connection was told that the grant ends.
    pub is_told: AtomicBool,
}

impl SignedIn {
    pub(super) fn new(caller: Caller, grant: Grant) -> Self {
        Self { caller, grant, is_told: AtomicBool::new(false) }
    }

    /// The same, for another connection.
    #[must_use]
    pub fn again(&self) -> Self {
        Self::new(self.caller.clone(), self.grant.clone())
    }

    /// Somebody who is taken at its word.
    #[must_use]
    pub fn claimed(caller: Caller) -> Self {
        Self::new(caller, Grant::Claimed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_is_told_then_reads_on_for_a_while_and_is_over() {
        let at = |seconds: i64| {
            let expires_at = Some(Timestamp::from_millis(1_000_000));
            Validity::until(expires_at, Timestamp::from_millis(1_000_000 + seconds * 1_000))
        };
        let cut_in = Duration::from_secs;
        assert_eq!(at(-61), Validity::Good);
        assert_eq!(at(-60), Validity::Ending { cut_in: cut_in(90) });
        assert_eq!(at(-1), Validity::Ending { cut_in: cut_in(31) });
        assert_eq!(at(0), Validity::Expired { cut_in: cut_in(30) });
        assert_eq!(at(29), Validity::Expired { cut_in: cut_in(1) });
        assert_eq!(at(30), Validity::Over);
        assert_eq!(Validity::until(None, Timestamp::from_millis(0)), Validity::Good);
        assert!(at(-1).may_write() && !at(0).may_write());
    }

    #[test]
    fn no_debug_shows_what_was_shown() {
        for text in ["sk_secret", "sess_secret", "Bearer ey.secret"] {
            assert!(!format!("{:?}", Shown::read(text)).contains("secret"));
        }
    }
}
