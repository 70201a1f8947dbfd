//! Moves that are refused.
//!
//! Proves CMD-4, CMD-6 and MOVE-2 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::{Limits, Rejection, RejectionCode};

/// The project, 1 with 3 below it and 4 below that, and 2 with 5.
fn world() -> World {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 0), (3, 1), (4, 3), (5, 2)]);
    world
}

fn told(rejection: Rejection) -> (RejectionCode, Value) {
    (rejection.code, rejection.details.unwrap())
}

#[test]
fn move_2_a_node_is_not_put_below_itself() {
    let mut world = world();
    for parent in [1, 3, 4] {
        let cycle = json!({"reason": "CYCLE", "ancestor_id": id(1)});
        let moving = world.refused("MoveNode", json!({"node_id": id(1), "new_parent_id": id(parent)}));
        assert_eq!(told(moving), (RejectionCode::MoveInvalid, cycle.clone()));
        let linking = world.refused("LinkNode", json!({"child_id": id(1), "parent_id": id(parent)}));
        assert_eq!(told(linking), (RejectionCode::Cycle, cycle));
    }
}

#[test]
fn cmd_4_nodes_and_parents_that_are_not_there_are_named() {
    let mut world = world();
    world.delete("ann", id(5));
    for gone in [id(5), id(9)] {
        for (command_type, data) in [
            ("MoveNode", json!({"node_id": gone, "new_parent_id": id(2)})),
            ("MoveNode", json!({"node_id": id(1), "new_parent_id": gone})),
            ("LinkNode", json!({"child_id": gone, "parent_id": id(2)})),
            ("LinkNode", json!({"child_id": id(1), "parent_id": gone})),
            ("UnlinkNode", json!({"child_id": gone, "parent_id": id(2)})),
            ("UnlinkNode", json!({"child_id": id(1), "parent_id": gone})),
            ("ReorderNode", json!({"node_id": gone, "new_index": 0})),
            ("MoveNode", json!({"node_id": id(1), "new_parent_id": id(2), "after": gone})),
            ("MoveNode", json!({"node_id": id(1), "new_parent_id": id(2), "before": gone})),
        ] {
            let rejection = world.refused(command_type, data.clone());
            assert_eq!(told(rejection), (RejectionCode::NodeNotFound, json!({"node_id": gone})), "{data}");
        }
    }
}

#[test]
fn a_sibling_to_stand_beside_must_stand_there() {
    let mut world = world();
    for (node, parent, sibling) in
        [(1, Some(2), 3), (1, Some(2), 2), (5, Some(2), 5), (5, None, 5), (5, None, 4)]
    {
        for field in ["after", "before"] {
            let parent = parent.map(id);
            let data = json!({"node_id": id(node), "new_parent_id": parent, field: id(sibling)});
            let no_sibling = json!({"reason": "NO_SIBLING", "sibling_id": id(sibling)});
            assert_eq!(told(world.refused("MoveNode", data)), (RejectionCode::MoveInvalid, no_sibling));
        }
    }
}

#[test]
fn only_a_child_of_that_parent_can_be_unlinked_from_it() {
    let mut world = world();
    for (parent, child, really) in [(2, 3, Some(id(1))), (1, 4, Some(id(3))), (1, 2, None)] {
        let rejection = world.refused("UnlinkNode", json!({"parent_id": id(parent), "child_id": id(child)}));
        let details = json!({"parent_id": really, "child_id": id(child)});
        assert_eq!(told(rejection), (RejectionCode::NotLinked, details));
    }
}

#[test]
fn cmd_6_a_move_makes_no_graph_deeper_than_its_limit() {
    let mut world = world();
    world.limits = Limits { depth: 4, ..Limits::default() };
    for (command_type, parent) in [("MoveNode", "new_parent_id"), ("LinkNode", "parent_id")] {
        let node = if command_type == "MoveNode" { "node_id" } else { "child_id" };
        // 2 and 5 below 4, at the third level, would be the fourth and the fifth.
        let rejection = world.refused(command_type, json!({node: id(2), parent: id(4)}));
        let details = json!({"limit": 4, "parent_id": id(4)});
        assert_eq!(told(rejection), (RejectionCode::DepthLimit, details));
        world.clone().send("ann", command_type, json!({node: id(2), parent: id(3)}));
        world.clone().send("ann", command_type, json!({node: id(5), parent: id(4)}));
    }
}

#[test]
fn a_refused_move_says_what_is_wrong_to_people_too() {
    let mut world = world();
    for (command_type, data, message) in [
        (
            "MoveNode",
            json!({"node_id": id(1), "new_parent_id": id(4)}),
            format!("Node {} would come to stand below itself", id(1)),
        ),
        (
            "UnlinkNode",
            json!({"parent_id": id(2), "child_id": id(3)}),
            format!("Node {} is no child of {}", id(3), id(2)),
        ),
        (
            "MoveNode",
            json!({"node_id": id(1), "new_parent_id": id(2), "after": id(3)}),
            format!("Node {} is no sibling of {} there", id(3), id(1)),
        ),
    ] {
        assert_eq!(world.refused(command_type, data).message, message);
    }
}
