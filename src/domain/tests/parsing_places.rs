//! Reading the commands about places, relations, kits, templates and batches.
//!
//! Proves BAD-2, CMD-4, CMD-5, CMD-6 and MOVE-1 (docs/behaviour.md).

use serde_json::{Value, json};

use super::id;
use crate::domain::command::{Command, MAX_BATCH, MoveNode, Target};
use crate::domain::{Rejection, RejectionCode};

fn refused(command_type: &str, data: &Value) -> Rejection {
    Command::parse(command_type, data).expect_err("the command must be refused")
}

fn with(data: &Value, field: &str, value: Value) -> Value {
    let mut data = data.clone();
    data[field] = value;
    data
}

/// Each command with every field that it requires.
fn complete() -> Vec<(&'static str, Value)> {
    let pair = json!({"parent_id": id(1), "child_id": id(2)});
    vec![
        ("DeleteProperty", json!({"node_id": id(1), "property_id": "note"})),
        ("DeleteOrphanedProperty", json!({"node_id": id(1), "property_id": "note"})),
        ("LinkNode", pair.clone()),
        ("UnlinkNode", pair),
        ("MoveNode", json!({"node_id": id(1), "new_parent_id": id(2)})),
        ("ReorderNode", json!({"node_id": id(1), "new_index": 0})),
        ("ApplyKit", json!({"target_id": id(1), "kit_root_id": id(2)})),
        ("UpdateBlockingRelationship", json!({"blocked_node_id": id(1), "blocking_node_id": id(2)})),
    ]
}

#[test]
fn cmd_4_a_required_field_that_is_missing_or_of_the_wrong_type_is_named() {
    for (command_type, data) in complete() {
        assert!(Command::parse(command_type, &data).is_ok());
        for field in data.as_object().unwrap().keys() {
            let mut missing = data.clone();
            missing.as_object_mut().unwrap().remove(field);
            // Without a `property_id` the older name of the field is asked for.
            let asked = if field == "property_id" { "property_key" } else { field };
            for data in [missing, with(&data, field, json!(true)), with(&data, field, json!({}))] {
                let rejection = refused(command_type, &data);
                assert_eq!(rejection.code, RejectionCode::InvalidCommand, "{command_type} {data}");
                let details = rejection.details.unwrap();
                assert!(
                    details == json!({"field": field}) || details == json!({"field": asked}),
                    "{details}"
                );
            }
        }
    }
}

#[test]
fn an_id_that_cannot_be_a_node_s_is_a_node_that_is_not_there() {
    for (command_type, data) in complete() {
        for field in data.as_object().unwrap().keys().filter(|field| field.ends_with("_id")) {
            if field == "property_id" {
                continue;
            }
            let rejection = refused(command_type, &with(&data, field, json!("nowhere")));
            assert_eq!(rejection.code, RejectionCode::NodeNotFound, "{command_type} {field}");
            assert_eq!(rejection.details, Some(json!({"node_id": "nowhere"})));
        }
    }
}

#[test]
fn only_a_new_parent_and_a_blocking_node_may_be_null() {
    for (command_type, data) in complete() {
        for field in data.as_object().unwrap().keys() {
            let read = Command::parse(command_type, &with(&data, field, Value::Null));
            let may_be_null = ["new_parent_id", "blocking_node_id"].contains(&&**field);
            assert_eq!(read.is_ok(), may_be_null, "{command_type} {field}");
        }
    }
}

#[test]
fn move_1_the_place_is_said_in_one_of_four_ways() {
    let data = json!({"node_id": id(1), "new_parent_id": id(2)});
    for (field, value, target) in [
        ("index", json!(3), Target::Index(3)),
        ("after", json!(id(3)), Target::After(id(3))),
        ("before", json!(id(3)), Target::Before(id(3))),
        ("position", json!("first"), Target::Index(0)),
        ("position", json!("last"), Target::Last),
        ("position", Value::Null, Target::Last),
    ] {
        let expected = MoveNode { node_id: id(1), new_parent_id: Some(id(2)), target };
        assert_eq!(Command::parse("MoveNode", &with(&data, field, value)), Ok(Command::MoveNode(expected)));
    }
}

#[test]
fn cmd_4_a_place_that_is_said_twice_or_in_the_wrong_way_is_refused() {
    let data = json!({"node_id": id(1), "new_parent_id": id(2)});
    let two = json!({"node_id": id(1), "new_parent_id": id(2), "index": 0, "before": id(3)});
    let cases = [
        (two, "index", "the only one of index, after, before and position"),
        (with(&data, "index", json!(-1)), "index", "a whole number from 0"),
        (with(&data, "index", json!(0.5)), "index", "a whole number from 0"),
        (with(&data, "index", json!("0")), "index", "a whole number from 0"),
        (with(&data, "position", json!("middle")), "position", "first or last"),
        (with(&data, "position", json!(0)), "position", "a string"),
        (with(&data, "after", json!(0)), "after", "a string"),
    ];
    for (data, field, wanted) in cases {
        let rejection = refused("MoveNode", &data);
        assert_eq!(rejection.code, RejectionCode::InvalidCommand, "{data}");
        assert_eq!(rejection.message, format!("MoveNode: {field} must be {wanted}"));
        assert_eq!(rejection.details, Some(json!({"field": field})));
    }
}

