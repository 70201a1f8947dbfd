//! One node of a file: its fields, each read by itself, with a fault where one is not what it should be.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::fault::Faults;
use super::json::{self, Unreadable};
use crate::domain::command::{wanted_property_id, wanted_value};
use crate::domain::decide::{MAX_VALUE_DEPTH, check_size};
use crate::domain::graph::NAME;
use crate::domain::rejection::excerpt;
use crate::domain::{Limits, NodeId, Timestamp};

/// How much longer than its limit a value may be as it stands in the file, for white space and escapes.
const ROOM_FOR_SPACE: usize = 16;

/// A node as the file has it, before anything is known of the others.
#[derive(Debug)]
pub struct Draft {
    /// Where it stands in the file.
    pub place: String,
    pub id: NodeId,
    /// Empty if it cannot be read.
    pub node_type: Arc<str>,
    /// The field that named the type.
    pub type_field: &'static str,
    pub created_at: Timestamp,
    /// The name among them.
    pub properties: BTreeMap<Arc<str>, Arc<Value>>,
    /// By their place in the list; none where what stands there can be no id.
    pub children: Vec<Option<NodeId>>,
    pub parent: Parent,
    pub blocked_by: Option<NodeId>,
}

impl Draft {
    /// A node of which nothing can be read.
    fn empty(place: String, id: NodeId, now: Timestamp) -> Self {
        Self {
            place,
            id,
            node_type: "".into(),
            type_field: "type",
            created_at: now,
            properties: BTreeMap::new(),
            children: Vec::new(),
            parent: Parent::Unsaid,
            blocked_by: None,
        }
    }
}

/// What a node says of its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// Nothing.
    Unsaid,
    /// That it has none.
    None,
    /// That it is this one.
    Node(NodeId),
}

/// The UUID of an id; one that is no UUID becomes one, always the same.
pub fn node_id(text: &str) -> NodeId {
    text.parse().unwrap_or_else(|_| Uuid::new_v5(&Uuid::NAMESPACE_DNS, text.as_bytes()))
}

/// Reads nodes, one after the other.
pub struct Reader<'a> {
    pub faults: &'a mut Faults,
    pub limits: &'a Limits,
    /// When nodes were created that do not say so.
    pub now: Timestamp,
    /// Texts that many nodes have in common.
    texts: HashSet<Arc<str>>,
    /// Children that were listed so far.
    listed: usize,
}

/// The fields that are known, as they stand in the file.
#[derive(Default)]
struct Fields<'a> {
    id: Option<&'a RawValue>,
    node_type: Option<&'a RawValue>,
    blueprint_type_id: Option<&'a RawValue>,
    name: Option<&'a RawValue>,
    created_at: Option<&'a RawValue>,
    properties: Option<&'a RawValue>,
    children: Option<&'a RawValue>,
    parent_id: Option<&'a RawValue>,
    blocked_by: Option<&'a RawValue>,
}

impl<'a> Fields<'a> {
    fn slot(&mut self, key: &str) -> Option<&mut Option<&'a RawValue>> {
        Some(match key {
            "id" => &mut self.id,
            "type" => &mut self.node_type,
            "blueprint_type_id" => &mut self.blueprint_type_id,
            "name" => &mut self.name,
            "created_at" => &mut self.created_at,
            "properties" => &mut self.properties,
            "children" => &mut self.children,
            "parent_id" => &mut self.parent_id,
            "blocked_by" => &mut self.blocked_by,
            _ => return None,
        })
    }
}

impl<'f> Reader<'f> {
    pub fn new(faults: &'f mut Faults, limits: &'f Limits, now: Timestamp) -> Self {
        Self { faults, limits, now, texts: HashSet::new(), listed: 0 }
    }

    /// Reads a node that stands at `place`, under `key` if it stands under one. None if it has no id.
    pub fn node(&mut self, place: String, key: Option<&str>, raw: &RawValue) -> Option<Draft> {
        let mut fields = Fields::default();
        let mut twice = Vec::new();
        let walked = json::entries(raw, |key, value| {
            if fields.slot(&key).is_some_and(|slot| slot.replace(value).is_some()) {
                twice.push(key);
            }
        });
        if let Err(unreadable) = walked {
            self.unreadable(&place, &unreadable, "an object");
            // It is there all the same for those that name it.
            return key.map(|key| Draft::empty(place, node_id(key), self.now));
        }
        for field in twice {
            self.faults.add(format_args!("{place}.{field}"), "stands there twice");
        }
        let id = self.id(&place, key, &fields);
        let (type_field, node_type) = self.node_type(&place, &fields);
        let mut properties = self.properties(&place, fields.properties);
        self.name(&place, fields.name, &mut properties);
        let created_at = self.created_at(&place, fields.created_at);
        let children = self.children(&place, fields.children);
        let parent = match fields.parent_id {
            None => Parent::Unsaid,
            Some(raw) if json::is_null(raw) => Parent::None,
            Some(_) => {
                self.reference(&place, "parent_id", fields.parent_id).map_or(Parent::Unsaid, Parent::Node)
            }
        };
        let blocked_by = self.reference(&place, "blocked_by", fields.blocked_by);
        Some(Draft {
            id: id?,
            place,
            node_type,
            type_field,
            created_at,
            properties,
            children,
            parent,
            blocked_by,
        })
    }

