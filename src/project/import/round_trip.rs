//! What is exported and imported again is the same graph: over random ones.
//!
//! The seed is fixed, so that every run tries the same graphs; `PROPTEST_RNG_SEED` tries others.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Rules, read};
use crate::domain::creation::{Beginning, NewProject, first_record};
use crate::domain::effect::NodeRow;
use crate::domain::graph::{NAME, Place};
use crate::domain::{
    Author, Body, Context, Limits, NodeId, OrderKey, State, Template, TemplateSet, Timestamp,
};
use crate::project::Library;
use crate::project::export::Export;

/// A node before it has a place: the parent is one of those before it, or none.
#[derive(Clone, Debug)]
struct Sprout {
    id: u128,
    parent: Option<prop::sample::Index>,
    node_type: usize,
    name: String,
    created_at: i64,
    properties: BTreeMap<String, Value>,
    blocked_by: Option<prop::sample::Index>,
    /// Siblings stand in the order of these.
    rank: u32,
}

fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(0x6a72_6170_6872_6f6f),
        chosen @ RngSeed::Fixed(_) => chosen,
    };
    ProptestConfig { cases: 128, rng_seed, ..default }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
            Just(json!([null])),
        ]
    })
}

fn any_sprout() -> impl Strategy<Value = Sprout> {
    let properties =
        prop::collection::btree_map("[a-zé]{1,8}|status|\u{1F600}|\\PC{1,20}", any_value(), 0..4);
    let index = any::<prop::sample::Index>;
    let relations = (prop::option::weighted(0.8, index()), prop::option::weighted(0.3, index()));
    // Times from the year 0 to 9999.
    let times = -62_167_219_200_000..=253_402_300_799_999_i64;
    (any::<u128>(), relations, 0..5_usize, any::<String>(), times, properties, any::<u32>()).prop_map(
        |(id, (parent, blocked_by), node_type, name, created_at, properties, rank)| Sprout {
            id,
            parent,
            node_type,
            name,
            created_at,
            properties,
            blocked_by,
            rank,
        },
    )
}

/// Rows with parents first, as a project may have them: siblings in an order that nothing else tells.
fn rows(sprouts: &[Sprout], template: &Template) -> Vec<NodeRow> {
    let mut rows: Vec<NodeRow> = Vec::new();
    let mut last: BTreeMap<Option<NodeId>, OrderKey> = BTreeMap::new();
    let mut order: Vec<(usize, &Sprout)> = sprouts.iter().enumerate().collect();
    let parent_of = |at: usize| sprouts[at].parent.filter(|_| at > 0).map(|index| index.index(at));
    let depth = |at: usize| std::iter::successors(Some(at), |&at| parent_of(at)).count();
    order.sort_by_key(|(at, sprout)| (depth(*at), sprout.rank));
    for (at, sprout) in order {
        let id = Uuid::from_u128(sprout.id);
        let parent_id = parent_of(at).map(|parent| Uuid::from_u128(sprouts[parent].id));
        let key = OrderKey::between(last.get(&parent_id), None, id);
        last.insert(parent_id, key.clone());
        let mut properties: BTreeMap<Arc<str>, Arc<Value>> = sprout
            .properties
            .iter()
            .filter(|(id, _)| id.as_str() != NAME)
            .map(|(id, value)| (id.as_str().into(), Arc::new(value.clone())))
            .collect();
        properties.insert(NAME.into(), Arc::new(json!(sprout.name)));
        let node = Body {
            node_type: Arc::clone(&template.node_types[sprout.node_type].id),
            created_at: Timestamp::from_millis(sprout.created_at),
            place: Place { parent_id, key },
            index: None,
            properties,
            // Only for one that was made before: so nobody waits for itself.
            blocked_by: sprout
                .blocked_by
                .filter(|_| at > 0)
                .map(|index| Uuid::from_u128(sprouts[index.index(at)].id)),
            written: None,
        };
        rows.push(NodeRow { id, node });
    }
    rows
}

fn state(name: &str, strict: bool, template: &Arc<Template>, nodes: Arc<[NodeRow]>) -> State {
    let author = Author { user_id: "ann".into(), name: None, client_id: None };
    let nothing = TemplateSet::new();
    let context = Context {
        author: &author,
        now: Timestamp::from_millis(0),
        seed: Uuid::nil(),
        limits: Limits::default(),
        lenient_parents: false,
        templates: &nothing,
    };
    let project = NewProject { name, template, strict, beginning: Beginning::Graph(nodes) };
    let mut state = State::default();
    state.apply(&first_record(&project, "c".into(), &context));
    state
}

