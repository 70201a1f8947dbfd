//! Undo and redo of places: what goes back, what is left alone, and what nobody can force.
//!
//! Proves UNDO-3 and UNDO-4 (docs/behaviour.md).

use serde_json::json;

use super::{World, conflicts, id, ids, left_alone};
use crate::domain::record::{ConflictReason, Reparented};
use crate::domain::{Limits, Record, Scope};

/// The project, 1 with 3, 4 and 5, and 2 with 6 and 7.
fn world() -> World {
    let mut world = World::new();
    world.plant("eve", &[(1, 0), (2, 0), (3, 1), (4, 1), (5, 1), (6, 2), (7, 2)]);
    world
}

/// The same undo, as it is and forced.
fn undone_and_forced(world: &World) -> [(World, Record); 2] {
    [false, true].map(|force| {
        let mut world = world.clone();
        let record = if force { world.force_undo("ann") } else { world.undo_mine("ann") };
        (world, record)
    })
}

#[test]
fn undo_of_a_move_tells_the_way_back_and_redo_the_way_there() {
    let mut world = world();
    let before = world.shape();
    world.send("ann", "MoveNode", json!({"node_id": id(4), "new_parent_id": id(2), "index": 0}));
    let after = world.shape();
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["unlinked 4 from 2 at 0", "linked 4 to 1 at 1", "undone MoveNode"]);
    assert_eq!(world.shape(), before);
    world.redo_mine("ann");
    assert_eq!(world.told_last(), ["unlinked 4 from 1 at 1", "linked 4 to 2 at 0", "redone MoveNode"]);
    assert_eq!(world.shape(), after);
}

#[test]
fn undo_of_a_link_takes_the_node_back_among_the_roots() {
    let mut world = world();
    world.send("ann", "LinkNode", json!({"parent_id": id(1), "child_id": id(2)}));
    world.undo_mine("ann");
    // It was the last root and is so again: leaving its parent says it all.
    assert_eq!(world.told_last(), ["unlinked 2 from 1 at 3", "undone LinkNode"]);
    assert_eq!(world.children(None), [world.root(), id(1), id(2)]);
    world.redo_mine("ann");
    assert_eq!(world.told_last(), ["linked 2 to 1 at 3", "redone LinkNode"]);

    world.send("ann", "LinkNode", json!({"parent_id": world.root(), "child_id": id(1)}));
    world.create("bob", id(8), None);
    world.undo_mine("ann");
    let told = ["unlinked 1 from project at 0", "linked 1 to roots at 1", "undone LinkNode"];
    assert_eq!(world.told_last(), told);
    assert_eq!(world.children(None), [world.root(), id(1), id(8)]);
}

#[test]
fn undo_of_an_unlink_and_of_a_reorder_put_the_node_among_its_siblings_again() {
    let mut world = world();
    let before = world.shape();
    world.send("ann", "UnlinkNode", json!({"parent_id": id(1), "child_id": id(4)}));
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["linked 4 to 1 at 1", "undone UnlinkNode"]);
    world.redo_mine("ann");
    assert_eq!(world.told_last(), ["unlinked 4 from 1 at 1", "redone UnlinkNode"]);
    world.undo_mine("ann");
    world.send("ann", "ReorderNode", json!({"node_id": id(5), "new_index": 0}));
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["unlinked 5 from 1 at 0", "linked 5 to 1 at 2", "undone ReorderNode"]);
    assert_eq!(world.shape(), before);
}

#[test]
fn undo_4_a_node_goes_back_to_its_place_among_those_who_are_still_there() {
    let mut world = world();
    world.move_to("ann", 4, Some(id(2)));
    world.send(
        "bob",
        "CreateNode",
        json!({"node_id": id(8), "parent_id": id(1), "blueprint_type_id": "task", "index": 0}),
    );
    world.delete("bob", id(3));
    world.send("bob", "ReorderNode", json!({"node_id": id(6), "new_index": 2}));
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["unlinked 4 from 2 at 1", "linked 4 to 1 at 1", "undone MoveNode"]);
    assert_eq!(world.children(Some(id(1))), ids(&[8, 4, 5]));
}

