//! The fields of a node, each wrong in every way.

use serde_json::json;

use super::*;

#[test]
fn every_field_of_a_node_has_to_be_right() {
    let place = |field: &str| format!("nodes.{PAINT}.{field}");
    let long = format!("properties/{}", "x".repeat(257));
    let cases = [
        ("id", json!(BODY), place("id"), "is not the id under which the node stands"),
        ("id", json!(7), place("id"), "must be a string"),
        ("type", json!(7), place("type"), "must be a string"),
        ("type", json!(""), place("type"), "must not be empty"),
        ("type", nothing(), place("type"), "is missing"),
        ("type", json!("wheel"), place("type"), "template restomod has no node type wheel"),
        ("blueprint_type_id", json!("job"), place("blueprint_type_id"), "is not what type says"),
        ("name", nothing(), place("name"), "is missing"),
        ("name", json!(null), place("name"), "must be a string"),
        ("name", json!("é".repeat(40)), place("name"), "Property name is over 64 bytes"),
        ("created_at", json!("yesterday"), place("created_at"), "must be a time, as 2026-01-31T12:00:00Z"),
        ("created_at", json!(1_760_000_000), place("created_at"), "must be a string"),
        ("properties", json!([]), place("properties"), "must be an object"),
        ("children", json!({}), place("children"), "must be an array of ids"),
        ("children", json!([7]), place("children[0]"), "must be an id"),
        ("children", json!([""]), place("children[0]"), "an id is never empty"),
        ("children", json!(["x"]), place("children[0]"), "there is no such node"),
        ("parent_id", json!(7), place("parent_id"), "must be a string"),
        ("parent_id", json!(""), place("parent_id"), "must not be empty"),
        ("parent_id", json!("x"), place("parent_id"), "there is no such node"),
        ("blocked_by", json!([BODY]), place("blocked_by"), "must be a string"),
        ("blocked_by", json!("x"), place("blocked_by"), "there is no such node"),
        ("blocked_by", json!(PAINT), place("blocked_by"), "the node would wait for itself"),
        ("properties/vin", json!("x".repeat(63)), place("properties.vin"), "Property vin is over 64 bytes"),
        ("properties/name", json!("Lacquer"), place("name"), "is not what properties.name says"),
        ("properties/name", json!(7), place("properties.name"), "must be a string: it is the node's name"),
        ("properties/", json!(1), place("properties."), "a property's id must be 1 to 256 bytes"),
        (
            &*long,
            json!(1),
            place(&format!("properties.{}", "x".repeat(64))),
            "a property's id must be 1 to 256 bytes",
        ),
        (
            "properties/$serde_json::private::RawValue",
            json!("[1"),
            place("properties.$serde_json::private::RawValue"),
            "a property's id must be other than $serde_json::private::…",
        ),
        (
            "properties/vin",
            json!([{ "a": 1, "$serde_json::private::RawValue": "[1" }]),
            place("properties.vin"),
            "a value must be without keys that begin with $serde_json::private::",
        ),
    ];
    for (field, value, place, message) in cases {
        let found = faults_after(&[set(&at(PAINT, field), value)], false);
        assert_eq!(found, [(place, message.to_owned())], "{field}");
    }
}

#[test]
fn a_value_may_be_nested_so_deep_and_no_deeper() {
    for (levels, is_kept) in [(30, true), (31, true), (65, false), (100, false), (100_000, false)] {
        let value = "[".repeat(levels) + &"]".repeat(levels);
        let text = RESTOMOD.replace("\"2026-03-01\"", &value);
        let limits = Limits { property_bytes: 1_000, ..LIMITS };
        match read_with(text.as_bytes(), limits, false).outcome {
            Ok(_) => assert!(is_kept, "{levels}"),
            Err(faults) => {
                let fault = &faults.listed()[0];
                assert_eq!(fault.place, format!("nodes.{PAINT}.properties.start_date"), "{levels}");
                let too_large = "Property start_date is over 1000 bytes";
                let too_deep = "Property start_date is nested deeper than 64 levels";
                assert_eq!(fault.message, if levels == 100_000 { too_large } else { too_deep });
                assert!(!is_kept);
            }
        }
    }
}

#[test]
fn what_cannot_be_read_within_a_value_is_told_by_its_place() {
    let cases = [
        (r#""\ud800""#, "cannot be read: unexpected end of hex escape"),
        ("1e999", "cannot be read: number out of range"),
    ];
    for (value, message) in cases {
        let found = faults(&RESTOMOD.replace("\"2026-03-01\"", value), false);
        let place = format!("nodes.{PAINT}.properties.start_date");
        assert_eq!(found, [(place, message.to_owned())]);
    }
}

#[test]
fn fields_that_stand_there_twice_are_told() {
    let text = r#"{"version":"1.0","version":"1.0","templates":["restomod.yaml"],"nodes":{
        "a":{"type":"phase","name":"A","name":"B","properties":{"x":1,"x":2}}}}"#;
    let twice = |place: &str| (place.to_owned(), "stands there twice".to_owned());
    assert_eq!(faults(text, false), [twice("version"), twice("nodes.a.name"), twice("nodes.a.properties.x")]);
}

#[test]
fn a_node_that_is_none_is_one_fault() {
    let text = changed(|file| file["nodes"][PAINT] = json!([]));
    let expected = (format!("nodes.{PAINT}"), "must be an object".to_owned());
    assert_eq!(faults(&text, false), [expected]);
}
