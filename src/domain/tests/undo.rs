//! Undo: what is taken back, and what is left alone.
//!
//! Proves UNDO-2, UNDO-3, UNDO-4 and UNDO-6 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::record::{ConflictReason, Reparented, StepRef};
use crate::domain::{Change, Conflict, NodeId, Record, RejectionCode, Scope};

/// The only conflict of a record: on what, why, and by whom.
fn conflict(record: &Record) -> (NodeId, Option<&str>, ConflictReason, Option<&str>) {
    let [Conflict { node_id, property_id, reason, by, at }] = record.result.conflicts.as_slice() else {
        panic!("one conflict expected: {record:?}")
    };
    assert_eq!(by.is_some(), at.is_some());
    (node_id.unwrap(), property_id.as_deref(), *reason, by.as_deref())
}

/// A project with the task 1, made by ann.
fn world() -> World {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world
}

#[test]
fn undo_2_without_a_step_there_is_nothing_to_undo_and_no_record() {
    let mut world = World::new();
    for scope in [Scope::Mine, Scope::Session] {
        assert!(world.undo("ann", scope).is_none());
        assert!(world.redo("ann", scope).is_none());
    }
    assert_eq!((world.state.head, world.journal.len()), (1, 1));
}

#[test]
fn undo_2_scope_mine_takes_the_caller_s_last_step_past_newer_ones_of_others() {
    let mut world = world();
    world.set("ann", id(1), "note", json!("ann's"));
    world.set("bob", id(1), "cost", json!(7));
    let record = world.undo_mine("ann");
    assert_eq!((world.value(id(1), "note"), world.value(id(1), "cost")), (None, Some(&json!(7))));
    assert_eq!(record.result.step.unwrap().author, "ann".into());
    assert!(world.undo("eve", Scope::Mine).is_none());
}

#[test]
fn undo_2_scope_session_takes_the_newest_step_whoever_made_it() {
    let mut world = world();
    let root = world.root();
    world.set("ann", id(1), "note", json!("ann's"));
    world.set("bob", root, "cost", json!(7));
    world.undo("eve", Scope::Session).unwrap();
    assert_eq!(world.value(root, "cost"), None);
    world.undo("eve", Scope::Session).unwrap();
    assert_eq!(world.value(id(1), "note"), None);
    world.undo("eve", Scope::Session).unwrap();
    assert_eq!(world.children(None), [root]);
    assert!(world.undo("eve", Scope::Session).is_none());
}

#[test]
fn undo_6_an_undo_tells_what_changed_and_then_whose_command_it_took_back() {
    let mut world = world();
    let made = world.set("ann", id(1), "name", json!("Dig"));
    let record = world.undo("bob", Scope::Session).unwrap();
    assert_eq!((&*record.command_type, &*record.author.user_id), ("Undo", "bob"));
    let step = StepRef {
        seq: made.seq_last,
        command_id: made.command_id,
        command_type: "UpdateProperty".into(),
        author: "ann".into(),
    };
    assert_eq!(record.result.step.as_ref(), Some(&step));
    let expected = [
        Change::NodeRenamed { node_id: id(1), name: &json!("New Node"), old_name: &json!("Dig") },
        Change::PropertyChanged {
            node_id: id(1),
            property_id: &"name".into(),
            old_value: Some(&json!("Dig")),
            new_value: &json!("New Node"),
        },
        Change::Undone(&step),
    ];
    assert_eq!(Change::all(&record), expected);
    assert_eq!(record.seq_last - record.seq_first, 2);
}

#[test]
fn undo_of_a_property_that_had_no_value_deletes_it_again() {
    let mut world = world();
    world.set("ann", id(1), "note", json!(1));
    world.undo_mine("ann");
    assert_eq!(world.value(id(1), "note"), None);
    world.set("ann", id(1), "cost", Value::Null);
    world.undo_mine("ann");
    assert_eq!(world.value(id(1), "cost"), Some(&json!(0)));
}

