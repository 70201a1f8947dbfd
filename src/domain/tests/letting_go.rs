//! Deleting nodes that wait or are waited for, and bringing them back with their relations.
//!
//! Proves DEL-1, UNDO-3 and UNDO-4 (docs/behaviour.md).

use serde_json::json;

use super::{World, conflicts, id, left_alone};
use crate::domain::Scope;
use crate::domain::record::ConflictReason;

/// 1 with 2 and 3 below it; 4 and 5 stand outside. 4 waits for 2, 2 for 3, 3 for 5, all said by bob.
fn world() -> World {
    let mut world = World::new();
    world.plant("eve", &[(1, 0), (2, 1), (3, 1), (4, 0), (5, 0)]);
    for (blocked, blocking) in [(4, 2), (2, 3), (3, 5)] {
        world.block("bob", blocked, Some(blocking));
    }
    world
}

#[test]
fn del_1_who_waited_for_a_deleted_node_waits_no_longer_and_one_event_tells_it() {
    let mut world = world();
    world.delete("ann", id(1));
    assert_eq!(world.told_last(), ["deleted 1 2 3 from roots"]);
    assert_eq!(world.waits_for(4), None);
    for gone in [1, 2, 3] {
        assert_eq!(world.state.graph.waiting_for(id(gone)).count(), 0);
    }
    assert_eq!(world.state.graph.waiting_for(id(5)).count(), 0);
}

#[test]
fn del_1_a_deletion_leaves_other_relations_alone() {
    let mut world = world();
    world.delete("ann", id(4));
    assert_eq!((world.waits_for(2), world.waits_for(3)), (Some(id(3)), Some(id(5))));
    world.delete("ann", id(5));
    assert_eq!((world.waits_for(2), world.waits_for(3)), (Some(id(3)), None));
}

#[test]
fn undo_4_undoing_a_delete_brings_every_relation_back() {
    let mut world = world();
    let before = world.shape();
    world.delete("ann", id(1));
    world.undo_mine("ann");
    assert_eq!(
        world.told_last(),
        [
            "created 1 in roots at 1",
            "created 2 in 1 at 0",
            "created 3 in 1 at 1",
            "4 waits for 2, not nothing",
            "3 waits for 5, not nothing",
            "2 waits for 3, not nothing",
            "undone DeleteNode",
        ]
    );
    assert_eq!(world.shape(), before);
    world.redo_mine("ann");
    assert_eq!(world.told_last(), ["deleted 1 2 3 from roots", "redone DeleteNode"]);
    assert_eq!(world.waits_for(4), None);
}

#[test]
fn undo_4_whoever_said_who_waits_can_still_take_it_back() {
    let mut world = world();
    world.delete("ann", id(1));
    world.undo_mine("ann");
    for node in [3, 2, 4] {
        assert_eq!(conflicts(&world.undo_mine("bob")), []);
        assert_eq!(world.waits_for(node), None);
    }
}

#[test]
fn undo_3_a_relation_that_somebody_else_changed_while_a_node_was_gone_stays_so() {
    let mut world = world();
    world.delete("ann", id(1));
    world.block("bob", 4, Some(5));
    let record = world.undo_mine("ann");
    assert_eq!(left_alone(&record), (id(4), ConflictReason::BlockingChangedSince, "bob"));
    assert_eq!((world.waits_for(4), world.waits_for(2)), (Some(id(5)), Some(id(3))));
}

#[test]
fn undo_3_relations_to_what_is_gone_meanwhile_are_reported_and_the_others_come_back() {
    let mut world = world();
    world.delete("ann", id(1));
    world.delete("eve", id(4));
    world.delete("bob", id(5));
    let record = world.undo_mine("ann");
    let gone = |node, by| (Some(id(node)), None, ConflictReason::NodeDeleted, Some(by));
    assert_eq!(conflicts(&record), [gone(4, "eve"), gone(5, "bob")]);
    assert_eq!((world.waits_for(2), world.waits_for(3)), (Some(id(3)), None));
}

#[test]
fn undo_3_a_redo_of_a_delete_that_is_left_alone_leaves_its_relations_alone_too() {
    let mut world = world();
    world.delete("ann", id(2));
    world.undo_mine("ann");
    let before = world.shape();
    world.set("bob", id(2), "note", json!("keep it"));
    let record = world.redo_mine("ann");
    assert_eq!(left_alone(&record), (id(2), ConflictReason::WorkedOnSince, "bob"));
    assert_eq!((world.waits_for(4), world.waits_for(2)), (Some(id(2)), Some(id(3))));
    world.undo("bob", Scope::Mine).unwrap();
    assert_eq!(world.shape(), before);
}

#[test]
fn undo_3_a_redo_of_a_delete_stops_at_who_waits_for_the_node_since() {
    let mut world = world();
    world.delete("ann", id(3));
    world.undo_mine("ann");
    world.block("bob", 1, Some(3));
    assert_eq!(left_alone(&world.redo_mine("ann")), (id(3), ConflictReason::WorkedOnSince, "bob"));
    assert_eq!((world.waits_for(1), world.waits_for(2)), (Some(id(3)), Some(id(3))));
}

#[test]
fn a_new_node_with_the_id_of_a_deleted_one_is_waited_for_by_nobody() {
    let mut world = world();
    world.delete("ann", id(2));
    world.create("bob", id(2), None);
    assert_eq!((world.waits_for(2), world.waits_for(4)), (None, None));
    assert_eq!(world.state.graph.waiting_for(id(2)).count(), 0);
}
