//! What a transport hands to a session, and what it gets back.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use graphroom_protocol::{Accepted, ErrorBody, ErrorCode, Rejected};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::observer::Outcome;
use super::trace::{Trace, Via};
use crate::clock::Instant;
use crate::domain::command::{ReplaceGraph, Restore};
use crate::domain::{
    Author, Command, Life, NodeId, OnConflict, Rejection, RejectionCode, Scope, Seq, canonical,
};

/// The longest `command_id`, in characters.
pub const MAX_COMMAND_ID: usize = 128;

/// What the client wants.
#[derive(Clone, Debug)]
pub enum Wish {
    /// A command by its type and data.
    Execute {
        /// See `docs/wire.md`.
        command_type: String,
        /// The command's own fields.
        data: Value,
    },
    /// Give the project another name.
    Rename {
        /// The new name.
        name: Arc<str>,
    },
    /// Replace the graph by one that was read from a project file.
    Replace {
        /// The other graph.
        graph: ReplaceGraph,
        /// Tells the file from others: nodes that do not say when they were made are new in each reading.
        digest: Arc<str>,
    },
    /// Make the graph, or a node and what is below it, what it was.
    Restore {
        /// What was.
        restore: Restore,
        /// When that was.
        seq: Seq,
        /// The topmost node; none for the whole graph.
        node_id: Option<NodeId>,
    },
    /// Go on in the project's life.
    SetState {
        /// Where to.
        state: Life,
    },
    /// Delete the project.
    Delete,
    /// Take the newest step back.
    Undo {
        /// Whose; none means the transport's default.
        scope: Option<Scope>,
        /// Even where others wrote since.
        force: bool,
        /// What becomes of it where something would be left alone.
        on_conflict: OnConflict,
    },
    /// Do the step again that was taken back last.
    Redo {
        /// Whose; none means the transport's default.
        scope: Option<Scope>,
        /// Even where others wrote since.
        force: bool,
        /// What becomes of it where something would be left alone.
        on_conflict: OnConflict,
    },
}

/// A command on its way to the actor.
pub struct Request {
    /// Who gives it.
    pub author: Author,
    /// What it is.
    pub wish: Wish,
    /// The client's name for it: a repeat is recognised.
    pub command_id: Option<String>,
    /// The scope that undo and redo have on this transport when the client names none.
    pub default_scope: Scope,
    /// How large it came in.
    pub bytes: usize,
    /// The count of the connection's waiting commands; none where one connection has only one.
    pub waiting: Option<Arc<AtomicUsize>>,
    /// How it came.
    pub via: Via,
}

/// What became of a command.
#[derive(Debug)]
pub struct Resolution {
    /// The answer, without a graph.
    pub answer: Result<Accepted, Rejected>,
    /// The position in the ring behind the command's events.
    pub position: u64,
    /// The `command:failed` that only the sender gets; the room's own stands in the ring.
    pub failed: Option<Arc<RawValue>>,
}

/// Called once with what became of a command, by the actor: it must be quick.
pub type Reply = Box<dyn FnOnce(Resolution) + Send>;

/// A command as the actor takes it.
pub(super) struct Job {
    pub(super) author: Author,
    pub(super) command: Command,
    pub(super) command_id: Arc<str>,
    /// Only there when the client named the command.
    pub(super) body_hash: Option<String>,
    pub(super) seed: Uuid,
    /// The scope that `undo_available` answers for.
    pub(super) scope: Scope,
    pub(super) reply: Reply,
    /// When it came.
    pub(super) came: Instant,
    /// Measures it, if it is traced.
    pub(super) trace: Option<Box<Trace>>,
}

impl Job {
    /// Whether its client named it, so that it may be a repeat.
    pub(super) fn is_named(&self) -> bool {
        self.body_hash.is_some()
    }
}

/// Why a request did not become a job.
pub(super) struct Malformed {
    pub(super) command_id: Option<String>,
    pub(super) command_type: String,
    pub(super) error: ErrorBody,
    pub(super) reply: Reply,
}

