//! Bodies of the REST routes that are not answers to commands.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::ErrorBody;

/// Every error over REST.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorAnswer {
    /// What and why.
    pub error: ErrorBody,
}

/// The answer to `GET /`.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceView {
    /// Always `graphroom`.
    pub service: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// Paths to go on from, by what they show.
    pub links: std::collections::BTreeMap<&'static str, &'static str>,
}

/// The answer to `POST /api/v1/projects`.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectCreated {
    /// The durable thing.
    pub project_id: String,
    /// The room, made with it and for good.
    pub session_id: String,
    /// Its graph: one root.
    pub graph: Box<RawValue>,
}

/// The answer to `GET /api/v1/projects/{id}`.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectView {
    /// The durable thing.
    pub project_id: String,
    /// The template it pinned.
    pub template_id: String,
    /// What people call it.
    pub name: String,
    /// Its room.
    pub session_id: String,
    /// Its graph.
    pub graph: Box<RawValue>,
}

/// The answer to `GET /api/v1/sessions/{id}/graph`. The other two routes answer with the graph alone.
#[derive(Clone, Debug, Serialize)]
pub struct VersionedGraph<'a> {
    /// The journal's identity.
    pub epoch: Option<&'a str>,
    /// The last event that the graph includes.
    pub seq: u64,
    /// The graph.
    pub graph: &'a RawValue,
}

/// The answer to `POST /api/v1/sessions`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionCreated {
    /// The room, without a project.
    pub session_id: String,
}

/// One session of `GET /api/v1/sessions`.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct SessionList {
    /// Newest last.
    pub sessions: Vec<SessionView>,
    /// How many there are.
    pub total: usize,
}

/// The answer to `GET /api/v1/sessions/{id}/info`.
#[derive(Clone, Debug, Serialize)]
pub struct SessionInfo {
    /// What the list says too.
    #[serde(flatten)]
    pub session: SessionView,
    /// None without a project.
    pub project_id: Option<String>,
    /// Whether anybody's step can be undone.
    pub undo_available: bool,
    /// Whether anybody's step can be redone.
    pub redo_available: bool,
    /// How many nodes the graph has.
    pub node_count: usize,
    /// None without a project.
    pub template_id: Option<String>,
    /// The journal's identity.
    pub epoch: Option<String>,
    /// The journal's head.
    pub seq: u64,
}

/// One template of `GET /api/v1/templates`.
#[derive(Clone, Debug, Serialize)]
pub struct TemplateView {
    /// What `template_id` takes.
    pub id: String,
    /// For people.
    pub name: String,
    /// For people.
    pub description: String,
}

/// The answer to `GET /api/v1/templates`.
#[derive(Clone, Debug, Serialize)]
pub struct TemplateList {
    /// By id.
    pub templates: Vec<TemplateView>,
}

/// The answer to `GET /api/v1/templates/{id}/schema`.
#[derive(Clone, Debug, Serialize)]
pub struct TemplateSchema {
    /// What `template_id` takes.
    pub id: String,
    /// The same value.
    pub template_id: String,
    /// For people.
    pub name: String,
    /// For people.
    pub description: String,
    /// The first is the root's type.
    pub node_types: Vec<NodeTypeSchema>,
}

/// A node type of a template.
#[derive(Clone, Debug, Serialize)]
pub struct NodeTypeSchema {
    /// What `blueprint_type_id` takes.
    pub id: String,
    /// For people.
    pub name: String,
    /// For people.
    pub description: String,
    /// Types that belong below it.
    pub allowed_children: Vec<String>,
    /// Whether clients offer a time log.
    pub has_time_log: bool,
    /// An icon that clients know.
    pub icon_id: Option<String>,
    /// In the order in which clients show them.
    pub properties: Vec<PropertySchema>,
}

/// A property of a node type.
#[derive(Clone, Debug, Serialize)]
pub struct PropertySchema {
    /// What `property_id` takes.
    pub id: String,
    /// For people.
    pub name: String,
    /// `text`, `number`, `currency`, `boolean`, `date` or `select`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether clients insist on a value.
    pub required: bool,
    /// Null unless it is a select.
    pub options: Option<Vec<OptionSchema>>,
    /// The set that the options' indicators belong to.
    pub indicator_set: Option<String>,
}

/// One choice of a select.
#[derive(Clone, Debug, Serialize)]
pub struct OptionSchema {
    /// What the property holds.
    pub id: String,
    /// The same value.
    pub uuid: String,
    /// For people.
    pub name: String,
    /// The indicator that clients show for it.
    pub indicator_id: Option<String>,
}
