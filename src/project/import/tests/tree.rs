//! Who stands below whom.

use serde_json::{Value, json};

use super::*;

#[test]
fn the_tree_has_to_be_one() {
    let [root, paint, body] = [ROOT, PAINT, BODY].map(|id| format!("nodes.{id}"));
    let children = |id, value| set(&at(id, "children"), value);
    let parent = |id, value| set(&at(id, "parent_id"), value);
    let blocked = |id, value| set(&at(id, "blocked_by"), value);
    let contradiction = format!("contradicts the children of {root}");
    let below_itself = "the node would come to stand below itself";
    let cases = [
        (
            vec![children(ROOT, json!([BODY, PAINT, BODY]))],
            format!("{root}.children[2]"),
            "the node is listed twice".to_owned(),
        ),
        (
            vec![children(BODY, json!([PAINT])), parent(PAINT, nothing())],
            format!("{body}.children[0]"),
            format!("the node stands below {root}, too"),
        ),
        (vec![parent(PAINT, json!(BODY))], format!("{paint}.parent_id"), contradiction.clone()),
        (vec![parent(PAINT, json!(null))], format!("{paint}.parent_id"), contradiction),
        (
            vec![children(ROOT, json!([BODY])), parent(PAINT, json!(PAINT))],
            format!("{paint}.parent_id"),
            below_itself.to_owned(),
        ),
        (
            vec![children(PAINT, json!([ROOT])), parent(ROOT, json!(PAINT))],
            format!("{paint}.children[0]"),
            below_itself.to_owned(),
        ),
        (
            vec![blocked(PAINT, json!(BODY)), blocked(BODY, json!(PAINT))],
            format!("{paint}.blocked_by"),
            "the node would wait for itself".to_owned(),
        ),
    ];
    for (patches, place, message) in cases {
        assert_eq!(faults_after(&patches, false), [(place, message)], "{patches:?}");
    }
}

#[test]
fn a_node_that_is_not_listed_goes_behind_those_that_are() {
    let late = "44444444-4444-4444-8444-444444444444";
    let node = json!({ "id": late, "type": "phase", "name": "Late", "children": [], "parent_id": ROOT });
    let text = changed(|file| patch(file, &format!("/nodes/{late}"), &node));
    let import = read_with(text.as_bytes(), LIMITS, false).outcome.unwrap();
    let order: Vec<_> = import.nodes.iter().map(|row| row.id.to_string()).collect();
    assert_eq!(order, [ROOT, BODY, PAINT, late]);
}

#[test]
fn two_ids_that_become_the_same_are_told() {
    let text = r#"{"version":"1.0","templates":["restomod.yaml"],"nodes":{
        "uuid-1":{"type":"phase","name":"One"},
        "E2C6999A-39F5-514B-8DD9-18AF16BCB8F5":{"type":"phase","name":"Other"},
        "uuid-1":{"type":"phase","name":"Again"}}}"#;
    let message = "has the same id as nodes.uuid-1: e2c6999a-39f5-514b-8dd9-18af16bcb8f5".to_owned();
    let expected = ["nodes.E2C6999A-39F5-514B-8DD9-18AF16BCB8F5", "nodes.uuid-1"];
    assert_eq!(faults(text, false), expected.map(|place| (place.to_owned(), message.clone())));
}

#[test]
fn a_graph_is_no_deeper_and_no_larger_than_it_may_be() {
    let chain = |count: usize| {
        let nodes: serde_json::Map<String, Value> = (0..count)
            .map(|n| {
                let parent = n.checked_sub(1).map(|parent| format!("n{parent}"));
                let node = json!({ "type": "phase", "name": "N", "parent_id": parent });
                (format!("n{n}"), node)
            })
            .collect();
        json!({ "version": "1.0", "templates": ["restomod.yaml"], "nodes": nodes }).to_string()
    };
    assert!(read_with(chain(4).as_bytes(), LIMITS, false).outcome.is_ok());
    assert_eq!(
        faults(&chain(6), false),
        [("nodes.n4".to_owned(), "a graph is at most 4 levels deep".to_owned())]
    );
    let over = faults(&chain(9), false);
    assert_eq!(over, [("nodes".to_owned(), "are 9; a project has at most 8".to_owned())]);
    let reading = read_with(chain(9).as_bytes(), LIMITS, false);
    assert_eq!(reading.node_count, 9);
}