    fn id(&mut self, place: &str, key: Option<&str>, fields: &Fields<'_>) -> Option<NodeId> {
        let own = self.reference(place, "id", fields.id);
        let Some(key) = key else {
            if fields.id.is_none_or(json::is_null) {
                self.faults.add(format_args!("{place}.id"), "is missing");
            }
            return own;
        };
        if key.is_empty() {
            self.faults.add(place, "an id is never empty");
        }
        let id = node_id(key);
        if own.is_some_and(|own| own != id) {
            self.faults.add(format_args!("{place}.id"), "is not the id under which the node stands");
        }
        Some(id)
    }

    /// The field that names the type, and the type.
    fn node_type(&mut self, place: &str, fields: &Fields<'_>) -> (&'static str, Arc<str>) {
        let newer = self.text(place, "type", fields.node_type);
        let older = self.text(place, "blueprint_type_id", fields.blueprint_type_id);
        match (newer, older) {
            (Some(newer), Some(older)) if newer != older => {
                self.faults.add(format_args!("{place}.blueprint_type_id"), "is not what type says");
                ("type", self.shared(&newer))
            }
            (Some(newer), _) => ("type", self.shared(&newer)),
            (None, Some(older)) => ("blueprint_type_id", self.shared(&older)),
            (None, None) => {
                if fields.node_type.is_none() && fields.blueprint_type_id.is_none() {
                    self.faults.add(format_args!("{place}.type"), "is missing");
                }
                ("type", "".into())
            }
        }
    }

    /// Puts the name among the properties, where older files may have it already.
    fn name(&mut self, place: &str, raw: Option<&RawValue>, properties: &mut BTreeMap<Arc<str>, Arc<Value>>) {
        let place = format!("{place}.name");
        let Some(raw) = raw else {
            if !properties.contains_key(NAME) {
                self.faults.add(place, "is missing");
            }
            return;
        };
        let name = match json::text(raw) {
            Ok(name) => Value::from(name),
            Err(unreadable) => return self.unreadable(&place, &unreadable, "a string"),
        };
        if properties.get(NAME).is_some_and(|property| **property != name) {
            self.faults.add(&place, "is not what properties.name says");
        }
        if let Err(rejection) = check_size(NAME, &name, self.limits) {
            self.faults.add(&place, rejection);
        }
        properties.insert(self.shared(NAME), Arc::new(name));
    }

    fn created_at(&mut self, place: &str, raw: Option<&RawValue>) -> Timestamp {
        let Some(raw) = raw.filter(|raw| !json::is_null(raw)) else { return self.now };
        let place = format_args!("{place}.created_at");
        match json::text(raw) {
            Ok(text) => moment(&text).unwrap_or_else(|| {
                self.faults.add(place, "must be a time, as 2026-01-31T12:00:00Z");
                self.now
            }),
            Err(unreadable) => {
                self.unreadable(&place.to_string(), &unreadable, "a string");
                self.now
            }
        }
    }

    fn properties(&mut self, place: &str, raw: Option<&RawValue>) -> BTreeMap<Arc<str>, Arc<Value>> {
        let mut properties = BTreeMap::new();
        let Some(raw) = raw.filter(|raw| !json::is_null(raw)) else { return properties };
        let walked = json::entries(raw, |id, raw| {
            if let Some(value) = self.property(place, &id, raw)
                && properties.insert(self.shared(&id), Arc::new(value)).is_some()
            {
                self.faults.add(format_args!("{place}.properties.{}", excerpt(&id)), "stands there twice");
            }
        });
        if let Err(unreadable) = walked {
            self.unreadable(&format!("{place}.properties"), &unreadable, "an object");
        }
        properties
    }

    /// A property's value, if it has one that can be kept. `null` is none.
    fn property(&mut self, place: &str, id: &str, raw: &RawValue) -> Option<Value> {
        if json::is_null(raw) {
            return None;
        }
        match self.kept(id, raw) {
            Ok(value) => Some(value),
            Err(message) => {
                self.faults.add(format_args!("{place}.properties.{}", excerpt(id)), message);
                None
            }
        }
    }

