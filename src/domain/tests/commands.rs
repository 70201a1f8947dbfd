//! What each command does to a graph, and what it refuses.
//!
//! Proves CMD-4, EDIT-1, EDIT-2 and EDIT-3 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::{Command, Effect, RejectionCode};

#[test]
fn a_new_project_has_one_root_with_its_name_and_no_step() {
    let mut world = World::new();
    let root = world.root();
    assert_eq!(world.children(None), [root]);
    assert_eq!((&*world.state.name, world.state.head), ("Garden", 1));
    assert_eq!(world.state.graph.node(root).unwrap().name(), "Garden");
    assert!(world.undo("ann", crate::domain::Scope::Session).is_none());
}

#[test]
fn a_new_node_starts_with_the_defaults_and_the_first_option_of_status() {
    let mut world = World::new();
    world.create("ann", id(1), Some(world.root()));
    let node = world.state.graph.node(id(1)).unwrap();
    let shown: Vec<(&str, &Value)> = node.shown_properties().collect();
    assert_eq!(shown, [("cost", &json!(0)), ("status", &json!("open"))]);
    assert_eq!((node.name(), &*node.node_type), ("New Node", "task"));
}

#[test]
fn the_values_of_a_command_go_before_the_template_s() {
    let mut world = World::new();
    let properties = json!({"status": "done", "cost": 1.5, "extra": {"a": [null]}});
    world.send(
        "ann",
        "CreateNode",
        json!({"node_id": id(1), "blueprint_type_id": "task", "name": "Dig", "properties": properties}),
    );
    for (property_id, value) in properties.as_object().unwrap() {
        assert_eq!(world.value(id(1), property_id), Some(value));
    }
    assert_eq!(world.value(id(1), "name"), Some(&json!("Dig")));
}

#[test]
fn a_node_without_an_id_gets_the_same_one_whenever_the_command_is_decided() {
    let data = json!({"blueprint_type_id": "task"});
    let made = World::new().send("ann", "CreateNode", data.clone()).result.node_id;
    assert!(made.is_some());
    assert_eq!(World::new().send("ann", "CreateNode", data).result.node_id, made);
}

#[test]
fn a_new_node_without_a_parent_is_one_more_root() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    assert_eq!(world.children(None), [world.root(), id(1)]);
}

#[test]
fn cmd_4_a_node_that_exists_is_not_created_again() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    let rejection = world.refused("CreateNode", json!({"node_id": id(1), "blueprint_type_id": "task"}));
    assert_eq!(rejection.code, RejectionCode::NodeExists);
    assert_eq!(rejection.details, Some(json!({"node_id": id(1)})));
}

#[test]
fn cmd_4_a_node_type_that_the_template_lacks_is_refused() {
    let rejection = World::new().refused("CreateNode", json!({"blueprint_type_id": "rocket"}));
    assert_eq!(rejection.code, RejectionCode::UnknownNodeType);
    assert_eq!(rejection.message, "Template garden has no node type rocket");
    assert_eq!(rejection.details, Some(json!({"blueprint_type_id": "rocket"})));
}

#[test]
fn cmd_4_a_parent_that_is_missing_or_was_deleted_is_refused() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.delete("ann", id(1));
    for parent in [id(1), id(9)] {
        let rejection =
            world.refused("CreateNode", json!({"parent_id": parent, "blueprint_type_id": "task"}));
        assert_eq!(rejection.code, RejectionCode::ParentNotFound);
        assert_eq!(rejection.details, Some(json!({"parent_id": parent})));
    }
}

#[test]
fn edit_1_the_last_command_wins_and_replaces_the_value_whole() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!({"a": 1}));
    let record = world.set("bob", root, "note", json!({"b": 2}));
    assert_eq!(world.value(root, "note"), Some(&json!({"b": 2})));
    let expected = Effect::Property {
        node_id: root,
        property_id: "note".into(),
        before: Some(json!({"a": 1}).into()),
        after: Some(json!({"b": 2}).into()),
    };
    assert_eq!(record.effects, [expected]);
}

