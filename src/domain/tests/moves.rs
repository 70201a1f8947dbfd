//! Places: where a link, an unlink, a move and a reorder put a node, and what they tell.
//!
//! Proves MOVE-1 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{World, id, ids};
use crate::domain::{NodeId, Scope, StepState};

/// The project, 1 with 3, 4 and 5, and 2 with 6 and 7.
fn world() -> World {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 0), (3, 1), (4, 1), (5, 1), (6, 2), (7, 2)]);
    world
}

/// Moves `node` with these fields beside `node_id`: what was told, and the children of the new parent.
fn moved(node: u128, fields: Value) -> (Vec<String>, Vec<NodeId>) {
    let mut world = world();
    let mut data = fields;
    data["node_id"] = json!(id(node));
    world.send("bob", "MoveNode", data);
    let parent = world.state.graph.node(id(node)).unwrap().place.parent_id;
    (world.told_last(), world.children(parent))
}

/// The fields of a target, and the index and the order that they give.
type Targets<const N: usize> = [(Value, usize, Vec<NodeId>); N];

#[test]
fn move_1_under_another_parent_a_node_goes_where_the_move_says() {
    let cases: Targets<13> = [
        (json!({}), 2, ids(&[6, 7, 3])),
        (json!({"index": null, "after": null}), 2, ids(&[6, 7, 3])),
        (json!({"index": 0}), 0, ids(&[3, 6, 7])),
        (json!({"index": 1}), 1, ids(&[6, 3, 7])),
        (json!({"index": 2}), 2, ids(&[6, 7, 3])),
        (json!({"index": 99}), 2, ids(&[6, 7, 3])),
        (json!({"index": u64::MAX}), 2, ids(&[6, 7, 3])),
        (json!({"after": id(6)}), 1, ids(&[6, 3, 7])),
        (json!({"after": id(7)}), 2, ids(&[6, 7, 3])),
        (json!({"before": id(6)}), 0, ids(&[3, 6, 7])),
        (json!({"before": id(7)}), 1, ids(&[6, 3, 7])),
        (json!({"position": "first"}), 0, ids(&[3, 6, 7])),
        (json!({"position": "last"}), 2, ids(&[6, 7, 3])),
    ];
    for (mut fields, index, order) in cases {
        fields["new_parent_id"] = json!(id(2));
        let (told, children) = moved(3, fields.clone());
        assert_eq!(told, ["unlinked 3 from 1 at 0".into(), format!("linked 3 to 2 at {index}")], "{fields}");
        assert_eq!(children, order, "{fields}");
    }
}

#[test]
fn move_1_among_its_siblings_an_index_counts_without_the_node_itself() {
    let cases: Targets<11> = [
        (json!({}), 2, ids(&[3, 5, 4])),
        (json!({"index": 0}), 0, ids(&[4, 3, 5])),
        (json!({"index": 1}), 1, ids(&[3, 4, 5])),
        (json!({"index": 2}), 2, ids(&[3, 5, 4])),
        (json!({"index": 3}), 2, ids(&[3, 5, 4])),
        (json!({"after": id(3)}), 1, ids(&[3, 4, 5])),
        (json!({"after": id(5)}), 2, ids(&[3, 5, 4])),
        (json!({"before": id(3)}), 0, ids(&[4, 3, 5])),
        (json!({"before": id(5)}), 1, ids(&[3, 4, 5])),
        (json!({"position": "first"}), 0, ids(&[4, 3, 5])),
        (json!({"position": "last"}), 2, ids(&[3, 5, 4])),
    ];
    for (mut fields, index, order) in cases {
        fields["new_parent_id"] = json!(id(1));
        let (told, children) = moved(4, fields.clone());
        assert_eq!(told, ["unlinked 4 from 1 at 1".into(), format!("linked 4 to 1 at {index}")], "{fields}");
        assert_eq!(children, order, "{fields}");
    }
}

#[test]
fn move_1_without_a_new_parent_a_node_becomes_a_root_where_the_move_says() {
    for (mut fields, index) in [
        (json!({}), 3),
        (json!({"position": "last"}), 3),
        (json!({"index": 1}), 1),
        (json!({"after": id(1)}), 2),
        (json!({"before": id(1)}), 1),
    ] {
        fields["new_parent_id"] = Value::Null;
        let (told, roots) = moved(3, fields.clone());
        let expected = ["unlinked 3 from 1 at 0".into(), format!("linked 3 to roots at {index}")];
        assert_eq!(told, expected, "{fields}");
        assert_eq!(roots.iter().position(|&root| root == id(3)), Some(index), "{fields}");
    }
}

#[test]
fn a_root_leaves_no_parent_and_is_only_linked() {
    let (told, children) = moved(2, json!({"new_parent_id": id(1), "index": 1}));
    assert_eq!((told, children), (vec!["linked 2 to 1 at 1".to_owned()], ids(&[3, 2, 4, 5])));
    let (told, roots) = moved(2, json!({"new_parent_id": null, "index": 0}));
    assert_eq!((told, roots[0]), (vec!["linked 2 to roots at 0".to_owned()], id(2)));
}

