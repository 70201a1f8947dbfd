//! Project files: small graphs over the same ids as the commands, as people bring them, some with faults.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::commands::{POOL, TYPES, any_property, any_value, fitting, level, pool};
use crate::support::random::Random;

/// A file to load into a project.
pub fn any(strict: bool, random: &mut Random) -> Value {
    let mut nodes = vec![root()];
    for place in 0..POOL {
        if random.percent(45) {
            nodes.extend(node(place, &nodes, strict, random));
        }
    }
    if random.percent(40) {
        list_children(&mut nodes, random);
    }
    if random.percent(12) {
        spoil(&mut nodes, random);
    }
    let template = *random.pick(&["restomod", "restomod", "restomod", "restomod", "software_delivery"]);
    if random.percent(20) { desktop(&nodes, template) } else { file(&nodes, template) }
}

/// A file without a fault, which makes a project.
pub fn beginning(strict: bool) -> Value {
    let phase = json!({
        "id": pool(0), "type": TYPES[1], "name": "Dig", "parent_id": "$root", "properties": {},
        "created_at": "1967-04-17T09:15:00.123Z",
    });
    let mut file = file(&[root(), phase], "restomod");
    file["strict"] = json!(strict);
    file
}

fn root() -> Value {
    json!({ "id": "$root", "type": TYPES[0], "name": "Test", "parent_id": null, "properties": {} })
}

/// A node below one that is in the file, in a strict project one that may have it; none if there is none.
fn node(place: usize, there: &[Value], strict: bool, random: &mut Random) -> Option<Value> {
    let (level, fitting) = (level(place), fitting(place));
    let has_fitting = there.iter().any(|node| node["id"] == fitting);
    let is_fit = has_fitting && (strict || random.percent(60));
    if strict && !is_fit {
        return None;
    }
    let parent = if is_fit { fitting } else { random.pick(there)["id"].clone() };
    let parent = if !is_fit && random.percent(20) { Value::Null } else { parent };
    let node_type = if is_fit { TYPES[level + 1] } else { random.pick(&TYPES) };
    let mut node = json!({ "id": pool(place), "type": node_type, "parent_id": parent, "properties": {} });
    node["name"] = json!(random.pick(&["Dig", "Weed", "", "Ümläut \u{1F980}"]));
    if random.percent(if strict { 5 } else { 40 }) {
        node["properties"][any_property(random)] = any_value(random);
    }
    if random.percent(20) {
        node["blocked_by"] = random.pick(there)["id"].clone();
    }
    if random.percent(50) {
        node["created_at"] = json!("1967-04-17T09:15:00Z");
    }
    Some(node)
}

/// Says the order of children by lists, which `parent_id` alone leaves to the order in the file.
fn list_children(nodes: &mut [Value], random: &mut Random) {
    let mut below: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for node in &*nodes {
        if let Some(parent) = node["parent_id"].as_str() {
            let siblings = below.entry(parent.to_owned()).or_default();
            siblings.insert(random.below(siblings.len() + 1), node["id"].clone());
        }
    }
    for node in nodes {
        let children = node["id"].as_str().and_then(|id| below.remove(id));
        node["children"] = children.unwrap_or_default().into();
    }
}

/// One fault, or something that looks like one.
fn spoil(nodes: &mut Vec<Value>, random: &mut Random) {
    let place = random.below(nodes.len());
    let node = &mut nodes[place];
    match random.below(7) {
        0 => node["type"] = json!("no-such-type"),
        1 => node["parent_id"] = json!("$never"),
        2 => node["parent_id"] = node["id"].clone(),
        3 => node["blocked_by"] = json!("$never"),
        4 => node["properties"]["notes"] = json!("y".repeat(70_000)),
        5 => node["name"] = json!(7),
        _ => {
            let again = node.clone();
            nodes.push(again);
        }
    }
}

fn file(nodes: &[Value], template: &str) -> Value {
    json!({ "version": "1.0", "name": "Test", "templates": [format!("{template}.yaml")], "nodes": nodes })
}

/// The form that desktop clients save: names are properties, and what waits for what stands beside the graph.
fn desktop(nodes: &[Value], template: &str) -> Value {
    let mut nodes = nodes.to_vec();
    let mut blocking = Vec::new();
    for node in &mut nodes {
        let Some(fields) = node.as_object_mut() else { continue };
        if let Some(name) = fields.remove("name") {
            fields["properties"]["name"] = name;
        }
        if let Some(blocking_node) = fields.remove("blocked_by") {
            blocking.push(json!({ "blockedNodeId": fields["id"], "blockingNodeId": blocking_node }));
        }
        if let Some(node_type) = fields.remove("type") {
            fields.insert("blueprint_type_id".to_owned(), node_type);
        }
    }
    json!({ "template_id": template, "graph": { "nodes": nodes }, "blocking_relationships": blocking })
}
