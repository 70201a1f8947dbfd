//! What waits for what: `UpdateBlockingRelationship`, its undo and its redo.
//!
//! Proves MOVE-2 and UNDO-3 (docs/behaviour.md).

use serde_json::json;

use super::{World, conflicts, id, left_alone};
use crate::domain::record::ConflictReason;
use crate::domain::{RejectionCode, Scope, StepState};

/// 1 to 4, each a root, 5 below 1.
fn world() -> World {
    let mut world = World::new();
    world.plant("eve", &[(1, 0), (2, 0), (3, 0), (4, 0), (5, 1)]);
    world
}

#[test]
fn a_relation_is_told_with_the_one_before_and_replaces_it() {
    let mut world = world();
    world.block("ann", 1, Some(2));
    assert_eq!(world.told_last(), ["1 waits for 2, not nothing"]);
    world.block("bob", 1, Some(3));
    assert_eq!(world.told_last(), ["1 waits for 3, not 2"]);
    assert_eq!(world.waits_for(1), Some(id(3)));
    assert_eq!(world.state.graph.waiting_for(id(3)).collect::<Vec<_>>(), [id(1)]);
    assert_eq!(world.state.graph.waiting_for(id(2)).count(), 0);
    world.block("ann", 1, None);
    assert_eq!(world.told_last(), ["1 waits for nothing, not 3"]);
    assert_eq!(world.state.graph.waiting_for(id(3)).count(), 0);
}

#[test]
fn the_same_relation_again_is_told_and_leaves_no_step() {
    let mut world = world();
    world.block("bob", 1, None);
    assert_eq!(world.told_last(), ["1 waits for nothing, not nothing"]);
    world.block("ann", 1, Some(2));
    world.block("bob", 1, Some(2));
    assert_eq!(world.told_last(), ["1 waits for 2, not 2"]);
    assert!(!world.state.steps.available(StepState::Done, Some("bob")));
}

#[test]
fn relations_have_nothing_to_do_with_places() {
    let mut world = world();
    world.block("ann", 5, Some(1));
    world.block("ann", 1, Some(2));
    world.move_to("ann", 2, Some(id(5)));
    assert_eq!((world.waits_for(5), world.waits_for(1)), (Some(id(1)), Some(id(2))));
    for node in [3, 4] {
        world.block("ann", node, Some(2));
    }
    assert_eq!(world.state.graph.waiting_for(id(2)).count(), 3);
}

#[test]
fn a_node_never_waits_for_itself_however_long_the_way() {
    let mut world = world();
    world.block("ann", 2, Some(3));
    world.block("ann", 3, Some(4));
    for (blocked, blocking) in [(1, 1), (3, 2), (4, 3), (4, 2)] {
        let data = json!({"blocked_node_id": id(blocked), "blocking_node_id": id(blocking)});
        let rejection = world.refused("UpdateBlockingRelationship", data);
        assert_eq!(rejection.code, RejectionCode::Cycle);
        assert_eq!(rejection.message, format!("Node {} would wait for itself", id(blocked)));
        let details = json!({"reason": "CYCLE", "blocked_node_id": id(blocked)});
        assert_eq!(rejection.details, Some(details));
    }
    world.block("ann", 3, None);
    world.block("ann", 4, Some(2));
}

#[test]
fn cmd_4_both_nodes_must_be_there() {
    let mut world = world();
    world.delete("ann", id(1));
    for gone in [id(1), id(5), id(9)] {
        for (blocked, blocking) in [(gone, Some(id(2))), (gone, None), (id(2), Some(gone))] {
            let data = json!({"blocked_node_id": blocked, "blocking_node_id": blocking});
            let rejection = world.refused("UpdateBlockingRelationship", data);
            assert_eq!(rejection.code, RejectionCode::NodeNotFound);
            assert_eq!(rejection.details, Some(json!({"node_id": gone})));
        }
    }
}

