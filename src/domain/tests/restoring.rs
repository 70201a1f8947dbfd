//! Restoring: the whole graph, and a node and what is below it.
//!
//! Proves HIST-4 and HIST-5 (docs/behaviour.md).

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;

use super::plans::{AUTHORS, config, plan_of};
use super::replica::Replica;
use super::{World, conflicts, id, ids, shape};
use crate::domain::command::ReplaceGraph;
use crate::domain::effect::NodeRow;
use crate::domain::graph::Place;
use crate::domain::record::ConflictReason;
use crate::domain::{
    Body, Command, Graph, NodeId, OrderKey, Record, RejectionCode, Scope, State, Timestamp, restoration,
};

impl World {
    /// The state behind the first `count` records.
    fn past(&self, count: usize) -> State {
        let mut state = State::default();
        self.journal[..count].iter().for_each(|record| state.apply(record));
        state
    }

    fn restore(&mut self, who: &str, past: &State, node: u128) -> Record {
        let restore = restoration::node(past, id(node)).expect("the node was there");
        self.give(who, &Command::Restore(restore)).unwrap().expect("there is something to restore")
    }
}

/// The nodes at and below `top`.
fn below(graph: &Graph, top: NodeId) -> BTreeSet<NodeId> {
    graph.subtree(top).iter().map(|node| node.id).collect()
}

#[test]
fn a_node_gets_back_what_it_held_where_it_stood_and_what_was_below_it() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 0), (3, 1), (4, 3), (5, 1)]);
    world.set("ann", id(3), "title", json!("old"));
    world.block("ann", 4, Some(2));
    let past = world.state.clone();
    // Below it something is written, moved away, moved in, made and deleted.
    world.set("bob", id(3), "title", json!("new"));
    world.set("bob", id(3), "colour", json!("red"));
    world.move_to("bob", 3, None);
    world.delete("bob", id(4));
    world.move_to("bob", 5, Some(id(3)));
    world.plant("bob", &[(6, 3), (7, 6)]);
    let before = world.clone();

    let record = world.restore("ann", &past, 3);
    assert_eq!(world.shape(), shape(&past.graph));
    assert_eq!(conflicts(&record), []);
    assert!(world.told(&record).len() > 5, "{:?}", world.told(&record));
    world.undo_mine("ann");
    assert_eq!(world.shape(), before.shape());
    world.redo_mine("ann");
    assert_eq!(world.shape(), shape(&past.graph));
}

#[test]
fn what_others_wrote_outside_of_the_node_stays() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1), (3, 0)]);
    let past = world.state.clone();
    world.set("bob", id(2), "title", json!("inside"));
    world.set("bob", id(3), "title", json!("outside"));
    world.plant("bob", &[(4, 0), (5, 1)]);
    let record = world.restore("ann", &past, 2);
    assert_eq!((world.told(&record).len(), world.value(id(2), "title")), (1, None));
    assert_eq!(world.value(id(3), "title"), Some(&json!("outside")));
    assert_eq!(world.children(Some(id(1))), ids(&[2, 5]));
}

#[test]
fn a_node_whose_parent_is_gone_goes_to_the_nearest_living_one_and_the_answer_says_so() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1), (3, 2)]);
    let past = world.state.clone();
    world.delete("bob", id(2));
    let record = world.restore("ann", &past, 3);
    let reparented: Vec<_> =
        record.result.reparented.iter().map(|row| (row.node_id, row.parent_id)).collect();
    assert_eq!(reparented, [(id(3), Some(id(1)))]);
    assert_eq!(world.children(Some(id(1))), ids(&[3]));
}

#[test]
fn a_node_that_now_holds_what_held_it_changes_places_with_it() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1), (3, 2)]);
    let past = world.state.clone();
    // Upside down.
    world.move_to("bob", 3, None);
    world.move_to("bob", 1, Some(id(3)));
    for node in [3, 2] {
        let mut world = world.clone();
        let before = world.shape();
        world.restore("ann", &past, node);
        assert_eq!(below(&world.state.graph, id(node)), below(&past.graph, id(node)), "{node}");
        world.undo_mine("ann");
        assert_eq!(world.shape(), before);
    }
    world.restore("ann", &past, 3);
    assert_eq!(world.shape(), shape(&past.graph));
}

#[test]
fn a_relation_that_is_not_possible_any_more_is_left_out_and_said() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 0), (3, 0)]);
    world.block("ann", 1, Some(2));
    let past = world.state.clone();
    world.block("bob", 1, None);
    world.block("bob", 2, Some(1));
    world.block("bob", 1, Some(3));
    let mut circle = world.clone();
    let record = circle.restore("ann", &past, 1);
    assert_eq!(conflicts(&record), [(Some(id(1)), None, ConflictReason::Cycle, None)]);
    assert_eq!(circle.waits_for(1), None);
    world.delete("bob", id(2));
    let record = world.restore("ann", &past, 1);
    assert_eq!(conflicts(&record), [(Some(id(2)), None, ConflictReason::NodeDeleted, Some("bob"))]);
    assert_eq!(world.waits_for(1), None);
}