#[test]
fn undo_3_a_property_that_somebody_else_wrote_since_is_left_alone() {
    let mut world = world();
    world.set("ann", id(1), "note", json!("ann's"));
    world.set("bob", id(1), "note", json!("bob's"));
    let record = world.undo_mine("ann");
    assert_eq!(conflict(&record), (id(1), Some("note"), ConflictReason::ChangedSince, Some("bob")));
    assert_eq!(world.value(id(1), "note"), Some(&json!("bob's")));
    assert!(record.effects.is_empty());
}

#[test]
fn undo_3_a_property_that_somebody_else_wrote_to_the_same_value_is_left_alone_too() {
    let mut world = world();
    world.set("ann", id(1), "note", json!("same"));
    world.set("bob", id(1), "note", json!("same"));
    let record = world.undo_mine("ann");
    assert_eq!(conflict(&record), (id(1), Some("note"), ConflictReason::ChangedSince, Some("bob")));
}

#[test]
fn undo_3_a_property_that_somebody_else_deleted_since_is_left_alone() {
    let mut world = world();
    world.set("ann", id(1), "note", json!("ann's"));
    world.set("bob", id(1), "note", Value::Null);
    let record = world.undo_mine("ann");
    assert_eq!(conflict(&record), (id(1), Some("note"), ConflictReason::ChangedSince, Some("bob")));
}

#[test]
fn undo_3_somebody_else_s_undo_of_my_step_is_no_write_of_theirs() {
    let mut world = world();
    world.set("ann", id(1), "note", json!(1));
    world.set("ann", id(1), "note", json!(2));
    world.undo("bob", Scope::Session).unwrap();
    let record = world.undo_mine("ann");
    assert!(record.result.conflicts.is_empty());
    assert_eq!(world.value(id(1), "note"), None);
}

#[test]
fn undo_3_other_properties_of_the_same_node_are_no_conflict() {
    let mut world = world();
    world.set("ann", id(1), "note", json!("ann's"));
    world.set("bob", id(1), "name", json!("bob's"));
    assert!(world.undo_mine("ann").result.conflicts.is_empty());
}

#[test]
fn undo_3_when_everything_is_skipped_it_is_a_success_and_the_step_is_gone() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!("ann's"));
    world.set("bob", root, "note", json!("bob's"));
    let record = world.undo_mine("ann");
    assert_eq!((record.seq_first, record.seq_last), (4, 4));
    assert!(world.undo("ann", Scope::Mine).is_none());
    assert!(world.redo("ann", Scope::Mine).is_none());
}

#[test]
fn undo_3_force_takes_back_what_somebody_else_wrote_over() {
    let mut world = world();
    world.set("ann", id(1), "note", json!("ann's"));
    world.set("bob", id(1), "note", json!("bob's"));
    let record = world.force_undo("ann");
    assert!(record.result.conflicts.is_empty());
    assert_eq!(world.value(id(1), "note"), None);
    world.redo_mine("ann");
    assert_eq!(world.value(id(1), "note"), Some(&json!("bob's")));
}

#[test]
fn undo_3_a_property_of_a_node_that_is_gone_is_skipped_and_tells_who_deleted_it() {
    let mut world = world();
    world.set("ann", id(1), "note", json!(1));
    world.delete("bob", id(1));
    for record in [world.clone().undo_mine("ann"), world.force_undo("ann")] {
        assert_eq!(conflict(&record), (id(1), Some("note"), ConflictReason::NodeDeleted, Some("bob")));
    }
}

#[test]
fn undo_3_a_create_of_a_node_that_is_gone_is_skipped_and_tells_who_deleted_it() {
    let mut world = world();
    world.delete("bob", id(1));
    let record = world.undo_mine("ann");
    assert_eq!(conflict(&record), (id(1), None, ConflictReason::NodeDeleted, Some("bob")));
}

