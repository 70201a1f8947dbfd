//! From changes to the events on the wire: used at commit, and the same when the journal is read back.

use std::sync::{Arc, OnceLock};

use graphroom_protocol::event::{
    AuthorView, CreatedNode, Executed, GraphEventContent, LifecycleContent, LifecycleEvent,
};
use graphroom_protocol::graph::Properties;
use graphroom_protocol::{ErrorBody, EventName, GraphEvent};
use serde::Serialize;
use serde_json::value::RawValue;

use super::ring::{Audience, Item};
use crate::domain::graph::NAME;
use crate::domain::record::StepRef;
use crate::domain::{Body, Change, NodeId, Record, Template, Timestamp};
use crate::store::{ProjectRow, SessionId};

/// The names that every event of a session bears.
#[derive(Clone, Debug)]
pub struct Names {
    /// The room.
    pub session_id: Arc<str>,
    /// The project; empty without one.
    pub project_id: Arc<str>,
    /// The journal's identity; empty without a project.
    pub epoch: Arc<str>,
}

/// The names of a session now: once it has a project, they are other ones for good.
#[derive(Debug)]
pub struct Labels {
    without_project: Names,
    of_project: OnceLock<Names>,
}

impl Labels {
    /// Those of a session that has no project yet.
    pub fn new(session_id: SessionId) -> Self {
        let without_project =
            Names { session_id: session_id.to_string().into(), project_id: "".into(), epoch: "".into() };
        Self { without_project, of_project: OnceLock::new() }
    }

    /// The session has a project from now on.
    pub fn attach(&self, project: &ProjectRow) {
        self.of_project.get_or_init(|| Names {
            session_id: Arc::clone(&self.without_project.session_id),
            project_id: project.project_id.to_string().into(),
            epoch: project.epoch.to_string().into(),
        });
    }

    /// What events are named by.
    pub fn names(&self) -> &Names {
        self.of_project.get().unwrap_or(&self.without_project)
    }

    /// The journal's identity; none without a project.
    pub fn epoch(&self) -> Option<&str> {
        self.of_project.get().map(|names| &*names.epoch)
    }
}

/// Which lifecycle events somebody wants at this moment: others are not even encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `command:*` and `session:*`.
    pub lifecycle: bool,
    /// The older names.
    pub legacy: bool,
}

impl Names {
    /// All items of a record, in order: what announces it, its graph events, what ends it.
    pub fn record(&self, record: &Record, wanted: Wanted) -> Vec<Item> {
        let at = record.at.to_string();
        let mut items = Vec::new();
        let around = record.result.step.is_none();
        let command = || LifecycleContent::Command {
            command_id: &record.command_id,
            command_type: &record.command_type,
        };
        if around {
            items.extend(self.lifecycle(EventName::CommandExecuting, &at, wanted, &command()));
        }
        for (seq, change) in (record.seq_first..).zip(Change::all(record)) {
            let (name, content) = content(&change, record);
            let command_type = match change {
                Change::Undone(step) | Change::Redone(step) => &step.command_type,
                _ => &record.command_type,
            };
            let event = GraphEvent {
                event: name,
                session_id: &self.session_id,
                project_id: &self.project_id,
                epoch: &self.epoch,
                seq,
                timestamp: &at,
                command_id: &record.command_id,
                command_type,
                author: AuthorView {
                    user_id: &record.author.user_id,
                    name: record.author.name.as_deref(),
                    client_id: record.author.client_id.as_deref(),
                },
                content,
            };
            if let Some(payload) = encode(&event) {
                items.push(Item { name: name.as_str(), payload, audience: Audience::All, seq: Some(seq) });
            }
            if matches!(change, Change::GraphReplaced { .. }) {
                let content = LifecycleContent::Project { project_id: &self.project_id };
                let name = EventName::ExternalProjectUpdate.as_str();
                items.extend(self.item(name, &at, Audience::Lifecycle, wanted, &content));
            }
            if let (Change::Undone(_) | Change::Redone(_), Some(legacy)) = (&change, name.legacy()) {
                let content = LifecycleContent::Command { command_id: &record.command_id, command_type };
                items.extend(self.item(legacy, &at, Audience::Legacy, wanted, &content));
            }
        }
        if around {
            let executed = LifecycleContent::Executed {
                command_id: &record.command_id,
                command_type: &record.command_type,
                success: true,
                result: Executed {
                    seq: record.seq_last,
                    node_id: record.result.node_id.map(|id| id.to_string()),
                },
                error: (),
            };
            items.extend(self.lifecycle(EventName::CommandExecuted, &at, wanted, &executed));
        }
        items
    }