#[test]
fn relations_that_were_turned_round_within_a_subtree_are_turned_back() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1), (3, 1)]);
    world.block("ann", 2, Some(3));
    let past = world.state.clone();
    world.block("bob", 2, None);
    world.block("bob", 3, Some(2));
    let before = world.shape();
    let record = world.restore("ann", &past, 1);
    assert_eq!((world.shape(), conflicts(&record)), (shape(&past.graph), vec![]));
    world.undo_mine("ann");
    assert_eq!(world.shape(), before);
}

/// A project with one root and so many nodes below it, each of which waits for the one before it.
fn world_of_a_chain(length: u128) -> World {
    let mut last = None;
    let nodes = (1..=length).map(|n| {
        let (parent_id, blocked_by) = ((n > 1).then(|| id(1)), (n > 2).then(|| id(n - 1)));
        let key = OrderKey::between(last.as_ref(), None, id(n));
        last = Some(key.clone());
        let node = Body {
            node_type: "task".into(),
            created_at: Timestamp::from_millis(0),
            place: Place { parent_id, key },
            index: None,
            properties: BTreeMap::new(),
            blocked_by,
            written: None,
        };
        NodeRow { id: id(n), node }
    });
    let mut world = World::new();
    let graph = ReplaceGraph { template: None, nodes: nodes.collect() };
    world.give("ann", &Command::ReplaceGraph(graph)).unwrap();
    world
}

#[test]
fn what_many_nodes_waited_for_one_after_the_other_is_not_walked_through_for_each_of_them() {
    // For each of them anew, it would take minutes.
    let mut world = world_of_a_chain(20_000);
    let restore = Command::Restore(restoration::node(&world.state, id(1)).unwrap());
    let before = world.shape();
    world.delete("ann", id(1));
    let record = world.give("ann", &restore).unwrap().unwrap();
    assert_eq!((conflicts(&record), world.shape() == before), (vec![], true));
}

#[test]
fn nothing_is_recorded_where_everything_is_as_it_was() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1)]);
    world.set("ann", id(2), "title", json!("held"));
    world.set("ann", id(2), "colour", json!("red"));
    world.block("ann", 2, Some(1));
    world.send("ann", "DeleteProperty", json!({"node_id": id(2), "property_id": "colour"}));
    let restore = restoration::node(&world.state, id(1)).unwrap();
    assert_eq!(world.give("bob", &Command::Restore(restore)), Ok(None));
    let whole = restoration::graph(&world.state);
    assert_eq!(world.give("bob", &Command::Restore(whole)), Ok(None));
    assert!(world.undo("ann", Scope::Session).is_some(), "the steps are there");
}

#[test]
fn the_whole_graph_is_restored_where_any_part_of_it_is_another() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1), (3, 1)]);
    world.set("ann", id(2), "title", json!("held"));
    world.block("ann", 3, Some(2));
    let past = world.state.clone();
    let changes: [fn(&mut World); 6] = [
        |world| drop(world.set("bob", id(2), "title", json!("another"))),
        |world| drop(world.set("bob", id(2), "colour", json!("red"))),
        |world| drop(world.block("bob", 3, None)),
        |world| drop(world.move_to("bob", 3, None)),
        |world| drop(world.delete("bob", id(2))),
        |world| world.plant("bob", &[(4, 1)]),
    ];
    for change in changes {
        change(&mut world);
        let whole = Command::Restore(restoration::graph(&past));
        world.give("ann", &whole).unwrap().expect("there is something to restore");
        assert_eq!(world.shape(), shape(&past.graph));
        assert_eq!(world.give("ann", &whole), Ok(None));
    }
}

#[test]
fn limits_hold_and_an_id_that_is_of_another_type_now_is_refused() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1)]);
    let past = world.state.clone();
    world.delete("ann", id(1));
    world.limits.nodes = 2;
    let whole = Command::Restore(restoration::graph(&past));
    let node = Command::Restore(restoration::node(&past, id(1)).unwrap());
    for restore in [&whole, &node] {
        assert_eq!(world.give("ann", restore).unwrap_err().code, RejectionCode::NodeLimit);
    }
    world.limits.nodes = 10;
    world.limits.depth = 1;
    assert_eq!(world.give("ann", &node).unwrap_err().code, RejectionCode::DepthLimit);
    world.limits.depth = 60;
    let data = json!({"node_id": id(2), "blueprint_type_id": "project"});
    world.send("ann", "CreateNode", data);
    assert_eq!(world.give("ann", &node).unwrap_err().code, RejectionCode::NodeExists);
    world.give("ann", &whole).unwrap().unwrap();
}