#[test]
fn what_stands_below_a_node_goes_with_it_and_nobody_else_is_touched() {
    let mut world = world();
    let stamps = |world: &World| {
        [1, 3, 4, 5, 6, 7].map(|node| world.state.graph.node(id(node)).unwrap().place_stamp.clone())
    };
    let before = stamps(&world);
    let record = world.move_to("bob", 2, Some(id(3)));
    assert_eq!(world.children(Some(id(3))), [id(2)]);
    assert_eq!(world.children(Some(id(2))), ids(&[6, 7]));
    assert_eq!((stamps(&world), record.effects.len()), (before, 1));
    assert_eq!(&*world.state.graph.node(id(2)).unwrap().place_stamp.by, "bob");
}

/// Gives a command that leaves every place as it is.
fn stays(command_type: &str, data: Value) -> Vec<String> {
    let mut world = world();
    let before = world.shape();
    world.send("bob", command_type, data);
    assert_eq!(world.shape(), before);
    assert!(!world.state.steps.available(StepState::Done, Some("bob")));
    world.told_last()
}

#[test]
fn a_node_that_stays_in_its_place_is_told_all_the_same_and_leaves_no_step() {
    let told = ["unlinked 4 from 1 at 1", "linked 4 to 1 at 1"];
    let here = |fields: Value| {
        let mut data = fields;
        data["node_id"] = json!(id(4));
        data["new_parent_id"] = json!(id(1));
        data
    };
    assert_eq!(stays("MoveNode", here(json!({"index": 1}))), told);
    assert_eq!(stays("MoveNode", here(json!({"after": id(3)}))), told);
    assert_eq!(stays("LinkNode", json!({"parent_id": id(1), "child_id": id(4)})), told);
    assert_eq!(stays("ReorderNode", json!({"node_id": id(4), "new_index": 1})), told);
    let root = json!({"node_id": id(2), "new_parent_id": null});
    assert_eq!(stays("MoveNode", root), ["linked 2 to roots at 2"]);
}

#[test]
fn a_link_puts_a_node_last_and_takes_it_from_its_old_parent() {
    let mut world = world();
    let link = |child| json!({"parent_id": id(1), "child_id": id(child)});
    world.send("bob", "LinkNode", link(6));
    assert_eq!(world.told_last(), ["unlinked 6 from 2 at 0", "linked 6 to 1 at 3"]);
    world.send("bob", "LinkNode", link(2));
    assert_eq!(world.told_last(), ["linked 2 to 1 at 4"]);
    assert_eq!(world.children(Some(id(1))), ids(&[3, 4, 5, 6, 2]));
    assert_eq!(world.children(None), [world.root(), id(1)]);
}

#[test]
fn an_unlinked_node_is_the_last_root_and_only_told_to_have_left() {
    let mut world = world();
    world.send("bob", "UnlinkNode", json!({"parent_id": id(1), "child_id": id(4)}));
    assert_eq!(world.told_last(), ["unlinked 4 from 1 at 1"]);
    assert_eq!(world.children(None), [world.root(), id(1), id(2), id(4)]);
    assert_eq!(world.children(Some(id(1))), ids(&[3, 5]));
}

#[test]
fn a_reordered_node_stands_behind_as_many_siblings_as_it_says() {
    for (new_index, index, order) in [
        (json!(0), 0, ids(&[5, 3, 4])),
        (json!(1), 1, ids(&[3, 5, 4])),
        (json!(2), 2, ids(&[3, 4, 5])),
        (json!(7), 2, ids(&[3, 4, 5])),
        (json!(u64::MAX), 2, ids(&[3, 4, 5])),
    ] {
        let mut world = world();
        world.send("bob", "ReorderNode", json!({"node_id": id(5), "new_index": new_index}));
        assert_eq!(world.told_last(), ["unlinked 5 from 1 at 2".into(), format!("linked 5 to 1 at {index}")]);
        assert_eq!(world.children(Some(id(1))), order);
    }
}

#[test]
fn a_root_is_reordered_among_the_roots() {
    let mut world = world();
    world.send("bob", "ReorderNode", json!({"node_id": id(2), "new_index": 0}));
    assert_eq!(world.told_last(), ["linked 2 to roots at 0"]);
    assert_eq!(world.children(None), [id(2), world.root(), id(1)]);
}

#[test]
fn a_node_that_wanders_back_and_forth_leaves_a_step_for_each_of_its_ways() {
    let mut world = world();
    let before = world.shape();
    for parent in [2, 1, 2] {
        world.move_to("bob", 3, Some(id(parent)));
    }
    for _ in 0..3 {
        world.undo("bob", Scope::Mine).unwrap();
    }
    assert_eq!(world.shape(), before);
    assert!(world.undo("bob", Scope::Mine).is_none());
}
