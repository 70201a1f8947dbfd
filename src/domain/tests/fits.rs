//! A record that does not fit the state before it, and what it is said to be about. That every record that
//! was decided does fit is asserted by the world of these tests, for each of them.

use std::sync::Arc;

use serde_json::json;

use super::templates;
use super::{World, id};
use crate::domain::fit::misfit;
use crate::domain::{Effect, Record, Template};

/// A node 1 with a note and a node 2 below it that waits for 3.
fn garden() -> World {
    let mut world = World::new();
    for (node, parent) in [(1, None), (2, Some(1)), (3, None)] {
        world.create("ann", id(node), parent.map(id));
    }
    world.set("ann", id(1), "note", json!("rain"));
    world.send(
        "ann",
        "UpdateBlockingRelationship",
        json!({"blocked_node_id": id(2), "blocking_node_id": id(3)}),
    );
    world
}

fn told(world: &World, effects: Vec<Effect>) -> Option<String> {
    misfit(&world.state, &Record { effects, ..world.journal[0].clone() })
}

fn note(node: u128, before: Option<&str>, after: &str) -> Effect {
    let value = |text| Some(Arc::new(json!(text)));
    Effect::Property {
        node_id: id(node),
        property_id: "note".into(),
        before: before.and_then(value),
        after: value(after),
    }
}

#[test]
fn a_value_that_was_not_there_is_named_with_its_property() {
    let world = garden();
    let about = |node| Some(format!("property \"note\" of node {}", id(node)));
    assert_eq!(told(&world, vec![note(1, Some("rain"), "sun")]), None);
    assert_eq!(told(&world, vec![note(1, Some("snow"), "sun")]), about(1));
    assert_eq!(told(&world, vec![note(1, None, "sun")]), about(1));
    assert_eq!(told(&world, vec![note(9, None, "sun")]), about(9));
}

#[test]
fn an_effect_has_to_fit_what_those_before_it_left() {
    let world = garden();
    assert_eq!(told(&world, vec![note(1, Some("rain"), "sun"), note(1, Some("sun"), "wind")]), None);
    let twice = vec![note(1, Some("rain"), "sun"), note(1, Some("rain"), "wind")];
    assert_eq!(told(&world, twice), Some(format!("property \"note\" of node {}", id(1))));
}

#[test]
fn a_node_that_was_there_or_was_not_or_was_another_is_named() {
    let world = garden();
    let about = |node| Some(format!("node {}", id(node)));
    let body = || Some(Box::new(world.state.graph.node(id(1)).unwrap().body()));
    let mut other = body();
    other.as_mut().unwrap().properties.insert("cost".into(), Arc::new(json!(7)));
    for (node, before, after, expected) in [
        (1, body(), None, None),
        (1, None, body(), about(1)),
        (9, body(), None, about(9)),
        (9, None, body(), None),
        (1, other, None, about(1)),
    ] {
        assert_eq!(told(&world, vec![Effect::Node { node_id: id(node), before, after }]), expected);
    }
}

#[test]
fn places_and_relations_are_compared() {
    let world = garden();
    let spot = |node| world.state.graph.spot(world.state.graph.node(id(node)).unwrap());
    let place = |from| Effect::Place { node_id: id(2), before: spot(from), after: spot(1) };
    assert_eq!(told(&world, vec![place(2)]), None);
    assert_eq!(told(&world, vec![place(3)]), Some(format!("the place of node {}", id(2))));

    let waits = |before| Effect::BlockedBy { node_id: id(2), before, after: None };
    assert_eq!(told(&world, vec![waits(Some(id(3)))]), None);
    for before in [None, Some(id(1))] {
        assert_eq!(told(&world, vec![waits(before)]), Some(format!("what node {} waits for", id(2))));
    }
}

#[test]
fn what_is_the_projects_own_is_compared() {
    let world = garden();
    let other = Arc::new(Template { version: "2".to_owned(), ..templates::garden() });
    let named =
        |before: Option<&str>| Effect::ProjectName { before: before.map(Arc::from), after: "x".into() };
    let pinned = |before| Effect::Template { before, after: Arc::clone(&other) };
    for (effects, expected) in [
        (vec![named(Some("Garden"))], None),
        (vec![named(Some("Yard"))], Some("the project's name")),
        (vec![named(None)], Some("the project's name")),
        (vec![pinned(Some(Arc::new(templates::garden())))], None),
        (vec![pinned(Some(Arc::clone(&other)))], Some("the template")),
        (vec![pinned(None)], Some("the template")),
        (vec![Effect::Strict { before: false, after: true }], None),
        (vec![Effect::Strict { before: true, after: false }], Some("whether the project is strict")),
        (vec![Effect::Deleted], None),
        (vec![Effect::Deleted, Effect::Deleted], Some("whether the project is there")),
    ] {
        assert_eq!(told(&world, effects).as_deref(), expected);
    }
}
