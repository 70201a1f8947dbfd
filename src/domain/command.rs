//! Commands: what a client may wish for, read from `command_type` and `data`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::graph::NAME;
use super::rejection::excerpt;
use super::{NodeId, Rejection, RejectionCode};

/// The longest property id, in bytes.
pub const MAX_PROPERTY_ID: usize = 256;

/// What keys that serde_json keeps for itself begin with: an object that has one is read back as
/// something else, or not at all.
const RESERVED: &str = "$serde_json::private::";

/// Whose steps an undo or a redo takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The caller's own.
    Mine,
    /// Those of everybody in the session.
    Session,
}

/// A command in the form that the rules work on.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Makes a node.
    CreateNode(CreateNode),
    /// Deletes a node and everything below it.
    DeleteNode {
        /// The topmost node to go.
        node_id: NodeId,
    },
    /// Writes a property; the property `name` renames the node.
    UpdateProperty(UpdateProperty),
    /// Takes the newest step back.
    Undo {
        /// Whose step.
        scope: Scope,
        /// Even where others wrote since.
        force: bool,
    },
    /// Does again the step that was taken back last.
    Redo {
        /// Whose step.
        scope: Scope,
        /// Even where others wrote since.
        force: bool,
    },
}

/// Fields of `CreateNode`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateNode {
    /// The client's id for it; else the server makes one.
    pub node_id: Option<NodeId>,
    /// None makes a root.
    pub parent_id: Option<NodeId>,
    /// A node type of the project's template.
    pub blueprint_type_id: Arc<str>,
    /// What it is called.
    pub name: Arc<str>,
    /// Values beyond the template's defaults.
    pub properties: BTreeMap<Arc<str>, Arc<Value>>,
    /// Before the sibling that is there now; last if missing or past the end.
    pub index: Option<usize>,
}

/// Fields of `UpdateProperty`.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateProperty {
    /// Whose property.
    pub node_id: NodeId,
    /// Which.
    pub property_id: Arc<str>,
    /// None deletes it.
    pub new_value: Option<Arc<Value>>,
    /// With `check`: what must be there now (`Some(None)`: nothing).
    pub expected: Option<Option<Arc<Value>>>,
}

impl Command {
    /// Reads a command. Fields that it does not know are ignored.
    ///
    /// # Errors
    /// `InvalidCommand` with the field; `NodeNotFound` or `ParentNotFound` for an id that cannot be one.
    pub fn parse(command_type: &str, data: &Value) -> Result<Self, Rejection> {
        let empty = Map::new();
        let fields = match data {
            Value::Object(fields) => fields,
            Value::Null => &empty,
            _ => return Err(Rejection::field(excerpt(command_type), "data", "an object")),
        };
        let fields = Fields { command_type, fields };
        match command_type {
            "CreateNode" => fields.create_node().map(Self::CreateNode),
            "DeleteNode" => Ok(Self::DeleteNode { node_id: fields.node_id("node_id")? }),
            "UpdateProperty" => fields.update_property().map(Self::UpdateProperty),
            _ => Err(Rejection::new(
                RejectionCode::InvalidCommand,
                format!("Unknown command type: {}", excerpt(command_type)),
            )),
        }
    }

    /// The name it has on the wire and in the journal.
    #[must_use]
    pub fn command_type(&self) -> &'static str {
        match self {
            Self::CreateNode(_) => "CreateNode",
            Self::DeleteNode { .. } => "DeleteNode",
            Self::UpdateProperty(_) => "UpdateProperty",
            Self::Undo { .. } => "Undo",
            Self::Redo { .. } => "Redo",
        }
    }
}

