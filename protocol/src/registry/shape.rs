//! What an event carries, as a named schema with all that it refers to.

use std::collections::BTreeMap;

use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::event::{GraphEvent, LifecycleEvent};

/// Schemas by name.
pub type Schemas = BTreeMap<String, RefOr<Schema>>;

/// A named schema.
#[derive(Clone)]
pub struct Shape {
    /// Its name among the schemas.
    pub name: String,
    schema: RefOr<Schema>,
    others: Vec<(String, RefOr<Schema>)>,
}

impl Shape {
    /// The shape of a type, under the type's name.
    pub(super) fn of<T: ToSchema>() -> Self {
        let mut others = Vec::new();
        T::schemas(&mut others);
        Self { name: T::name().into_owned(), schema: T::schema(), others }
    }

    /// The same for a type whose values name their event: it can only be this one.
    pub(super) fn of_event<T: ToSchema>(event: &str) -> Self {
        let mut shape = Self::of::<T>().flat();
        shape.name = format!("{}Event", shape.name.trim_end_matches("Event"));
        if let RefOr::T(Schema::Object(object)) = &mut shape.schema {
            name_event(object, event);
        }
        shape
    }

    /// What is flattened into an object is a part of it.
    fn flat(self) -> Self {
        let Self { name, schema, mut others } = self;
        let RefOr::T(Schema::AllOf(all)) = schema else { return Self { name, schema, others } };
        let mut whole = ObjectBuilder::new().schema_type(Type::Object).build();
        // Nothing else refers to it.
        let mut named = |reference: &Ref| {
            let name = reference.ref_location.rsplit('/').next()?;
            let place = others.iter().position(|(known, _)| known == name)?;
            Some(others.swap_remove(place).1)
        };
        let parts = all.items.into_iter().filter_map(|part| match part {
            RefOr::Ref(reference) => named(&reference),
            whole @ RefOr::T(_) => Some(whole),
        });
        for part in parts.filter_map(object) {
            whole.properties.extend(part.properties);
            whole.required.extend(part.required);
        }
        Self { name, schema: Schema::Object(whole).into(), others }
    }

    /// The same for a type that two events have: each is a shape of its own.
    pub(super) fn of_shared_event<T: ToSchema>(name: &str, event: &str) -> Self {
        Self { name: name.to_owned(), ..Self::of_event::<T>(event) }
    }

    /// A graph event: what all of them carry, and the variant of this title.
    pub(super) fn of_graph_event(name: &str, variant: &str, event: &str) -> Option<Self> {
        Self::of_content::<GraphEvent<'_>>(name, variant, event)
    }

    /// A lifecycle event: what all of them carry, and the variant of this title.
    pub(super) fn of_lifecycle_event(name: &str, variant: &str, event: &str) -> Option<Self> {
        Self::of_content::<LifecycleEvent<'_>>(name, variant, event)
    }

    /// `T` is an object and, flattened into it, one of several variants.
    fn of_content<T: ToSchema>(name: &str, variant: &str, event: &str) -> Option<Self> {
        let Shape { schema, others, .. } = Self::of::<T>();
        let RefOr::T(Schema::AllOf(all)) = schema else { return None };
        let mut object = all.items.into_iter().find_map(object)?;
        let contents = others.iter().filter_map(|(_, schema)| match schema {
            RefOr::T(Schema::OneOf(one)) => Some(&one.items),
            RefOr::T(_) | RefOr::Ref(_) => None,
        });
        let content = contents.flatten().cloned().filter_map(self::object);
        let content = content.into_iter().find(|object| object.title.as_deref() == Some(variant))?;
        object.properties.extend(content.properties);
        object.required.extend(content.required);
        object.description = None;
        name_event(&mut object, event);
        Some(Self { name: format!("{name}Event"), schema: Schema::Object(object).into(), others })
    }

    /// Says what it is, in a sentence.
    pub(super) fn described(mut self, about: &str) -> Self {
        if let RefOr::T(Schema::Object(object)) = &mut self.schema {
            object.description = Some(about.to_owned());
        }
        self
    }

    /// How other schemas refer to it.
    #[must_use]
    pub fn reference(&self) -> RefOr<Schema> {
        Ref::from_schema_name(&self.name).into()
    }

    /// Adds its schema, and those that it refers to.
    pub(crate) fn list(self, schemas: &mut Schemas) {
        schemas.extend(self.others);
        schemas.insert(self.name, self.schema);
    }
}

fn object(schema: RefOr<Schema>) -> Option<utoipa::openapi::Object> {
    match schema {
        RefOr::T(Schema::Object(object)) => Some(object),
        RefOr::T(_) | RefOr::Ref(_) => None,
    }
}

fn name_event(object: &mut utoipa::openapi::Object, event: &str) {
    let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([event]));
    if let Some(own) = object.properties.get_mut("event") {
        *own = name.description(Some("Its own name.")).into();
    }
}
