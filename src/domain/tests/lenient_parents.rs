//! Parents that are not there: refused, or with lenient parents no parent at all.

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::{Command, RejectionCode};

/// Parents that are no node: never there, deleted, and what can be no id.
fn nobodies() -> [Value; 4] {
    [json!(id(9)), json!(id(1)), json!("not-a-uuid"), json!("")]
}

fn world() -> World {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.delete("ann", id(1));
    world
}

#[test]
fn with_lenient_parents_a_node_whose_parent_is_unknown_becomes_a_root() {
    for parent in nobodies() {
        let mut world = world();
        world.lenient_parents = true;
        let data = json!({"node_id": id(2), "parent_id": parent, "blueprint_type_id": "task"});
        world.send("ann", "CreateNode", data);
        assert_eq!(world.told_last(), ["created 2 in roots at 1"], "{parent}");
    }
}

#[test]
fn a_parent_that_is_there_counts_with_lenient_parents_too() {
    let mut world = world();
    world.lenient_parents = true;
    world.create("ann", id(2), Some(world.root()));
    assert_eq!(world.told_last(), ["created 2 in project at 0"]);
}

#[test]
fn without_lenient_parents_an_unknown_parent_is_refused() {
    for parent in nobodies() {
        let data = json!({"parent_id": parent, "blueprint_type_id": "task"});
        let rejection = world().refused("CreateNode", data);
        assert_eq!(rejection.code, RejectionCode::ParentNotFound);
        assert_eq!(rejection.details, Some(json!({"parent_id": parent})));
    }
}

#[test]
fn lenience_is_for_new_nodes_alone() {
    let mut world = world();
    world.lenient_parents = true;
    world.create("ann", id(2), None);
    for (command_type, field) in [("MoveNode", "new_parent_id"), ("LinkNode", "parent_id")] {
        let data = json!({"node_id": id(2), "child_id": id(2), field: id(9)});
        assert_eq!(world.refused(command_type, data).code, RejectionCode::NodeNotFound);
    }
    let number = json!({"parent_id": 5, "blueprint_type_id": "task"});
    assert_eq!(Command::parse("CreateNode", &number).unwrap_err().code, RejectionCode::InvalidCommand);
}
