//! Reading the fields of a command's `data`, with an error that names the field.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Command, CreateNode, MAX_BATCH, MAX_PROPERTY_ID, MoveNode, Parent, Target, UpdateProperty};
use crate::domain::graph::NAME;
use crate::domain::rejection::excerpt;
use crate::domain::{NodeId, Rejection, RejectionCode};

/// What keys that serde_json keeps for itself begin with: an object that has one is read back as
/// something else, or not at all.
const RESERVED: &str = "$serde_json::private::";

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

/// What a property's id must be instead, if it cannot be this text.
#[must_use]
pub fn wanted_property_id(text: &str) -> Option<String> {
    if text.starts_with(RESERVED) {
        return Some(format!("other than {RESERVED}…"));
    }
    (text.is_empty() || text.len() > MAX_PROPERTY_ID).then(|| format!("1 to {MAX_PROPERTY_ID} bytes"))
}

/// What a value must be instead, if it could not be read back from the journal.
#[must_use]
pub fn wanted_value(value: &Value) -> Option<String> {
    has_reserved_key(value).then(|| format!("without keys that begin with {RESERVED}"))
}

/// A command's fields, and the type to name in errors.
pub(super) struct Fields<'a> {
    pub(super) command_type: &'a str,
    pub(super) fields: &'a Map<String, Value>,
}

impl Fields<'_> {
    /// The field, unless it is missing or null.
    fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    fn wrong(&self, field: &str, wanted: &str) -> Rejection {
        Rejection::field(self.command_type, field, wanted)
    }

    pub(super) fn text(&self, field: &str) -> Result<Option<&str>, Rejection> {
        self.get(field).map(|value| value.as_str().ok_or_else(|| self.wrong(field, "a string"))).transpose()
    }

    fn required_text(&self, field: &str) -> Result<&str, Rejection> {
        self.text(field)?.filter(|text| !text.is_empty()).ok_or_else(|| {
            Rejection::new(RejectionCode::InvalidCommand, format!("{} requires {field}", self.command_type))
                .with_details(serde_json::json!({ "field": field }))
        })
    }

    pub(super) fn node_id(&self, field: &str) -> Result<NodeId, Rejection> {
        let text = self.required_text(field)?;
        text.parse().map_err(|_| Rejection::node_not_found(text))
    }

    /// A value, unless it could not be read back from the journal.
    fn storable(&self, field: &str, value: &Value) -> Result<Arc<Value>, Rejection> {
        match wanted_value(value) {
            Some(wanted) => Err(self.wrong(field, &wanted)),
            None => Ok(Arc::new(value.clone())),
        }
    }

    fn property_id(&self, text: &str) -> Result<Arc<str>, Rejection> {
        match wanted_property_id(text) {
            Some(wanted) => Err(self.wrong("property_id", &wanted)),
            None => Ok(Arc::from(text)),
        }
    }

    pub(super) fn create_node(&self) -> Result<CreateNode, Rejection> {
        let node_id = self
            .text("node_id")?
            .map(|text| text.parse().map_err(|_| self.wrong("node_id", "a UUID")))
            .transpose()?;
        let parent = self.text("parent_id")?.map_or(Parent::Root, |text| {
            text.parse().map_or_else(|_| Parent::Unreadable(Arc::from(excerpt(text))), Parent::Node)
        });
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
        let index = self.index("index")?;
        Ok(CreateNode {
            node_id,
            parent,
            blueprint_type_id: Arc::from(self.required_text("blueprint_type_id")?),
            name: Arc::from(self.text("name")?.unwrap_or("New Node")),
            properties,
            index,
        })
    }

    pub(super) fn update_property(&self) -> Result<UpdateProperty, Rejection> {
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

    /// A whole number from 0 that may be missing.
    fn index(&self, field: &str) -> Result<Option<usize>, Rejection> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let index = value.as_u64().ok_or_else(|| self.wrong(field, "a whole number from 0"))?;
        Ok(Some(usize::try_from(index).unwrap_or(usize::MAX)))
    }

    /// A field that must be there and may be null.
    pub(super) fn node_id_or_null(&self, field: &str) -> Result<Option<NodeId>, Rejection> {
        match self.fields.get(field) {
            Some(Value::Null) => Ok(None),
            _ => self.node_id(field).map(Some),
        }
    }

    pub(super) fn delete_property(&self) -> Result<Command, Rejection> {
        let field = if self.get("property_id").is_some() { "property_id" } else { "property_key" };
        let property_id = self.property_id(self.required_text(field)?)?;
        if &*property_id == NAME {
            return Err(self.wrong("property_id", "other than name: every node has one"));
        }
        Ok(Command::DeleteProperty { node_id: self.node_id("node_id")?, property_id })
    }

    pub(super) fn move_node(&self) -> Result<MoveNode, Rejection> {
        let given: Vec<&str> = ["index", "after", "before", "position"]
            .into_iter()
            .filter(|field| self.get(field).is_some())
            .collect();
        let target = match given.as_slice() {
            [] => Target::Last,
            ["after"] => Target::After(self.node_id("after")?),
            ["before"] => Target::Before(self.node_id("before")?),
            ["index"] => Target::Index(self.index("index")?.unwrap_or(usize::MAX)),
            ["position"] => match self.text("position")? {
                Some("first") => Target::Index(0),
                Some("last") => Target::Last,
                _ => return Err(self.wrong("position", "first or last")),
            },
            [first, ..] => {
                return Err(self.wrong(first, "the only one of index, after, before and position"));
            }
        };
        Ok(MoveNode {
            node_id: self.node_id("node_id")?,
            new_parent_id: self.node_id_or_null("new_parent_id")?,
            target,
        })
    }

    pub(super) fn reorder_node(&self) -> Result<Command, Rejection> {
        let node_id = self.node_id("node_id")?;
        let value = self.get("new_index").ok_or_else(|| self.wrong("new_index", "a whole number from 0"))?;
        if value.as_i64().is_some_and(|index| index < 0) {
            return Err(Rejection::new(RejectionCode::ReorderInvalid, "new_index must not be below 0")
                .with_details(json!({ "reason": "INDEX", "new_index": value })));
        }
        let new_index = self.index("new_index")?.unwrap_or(usize::MAX);
        Ok(Command::ReorderNode { node_id, new_index })
    }

    pub(super) fn batch(&self) -> Result<Vec<Command>, Rejection> {
        let Some(Value::Array(commands)) = self.get("commands") else {
            return Err(self.wrong("commands", "an array of {command_type, data}"));
        };
        if commands.is_empty() {
            return Err(self.wrong("commands", "at least one command"));
        }
        if commands.len() > MAX_BATCH {
            return Err(Rejection::new(
                RejectionCode::BatchTooLarge,
                format!("A batch has at most {MAX_BATCH} commands"),
            )
            .with_details(json!({ "limit": MAX_BATCH, "commands": commands.len() })));
        }
        let read = |(place, command): (usize, &Value)| {
            self.batched(command).map_err(|rejection| rejection.in_batch(place))
        };
        commands.iter().enumerate().map(read).collect()
    }

    fn batched(&self, command: &Value) -> Result<Command, Rejection> {
        let Value::Object(fields) = command else {
            return Err(self.wrong("commands", "an array of {command_type, data}"));
        };
        let fields = Fields { command_type: self.command_type, fields };
        match fields.required_text("command_type")? {
            "Batch" => Err(fields.wrong("command_type", "another one: batches do not nest")),
            command_type => Command::parse(command_type, fields.fields.get("data").unwrap_or(&Value::Null)),
        }
    }
}