    /// `command:failed`, for the room or for the sender alone.
    pub fn failed(
        &self,
        command_id: &str,
        command_type: &str,
        error: &ErrorBody,
        at: Timestamp,
    ) -> Option<Arc<RawValue>> {
        let content = LifecycleContent::Failed { command_id, command_type, success: false, error };
        let timestamp = at.to_string();
        encode(&LifecycleEvent {
            event: EventName::CommandFailed.as_str(),
            session_id: &self.session_id,
            timestamp: &timestamp,
            content,
        })
    }

    /// `session:connected` or `session:disconnected`.
    pub fn connection(
        &self,
        name: EventName,
        client_id: &str,
        active_clients: usize,
        at: Timestamp,
        wanted: Wanted,
    ) -> Vec<Item> {
        let content = LifecycleContent::Connection { client_id, active_clients };
        self.lifecycle(name, &at.to_string(), wanted, &content).collect()
    }

    /// `external_template_update`.
    pub fn template_update(&self, template: &Template, at: Timestamp, wanted: Wanted) -> Vec<Item> {
        let content =
            LifecycleContent::TemplateUpdate { template_id: &template.id, version: &template.version };
        self.lifecycle(EventName::ExternalTemplateUpdate, &at.to_string(), wanted, &content).collect()
    }

    /// A lifecycle event under its own name and, where it has one, under its older name.
    fn lifecycle<'a>(
        &'a self,
        name: EventName,
        at: &'a str,
        wanted: Wanted,
        content: &'a LifecycleContent<'a>,
    ) -> impl Iterator<Item = Item> + use<'a> {
        let own = (name.as_str(), Audience::Lifecycle);
        let older = name.legacy().map(|legacy| (legacy, Audience::Legacy));
        [Some(own), older]
            .into_iter()
            .flatten()
            .filter_map(move |(name, audience)| self.item(name, at, audience, wanted, content))
    }

    fn item(
        &self,
        name: &'static str,
        at: &str,
        audience: Audience,
        wanted: Wanted,
        content: &LifecycleContent<'_>,
    ) -> Option<Item> {
        let is_wanted = match audience {
            Audience::All => true,
            Audience::Lifecycle => wanted.lifecycle,
            Audience::Legacy => wanted.legacy,
        };
        if !is_wanted {
            return None;
        }
        let event = LifecycleEvent {
            event: name,
            session_id: &self.session_id,
            timestamp: at,
            content: content.clone(),
        };
        Some(Item { name, payload: encode(&event)?, audience, seq: None })
    }
}

/// Encodes a message of our own making. None only if it has no JSON form, which none of them lacks.
pub fn encode<T: Serialize>(value: &T) -> Option<Arc<RawValue>> {
    match serde_json::value::to_raw_value(value) {
        Ok(payload) => Some(Arc::from(payload)),
        Err(error) => {
            tracing::error!(%error, "a message could not be encoded");
            None
        }
    }
}