#[test]
fn undo_3_a_create_under_which_somebody_else_made_a_node_is_left_alone() {
    let mut world = world();
    world.create("ann", id(2), Some(id(1)));
    world.create("bob", id(3), Some(id(2)));
    world.undo_mine("ann");
    let record = world.undo_mine("ann");
    assert_eq!(conflict(&record), (id(1), None, ConflictReason::WorkedOnSince, Some("bob")));
    assert_eq!(world.children(Some(id(2))), [id(3)]);
}

#[test]
fn undo_3_a_create_in_which_somebody_else_wrote_is_left_alone() {
    let mut world = world();
    world.set("bob", id(1), "note", Value::Null);
    let record = world.undo_mine("ann");
    assert_eq!(conflict(&record), (id(1), None, ConflictReason::WorkedOnSince, Some("bob")));
}

#[test]
fn undo_3_force_takes_a_create_back_with_everything_that_others_made_below() {
    let mut world = world();
    world.create("bob", id(2), Some(id(1)));
    let before = world.shape();
    let record = world.force_undo("ann");
    assert!(record.result.conflicts.is_empty());
    assert_eq!(world.children(None), [world.root()]);
    world.redo_mine("ann");
    assert_eq!(world.shape(), before);
}

#[test]
fn undo_3_one_s_own_work_on_a_new_node_does_not_keep_it() {
    let mut world = world();
    let root = world.root();
    world.set("ann", id(1), "note", json!(1));
    world.undo_mine("ann");
    world.undo_mine("ann");
    assert_eq!(world.children(None), [root]);
}

#[test]
fn undo_3_a_node_whose_id_was_used_again_is_not_brought_back_over_the_new_one() {
    let mut world = world();
    world.delete("ann", id(1));
    world.create("bob", id(1), None);
    for record in [world.clone().undo_mine("ann"), world.force_undo("ann")] {
        assert_eq!(conflict(&record), (id(1), None, ConflictReason::NodeExists, Some("bob")));
        assert!(record.effects.is_empty());
    }
}

#[test]
fn undo_3_a_node_whose_id_somebody_else_used_and_deleted_again_stays_away_unless_forced() {
    let mut world = world();
    world.delete("ann", id(1));
    world.create("bob", id(1), None);
    world.delete("bob", id(1));
    let record = world.clone().undo_mine("ann");
    assert_eq!(conflict(&record), (id(1), None, ConflictReason::NodeDeleted, Some("bob")));
    assert!(world.force_undo("ann").result.conflicts.is_empty());
    assert_eq!(world.children(None), [world.root(), id(1)]);
}

/// 1 with 2 and 3 below it and 4 below 2, all with values, between two other roots.
fn tree() -> World {
    let mut world = world();
    world.create("ann", id(2), Some(id(1)));
    world.create("bob", id(3), Some(id(1)));
    world.create("bob", id(4), Some(id(2)));
    world.create("bob", id(5), None);
    world.set("bob", id(4), "note", json!({"deep": true}));
    world.set("bob", id(2), "cost", Value::Null);
    world
}

#[test]
fn undo_4_undoing_a_delete_brings_the_whole_subtree_back_as_it_was() {
    let mut world = tree();
    let before = world.shape();
    world.delete("ann", id(1));
    let record = world.undo_mine("ann");
    assert_eq!(world.shape(), before);
    assert_eq!(world.children(None), [world.root(), id(1), id(5)]);
    assert_eq!(world.children(Some(id(1))), [id(2), id(3)]);
    assert!(record.result.reparented.is_empty() && record.result.conflicts.is_empty());
}

#[test]
fn undo_4_what_was_brought_back_still_knows_who_wrote_it() {
    let mut world = tree();
    let before = world.state.graph.node(id(4)).unwrap().properties.clone();
    let place = world.state.graph.node(id(4)).unwrap().place_stamp.clone();
    world.delete("ann", id(1));
    world.undo_mine("ann");
    let node = world.state.graph.node(id(4)).unwrap();
    assert_eq!((&node.properties, &node.place_stamp), (&before, &place));
    assert_eq!(&*node.existence.by, "ann");
}

