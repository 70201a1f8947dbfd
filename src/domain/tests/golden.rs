//! The golden records: one short journal under `tests/fixtures/records`, written by hand from
//! `docs/decisions/0001-the-record.md`, with checksums by another program. They never change.

use serde_json::{Value, json};
use uuid::Uuid;

use super::shape;
use crate::domain::creation::{Beginning, CREATE_PROJECT, NewProject, first_record};
use crate::domain::{
    Command, Context, Decision, Effect, Limits, NodeId, Record, Scope, State, TemplateSet, canonical, decide,
};

macro_rules! fixtures {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../tests/fixtures/records/", $name, ".json")))),*]
    };
}

/// Name and text, in the order of the journal. The newline at the end is the files', not the records'.
const FIXTURES: [(&str, &str); 10] = fixtures![
    "01-create-project",
    "02-create-node",
    "03-rename",
    "04-update-property",
    "05-delete-property",
    "06-undo-with-a-conflict",
    "07-undo",
    "08-redo",
    "09-delete-node",
    "10-undo-of-a-delete",
];

fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    FIXTURES.into_iter().map(|(name, text)| (name, text.strip_suffix('\n').expect("a file ends its line")))
}

fn records() -> Vec<Record> {
    texts().map(|(name, text)| Record::decode(text).unwrap_or_else(|e| panic!("{name}: {e}"))).collect()
}

/// The name that the node gets, with what JSON must escape and what it need not.
const NAME: &str = "Tomato \"San\tMarzano\" \u{1} \\ \u{1F345}";
/// The one undo of scope `mine`.
const UNDO_OF_ANN_S: &str = "0195950a-1b2c-7d3e-8f40-5a6b7c8d9e06";

/// The node that the journal is about, besides the root.
fn tomato() -> NodeId {
    Uuid::from_u128(0x0b5e_2c1d_7a3f_4e88_8c66_91d0_f3a4_b725)
}

#[test]
fn every_golden_record_is_written_again_byte_for_byte() {
    for ((name, text), record) in texts().zip(records()) {
        assert_eq!(record.encode().unwrap(), text, "{name}");
    }
}

#[test]
fn the_seqs_of_the_golden_journal_are_dense_and_count_the_events() {
    let mut head = 0;
    for record in records() {
        assert_eq!(record.seq_first, head + 1);
        assert_eq!(record.seq_last, head + State::event_count(&record));
        head = record.seq_last;
    }
    assert_eq!(head, 15);
}

#[test]
fn replaying_the_golden_journal_gives_the_graph_that_it_tells_of() {
    let mut state = State::default();
    let mut before_the_delete = None;
    for record in records() {
        if &*record.command_type == "DeleteNode" {
            before_the_delete = Some(shape(&state.graph));
        }
        state.apply(&record);
    }
    let node = state.graph.node(tomato()).unwrap();
    assert_eq!(node.name(), NAME);
    let shown: Value = node.shown_properties().map(|(id, value)| (id.to_owned(), value.clone())).collect();
    let expected = json!({
        "height": 12.5,
        "status": "4c0ffee0-0000-5000-8000-000000000001",
        "größe": {"z": u64::MAX, "a": [i64::MIN, 0.1, null, true]},
    });
    assert_eq!(shown, expected);
    assert_eq!(Some(shape(&state.graph)), before_the_delete);
    assert_eq!((state.head, &*state.name, state.template.node_types.len()), (15, "Kitchen garden", 2));
}

/// What clients sent, by record from the second on; none for undo and redo.
fn data(state: &State) -> [Option<Value>; 9] {
    let (root, node) = (state.graph.children(None).next().map(|root| root.id), tomato());
    let extra = json!({"größe": {"a": [i64::MIN, 0.1, null, true], "z": u64::MAX}});
    [
        Some(json!({
            "node_id": node, "parent_id": root, "blueprint_type_id": "plant", "name": "Tomato", "properties": extra,
        })),
        Some(json!({"node_id": node, "property_id": "name", "new_value": NAME})),
        Some(json!({
            "node_id": node, "property_id": "note", "old_value": null, "new_value": "water daily", "check": true,
        })),
        Some(json!({"node_id": node, "property_id": "note", "new_value": null})),
        None,
        None,
        None,
        Some(json!({"node_id": root})),
        None,
    ]
}

#[test]
fn the_rules_still_give_the_effects_and_results_of_the_golden_journal() {
    let mut state = State::default();
    for (place, record) in records().iter().enumerate() {
        let seed = Uuid::from_u128(0x6f1e_8f0a_4c1b_4d7e_9b1a_2f6a_3c5d_7e90);
        let templates = TemplateSet::new();
        let context = Context {
            author: &record.author,
            now: record.at,
            seed,
            limits: Limits::default(),
            lenient_parents: false,
            templates: &templates,
        };
        if place == 0 {
            assert_eq!(&*record.command_type, CREATE_PROJECT);
            let Effect::Template { after: template, .. } = &record.effects[1] else { panic!("{record:?}") };
            let beginning = Beginning::Root(&template.node_types[0]);
            let project = NewProject { name: "Kitchen garden", template, strict: false, beginning };
            let made = first_record(&project, record.command_id.clone(), &context);
            assert_eq!(Record { v: 1, ..made }, *record);
        } else {
            let scope = if &*record.command_id == UNDO_OF_ANN_S { Scope::Mine } else { Scope::Session };
            let command = match (&data(&state)[place - 1], &*record.command_type) {
                (Some(data), command_type) => Command::parse(command_type, data).unwrap(),
                (None, "Undo") => Command::Undo { scope, force: false },
                (None, _) => Command::Redo { scope, force: false },
            };
            let expected =
                Decision::Commit { effects: record.effects.clone(), outcome: record.result.clone() };
            assert_eq!(decide(&state, &command, &context), Ok(expected), "{}", FIXTURES[place].0);
        }
        state.apply(record);
    }
}

#[test]
fn cmd_3_the_hash_of_a_golden_body_is_that_of_its_type_and_data() {
    let records = records();
    let mut state = State::default();
    state.apply(&records[0]);
    let data = data(&state);
    let mut hashed = 0;
    for (record, data) in records.iter().skip(1).zip(data) {
        if let Some(hash) = &record.body_hash {
            let body = json!({"command_type": &*record.command_type, "data": data});
            assert_eq!(hash, &canonical::hash(&body));
            hashed += 1;
        }
    }
    assert_eq!(hashed, 3);
}

/// Reading `bytes` fails, or gives `record` all the same.
fn assert_never_another(bytes: &[u8], record: &Record) {
    if let Some(read) = str::from_utf8(bytes).ok().and_then(|text| Record::decode(text).ok()) {
        assert_eq!(&read, record, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_golden_record_with_one_byte_altered_is_never_read_as_another() {
    for ((_, text), record) in texts().zip(records()) {
        for place in 0..text.len() {
            for mask in [0x01, 0x10, 0x20, 0x80] {
                let mut bytes = text.as_bytes().to_vec();
                bytes[place] ^= mask;
                assert_never_another(&bytes, &record);
            }
        }
    }
}

#[test]
fn a_golden_record_cut_short_or_with_a_byte_missing_is_refused() {
    for (_, text) in texts() {
        for place in 0..text.len() {
            let missing = [&text.as_bytes()[..place], &text.as_bytes()[place + 1..]].concat();
            for bytes in [&text.as_bytes()[..place], &missing] {
                let read = str::from_utf8(bytes).ok().map(Record::decode);
                assert!(!matches!(read, Some(Ok(_))), "{}", String::from_utf8_lossy(bytes));
            }
        }
    }
}
