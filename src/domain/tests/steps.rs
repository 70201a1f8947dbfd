//! The list of steps.
//!
//! Proves UNDO-1 and UNDO-2 (docs/behaviour.md).

use serde_json::json;

use super::{World, id};
use crate::domain::steps::{IN_ALL, PER_AUTHOR};
use crate::domain::{Scope, StepState, Steps};

fn available(world: &World, author: &str) -> (bool, bool) {
    let steps = &world.state.steps;
    (steps.available(StepState::Done, Some(author)), steps.available(StepState::Undone, Some(author)))
}

#[test]
fn undo_2_what_is_available_is_told_for_each_author_and_for_the_session() {
    let mut world = World::new();
    let root = world.root();
    let session = |world: &World| {
        let steps = &world.state.steps;
        (steps.available(StepState::Done, None), steps.available(StepState::Undone, None))
    };
    assert_eq!((available(&world, "ann"), session(&world)), ((false, false), (false, false)));
    world.set("ann", root, "note", json!(1));
    assert_eq!((available(&world, "ann"), session(&world)), ((true, false), (true, false)));
    assert_eq!(available(&world, "bob"), (false, false));
    world.undo_mine("ann");
    assert_eq!((available(&world, "ann"), session(&world)), ((false, true), (false, true)));
    world.set("bob", root, "cost", json!(1));
    assert_eq!((available(&world, "bob"), session(&world)), ((true, false), (true, true)));
    assert_eq!(available(&world, "ann"), (false, true));
}

#[test]
fn undo_1_the_seq_of_a_step_is_that_of_the_record_that_wrote_last() {
    let mut world = World::new();
    let newest = |world: &World, state| world.state.steps.newest(state, Scope::Mine, "ann").unwrap().seq;
    let made = world.set("ann", world.root(), "name", json!("Orchard"));
    assert_eq!((made.seq_first, made.seq_last, newest(&world, StepState::Done)), (2, 3, 3));
    let undone = world.undo_mine("ann");
    assert_eq!((undone.seq_last, newest(&world, StepState::Undone)), (6, 6));
    let redone = world.redo_mine("ann");
    assert_eq!((redone.result.step.unwrap().seq, newest(&world, StepState::Done)), (6, 9));
}

#[test]
fn a_command_that_changes_nothing_has_its_event_but_no_step() {
    let mut world = World::new();
    let root = world.root();
    world.set("ann", root, "note", json!(1));
    world.undo_mine("ann");
    let record = world.set("ann", root, "note", json!(null));
    assert_eq!((record.seq_first, record.seq_last), (world.state.head, world.state.head));
    assert_eq!(available(&world, "ann"), (false, true));
    world.redo_mine("ann");
    world.set("ann", root, "note", json!(1));
    world.undo_mine("ann");
    assert_eq!(world.value(root, "note"), None);
}

#[test]
fn undo_1_two_hundred_steps_of_one_author_are_kept_and_nobody_else_s_fall_for_them() {
    let mut world = World::new();
    let root = world.root();
    world.create("bob", id(1), None);
    for n in 0..=PER_AUTHOR {
        world.set("ann", root, "count", json!(n));
    }
    for _ in 0..PER_AUTHOR {
        world.undo_mine("ann");
    }
    assert!(world.undo("ann", Scope::Mine).is_none());
    assert_eq!(world.value(root, "count"), Some(&json!(0)));
    world.undo_mine("bob");
}

#[test]
fn undo_1_two_thousand_steps_are_kept_in_all_and_the_oldest_falls_first() {
    let mut world = World::new();
    let root = world.root();
    let authors: Vec<String> = (0..=IN_ALL / PER_AUTHOR).map(|n| format!("author {n}")).collect();
    world.set("first", root, "note", json!(1));
    for n in 0..IN_ALL {
        assert!(world.state.steps.available(StepState::Done, Some("first")));
        world.set(&authors[n % authors.len()], root, "count", json!(n));
    }
    assert_eq!(available(&world, "first"), (false, false));
    let kept = (0..).take_while(|_| world.undo("first", Scope::Session).is_some()).count();
    assert_eq!(kept, IN_ALL);
}

#[test]
fn a_list_from_which_everything_was_taken_is_like_a_new_one() {
    let mut world = World::new();
    world.set("ann", world.root(), "note", json!(1));
    world.set("bob", world.root(), "note", json!(2));
    world.undo_mine("ann");
    world.undo_mine("bob");
    world.set("bob", world.root(), "other", json!(2));
    let mut steps = world.state.steps.clone();
    steps.remove(steps.newest(StepState::Done, Scope::Session, "").unwrap().seq);
    assert_eq!(steps, Steps::default());
    assert!(steps.remove(1).is_none());
}
