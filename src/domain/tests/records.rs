//! Records as text: what is refused on reading.

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::Record;
use crate::domain::canonical;
use crate::domain::record::RecordError;

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
