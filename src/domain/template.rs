//! Templates: the node types a project is made of. Reading their YAML is `project`'s work.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A set of node types. A project pins the one it was made from, whole, in its first record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// What `template_id` takes; the stem of the template's file.
    pub id: Arc<str>,
    /// The template author's own version text.
    pub version: String,
    /// For people.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Never empty; the first is the type of a project's root.
    pub node_types: Vec<NodeType>,
}

/// What nodes of one type look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeType {
    /// What `blueprint_type_id` takes.
    pub id: Arc<str>,
    /// For people.
    pub label: String,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Ids of the types that belong below this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_children: Vec<Arc<str>>,
    /// Whether clients offer a time log on such nodes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_time_log: bool,
    /// An icon that clients know by this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_id: Option<String>,
    /// In the order in which clients show them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

/// One property of a node type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// What `property_id` takes.
    pub id: Arc<str>,
    /// For people.
    pub label: String,
    /// The kind of value.
    #[serde(rename = "type")]
    pub kind: PropertyKind,
    /// Whether clients should insist on a value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The value that a new node starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The set of indicators that the options' `indicator_id`s belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicator_set: Option<String>,
    /// What a select offers, in order; empty for every other kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<SelectOption>,
}

/// The kinds of property values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    /// A string.
    Text,
    /// A JSON number.
    Number,
    /// A JSON number of the project's currency.
    Currency,
    /// `true` or `false`.
    Boolean,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// The `id` of one of the options.
    Select,
}

/// One choice of a select.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectOption {
    /// What a node's property holds. Stable across restarts.
    pub id: Arc<str>,
    /// For people.
    pub name: String,
    /// The indicator that clients show for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicator_id: Option<String>,
    /// A character that stands for the indicator in plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bullet: Option<String>,
}

impl Template {
    /// The node type with this id.
    #[must_use]
    pub fn node_type(&self, id: &str) -> Option<&NodeType> {
        self.node_types.iter().find(|node_type| &*node_type.id == id)
    }
}

impl NodeType {
    /// The property with this id.
    #[must_use]
    pub fn property(&self, id: &str) -> Option<&Property> {
        self.properties.iter().find(|property| &*property.id == id)
    }

    /// What a new node of this type starts with: the template's defaults, and for a select named
    /// `status` without one its first option.
    pub fn initial_values(&self) -> impl Iterator<Item = (Arc<str>, Arc<Value>)> {
        self.properties.iter().filter_map(|property| {
            let value = property.default.clone().or_else(|| {
                (&*property.id == "status")
                    .then(|| property.options.first())
                    .flatten()
                    .map(|option| Value::from(&*option.id))
            })?;
            Some((Arc::clone(&property.id), Arc::new(value)))
        })
    }
}
