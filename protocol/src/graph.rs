//! The graph as clients read it: a tree of nodes below its roots.
//!
//! These types borrow from what they show: a graph is written once and never built in another form.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A whole graph.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GraphTree<'a> {
    /// The nodes without a parent, in their order.
    pub roots: Vec<NodeTree<'a>>,
}

/// A node and everything below it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NodeTree<'a> {
    /// A UUID.
    pub id: String,
    /// The template's node type.
    pub blueprint_type_id: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// Values by property id; a property without a value is not there.
    pub properties: Properties<'a>,
    /// Null for a root.
    #[schema(required = true)]
    pub parent_id: Option<String>,
    /// RFC 3339, UTC, milliseconds, `Z`.
    pub created_at: String,
    /// In their order.
    #[schema(no_recursion)]
    pub children: Vec<NodeTree<'a>>,
    /// The node that blocks this one.
    #[schema(required = true)]
    pub blocked_by: Option<String>,
    /// Node types that belong below it, as the template has them.
    pub allowed_children: Vec<&'a str>,
    /// The icon that the template gives it.
    #[schema(required = true)]
    pub icon_id: Option<&'a str>,
    /// The indicator of its status.
    #[schema(required = true)]
    pub indicator_id: Option<&'a str>,
    /// The set that the indicator belongs to.
    #[schema(required = true)]
    pub indicator_set: Option<&'a str>,
    /// The same, as one object; only there if the node has an indicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub indicator: Option<Indicator<'a>>,
}

/// What a client draws beside a node.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Indicator<'a> {
    /// A character that stands for it in plain text.
    #[schema(required = true)]
    pub bullet: Option<&'a str>,
    /// Its id within the set.
    pub indicator_id: &'a str,
    /// The set.
    #[schema(required = true)]
    pub indicator_set: Option<&'a str>,
}

/// Property values by id, borrowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Properties<'a>(pub Vec<(&'a str, &'a Value)>);

impl Serialize for Properties<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}
