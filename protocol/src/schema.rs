//! Schemas that a derive cannot know: constants, free values, and objects by id.
//!
//! They say in the generated documents what the types say by how they are written.

use serde_json::Value;
use utoipa::openapi::schema::{
    AdditionalProperties, Array, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::graph::Properties;
use crate::registry::{Schemas, SentEvent, Shape};
use crate::rest::published::StreamEvent;
use crate::{Command, EventName, Plain};

/// A flag that is true in this shape.
pub(crate) fn always_true() -> Object {
    constant(Type::Boolean, true)
}

/// A flag that is false in this shape.
pub(crate) fn always_false() -> Object {
    constant(Type::Boolean, false)
}

/// A field that is there and null.
pub(crate) fn always_null() -> Object {
    ObjectBuilder::new().schema_type(Type::Null).build()
}

/// A list that is there and empty.
pub(crate) fn always_empty() -> Array {
    ArrayBuilder::new().max_items(Some(0)).build()
}

fn constant(kind: Type, value: impl Into<Value>) -> Object {
    ObjectBuilder::new().schema_type(kind).enum_values(Some([value.into()])).build()
}

impl PartialSchema for Properties<'_> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .description(Some("Values by property id."))
            .into()
    }
}

impl ToSchema for Properties<'_> {}

impl PartialSchema for Plain {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::AnyValue).into()
    }
}

impl ToSchema for Plain {}

impl PartialSchema for EventName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.map(Self::as_str)))
            .description(Some("The names of the events that the server sends."))
            .into()
    }
}

impl ToSchema for EventName {}

/// A graph event, whichever. Only its schema is used.
pub(crate) struct AnyGraphEvent;

impl AnyGraphEvent {
    fn shapes() -> impl Iterator<Item = Shape> {
        EventName::GRAPH.into_iter().filter_map(|name| SentEvent::of(name).payload)
    }
}

impl PartialSchema for AnyGraphEvent {
    fn schema() -> RefOr<Schema> {
        let any = Self::shapes().fold(OneOfBuilder::new(), |any, shape| any.item(shape.reference()));
        any.description(Some("A graph event, whichever.")).into()
    }
}

impl ToSchema for AnyGraphEvent {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for shape in Self::shapes() {
            let mut all = Schemas::default();
            shape.list(&mut all);
            schemas.extend(all);
        }
    }
}

/// An event of a page: a graph event, or one as those who listen on `/ws` get it. Only its schema is used.
pub(crate) struct AnyEvent;

impl PartialSchema for AnyEvent {
    fn schema() -> RefOr<Schema> {
        let names = [AnyGraphEvent::name(), StreamEvent::name()];
        let any = names
            .iter()
            .fold(OneOfBuilder::new(), |any, name| any.item(Ref::from_schema_name(name.as_ref())));
        any.description(Some("A graph event, or an event of the stream.")).into()
    }
}

impl ToSchema for AnyEvent {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        AnyGraphEvent::schemas(schemas);
        schemas.push((AnyGraphEvent::name().into_owned(), AnyGraphEvent::schema()));
        StreamEvent::schemas(schemas);
        schemas.push((StreamEvent::name().into_owned(), StreamEvent::schema()));
    }
}

/// What a batch may hold: every command but another batch. Only its schema is used.
pub(crate) struct SingleCommand;

impl PartialSchema for SingleCommand {
    fn schema() -> RefOr<Schema> {
        let mut schema = Command::schema();
        if let RefOr::T(Schema::OneOf(commands)) = &mut schema {
            commands.items.retain(|command| !is_batch(command));
            commands.description = Some("A command, but no batch.".to_owned());
        }
        schema
    }
}

impl ToSchema for SingleCommand {}

fn is_batch(command: &RefOr<Schema>) -> bool {
    let RefOr::T(Schema::Object(command)) = command else { return false };
    let Some(RefOr::T(Schema::Object(kind))) = command.properties.get("command_type") else { return false };
    kind.enum_values.as_ref().is_some_and(|names| names.contains(&Value::from("Batch")))
}
