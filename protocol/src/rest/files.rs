//! Project files: what the routes answer that read them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::graph::Properties;
use crate::{Accepted, GraphTree};

/// A project file, version 1.0, as it is written. Older forms that are read are described in
/// `docs/project-file.md`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectFile<'a> {
    /// `1.0`
    pub version: &'a str,
    /// What people call the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 256)]
    pub name: Option<&'a str>,
    /// Whether its nodes are held to what the template says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub strict: Option<bool>,
    /// The file name of the one template that the nodes are made of: `restomod.yaml`.
    #[schema(min_items = 1, max_items = 1)]
    pub templates: Vec<String>,
    /// The nodes without a parent, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub roots: Option<Vec<String>>,
    /// Every node by its id.
    pub nodes: BTreeMap<String, FileNode<'a>>,
    /// The records of the project's journal, if the export was asked for them. An import passes over them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<Object>>)]
    pub history: Option<Vec<Value>>,
}

/// A node of a project file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FileNode<'a> {
    /// The id under which it stands.
    pub id: String,
    /// The template's node type.
    #[serde(rename = "type")]
    pub node_type: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// RFC 3339; without a zone it means UTC.
    pub created_at: String,
    /// Values by property id.
    pub properties: Properties<'a>,
    /// Ids, in their order.
    pub children: Vec<String>,
    /// None for a root.
    #[schema(required = true)]
    pub parent_id: Option<String>,
    /// The node that blocks this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub blocked_by: Option<String>,
}

/// Something wrong with a project file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// Where: a path such as `nodes.ID.children[2]`, `line 3, column 7`, or `file`.
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

/// `details` of `INVALID_PROJECT_FILE`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaultList {
    /// The first hundred.
    pub faults: Vec<Fault>,
    /// How many there are.
    pub faults_total: usize,
}

/// The answer to a dry run of `POST /api/v1/projects/import`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// Whether the file would be imported.
    pub valid: bool,
    /// What is wrong with it.
    #[serde(flatten)]
    pub found: FaultList,
    /// How many nodes it has.
    pub node_count: usize,
    /// The template that it names, whether there is one or not.
    #[schema(required = true)]
    pub template_id: Option<String>,
    /// What the project would be called; null if the file cannot be read that far.
    #[schema(required = true)]
    pub name: Option<String>,
}

/// The answer to `POST /api/v1/projects/import`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectImported {
    /// The durable thing.
    pub project_id: String,
    /// The room, made with it and for good.
    pub session_id: String,
    /// What people call it.
    pub name: String,
    /// The template it pinned.
    pub template_id: String,
    /// How many nodes it has.
    pub node_count: usize,
    /// Its graph; null if it is too large to send along.
    #[schema(value_type = Option<GraphTree>, required = true)]
    pub graph: Option<Box<RawValue>>,
    /// The graph is too large to send along: read it by its own route.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub graph_omitted: bool,
}

/// The answer to `POST /api/v1/sessions/{id}/load-graph`: that to a command, and what its clients look for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GraphLoaded {
    /// As to every command.
    #[serde(flatten)]
    pub accepted: Accepted,
    /// The room.
    pub session_id: String,
    /// The durable thing.
    pub project_id: String,
    /// The template that the project has now.
    pub template_id: String,
    /// How many nodes the file had.
    pub node_count: usize,
}
