//! The golden records: one short journal under `tests/fixtures/records`, and the beginnings of two others,
//! written by hand from `docs/decisions/0001-the-record.md`, with checksums by another program. They never
//! change. The first ten are of version 1, the others of version 2.
//!
//! Proves SYNC-3 (docs/behaviour.md).

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::shape;
use crate::domain::command::ReplaceGraph;
use crate::domain::creation::{Beginning, NewProject, first_record};
use crate::domain::{
    Command, Context, Decision, Effect, Limits, NodeId, OnConflict, Record, Scope, State, StepState,
    Template, TemplateSet, canonical, decide,
};

macro_rules! fixtures {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../tests/fixtures/records/", $name, ".json")))),*]
    };
}

/// Name and text, in the order of the journal. The newline at the end is the files', not the records'.
const JOURNAL: [(&str, &str); 26] = fixtures![
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
    "11-batch",
    "12-batch-of-another-author",
    "13-undo-of-a-batch-with-conflicts",
    "14-unlink-node",
    "15-link-node",
    "16-undo-that-would-be-a-cycle",
    "17-adopt-template",
    "18-adopt-another-template",
    "19-undo-of-an-adoption-with-a-conflict",
    "20-apply-kit",
    "21-update-blocking-relationship",
    "22-delete-node-that-is-waited-for",
    "23-undo-of-a-delete-with-relations",
    "24-rename-project",
    "25-replace-graph",
    "26-delete-project",
];

/// The first records of two other projects, and one that no journal has, with every field of a result.
const OTHERS: [(&str, &str); 3] =
    fixtures!["27-create-strict-project", "28-import-project", "29-every-field-of-a-result"];

/// How many records of the journal are of version 1.
const FIRST_VERSION: usize = 10;

fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = JOURNAL.into_iter().chain(OTHERS);
    all.map(|(name, text)| (name, text.strip_suffix('\n').expect("a file ends its line")))
}

/// The journal's records, then the others.
fn records() -> Vec<Record> {
    texts().map(|(name, text)| Record::decode(text).unwrap_or_else(|e| panic!("{name}: {e}"))).collect()
}

fn journal() -> Vec<Record> {
    records()[..JOURNAL.len()].to_vec()
}

/// The name that the node gets, with what JSON must escape and what it need not.
const NAME: &str = "Tomato \"San\tMarzano\" \u{1} \\ \u{1F345}";
/// The node that the journal is about, besides the root.
fn tomato() -> NodeId {
    Uuid::from_u128(0x0b5e_2c1d_7a3f_4e88_8c66_91d0_f3a4_b725)
}

/// The node that comes with the records of version 2.
fn basil() -> NodeId {
    Uuid::from_u128(0x5d0c_6f1e_2b3a_4c4d_8e5f_6071_8293_a4b5)
}

/// The project's first node.
fn bed() -> NodeId {
    replayed(1).graph.children(None).next().unwrap().id
}

/// The copy that the kit makes of it.
fn copy() -> NodeId {
    journal()[19].result.node_ids[0]
}

#[test]
fn every_golden_record_is_written_again_byte_for_byte() {
    for ((name, text), record) in texts().zip(records()) {
        assert_eq!(record.encode().unwrap(), text, "{name}");
    }
}

#[test]
fn every_golden_record_says_its_version() {
    let versions: Vec<u32> = records().iter().map(|record| record.v).collect();
    assert_eq!(versions, [vec![1; FIRST_VERSION], vec![2; 19]].concat());
}

#[test]
fn the_seqs_of_the_golden_journal_are_dense_and_count_the_events() {
    let mut head = 0;
    for record in journal() {
        assert_eq!(record.seq_first, head + 1);
        assert_eq!(record.seq_last, head + State::event_count(&record));
        head = record.seq_last;
    }
    assert_eq!(head, 40);
}

