//! Holding JSON against the schemas of a document, more strictly than the document says: a field that is
//! not described is a fault, since clients may come to depend on it without anybody having promised it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The schemas of a document.
pub struct Schemas(Value);

impl Schemas {
    /// Those of an OpenAPI or AsyncAPI document.
    pub fn of(document: &Value) -> Self {
        let mut schemas = document["components"]["schemas"].clone();
        let mut open = BTreeSet::new();
        combined(document, &mut open);
        for (name, schema) in schemas.as_object_mut().unwrap() {
            if !open.contains(name) {
                close(schema);
            }
        }
        Self(schemas)
    }

    /// Holds a value against a schema of the document.
    pub fn check(&self, schema: &Value, value: &Value, what: &str) {
        let mut schema = schema.clone();
        close(&mut schema);
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": { "schemas": self.0 },
            "allOf": [schema],
        });
        let validator = jsonschema::validator_for(&whole).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{what}:\n{}\n{value:#}\n{schema:#}", faults.join("\n"));
    }

    /// Holds a value against the schema of this name.
    pub fn check_named(&self, name: &str, value: &Value, what: &str) {
        assert!(self.0[name].is_object(), "{what}: there is no schema {name}");
        self.check(&json!({ "$ref": format!("#/components/schemas/{name}") }), value, what);
    }
}

/// The schemas that others are put together from: on their own they know only a part of the fields.
fn combined(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| combined(item, found)),
        Value::Object(fields) => {
            let parts = fields.get("allOf").and_then(Value::as_array).into_iter().flatten();
            let names = parts.filter_map(|part| part["$ref"].as_str()?.rsplit('/').next().map(str::to_owned));
            found.extend(names);
            fields.values().for_each(|value| combined(value, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Refuses fields that are not described, here and below.
fn close(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Object(fields) => close_object(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn close_object(fields: &mut Map<String, Value>) {
    if fields.contains_key("allOf") {
        // Its parts know a part each.
        fields.insert("unevaluatedProperties".to_owned(), false.into());
        return;
    }
    fields.values_mut().for_each(close);
    if fields.get("properties").is_some_and(Value::is_object) && fields.get("type") == Some(&"object".into())
    {
        fields.insert("unevaluatedProperties".to_owned(), false.into());
    }
}

#[test]
#[should_panic(expected = "Unevaluated properties are not allowed")]
fn a_field_that_is_not_described_is_a_fault() {
    let document = json!({ "components": { "schemas": {
        "Part": { "type": "object", "properties": { "a": {} } },
        "Whole": { "allOf": [{ "$ref": "#/components/schemas/Part" }, { "properties": { "b": {} } }] },
    } } });
    let schemas = Schemas::of(&document);
    schemas.check_named("Whole", &json!({ "a": 1, "b": 2 }), "both parts");
    schemas.check_named("Whole", &json!({ "a": 1, "c": 2 }), "neither");
}
