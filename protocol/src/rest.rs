//! Bodies of the REST routes that are not answers to commands.

pub mod admin;
pub mod audit;
pub mod auth;
pub mod broadcasts;
pub mod chat_sessions;
pub mod client_chat;
pub mod connections;
pub mod conversations;
pub mod engine;
pub mod errors;
pub mod events;
pub mod files;
pub mod history;
pub mod inspector;
pub mod invitations;
pub mod limitations;
pub mod members;
pub mod processing;
pub mod published;
pub mod search;
pub mod state;
pub mod status;
pub mod templates;
pub mod websocket;

use self::members::MemberRole;
pub use self::templates::{
    NodeTypeSchema, OptionSchema, PropertySchema, TemplateList, TemplateSchema, TemplateView,
};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::request::{OnConflict, Scope};
use crate::{Command, ErrorBody, GraphTree};

/// Every error over REST.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorAnswer {
    /// What and why.
    pub error: ErrorBody,
}

/// The body of `POST /api/v1/projects`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewProject {
    /// The `id` of a template.
    #[schema(min_length = 1)]
    pub template_id: String,
    /// What people call it.
    #[schema(min_length = 1, max_length = 256, pattern = r"\S")]
    pub project_name: String,
    /// Whether its nodes are held to what the template says; the server's default if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
}

/// The body of `POST /api/v1/commands/execute`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExecuteBody {
    /// The session whose project is changed.
    #[schema(min_length = 1)]
    pub session_id: String,
    /// What to do.
    #[serde(flatten)]
    pub command: Command,
    /// The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub command_id: Option<String>,
}

/// The body of `POST /api/v1/sessions/{id}/undo` and `/redo`, which may be missing.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct TakeBackBody {
    /// Whose steps; `session` if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Even where others wrote since.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = Option<bool>)]
    pub force: bool,
    /// What becomes of it where something would be left alone; `skip` if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_conflict: Option<OnConflict>,
    /// The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub command_id: Option<String>,
}

/// The answer to `GET /api/v1/health`.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    pub status: &'static str,
}

/// The answer to `GET /ready` of a server that can work.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Ready {
    /// Always `ready`.
    pub status: &'static str,
}

/// The answer to `GET /`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceView {
    /// Always `graphroom`.
    pub service: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// Paths to go on from, by what they show.
    pub links: std::collections::BTreeMap<&'static str, &'static str>,
}

/// The answer to `POST /api/v1/projects`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectCreated {
    /// The durable thing.
    pub project_id: String,
    /// The room, made with it and for good.
    pub session_id: String,
    /// Its graph: one root.
    #[schema(value_type = GraphTree)]
    pub graph: Box<RawValue>,
}

/// One project of `GET /api/v1/projects`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectSummary {
    /// The durable thing.
    pub project_id: String,
    /// Its room.
    pub session_id: String,
    /// What people call it.
    pub name: String,
    /// The template it pinned.
    pub template_id: String,
    /// RFC 3339, UTC, milliseconds, `Z`.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// The journal's head.
    pub seq: u64,
    /// Whether something was changed since the last save.
    pub is_dirty: bool,
    /// Joined connections.
    pub active_clients: usize,
}

/// The answer to `GET /api/v1/projects`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectList {
    /// Newest first.
    pub projects: Vec<ProjectSummary>,
    /// How many there are, on all pages.
    pub total: usize,
    /// How many stand before this page.
    pub offset: usize,
    /// How many a page has at most.
    pub limit: usize,
}

/// The body of `PATCH /api/v1/projects/{id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RenameProject {
    /// The new name.
    #[schema(min_length = 1, max_length = 256, pattern = r"\S")]
    pub name: String,
    /// The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub command_id: Option<String>,
}

/// The answer to `PATCH /api/v1/projects/{id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectRenamed {
    /// Always true.
    pub success: bool,
    /// The project.
    pub project_id: String,
    /// What it is called now.
    pub name: String,
    /// The event that told so.
    pub seq: u64,
}