/// Whether an object in it has a key that the journal's reader would take for its own.
fn has_reserved_key(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_reserved_key),
        Value::Object(fields) => {
            fields.iter().any(|(key, value)| key.starts_with(RESERVED) || has_reserved_key(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

struct Fields<'a> {
    command_type: &'a str,
    fields: &'a Map<String, Value>,
}

impl Fields<'_> {
    /// The field, unless it is missing or null.
    fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    fn wrong(&self, field: &str, wanted: &str) -> Rejection {
        Rejection::field(self.command_type, field, wanted)
    }

    fn text(&self, field: &str) -> Result<Option<&str>, Rejection> {
        self.get(field).map(|value| value.as_str().ok_or_else(|| self.wrong(field, "a string"))).transpose()
    }

    fn required_text(&self, field: &str) -> Result<&str, Rejection> {
        self.text(field)?.filter(|text| !text.is_empty()).ok_or_else(|| {
            Rejection::new(RejectionCode::InvalidCommand, format!("{} requires {field}", self.command_type))
                .with_details(serde_json::json!({ "field": field }))
        })
    }

    fn node_id(&self, field: &str) -> Result<NodeId, Rejection> {
        let text = self.required_text(field)?;
        text.parse().map_err(|_| Rejection::node_not_found(text))
    }

    /// A value, unless it could not be read back from the journal.
    fn storable(&self, field: &str, value: &Value) -> Result<Arc<Value>, Rejection> {
        if has_reserved_key(value) {
            return Err(self.wrong(field, &format!("without keys that begin with {RESERVED}")));
        }
        Ok(Arc::new(value.clone()))
    }

    fn property_id(&self, text: &str) -> Result<Arc<str>, Rejection> {
        if text.starts_with(RESERVED) {
            return Err(self.wrong("property_id", &format!("other than {RESERVED}…")));
        }
        if text.is_empty() || text.len() > MAX_PROPERTY_ID {
            return Err(self.wrong("property_id", "1 to 256 bytes"));
        }
        Ok(Arc::from(text))
    }

    fn create_node(&self) -> Result<CreateNode, Rejection> {
        let node_id = self
            .text("node_id")?
            .map(|text| text.parse().map_err(|_| self.wrong("node_id", "a UUID")))
            .transpose()?;
        let parent_id = self
            .text("parent_id")?
            .map(|text| {
                text.parse().map_err(|_| {
                    Rejection::new(
                        RejectionCode::ParentNotFound,
                        format!("Parent {} not found", excerpt(text)),
                    )
                })
            })
            .transpose()?;
        let properties = match self.get("properties") {
            None => BTreeMap::new(),
            Some(Value::Object(properties)) => properties
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(id, value)| match id.as_str() {
                    NAME => Err(self.wrong("properties.name", "given as name")),
                    id => Ok((self.property_id(id)?, self.storable("properties", value)?)),
                })
                .collect::<Result<_, _>>()?,
            Some(_) => return Err(self.wrong("properties", "an object")),
        };
        let index = self
            .get("index")
            .map(|value| {
                let index = value.as_u64().ok_or_else(|| self.wrong("index", "a whole number from 0"))?;
                Ok(usize::try_from(index).unwrap_or(usize::MAX))
            })
            .transpose()?;
        Ok(CreateNode {
            node_id,
            parent_id,
            blueprint_type_id: Arc::from(self.required_text("blueprint_type_id")?),
            name: Arc::from(self.text("name")?.unwrap_or("New Node")),
            properties,
            index,
        })
    }

    fn update_property(&self) -> Result<UpdateProperty, Rejection> {
        let node_id = self.node_id("node_id")?;
        let property_id = self.property_id(self.required_text("property_id")?)?;
        let new_value = self
            .fields
            .get("new_value")
            .or_else(|| self.fields.get("value"))
            .filter(|value| !value.is_null())
            .map(|value| self.storable("new_value", value))
            .transpose()?;
        if &*property_id == NAME && !new_value.as_ref().is_some_and(|name| name.is_string()) {
            return Err(self.wrong("new_value", "a string: it is the node's name"));
        }
        let check = match self.get("check") {
            None => false,
            Some(check) => check.as_bool().ok_or_else(|| self.wrong("check", "true or false"))?,
        };
        let expected = check.then(|| self.get("old_value").map(|value| Arc::new(value.clone())));
        Ok(UpdateProperty { node_id, property_id, new_value, expected })
    }
}