#[test]
fn undo_of_a_relation_brings_the_one_before_back() {
    let mut world = world();
    world.block("ann", 1, Some(2));
    world.block("ann", 1, Some(3));
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["1 waits for 2, not 3", "undone UpdateBlockingRelationship"]);
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["1 waits for nothing, not 2", "undone UpdateBlockingRelationship"]);
    world.redo_mine("ann");
    world.redo_mine("ann");
    assert_eq!(world.told_last(), ["1 waits for 3, not 2", "redone UpdateBlockingRelationship"]);
}

#[test]
fn undo_3_what_somebody_else_said_since_stays_unless_forced() {
    for later in [Some(3), Some(2), None] {
        let mut world = world();
        world.block("ann", 1, Some(2));
        world.block("bob", 1, later);
        let mut forced = world.clone();
        let record = world.undo_mine("ann");
        assert_eq!(left_alone(&record), (id(1), ConflictReason::BlockingChangedSince, "bob"));
        assert_eq!(world.waits_for(1), later.map(id));
        assert!(forced.force_undo("ann").result.conflicts.is_empty());
        assert_eq!(forced.waits_for(1), None);
    }
}

#[test]
fn undo_3_what_somebody_else_said_and_took_back_does_not_stand_in_the_way() {
    let mut world = world();
    world.block("ann", 1, Some(2));
    world.block("bob", 1, Some(3));
    world.undo_mine("bob");
    assert_eq!(world.undo_mine("ann").result.conflicts, []);
    assert_eq!(world.waits_for(1), None);
}

#[test]
fn undo_3_a_relation_of_or_to_a_node_that_is_gone_is_left_alone_even_if_forced() {
    for gone in [1, 2] {
        let mut world = world();
        world.block("ann", 1, Some(2));
        world.block("ann", 1, Some(3));
        world.delete("bob", id(gone));
        let mut forced = world.clone();
        for record in [world.undo_mine("ann"), forced.force_undo("ann")] {
            assert_eq!(left_alone(&record), (id(gone), ConflictReason::NodeDeleted, "bob"));
        }
    }
}

#[test]
fn undo_3_a_relation_that_would_be_a_cycle_now_is_left_alone_even_if_forced() {
    let mut world = world();
    world.block("ann", 1, Some(2));
    world.block("ann", 1, Some(3));
    world.block("eve", 4, Some(1));
    world.block("bob", 2, Some(4));
    let mut forced = world.clone();
    for record in [world.undo_mine("ann"), forced.force_undo("ann")] {
        assert_eq!(left_alone(&record), (id(1), ConflictReason::Cycle, "bob"));
    }
    assert_eq!((world.waits_for(1), forced.waits_for(1)), (Some(id(3)), Some(id(3))));
}

#[test]
fn undo_3_a_new_node_that_somebody_else_s_waits_for_is_left_alone() {
    let mut world = world();
    world.plant("ann", &[(6, 0), (7, 6)]);
    world.block("bob", 1, Some(7));
    let mut forced = world.clone();
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(7), ConflictReason::WorkedOnSince, "bob"));
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(6), ConflictReason::WorkedOnSince, "bob"));
    assert_eq!(world.waits_for(1), Some(id(7)));
    forced.force_undo("ann");
    assert_eq!(forced.told_last(), ["deleted 7 from 6", "undone CreateNode"]);
    assert_eq!(forced.waits_for(1), None);
}

#[test]
fn undo_3_a_new_node_that_somebody_else_said_waits_is_left_alone() {
    let mut world = world();
    world.plant("ann", &[(6, 0)]);
    world.block("bob", 6, Some(1));
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(6), ConflictReason::WorkedOnSince, "bob"));
}

#[test]
fn undo_3_relations_that_were_taken_back_do_not_keep_a_new_node() {
    let mut world = world();
    world.plant("ann", &[(6, 0)]);
    world.block("ann", 1, Some(6));
    world.block("ann", 6, Some(2));
    world.undo("bob", Scope::Session).unwrap();
    world.undo("bob", Scope::Session).unwrap();
    let record = world.undo_mine("ann");
    assert_eq!(conflicts(&record), []);
    assert!(world.state.graph.node(id(6)).is_none());
}
