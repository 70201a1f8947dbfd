//! What holds after every command, whatever the commands; the laws of undo stand in `undo_laws`.
//!
//! Proves SYNC-1, SYNC-3 and UNDO-5 (docs/behaviour.md).

use std::collections::HashSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::plans::{AUTHORS, IDS, Wish, config, plan_of};
use super::replica::Replica;
use super::{World, id};
use crate::domain::{
    Body, Command, Effect, Graph, Record, Scope, Stamp, State, StepState, canonical, record,
};

/// Every node has one place, every place one living node, and every node hangs on a root.
fn assert_sound(graph: &Graph) {
    let parents = || graph.nodes().map(|node| Some(node.id)).chain([None]);
    let placed: usize = parents().map(|parent| graph.child_count(parent)).sum();
    assert_eq!(placed, graph.len(), "a node without a place, or a place without a node");
    let mut reached = HashSet::new();
    let mut waiting = vec![None];
    while let Some(parent) = waiting.pop() {
        let children: Vec<_> = graph.children(parent).collect();
        assert_eq!(children.len(), graph.child_count(parent));
        assert!(children.is_sorted_by(|a, b| (&a.place.key, a.id) < (&b.place.key, b.id)));
        for (place, child) in children.into_iter().enumerate() {
            assert_eq!(child.place.parent_id, parent);
            assert_eq!(graph.index(&child.place, child.id), place);
            assert!(graph.tombstone(child.id).is_none());
            assert!(reached.insert(child.id), "{} is reached twice", child.id);
            waiting.push(Some(child.id));
        }
    }
    assert_eq!(reached.len(), graph.len(), "a cycle, or an orphan");
    for dead in (1..IDS).map(id).filter(|&id| graph.node(id).is_none()) {
        assert_eq!(graph.child_count(Some(dead)), 0, "children of a node that is gone");
        assert_eq!(graph.waiting_for(dead).count(), 0, "somebody waits for a node that is gone");
    }
    assert_relations_are_sound(graph);
}

/// Whoever waits waits for a living node and not for itself, and is known to wait.
fn assert_relations_are_sound(graph: &Graph) {
    let mut waiting = 0;
    for node in graph.nodes() {
        let Some(blocking) = node.blocked_by else { continue };
        assert!(graph.node(blocking).is_some(), "{} waits for a node that is gone", node.id);
        assert!(!graph.waits_for(blocking, node.id), "{} waits for itself", node.id);
        assert!(graph.waiting_for(blocking).any(|id| id == node.id));
        waiting += 1;
    }
    let known: usize = graph.nodes().map(|node| graph.waiting_for(node.id).count()).sum();
    assert_eq!(known, waiting);
}

/// Every register's stamp is that of a record: its last `seq`, its author, its time.
fn assert_stamps_are_records(world: &World) {
    let graph = &world.state.graph;
    let of_node = |node: &Arc<crate::domain::Node>| {
        let properties = node.properties.values().map(|cell| Arc::clone(&cell.stamp));
        let others = [Some(&node.existence), Some(&node.place_stamp), node.blocked_stamp.as_ref()];
        properties.chain(others.into_iter().flatten().cloned()).collect::<Vec<_>>()
    };
    for stamp in graph.nodes().flat_map(of_node).chain(world.state.template_stamp.clone()) {
        let place = world.journal.binary_search_by_key(&stamp.seq, |record| record.seq_last);
        let record = &world.journal[place.expect("a record ends there")];
        assert_eq!((&stamp.by, stamp.at), (&record.author.user_id, record.at));
        assert_eq!(stamp.restored, record.result.step.is_some());
    }
}

/// What people see of a body: the stamps of its own record are not known while that is decided.
fn seen(body: &Body) -> Body {
    Body { written: None, ..body.clone() }
}

/// Each effect says what was really there before it.
fn assert_before_is_true(before: &State, record: &Record) {
    let mut state = before.clone();
    let by = Arc::clone(&record.author.user_id);
    let stamp =
        Arc::new(Stamp { seq: record.seq_last, owner: Arc::clone(&by), by, at: record.at, restored: false });
    for effect in &record.effects {
        assert_one_before_is_true(&state, effect, record, &stamp);
        state.write(effect, &stamp);
    }
}

fn assert_one_before_is_true(state: &State, effect: &Effect, record: &Record, stamp: &Arc<Stamp>) {
    let graph = &state.graph;
    match effect {
        Effect::Node { node_id, before, after } => {
            let there = graph.node(*node_id).map(|node| node.body());
            assert_eq!(before.as_deref().map(seen), there.as_ref().map(seen));
            if &*record.command_type == "DeleteNode" {
                let stamps = |body: &Body| body.written.as_ref().unwrap().properties.clone();
                assert_eq!(before.as_deref().map(stamps), there.as_ref().map(stamps));
            }
            assert_ne!(before.is_some(), after.is_some());
        }
        Effect::Property { node_id, property_id, before, .. } => {
            let node = graph.node(*node_id).expect("a property of a living node");
            assert_eq!(before.as_ref(), node.value(property_id));
        }
        Effect::Place { node_id, before, after } => {
            let node = graph.node(*node_id).expect("a place of a living node");
            assert_eq!(before, &graph.spot(node));
            let mut moved = graph.clone();
            moved.apply(effect, stamp);
            let there = moved.spot(moved.node(*node_id).unwrap());
            assert_eq!(after.place, there.place);
            assert!(after.index.is_none() || after.index == there.index, "{after:?} {there:?}");
        }
        Effect::BlockedBy { node_id, before, after } => {
            assert_eq!(*before, graph.node(*node_id).expect("a relation of a living node").blocked_by);
            assert!(after.is_none_or(|after| graph.node(after).is_some()));
        }
        Effect::Template { before, .. } => assert_eq!(before.as_ref(), Some(&state.template)),
        Effect::Graph { .. }
        | Effect::ProjectName { .. }
        | Effect::Strict { .. }
        | Effect::Life { .. }
        | Effect::Deleted => {
            panic!("no command of these writes this")
        }
    }
}

