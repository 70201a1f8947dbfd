//! From the form to a template: what fits together, and what is left out is filled in.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;
use serde_saphyr::Spanned;
use uuid::Uuid;

use super::form::{Fault, NodeTypeForm, OptionForm, PropertyForm, TemplateForm};
use crate::domain::graph::NAME;
use crate::domain::template::{NodeType, Property, PropertyKind, SelectOption};
use crate::domain::{Limits, Template, canonical};

/// Ids of options that have none in the file are UUID v5 in this namespace, of
/// `template/type/property/option name`. Frozen: projects hold these ids as property values.
const OPTION_IDS: Uuid = Uuid::from_u128(0x6f2c_9d0e_3b1a_4c47_9e58_41d7_a0b6_72f3);

/// The longest id of a node type, a property or an option, in bytes: commands take no longer ones.
const MAX_ID: usize = 256;

/// What the form says; worth nothing if a fault is added to `faults`.
pub(super) fn template(stem: &str, form: Spanned<TemplateForm>, faults: &mut Vec<Fault>) -> Template {
    let name = text(&form, "template", "name", form.value.name.as_ref(), faults);
    let types = match form.value.node_types {
        Some(types) if !types.value.is_empty() => types.value,
        given => {
            let place = given.map_or(form.referenced, |types| types.referenced);
            faults.push(Fault::at_location(place, "a template needs at least one node type"));
            Vec::new()
        }
    };
    if let Some(id) = form.value.id.filter(|id| id.value != stem) {
        faults.push(Fault::at(&id, format!("the id is {}, but the file is named {stem}", id.value)));
    }
    unique("node type", types.iter().filter_map(|node_type| node_type.value.id.as_ref()), faults);
    known_children(&types, faults);
    Template {
        id: stem.into(),
        version: form.value.version.unwrap_or_default(),
        name,
        description: form.value.description.unwrap_or_default(),
        node_types: types.into_iter().map(|form| node_type(stem, form, faults)).collect(),
    }
}

/// A text that must be there; `of` is where it belongs.
fn text<T>(
    of: &Spanned<T>,
    what: &str,
    field: &str,
    given: Option<&Spanned<String>>,
    faults: &mut Vec<Fault>,
) -> String {
    match given {
        None => faults.push(Fault::at(of, format!("a {what} needs a field {field}"))),
        Some(text) if text.value.trim().is_empty() => {
            faults.push(Fault::at(text, format!("the {field} of a {what} is empty")));
        }
        Some(text) if field == "id" && text.value.len() > MAX_ID => {
            faults.push(Fault::at(text, format!("the id of a {what} is longer than {MAX_ID} bytes")));
        }
        Some(_) => {}
    }
    given.map(|text| text.value.clone()).unwrap_or_default()
}

fn unique<'a>(what: &str, ids: impl Iterator<Item = &'a Spanned<String>>, faults: &mut Vec<Fault>) {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(&id.value) {
            faults.push(Fault::at(id, format!("there are two {what} ids {}", id.value)));
        }
    }
}

fn known_children(types: &[Spanned<NodeTypeForm>], faults: &mut Vec<Fault>) {
    let ids = types.iter().filter_map(|node_type| node_type.value.id.as_ref());
    let known: HashSet<_> = ids.map(|id| &id.value).collect();
    for node_type in types {
        let mut seen = HashSet::new();
        for child in &node_type.value.allowed_children {
            if !known.contains(&child.value) {
                faults.push(Fault::at(child, format!("there is no node type {}", child.value)));
            } else if !seen.insert(&child.value) {
                faults.push(Fault::at(child, format!("{} is named twice", child.value)));
            }
        }
    }
}

fn node_type(template_id: &str, form: Spanned<NodeTypeForm>, faults: &mut Vec<Fault>) -> NodeType {
    let id = text(&form, "node type", "id", form.value.id.as_ref(), faults);
    let label = text(&form, "node type", "label", form.value.label.as_ref(), faults);
    let form = form.value;
    unique("property", form.properties.iter().filter_map(|property| property.value.id.as_ref()), faults);
    let path = format!("{template_id}/{id}");
    NodeType {
        id: id.into(),
        label,
        description: form.description.unwrap_or_default(),
        allowed_children: form.allowed_children.into_iter().map(|child| child.value.into()).collect(),
        has_time_log: form.has_time_log,
        icon_id: form.icon_id,
        properties: form.properties.into_iter().map(|form| property(&path, form, faults)).collect(),
    }
}

