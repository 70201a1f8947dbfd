//! Redo: what an undo took back, done again.
//!
//! Proves UNDO-2, UNDO-3, UNDO-5 and UNDO-6 (docs/behaviour.md).

use serde_json::json;

use super::{World, id};
use crate::domain::record::ConflictReason;
use crate::domain::{Change, Scope};

#[test]
fn undo_5_a_redo_does_again_what_the_undo_took_back() {
    let mut world = World::new();
    let root = world.root();
    world.create("ann", id(1), Some(root));
    world.set("ann", id(1), "note", json!(1));
    world.delete("ann", id(1));
    let mut shapes = Vec::new();
    while world.state.steps.newest(crate::domain::StepState::Done, Scope::Mine, "ann").is_some() {
        shapes.push(world.shape());
        world.undo_mine("ann");
    }
    assert_eq!(shapes.len(), 3);
    for shape in shapes.into_iter().rev() {
        world.redo_mine("ann");
        assert_eq!(world.shape(), shape);
    }
    assert!(world.redo("ann", Scope::Mine).is_none());
}

#[test]
fn undo_6_a_redo_ends_with_an_event_of_its_own_about_the_first_command() {
    let mut world = World::new();
    let made = world.create("ann", id(1), None);
    world.undo_mine("ann");
    let record = world.redo_mine("ann");
    assert_eq!(&*record.command_type, "Redo");
    let changes = Change::all(&record);
    let [Change::NodeCreated { .. }, Change::Redone(step)] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!((&step.command_id, &*step.command_type), (&made.command_id, "CreateNode"));
}

#[test]
fn undo_2_redo_takes_the_newest_undone_step_of_its_scope() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.create("bob", id(2), None);
    world.undo_mine("bob");
    world.undo_mine("ann");
    assert!(world.redo("eve", Scope::Mine).is_none());
    let mut other = world.clone();
    world.redo_mine("bob");
    assert_eq!(world.children(None), [world.root(), id(2)]);
    other.redo("bob", Scope::Session).unwrap();
    assert_eq!(other.children(None), [other.root(), id(1)]);
}

#[test]
fn undo_6_a_new_command_clears_its_author_s_redo_steps_and_nobody_else_s() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "a", json!(1));
    world.set("bob", root, "b", json!(1));
    world.undo_mine("ann");
    world.undo_mine("bob");
    world.set("ann", root, "c", json!(1));
    assert!(world.redo("ann", Scope::Mine).is_none());
    world.redo_mine("bob");
    assert_eq!(world.value(root, "b"), Some(&json!(1)));
    assert!(world.redo("ann", Scope::Session).is_none());
}

#[test]
fn undo_6_somebody_else_s_undo_leaves_the_redo_to_the_step_s_author() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.undo("bob", Scope::Session).unwrap();
    assert!(world.redo("bob", Scope::Mine).is_none());
    world.set("bob", world.root(), "note", json!(1));
    world.redo_mine("ann");
    assert_eq!(world.children(None), [world.root(), id(1)]);
}

#[test]
fn undo_3_a_redo_leaves_alone_what_somebody_else_wrote_since_the_undo() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!("ann's"));
    world.undo_mine("ann");
    world.set("bob", root, "note", json!("bob's"));
    let record = world.redo_mine("ann");
    assert_eq!(record.result.conflicts[0].reason, ConflictReason::ChangedSince);
    assert_eq!(world.value(root, "note"), Some(&json!("bob's")));
    assert!(world.redo("ann", Scope::Mine).is_none());
}

#[test]
fn undo_3_a_redo_of_a_delete_takes_what_others_wrote_before_it_was_first_deleted() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.create("bob", id(2), Some(id(1)));
    world.set("bob", id(1), "note", json!("bob's"));
    world.delete("ann", id(1));
    world.undo_mine("ann");
    let record = world.redo_mine("ann");
    assert!(record.result.conflicts.is_empty(), "{:?}", record.result.conflicts);
    assert_eq!(world.children(None), [world.root()]);
}

#[test]
fn undo_3_a_redo_of_a_delete_leaves_alone_what_others_wrote_since_it_came_back() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.delete("ann", id(1));
    world.undo_mine("ann");
    world.set("bob", id(1), "note", json!("bob's"));
    let record = world.redo_mine("ann");
    assert_eq!(record.result.conflicts[0].reason, ConflictReason::WorkedOnSince);
    assert_eq!(world.children(None), [world.root(), id(1)]);
}

#[test]
fn undo_3_a_redo_of_a_create_whose_id_is_in_use_again_is_skipped() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.undo_mine("ann");
    world.create("bob", id(1), None);
    let record = world.redo_mine("ann");
    assert_eq!(record.result.conflicts[0].reason, ConflictReason::NodeExists);
    assert_eq!(world.state.graph.node(id(1)).unwrap().existence.by, "bob".into());
}

#[test]
fn undo_5_a_redo_after_a_partial_undo_does_again_only_what_was_really_undone() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.create("ann", id(2), Some(id(1)));
    world.delete("ann", id(1));
    world.create("bob", id(2), None);
    let undone = world.undo_mine("ann");
    assert_eq!(undone.result.conflicts[0].reason, ConflictReason::NodeExists);
    assert_eq!(world.children(None), [world.root(), id(1), id(2)]);
    world.redo_mine("ann");
    assert_eq!(world.children(None), [world.root(), id(2)]);
}
