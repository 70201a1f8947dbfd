//! What somebody does often is one entry and, ten seconds later, one more with how often it was.
//!
//! A flood of one caller is two entries, and then one in ten seconds, as long as it lasts.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Kind, Note};
use crate::domain::Timestamp;

/// How long what is alike is counted together, in milliseconds.
const WINDOW: i64 = 10_000;
/// How many callers are told apart. Beyond, all others are one.
const APART: usize = 10_000;

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Alike {
    kind: Kind,
    caller: String,
    /// Which one was entered: of everything else it is the first one that counts.
    project_id: Option<Uuid>,
}

/// Since when, and what came since.
struct Window {
    since: i64,
    more: u64,
    last: Option<(Timestamp, Note)>,
}

impl Window {
    fn since(now: Timestamp) -> Self {
        Self { since: now.millis(), more: 0, last: None }
    }
}

/// What is being counted.
#[derive(Default)]
pub struct Windows(HashMap<Alike, Window>);

impl Windows {
    /// The note, if it is to be written down now.
    pub fn offer(&mut self, note: Note, now: Timestamp) -> Option<Note> {
        if !comes_often(note.kind) {
            return Some(note);
        }
        let project_id = note.project_id.filter(|_| note.kind == Kind::Joined);
        let mut alike = Alike { kind: note.kind, caller: caller(&note), project_id };
        if self.0.len() >= APART && !self.0.contains_key(&alike) {
            alike = Alike { caller: String::new(), project_id: None, ..alike };
        }
        match self.0.get_mut(&alike) {
            None => {
                self.0.insert(alike, Window::since(now));
                Some(note)
            }
            Some(window) => {
                window.more += 1;
                window.last = Some((now, note));
                None
            }
        }
    }

    /// What is to be written down of windows that are over, or of all.
    pub fn sweep(&mut self, now: Timestamp, all: bool) -> impl Iterator<Item = (Timestamp, Note)> {
        let mut over = Vec::new();
        self.0.retain(|_, window| {
            let is_over = now.millis().saturating_sub(window.since) >= WINDOW;
            if !is_over && !all {
                return true;
            }
            let Some((at, note)) = window.last.take() else { return false };
            over.push((at, note.with("count", window.more)));
            *window = Window::since(now);
            true
        });
        over.into_iter()
    }
}

/// Whether clients decide how often there is such a note.
fn comes_often(kind: Kind) -> bool {
    use Kind as K;
    match kind {
        K::TokensIssued | K::TokensRefreshed | K::RefreshReused | K::SignInFailed | K::LockedOut => true,
        K::Connected | K::Authenticated | K::Disconnected | K::Joined | K::Refused | K::OverLimit => true,
        K::TokenRevoked | K::UserCreated | K::UserChanged | K::ApiKeyCreated | K::ApiKeyRevoked => false,
        K::InvitationCreated | K::InvitationUsed | K::InvitationRevoked => false,
        K::SessionTokenCreated | K::SessionTokenRevoked | K::SigningKeyCreated | K::SigningKeyRemoved => {
            false
        }
        K::RoleSet | K::RoleRemoved | K::SessionsCleanedUp | K::SessionUnloaded => false,
        K::ConnectionsEnded | K::AlertAcknowledged | K::ErrorResolved => false,
        K::BroadcastSent | K::MaintenanceSet => false,
        K::ProjectDeleted | K::ConversationDeleted | K::EntriesDropped => false,
    }
}

/// Whose a note is: its user's, unless that is nobody in particular or nobody knows that it is that user.
fn caller(note: &Note) -> String {
    let is_claimed = matches!(note.kind, Kind::SignInFailed | Kind::LockedOut | Kind::RefreshReused);
    let user_id = note.user_id.as_deref().filter(|user_id| !is_claimed && !user_id.starts_with("anonymous:"));
    match (user_id, note.address) {
        // What a user is called may look like an address.
        (Some(user_id), _) => format!("user {user_id}"),
        (None, Some(address)) => address.to_string(),
        (None, None) => String::new(),
    }
}