#[test]
fn the_whole_graph_comes_back_with_its_template_in_one_event_and_nobody_undoes_it() {
    let mut world = World::new();
    world.plant("ann", &[(1, 0), (2, 1)]);
    world.block("ann", 2, Some(1));
    let past = world.state.clone();
    world.delete("bob", id(1));
    let lost = world.state.clone();
    let record = world.give("ann", &Command::Restore(restoration::graph(&past))).unwrap().unwrap();
    assert_eq!(world.told(&record), ["replaced by 3 nodes"]);
    assert_eq!(world.shape(), shape(&past.graph));
    assert_eq!(world.undo("ann", Scope::Session), None);
    // Another restore takes it back: nothing is lost.
    world.give("bob", &Command::Restore(restoration::graph(&lost))).unwrap().unwrap();
    assert_eq!(world.shape(), shape(&lost.graph));
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn the_graph_is_what_it_was_at_any_place(plan in plan_of(&AUTHORS), place in any::<prop::sample::Index>()) {
        let mut world = plan.run(|_, _, _| {});
        let past = world.past(1 + place.index(world.journal.len()));
        let mut replica = Replica::of(&world.state);
        let as_it_was = world.shape() == shape(&past.graph) && world.state.template == past.template;
        let record = world.give("ann", &Command::Restore(restoration::graph(&past))).unwrap();
        prop_assert!(record.is_some() || as_it_was);
        record.inspect(|record| replica.take(record, &world.state));
        prop_assert_eq!(world.shape(), shape(&past.graph));
        prop_assert_eq!(&world.state.template, &past.template);
        prop_assert_eq!(replica.tidied(), Replica::of(&world.state).tidied());
    }

    #[test]
    fn a_node_is_what_it_was_at_any_place_and_an_undo_gives_back_what_was_before(
        plan in plan_of(&AUTHORS),
        place in any::<prop::sample::Index>(),
        which in any::<prop::sample::Index>(),
    ) {
        let mut world = plan.run(|_, _, _| {});
        let past = world.past(1 + place.index(world.journal.len()));
        let mut nodes: Vec<NodeId> = past.graph.nodes().map(|node| node.id).collect();
        nodes.sort_unstable();
        if nodes.is_empty() {
            return Ok(());
        }
        let top = nodes[which.index(nodes.len())];
        let before = world.state.clone();
        let restore = Command::Restore(restoration::node(&past, top).unwrap());
        let record = match world.give("ann", &restore) {
            Ok(Some(record)) => record,
            Ok(None) => {
                prop_assert_eq!(below(&before.graph, top), below(&past.graph, top));
                return Ok(());
            }
            Err(refused) => {
                prop_assert_eq!(refused.code, RejectionCode::NodeExists);
                return Ok(());
            }
        };
        check(&world, &record, &before, &past, top);
        let mut replica = Replica::of(&before);
        replica.take(&record, &world.state);
        prop_assert_eq!(replica.tidied(), Replica::of(&world.state).tidied());

        let after = world.shape();
        let undone = world.undo_mine("ann");
        prop_assert_eq!(conflicts(&undone), vec![]);
        prop_assert_eq!(world.shape(), shape(&before.graph));
        world.redo_mine("ann");
        prop_assert_eq!(world.shape(), after);
    }
}

/// The subtree is what it was, and everything around it is as it is, but for what is said.
fn check(world: &World, record: &Record, before: &State, past: &State, top: NodeId) {
    let (now, then, there) = (world.shape(), shape(&past.graph), shape(&before.graph));
    let within = below(&past.graph, top);
    assert_eq!(below(&world.state.graph, top), within);
    let said: BTreeSet<NodeId> = conflicts(record).iter().filter_map(|(node, ..)| *node).collect();
    let reparented: BTreeSet<NodeId> = record.result.reparented.iter().map(|row| row.node_id).collect();
    for node in &within {
        let (type_now, made_now, place_now, waits_now, values_now) = &now[node];
        let (type_then, made_then, place_then, waits_then, values_then) = &then[node];
        assert_eq!((type_now, values_now), (type_then, values_then));
        assert!(made_now == made_then || said.contains(node));
        assert!(place_now == place_then || (*node == top && reparented.contains(node)));
        let is_said = said.contains(node) || waits_then.is_some_and(|blocking| said.contains(&blocking));
        assert!(waits_now == waits_then || (waits_now.is_none() && is_said), "{node} waits");
    }
    for (node, (_, _, place_now, waits_now, values_now)) in now.iter().filter(|(id, _)| !within.contains(id))
    {
        let (_, _, place_there, waits_there, values_there) = &there[node];
        assert_eq!(values_now, values_there);
        let let_go = waits_now.is_none() && waits_there.is_some_and(|id| !now.contains_key(&id));
        assert!(waits_now == waits_there || let_go);
        // Only what stood below has another place: the one that it had.
        assert!(
            place_now == place_there
                || then.get(node).is_some_and(|row| row.2 == *place_now)
                || reparented.contains(node)
        );
    }
    // Nothing goes that was there then.
    for node in there.keys().filter(|id| !now.contains_key(id)) {
        assert!(!then.contains_key(node));
    }
}
