//! Reading commands: every field of the wrong type is named.
//!
//! Proves BAD-2, BAD-3, CMD-4 and EDIT-2 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{World, id};
use crate::domain::command::{Command, CreateNode, MAX_PROPERTY_ID, Parent, UpdateProperty};
use crate::domain::{Rejection, RejectionCode};

fn refused(command_type: &str, data: &Value) -> Rejection {
    Command::parse(command_type, data).expect_err("the command must be refused")
}

/// `data` with one field replaced.
fn with(data: &Value, field: &str, value: Value) -> Value {
    let mut data = data.clone();
    data[field] = value;
    data
}

fn create() -> Value {
    json!({"node_id": id(1), "parent_id": id(2), "blueprint_type_id": "task", "name": "Dig", "index": 0})
}

fn update() -> Value {
    json!({"node_id": id(1), "property_id": "note", "new_value": "x", "check": true, "old_value": null})
}

#[test]
fn cmd_4_a_field_of_the_wrong_type_is_refused_by_its_name() {
    let long = "x".repeat(MAX_PROPERTY_ID + 1);
    let cases = [
        ("CreateNode", create(), "node_id", json!(7), "a string"),
        ("CreateNode", create(), "node_id", json!("not-a-uuid"), "a UUID"),
        ("CreateNode", create(), "node_id", json!(""), "a UUID"),
        ("CreateNode", create(), "parent_id", json!([]), "a string"),
        ("CreateNode", create(), "blueprint_type_id", json!(1.5), "a string"),
        ("CreateNode", create(), "name", json!({"first": "Dig"}), "a string"),
        ("CreateNode", create(), "properties", json!([1]), "an object"),
        ("CreateNode", create(), "index", json!(-1), "a whole number from 0"),
        ("CreateNode", create(), "index", json!(1.5), "a whole number from 0"),
        ("CreateNode", create(), "index", json!("first"), "a whole number from 0"),
        ("DeleteNode", json!({}), "node_id", json!(true), "a string"),
        ("UpdateProperty", update(), "node_id", json!(7), "a string"),
        ("UpdateProperty", update(), "property_id", json!({}), "a string"),
        ("UpdateProperty", update(), "property_id", json!(long), "1 to 256 bytes"),
        ("UpdateProperty", update(), "check", json!("yes"), "true or false"),
    ];
    for (command_type, data, field, value, wanted) in cases {
        let rejection = refused(command_type, &with(&data, field, value.clone()));
        assert_eq!(rejection.code, RejectionCode::InvalidCommand, "{command_type} {field} {value}");
        assert_eq!(rejection.message, format!("{command_type}: {field} must be {wanted}"));
        assert_eq!(rejection.details, Some(json!({"field": field})));
    }
}

#[test]
fn cmd_4_a_required_field_that_is_missing_null_or_empty_is_named() {
    let cases = [
        ("CreateNode", create(), "blueprint_type_id"),
        ("DeleteNode", json!({}), "node_id"),
        ("UpdateProperty", update(), "node_id"),
        ("UpdateProperty", update(), "property_id"),
    ];
    for (command_type, data, field) in cases {
        let mut missing = data.clone();
        missing.as_object_mut().unwrap().remove(field);
        for data in [missing, with(&data, field, Value::Null), with(&data, field, json!(""))] {
            let rejection = refused(command_type, &data);
            assert_eq!(rejection.code, RejectionCode::InvalidCommand, "{data}");
            assert_eq!(rejection.message, format!("{command_type} requires {field}"));
            assert_eq!(rejection.details, Some(json!({"field": field})));
        }
    }
}

#[test]
fn cmd_4_a_property_id_of_a_new_node_is_held_to_the_same_length() {
    for property_id in [String::new(), "x".repeat(MAX_PROPERTY_ID + 1)] {
        let rejection = refused("CreateNode", &with(&create(), "properties", json!({property_id: 1})));
        assert_eq!(rejection.details, Some(json!({"field": "property_id"})));
    }
    let longest = json!({"x".repeat(MAX_PROPERTY_ID): 1});
    assert!(Command::parse("CreateNode", &with(&create(), "properties", longest)).is_ok());
}

#[test]
fn cmd_4_data_that_is_no_object_is_refused() {
    for data in [json!([]), json!("x"), json!(1), json!(false)] {
        let rejection = refused("DeleteNode", &data);
        assert_eq!(rejection.message, "DeleteNode: data must be an object");
        assert_eq!(rejection.details, Some(json!({"field": "data"})));
    }
    assert_eq!(refused("DeleteNode", &Value::Null).message, "DeleteNode requires node_id");
}

#[test]
fn bad_2_an_unknown_command_type_is_refused_and_never_echoed_whole() {
    let rejection = refused(&"é".repeat(10_000), &json!({}));
    assert_eq!(rejection.code, RejectionCode::InvalidCommand);
    assert_eq!(rejection.message, format!("Unknown command type: {}", "é".repeat(64)));
    assert!(refused(&"é".repeat(10_000), &json!(1)).message.len() < 200);
}

#[test]
fn bad_3_a_long_property_id_is_never_echoed_whole() {
    let mut world = World::new();
    let data = json!({"node_id": world.root(), "property_id": "é".repeat(100), "check": true});
    let nested = (0..70).fold(json!(0), |value, _| json!([value]));
    let values = [json!("x".repeat(70_000)), nested].map(|value| with(&data, "new_value", value));
    for data in values.into_iter().chain([with(&data, "old_value", json!(1))]) {
        let rejection = world.refused("UpdateProperty", data);
        assert!(rejection.message.contains(&"é".repeat(64)), "{rejection}");
        assert!(!rejection.message.contains(&"é".repeat(65)), "{rejection}");
    }
}

