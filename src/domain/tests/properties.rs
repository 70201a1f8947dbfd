//! What holds after every command, whatever the commands: random ones of three authors over few ids,
//! so that they get in one another's way.
//!
//! The seed is fixed, so that every run tries the same plans; `PROPTEST_RNG_SEED` tries others, and a
//! plan that failed is kept under `proptest-regressions/` and tried first ever after.

use std::collections::HashSet;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::replica::Replica;
use super::{World, id};
use crate::domain::command::{CreateNode, MoveNode, Parent, Target, UpdateProperty};
use crate::domain::{
    Body, Command, Effect, Graph, NodeId, Record, RejectionCode, Scope, Stamp, State, StepState,
};

const AUTHORS: [&str; 3] = ["ann", "bob", "eve"];
/// Ids that commands choose from; 0 stands for the project's root.
const IDS: u128 = 9;

/// One command of somebody.
#[derive(Clone, Debug)]
struct Wish {
    who: &'static str,
    command: Command,
}

fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(0x6a72_6170_6872_6f6f),
        chosen @ RngSeed::Fixed(_) => chosen,
    };
    ProptestConfig { cases: 512, rng_seed, max_shrink_iters: 20_000, ..default }
}

fn any_id() -> impl Strategy<Value = NodeId> {
    prop_oneof![
        1 => Just(World::new().root()),
        12 => (1..IDS).prop_map(id),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(0),
        json!(1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(0.1),
        json!(-1e300),
        json!(true),
        json!(""),
        json!("\u{0}\u{7f}\"\\/é\u{1F600}"),
        json!([null, {}, []]),
        json!({"b": {"a": null}, "a": [1.5]}),
    ])
}

fn any_property() -> impl Strategy<Value = (Arc<str>, Option<Arc<Value>>)> {
    prop_oneof![
        1 => prop::sample::select(vec!["", "Dig", "Weed"]).prop_map(|name| ("name".into(), Some(Arc::new(json!(name))))),
        4 => (prop::sample::select(vec!["note", "cost"]), prop::option::weighted(0.8, any_value()))
            .prop_map(|(property_id, value)| (property_id.into(), value.map(Arc::new))),
    ]
}

fn any_create() -> impl Strategy<Value = Command> {
    let extra = prop::option::of(any_value());
    (
        prop::option::weighted(0.9, any_id()),
        prop::option::weighted(0.8, any_id()),
        prop::option::of(0..4_usize),
        extra,
    )
        .prop_map(|(node_id, parent_id, index, note)| {
            Command::CreateNode(CreateNode {
                node_id,
                parent: parent_id.map_or(Parent::Root, Parent::Node),
                blueprint_type_id: "task".into(),
                name: "Dig".into(),
                properties: note.map(|note| ("note".into(), Arc::new(note))).into_iter().collect(),
                index,
            })
        })
}

fn any_update() -> impl Strategy<Value = Command> {
    let expected = prop::option::weighted(0.1, prop::option::of(any_value().prop_map(Arc::new)));
    (any_id(), any_property(), expected).prop_map(|(node_id, (property_id, new_value), expected)| {
        Command::UpdateProperty(UpdateProperty { node_id, property_id, new_value, expected })
    })
}

fn any_take_back() -> impl Strategy<Value = Command> {
    let scope = prop::sample::select(vec![Scope::Mine, Scope::Session]);
    (any::<bool>(), scope, prop::bool::weighted(0.2)).prop_map(|(undo, scope, force)| {
        if undo { Command::Undo { scope, force } } else { Command::Redo { scope, force } }
    })
}

fn any_target() -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Last),
        (0..4_usize).prop_map(Target::Index),
        any_id().prop_map(Target::After),
        any_id().prop_map(Target::Before),
    ]
}

fn any_move() -> impl Strategy<Value = Command> {
    let pair = || (any_id(), any_id());
    prop_oneof![
        2 => pair().prop_map(|(parent_id, child_id)| Command::LinkNode { parent_id, child_id }),
        1 => pair().prop_map(|(parent_id, child_id)| Command::UnlinkNode { parent_id, child_id }),
        4 => (any_id(), prop::option::weighted(0.8, any_id()), any_target()).prop_map(
            |(node_id, new_parent_id, target)| Command::MoveNode(MoveNode { node_id, new_parent_id, target })
        ),
        2 => (any_id(), 0..4_usize).prop_map(|(node_id, new_index)| Command::ReorderNode { node_id, new_index }),
    ]
}

fn any_relation() -> impl Strategy<Value = Command> {
    (any_id(), prop::option::weighted(0.8, any_id())).prop_map(|(blocked_node_id, blocking_node_id)| {
        Command::UpdateBlockingRelationship { blocked_node_id, blocking_node_id }
    })
}

