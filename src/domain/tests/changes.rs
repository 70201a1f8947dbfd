//! What the events of a record tell.
//!
//! Proves DEL-1 (docs/behaviour.md).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::graph::Place;
use crate::domain::{Body, Change, Effect, NodeId, OrderKey, Record, Scope, Timestamp};

#[test]
fn the_creation_of_a_project_tells_its_root_alone() {
    let world = World::new();
    let changes = Change::all(&world.journal[0]);
    let [Change::NodeCreated { node_id, body }] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((*node_id, body.index), (world.root(), Some(0)));
    assert_eq!((world.journal[0].seq_first, world.journal[0].seq_last), (1, 1));
}

#[test]
fn a_rename_tells_the_new_name_and_then_the_property() {
    let mut world = World::new();
    let root = world.root();
    let record = world.set("ann", root, "name", json!("Orchard"));
    let (name, old_name) = (&json!("Orchard"), &json!("Garden"));
    let expected = [
        Change::NodeRenamed { node_id: root, name, old_name },
        Change::PropertyChanged {
            node_id: root,
            property_id: &"name".into(),
            old_value: Some(old_name),
            new_value: name,
        },
    ];
    assert_eq!(Change::all(&record), expected);
    assert_eq!((record.seq_first, record.seq_last), (2, 3));
}

#[test]
fn a_property_that_was_deleted_tells_its_old_value_if_it_had_one() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!(1));
    for old_value in [Some(json!(1)), None] {
        let record = world.set("ann", root, "note", Value::Null);
        let property_id = &"note".into();
        let old_value = old_value.as_ref();
        let expected = Change::PropertyDeleted { node_id: root, property_id, old_value };
        assert_eq!(Change::all(&record), [expected]);
    }
}

#[test]
fn a_write_of_the_same_value_is_told_all_the_same() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!(1));
    let record = world.set("ann", root, "note", json!(1));
    let (property_id, value) = (&"note".into(), &json!(1));
    let expected =
        Change::PropertyChanged { node_id: root, property_id, old_value: Some(value), new_value: value };
    assert_eq!(Change::all(&record), [expected]);
}

/// The subtrees that a record's events say were deleted.
fn deleted(record: &Record) -> Vec<(NodeId, BTreeSet<NodeId>)> {
    Change::all(record)
        .into_iter()
        .filter_map(|change| match change {
            Change::NodeDeleted { node_id, node_ids, .. } => Some((node_id, node_ids.into_iter().collect())),
            _ => None,
        })
        .collect()
}

#[test]
fn del_1_subtrees_that_go_with_one_record_each_list_their_own_nodes() {
    let mut world = World::new();
    for (node, parent) in [(1, None), (2, Some(1)), (3, Some(1)), (4, Some(2)), (5, Some(3)), (6, Some(4))] {
        world.create("ann", id(node), parent.map(id));
    }
    world.create("ann", id(7), Some(id(5)));
    world.delete("ann", id(1));
    // 2 comes back by somebody else's hand, as a root: 4 and 6 belong below it, not below 1.
    world.create("bob", id(2), None);
    world.undo("ann", Scope::Mine).unwrap();
    assert_eq!(world.children(Some(id(2))), [id(4)]);
    let record = world.redo_mine("ann");
    let set = |nodes: &[u128]| nodes.iter().copied().map(id).collect::<BTreeSet<_>>();
    assert_eq!(deleted(&record), [(id(4), set(&[4, 6])), (id(1), set(&[1, 3, 5, 7]))]);
    assert_eq!(world.children(None), [world.root(), id(2)]);
}

#[test]
fn a_deletion_behind_relations_that_end_is_looked_at_once_and_not_for_each_of_them() {
    let body = Body {
        node_type: "task".into(),
        created_at: Timestamp::from_millis(0),
        place: Place { parent_id: None, key: OrderKey::between(None, None, id(1)) },
        index: None,
        properties: BTreeMap::new(),
        blocked_by: None,
        written: None,
    };
    let goes = |n| Effect::Node { node_id: id(n), before: Some(Box::new(body.clone())), after: None };
    let lets_go = |n| Effect::BlockedBy { node_id: id(n), before: Some(id(1)), after: None };
    // As many as a batch and a project may have: for each of them anew, it would take minutes.
    let effects: Vec<Effect> = (2..1_001).map(lets_go).chain((10_000..100_000).map(goes)).collect();
    assert_eq!(Change::one_by_one(&effects).len(), effects.len());
}