/// The answer to `DELETE /api/v1/projects/{id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectDeleted {
    /// Always true.
    pub success: bool,
    /// The project that was.
    pub project_id: String,
}

/// The answer to `GET /api/v1/sessions/{id}/dirty`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DirtyView {
    /// The session.
    pub session_id: String,
    /// Whether something was changed since the last save.
    pub is_dirty: bool,
}

/// The answer to the routes that save.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Saved {
    /// Always true.
    pub success: bool,
    /// The project's session.
    pub session_id: String,
    /// Whether something was changed since: somebody may have been quick.
    pub is_dirty: bool,
}

/// The body of `POST /api/v1/sessions/cleanup`, which may be missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CleanupBody {
    /// Sessions go where nothing happened for so long.
    #[schema(minimum = 0, default = 24)]
    pub max_inactive_hours: Option<f64>,
}

/// The answer to `POST /api/v1/sessions/cleanup`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CleanedUp {
    /// Sessions that were unloaded, or deleted since they never had a project.
    pub sessions_removed: usize,
    /// Sessions that are still open.
    pub active_sessions: usize,
}

/// The answer to `GET /api/v1/projects/{id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectView {
    /// The durable thing.
    pub project_id: String,
    /// The template it pinned.
    pub template_id: String,
    /// That template's version.
    pub template_version: String,
    /// Whether its nodes are held to what the template says.
    pub strict: bool,
    /// What people call it.
    pub name: String,
    /// Its room.
    pub session_id: String,
    /// What the caller is in it; who may do everything is an owner.
    pub role: MemberRole,
    /// Its graph, unless the query says `graph=none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<GraphTree>, nullable = false)]
    pub graph: Option<Box<RawValue>>,
}

/// The answer to `GET /api/v1/sessions/{id}/graph`. The other two routes answer with the graph alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionedGraph<'a> {
    /// The journal's identity.
    #[schema(required = true)]
    pub epoch: Option<&'a str>,
    /// The last event that the graph includes.
    pub seq: u64,
    /// The graph.
    #[schema(value_type = GraphTree)]
    pub graph: &'a RawValue,
}

/// The answer to `POST /api/v1/sessions`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionCreated {
    /// The room, without a project.
    pub session_id: String,
}

/// One session of `GET /api/v1/sessions`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// The room.
    pub session_id: String,
    /// RFC 3339, UTC, milliseconds, `Z`.
    pub created_at: String,
    /// The last join, leave or command.
    pub last_activity: String,
    /// Joined connections.
    pub active_clients: usize,
    /// Whether there is a graph.
    pub has_project: bool,
}

/// The answer to `GET /api/v1/sessions`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// Newest last.
    pub sessions: Vec<SessionView>,
    /// How many there are.
    pub total: usize,
}

/// The answer to `GET /api/v1/sessions/{id}/info`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionInfo {
    /// What the list says too.
    #[serde(flatten)]
    pub session: SessionView,
    /// Null without a project.
    #[schema(required = true)]
    pub project_id: Option<String>,
    /// Whether anybody's step can be undone.
    pub undo_available: bool,
    /// Whether anybody's step can be redone.
    pub redo_available: bool,
    /// How many nodes the graph has.
    pub node_count: usize,
    /// Null without a project.
    #[schema(required = true)]
    pub template_id: Option<String>,
    /// The journal's identity.
    #[schema(required = true)]
    pub epoch: Option<String>,
    /// The journal's head.
    pub seq: u64,
    /// `initializing` without a project, else `active`, `paused`, `completed` or `error`.
    pub state: &'static str,
    /// The connections that are joined.
    pub connections: Vec<ConnectionView>,
}

/// A connection that is joined to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionView {
    /// Its id.
    pub client_id: String,
    /// Whose it is.
    pub user_id: String,
    /// How many graph events it has yet to be handed.
    pub behind: u64,
}