#[test]
fn undo_3_a_node_that_somebody_else_moved_since_stays_unless_forced() {
    let mut world = world();
    world.move_to("ann", 4, Some(id(2)));
    world.send("bob", "ReorderNode", json!({"node_id": id(4), "new_index": 0}));
    let mut forced = world.clone();
    let record = world.undo_mine("ann");
    assert_eq!(left_alone(&record), (id(4), ConflictReason::MovedSince, "bob"));
    assert_eq!(world.told_last(), ["undone MoveNode"]);
    assert!(world.redo("ann", Scope::Mine).is_none());

    assert!(forced.force_undo("ann").result.conflicts.is_empty());
    assert_eq!(forced.children(Some(id(1))), ids(&[3, 4, 5]));
    forced.redo_mine("ann");
    assert_eq!(forced.children(Some(id(2))), ids(&[4, 6, 7]));
}

#[test]
fn undo_3_a_node_that_somebody_else_put_into_the_same_place_stays_too() {
    let mut world = world();
    world.move_to("ann", 4, Some(id(2)));
    world.move_to("bob", 4, Some(id(2)));
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(4), ConflictReason::MovedSince, "bob"));
}

#[test]
fn undo_3_a_move_that_somebody_else_took_back_is_no_move_of_theirs() {
    let mut world = world();
    let before = world.shape();
    world.move_to("ann", 4, Some(id(2)));
    world.move_to("bob", 4, None);
    world.undo_mine("bob");
    assert_eq!(world.undo_mine("ann").result.conflicts, []);
    assert_eq!(world.shape(), before);
}

#[test]
fn undo_3_a_move_of_a_node_that_is_gone_tells_who_deleted_it() {
    let mut world = world();
    world.move_to("ann", 4, Some(id(2)));
    world.delete("bob", id(2));
    for (world, record) in undone_and_forced(&world) {
        assert_eq!(left_alone(&record), (id(4), ConflictReason::NodeDeleted, "bob"));
        assert_eq!(world.told_last(), ["undone MoveNode"]);
    }
}

#[test]
fn undo_3_a_move_that_would_be_a_cycle_now_is_left_alone_even_if_forced_and_tells_whose_move_it_is() {
    let mut world = world();
    world.move_to("ann", 3, Some(id(2)));
    world.move_to("bob", 1, Some(id(3)));
    world.send("eve", "ReorderNode", json!({"node_id": id(2), "new_index": 0}));
    for (after, record) in undone_and_forced(&world) {
        assert_eq!(left_alone(&record), (id(3), ConflictReason::Cycle, "bob"));
        assert_eq!(record.result.conflicts[0].at.unwrap(), world.journal[world.journal.len() - 2].at);
        assert_eq!(after.shape(), world.shape());
    }
}

#[test]
fn undo_4_without_its_old_parent_a_node_goes_under_the_nearest_living_ancestor() {
    let mut world = world();
    world.plant("eve", &[(8, 3), (9, 8)]);
    world.move_to("ann", 9, Some(id(2)));
    world.delete("bob", id(3));
    let record = world.undo_mine("ann");
    assert_eq!(record.result.reparented, [Reparented { node_id: id(9), parent_id: Some(id(1)) }]);
    assert_eq!(world.told_last(), ["unlinked 9 from 2 at 2", "linked 9 to 1 at 2", "undone MoveNode"]);
    world.redo_mine("ann");
    assert_eq!(world.children(Some(id(2))), ids(&[6, 7, 9]));
}

#[test]
fn undo_4_without_any_ancestor_a_moved_node_becomes_the_last_root() {
    let mut world = world();
    world.move_to("ann", 3, Some(id(2)));
    world.delete("bob", id(1));
    let record = world.undo_mine("ann");
    assert_eq!(record.result.reparented, [Reparented { node_id: id(3), parent_id: None }]);
    assert_eq!(world.told_last(), ["unlinked 3 from 2 at 2", "undone MoveNode"]);
    assert_eq!(world.children(None), [world.root(), id(2), id(3)]);
}