fn export(state: &State) -> Vec<u8> {
    let mut export = Export::new(state.clone());
    let mut file = Vec::new();
    while let Some(piece) = export.next_piece().unwrap() {
        assert!(!piece.is_empty());
        file.extend(piece);
    }
    file
}

/// A node as people see it; its key says nothing but its order, which is that of the list.
type Seen = (NodeId, Option<NodeId>, String, Timestamp, Option<NodeId>, BTreeMap<Arc<str>, Arc<Value>>);

fn seen(state: &State) -> Vec<Seen> {
    let mut all = Vec::new();
    let mut waiting: Vec<NodeId> = state.graph.children(None).map(|node| node.id).collect();
    waiting.reverse();
    while let Some(node) = waiting.pop().and_then(|id| state.graph.node(id)) {
        let body = node.body();
        let node_type = body.node_type.to_string();
        all.push((
            node.id,
            body.place.parent_id,
            node_type,
            body.created_at,
            body.blocked_by,
            body.properties,
        ));
        let before = waiting.len();
        waiting.extend(state.graph.children(Some(node.id)).map(|child| child.id));
        waiting[before..].reverse();
    }
    all
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_project_that_was_exported_and_imported_is_the_same(
        sprouts in prop::collection::vec(any_sprout(), 0..40),
        name in "\\PC{1,40}[a-z]",
        strict in any::<bool>(),
    ) {
        let template = Library::open(None).0.current()["restomod"].clone();
        let before = state(&name, strict, &template, rows(&sprouts, &template).into());
        let file = export(&before);
        let find = |id: &str| (*id == *template.id).then(|| Arc::clone(&template));
        // The values fit no template: that they are kept all the same is what is tested.
        let rules = Rules {
            template: &find,
            limits: Limits::default(),
            strict: Some(false),
            strict_unsaid: false,
            now: Timestamp::from_millis(1),
        };
        let import = read(&file, &rules).outcome.unwrap();
        prop_assert_eq!(&import.name, &name);
        let after = state(&import.name, strict, &import.template, import.nodes);
        prop_assert_eq!(seen(&after), seen(&before));
        prop_assert_eq!(String::from_utf8(export(&after)).unwrap(), String::from_utf8(file).unwrap());
    }
}

#[test]
fn the_file_says_whether_its_project_is_strict() {
    let template = Library::open(None).0.current()["restomod"].clone();
    let find = |id: &str| (*id == *template.id).then(|| Arc::clone(&template));
    for strict in [false, true] {
        let file = export(&state("Strict?", strict, &template, [].into()));
        let (limits, now) = (Limits::default(), Timestamp::from_millis(0));
        let rules = Rules { template: &find, limits, strict: None, strict_unsaid: !strict, now };
        assert_eq!(read(&file, &rules).outcome.unwrap().strict, strict);
    }
}

#[test]
fn a_large_file_comes_in_pieces_and_a_node_is_never_parted() {
    let template = Library::open(None).0.current()["restomod"].clone();
    let sprouts: Vec<Sprout> = (1..=2_000)
        .map(|n| Sprout {
            id: n,
            parent: None,
            node_type: 0,
            name: "x".repeat(200),
            created_at: 0,
            properties: BTreeMap::new(),
            blocked_by: None,
            rank: 0,
        })
        .collect();
    let state = state("Large", false, &template, rows(&sprouts, &template).into());
    let mut export = Export::new(state);
    let mut pieces = Vec::new();
    while let Some(piece) = export.next_piece().unwrap() {
        pieces.push(piece);
    }
    assert!(pieces.len() > 5);
    // The first has the list of the roots, which is one piece, too.
    let begins =
        |piece: &Vec<u8>| [b",\n\"", b"\n\"0", b"\n}}"].iter().any(|start| piece.starts_with(*start));
    assert!(pieces[1..].iter().all(begins));
    assert!(pieces[1..].iter().all(|piece| piece.len() < 70_000));
    let file: Value = serde_json::from_slice(&pieces.concat()).unwrap();
    assert_eq!(file["nodes"].as_object().unwrap().len(), 2_000);
}
