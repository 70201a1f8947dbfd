//! Fields that nobody reads: most are slips of the pen, so each is told with its line.
//!
//! They are found in a second reading, because a template's own form keeps no place of what it skips.
//! Fields that begin with `x-` are for whoever wrote the file, to hold what aliases repeat.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::form::Fault;

const TEMPLATE: &[&str] = &["id", "version", "name", "description", "node_types"];
const NODE_TYPE: &[&str] =
    &["id", "label", "description", "allowed_children", "has_time_log", "icon_id", "properties"];
const PROPERTY: &[&str] = &["id", "label", "type", "required", "value", "indicator_set", "options"];
const OPTION: &[&str] = &["name", "indicator_id", "bullet", "id"];

/// The keys of a file and their places, without its values.
pub(super) enum Outline {
    Map(Vec<(Spanned<String>, Self)>),
    List(Vec<Self>),
    Other,
}

/// Adds a fault for every field of a template that has no meaning.
pub(super) fn fields(template: &Outline, faults: &mut Vec<Fault>) {
    template.fields("a template", TEMPLATE, faults);
    for node_type in template.each("node_types") {
        node_type.fields("a node type", NODE_TYPE, faults);
        for property in node_type.each("properties") {
            property.fields("a property", PROPERTY, faults);
            for option in property.each("options") {
                option.fields("an option", OPTION, faults);
            }
        }
    }
}

impl Outline {
    fn fields(&self, what: &str, known: &[&str], faults: &mut Vec<Fault>) {
        let Self::Map(entries) = self else { return };
        for (key, _) in entries {
            if !known.contains(&&*key.value) && !key.value.starts_with("x-") {
                let reason = format!("{} is ignored: {what} has no such field", key.value);
                faults.push(Fault::at(key, reason).harmless());
            }
        }
    }

    /// What the list under `key` holds.
    fn each(&self, key: &str) -> impl Iterator<Item = &Self> {
        let Self::Map(entries) = self else { return [].iter() };
        match entries.iter().find(|(known, _)| known.value == key) {
            Some((_, Self::List(items))) => items.iter(),
            _ => [].iter(),
        }
    }
}

impl<'de> Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OutlineVisitor)
    }
}

struct OutlineVisitor;

impl<'de> Visitor<'de> for OutlineVisitor {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Outline::Map(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Outline, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Outline::List(items))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_unit<E>(self) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_none<E>(self) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Outline, D::Error> {
        Outline::deserialize(deserializer)
    }
}