impl Request {
    /// Reads the command and hashes its body.
    ///
    /// A refusal is large, and rare: it travels in a box.
    pub(super) fn into_job(self, mut trace: Option<Box<Trace>>, reply: Reply) -> Result<Job, Box<Malformed>> {
        let Self { author, wish, command_id, default_scope, via, .. } = self;
        if let Some(id) = &command_id
            && (id.is_empty() || id.chars().count() > MAX_COMMAND_ID)
        {
            let message = format!("command_id must be 1 to {MAX_COMMAND_ID} characters");
            let error = ErrorBody::new(ErrorCode::InvalidRequest, message);
            let command_type = wish.command_type().to_owned();
            refused(&mut trace, error.code);
            return Err(Box::new(Malformed { command_id: None, command_type, error, reply }));
        }
        let body_hash = command_id.is_some().then(|| wish.body_hash());
        let (command, scope) = match wish {
            Wish::Execute { command_type, data } => match Command::parse(&command_type, &data) {
                Ok(command) => (command, default_scope),
                Err(rejection) => {
                    let error = error_body(rejection);
                    refused(&mut trace, error.code);
                    return Err(Box::new(Malformed { command_id, command_type, error, reply }));
                }
            },
            Wish::SetState { state } => (Command::SetState { state }, default_scope),
            Wish::Rename { name } => (Command::RenameProject { name }, default_scope),
            Wish::Replace { graph, .. } => (Command::ReplaceGraph(graph), default_scope),
            Wish::Restore { restore, .. } => (Command::Restore(restore), default_scope),
            Wish::Delete => (Command::DeleteProject, default_scope),
            Wish::Undo { scope, force, on_conflict } => {
                let scope = scope.unwrap_or(default_scope);
                (Command::Undo { scope, force, on_conflict }, scope)
            }
            Wish::Redo { scope, force, on_conflict } => {
                let scope = scope.unwrap_or(default_scope);
                (Command::Redo { scope, force, on_conflict }, scope)
            }
        };
        let command_id: Arc<str> = command_id.map_or_else(|| Uuid::now_v7().to_string().into(), Into::into);
        if let Some(trace) = &mut trace {
            trace.read(command.command_type(), &command_id);
        }
        let (seed, came) = (Uuid::new_v4(), via.at);
        Ok(Job { author, command, command_id, body_hash, seed, scope, reply, came, trace })
    }
}

/// A traced command was refused.
pub(super) fn refused(trace: &mut Option<Box<Trace>>, code: ErrorCode) {
    if let Some(trace) = trace {
        trace.answered(Outcome::Refused(code));
    }
}

impl Wish {
    /// The wish for a state by its name; none if a session cannot be in it.
    #[must_use]
    pub fn set_state(name: &str) -> Option<Self> {
        Life::find(name).map(|state| Self::SetState { state })
    }

    fn command_type(&self) -> &str {
        match self {
            Self::Execute { command_type, .. } => command_type,
            Self::Rename { .. } => "RenameProject",
            Self::SetState { .. } => "SetState",
            Self::Replace { .. } => "ReplaceGraph",
            Self::Restore { .. } => "Restore",
            Self::Delete => "DeleteProject",
            Self::Undo { .. } => "Undo",
            Self::Redo { .. } => "Redo",
        }
    }

    /// What a repeat of the command must be equal in.
    #[must_use]
    pub fn body_hash(&self) -> String {
        let data = match self {
            Self::Execute { data, .. } => data.clone(),
            Self::Rename { name } => json!({ "name": name }),
            Self::Replace { digest, .. } => json!({ "file": digest }),
            Self::Restore { seq, node_id, .. } => json!({ "seq": seq, "node_id": node_id }),
            Self::SetState { state } => json!({ "state": state }),
            Self::Delete => Value::Null,
            Self::Undo { scope, force, on_conflict } | Self::Redo { scope, force, on_conflict } => {
                let mut data = json!({ "scope": scope.map(|scope| format!("{scope:?}")), "force": force });
                // The default is left out: in journals there are hashes from before there was another.
                if *on_conflict == OnConflict::Refuse {
                    data["on_conflict"] = json!("refuse");
                }
                data
            }
        };
        canonical::hash(&json!({ "command_type": self.command_type(), "data": data }))
    }
}

/// A rule's refusal as clients see it.
pub(super) fn error_body(rejection: Rejection) -> ErrorBody {
    let code = match rejection.code {
        RejectionCode::InvalidCommand => ErrorCode::InvalidCommand,
        RejectionCode::NodeNotFound => ErrorCode::NodeNotFound,
        RejectionCode::NodeExists => ErrorCode::NodeExists,
        RejectionCode::ParentNotFound => ErrorCode::ParentNotFound,
        RejectionCode::UnknownNodeType => ErrorCode::UnknownNodeType,
        RejectionCode::InvalidPropertyValue => ErrorCode::InvalidPropertyValue,
        RejectionCode::ChildNotAllowed => ErrorCode::ChildNotAllowed,
        RejectionCode::Cycle => ErrorCode::Cycle,
        RejectionCode::NotLinked => ErrorCode::NotLinked,
        RejectionCode::MoveInvalid => ErrorCode::MoveInvalid,
        RejectionCode::ReorderInvalid => ErrorCode::ReorderInvalid,
        RejectionCode::BatchTooLarge => ErrorCode::BatchTooLarge,
        RejectionCode::InvalidTemplate => ErrorCode::InvalidTemplate,
        RejectionCode::InvalidState => ErrorCode::InvalidState,
        RejectionCode::PropertyTooLarge => ErrorCode::PropertyTooLarge,
        RejectionCode::DepthLimit => ErrorCode::DepthLimit,
        RejectionCode::NodeLimit => ErrorCode::NodeLimit,
        RejectionCode::Conflict | RejectionCode::LeavesAlone => ErrorCode::Conflict,
    };
    ErrorBody { code, message: rejection.message, details: rejection.details }
}
