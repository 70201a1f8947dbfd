//! Batches: all or nothing, in order, each command on what those before it left.
//!
//! Proves CMD-5 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{World, id, ids};
use crate::domain::{Command, Limits, NodeId, Record, RejectionCode, StepState};

/// 1 with 2 below it, and 3.
fn world() -> World {
    let mut world = World::new();
    world.plant("eve", &[(1, 0), (2, 1), (3, 0)]);
    world
}

fn command(command_type: &str, data: Value) -> Value {
    json!({"command_type": command_type, "data": data})
}

fn create(node: Option<u128>, parent: u128) -> Value {
    let node = node.map(id);
    command("CreateNode", json!({"node_id": node, "parent_id": id(parent), "blueprint_type_id": "task"}))
}

fn set(node: u128, property_id: &str, value: Value) -> Value {
    command("UpdateProperty", json!({"node_id": id(node), "property_id": property_id, "new_value": value}))
}

#[test]
fn cmd_5_a_batch_is_one_record_with_the_events_of_its_commands_in_order() {
    let mut world = world();
    let record = world.batch(
        "ann",
        json!([
            create(Some(4), 3),
            set(4, "name", json!("Dig")),
            set(4, "note", json!(1)),
            command("DeleteProperty", json!({"node_id": id(4), "property_id": "note"})),
            command("MoveNode", json!({"node_id": id(2), "new_parent_id": id(3), "index": 0})),
            command("LinkNode", json!({"parent_id": id(4), "child_id": id(1)})),
            command("ReorderNode", json!({"node_id": id(4), "new_index": 0})),
            command(
                "UpdateBlockingRelationship",
                json!({"blocked_node_id": id(1), "blocking_node_id": id(2)})
            ),
            command("UnlinkNode", json!({"parent_id": id(4), "child_id": id(1)})),
            command("ApplyKit", json!({"target_id": id(1), "kit_root_id": id(3)})),
            command("DeleteNode", json!({"node_id": id(2)})),
        ]),
    );
    let told = [
        "created 4 in 3 at 0",
        r#"renamed 4 to "Dig" from "New Node""#,
        r#"changed 4.name to "Dig" from "New Node""#,
        "changed 4.note to 1 from nothing",
        "cleared 4.note from 1",
        "unlinked 2 from 1 at 0",
        "linked 2 to 3 at 0",
        "linked 1 to 4 at 0",
        "unlinked 4 from 3 at 1",
        "linked 4 to 3 at 0",
        "1 waits for 2, not nothing",
        "unlinked 1 from 4 at 0",
        "created new in 1 at 0",
        "created new in 1 at 1",
        "deleted 2 from 3",
    ];
    assert_eq!(world.told(&record), told);
    assert_eq!((&*record.command_type, record.seq_last - record.seq_first), ("Batch", 14));
    assert_eq!(world.waits_for(1), None);
}

#[test]
fn cmd_5_a_batch_one_of_whose_commands_is_refused_changes_nothing_and_says_which() {
    let missing = json!({"node_id": id(9)});
    for (place, commands) in [
        (0, json!([command("DeleteNode", missing.clone()), create(Some(4), 1)])),
        (1, json!([create(Some(4), 1), command("DeleteNode", missing.clone())])),
        (2, json!([create(Some(4), 1), set(4, "note", json!(1)), command("DeleteNode", missing)])),
    ] {
        let rejection = world().refused("Batch", json!({ "commands": commands }));
        assert_eq!(rejection.code, RejectionCode::NodeNotFound);
        assert_eq!(rejection.message, format!("commands[{place}]: Node {} not found", id(9)));
        let details = json!({"node_id": id(9), "command_index": place});
        assert_eq!(rejection.details, Some(details));
    }
}

#[test]
fn cmd_5_a_command_is_held_to_what_those_before_it_left() {
    let cycle = json!([
        command("MoveNode", json!({"node_id": id(1), "new_parent_id": id(3)})),
        command("MoveNode", json!({"node_id": id(3), "new_parent_id": id(2)})),
    ]);
    let gone = json!([command("DeleteNode", json!({"node_id": id(1)})), set(2, "note", json!(1))]);
    let twice = json!([create(Some(4), 1), create(Some(4), 2)]);
    let waiting = json!([
        command("UpdateBlockingRelationship", json!({"blocked_node_id": id(1), "blocking_node_id": id(2)})),
        command("UpdateBlockingRelationship", json!({"blocked_node_id": id(2), "blocking_node_id": id(1)})),
    ]);
    for (commands, code) in [
        (cycle, RejectionCode::MoveInvalid),
        (gone, RejectionCode::NodeNotFound),
        (twice, RejectionCode::NodeExists),
        (waiting, RejectionCode::Cycle),
    ] {
        let rejection = world().refused("Batch", json!({ "commands": commands }));
        assert_eq!(rejection.code, code);
        assert_eq!(rejection.details.unwrap()["command_index"], 1);
    }
}

