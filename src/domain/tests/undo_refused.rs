//! Undo and redo that are to be whole or not at all: `on_conflict: refuse`.
//!
//! Proves UNDO-7 (docs/behaviour.md).

use proptest::prelude::*;
use serde_json::{Value, json};

use super::plans::{AUTHORS, config, crowded_plan_of};
use super::{World, id};
use crate::domain::{Command, OnConflict, Record, Rejection, RejectionCode, Scope};

fn undo(force: bool) -> Command {
    Command::Undo { scope: Scope::Mine, force, on_conflict: OnConflict::Refuse }
}

/// An undo of ann's that must be refused; nothing of the world changes by it.
fn refused(world: &mut World, force: bool) -> Rejection {
    let before = world.clone();
    let rejection = world.give("ann", &undo(force)).expect_err("the undo must be refused");
    assert_eq!((&world.state, &world.journal), (&before.state, &before.journal));
    assert_eq!(rejection.code, RejectionCode::LeavesAlone);
    rejection
}

/// Ann wrote a note of the task 1, and bob wrote over it.
fn written_over() -> (World, Record) {
    let mut world = World::new();
    world.create("ann", id(1), None);
    let step = world.set("ann", id(1), "note", json!("ann's"));
    world.set("bob", id(1), "note", json!("bob's"));
    (world, step)
}

#[test]
fn undo_7_a_refusal_names_the_step_and_what_would_be_left_alone() {
    let (mut world, step) = written_over();
    let rejection = refused(&mut world, false);
    assert_eq!(rejection.message, "All of this UpdateProperty would be left alone");
    let expected = json!({
        "undone_command_id": step.command_id,
        "command_type": "UpdateProperty",
        "all_left_alone": true,
        "conflicts": [{
            "node_id": id(1),
            "property_id": "note",
            "reason": "CHANGED_SINCE",
            "by": "bob",
            "at": world.journal.last().unwrap().at,
        }],
    });
    assert_eq!(rejection.details, Some(expected));
}

#[test]
fn undo_7_the_step_of_a_refusal_can_be_forced_then() {
    let (mut world, _) = written_over();
    refused(&mut world, false);
    assert!(world.give("ann", &undo(true)).unwrap().unwrap().result.conflicts.is_empty());
    assert_eq!(world.value(id(1), "note"), None);
    world.redo_mine("ann");
    assert_eq!(world.value(id(1), "note"), Some(&json!("bob's")));
}

#[test]
fn undo_7_the_step_of_a_refusal_can_be_taken_back_in_part_then() {
    let mut world = World::new();
    let write = |property_id: &str| {
        json!({ "command_type": "UpdateProperty",
            "data": { "node_id": id(1), "property_id": property_id, "new_value": 1 } })
    };
    world.create("eve", id(1), None);
    world.batch("ann", json!([write("note"), write("cost")]));
    world.set("bob", id(1), "note", json!(2));
    let rejection = refused(&mut world, false);
    assert_eq!(rejection.details.unwrap()["all_left_alone"], false);
    assert_eq!(rejection.message, "A part of this Batch would be left alone");
    assert_eq!(world.undo_mine("ann").result.conflicts.len(), 1);
    assert_eq!((world.value(id(1), "note"), world.value(id(1), "cost")), (Some(&json!(2)), Some(&json!(0))));
}

#[test]
fn undo_7_where_nothing_is_left_alone_it_is_an_undo_like_any_other() {
    let (mut world, _) = written_over();
    world.undo_mine("bob");
    let mut other = world.clone();
    let record = world.give("ann", &undo(false)).unwrap().unwrap();
    assert_eq!(record, other.undo_mine("ann"));
    assert!(world.give("eve", &undo(false)).unwrap().is_none(), "nothing to undo");
}

#[test]
fn undo_7_forced_only_what_nobody_can_force_is_refused() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 0)]);
    world.move_to("ann", 1, Some(id(2)));
    world.move_to("ann", 1, None);
    world.move_to("bob", 2, Some(id(1)));
    let rejection = refused(&mut world, true);
    let details = rejection.details.unwrap();
    assert_eq!(
        (&details["conflicts"][0]["reason"], &details["all_left_alone"]),
        (&json!("CYCLE"), &json!(true))
    );
}

#[test]
fn undo_7_a_redo_is_refused_in_the_same_way() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    let step = world.set("ann", id(1), "note", json!("ann's"));
    world.undo_mine("ann");
    world.set("bob", id(1), "note", json!("bob's"));
    let before = world.state.clone();
    let redo = Command::Redo { scope: Scope::Mine, force: false, on_conflict: OnConflict::Refuse };
    let details = world.give("ann", &redo).unwrap_err().details.unwrap();
    assert_eq!(details["undone_command_id"], json!(step.command_id));
    assert_eq!(world.state, before);
    assert_eq!(world.redo_mine("ann").result.conflicts.len(), 1);
}

#[test]
fn undo_7_conflicts_that_are_not_listed_are_counted() {
    let mut world = World::new();
    let writes: Vec<Value> = (0..501)
        .map(|n| {
            json!({ "command_type": "UpdateProperty",
            "data": { "node_id": world.root(), "property_id": format!("p{n}"), "new_value": n } })
        })
        .collect();
    world.batch("ann", json!(writes));
    world.batch("bob", json!(writes));
    let details = refused(&mut world, false).details.unwrap();
    assert_eq!(details["conflicts"].as_array().unwrap().len(), 500);
    assert_eq!(details["conflicts_omitted"], 1);
}

/// What a wish gives if it is to be refused, beside what it gave without.
fn assert_whole_or_nothing(before: &World, who: &str, command: &Command, given: &Record) {
    let whole = match command.clone() {
        Command::Undo { scope, force, .. } => Command::Undo { scope, force, on_conflict: OnConflict::Refuse },
        Command::Redo { scope, force, .. } => Command::Redo { scope, force, on_conflict: OnConflict::Refuse },
        _ => return,
    };
    let mut world = before.clone();
    match world.give(who, &whole) {
        Ok(record) => {
            assert_eq!(record.as_ref(), Some(given));
            assert_eq!(given.result.conflicts, []);
        }
        Err(rejection) => {
            assert_eq!(rejection.code, RejectionCode::LeavesAlone);
            assert_eq!((&world.state, &world.journal), (&before.state, &before.journal));
            let details = rejection.details.unwrap();
            assert_ne!(given.result.conflicts, []);
            assert_eq!(details["conflicts"], json!(given.result.conflicts));
            assert_eq!(details["all_left_alone"], given.effects.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn undo_7_it_is_refused_just_where_another_would_report_something(plan in crowded_plan_of(&AUTHORS)) {
        plan.run(|before, after, wish| {
            assert_whole_or_nothing(before, wish.who, &wish.command, after.journal.last().unwrap());
        });
    }
}
