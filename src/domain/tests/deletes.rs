//! Deleting nodes.
//!
//! Proves DEL-1 (docs/behaviour.md).

use serde_json::json;

use super::{World, id};
use crate::domain::{Change, RejectionCode};

/// A root 1 with 2 and 3 below it, 4 below 2, and a root 5 that stays.
fn tree() -> World {
    let mut world = World::new();
    for (node, parent) in [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2)), (5, None)] {
        world.create("ann", id(node), parent.map(id));
    }
    world
}

#[test]
fn del_1_deleting_a_node_takes_everything_below_it_and_nothing_else() {
    let mut world = tree();
    world.delete("bob", id(1));
    assert_eq!(world.children(None), [world.root(), id(5)]);
    assert_eq!(world.state.graph.len(), 2);
    for node in 1..=4 {
        assert!(world.state.graph.node(id(node)).is_none());
        assert_eq!(world.state.graph.child_count(Some(id(node))), 0);
        assert_eq!(&*world.state.graph.tombstone(id(node)).unwrap().stamp.by, "bob");
    }
}

#[test]
fn del_1_one_event_lists_every_id_parents_first() {
    let mut world = tree();
    let record = world.delete("ann", id(1));
    assert_eq!(record.seq_first, record.seq_last);
    let changes = Change::all(&record);
    let [Change::NodeDeleted { node_id, node_ids, parent_id: None }] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!((*node_id, node_ids[0]), (id(1), id(1)));
    let place = |node| node_ids.iter().position(|&listed| listed == id(node)).unwrap();
    assert_eq!(node_ids.len(), 4);
    assert!(place(1) < place(2) && place(1) < place(3) && place(2) < place(4));
}

#[test]
fn del_1_the_root_of_a_project_may_go_too() {
    let mut world = tree();
    world.delete("ann", world.root());
    assert_eq!(world.children(None), [id(1), id(5)]);
}

#[test]
fn cmd_4_a_node_that_is_not_there_is_not_deleted_again() {
    let mut world = tree();
    world.delete("ann", id(2));
    for node in [id(2), id(4), id(9)] {
        let rejection = world.refused("DeleteNode", json!({"node_id": node}));
        assert_eq!(rejection.code, RejectionCode::NodeNotFound);
        assert_eq!(rejection.details, Some(json!({"node_id": node})));
    }
}

#[test]
fn a_client_may_use_the_id_of_a_deleted_node_again() {
    let mut world = tree();
    world.delete("ann", id(1));
    world.create("bob", id(1), Some(id(5)));
    assert_eq!(world.children(Some(id(5))), [id(1)]);
    assert!(world.state.graph.tombstone(id(1)).is_none());
    assert_eq!(world.state.graph.child_count(Some(id(1))), 0);
}
