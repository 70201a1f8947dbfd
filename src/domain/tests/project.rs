//! What concerns the whole project: its name, its end, a graph that comes whole.
//!
//! Proves SYNC-1 (docs/behaviour.md).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{World, author, id, ids, templates};
use crate::domain::command::ReplaceGraph;
use crate::domain::creation::{Beginning, IMPORT_PROJECT, NewProject, first_record};
use crate::domain::effect::NodeRow;
use crate::domain::{
    Body, Command, Effect, Limits, Record, RejectionCode, Scope, State, StepState, Template,
};

fn rename(world: &mut World, name: &str) -> Record {
    world.give("ann", &Command::RenameProject { name: name.into() }).unwrap().unwrap()
}

#[test]
fn a_project_gets_another_name_and_its_root_keeps_its_own() {
    let mut world = World::new();
    rename(&mut world, "Orchard");
    assert_eq!(world.told_last(), ["project renamed to Orchard from Garden"]);
    assert_eq!(&*world.state.name, "Orchard");
    assert_eq!(world.state.graph.node(world.root()).unwrap().name(), "Garden");
    rename(&mut world, "Orchard");
    assert_eq!(world.told_last(), ["project renamed to Orchard from Orchard"]);
}

#[test]
fn a_project_s_name_is_no_step_and_leaves_the_others() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    rename(&mut world, "Orchard");
    world.undo_mine("ann");
    rename(&mut world, "Meadow");
    world.redo_mine("ann");
    assert_eq!((&*world.state.name, world.children(None)[1]), ("Meadow", id(1)));
}

#[test]
fn a_deleted_project_tells_its_end_and_has_no_steps_any_more() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    world.give("bob", &Command::DeleteProject).unwrap();
    assert_eq!(world.told_last(), ["project deleted"]);
    assert!(world.state.deleted);
    assert!(world.undo("ann", Scope::Session).is_none());
}

/// Rows for a tree: a node and its parent, 0 for none, in order.
fn rows(nodes: &[(u128, u128)]) -> Arc<[NodeRow]> {
    let mut world = World::new();
    world.plant("eve", nodes);
    world.block("eve", nodes[0].0, Some(nodes[1].0));
    let row = |&(node, _): &(u128, u128)| {
        let body = world.state.graph.node(id(node)).unwrap().body();
        NodeRow { id: id(node), node: Body { written: None, ..body } }
    };
    nodes.iter().map(row).collect()
}

fn replace(world: &mut World, template: Option<Template>, nodes: &[(u128, u128)]) -> Record {
    let fields = ReplaceGraph { template: template.map(Arc::new), nodes: rows(nodes) };
    world.give("bob", &Command::ReplaceGraph(fields)).unwrap().unwrap()
}

#[test]
fn a_graph_that_comes_whole_takes_the_place_of_the_one_before_and_one_event_tells_it() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1), (3, 0)]);
    let record = replace(&mut world, None, &[(2, 0), (7, 2), (8, 2)]);
    assert_eq!(world.told(&record), ["replaced by 3 nodes"]);
    assert_eq!(record.result.graph_replaced, None);
    assert_eq!((world.children(None), world.children(Some(id(2)))), (ids(&[2]), ids(&[7, 8])));
    assert_eq!((world.waits_for(2), world.state.graph.len()), (Some(id(7)), 3));
    let node = world.state.graph.node(id(2)).unwrap();
    assert_eq!((&*node.existence.by, &*node.place_stamp.by), ("bob", "bob"));
    assert_eq!(&*node.blocked_stamp.as_ref().unwrap().by, "bob");
    assert!(world.state.graph.tombstone(id(1)).is_none());
}

#[test]
fn with_the_graph_every_step_is_gone_and_later_ones_are_as_ever() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 0)]);
    world.undo_mine("ann");
    world.create("eve", id(3), None);
    replace(&mut world, None, &[(1, 0), (7, 1)]);
    for state in [StepState::Done, StepState::Undone] {
        assert!(!world.state.steps.available(state, None));
    }
    world.move_to("ann", 7, None);
    world.undo_mine("ann");
    assert_eq!(world.children(Some(id(1))), [id(7)]);
}

#[test]
fn a_graph_of_another_template_is_told_after_the_template() {
    let mut world = World::new();
    let record = replace(&mut world, Some(templates::orchard()), &[(1, 0), (7, 1)]);
    assert_eq!(world.told(&record), ["adopted orchard 7", "replaced by 2 nodes"]);
    assert_eq!(&*world.state.template.id, "orchard");
    let record = replace(&mut world, Some(templates::orchard()), &[(1, 0), (7, 1)]);
    assert_eq!(world.told(&record), ["replaced by 2 nodes"]);
}

#[test]
fn cmd_6_a_graph_that_comes_whole_is_held_to_the_number_of_nodes() {
    let mut world = World::new();
    world.limits = Limits { nodes: 2, ..Limits::default() };
    replace(&mut world, None, &[(1, 0), (7, 1)]);
    let fields = ReplaceGraph { template: None, nodes: rows(&[(1, 0), (7, 1), (8, 1)]) };
    let rejection = world.give("bob", &Command::ReplaceGraph(fields)).unwrap_err();
    assert_eq!((rejection.code, rejection.details), (RejectionCode::NodeLimit, Some(json!({"limit": 2}))));
}

/// The first record of a project with this beginning.
fn made(strict: bool, beginning: Beginning<'_>) -> (State, Record) {
    let world = World::new();
    let template = Arc::new(templates::garden());
    let project = NewProject { name: "Shed", template: &template, strict, beginning };
    let record = first_record(&project, "c0".into(), &world.context(&author("ann")));
    let mut state = State::default();
    state.apply(&record);
    (state, record)
}

#[test]
fn a_project_may_begin_with_a_graph_and_one_event_tells_it() {
    let (state, record) = made(false, Beginning::Graph(rows(&[(1, 0), (7, 1)])));
    assert_eq!(World::new().told(&record), ["replaced by 2 nodes"]);
    assert_eq!((&*record.command_type, record.result.node_id), (IMPORT_PROJECT, None));
    assert_eq!((&*state.name, state.graph.len(), state.head, state.strict), ("Shed", 2, 1, false));
    assert!(!state.steps.available(StepState::Done, None));
}

#[test]
fn strictness_is_said_in_the_first_record_and_kept() {
    let root = &templates::garden().node_types[0];
    let (state, record) = made(true, Beginning::Root(root));
    assert!(state.strict && record.effects.contains(&Effect::Strict { before: false, after: true }));
    assert_eq!(record.seq_last, 1);
    let (state, record) = made(false, Beginning::Root(root));
    assert!(!state.strict && !record.effects.iter().any(|effect| matches!(effect, Effect::Strict { .. })));
}

#[test]
fn an_undo_by_anybody_never_reaches_behind_a_graph_that_came_whole() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (7, 1)]);
    world.set("ann", id(1), "note", json!("before"));
    replace(&mut world, None, &[(1, 0), (7, 1)]);
    for who in ["ann", "bob"] {
        assert!(world.undo(who, Scope::Session).is_none());
    }
    assert_eq!(world.value(id(1), "note"), None::<&Value>);
}
