//! Finding nodes: by what is written in them, by their type, by a property's value.

use graphroom_protocol::graph::Properties;
use graphroom_protocol::rest::search::{FoundNode, SearchResults};
use serde_json::Value;

use super::walk;
use crate::domain::decide::same;
use crate::domain::template::NodeType;
use crate::domain::{Node, State};
use crate::store::catalogue::fold;

/// What to look for. A node has to match all that is given.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// A part of the name or of a text; case does not count, and no character stands for others.
    pub query: Option<String>,
    /// The node's type.
    pub blueprint_type_id: Option<String>,
    /// A property and its value; null for those that have none.
    pub property: Option<(String, Value)>,
    /// How many nodes to tell of.
    pub limit: usize,
}

/// The nodes that match, in the order of the tree. It looks at every node: call it where waiting is allowed.
#[must_use]
pub fn find<'a>(state: &'a State, search: &Search) -> SearchResults<'a> {
    let query = search.query.as_deref().filter(|query| !query.is_empty()).map(|query| (query, fold(query)));
    let mut found = SearchResults { results: Vec::new(), total: 0 };
    // The names of the nodes above the present one, and more that are not.
    let mut names: Vec<&str> = Vec::new();
    for (depth, node) in walk::nodes(&state.graph) {
        names.truncate(depth);
        if matches(state, node, search, query.as_ref().map(|(text, folded)| (*text, &**folded))) {
            found.total += 1;
            if found.results.len() < search.limit {
                found.results.push(view(node, names.clone()));
            }
        }
        names.push(node.name());
    }
    found
}

fn matches(state: &State, node: &Node, search: &Search, query: Option<(&str, &str)>) -> bool {
    search.blueprint_type_id.as_ref().is_none_or(|wanted| **wanted == *node.node_type)
        && search.property.as_ref().is_none_or(|(id, value)| match node.value(id) {
            Some(held) => same(held, value),
            None => value.is_null(),
        })
        && query.is_none_or(|(text, folded)| {
            fold(node.name()).contains(folded)
                || has_text(state.template.node_type(&node.node_type), node, text, folded)
        })
}

/// Whether one of the node's texts has the query in it. An option is known by its name, and by nothing less
/// than its whole id: parts of those are in all of them.
fn has_text(node_type: Option<&NodeType>, node: &Node, text: &str, folded: &str) -> bool {
    node.shown_properties().any(|(id, value)| {
        let Some(held) = value.as_str() else { return false };
        let property = node_type.and_then(|node_type| node_type.property(id));
        let option = property.and_then(|property| property.options.iter().find(|option| *option.id == *held));
        match option {
            Some(option) => fold(&option.name).contains(folded) || *option.id == *text,
            None => fold(held).contains(folded),
        }
    })
}

fn view<'a>(node: &'a Node, path: Vec<&'a str>) -> FoundNode<'a> {
    FoundNode {
        id: node.id.to_string(),
        blueprint_type_id: &node.node_type,
        name: node.name(),
        properties: Properties(node.shown_properties().collect()),
        parent_id: node.place.parent_id.map(|id| id.to_string()),
        created_at: node.created_at.to_string(),
        blocked_by: node.blocked_by.map(|id| id.to_string()),
        path,
    }
}
