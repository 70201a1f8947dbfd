//! What a template says of property values: kinds, options, required ones.
//!
//! Strict projects refuse what does not fit; every project can be asked which of its values no longer
//! do, which is what an adopted template leaves behind.

use serde_json::Value;

use super::template::{NodeType, Property, PropertyKind};
use super::{Node, NodeId, Template};

/// Why a value does not fit its template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The template has no such node type.
    UnknownType,
    /// The node type has no such property.
    UnknownProperty,
    /// The select has no such option.
    UnknownOption,
    /// The value is of another kind.
    WrongKind,
}

/// A value that does not fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Orphan<'a> {
    /// Whose.
    pub node_id: NodeId,
    /// Which.
    pub property_id: &'a str,
    /// What is kept there.
    pub value: &'a Value,
    /// Why it does not fit.
    pub misfit: Misfit,
}

/// The values of a node that its template does not know, in the order of their property ids.
pub fn orphans<'a>(template: &'a Template, node: &'a Node) -> impl Iterator<Item = Orphan<'a>> {
    let node_type = template.node_type(&node.node_type);
    node.shown_properties().filter_map(move |(property_id, value)| {
        let misfit = match node_type {
            None => Misfit::UnknownType,
            Some(node_type) => misfit(node_type, property_id, value)?,
        };
        Some(Orphan { node_id: node.id, property_id, value, misfit })
    })
}

fn misfit(node_type: &NodeType, property_id: &str, value: &Value) -> Option<Misfit> {
    let Some(property) = node_type.property(property_id) else { return Some(Misfit::UnknownProperty) };
    if property.accepts(value) {
        return None;
    }
    let is_option = property.kind == PropertyKind::Select && value.is_string();
    Some(if is_option { Misfit::UnknownOption } else { Misfit::WrongKind })
}

impl Property {
    /// Whether the value is of the property's kind. An empty text stands for "not filled in" in every kind.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        match (self.kind, value) {
            (_, Value::String(text)) if text.is_empty() => true,
            (PropertyKind::Text, Value::String(_))
            | (PropertyKind::Number | PropertyKind::Currency, Value::Number(_))
            | (PropertyKind::Boolean, Value::Bool(_)) => true,
            (PropertyKind::Date, Value::String(text)) => is_day(text),
            (PropertyKind::Select, Value::String(id)) => self.options.iter().any(|option| *option.id == **id),
            _ => false,
        }
    }

    /// What `accepts` wants, for people.
    #[must_use]
    pub fn wanted(&self) -> &'static str {
        match self.kind {
            PropertyKind::Text => "a text",
            PropertyKind::Number | PropertyKind::Currency => "a number",
            PropertyKind::Boolean => "true or false",
            PropertyKind::Date => "a day, YYYY-MM-DD",
            PropertyKind::Select => "the id of one of its options",
        }
    }
}

/// Whether a text is a day of the calendar, `YYYY-MM-DD`.
fn is_day(text: &str) -> bool {
    // The calendar's own reader takes signs, spaces and short numbers too.
    let has_form = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    has_form && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}