#[test]
fn a_new_index_below_0_has_the_code_that_clients_of_reorder_know() {
    let data = json!({"node_id": id(1), "new_index": -1});
    let rejection = refused("ReorderNode", &data);
    assert_eq!(rejection.code, RejectionCode::ReorderInvalid);
    assert_eq!(rejection.details, Some(json!({"reason": "INDEX", "new_index": -1})));
    for value in [json!(0.5), json!("0"), json!([0])] {
        let rejection = refused("ReorderNode", &with(&data, "new_index", value));
        assert_eq!(rejection.code, RejectionCode::InvalidCommand);
        assert_eq!(rejection.details, Some(json!({"field": "new_index"})));
    }
}

#[test]
fn a_property_to_delete_may_be_called_property_key() {
    let expected = Command::DeleteProperty { node_id: id(1), property_id: "note".into() };
    for command_type in ["DeleteProperty", "DeleteOrphanedProperty"] {
        for field in ["property_id", "property_key"] {
            let read = Command::parse(command_type, &json!({"node_id": id(1), field: "note"}));
            assert_eq!(read.as_ref(), Ok(&expected));
            assert_eq!(read.unwrap().command_type(), "DeleteProperty");
        }
    }
    let both = json!({"node_id": id(1), "property_id": "note", "property_key": "cost"});
    assert_eq!(Command::parse("DeleteProperty", &both), Ok(expected));
}

#[test]
fn a_name_cannot_be_deleted() {
    for field in ["property_id", "property_key"] {
        let rejection = refused("DeleteProperty", &json!({"node_id": id(1), field: "name"}));
        assert_eq!(rejection.code, RejectionCode::InvalidCommand);
        assert_eq!(rejection.details, Some(json!({"field": "property_id"})));
    }
}

#[test]
fn a_template_to_adopt_may_be_named_by_a_string_or_not_at_all() {
    let read = |data: Value| Command::parse("AdoptTemplate", &data);
    for data in [Value::Null, json!({}), json!({"template_id": null})] {
        assert_eq!(read(data), Ok(Command::AdoptTemplate { template_id: None }));
    }
    let named = Command::AdoptTemplate { template_id: Some("orchard".into()) };
    assert_eq!(read(json!({"template_id": "orchard"})), Ok(named));
    let rejection = read(json!({"template_id": 1})).unwrap_err();
    assert_eq!(rejection.details, Some(json!({"field": "template_id"})));
}

#[test]
fn what_concerns_the_whole_project_is_no_command_that_data_can_ask_for() {
    for command_type in ["RenameProject", "ReplaceGraph", "DeleteProject", "ImportProject", "batch"] {
        let rejection = refused(command_type, &json!({"name": "x", "nodes": []}));
        assert_eq!(rejection.code, RejectionCode::InvalidCommand, "{command_type}");
    }
}

#[test]
fn a_batch_is_an_array_of_commands_that_is_not_empty() {
    for commands in [Value::Null, json!({}), json!("x"), json!([])] {
        let rejection = refused("Batch", &json!({ "commands": commands }));
        assert_eq!(rejection.code, RejectionCode::InvalidCommand);
        assert_eq!(rejection.details, Some(json!({"field": "commands"})), "{commands}");
    }
}

/// A batch of a deletion, then `second`.
fn second(second: Value) -> Value {
    json!({"commands": [{"command_type": "DeleteNode", "data": {"node_id": id(1)}}, second]})
}

#[test]
fn cmd_4_what_is_wrong_in_a_batch_names_its_place_and_its_field() {
    let nested = json!({"command_type": "Batch", "data": {"commands": []}});
    for (command, field, message) in [
        (json!(1), "commands", "Batch: commands must be an array of {command_type, data}"),
        (json!({}), "command_type", "Batch requires command_type"),
        (json!({"command_type": 7}), "command_type", "Batch: command_type must be a string"),
        (nested, "command_type", "Batch: command_type must be another one: batches do not nest"),
        (json!({"command_type": "DeleteNode"}), "node_id", "DeleteNode requires node_id"),
        (json!({"command_type": "DeleteNode", "data": 1}), "data", "DeleteNode: data must be an object"),
    ] {
        let rejection = refused("Batch", &second(command));
        assert_eq!(rejection.code, RejectionCode::InvalidCommand);
        assert_eq!(rejection.message, format!("commands[1]: {message}"));
        assert_eq!(rejection.details, Some(json!({"field": field, "command_index": 1})));
    }
}

#[test]
fn an_undo_or_an_unknown_type_has_no_place_in_a_batch() {
    for command_type in ["Undo", "Redo", "Explode", "RenameProject"] {
        let rejection = refused("Batch", &second(json!({"command_type": command_type, "data": {}})));
        assert_eq!(rejection.code, RejectionCode::InvalidCommand);
        assert_eq!(rejection.message, format!("commands[1]: Unknown command type: {command_type}"));
        assert_eq!(rejection.details, Some(json!({"command_index": 1})));
    }
}

#[test]
fn cmd_6_a_batch_has_a_thousand_commands_and_no_more() {
    let batch = |count: usize| {
        let command = json!({"command_type": "DeleteNode", "data": {"node_id": id(1)}});
        json!({"commands": vec![command; count]})
    };
    let Ok(Command::Batch(commands)) = Command::parse("Batch", &batch(MAX_BATCH)) else { panic!() };
    assert_eq!(commands.len(), 1_000);
    let rejection = refused("Batch", &batch(1_001));
    assert_eq!(rejection.code, RejectionCode::BatchTooLarge);
    assert_eq!(rejection.message, "A batch has at most 1000 commands");
    assert_eq!(rejection.details, Some(json!({"limit": 1_000, "commands": 1_001})));
    assert!(rejection.code.breaks_no_rule());
}
