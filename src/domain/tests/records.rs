//! Records as text: what is refused on reading.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{World, id};
use crate::domain::canonical;
use crate::domain::effect::{NodeRow, Spot, Written};
use crate::domain::graph::Place;
use crate::domain::record::{Conflict, ConflictReason, RecordError, Reparented, StepRef};
use crate::domain::{Author, Body, Effect, Life, OrderKey, Outcome, Record, Stamp, Timestamp};

/// A stored text with a right checksum, whatever its fields.
fn sealed(mut record: Value) -> String {
    let fields = record.as_object_mut().unwrap();
    fields.remove("checksum");
    let checksum = canonical::hash(&record);
    record["checksum"] = json!(checksum);
    canonical::to_string(&record)
}

/// A record of every kind of part: an undo of a delete, with a conflict and a node put elsewhere.
fn rich() -> World {
    let mut world = World::new();
    for (node, parent) in [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(2))] {
        world.create("ann", id(node), parent.map(id));
    }
    world.delete("ann", id(2));
    world.create("bob", id(3), None);
    world.delete("bob", id(1));
    world.undo_mine("ann");
    world
}

fn value_of(record: &Record) -> Value {
    serde_json::from_str(&record.encode().unwrap()).unwrap()
}

/// Every object in `value`, as a JSON pointer.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(at.to_owned());
            fields.iter().for_each(|(key, value)| objects(value, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, value)| objects(value, &format!("{at}/{n}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn an_unknown_field_anywhere_but_in_a_map_of_properties_is_refused() {
    let world = rich();
    let undo = world.journal.last().unwrap();
    assert!(!undo.result.conflicts.is_empty() && !undo.result.reparented.is_empty());
    let mut tried = 0;
    for record in [&world.journal[0], undo] {
        let value = value_of(record);
        let mut places = Vec::new();
        objects(&value, "", &mut places);
        for place in places.iter().filter(|place| !place.ends_with("/properties")) {
            let mut altered = value.clone();
            altered.pointer_mut(place).unwrap()["unheard_of"] = json!(1);
            let read = Record::decode(&sealed(altered));
            assert!(matches!(read, Err(RecordError::Form(_))), "{place}: {read:?}");
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn an_unknown_register_is_refused() {
    let value = value_of(&rich().journal[1]);
    for register in [json!(["moved", id(1)]), json!(["node"]), json!(["node", "x"]), json!([]), json!("node")]
    {
        let mut altered = value.clone();
        altered["effects"][0]["register"] = register;
        assert!(matches!(Record::decode(&sealed(altered)), Err(RecordError::Form(_))));
    }
}

#[test]
fn a_version_that_this_code_does_not_know_is_refused_as_such() {
    let value = value_of(&rich().journal[1]);
    for v in [0, 3, 4, u64::MAX] {
        let mut altered = value.clone();
        altered["v"] = json!(v);
        let read = Record::decode(&sealed(altered));
        assert!(matches!(read, Err(RecordError::Version(version)) if version == v), "{read:?}");
    }
    for v in [json!("1"), json!(1.0), json!(-1), Value::Null] {
        let mut altered = value.clone();
        altered["v"] = v;
        assert!(matches!(Record::decode(&sealed(altered)), Err(RecordError::Form(_))));
    }
}

#[test]
fn a_text_without_its_own_checksum_is_refused() {
    let record = &rich().journal[1];
    for checksum in [json!(canonical::hash(&json!({}))), json!(""), json!(1), Value::Null] {
        let mut altered = value_of(record);
        altered["checksum"] = checksum;
        assert!(matches!(Record::decode(&altered.to_string()), Err(RecordError::Checksum)));
    }
    for text in ["{}", "[]", "null", "1", "", "{", "{}{}", ",\"checksum\":\"", ",\"checksum\":\"\""] {
        assert!(matches!(Record::decode(text), Err(RecordError::Checksum)), "{text}");
    }
}

/// The stored text made another way: by a map that sorts itself.
fn text_of_a_map(record: &Record) -> String {
    let mut value = serde_json::to_value(record).unwrap();
    value["checksum"] = json!(canonical::hash_text(&serde_json::to_string(&value).unwrap()));
    serde_json::to_string(&value).unwrap()
}

fn texts() -> impl Strategy<Value = Arc<str>> {
    any::<String>().prop_map(Arc::from)
}

fn values() -> impl Strategy<Value = Arc<Value>> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from)
    ];
    let tree = leaf.prop_recursive(3, 12, 3, |inner| {
        prop::collection::btree_map(any::<String>(), inner, 0..4)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    });
    tree.prop_map(Arc::new)
}

prop_compose! {
    fn stamps()(seq in any::<u64>(), by in texts(), owner in texts(), at in times(), restored: bool) -> Arc<Stamp> {
        Arc::new(Stamp { at, by, owner, restored, seq })
    }
}

fn times() -> impl Strategy<Value = Timestamp> {
    (0..200_000_000_000_000_i64).prop_map(Timestamp::from_millis)
}

prop_compose! {
    fn places()(parent in prop::option::of(any::<u128>()), node in any::<u128>()) -> Place {
        Place { key: OrderKey::between(None, None, id(node)), parent_id: parent.map(id) }
    }
}

prop_compose! {
    fn bodies()(
        place in places(), index in prop::option::of(any::<usize>()), created_at in times(), node_type in texts(),
        properties in prop::collection::btree_map(texts(), values(), 0..4), blocked_by in prop::option::of(any::<u128>()),
        stamp in stamps(), has_written: bool,
    ) -> Body {
        let written = has_written.then(|| Written {
            blocked_by: blocked_by.map(|_| Arc::clone(&stamp)),
            place: Arc::clone(&stamp),
            properties: properties.keys().map(|id| (Arc::clone(id), Arc::clone(&stamp))).collect::<BTreeMap<_, _>>(),
        });
        Body { blocked_by: blocked_by.map(id), created_at, index, place, properties, node_type, written }
    }
}

prop_compose! {
    fn effects()(
        node in any::<u128>(), text in texts(), before in prop::option::of(values()), after in prop::option::of(values()),
        body in bodies(), place in places(), index in prop::option::of(any::<usize>()),
    ) -> Vec<Effect> {
        let (node_id, spot) = (id(node), Spot { index, place });
        let waits = Effect::BlockedBy { node_id, before: spot.place.parent_id, after: None };
        let rows = [NodeRow { id: node_id, node: body.clone() }];
        vec![
            Effect::Property { node_id, property_id: Arc::clone(&text), before, after },
            Effect::Node { node_id, before: None, after: Some(Box::new(body.clone())) },
            Effect::Node { node_id, before: Some(Box::new(body)), after: None },
            Effect::Place { node_id, before: spot.clone(), after: spot },
            waits,
            Effect::Graph { after: Arc::new(rows) },
            Effect::ProjectName { before: Some(Arc::clone(&text)), after: text },
            Effect::Strict { before: false, after: true },
            Effect::Life { before: Life::default(), after: Life::default() },
            Effect::Deleted,
        ]
    }
}

prop_compose! {
    fn records()(
        effects in effects(), at in times(), [name, by, command] in [texts(), texts(), texts()], seq in any::<u64>(),
        body_hash in prop::option::of(any::<String>()), node in prop::option::of(any::<u128>()), count in 0..3_usize,
    ) -> Record {
        let node_id = node.map(id);
        let conflict = Conflict {
            at: Some(at), by: Some(Arc::clone(&by)), node_id, property_id: Some(Arc::clone(&name)),
            reason: ConflictReason::ChangedSince,
        };
        let step = StepRef {
            author: Arc::clone(&by), command_id: Arc::clone(&command), command_type: Arc::clone(&name), seq,
        };
        let result = Outcome {
            conflicts: vec![conflict; count],
            conflicts_omitted: count,
            graph_replaced: node.map(|_| count),
            node_id,
            node_ids: node_id.into_iter().collect(),
            reparented: vec![Reparented { node_id: id(7), parent_id: node_id }; count],
            step: (count > 0).then_some(step),
        };
        let author = Author { client_id: Some(Arc::clone(&name)), name: Some(name), user_id: by };
        Record {
            at, author, body_hash, command_id: Arc::clone(&command), command_type: command, effects, result,
            seq_first: seq, seq_last: seq, v: 2,
        }
    }
}

proptest! {
    #[test]
    fn a_record_has_the_text_that_a_sorted_map_gives_it_and_is_read_again(record in records()) {
        let text = record.encode().unwrap();
        prop_assert_eq!(&text, &text_of_a_map(&record));
        prop_assert_eq!(Record::decode(&text).unwrap(), record);
    }
}