#[test]
fn an_undo_is_no_command_type_that_data_can_ask_for() {
    for command_type in ["Undo", "Redo", "CreateProject", "createnode", ""] {
        assert_eq!(refused(command_type, &json!({})).code, RejectionCode::InvalidCommand);
    }
}

#[test]
fn an_id_that_cannot_be_a_node_s_is_a_node_that_is_not_there() {
    let rejection = refused("DeleteNode", &json!({"node_id": "z".repeat(1_000)}));
    assert_eq!(rejection.code, RejectionCode::NodeNotFound);
    assert_eq!(rejection.details, Some(json!({"node_id": "z".repeat(64)})));
    let rejection = World::new().refused("CreateNode", with(&create(), "parent_id", json!("nowhere")));
    assert_eq!(rejection.code, RejectionCode::ParentNotFound);
    assert_eq!(rejection.message, "Parent nowhere not found");
}

#[test]
fn what_a_new_node_leaves_out_has_a_default() {
    let command = Command::parse("CreateNode", &json!({"blueprint_type_id": "task"})).unwrap();
    let expected = CreateNode {
        node_id: None,
        parent: Parent::Root,
        blueprint_type_id: "task".into(),
        name: "New Node".into(),
        properties: [].into(),
        index: None,
    };
    assert_eq!(command, Command::CreateNode(expected));
    let nulls = json!({
        "node_id": null, "parent_id": null, "blueprint_type_id": "task", "name": null,
        "properties": {"note": null}, "index": null, "unknown": 1,
    });
    assert_eq!(Command::parse("CreateNode", &nulls).unwrap(), command);
}

#[test]
fn a_new_node_takes_its_name_from_name_alone() {
    let rejection = refused("CreateNode", &with(&create(), "properties", json!({"name": "Dig"})));
    assert_eq!(rejection.details, Some(json!({"field": "properties.name"})));
}

#[test]
fn an_index_past_every_number_of_siblings_is_the_end() {
    let command = Command::parse("CreateNode", &with(&create(), "index", json!(u64::MAX))).unwrap();
    let Command::CreateNode(fields) = command else { panic!("{command:?}") };
    assert_eq!(fields.index, Some(usize::MAX));
}

fn updated(data: &Value) -> UpdateProperty {
    match Command::parse("UpdateProperty", data).unwrap() {
        Command::UpdateProperty(fields) => fields,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_value_of_null_or_none_deletes_the_property() {
    assert_eq!(updated(&with(&update(), "new_value", Value::Null)).new_value, None);
    assert_eq!(updated(&json!({"node_id": id(1), "property_id": "note"})).new_value, None);
}

#[test]
fn a_new_value_may_be_called_value() {
    let data = json!({"node_id": id(1), "property_id": "note", "value": [1]});
    assert_eq!(updated(&data).new_value.as_deref(), Some(&json!([1])));
    assert_eq!(updated(&with(&data, "new_value", json!(2))).new_value.as_deref(), Some(&json!(2)));
    assert_eq!(updated(&with(&data, "new_value", Value::Null)).new_value, None);
}

#[test]
fn edit_2_old_value_counts_with_check_alone() {
    let data = with(&update(), "old_value", json!("then"));
    assert_eq!(updated(&data).expected, Some(Some(json!("then").into())));
    assert_eq!(updated(&with(&data, "old_value", Value::Null)).expected, Some(None));
    for check in [Value::Null, json!(false)] {
        assert_eq!(updated(&with(&data, "check", check)).expected, None);
    }
}

#[test]
fn a_name_is_a_string_and_cannot_be_deleted() {
    for value in [Value::Null, json!(1), json!(["Dig"])] {
        let data = json!({"node_id": id(1), "property_id": "name", "new_value": value});
        assert_eq!(refused("UpdateProperty", &data).details, Some(json!({"field": "new_value"})));
    }
}

#[test]
fn a_malformed_command_breaks_no_rule_of_the_graph() {
    assert!(refused("DeleteNode", &json!({})).code.breaks_no_rule());
    assert!(!refused("DeleteNode", &json!({"node_id": "x"})).code.breaks_no_rule());
}

#[test]
fn a_key_that_the_journal_s_reader_keeps_for_itself_is_refused_at_any_depth() {
    let key = "$serde_json::private::RawValue";
    let deep = json!({ "a": [1, { "b": { key: "[1" } }] });
    let node_id = id(1);
    for (command_type, data) in [
        (
            "UpdateProperty",
            json!({ "node_id": node_id, "property_id": "v", "new_value": { "a": 1, key: "[1" } }),
        ),
        ("UpdateProperty", json!({ "node_id": node_id, "property_id": "v", "new_value": deep })),
        ("UpdateProperty", json!({ "node_id": node_id, "property_id": key, "new_value": "{" })),
        ("CreateNode", json!({ "blueprint_type_id": "task", "properties": { "a": 1, key: "{" } })),
        ("CreateNode", json!({ "blueprint_type_id": "task", "properties": { "a": { key: "{" } } })),
    ] {
        assert_eq!(
            Command::parse(command_type, &data).unwrap_err().code,
            RejectionCode::InvalidCommand,
            "{data}"
        );
    }
}
