//! The oracle's own tests: it accepts what is right and sees each kind of wrong.

use serde_json::{Value, json};

use super::*;
use crate::crash::log::Change;

/// Two commands, their journal, and the graph that they make.
struct Case {
    log: Log,
    journal: Vec<Record>,
    graph: Value,
}

fn right() -> Case {
    let create = Change::Create { node: "n".to_owned() };
    let note = |value: &str| Change::Write {
        node: "n".to_owned(),
        property: "note-0".to_owned(),
        value: Some(value.to_owned()),
    };
    let sent = vec![
        sent("1", create, Some((2, Some("id")))),
        sent("2", note("a"), Some((3, None))),
        sent("3", note("b"), None),
    ];
    Case {
        log: Log { author: "ada".to_owned(), sent },
        journal: vec![
            record("CreateProject", "0", 1),
            record("CreateNode", "1", 2),
            record("UpdateProperty", "2", 3),
        ],
        graph: json!({ "seq": 3, "graph": { "roots": [{ "id": "r", "name": "Test", "children": [
            { "id": "id", "name": "n", "properties": { "note-0": "a", "other": 1 }, "children": [] }
        ] }] } }),
    }
}

fn sent(command_id: &str, change: Change, answer: Option<(Seq, Option<&str>)>) -> Sent {
    let answer = answer.map(|(seq, node_id)| Answer::Acknowledged {
        seq,
        duplicate: false,
        node_id: node_id.map(str::to_owned),
    });
    let command_id = command_id.to_owned();
    Sent { command_id, command_type: "", data: Value::Null, change, answer, repeated: false }
}

fn record(command_type: &str, command_id: &str, seq: Seq) -> Record {
    let record = json!({
        "v": 1, "seq_first": seq, "seq_last": seq, "command_id": command_id, "author": { "user_id": "ada" },
        "at": "2026-01-01T00:00:00.000Z", "command_type": command_type, "effects": [],
    });
    serde_json::from_value(record).unwrap()
}

fn found(alter: impl FnOnce(&mut Case)) -> Vec<Violation> {
    let mut case = right();
    alter(&mut case);
    violations(&[&case.log], &Ok(case.journal), Some(&case.graph))
}

fn ada(command_id: &str) -> Name {
    ("ada".to_owned(), command_id.to_owned())
}

#[test]
fn the_oracle_accepts_what_is_right() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn the_oracle_sees_what_is_wrong_with_the_journal() {
    let lost = found(|case| drop(case.journal.pop()));
    assert!(lost.contains(&Violation::Lost(ada("2"), 3)), "{lost:?}");
    let twice = found(|case| case.journal.push(record("CreateNode", "1", 4)));
    assert!(twice.contains(&Violation::Twice(ada("1"), vec![2, 4])), "{twice:?}");
    let misplaced = found(|case| case.journal.swap(1, 2));
    assert!(misplaced.contains(&Violation::Gap(1)), "{misplaced:?}");
    let unsent = found(|case| case.journal.push(record("CreateNode", "4", 4)));
    assert!(unsent.contains(&Violation::Unsent(ada("4"))), "{unsent:?}");
    let unreadable = Err(StoreError::Corrupt("torn".to_owned()));
    assert_eq!(violations(&[], &unreadable, None), [Violation::Unreadable("damaged data: torn".to_owned())]);
}

#[test]
fn the_oracle_sees_what_is_wrong_with_an_answer() {
    let answer = |seq, duplicate| Some(Answer::Acknowledged { seq, duplicate, node_id: None });
    let shared = found(|case| case.log.sent[1].answer = answer(2, false));
    assert!(shared.contains(&Violation::Shared(2)), "{shared:?}");
    assert!(shared.contains(&Violation::Misplaced(ada("2"), 2)), "{shared:?}");
    assert_eq!(found(|case| case.log.sent[1].answer = answer(3, true)), [Violation::NotTold(ada("2"))]);
    assert_eq!(found(|case| case.log.sent[1].repeated = true), [Violation::NotTold(ada("2"))]);
    let refused = found(|case| case.log.sent[2].answer = Some(Answer::Refused(json!("no"))));
    assert_eq!(refused, [Violation::Refused(ada("3"), "\"no\"".to_owned())]);
}

#[test]
fn the_oracle_sees_what_is_wrong_with_the_graph() {
    let node = "/graph/roots/0/children/0";
    let alterations: [fn(&mut Value, &str); 6] = [
        |graph, _| graph["seq"] = json!(2),
        |graph, node| graph.pointer_mut(node).unwrap()["id"] = json!("another"),
        |graph, node| graph.pointer_mut(node).unwrap()["name"] = json!("m"),
        |graph, node| graph.pointer_mut(node).unwrap()["properties"]["note-0"] = json!("b"),
        |graph, node| graph.pointer_mut(node).unwrap()["properties"]["note-1"] = json!("a"),
        |graph, node| {
            let twin = graph.pointer(node).unwrap().clone();
            graph["graph"]["roots"].as_array_mut().unwrap().push(twin);
        },
    ];
    for alter in alterations {
        let found = found(|case| alter(&mut case.graph, node));
        assert!(matches!(found[..], [Violation::Graph(_), ..]), "{found:?}");
    }
    let case = right();
    let none = violations(&[&case.log], &Ok(case.journal), None);
    assert_eq!(none, [Violation::Graph("there is none".to_owned())]);
}
