//! Adopting a template: what changes, what stays, and how it is taken back.
//!
//! Proves UNDO-3 (docs/behaviour.md).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{World, conflicts, id, templates};
use crate::domain::record::ConflictReason;
use crate::domain::value_rules::{Misfit, orphans};
use crate::domain::{RejectionCode, StepState, Template};

/// A task 1 with a note, in a project of the garden; a later garden and an orchard stand ready.
fn world() -> World {
    let mut world = World::new();
    for template in [templates::later_garden(), templates::orchard()] {
        world.templates.insert(Arc::clone(&template.id), Arc::new(template));
    }
    world.create("ann", id(1), None);
    world.set("ann", id(1), "note", json!("dig"));
    world
}

fn adopt(world: &mut World, who: &str, template_id: Value) {
    world.send(who, "AdoptTemplate", json!({"template_id": template_id}));
}

fn pinned(world: &World) -> (&str, &str) {
    let Template { id, version, .. } = &*world.state.template;
    (id, version)
}

#[test]
fn without_an_id_a_project_adopts_the_present_version_of_its_own_template() {
    for template_id in [Value::Null, json!("garden")] {
        let mut world = world();
        adopt(&mut world, "ann", template_id);
        assert_eq!(world.told_last(), ["adopted garden 2"]);
        assert_eq!(pinned(&world), ("garden", "2"));
    }
    let mut world = world();
    adopt(&mut world, "ann", json!("orchard"));
    assert_eq!(pinned(&world), ("orchard", "7"));
}

#[test]
fn cmd_4_a_template_that_is_not_there_is_refused() {
    let mut world = world();
    let rejection = world.refused("AdoptTemplate", json!({"template_id": "t".repeat(100)}));
    assert_eq!(rejection.code, RejectionCode::InvalidTemplate);
    assert_eq!(rejection.message, format!("There is no template {}", "t".repeat(64)));
    assert_eq!(rejection.details, Some(json!({"template_id": "t".repeat(64)})));
    world.templates.clear();
    assert_eq!(world.refused("AdoptTemplate", Value::Null).details, Some(json!({"template_id": "garden"})));
}

#[test]
fn adopting_loses_nothing_and_new_nodes_follow_the_new_template() {
    let mut world = world();
    let before = world.shape();
    adopt(&mut world, "ann", Value::Null);
    assert_eq!(world.shape(), before);
    world.set("ann", id(1), "note", json!("dig deeper"));
    world.send("ann", "CreateNode", json!({"node_id": id(2), "blueprint_type_id": "bed"}));
    world.create("ann", id(3), None);
    assert_eq!((world.value(id(3), "status"), world.value(id(3), "cost")), (Some(&json!("done")), None));
    adopt(&mut world, "ann", json!("orchard"));
    let rejection = world.refused("CreateNode", json!({"blueprint_type_id": "task"}));
    assert_eq!(rejection.code, RejectionCode::UnknownNodeType);
}

#[test]
fn values_that_the_new_template_does_not_know_can_be_listed() {
    let mut world = world();
    world.set("ann", id(1), "phase", json!("early"));
    let listed = |world: &World| -> Vec<(String, Misfit)> {
        let node = world.state.graph.node(id(1)).unwrap();
        orphans(&world.state.template, node).map(|row| (row.property_id.to_owned(), row.misfit)).collect()
    };
    assert_eq!(listed(&world), []);
    adopt(&mut world, "ann", Value::Null);
    let expected = [
        ("cost".to_owned(), Misfit::WrongKind),
        ("note".to_owned(), Misfit::UnknownProperty),
        ("phase".to_owned(), Misfit::UnknownProperty),
        ("status".to_owned(), Misfit::UnknownOption),
    ];
    assert_eq!(listed(&world), expected);
    adopt(&mut world, "ann", json!("orchard"));
    assert!(listed(&world).iter().all(|(_, misfit)| *misfit == Misfit::UnknownType));
    world.send("ann", "DeleteOrphanedProperty", json!({"node_id": id(1), "property_key": "note"}));
    assert_eq!(world.told_last(), [r#"cleared 1.note from "dig""#]);
}

#[test]
fn adopting_what_is_pinned_already_is_told_and_leaves_no_step() {
    let mut world = world();
    adopt(&mut world, "bob", Value::Null);
    world.undo_mine("bob");
    world.templates.insert("garden".into(), Arc::clone(&world.state.template));
    adopt(&mut world, "bob", Value::Null);
    assert_eq!(world.told_last(), ["adopted garden 1"]);
    assert!(!world.state.steps.available(StepState::Done, Some("bob")));
}

#[test]
fn undo_pins_the_template_before_and_redo_the_adopted_one() {
    let mut world = world();
    adopt(&mut world, "ann", json!("orchard"));
    // What files say meanwhile does not count: the step holds the templates.
    world.templates.clear();
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["adopted garden 1", "undone AdoptTemplate"]);
    world.create("bob", id(2), None);
    world.redo_mine("ann");
    assert_eq!(world.told_last(), ["adopted orchard 7", "redone AdoptTemplate"]);
    assert_eq!(pinned(&world), ("orchard", "7"));
}

#[test]
fn undo_3_a_template_that_somebody_else_adopted_since_stays_unless_forced() {
    for later in ["garden", "orchard"] {
        let mut world = world();
        adopt(&mut world, "ann", json!("orchard"));
        adopt(&mut world, "bob", json!(later));
        let mut forced = world.clone();
        let record = world.undo_mine("ann");
        let expected = [(None, None, ConflictReason::TemplateChangedSince, Some("bob"))];
        assert_eq!(conflicts(&record), expected);
        assert_eq!(world.told_last(), ["undone AdoptTemplate"]);
        assert_eq!(world.state.template.id, later.into());
        assert!(forced.force_undo("ann").result.conflicts.is_empty());
        assert_eq!(pinned(&forced), ("garden", "1"));
    }
}

#[test]
fn undo_3_an_adoption_that_somebody_else_took_back_does_not_stand_in_the_way() {
    let mut world = world();
    adopt(&mut world, "ann", json!("orchard"));
    adopt(&mut world, "bob", json!("garden"));
    world.undo_mine("bob");
    assert_eq!(conflicts(&world.undo_mine("ann")), []);
    assert_eq!(pinned(&world), ("garden", "1"));
}

#[test]
fn a_batch_may_adopt_a_template_and_use_it() {
    let mut world = world();
    let record = world.batch(
        "ann",
        json!([
            {"command_type": "AdoptTemplate"},
            {"command_type": "CreateNode", "data": {"node_id": id(2), "blueprint_type_id": "bed"}},
        ]),
    );
    assert_eq!(world.told(&record), ["adopted garden 2", "created 2 in roots at 2"]);
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["deleted 2 from roots", "adopted garden 1", "undone Batch"]);
}
