//! Random plans: commands of a few authors over few ids, so that they get in one another's way.
//!
//! The seed is fixed, so that every run tries the same plans; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` try
//! others, and a plan that failed is kept under `proptest-regressions/` and tried first ever after.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use super::{World, id, templates};
use crate::domain::command::{CreateNode, MoveNode, Parent, Target, UpdateProperty};
use crate::domain::{Command, NodeId, OnConflict, RejectionCode, Scope, TemplateSet};

pub(super) const AUTHORS: [&str; 3] = ["ann", "bob", "eve"];
/// Ids that commands choose from.
pub(super) const IDS: u128 = 9;
/// The same where everybody is to work on the same few nodes.
const FEW_IDS: u128 = 5;
/// What proptest does if nobody says how many cases to try.
const UNSAID: u32 = 256;

/// One command of somebody.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) who: &'static str,
    pub(super) command: Command,
}

/// What is wished, in what kind of project.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    strict: bool,
    lenient_parents: bool,
    /// Events of a command that are told one by one.
    events: usize,
    pub(super) wishes: Vec<Wish>,
}

impl Plan {
    /// The project before anybody wished anything.
    pub(super) fn world(&self) -> World {
        let template = if self.strict { templates::later_garden() } else { templates::garden() };
        let mut world = World::made_of(template, self.strict);
        world.lenient_parents = self.lenient_parents;
        world.limits.events = self.events;
        world.templates = TemplateSet::from([
            ("garden".into(), templates::later_garden().into()),
            ("orchard".into(), templates::orchard().into()),
        ]);
        world
    }

    /// Gives every wish and calls `check` with the world before and after each accepted one.
    pub(super) fn run(&self, mut check: impl FnMut(&World, &World, &Wish)) -> World {
        let mut world = self.world();
        for wish in &self.wishes {
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
}

/// As many cases as somebody said, else `cases`.
pub(super) fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(0x6a72_6170_6872_6f6f),
        chosen @ RngSeed::Fixed(_) => chosen,
    };
    let cases = if default.cases == UNSAID { cases } else { default.cases };
    ProptestConfig { cases, rng_seed, max_shrink_iters: 20_000, ..default }
}

/// A plan of these authors.
pub(super) fn plan_of(who: &'static [&'static str]) -> impl Strategy<Value = Plan> {
    plan(who, IDS, 5)
}

/// A plan of these authors, who work on the same few nodes and take back as much as they do.
pub(super) fn crowded_plan_of(who: &'static [&'static str]) -> impl Strategy<Value = Plan> {
    plan(who, FEW_IDS, 14)
}

fn plan(who: &'static [&'static str], ids: u128, taking_back: u32) -> impl Strategy<Value = Plan> {
    let command = any_command(ids, taking_back);
    let wish = (prop::sample::select(who), command).prop_map(|(who, command)| Wish { who, command });
    let events = prop_oneof![3 => Just(1_000), 1 => 2..6_usize];
    (prop::bool::weighted(0.2), prop::bool::weighted(0.2), events, prop::collection::vec(wish, 1..60))
        .prop_map(|(strict, lenient_parents, events, wishes)| Plan {
            strict,
            lenient_parents,
            events,
            wishes,
        })
}

fn any_command(ids: u128, taking_back: u32) -> impl Strategy<Value = Command> {
    prop_oneof![
        12 => any_single(ids),
        2 => prop::collection::vec(any_single(ids), 1..5).prop_map(Command::Batch),
        taking_back => any_take_back(),
    ]
}

fn any_single(ids: u128) -> impl Strategy<Value = Command> {
    let property = prop::sample::select(vec!["note", "cost"]);
    prop_oneof![
        12 => any_create(ids),
        10 => any_update(ids),
        2 => (any_id(ids), property).prop_map(|(node_id, id)| Command::DeleteProperty { node_id, property_id: id.into() }),
        6 => any_id(ids).prop_map(|node_id| Command::DeleteNode { node_id }),
        12 => any_move(ids),
        6 => any_relation(ids),
        2 => any_kit(ids),
        1 => any_adoption(),
    ]
}

fn any_id(ids: u128) -> impl Strategy<Value = NodeId> {
    prop_oneof![
        1 => Just(World::new().root()),
        12 => (1..ids).prop_map(id),
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

fn any_create(ids: u128) -> impl Strategy<Value = Command> {
    let node_type = prop_oneof![6 => Just("task"), 1 => Just("bed")];
    (
        prop::option::weighted(0.9, any_id(ids)),
        prop::option::weighted(0.8, any_id(ids)),
        node_type,
        prop::option::of(0..4_usize),
        prop::option::of(any_value()),
    )
        .prop_map(|(node_id, parent_id, node_type, index, note)| {
            Command::CreateNode(CreateNode {
                node_id,
                parent: parent_id.map_or(Parent::Root, Parent::Node),
                blueprint_type_id: node_type.into(),
                name: "Dig".into(),
                properties: note.map(|note| ("note".into(), Arc::new(note))).into_iter().collect(),
                index,
            })
        })
}

fn any_update(ids: u128) -> impl Strategy<Value = Command> {
    let expected = prop::option::weighted(0.1, prop::option::of(any_value().prop_map(Arc::new)));
    (any_id(ids), any_property(), expected).prop_map(|(node_id, (property_id, new_value), expected)| {
        Command::UpdateProperty(UpdateProperty { node_id, property_id, new_value, expected })
    })
}

fn any_target(ids: u128) -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Last),
        (0..4_usize).prop_map(Target::Index),
        any_id(ids).prop_map(Target::After),
        any_id(ids).prop_map(Target::Before),
    ]
}

fn any_move(ids: u128) -> impl Strategy<Value = Command> {
    let pair = move || (any_id(ids), any_id(ids));
    prop_oneof![
        2 => pair().prop_map(|(parent_id, child_id)| Command::LinkNode { parent_id, child_id }),
        1 => pair().prop_map(|(parent_id, child_id)| Command::UnlinkNode { parent_id, child_id }),
        4 => (any_id(ids), prop::option::weighted(0.8, any_id(ids)), any_target(ids)).prop_map(
            |(node_id, new_parent_id, target)| Command::MoveNode(MoveNode { node_id, new_parent_id, target })
        ),
        2 => (any_id(ids), 0..4_usize).prop_map(|(node_id, new_index)| Command::ReorderNode { node_id, new_index }),
    ]
}

fn any_relation(ids: u128) -> impl Strategy<Value = Command> {
    (any_id(ids), prop::option::weighted(0.8, any_id(ids))).prop_map(|(blocked_node_id, blocking_node_id)| {
        Command::UpdateBlockingRelationship { blocked_node_id, blocking_node_id }
    })
}

fn any_kit(ids: u128) -> impl Strategy<Value = Command> {
    (any_id(ids), any_id(ids))
        .prop_map(|(target_id, kit_root_id)| Command::ApplyKit { target_id, kit_root_id })
}

fn any_adoption() -> impl Strategy<Value = Command> {
    let template_id = prop::sample::select(vec![None, Some("garden"), Some("orchard"), Some("nowhere")]);
    template_id.prop_map(|id| Command::AdoptTemplate { template_id: id.map(Arc::from) })
}

fn any_take_back() -> impl Strategy<Value = Command> {
    let scope = prop::sample::select(vec![Scope::Mine, Scope::Session]);
    (any::<bool>(), scope, prop::bool::weighted(0.2)).prop_map(|(undo, scope, force)| {
        let on_conflict = OnConflict::Skip;
        if undo {
            Command::Undo { scope, force, on_conflict }
        } else {
            Command::Redo { scope, force, on_conflict }
        }
    })
}
