//! From the form to a template: what fits together, and what is left out is filled in.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;
use serde_saphyr::Spanned;
use uuid::Uuid;

use super::form::{Fault, NodeTypeForm, OptionForm, PropertyForm, TemplateForm};
use crate::domain::Template;
use crate::domain::template::{NodeType, Property, PropertyKind, SelectOption};

/// Ids of options that have none in the file are UUID v5 in this namespace, of
/// `template/type/property/option name`. Frozen: projects hold these ids as property values.
const OPTION_IDS: Uuid = Uuid::from_u128(0x6f2c_9d0e_3b1a_4c47_9e58_41d7_a0b6_72f3);

pub(super) fn template(stem: &str, form: TemplateForm) -> Result<Template, Fault> {
    if let Some(id) = &form.id
        && id.value != stem
    {
        return Err(Fault::at(id, format!("the id is {}, but the file is named {stem}", id.value)));
    }
    let types = &form.node_types;
    if types.value.is_empty() {
        return Err(Fault::at(types, "a template needs at least one node type"));
    }
    unique("node type", types.value.iter().map(|node_type| &node_type.id))?;
    known_children(&types.value)?;
    let node_types = form.node_types.value.into_iter();
    Ok(Template {
        id: stem.into(),
        version: form.version.unwrap_or_default(),
        name: form.name,
        description: form.description.unwrap_or_default(),
        node_types: node_types.map(|form| node_type(stem, form)).collect::<Result<_, _>>()?,
    })
}

fn unique<'a>(what: &str, ids: impl Iterator<Item = &'a Spanned<String>>) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    for id in ids {
        if id.value.is_empty() {
            return Err(Fault::at(id, format!("the id of a {what} is empty")));
        }
        if !seen.insert(&id.value) {
            return Err(Fault::at(id, format!("there are two {what} ids {}", id.value)));
        }
    }
    Ok(())
}

fn known_children(types: &[NodeTypeForm]) -> Result<(), Fault> {
    let known: HashSet<_> = types.iter().map(|node_type| &node_type.id.value).collect();
    let mut children = types.iter().flat_map(|node_type| &node_type.allowed_children);
    match children.find(|child| !known.contains(&child.value)) {
        Some(child) => Err(Fault::at(child, format!("there is no node type {}", child.value))),
        None => Ok(()),
    }
}

fn node_type(template_id: &str, form: NodeTypeForm) -> Result<NodeType, Fault> {
    unique("property", form.properties.iter().map(|property| &property.id))?;
    let path = format!("{template_id}/{}", form.id.value);
    let properties = form.properties.into_iter().map(|form| property(&path, form));
    Ok(NodeType {
        properties: properties.collect::<Result<_, _>>()?,
        id: form.id.value.into(),
        label: form.label,
        description: form.description.unwrap_or_default(),
        allowed_children: form.allowed_children.into_iter().map(|child| child.value.into()).collect(),
        has_time_log: form.has_time_log,
        icon_id: form.icon_id,
    })
}

fn property(type_path: &str, form: PropertyForm) -> Result<Property, Fault> {
    match (form.kind, form.options.first()) {
        (PropertyKind::Select, None) => {
            return Err(Fault::at(&form.id, format!("the select {} has no options", form.id.value)));
        }
        (PropertyKind::Select, Some(_)) | (_, None) => {}
        (_, Some(first)) => return Err(Fault::at(first, "only a select has options")),
    }
    let options = options(&format!("{type_path}/{}", form.id.value), form.options)?;
    Ok(Property {
        id: form.id.value.into(),
        label: form.label,
        kind: form.kind,
        required: form.required,
        default: form.value.map(|value| default(form.kind, &options, value)).transpose()?,
        indicator_set: form.indicator_set,
        options,
    })
}

fn options(property_path: &str, forms: Vec<Spanned<OptionForm>>) -> Result<Vec<SelectOption>, Fault> {
    let mut ids = HashSet::new();
    let mut options = Vec::with_capacity(forms.len());
    for form in forms {
        let option = option(property_path, &form.value);
        if option.name.is_empty() || option.id.is_empty() {
            return Err(Fault::at(&form, "an option's name or id is empty"));
        }
        if !ids.insert(Arc::clone(&option.id)) {
            return Err(Fault::at(&form, format!("there are two options {}", option.name)));
        }
        options.push(option);
    }
    Ok(options)
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
    if fits { Ok(given.value) } else { Err(Fault::at(&given, misfit(kind))) }
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
