//! Sizes that a graph is held to.
//!
//! Proves CMD-6 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::{Command, Limits, OnConflict, Record, RejectionCode, Scope};

/// A text whose canonical JSON has this many bytes.
fn text(bytes: usize) -> Value {
    json!("x".repeat(bytes - 2))
}

#[test]
fn cmd_6_a_graph_is_sixty_levels_deep_and_no_deeper() {
    let mut world = World::new();
    let mut parent = world.root();
    for level in 2..=60 {
        world.create("ann", id(level), Some(parent));
        parent = id(level);
    }
    let data = json!({"parent_id": parent, "blueprint_type_id": "task"});
    let rejection = world.refused("CreateNode", data);
    assert_eq!(rejection.code, RejectionCode::DepthLimit);
    assert_eq!(rejection.message, "A graph is at most 60 levels deep");
    world.create("ann", id(99), Some(id(59)));
}

#[test]
fn cmd_6_a_project_takes_as_many_nodes_as_its_limit_and_no_more() {
    let mut world = World::new();
    world.limits = Limits { nodes: 3, ..Limits::default() };
    world.create("ann", id(1), None);
    world.create("ann", id(2), Some(id(1)));
    let rejection = world.refused("CreateNode", json!({"blueprint_type_id": "task"}));
    assert_eq!(rejection.code, RejectionCode::NodeLimit);
    assert_eq!(rejection.message, "A project has at most 3 nodes");
    world.delete("ann", id(2));
    world.create("ann", id(3), None);
}

#[test]
fn cmd_6_an_undo_that_would_bring_back_more_nodes_than_fit_is_refused_until_there_is_room() {
    let mut world = World::new();
    world.limits = Limits { nodes: 3, ..Limits::default() };
    world.create("ann", id(1), None);
    world.create("ann", id(2), Some(id(1)));
    world.delete("ann", id(1));
    world.create("bob", id(3), None);
    let before = world.clone();
    for force in [false, true] {
        let undo = Command::Undo { scope: Scope::Mine, force, on_conflict: OnConflict::Refuse };
        assert_eq!(world.give("ann", &undo).unwrap_err().code, RejectionCode::NodeLimit);
        assert_eq!(world.state, before.state);
    }
    world.delete("bob", id(3));
    world.undo_mine("ann");
    assert_eq!(world.children(Some(id(1))), [id(2)]);
}

#[test]
fn cmd_6_a_project_over_its_limit_can_still_undo_what_takes_no_room() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.set("ann", id(1), "note", json!(1));
    world.limits = Limits { nodes: 1, ..Limits::default() };
    world.undo_mine("ann");
    assert_eq!(world.value(id(1), "note"), None);
}

#[test]
fn cmd_6_a_value_of_64_kib_of_canonical_json_fits_and_one_byte_more_does_not() {
    let limit = 64 * 1024;
    let fits = [
        text(limit),
        json!("\u{1}".repeat((limit - 2) / 6)),
        json!([text(limit - 2)]),
        json!({"k": text(limit - 6)}),
    ];
    let too_large = [
        text(limit + 1),
        json!("\u{1}".repeat((limit - 2) / 6 + 1)),
        json!([text(limit - 1)]),
        json!({"k": text(limit - 5)}),
    ];
    let mut world = World::new();
    let root = world.root();
    for value in fits {
        world.set("ann", root, "note", value.clone());
        assert_eq!(world.value(root, "note"), Some(&value));
    }
    for value in too_large {
        let update = json!({"node_id": root, "property_id": "note", "new_value": value});
        let create = json!({"blueprint_type_id": "task", "properties": {"note": value}});
        for (command_type, data) in [("UpdateProperty", update), ("CreateNode", create)] {
            let rejection = world.refused(command_type, data);
            assert_eq!(rejection.code, RejectionCode::PropertyTooLarge);
            assert_eq!(rejection.message, "Property note is over 65536 bytes");
            assert_eq!(rejection.details, Some(json!({"property_id": "note", "limit": limit})));
        }
    }
}

#[test]
fn cmd_6_a_name_is_held_to_the_same_size() {
    let mut world = World::new();
    let data = json!({"blueprint_type_id": "task", "name": "x".repeat(64 * 1024)});
    let rejection = world.refused("CreateNode", data);
    assert_eq!(rejection.details.unwrap()["property_id"], "name");
}

/// A value nested this many levels deep.
fn nested(levels: usize) -> Value {
    (0..levels)
        .fold(json!(1), |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({"k": inner}) })
}

#[test]
fn a_value_nested_so_deep_that_its_record_could_not_be_read_is_refused() {
    let mut world = World::new();
    let root = world.root();
    // A client's JSON may be nested 127 levels deep, and a record holds its values deeper than a command.
    for value in [nested(65), nested(123)] {
        let update = json!({"node_id": root, "property_id": "note", "new_value": value});
        let create = json!({"blueprint_type_id": "task", "properties": {"note": value}});
        for (command_type, data) in [("UpdateProperty", update), ("CreateNode", create)] {
            let rejection = world.refused(command_type, data);
            assert_eq!(rejection.code, RejectionCode::PropertyTooLarge);
            assert_eq!(rejection.message, "Property note is nested deeper than 64 levels");
            assert_eq!(rejection.details, Some(json!({"property_id": "note", "max_depth": 64})));
        }
    }
}

#[test]
fn the_deepest_value_can_be_read_back_from_every_record_that_carries_it() {
    let mut world = World::new();
    let data = json!({"node_id": id(1), "blueprint_type_id": "task", "properties": {"note": nested(64)}});
    world.send("ann", "CreateNode", data);
    world.set("ann", id(1), "cost", nested(64));
    world.delete("ann", id(1));
    world.undo_mine("ann");
    for record in &world.journal {
        assert_eq!(&Record::decode(&record.encode().unwrap()).unwrap(), record);
    }
}
