//! The form of graph texts: that of the types that describe graphs, and known by its name.

use graphroom::domain::canonical::hash_bytes;
use graphroom::domain::template::{NodeType, Property, SelectOption};
use graphroom::domain::{Node, Record, State};
use graphroom::session::GRAPH_FORM;
use graphroom_protocol::graph::{Indicator, Properties};
use graphroom_protocol::{GraphTree, NodeTree};

/// Another one for each form: whoever changes how graphs are written changes the number in its name and this.
const FORM: (&str, &str) = ("1", "4713048cf6056025605be86247b98c7d1d5de3336f42c8f74be78ede700f5fdb");

fn tree<'a>(state: &'a State, node: &'a Node) -> NodeTree<'a> {
    let node_type = state.template.node_type(&node.node_type);
    let indicated = node_type.and_then(|node_type| indicated(node_type, node));
    let indicator = indicated.and_then(|(property, option)| {
        Some(Indicator {
            bullet: option.bullet.as_deref(),
            indicator_id: option.indicator_id.as_deref()?,
            indicator_set: property.indicator_set.as_deref(),
        })
    });
    let allowed = node_type.map(|node_type| node_type.allowed_children.iter().map(|id| &**id).collect());
    NodeTree {
        id: node.id.to_string(),
        blueprint_type_id: &node.node_type,
        name: node.name(),
        properties: Properties(node.shown_properties().collect()),
        parent_id: node.place.parent_id.map(|id| id.to_string()),
        created_at: node.created_at.to_string(),
        children: state.graph.children(Some(node.id)).map(|child| tree(state, child)).collect(),
        blocked_by: node.blocked_by.map(|id| id.to_string()),
        allowed_children: allowed.unwrap_or_default(),
        icon_id: node_type.and_then(|node_type| node_type.icon_id.as_deref()),
        indicator_id: indicator.as_ref().map(|indicator| indicator.indicator_id),
        indicator_set: indicator.as_ref().and_then(|indicator| indicator.indicator_set),
        indicator,
    }
}

fn indicated<'a>(node_type: &'a NodeType, node: &Node) -> Option<(&'a Property, &'a SelectOption)> {
    node_type.properties.iter().filter(|property| property.indicator_set.is_some()).find_map(|property| {
        let value = node.value(&property.id)?.as_str()?;
        let option = property.options.iter().find(|option| &*option.id == value)?;
        option.indicator_id.is_some().then_some((property, option))
    })
}

fn written(state: &State) -> Vec<u8> {
    let mut text = Vec::new();
    (GRAPH_FORM.write)(state, &mut text).unwrap();
    text
}

/// What the golden records give, each with all before it.
fn states() -> Vec<State> {
    let mut state = State::default();
    let records = crate::fuzz::corpus::records().into_iter();
    let states = records.map(|(_, text)| {
        state.apply(&Record::decode(&text).unwrap());
        state.clone()
    });
    states.collect()
}

#[test]
fn a_graph_text_is_what_the_types_of_graphs_give() {
    let (mut indicators, mut blocked, mut most) = (0, 0, 0);
    for state in states() {
        let roots = state.graph.children(None).map(|root| tree(&state, root)).collect();
        let expected = serde_json::to_string(&GraphTree { roots }).unwrap();
        assert_eq!(String::from_utf8(written(&state)).unwrap(), expected, "at {}", state.head);
        indicators += usize::from(expected.contains("\"indicator\":{"));
        blocked += usize::from(expected.contains("\"blocked_by\":\""));
        most = most.max(state.graph.len());
    }
    assert!(indicators > 0 && blocked > 0 && most > 1, "{indicators} {blocked} {most}");
}

#[test]
fn a_form_of_graph_texts_has_a_name_of_its_own() {
    let all: Vec<u8> = states().iter().flat_map(written).collect();
    let number = GRAPH_FORM.name.rsplit_once('/').map(|(_, number)| number);
    assert_eq!((number, &*hash_bytes(&all)), (Some(FORM.0), FORM.1));
}