    fn kept(&self, id: &str, raw: &RawValue) -> Result<Value, String> {
        if let Some(wanted) = wanted_property_id(id) {
            return Err(format!("a property's id must be {wanted}"));
        }
        // Not even read: a short text can become a hundred times its size.
        let limit = self.limits.property_bytes;
        if raw.get().len() > limit * ROOM_FOR_SPACE {
            return Err(format!("Property {} is over {limit} bytes", excerpt(id)));
        }
        let value = json::value(raw).map_err(|unreadable| match unreadable {
            Unreadable::Broken(reason) if !reason.contains("recursion") => {
                format!("cannot be read: {reason}")
            }
            _ => format!("Property {} is nested deeper than {MAX_VALUE_DEPTH} levels", excerpt(id)),
        })?;
        if let Some(wanted) = wanted_value(&value) {
            return Err(format!("a value must be {wanted}"));
        }
        if id == NAME && !value.is_string() {
            return Err("must be a string: it is the node's name".to_owned());
        }
        check_size(id, &value, self.limits).map_err(|rejection| rejection.to_string())?;
        Ok(value)
    }

    fn children(&mut self, place: &str, raw: Option<&RawValue>) -> Vec<Option<NodeId>> {
        let mut children = Vec::new();
        let Some(raw) = raw.filter(|raw| !json::is_null(raw)) else { return children };
        let limit = self.limits.nodes;
        let walked = json::items(raw, |index, raw| {
            self.listed += 1;
            if self.listed <= limit {
                children.push(self.child(place, index, raw));
            } else if self.listed == limit + 1 {
                let message = format!("no more than {limit} children can be listed in a file");
                self.faults.add(format_args!("{place}.children[{index}]"), message);
            }
        });
        if let Err(unreadable) = walked {
            self.unreadable(&format!("{place}.children"), &unreadable, "an array of ids");
        }
        children
    }

    fn child(&mut self, place: &str, index: usize, raw: &RawValue) -> Option<NodeId> {
        match json::text(raw) {
            Ok(text) if !text.is_empty() => Some(node_id(&text)),
            Ok(_) => {
                self.faults.add(format_args!("{place}.children[{index}]"), "an id is never empty");
                None
            }
            Err(unreadable) => {
                self.unreadable(&format!("{place}.children[{index}]"), &unreadable, "an id");
                None
            }
        }
    }

    /// A field that holds an id, or null, or is missing.
    fn reference(&mut self, place: &str, field: &str, raw: Option<&RawValue>) -> Option<NodeId> {
        let text = self.text(place, field, raw.filter(|raw| !json::is_null(raw)))?;
        Some(node_id(&text))
    }

    /// A text that is not empty.
    fn text(&mut self, place: &str, field: &str, raw: Option<&RawValue>) -> Option<String> {
        match json::text(raw?) {
            Ok(text) if !text.is_empty() => Some(text),
            Ok(_) => {
                self.faults.add(format_args!("{place}.{field}"), "must not be empty");
                None
            }
            Err(unreadable) => {
                self.unreadable(&format!("{place}.{field}"), &unreadable, "a string");
                None
            }
        }
    }

    fn unreadable(&mut self, place: &str, unreadable: &Unreadable, wanted: &str) {
        match unreadable {
            Unreadable::Kind => self.faults.add(place, format_args!("must be {wanted}")),
            Unreadable::Broken(reason) => self.faults.add(place, format_args!("cannot be read: {reason}")),
        }
    }

    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&text));
        text
    }
}

/// A time in RFC 3339, or without a zone, which older files mean as UTC. Later it is written with a year of
/// four digits, so it must have one there, too.
fn moment(text: &str) -> Option<Timestamp> {
    let moment = DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.with_timezone(&Utc))
        .or_else(|_| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|moment| moment.and_utc())
        })
        .ok()?;
    Some(Timestamp::from(moment)).filter(|moment| moment.is_readable())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_zone_or_means_utc() {
        let cases = [
            ("2026-01-28T12:34:56.789012", Some("2026-01-28T12:34:56.789Z")),
            ("2026-01-28T12:34:56", Some("2026-01-28T12:34:56.000Z")),
            ("2026-01-28T12:34:56+02:00", Some("2026-01-28T10:34:56.000Z")),
            ("2026-01-28T12:34:56Z", Some("2026-01-28T12:34:56.000Z")),
            ("0000-01-01T00:00:00+23:59", None),
            ("9999-12-31T23:59:59-23:59", None),
            ("9999-12-31T23:59:60.5Z", None),
            ("2016-12-31T23:59:60.5Z", Some("2017-01-01T00:00:00.500Z")),
            ("2026-02-30T00:00:00Z", None),
            ("yesterday", None),
            ("2026-01-28", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(moment(text).map(|moment| moment.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_uuid_becomes_one_that_is_always_the_same() {
        // As Python's uuid5(NAMESPACE_DNS, "uuid-1") has it.
        assert_eq!(node_id("uuid-1").to_string(), "e2c6999a-39f5-514b-8dd9-18af16bcb8f5");
        let id = "6F1C2B1E-3A54-4D0A-9C55-0D7A1B8F2E01";
        assert_eq!(node_id(id).to_string(), id.to_lowercase());
    }
}