/// Taking a command back at once leaves the graph as it was, and doing it again as it became.
fn assert_can_be_taken_back(before: &World, after: &World, wish: &Wish) {
    let record = after.journal.last().unwrap();
    if record.effects.iter().all(Effect::changes_nothing) {
        return;
    }
    let mut world = after.clone();
    let taken = match &wish.command {
        Command::Undo { scope, .. } => world.redo(wish.who, *scope),
        Command::Redo { scope, .. } => world.undo(wish.who, *scope),
        _ => world.undo(wish.who, Scope::Mine),
    }
    .expect("there is a step");
    assert_eq!(taken.result.conflicts, []);
    assert_eq!(taken.result.reparented, []);
    assert_eq!(world.shape(), before.shape());
}

fn assert_replay_gives(world: &World) {
    let mut replayed = State::default();
    for record in &world.journal {
        let text = record.encode().unwrap();
        let canonical = canonical::to_string(&serde_json::to_value(record).unwrap());
        assert_eq!(record::verified(&text).unwrap().concat(), canonical);
        let read = Record::decode(&text).unwrap();
        assert_eq!(&read, record);
        assert_eq!(read.encode().unwrap(), text);
        replayed.apply(&read);
    }
    assert_eq!(replayed, world.state);
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn after_every_command_the_graph_is_a_forest_and_the_record_tells_the_truth(plan in plan_of(&AUTHORS)) {
        let world = plan.run(|before, after, _| {
            assert_sound(&after.state.graph);
            assert_before_is_true(&before.state, after.journal.last().unwrap());
        });
        assert_stamps_are_records(&world);
    }

    #[test]
    fn sync_3_replaying_the_journal_gives_the_state(plan in plan_of(&AUTHORS)) {
        assert_replay_gives(&plan.run(|_, _, _| {}));
    }

    #[test]
    fn what_was_done_last_can_be_taken_back_whole(plan in plan_of(&AUTHORS)) {
        plan.run(assert_can_be_taken_back);
    }

    #[test]
    fn a_replica_that_knows_only_the_events_has_the_same_tree(plan in plan_of(&AUTHORS)) {
        let world = plan.world();
        let mut replica = Replica::of(&State { graph: Graph::default(), ..world.state.clone() });
        replica.take(&world.journal[0], &world.state);
        plan.run(|_, after, _| {
            replica.take(after.journal.last().unwrap(), &after.state);
            replica = std::mem::take(&mut replica).tidied();
            assert_eq!(replica, Replica::of(&after.state));
        });
    }

    #[test]
    fn undo_5_undoing_everything_and_redoing_it_leaves_the_graph_as_it_was(plan in plan_of(&["ann"])) {
        let mut world = plan.run(|_, _, _| {});
        let mut shapes = Vec::new();
        while world.state.steps.available(StepState::Done, Some("ann")) {
            shapes.push(world.shape());
            assert_eq!(world.undo_mine("ann").result.conflicts, []);
        }
        let root = world.root();
        prop_assert_eq!(world.children(None), [root]);
        for shape in shapes.into_iter().rev() {
            assert_eq!(world.redo_mine("ann").result.conflicts, []);
            prop_assert_eq!(world.shape(), shape);
        }
    }

    #[test]
    fn undo_5_a_session_takes_back_everything_of_everybody_and_does_it_all_again(plan in plan_of(&AUTHORS)) {
        let mut world = plan.world();
        for wish in plan.wishes.iter().filter(|wish| !matches!(wish.command, Command::Undo { .. } | Command::Redo { .. })) {
            let mut next = world.clone();
            // Who writes what is there already leaves no step, but has written there all the same.
            if let Ok(Some(record)) = next.give(wish.who, &wish.command)
                && !record.effects.iter().all(Effect::changes_nothing)
            {
                world = next;
            }
        }
        let mut shapes = Vec::new();
        while world.state.steps.available(StepState::Done, None) {
            shapes.push(world.shape());
            prop_assert_eq!(world.undo("eve", Scope::Session).unwrap().result.conflicts, []);
        }
        let root = world.root();
        prop_assert_eq!(world.children(None), [root]);
        for shape in shapes.into_iter().rev() {
            prop_assert_eq!(world.redo("eve", Scope::Session).unwrap().result.conflicts, []);
            prop_assert_eq!(world.shape(), shape);
        }
    }
}
