//! The audit log: who did what, and what was refused.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Writes the list of kinds once.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal $outcome:ident,)+) => {
        /// What an entry is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum AuditKind {
            $($(#[doc = $doc])+ $name,)+
        }

        impl AuditKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// As it is stored and sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text),+
                }
            }

            /// What became of what somebody wanted.
            #[must_use]
            pub const fn outcome(self) -> AuditOutcome {
                match self {
                    $(Self::$name => AuditOutcome::$outcome),+
                }
            }
        }
    };
}

kinds! {
    /// Somebody signed in: tokens were given out.
    TokensIssued = "tokens-issued" Done,
    /// A refresh token was exchanged for new tokens.
    TokensRefreshed = "tokens-refreshed" Done,
    /// A refresh token came a second time: all that came out of its sign-in counts no more.
    RefreshReused = "refresh-reused" Denied,
    /// A token was taken back.
    TokenRevoked = "token-revoked" Done,
    /// Credentials that do not count were shown.
    SignInFailed = "sign-in-failed" Denied,
    /// Somebody who is locked out tried again.
    LockedOut = "locked-out" Denied,
    /// A user was made.
    UserCreated = "user-created" Done,
    /// A user was changed: its name, its password, whether it is an admin or disabled.
    UserChanged = "user-changed" Done,
    /// An API key was made.
    ApiKeyCreated = "api-key-created" Done,
    /// An API key was taken back.
    ApiKeyRevoked = "api-key-revoked" Done,
    /// An invitation was made.
    InvitationCreated = "invitation-created" Done,
    /// Somebody became a user by an invitation.
    InvitationUsed = "invitation-used" Done,
    /// An invitation was taken back.
    InvitationRevoked = "invitation-revoked" Done,
    /// A session token was made.
    SessionTokenCreated = "session-token-created" Done,
    /// A session token was taken back, or made room for a newer one.
    SessionTokenRevoked = "session-token-revoked" Done,
    /// A key that signs tokens was made.
    SigningKeyCreated = "signing-key-created" Done,
    /// A key that signs tokens was removed.
    SigningKeyRemoved = "signing-key-removed" Done,
    /// Somebody got a role in a project.
    RoleSet = "role-set" Done,
    /// Somebody lost its role in a project.
    RoleRemoved = "role-removed" Done,
    /// A socket connected.
    Connected = "connected" Done,
    /// A connection said by an event who it is.
    Authenticated = "authenticated" Done,
    /// A socket is gone.
    Disconnected = "disconnected" Done,
    /// A connection joined a session.
    Joined = "joined" Done,
    /// A command, another event, or a route was refused to who may not.
    Refused = "refused" Denied,
    /// Something was over a limit on what clients may use.
    OverLimit = "over-limit" Denied,
    /// Sessions that nobody used were unloaded at somebody's wish.
    SessionsCleanedUp = "sessions-cleaned-up" Done,
    /// A session was unloaded at somebody's wish, whoever was in it.
    SessionUnloaded = "session-unloaded" Done,
    /// Connections were ended at somebody's wish.
    ConnectionsEnded = "connections-ended" Done,
    /// Somebody has seen an alert.
    AlertAcknowledged = "alert-acknowledged" Done,
    /// Somebody is done with an error that happened.
    ErrorResolved = "error-resolved" Done,
    /// A broadcast was sent, or sent again.
    BroadcastSent = "broadcast-sent" Done,
    /// Maintenance began, or ended.
    MaintenanceSet = "maintenance-set" Done,
    /// A project was deleted.
    ProjectDeleted = "project-deleted" Done,
    /// A conversation was deleted.
    ConversationDeleted = "conversation-deleted" Done,
    /// Entries were lost, since too many came at once.
    EntriesDropped = "entries-dropped" Denied,
}

impl AuditKind {
    /// The kind of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

/// What became of what somebody wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// It was refused.
    Denied,
}

/// Something that happened, or was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditEntryView {
    /// Grows with every entry.
    pub id: u64,
    /// When; of several that are one entry, the last.
    #[schema(format = DateTime)]
    pub at: String,
    /// What.
    #[schema(value_type = AuditKind)]
    pub kind: String,
    /// Whether it was done.
    pub outcome: AuditOutcome,
    /// Who did it, or claimed to be who wanted it.
    pub user_id: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// In which project.
    pub project_id: Option<String>,
    /// To what or whom it was done.
    pub target: Option<String>,
    /// What else there is to say, by kind; `count` if it is more than one in ten seconds.
    pub detail: Option<Value>,
}

/// The answer to `GET /api/v1/admin/audit`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditPageView {
    /// The newest first.
    pub entries: Vec<AuditEntryView>,
    /// The `before` of the next page; null if this is the last one.
    pub next: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_written_as_it_is_called() {
        for kind in AuditKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(AuditKind::find(kind.as_str()), Some(*kind));
        }
        assert_eq!(AuditKind::find("refusal"), None);
    }
}