#[test]
fn undo_3_an_ancestor_that_stands_below_the_node_now_makes_a_cycle_too() {
    let mut world = world();
    world.plant("eve", &[(8, 3)]);
    world.move_to("ann", 8, Some(id(2)));
    world.delete("bob", id(3));
    world.move_to("bob", 1, Some(id(8)));
    for (_, record) in undone_and_forced(&world) {
        assert_eq!(left_alone(&record), (id(8), ConflictReason::Cycle, "bob"));
        assert!(record.result.reparented.is_empty());
    }
}

#[test]
fn undo_3_a_move_back_that_would_get_too_deep_is_left_alone_even_if_forced() {
    let mut world = world();
    world.limits = Limits { depth: 3, ..Limits::default() };
    world.plant("eve", &[(8, 3)]);
    world.move_to("ann", 8, None);
    world.plant("bob", &[(9, 8)]);
    for (after, record) in undone_and_forced(&world) {
        assert_eq!(conflicts(&record), [(Some(id(8)), None, ConflictReason::DepthLimit, None)]);
        assert_eq!(after.shape(), world.shape());
    }
}

#[test]
fn undo_3_a_node_brought_back_below_one_that_went_deeper_is_left_alone_if_it_gets_too_deep() {
    let mut world = world();
    world.limits = Limits { depth: 3, ..Limits::default() };
    world.plant("eve", &[(8, 3), (9, 0)]);
    world.delete("ann", id(8));
    world.delete("eve", id(4));
    world.move_to("bob", 3, Some(id(6)));
    for (after, record) in undone_and_forced(&world) {
        assert_eq!(conflicts(&record), [(Some(id(8)), None, ConflictReason::DepthLimit, None)]);
        assert_eq!(after.shape(), world.shape());
    }
}

#[test]
fn undo_3_a_new_node_that_somebody_else_moved_is_left_alone() {
    let mut world = world();
    world.plant("ann", &[(8, 1)]);
    world.move_to("bob", 8, Some(id(2)));
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(8), ConflictReason::WorkedOnSince, "bob"));
}

#[test]
fn undo_3_a_new_node_below_which_somebody_else_put_another_is_left_alone() {
    let mut world = world();
    world.plant("ann", &[(8, 1), (9, 8)]);
    world.move_to("bob", 3, Some(id(9)));
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(9), ConflictReason::WorkedOnSince, "bob"));
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(8), ConflictReason::WorkedOnSince, "bob"));
}

#[test]
fn undo_3_an_older_node_that_the_author_put_below_a_new_one_is_not_deleted_with_it() {
    let mut world = world();
    world.plant("ann", &[(8, 0)]);
    world.move_to("ann", 3, Some(id(8)));
    world.move_to("bob", 1, Some(id(3)));
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(3), ConflictReason::Cycle, "bob"));
    world.undo_mine("bob");
    // Nobody but ann has worked on 8; eve's 3 is there by ann's own hand, and her step for that is gone.
    assert_eq!(left_alone(&world.undo_mine("ann")), (id(8), ConflictReason::WorkedOnSince, "ann"));
    assert_eq!(world.children(Some(id(8))), [id(3)]);
}

#[test]
fn undo_3_forcing_deletes_the_new_node_with_all_that_was_put_below_it() {
    let mut world = world();
    world.plant("ann", &[(8, 0)]);
    world.move_to("bob", 1, Some(id(8)));
    world.force_undo("ann");
    assert_eq!(world.told_last(), ["deleted 8 1 3 4 5 from roots", "undone CreateNode"]);
    let before = world.shape();
    world.redo_mine("ann");
    assert_eq!(world.children(Some(id(1))), ids(&[3, 4, 5]));
    world.undo_mine("ann");
    assert_eq!(world.shape(), before);
}
