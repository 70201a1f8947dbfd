//! The templates that the worlds of these tests are made of.

use serde_json::{Value, json};

use crate::domain::Template;

fn read(template: Value) -> Template {
    serde_json::from_value(template).unwrap()
}

/// Two node types; a task starts with a status and a cost. Nothing is said of children.
pub(super) fn garden() -> Template {
    read(json!({"id": "garden", "version": "1", "name": "Garden", "node_types": [
        {"id": "project", "label": "project"},
        {"id": "task", "label": "task", "properties": [
            {"id": "status", "label": "status", "type": "select", "options": [
                {"id": "open", "name": "open"}, {"id": "done", "name": "done"},
            ]},
            {"id": "phase", "label": "phase", "type": "select", "options": [
                {"id": "early", "name": "early"}, {"id": "late", "name": "late"},
            ]},
            {"id": "cost", "label": "cost", "type": "number", "default": 0},
            {"id": "note", "label": "note", "type": "text"},
        ]},
    ]}))
}

/// The same a version later: beds came, notes went, and tasks stand in tasks and beds alone.
pub(super) fn later_garden() -> Template {
    read(json!({"id": "garden", "version": "2", "name": "Garden", "node_types": [
        {"id": "project", "label": "project", "allowed_children": ["bed"]},
        {"id": "task", "label": "task", "allowed_children": ["task"], "properties": [
            {"id": "status", "label": "status", "type": "select", "options": [
                {"id": "done", "name": "done"}, {"id": "dropped", "name": "dropped"},
            ]},
            {"id": "cost", "label": "cost", "type": "text"},
        ]},
        {"id": "bed", "label": "bed", "allowed_children": ["task"]},
    ]}))
}

/// Children, required properties and a property of every kind.
pub(super) fn orchard() -> Template {
    read(json!({"id": "orchard", "version": "7", "name": "Orchard", "node_types": [
        {"id": "project", "label": "project", "allowed_children": ["bed"]},
        {"id": "bed", "label": "bed", "allowed_children": ["plant", "bed"]},
        {"id": "plant", "label": "plant", "properties": [
            {"id": "sort", "label": "sort", "type": "text", "required": true},
            {"id": "height", "label": "height", "type": "number"},
            {"id": "price", "label": "price", "type": "currency"},
            {"id": "watered", "label": "watered", "type": "boolean"},
            {"id": "planted", "label": "planted", "type": "date"},
            {"id": "status", "label": "status", "type": "select", "required": true, "options": [
                {"id": "young", "name": "Young"}, {"id": "old", "name": "Old"},
            ]},
        ]},
    ]}))
}