#[test]
fn replaying_the_records_of_version_1_gives_the_graph_that_they_tell_of() {
    let mut state = State::default();
    let mut before_the_delete = None;
    for record in &journal()[..FIRST_VERSION] {
        if &*record.command_type == "DeleteNode" {
            before_the_delete = Some(shape(&state.graph));
        }
        state.apply(record);
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

/// The state behind this many records of the journal.
fn replayed(records: usize) -> State {
    let mut state = State::default();
    journal()[..records].iter().for_each(|record| state.apply(record));
    state
}

#[test]
fn replaying_the_records_of_version_2_gives_the_graph_that_they_tell_of() {
    let roots = |state: &State| state.graph.children(None).map(|node| node.id).collect::<Vec<_>>();
    let root = replayed(1).graph.children(None).next().unwrap().id;
    let state = replayed(11);
    let order: Vec<NodeId> = state.graph.children(Some(root)).map(|node| node.id).collect();
    assert_eq!(order, [basil(), tomato()]);
    assert_eq!(state.graph.node(tomato()).unwrap().blocked_by, Some(basil()));
    let state = replayed(15);
    assert_eq!(roots(&state), [basil(), tomato()]);
    assert!(state.graph.is_within(root, tomato()));
    assert_eq!((&*replayed(17).template.version, &*replayed(19).template.id), ("2.2", "meadow"));
    let before_the_delete = replayed(21);
    assert_eq!(replayed(22).graph.len(), 2);
    assert_eq!(shape(&replayed(23).graph), shape(&before_the_delete.graph));
    let state = replayed(25);
    let herbs: Vec<&str> = state.graph.nodes().map(|node| node.name()).collect();
    assert!(herbs.len() == 2 && herbs.contains(&"Herbs") && herbs.contains(&"Sage"));
    assert_eq!((&*state.name, &*state.template.version), ("Terrace", "2.1"));
    assert!(!state.steps.available(StepState::Done, None));
    assert!(replayed(26).deleted);
}

/// What clients sent, by record from the second on; none where the record says it all.
fn data(state: &State) -> [Option<Value>; 25] {
    let (root, node) = (state.graph.children(None).next().map(|root| root.id), tomato());
    let extra = json!({"größe": {"a": [i64::MIN, 0.1, null, true], "z": u64::MAX}});
    let command = |command_type: &str, data: Value| json!({"command_type": command_type, "data": data});
    let block = |blocked: NodeId, blocking: Option<NodeId>| json!({"blocked_node_id": blocked, "blocking_node_id": blocking});
    let [relating, letting_go] =
        [Some(basil()), None].map(|blocking| command("UpdateBlockingRelationship", block(node, blocking)));
    let sowing = json!({
        "node_id": basil(), "parent_id": root, "blueprint_type_id": "plant", "name": "Basil",
    });
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
        Some(json!({"commands": [
            command("CreateNode", sowing),
            command("MoveNode", json!({"node_id": basil(), "new_parent_id": root, "before": node})),
            relating,
        ]})),
        Some(json!({"commands": [
            command("MoveNode", json!({"node_id": basil(), "new_parent_id": null})),
            letting_go,
        ]})),
        None,
        Some(json!({"parent_id": root, "child_id": node})),
        Some(json!({"parent_id": node, "child_id": bed()})),
        None,
        Some(json!({"template_id": "garden"})),
        Some(json!({"template_id": "meadow"})),
        None,
        Some(json!({"target_id": basil(), "kit_root_id": node})),
        Some(block(copy(), Some(bed()))),
        Some(json!({"node_id": node})),
        None,
        None,
        None,
        None,
    ]
}

/// The command that a record tells of.
fn command(record: &Record, data: Option<&Value>) -> Command {
    let scope = if &*record.author.user_id == "ann" { Scope::Mine } else { Scope::Session };
    match (data, &*record.command_type) {
        (Some(data), command_type) => Command::parse(command_type, data).unwrap(),
        (None, "Undo") => Command::Undo { scope, force: false, on_conflict: OnConflict::Skip },
        (None, "Redo") => {
            Command::Redo { scope: Scope::Session, force: false, on_conflict: OnConflict::Skip }
        }
        (None, "RenameProject") => Command::RenameProject { name: "Terrace".into() },
        (None, "DeleteProject") => Command::DeleteProject,
        (None, "ReplaceGraph") => match record.effects.as_slice() {
            [Effect::Template { after: template, .. }, Effect::Graph { after: nodes }] => {
                let (template, nodes) = (Some(Arc::clone(template)), Arc::clone(nodes));
                Command::ReplaceGraph(ReplaceGraph { template, nodes })
            }
            other => panic!("{other:?}"),
        },
        (None, other) => panic!("{other}"),
    }
}

/// What server and clients had when a record was written.
fn context<'a>(record: &'a Record, templates: &'a TemplateSet) -> Context<'a> {
    let seed = if record.v == 1 {
        0x6f1e_8f0a_4c1b_4d7e_9b1a_2f6a_3c5d_7e90
    } else {
        0x3b9a_51c7_04de_4f62_a8d0_7716_92e5_cb38
    };
    Context {
        author: &record.author,
        now: record.at,
        seed: Uuid::from_u128(seed),
        limits: Limits::default(),
        lenient_parents: false,
        templates,
    }
}

/// The template that a record pins.
fn pinned(record: &Record) -> &Arc<Template> {
    match record.effects.iter().find(|effect| matches!(effect, Effect::Template { .. })) {
        Some(Effect::Template { after, .. }) => after,
        _ => panic!("{record:?}"),
    }
}

#[test]
fn the_rules_still_give_the_effects_and_results_of_the_golden_journal() {
    let mut state = State::default();
    let journal = journal();
    let templates: TemplateSet = [&journal[16], &journal[17]]
        .map(|record| (pinned(record).id.clone(), Arc::clone(pinned(record))))
        .into();
    for (place, record) in journal.iter().enumerate().skip(1) {
        state.apply(&journal[place - 1]);
        let command = command(record, data(&state)[place - 1].as_ref());
        let expected = Decision::Commit { effects: record.effects.clone(), outcome: record.result.clone() };
        let decided = decide(&state, &command, &context(record, &templates));
        assert_eq!(decided, Ok(expected), "{}", JOURNAL[place].0);
    }
}

#[test]
fn the_first_records_of_projects_are_still_made_as_the_golden_ones() {
    let records = records();
    let nothing = TemplateSet::new();
    for (place, name, strict) in
        [(0, "Kitchen garden", false), (26, "Greenhouse", true), (27, "Herb garden", false)]
    {
        let record = &records[place];
        let template = pinned(record);
        let beginning = match record.effects.last() {
            Some(Effect::Graph { after }) => Beginning::Graph(Arc::clone(after)),
            _ => Beginning::Root(&template.node_types[0]),
        };
        let project = NewProject { name, template, strict, beginning };
        let made = first_record(&project, record.command_id.clone(), &context(record, &nothing));
        assert_eq!(Record { v: record.v, ..made }, *record);
    }
}

#[test]
fn cmd_3_the_hash_of_a_golden_body_is_that_of_its_type_and_data() {
    let records = journal();
    let data = data(&replayed(1));
    let mut hashed = 0;
    for (record, data) in records.iter().skip(1).zip(data) {
        if let Some(hash) = &record.body_hash {
            let body = json!({"command_type": &*record.command_type, "data": data});
            assert_eq!(hash, &canonical::hash(&body));
            hashed += 1;
        }
    }
    assert_eq!(hashed, 5);
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