fn property(type_path: &str, form: Spanned<PropertyForm>, faults: &mut Vec<Fault>) -> Property {
    let id = text(&form, "property", "id", form.value.id.as_ref(), faults);
    let label = text(&form, "property", "label", form.value.label.as_ref(), faults);
    let kind = form.value.kind;
    match (kind, form.value.options.first()) {
        (None, _) => faults.push(Fault::at(&form, "a property needs a field type")),
        (Some(PropertyKind::Select), None) => {
            faults.push(Fault::at(&form, format!("the select {id} has no options")));
        }
        (Some(PropertyKind::Select), Some(_)) | (Some(_), None) => {}
        (Some(_), Some(first)) => faults.push(Fault::at(first, "only a select has options")),
    }
    if id == NAME && kind.is_some_and(|kind| kind != PropertyKind::Text) {
        faults.push(Fault::at(&form, "the property name is the node's name, which is a text"));
    }
    let form = form.value;
    let options = options(&format!("{type_path}/{id}"), form.options, faults);
    let default = kind.zip(form.value).map(|(kind, given)| default(kind, &options, given)).transpose();
    Property {
        id: id.into(),
        label,
        kind: kind.unwrap_or(PropertyKind::Text),
        required: form.required,
        default: default.unwrap_or_else(|fault| {
            faults.push(fault);
            None
        }),
        indicator_set: form.indicator_set,
        options,
    }
}

fn options(
    property_path: &str,
    forms: Vec<Spanned<OptionForm>>,
    faults: &mut Vec<Fault>,
) -> Vec<SelectOption> {
    let (mut ids, mut names) = (HashSet::new(), HashSet::new());
    let mut options = Vec::with_capacity(forms.len());
    for form in forms {
        let option = option(property_path, &form.value);
        if option.name.trim().is_empty() || option.id.is_empty() {
            faults.push(Fault::at(&form, "an option's name or id is empty"));
        } else if option.id.len() > MAX_ID {
            faults.push(Fault::at(&form, format!("an option's id is longer than {MAX_ID} bytes")));
        } else if !names.insert(option.name.clone()) {
            faults.push(Fault::at(&form, format!("there are two options {}", option.name)));
        } else if !ids.insert(Arc::clone(&option.id)) {
            faults.push(Fault::at(&form, format!("there are two options with the id {}", option.id)));
        }
        options.push(option);
    }
    options
}

fn option(property_path: &str, form: &OptionForm) -> SelectOption {
    let (name, indicator_id, bullet, id) = match form {
        OptionForm::Name(name) => (name, &None, &None, &None),
        OptionForm::More { name, indicator_id, bullet, id } => (name, indicator_id, bullet, id),
    };
    let derived = || Uuid::new_v5(&OPTION_IDS, format!("{property_path}/{name}").as_bytes()).to_string();
    SelectOption {
        id: id.clone().unwrap_or_else(derived).into(),
        name: name.clone(),
        indicator_id: indicator_id.clone(),
        bullet: bullet.clone(),
    }
}

/// The default as nodes hold it: of a select, the option's id.
fn default(kind: PropertyKind, options: &[SelectOption], given: Spanned<Value>) -> Result<Value, Fault> {
    let fits = match (kind, &given.value) {
        (PropertyKind::Text, Value::String(_))
        | (PropertyKind::Number | PropertyKind::Currency, Value::Number(_))
        | (PropertyKind::Boolean, Value::Bool(_)) => true,
        (PropertyKind::Date, Value::String(text)) => is_day(text),
        (PropertyKind::Select, Value::String(text)) => {
            let by_id = options.iter().find(|option| *option.id == **text);
            let chosen = by_id.or_else(|| options.iter().find(|option| option.name == *text));
            let unknown = || Fault::at(&given, format!("no option has the id or name {text}"));
            return chosen.map(|option| Value::from(&*option.id)).ok_or_else(unknown);
        }
        _ => false,
    };
    if !fits {
        return Err(Fault::at(&given, misfit(kind)));
    }
    let limit = Limits::default().property_bytes;
    if canonical::to_string(&given.value).len() > limit {
        return Err(Fault::at(&given, format!("the value is larger than {limit} bytes")));
    }
    Ok(given.value)
}

/// `YYYY-MM-DD`; chrono alone would take fewer digits too.
fn is_day(text: &str) -> bool {
    text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

const fn misfit(kind: PropertyKind) -> &'static str {
    match kind {
        PropertyKind::Text => "the value of a text must be a text; quote it",
        PropertyKind::Number | PropertyKind::Currency => "the value must be a number",
        PropertyKind::Boolean => "the value must be true or false",
        PropertyKind::Date => "the value must be a day, YYYY-MM-DD",
        PropertyKind::Select => "the value must be an option's id or name; quote it",
    }
}