#[test]
fn edit_2_a_checked_write_in_a_batch_sees_the_writes_before_it() {
    let checked = |old: Value, new: Value| {
        let data = json!({
            "node_id": id(1), "property_id": "note", "new_value": new, "old_value": old, "check": true,
        });
        command("UpdateProperty", data)
    };
    let mut world = world();
    world.batch("ann", json!([checked(Value::Null, json!(1)), checked(json!(1), json!(2))]));
    assert_eq!(world.value(id(1), "note"), Some(&json!(2)));
    let commands = json!([checked(json!(2), json!(3)), checked(json!(2), json!(4))]);
    let rejection = world.refused("Batch", json!({ "commands": commands }));
    assert_eq!(rejection.code, RejectionCode::Conflict);
    let details = json!({"node_id": id(1), "property_id": "note", "current_value": 3, "command_index": 1});
    assert_eq!(rejection.details, Some(details));
}

#[test]
fn edit_3_a_batch_that_deletes_a_node_writes_to_it_no_more() {
    let commands = json!([command("DeleteNode", json!({"node_id": id(2)})), set(2, "note", json!(1))]);
    let rejection = world().refused("Batch", json!({ "commands": commands }));
    assert_eq!(rejection.code, RejectionCode::NodeNotFound);
}

#[test]
fn cmd_6_the_limits_hold_for_what_a_batch_adds_up_to() {
    let mut world = world();
    world.limits = Limits { nodes: 5, depth: 3, ..Limits::default() };
    let rejection = world.refused("Batch", json!({"commands": [create(Some(4), 1), create(Some(5), 1)]}));
    assert_eq!(rejection.code, RejectionCode::NodeLimit);
    assert_eq!(rejection.details, Some(json!({"limit": 5, "command_index": 1})));
    // What goes makes room for what comes.
    let goes = command("DeleteNode", json!({"node_id": id(3)}));
    world.clone().batch("ann", json!([goes, create(Some(4), 1), create(Some(5), 1)]));
    world.limits.nodes = 100;
    let rejection = world.refused("Batch", json!({"commands": [create(Some(4), 2), create(Some(5), 4)]}));
    assert_eq!(rejection.code, RejectionCode::DepthLimit);
    assert_eq!(rejection.details, Some(json!({"limit": 3, "parent_id": id(4), "command_index": 1})));
}

/// The nodes that a batch of two unnamed nodes, a named one and a kit makes.
fn made(world: &mut World) -> Record {
    let kit = command("ApplyKit", json!({"target_id": id(3), "kit_root_id": id(1)}));
    world.batch("ann", json!([create(None, 3), create(None, 3), create(Some(4), 3), kit]))
}

#[test]
fn a_batch_answers_with_the_nodes_that_it_made_in_order() {
    let mut world = world();
    let record = made(&mut world);
    assert_eq!(record.result.node_id, None);
    assert_eq!(record.result.node_ids, world.children(Some(id(3))));
    assert_eq!(record.result.node_ids[2], id(4));
    let mut distinct: Vec<NodeId> = record.result.node_ids;
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 4);
}

#[test]
fn a_batch_that_is_decided_again_makes_the_same_ids() {
    let (first, second) = (made(&mut world()), made(&mut world()));
    assert_eq!(first, second);
}

#[test]
fn a_command_that_changes_nothing_is_told_within_a_batch_and_a_batch_of_such_leaves_no_step() {
    let mut world = world();
    world.set("eve", id(1), "note", json!(1));
    let same = set(1, "note", json!(1));
    world.batch("ann", json!([same, same]));
    assert_eq!(world.told_last(), ["changed 1.note to 1 from 1"; 2]);
    assert!(!world.state.steps.available(StepState::Done, Some("ann")));
    world.batch("ann", json!([same, set(1, "cost", json!(5))]));
    assert!(world.state.steps.available(StepState::Done, Some("ann")));
}

#[test]
fn a_batch_of_empty_kits_alone_is_no_record() {
    let mut world = world();
    let kit = command("ApplyKit", json!({"target_id": id(1), "kit_root_id": id(3)}));
    let batch = Command::parse("Batch", &json!({"commands": [kit, kit]})).unwrap();
    assert_eq!(world.give("ann", &batch), Ok(None));
    world.batch("ann", json!([kit, set(1, "note", json!(1))]));
    assert_eq!(world.told_last(), ["changed 1.note to 1 from nothing"]);
}

#[test]
fn nodes_that_go_one_after_the_other_are_told_as_one_for_each_that_stood_on_top() {
    let mut world = world();
    world.plant("eve", &[(4, 1), (5, 3)]);
    let delete = |node| command("DeleteNode", json!({"node_id": id(node)}));
    world.batch("ann", json!([delete(2), delete(1), delete(5)]));
    assert_eq!(world.told_last(), ["deleted 1 4 2 from roots", "deleted 5 from 3"]);
    assert_eq!(world.children(None), [world.root(), id(3)]);
}

#[test]
fn a_thousand_commands_are_one_batch() {
    let mut world = world();
    let commands: Vec<Value> = (10..1_010).map(|node| create(Some(node), 1)).collect();
    let record = world.batch("ann", json!(commands));
    assert_eq!(record.seq_last - record.seq_first + 1, 1_000);
    assert_eq!(world.children(Some(id(1))).len(), 1_001);
    assert_eq!(record.result.node_ids, ids(&(10..1_010).collect::<Vec<_>>()));
}
