//! Kits: what `ApplyKit` copies, where to, and how that is taken back.
//!
//! Proves CMD-6 and UNDO-3 (docs/behaviour.md).

use serde_json::json;

use super::{World, conflicts, id, ids};
use crate::domain::command::ReplaceGraph;
use crate::domain::effect::NodeRow;
use crate::domain::record::ConflictReason;
use crate::domain::{Command, Limits, NodeId, Record, RejectionCode, StepState};

/// A kit 1 with 2 and 3 below it and 4 below 2; a target 5 that has 6.
fn world() -> World {
    let mut world = World::new();
    world.plant("eve", &[(1, 0), (2, 1), (3, 1), (4, 2), (5, 0), (6, 5)]);
    world.set("eve", id(2), "name", json!("Saw"));
    world.set("eve", id(4), "note", json!({"deep": [1]}));
    world.set("eve", id(3), "cost", json!(null));
    world
}

fn apply(world: &mut World, target: u128, kit: u128) -> Record {
    world.send("ann", "ApplyKit", json!({"target_id": id(target), "kit_root_id": id(kit)}))
}

/// The children of a node by name, in order, each with its own children.
fn outline(world: &World, parent: NodeId) -> String {
    let line = |node: NodeId| {
        let name = world.state.graph.node(node).unwrap().name().to_owned();
        format!("{name}({})", outline(world, node))
    };
    world.children(Some(parent)).into_iter().map(line).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_kit_s_children_are_copied_whole_and_in_order_behind_what_is_there() {
    let mut world = world();
    let record = apply(&mut world, 5, 1);
    assert_eq!(
        world.told(&record),
        ["created new in 5 at 1", "created new in new at 0", "created new in 5 at 2"]
    );
    let copies = world.children(Some(id(5)));
    assert_eq!(copies[0], id(6));
    assert_eq!(record.result.node_ids, copies[1..]);
    assert_eq!(record.result.node_id, None);
    assert_eq!(outline(&world, id(5)), "New Node() Saw(New Node()) New Node()");
    assert_eq!(outline(&world, id(1)), "Saw(New Node()) New Node()");
}

#[test]
fn a_copy_has_the_values_of_its_original_and_is_new_and_its_maker_s() {
    let mut world = world();
    let record = apply(&mut world, 5, 1);
    let copied = world.children(Some(record.result.node_ids[0]))[0];
    for (copy, original) in [(record.result.node_ids[0], 2), (record.result.node_ids[1], 3), (copied, 4)] {
        let (copy, original) =
            (world.state.graph.node(copy).unwrap(), world.state.graph.node(id(original)).unwrap());
        assert_eq!(copy.body().properties, original.body().properties);
        assert_eq!(copy.node_type, original.node_type);
        assert_eq!((copy.created_at, &*copy.existence.by), (record.at, "ann"));
        assert!(copy.properties.values().all(|cell| &*cell.stamp.by == "ann" && cell.value.is_some()));
    }
}

#[test]
fn what_waits_within_a_kit_waits_within_the_copy_and_nowhere_else() {
    let mut world = world();
    world.block("eve", 4, Some(3));
    world.block("eve", 2, Some(6));
    world.block("eve", 3, Some(1));
    world.block("eve", 6, Some(4));
    let record = apply(&mut world, 5, 1);
    assert_eq!(world.told(&record)[3..], ["new waits for new, not nothing"]);
    let [saw, other] = record.result.node_ids[..] else { panic!("{record:?}") };
    let inner = world.children(Some(saw))[0];
    let graph = &world.state.graph;
    assert_eq!(graph.node(inner).unwrap().blocked_by, Some(other));
    assert_eq!((graph.node(saw).unwrap().blocked_by, graph.node(other).unwrap().blocked_by), (None, None));
    assert_eq!(world.waits_for(6), Some(id(4)));
}

#[test]
fn a_kit_may_be_applied_to_itself_and_below_itself() {
    for (target, expected) in [
        (1, "Saw(New Node()) New Node() Saw(New Node()) New Node()"),
        (4, "Saw(New Node(Saw(New Node()) New Node())) New Node()"),
    ] {
        let mut world = world();
        apply(&mut world, target, 1);
        assert_eq!(outline(&world, id(1)), expected);
    }
}

#[test]
fn each_copy_has_ids_of_its_own() {
    let mut world = world();
    let first = apply(&mut world, 5, 1).result.node_ids;
    let second = apply(&mut world, 5, 1).result.node_ids;
    assert!(first.iter().all(|id| !second.contains(id)));
    assert_eq!(world.state.graph.len(), 7 + 3 + 3);
}

#[test]
fn a_kit_without_children_gives_nothing_and_no_record() {
    let mut world = world();
    let before = world.clone();
    let kit = Command::ApplyKit { target_id: id(5), kit_root_id: id(6) };
    assert_eq!(world.give("ann", &kit), Ok(None));
    assert_eq!((world.state, world.journal), (before.state, before.journal));
}

#[test]
fn cmd_4_the_kit_and_its_target_must_be_there() {
    let mut world = world();
    world.delete("ann", id(6));
    for gone in [id(6), id(9)] {
        for (target, kit) in [(gone, id(1)), (id(5), gone)] {
            let data = json!({"target_id": target, "kit_root_id": kit});
            let rejection = world.refused("ApplyKit", data);
            assert_eq!(rejection.code, RejectionCode::NodeNotFound);
            assert_eq!(rejection.details, Some(json!({"node_id": gone})));
        }
    }
}

#[test]
fn cmd_6_copies_are_held_to_the_limits_of_a_graph() {
    let mut world = world();
    let kit = |target| json!({"target_id": id(target), "kit_root_id": id(1)});
    world.limits = Limits { depth: 4, ..Limits::default() };
    world.clone().send("ann", "ApplyKit", kit(6));
    world.limits = Limits { depth: 3, ..Limits::default() };
    world.clone().send("ann", "ApplyKit", kit(5));
    let rejection = world.refused("ApplyKit", kit(6));
    assert_eq!(rejection.code, RejectionCode::DepthLimit);
    assert_eq!(rejection.details, Some(json!({"limit": 3, "parent_id": id(6)})));
    world.limits = Limits { nodes: 10, ..Limits::default() };
    world.clone().send("ann", "ApplyKit", kit(5));
    world.limits = Limits { nodes: 9, ..Limits::default() };
    let rejection = world.refused("ApplyKit", kit(5));
    assert_eq!(rejection.code, RejectionCode::NodeLimit);
    assert_eq!(rejection.details, Some(json!({"limit": 9})));
}

#[test]
fn a_kit_is_one_step_and_comes_back_with_the_same_ids() {
    let mut world = world();
    world.block("eve", 4, Some(3));
    let before = world.shape();
    apply(&mut world, 5, 1);
    let after = world.shape();
    let undone = world.undo_mine("ann");
    assert_eq!(world.told(&undone), ["deleted new from 5", "deleted new new from 5", "undone ApplyKit"]);
    assert_eq!(world.shape(), before);
    assert!(!world.state.steps.available(StepState::Done, Some("ann")));
    world.redo_mine("ann");
    assert_eq!(world.shape(), after);
    world.undo_mine("ann");
    assert_eq!(world.shape(), before);
}

#[test]
fn undo_3_copies_that_others_worked_on_stay_with_what_they_stand_below() {
    let mut world = world();
    let record = apply(&mut world, 5, 1);
    let [saw, other] = record.result.node_ids[..] else { panic!("{record:?}") };
    let inner = world.children(Some(saw))[0];
    world.set("bob", inner, "note", json!("bob's"));
    let undone = world.undo_mine("ann");
    let stays = |node| (Some(node), None, ConflictReason::WorkedOnSince, Some("bob"));
    assert_eq!(conflicts(&undone), [stays(inner), stays(saw)]);
    assert_eq!(world.children(Some(id(5))), [id(6), saw]);
    world.redo_mine("ann");
    assert_eq!(world.children(Some(id(5))), [id(6), saw, other]);
}

#[test]
fn copies_of_siblings_with_equal_keys_are_told_where_they_stand() {
    let mut world = world();
    // A graph that came whole may have them; ids decide, and copies have other ids than their originals.
    let key = world.state.graph.node(id(4)).unwrap().place.key.clone();
    let mut rows: Vec<NodeRow> = Vec::new();
    let template = world.state.graph.node(id(4)).unwrap().body();
    let parents = [None, Some(id(1))].into_iter().chain([Some(id(2)); 6]);
    for (node, parent_id) in (1..).zip(parents) {
        let mut body = template.clone();
        (body.place.parent_id, body.place.key, body.written) = (parent_id, key.clone(), None);
        rows.push(NodeRow { id: id(node), node: body });
    }
    let nodes = rows.into();
    world.give("ann", &Command::ReplaceGraph(ReplaceGraph { template: None, nodes })).unwrap();
    let record = apply(&mut world, 1, 1);
    let mut told = Vec::new();
    for effect in &record.effects {
        let crate::domain::Effect::Node { node_id, after: Some(body), .. } = effect else { panic!() };
        if body.place.parent_id == Some(record.result.node_ids[0]) {
            told.insert(body.index.unwrap(), *node_id);
        }
    }
    assert_eq!(told, world.children(Some(record.result.node_ids[0])));
    assert_eq!(world.children(Some(id(2))), ids(&[3, 4, 5, 6, 7, 8]));
}