#[test]
fn undo_4_it_stands_in_its_place_among_those_who_are_still_there() {
    let mut world = World::new();
    let root = world.root();
    for node in 1..=4 {
        world.create("ann", id(node), Some(root));
    }
    world.delete("ann", id(2));
    world.send(
        "bob",
        "CreateNode",
        json!({"node_id": id(5), "parent_id": root, "blueprint_type_id": "task", "index": 0}),
    );
    world.delete("bob", id(1));
    let record = world.undo_mine("ann");
    assert_eq!(world.children(Some(root)), [id(5), id(2), id(3), id(4)]);
    let changes = Change::all(&record);
    let [Change::NodeCreated { body, .. }, Change::Undone(_)] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!(body.index, Some(1));
}

#[test]
fn undo_4_without_its_parent_it_goes_under_the_nearest_living_ancestor() {
    let mut world = tree();
    world.delete("ann", id(4));
    world.delete("bob", id(2));
    let record = world.undo_mine("ann");
    assert_eq!(record.result.reparented, [Reparented { node_id: id(4), parent_id: Some(id(1)) }]);
    assert_eq!(world.children(Some(id(1))), [id(3), id(4)]);
    assert_eq!(world.value(id(4), "note"), Some(&json!({"deep": true})));
}

#[test]
fn undo_4_without_any_ancestor_it_becomes_a_root() {
    let mut world = tree();
    world.delete("ann", id(2));
    world.delete("bob", id(1));
    let record = world.undo_mine("ann");
    assert_eq!(record.result.reparented, [Reparented { node_id: id(2), parent_id: None }]);
    assert_eq!(world.children(None), [world.root(), id(5), id(2)]);
    assert_eq!(world.children(Some(id(2))), [id(4)]);
}

#[test]
fn undo_4_the_parent_s_id_in_use_again_counts_as_the_parent() {
    let mut world = tree();
    world.delete("ann", id(4));
    world.delete("bob", id(1));
    world.create("bob", id(2), Some(id(5)));
    let record = world.undo_mine("ann");
    assert!(record.result.reparented.is_empty());
    assert_eq!(world.children(Some(id(2))), [id(4)]);
}

#[test]
fn a_refusal_after_an_undo_speaks_of_the_graph_as_it_is_then() {
    let mut world = world();
    world.undo_mine("ann");
    let rejection = world.refused("DeleteNode", json!({"node_id": id(1)}));
    assert_eq!(rejection.code, RejectionCode::NodeNotFound);
}

#[test]
fn undo_5_what_others_wrote_and_took_back_does_not_stand_in_the_way() {
    let mut world = world();
    world.set("bob", id(1), "cost", json!(7));
    world.undo("eve", Scope::Session).unwrap();
    assert_eq!(world.undo("eve", Scope::Session).unwrap().result.conflicts, []);
    assert_eq!(world.children(None), [world.root()]);
}

#[test]
fn undo_5_a_deletion_that_was_taken_back_does_not_stand_in_the_way() {
    let mut world = world();
    world.delete("bob", id(1));
    world.undo("eve", Scope::Session).unwrap();
    assert_eq!(world.undo_mine("ann").result.conflicts, []);
    assert_eq!(world.children(None), [world.root()]);
}

#[test]
fn undo_3_what_others_put_back_in_place_of_something_else_is_left_alone() {
    let mut world = world();
    world.set("bob", id(1), "cost", json!(7));
    world.set("ann", id(1), "cost", json!(8));
    world.undo_mine("ann");
    // What stands there is bob's again; it was ann who wrote it last.
    let record = world.undo_mine("ann");
    assert_eq!(conflict(&record), (id(1), None, ConflictReason::WorkedOnSince, Some("ann")));
    assert_eq!(world.value(id(1), "cost"), Some(&json!(7)));
}