/// The name and the own fields of a change's event.
fn content<'a>(change: &Change<'a>, record: &'a Record) -> (EventName, GraphEventContent<'a>) {
    let undone = |step: &'a StepRef| GraphEventContent::Undone {
        undone_command_id: &step.command_id,
        conflicts: record
            .result
            .conflicts
            .iter()
            .filter_map(|conflict| serde_json::to_value(conflict).ok())
            .collect(),
        conflicts_omitted: record.result.conflicts_omitted,
    };
    match change {
        Change::NodeCreated { node_id, body } => (EventName::NodeCreated, node_created(*node_id, body)),
        Change::NodeDeleted { node_id, node_ids, parent_id } => (
            EventName::NodeDeleted,
            GraphEventContent::NodeDeleted {
                node_id: node_id.to_string(),
                node_ids: node_ids.iter().map(ToString::to_string).collect(),
                parent_id: parent_id.map(|id| id.to_string()),
            },
        ),
        Change::NodeRenamed { node_id, name, old_name } => (
            EventName::NodeUpdated,
            GraphEventContent::NodeUpdated { node_id: node_id.to_string(), name, old_name },
        ),
        Change::PropertyChanged { node_id, property_id, old_value, new_value } => (
            EventName::PropertyChanged,
            GraphEventContent::PropertyChanged {
                node_id: node_id.to_string(),
                property_id,
                property_name: property_id,
                old_value: *old_value,
                new_value,
            },
        ),
        Change::PropertyDeleted { node_id, property_id, old_value } => (
            EventName::PropertyDeleted,
            GraphEventContent::PropertyDeleted {
                node_id: node_id.to_string(),
                property_id,
                property_name: property_id,
                old_value: *old_value,
            },
        ),
        Change::NodeUnlinked { node_id, parent_id, index } => {
            (EventName::NodeUnlinked, linked(*node_id, Some(*parent_id), *index))
        }
        Change::NodeLinked { node_id, parent_id, index } => {
            (EventName::NodeLinked, linked(*node_id, *parent_id, *index))
        }
        Change::BlockingChanged { node_id, before, after } => (
            EventName::BlockingChanged,
            GraphEventContent::BlockingChanged {
                blocked_node_id: node_id.to_string(),
                blocking_node_id: after.map(|id| id.to_string()),
                old_blocking_node_id: before.map(|id| id.to_string()),
            },
        ),
        Change::GraphReplaced { node_count } => {
            (EventName::GraphReplaced, GraphEventContent::GraphReplaced { node_count: *node_count })
        }
        Change::ProjectRenamed { name, old_name } => {
            (EventName::ProjectUpdated, GraphEventContent::ProjectUpdated { name, old_name: *old_name })
        }
        Change::TemplateAdopted(template) => (
            EventName::TemplateAdopted,
            GraphEventContent::TemplateAdopted { template_id: &template.id, version: &template.version },
        ),
        Change::StateChanged { state, old_state } => (
            EventName::SessionState,
            GraphEventContent::SessionState { state: state.as_str(), old_state: old_state.as_str() },
        ),
        Change::ProjectDeleted => {
            (EventName::SessionClosed, GraphEventContent::SessionClosed { reason: "deleted" })
        }
        Change::Undone(step) => (EventName::CommandUndo, undone(step)),
        Change::Redone(step) => (EventName::CommandRedo, undone(step)),
    }
}

fn linked<'a>(child: NodeId, parent: Option<NodeId>, index: usize) -> GraphEventContent<'a> {
    let parent_id = parent.map(|id| id.to_string());
    GraphEventContent::NodeLinked { parent_id, child_id: child.to_string(), index }
}

fn node_created<'a>(node_id: NodeId, body: &'a Body) -> GraphEventContent<'a> {
    let id = node_id.to_string();
    let parent_id = body.place.parent_id.map(|id| id.to_string());
    let name = body.properties.get(NAME).and_then(|name| name.as_str()).unwrap_or_default();
    let created_at = body.created_at.to_string();
    let properties = body.properties.iter().filter(|(id, _)| &***id != NAME);
    GraphEventContent::NodeCreated {
        node_id: id.clone(),
        parent_id: parent_id.clone(),
        index: body.index.unwrap_or_default(),
        blueprint_type_id: &body.node_type,
        name,
        created_at: created_at.clone(),
        node: CreatedNode {
            id,
            blueprint_type_id: &body.node_type,
            parent_id,
            name,
            properties: Properties(properties.map(|(id, value)| (&**id, &**value)).collect()),
            children: [],
            created_at,
            blocked_by: body.blocked_by.map(|id| id.to_string()),
        },
    }
}
