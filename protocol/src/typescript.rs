//! TypeScript types, made from schemas: what a client reads is what the documents say.
//!
//! `Socket<ServerToClientEvents, ClientToServerEvents>` of `socket.io-client` has every event of the
//! registry.

use std::fmt::Write;

use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::registry::{Schemas, SentEvent, Shape, TakenEvent, sent, taken};

/// The first lines of the file.
const HEAD: &str = "// The types of Graphroom's wire, made by `make generate`: do not edit.\n";

/// The file: these schemas, and the maps of events.
#[must_use]
pub fn module(schemas: &Schemas) -> String {
    let mut text = HEAD.to_owned();
    for (name, schema) in schemas {
        let about = comment(description(schema), "");
        let _ = write!(text, "\n{about}export type {name} = {};\n", of_schema(schema, ""));
    }
    text.push_str(&server_to_client(&sent()));
    text.push_str(&client_to_server(&taken()));
    text
}

fn server_to_client(events: &[SentEvent]) -> String {
    let mut text =
        "\n/** The events that clients hear. */\nexport interface ServerToClientEvents {\n".to_owned();
    let mut line = |about: &str, name: &str, payload: Option<&Shape>| {
        let argument = payload.map_or_else(String::new, |shape| format!("payload: {}", shape.name));
        let _ = writeln!(text, "{}  \"{name}\": ({argument}) => void;", comment(Some(about), "  "));
    };
    for event in events {
        line(event.about, event.name.as_str(), event.payload.as_ref());
        if let Some(older) = &event.older {
            let about = format!("`{}` under its older name.", event.name.as_str());
            line(&about, older.name, older.payload.as_ref());
        }
    }
    text + "}\n"
}

fn client_to_server(events: &[TakenEvent]) -> String {
    let mut text =
        "\n/** The events that clients send, each with its acknowledgement. */\nexport interface ClientToServerEvents {\n"
            .to_owned();
    for event in events {
        let payload =
            event.payload.as_ref().map_or_else(String::new, |shape| format!("payload: {}, ", shape.name));
        let answers: Vec<&str> = event.answers.iter().map(|shape| shape.name.as_str()).collect();
        let (about, name) = (comment(Some(event.about), "  "), event.name.as_str());
        let answers = answers.join(" | ");
        let _ = writeln!(
            text,
            "{about}  \"{name}\": ({payload}acknowledge: (answer: {answers}) => void) => void;"
        );
    }
    text + "}\n"
}

fn description(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(reference) => Some(reference.description.as_str()).filter(|text| !text.is_empty()),
        RefOr::T(Schema::Object(object)) => object.description.as_deref(),
        RefOr::T(Schema::Array(array)) => array.description.as_deref(),
        RefOr::T(Schema::AllOf(all)) => all.description.as_deref(),
        RefOr::T(Schema::AnyOf(any)) => any.description.as_deref(),
        RefOr::T(Schema::OneOf(one)) => {
            one.description.as_deref().or_else(|| one.items.iter().find_map(description))
        }
        RefOr::T(_) => None,
    }
}

fn comment(about: Option<&str>, indent: &str) -> String {
    let about = about.map(|about| about.replace('\n', " "));
    about.map_or_else(String::new, |about| format!("{indent}/** {about} */\n"))
}

fn of_schema(schema: &RefOr<Schema>, indent: &str) -> String {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.rsplit('/').next().unwrap_or("unknown").to_owned(),
        RefOr::T(Schema::Object(object)) => of_object(object, indent),
        RefOr::T(Schema::Array(array)) => match &array.items {
            ArrayItems::RefOrSchema(_) if array.max_items == Some(0) => "[]".to_owned(),
            ArrayItems::RefOrSchema(items) => {
                nullable(&array.schema_type, format!("Array<{}>", of_schema(items, indent)))
            }
            ArrayItems::False => "[]".to_owned(),
        },
        RefOr::T(Schema::OneOf(one)) => joined(&one.items, " | ", indent),
        RefOr::T(Schema::AnyOf(any)) => joined(&any.items, " | ", indent),
        RefOr::T(Schema::AllOf(all)) => joined(&all.items, " & ", indent),
        RefOr::T(_) => "unknown".to_owned(),
    }
}

fn joined(items: &[RefOr<Schema>], sign: &str, indent: &str) -> String {
    let types: Vec<String> = items.iter().map(|item| of_schema(item, indent)).collect();
    format!("({})", types.join(sign))
}

fn of_object(object: &Object, indent: &str) -> String {
    if let Some(values) = &object.enum_values {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        return nullable(&object.schema_type, values.join(" | "));
    }
    match &object.schema_type {
        SchemaType::AnyValue => "unknown".to_owned(),
        SchemaType::Type(kind) => of_type(kind, object, indent),
        SchemaType::Array(kinds) => {
            kinds.iter().map(|kind| of_type(kind, object, indent)).collect::<Vec<_>>().join(" | ")
        }
    }
}

fn nullable(schema_type: &SchemaType, text: String) -> String {
    match schema_type {
        SchemaType::Array(kinds) if kinds.contains(&Type::Null) => format!("{text} | null"),
        _ => text,
    }
}

fn of_type(kind: &Type, object: &Object, indent: &str) -> String {
    match kind {
        Type::Object => fields(object, indent),
        Type::String => "string".to_owned(),
        Type::Integer | Type::Number => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Array => "Array<unknown>".to_owned(),
    }
}

fn fields(object: &Object, indent: &str) -> String {
    if object.properties.is_empty() {
        let values = match object.additional_properties.as_deref() {
            Some(AdditionalProperties::RefOr(schema)) => of_schema(schema, indent),
            Some(AdditionalProperties::FreeForm(_)) | None => "unknown".to_owned(),
        };
        return format!("Record<string, {values}>");
    }
    let inner = format!("{indent}  ");
    let mut text = "{\n".to_owned();
    for (name, schema) in &object.properties {
        let mark = if object.required.contains(name) { "" } else { "?" };
        let about = comment(description(schema), &inner);
        let _ = writeln!(text, "{about}{inner}{name}{mark}: {};", of_schema(schema, &inner));
    }
    text + indent + "}"
}