#[test]
fn edit_1_writes_of_different_properties_do_not_touch_one_another() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!(1));
    world.set("bob", root, "cost", json!(2));
    assert_eq!(world.value(root, "note"), Some(&json!(1)));
    let node = world.state.graph.node(root).unwrap();
    assert_eq!((&*node.properties["note"].stamp.by, &*node.properties["cost"].stamp.by), ("ann", "bob"));
}

#[test]
fn null_deletes_a_property_and_keeps_who_did_it() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!(1));
    world.set("bob", root, "note", Value::Null);
    assert_eq!(world.value(root, "note"), None);
    let node = world.state.graph.node(root).unwrap();
    assert_eq!(node.shown_properties().count(), 0);
    assert_eq!(&*node.properties["note"].stamp.by, "bob");
}

#[test]
fn the_property_name_renames_the_node() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "name", json!("Orchard"));
    let node = world.state.graph.node(root).unwrap();
    assert_eq!((node.name(), node.shown_properties().count()), ("Orchard", 0));
}

fn checked(world: &World, old_value: Value) -> Value {
    let root = world.root();
    json!({"node_id": root, "property_id": "note", "new_value": "new", "check": true, "old_value": old_value})
}

#[test]
fn edit_2_a_checked_write_on_another_value_is_a_conflict_that_tells_the_current_one() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!("now"));
    for old_value in [json!("then"), Value::Null] {
        let rejection = world.refused("UpdateProperty", checked(&world, old_value));
        assert_eq!(rejection.code, RejectionCode::Conflict);
        let expected = json!({"node_id": root, "property_id": "note", "current_value": "now"});
        assert_eq!(rejection.details, Some(expected));
    }
    world.send("ann", "UpdateProperty", checked(&world, json!("now")));
    assert_eq!(world.value(root, "note"), Some(&json!("new")));
}

#[test]
fn edit_2_null_is_what_a_property_without_a_value_has() {
    let mut world = World::new();
    let rejection = world.refused("UpdateProperty", checked(&world, json!("then")));
    assert_eq!(rejection.details.unwrap()["current_value"], Value::Null);
    world.send("ann", "UpdateProperty", checked(&world, Value::Null));
    world.set("ann", world.root(), "note", Value::Null);
    world.send("ann", "UpdateProperty", checked(&world, Value::Null));
}

#[test]
fn edit_2_a_whole_number_is_the_same_with_and_without_a_fraction_of_zero() {
    let cases = [
        (json!(2.0), json!(2), true),
        (json!([{"a": -3}, 1]), json!([{"a": -3.0}, 1.0]), true),
        (json!(2.5), json!(2), false),
        (json!(u64::MAX), json!(u64::MAX - 1), false),
        (json!([1, 2]), json!([1]), false),
        (json!({"a": 1}), json!({"b": 1}), false),
        (json!(1), json!("1"), false),
        (json!(0), json!(false), false),
    ];
    for (current, old_value, accepted) in cases {
        let mut world = World::new();
        world.set("ann", world.root(), "note", current.clone());
        let command = Command::parse("UpdateProperty", &checked(&world, old_value.clone())).unwrap();
        assert_eq!(world.give("ann", &command).is_ok(), accepted, "{current} {old_value}");
    }
}

#[test]
fn edit_3_a_write_never_brings_a_deleted_node_back() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.delete("bob", id(1));
    for node_id in [id(1), id(9)] {
        let data = json!({"node_id": node_id, "property_id": "note", "new_value": 1});
        let rejection = world.refused("UpdateProperty", data);
        assert_eq!(rejection.code, RejectionCode::NodeNotFound);
        assert_eq!(rejection.details, Some(json!({"node_id": node_id})));
    }
}
