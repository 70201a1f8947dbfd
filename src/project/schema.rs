//! A template as clients read it, one that there is now or that a project pinned: its line in the list, and its schema.

use graphroom_protocol::rest::{NodeTypeSchema, OptionSchema, PropertySchema, TemplateSchema, TemplateView};

use crate::domain::Template;
use crate::domain::template::{NodeType, Property, PropertyKind, SelectOption};

/// A template's line in the list of templates.
#[must_use]
pub fn view(template: &Template) -> TemplateView {
    TemplateView {
        id: template.id.to_string(),
        name: template.name.clone(),
        description: template.description.clone(),
    }
}

/// All of a template that clients need to build forms from it.
#[must_use]
pub fn schema(template: &Template) -> TemplateSchema {
    TemplateSchema {
        id: template.id.to_string(),
        template_id: template.id.to_string(),
        version: template.version.clone(),
        name: template.name.clone(),
        description: template.description.clone(),
        node_types: template.node_types.iter().map(node_type).collect(),
    }
}

fn node_type(node_type: &NodeType) -> NodeTypeSchema {
    NodeTypeSchema {
        id: node_type.id.to_string(),
        name: node_type.label.clone(),
        description: node_type.description.clone(),
        allowed_children: node_type.allowed_children.iter().map(ToString::to_string).collect(),
        has_time_log: node_type.has_time_log,
        icon_id: node_type.icon_id.clone(),
        properties: node_type.properties.iter().map(property).collect(),
    }
}

fn property(property: &Property) -> PropertySchema {
    let options = || property.options.iter().map(option).collect();
    PropertySchema {
        id: property.id.to_string(),
        name: property.label.clone(),
        kind: kind(property.kind).to_owned(),
        required: property.required,
        options: (property.kind == PropertyKind::Select).then(options),
        indicator_set: property.indicator_set.clone(),
    }
}

fn option(option: &SelectOption) -> OptionSchema {
    OptionSchema {
        id: option.id.to_string(),
        uuid: option.id.to_string(),
        name: option.name.clone(),
        indicator_id: option.indicator_id.clone(),
        bullet: option.bullet.clone(),
    }
}

const fn kind(kind: PropertyKind) -> &'static str {
    match kind {
        PropertyKind::Text => "text",
        PropertyKind::Number => "number",
        PropertyKind::Currency => "currency",
        PropertyKind::Boolean => "boolean",
        PropertyKind::Date => "date",
        PropertyKind::Select => "select",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::project::Library;

    fn restomod() -> Value {
        let (library, _) = Library::open(None);
        serde_json::to_value(schema(&library.current()["restomod"])).unwrap()
    }

    #[test]
    fn the_schema_starts_with_the_root_type() {
        let schema = restomod();
        assert_eq!(schema["id"], "restomod");
        assert_eq!(schema["template_id"], "restomod");
        let root = &schema["node_types"][0];
        assert_eq!(root["id"], "project_root");
        assert_eq!(root["allowed_children"], json!(["phase"]));
        let vehicle = &root["properties"][0];
        assert_eq!((&vehicle["id"], &vehicle["type"]), (&json!("vehicle"), &json!("text")));
        assert_eq!(vehicle["options"], Value::Null);
    }

    #[test]
    fn an_option_is_named_twice_by_the_same_id() {
        let schema = restomod();
        let status = &schema["node_types"][1]["properties"][0];
        assert_eq!(status["id"], "status");
        let options = status["options"].as_array().unwrap();
        assert!(!options.is_empty());
        assert!(options.iter().all(|option| option["id"] == option["uuid"] && option["id"].is_string()));
    }

    #[test]
    fn an_option_has_the_bullet_that_its_template_gives_it() {
        let (library, _) = Library::open(None);
        let mut template = (*library.current()["restomod"]).clone();
        let options = &mut template.node_types[1].properties[0].options;
        options[0].bullet = Some("◆".to_owned());
        options[1].bullet = None;
        let schema = serde_json::to_value(schema(&template)).unwrap();
        let options = &schema["node_types"][1]["properties"][0]["options"];
        assert_eq!((&options[0]["bullet"], &options[1]["bullet"]), (&json!("◆"), &Value::Null));
    }

    #[test]
    fn a_kind_has_the_name_that_the_record_gives_it() {
        for of_kind in [
            PropertyKind::Text,
            PropertyKind::Number,
            PropertyKind::Currency,
            PropertyKind::Boolean,
            PropertyKind::Date,
            PropertyKind::Select,
        ] {
            assert_eq!(json!(of_kind), kind(of_kind));
        }
    }
}
