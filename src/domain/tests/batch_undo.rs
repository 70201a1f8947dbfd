//! Undo and redo of batches: one step, back to front, and in part where others have written.
//!
//! Proves CMD-5 and UNDO-3 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{World, conflicts, id, ids};
use crate::domain::Scope;
use crate::domain::record::ConflictReason;

fn command(command_type: &str, data: Value) -> Value {
    json!({"command_type": command_type, "data": data})
}

fn create(node: u128, parent: u128) -> Value {
    command("CreateNode", json!({"node_id": id(node), "parent_id": id(parent), "blueprint_type_id": "task"}))
}

fn set(node: u128, property_id: &str, value: Value) -> Value {
    command("UpdateProperty", json!({"node_id": id(node), "property_id": property_id, "new_value": value}))
}

fn delete(node: u128) -> Value {
    command("DeleteNode", json!({"node_id": id(node)}))
}

fn move_to(node: u128, parent: u128) -> Value {
    command("MoveNode", json!({"node_id": id(node), "new_parent_id": id(parent)}))
}

fn block(blocked: u128, blocking: u128) -> Value {
    let data = json!({"blocked_node_id": id(blocked), "blocking_node_id": id(blocking)});
    command("UpdateBlockingRelationship", data)
}

/// 1 with 2 below it, and 3.
fn world() -> World {
    let mut world = World::new();
    world.plant("eve", &[(1, 0), (2, 1), (3, 0)]);
    world
}

#[test]
fn cmd_5_a_batch_is_one_step_and_is_told_back_to_front() {
    let mut world = world();
    let before = world.shape();
    world.batch("ann", json!([create(4, 3), set(1, "note", json!(1)), move_to(2, 4), block(2, 1)]));
    let after = world.shape();
    world.undo_mine("ann");
    assert_eq!(
        world.told_last(),
        [
            "2 waits for nothing, not 1",
            "unlinked 2 from 4 at 0",
            "linked 2 to 1 at 0",
            "cleared 1.note from 1",
            "deleted 4 from 3",
            "undone Batch",
        ]
    );
    assert_eq!(world.shape(), before);
    assert!(world.undo("ann", Scope::Mine).is_none());
    world.redo_mine("ann");
    assert_eq!(
        world.told_last(),
        [
            "created 4 in 3 at 0",
            "changed 1.note to 1 from nothing",
            "unlinked 2 from 1 at 0",
            "linked 2 to 4 at 0",
            "2 waits for 1, not nothing",
            "redone Batch",
        ]
    );
    assert_eq!(world.shape(), after);
}

#[test]
fn undo_5_a_batch_that_writes_the_same_thing_again_and_again_comes_back_to_the_first() {
    let mut world = world();
    world.block("eve", 2, Some(3));
    let before = world.shape();
    world.batch(
        "ann",
        json!([
            set(2, "note", json!(1)),
            set(2, "note", json!(2)),
            move_to(2, 3),
            move_to(2, 1),
            block(1, 3),
            delete(2),
            create(2, 3),
            set(2, "note", json!(3)),
            delete(2),
            delete(3),
            create(3, 1),
            delete(1),
        ]),
    );
    let after = world.shape();
    for _ in 0..2 {
        assert_eq!(conflicts(&world.undo_mine("ann")), []);
        assert_eq!(world.shape(), before);
        assert_eq!(conflicts(&world.redo_mine("ann")), []);
        assert_eq!(world.shape(), after);
    }
}

#[test]
fn undo_3_what_others_wrote_since_is_left_alone_and_the_rest_goes_back() {
    let mut world = world();
    let batch =
        json!([set(1, "note", json!(1)), create(4, 3), move_to(2, 3), block(1, 3), set(3, "cost", json!(9))]);
    world.batch("ann", batch);
    world.set("bob", id(1), "note", json!(2));
    world.create("bob", id(5), Some(id(4)));
    world.block("bob", 1, None);
    let record = world.undo_mine("ann");
    let left = |node, property, reason| (Some(id(node)), property, reason, Some("bob"));
    assert_eq!(
        conflicts(&record),
        [
            left(1, None, ConflictReason::BlockingChangedSince),
            left(4, None, ConflictReason::WorkedOnSince),
            left(1, Some("note"), ConflictReason::ChangedSince),
        ]
    );
    assert_eq!(
        world.told_last(),
        ["changed 3.cost to 0 from 9", "unlinked 2 from 3 at 1", "linked 2 to 1 at 0", "undone Batch"]
    );
    world.redo_mine("ann");
    assert_eq!(
        world.told_last(),
        ["unlinked 2 from 1 at 0", "linked 2 to 3 at 1", "changed 3.cost to 9 from 0", "redone Batch"]
    );
    assert_eq!(world.value(id(1), "note"), Some(&json!(2)));
}

#[test]
fn undo_3_force_takes_a_batch_back_whole() {
    let mut world = world();
    let before = world.shape();
    world.batch("ann", json!([set(1, "note", json!(1)), create(4, 3), move_to(2, 4)]));
    world.set("bob", id(1), "note", json!(2));
    world.create("bob", id(5), Some(id(4)));
    assert_eq!(conflicts(&world.force_undo("ann")), []);
    assert_eq!(world.shape(), before);
}

#[test]
fn undo_3_if_others_wrote_over_all_of_it_the_step_is_gone() {
    let mut world = world();
    world.batch("ann", json!([set(1, "note", json!(1)), set(3, "note", json!(1))]));
    for node in [1, 3] {
        world.set("bob", id(node), "note", json!(2));
    }
    assert_eq!(world.undo_mine("ann").result.conflicts.len(), 2);
    assert_eq!(world.told_last(), ["undone Batch"]);
    for scope in [Scope::Mine, Scope::Session] {
        assert!(world.redo("ann", scope).is_none());
    }
}

#[test]
fn undo_4_what_a_batch_deleted_here_and_there_comes_back_in_its_places() {
    let mut world = world();
    world.plant("eve", &[(4, 1), (5, 1), (6, 3)]);
    world.block("eve", 5, Some(6));
    let before = world.shape();
    world.batch("ann", json!([delete(4), delete(3), delete(2)]));
    assert_eq!(world.told_last(), ["deleted 4 from 1", "deleted 3 6 from roots", "deleted 2 from 1"]);
    world.undo_mine("ann");
    assert_eq!(world.children(Some(id(1))), ids(&[2, 4, 5]));
    assert_eq!(world.shape(), before);
}