fn any_kit() -> impl Strategy<Value = Command> {
    (any_id(), any_id()).prop_map(|(target_id, kit_root_id)| Command::ApplyKit { target_id, kit_root_id })
}

fn any_single() -> impl Strategy<Value = Command> {
    let property = prop::sample::select(vec!["note", "cost"]);
    prop_oneof![
        6 => any_create(),
        5 => any_update(),
        1 => (any_id(), property).prop_map(|(node_id, id)| Command::DeleteProperty { node_id, property_id: id.into() }),
        3 => any_id().prop_map(|node_id| Command::DeleteNode { node_id }),
        6 => any_move(),
        3 => any_relation(),
        1 => any_kit(),
    ]
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        12 => any_single(),
        2 => prop::collection::vec(any_single(), 1..5).prop_map(Command::Batch),
        5 => any_take_back(),
    ]
}

fn plan_of(who: &'static [&'static str]) -> impl Strategy<Value = Vec<Wish>> {
    let wish = (prop::sample::select(who), any_command()).prop_map(|(who, command)| Wish { who, command });
    prop::collection::vec(wish, 1..60)
}

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
    }
}

/// What people see of a body: the stamps of its own record are not known while that is decided.
fn seen(body: &Body) -> Body {
    Body { written: None, ..body.clone() }
}

/// Each effect says what was really there before it.
fn assert_before_is_true(before: &State, record: &Record) {
    let mut graph = before.graph.clone();
    let by = Arc::clone(&record.author.user_id);
    let stamp =
        Arc::new(Stamp { seq: record.seq_last, owner: Arc::clone(&by), by, at: record.at, restored: false });
    for effect in &record.effects {
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
                moved.apply(effect, &stamp);
                let there = moved.spot(moved.node(*node_id).unwrap());
                assert_eq!(after.place, there.place);
                assert!(after.index.is_none() || after.index == there.index, "{after:?} {there:?}");
            }
            Effect::BlockedBy { node_id, before, after } => {
                assert_eq!(*before, graph.node(*node_id).expect("a relation of a living node").blocked_by);
                assert!(after.is_none_or(|after| graph.node(after).is_some()));
            }
            Effect::Graph { .. }
            | Effect::ProjectName { .. }
            | Effect::Template { .. }
            | Effect::Strict { .. }
            | Effect::Deleted => panic!("no command of these writes this"),
        }
        graph.apply(effect, &stamp);
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
        let read = Record::decode(&text).unwrap();
        assert_eq!(&read, record);
        assert_eq!(read.encode().unwrap(), text);
        replayed.apply(&read);
    }
    assert_eq!(replayed, world.state);
}

/// Gives every wish of a plan and calls `check` with the world before and after each accepted one.
fn run(plan: &[Wish], mut check: impl FnMut(&World, &World, &Wish)) -> World {
    let mut world = World::new();
    for wish in plan {
        let before = world.clone();
        match world.give(wish.who, &wish.command) {
            Ok(Some(record)) => {
                assert_eq!(record.seq_first, before.state.head + 1);
                check(&before, &world, wish);
            }
            Ok(None) => assert_eq!(world.state, before.state),
            Err(rejection) => {
                assert_ne!(rejection.code, RejectionCode::InvalidCommand);
                assert_eq!(world.state, before.state);
            }
        }
    }
    world
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn after_every_command_the_graph_is_a_forest_and_the_record_tells_the_truth(plan in plan_of(&AUTHORS)) {
        run(&plan, |before, after, _| {
            assert_sound(&after.state.graph);
            assert_before_is_true(&before.state, after.journal.last().unwrap());
        });
    }

    #[test]
    fn sync_3_replaying_the_journal_gives_the_state(plan in plan_of(&AUTHORS)) {
        assert_replay_gives(&run(&plan, |_, _, _| {}));
    }

    #[test]
    fn what_was_done_last_can_be_taken_back_whole(plan in plan_of(&AUTHORS)) {
        run(&plan, assert_can_be_taken_back);
    }

    #[test]
    fn a_replica_that_knows_only_the_events_has_the_same_tree(plan in plan_of(&AUTHORS)) {
        let mut replica = Replica::default();
        replica.take(&World::new().journal[0]);
        run(&plan, |_, after, _| {
            replica.take(after.journal.last().unwrap());
            replica = std::mem::take(&mut replica).tidied();
            assert_eq!(replica, Replica::of(&after.state.graph));
        });
    }

    #[test]
    fn undo_5_undoing_everything_and_redoing_it_leaves_the_graph_as_it_was(plan in plan_of(&["ann"])) {
        let mut world = run(&plan, |_, _, _| {});
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
        let mut world = World::new();
        for wish in plan.iter().filter(|wish| !matches!(wish.command, Command::Undo { .. } | Command::Redo { .. })) {
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
