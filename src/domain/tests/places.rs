//! Where a new node stands among its siblings.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::effect::{Body, Effect};
use crate::domain::graph::{Graph, Place};
use crate::domain::{NodeId, OrderKey, Stamp, Timestamp};

/// Creates a task at `index` below the root and gives the index that its event tells.
fn create_at(world: &mut World, node: u128, index: Value) -> usize {
    let data = json!({
        "node_id": id(node), "parent_id": world.root(), "blueprint_type_id": "task", "index": index,
    });
    let record = world.send("ann", "CreateNode", data);
    let [Effect::Node { after: Some(body), .. }] = record.effects.as_slice() else { panic!("{record:?}") };
    body.index.unwrap()
}

#[test]
fn a_node_is_put_before_the_sibling_at_its_index_and_last_without_one() {
    let mut world = World::new();
    let cases = [
        (1, Value::Null, 0, vec![1]),
        (2, Value::Null, 1, vec![1, 2]),
        (3, json!(0), 0, vec![3, 1, 2]),
        (4, json!(1), 1, vec![3, 4, 1, 2]),
        (5, json!(3), 3, vec![3, 4, 1, 5, 2]),
        (6, json!(5), 5, vec![3, 4, 1, 5, 2, 6]),
        (7, json!(99), 6, vec![3, 4, 1, 5, 2, 6, 7]),
        (8, json!(u64::MAX), 7, vec![3, 4, 1, 5, 2, 6, 7, 8]),
        (9, json!(0), 0, vec![9, 3, 4, 1, 5, 2, 6, 7, 8]),
    ];
    for (node, index, told, order) in cases {
        assert_eq!(create_at(&mut world, node, index), told, "node {node}");
        let order: Vec<NodeId> = order.into_iter().map(id).collect();
        assert_eq!(world.children(Some(world.root())), order);
    }
}

#[test]
fn putting_node_after_node_into_the_same_gap_keeps_their_order() {
    let mut world = World::new();
    create_at(&mut world, 1, json!(0));
    create_at(&mut world, 2, json!(1));
    for node in 3..200 {
        assert_eq!(create_at(&mut world, node, json!(1)), 1);
    }
    let order: Vec<NodeId> = [1].into_iter().chain((3..200).rev()).chain([2]).map(id).collect();
    assert_eq!(world.children(Some(world.root())), order);
}

/// A graph of roots that all have the same key.
fn equal_keys(nodes: &[u128]) -> (Graph, OrderKey) {
    let key = OrderKey::between(None, None, id(1));
    let at = Timestamp::from_millis(0);
    let stamp = Arc::new(Stamp { seq: 1, by: "ann".into(), owner: "ann".into(), at, restored: false });
    let mut graph = Graph::default();
    for &node in nodes {
        let place = Place { parent_id: None, key: key.clone() };
        let body = Body {
            node_type: "task".into(),
            created_at: at,
            place,
            index: None,
            properties: [].into(),
            blocked_by: None,
            written: None,
        };
        let after = Some(Box::new(body));
        graph.apply(&Effect::Node { node_id: id(node), before: None, after }, &stamp);
    }
    (graph, key)
}

#[test]
fn siblings_with_equal_keys_stand_in_the_order_of_their_ids() {
    let (graph, key) = equal_keys(&[3, 1, 2]);
    let order: Vec<NodeId> = graph.children(None).map(|node| node.id).collect();
    assert_eq!(order, [id(1), id(2), id(3)]);
    for (place, node) in order.into_iter().enumerate() {
        assert_eq!(graph.index(&Place { parent_id: None, key: key.clone() }, node), place);
    }
}

#[test]
fn between_siblings_with_equal_keys_there_is_no_room_and_the_next_gap_is_taken() {
    let (graph, key) = equal_keys(&[1, 2, 3]);
    let first = graph.key_at(None, Some(0), id(4));
    assert!(first < key);
    for index in [1, 2, 3] {
        let place = Place { parent_id: None, key: graph.key_at(None, Some(index), id(4)) };
        assert!(place.key > key);
        assert_eq!(graph.index(&place, id(4)), 3);
    }
}
