//! What is noted: an entry in the making, from typed parts. Texts that come from clients are cut, and what looks like a
//! secret is not written down at all.

use std::net::IpAddr;

use graphroom_protocol::rest::audit::{AuditKind, AuditOutcome};
use serde_json::{Map, Value};

use crate::domain::Timestamp;
use crate::store::{AuditEntry, Outcome, ProjectId};

/// The longest id that is written down, in bytes.
pub(super) const MAX_ID: usize = 256;
/// The longest text of a detail, in bytes.
const MAX_TEXT: usize = 96;
/// How many details an entry has at most. With all that, an entry is under 1 KiB.
const MAX_DETAILS: usize = 4;

/// How secrets and tokens begin.
const SECRETS: [&str; 4] = ["sk_", "sess_", "inv_", "eyJ"];
/// As many characters behind that make it one.
const SECRET: usize = 16;

/// Something to be written down.
#[derive(Clone, Debug)]
pub struct Note {
    pub(super) kind: AuditKind,
    pub(super) user_id: Option<String>,
    pub(super) address: Option<IpAddr>,
    pub(super) project_id: Option<ProjectId>,
    target: Option<String>,
    detail: Map<String, Value>,
}

impl Note {
    /// That this happened, or was refused.
    #[must_use]
    pub fn new(kind: AuditKind) -> Self {
        Self { kind, user_id: None, address: None, project_id: None, target: None, detail: Map::new() }
    }

    /// By whom.
    #[must_use]
    pub fn by(self, user_id: &str) -> Self {
        Self { user_id: Some(cut(user_id, MAX_ID)), ..self }
    }

    /// From where.
    #[must_use]
    pub fn from(self, address: IpAddr) -> Self {
        Self { address: Some(address), ..self }
    }

    /// In which project, if in any.
    #[must_use]
    pub fn in_project(self, project_id: Option<ProjectId>) -> Self {
        Self { project_id, ..self }
    }

    /// To what or whom.
    #[must_use]
    pub fn of(self, target: &str) -> Self {
        Self { target: Some(cut(target, MAX_ID)), ..self }
    }

    /// What else there is to say.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        debug_assert!(self.detail.len() < MAX_DETAILS, "an entry would get too long");
        let value = match value.into() {
            Value::String(text) => cut(&text, MAX_TEXT).into(),
            value @ (Value::Null | Value::Bool(_) | Value::Number(_)) => value,
            // Nobody says how long they are.
            Value::Array(_) | Value::Object(_) => Value::Null,
        };
        self.detail.insert(name.to_owned(), value);
        self
    }

    /// The entry, for who stores it at once.
    #[must_use]
    pub fn entry(self, at: Timestamp) -> AuditEntry {
        let Self { kind, user_id, address, project_id, target, detail } = self;
        AuditEntry {
            at,
            kind: kind.as_str().to_owned(),
            outcome: match kind.outcome() {
                AuditOutcome::Done => Outcome::Done,
                AuditOutcome::Denied => Outcome::Denied,
            },
            user_id,
            address: address.map(|address| address.to_string()),
            project_id,
            target,
            detail: (!detail.is_empty()).then(|| Value::Object(detail).to_string()),
        }
    }
}

/// As much of a text as is written down. What people type into the wrong field is not.
pub(super) fn cut(text: &str, most: usize) -> String {
    if looks_secret(text) {
        return "(looks like a secret)".to_owned();
    }
    text[..text.floor_char_boundary(most)].to_owned()
}

/// Whether something in a text looks like a secret or a token.
pub fn looks_secret(text: &str) -> bool {
    let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let follows = |start: &str| {
        text.match_indices(start)
            .any(|(at, _)| text[at + start.len()..].chars().take_while(is_part).count() >= SECRET)
    };
    SECRETS.into_iter().any(follows)
}
