//! What is found in a graph: nodes by a search, and values that their template does not know.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::graph::Properties;

/// The body of `POST /api/v1/projects/{id}/graph/search`: a node has to match all that is given.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct SearchBody {
    /// A part of the name, of a text property, or of the name of a chosen option, whatever the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// A node type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blueprint_type_id: Option<String>,
    /// A property's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<PropertyIs>,
    /// How many nodes to tell of; 50 if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    pub limit: Option<usize>,
}

/// That a property has a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PropertyIs {
    /// Which; `name` is the node's name.
    pub id: String,
    /// Equal as JSON; null finds the nodes that have no value there.
    #[schema(required = true)]
    pub value: Value,
}

/// The answer to `POST /api/v1/projects/{id}/graph/search`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SearchResults<'a> {
    /// In the order of the tree.
    pub results: Vec<FoundNode<'a>>,
    /// How many nodes match, told or not.
    pub total: usize,
}

/// A node that was found, without what is below it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FoundNode<'a> {
    /// A UUID.
    pub id: String,
    /// The template's node type.
    pub blueprint_type_id: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// Values by property id.
    pub properties: Properties<'a>,
    /// None for a root.
    #[schema(required = true)]
    pub parent_id: Option<String>,
    /// RFC 3339, UTC, milliseconds, `Z`.
    pub created_at: String,
    /// The node that blocks this one.
    #[schema(required = true)]
    pub blocked_by: Option<String>,
    /// The names of the nodes above it, the root's first.
    pub path: Vec<&'a str>,
}

/// The answer to `GET /api/v1/projects/{id}/orphaned-properties`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OrphanedProperties<'a> {
    /// In the order of the tree, those of a node by their ids.
    pub orphaned: Vec<OrphanedProperty<'a>>,
    /// How many there are on all pages.
    pub total: usize,
    /// How many were passed over.
    pub offset: usize,
    /// How many a page has at most.
    pub limit: usize,
}

/// A value that is kept although the template does not know it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OrphanedProperty<'a> {
    /// Whose.
    pub node_id: String,
    /// What people call that node.
    pub name: &'a str,
    /// The node's type.
    pub blueprint_type_id: &'a str,
    /// Which property.
    pub property_id: &'a str,
    /// Never null.
    pub value: &'a Value,
    /// Why the template does not know it.
    pub reason: OrphanReason,
}

/// Why a template does not know a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrphanReason {
    /// The template has no such node type.
    UnknownType,
    /// The node type has no such property.
    UnknownProperty,
    /// The select has no such option.
    UnknownOption,
    /// The value is of another kind.
    WrongKind,
}
