//! Commands as clients mean them, about the nodes that there are: what is altered has to begin well.

use serde_json::{Value, json};

use super::bytes::odd_text;
use super::values;
use crate::support::random::Random;

/// The types of the template `restomod`.
const TYPES: [&str; 5] = ["project_root", "phase", "job", "task", "part"];
const PROPERTIES: [&str; 6] = ["status", "cost", "notes", "budget", "vin", "x-note"];
/// Ids for nodes to be made.
const POOL: u128 = 24;

/// The data of a command of this type. `nodes` are ids of nodes that are there.
pub fn data(command_type: &str, random: &mut Random, nodes: &[String]) -> Value {
    let node = any_node(random, nodes);
    let other = any_node(random, nodes);
    match command_type {
        "CreateNode" => create(random, &other),
        "DeleteNode" => json!({ "node_id": node }),
        "UpdateProperty" => {
            let value = values::anything(random);
            match random.below(4) {
                0 => json!({ "node_id": node, "property_id": "name", "new_value": odd_text(random) }),
                1 => {
                    json!({ "node_id": node, "property_id": any_property(random), "value": value, "check": true,
                        "old_value": values::anything(random) })
                }
                _ => json!({ "node_id": node, "property_id": any_property(random), "new_value": value }),
            }
        }
        "DeleteProperty" => json!({ "node_id": node, "property_id": any_property(random) }),
        "DeleteOrphanedProperty" => json!({ "node_id": node, "property_key": any_property(random) }),
        "LinkNode" | "UnlinkNode" => json!({ "parent_id": other, "child_id": node }),
        "MoveNode" => {
            let mut data = json!({ "node_id": node, "new_parent_id": other });
            match random.below(6) {
                0 => data["new_parent_id"] = Value::Null,
                1 => data["index"] = json!(random.below(5)),
                2 => data["after"] = json!(any_node(random, nodes)),
                3 => data["before"] = json!(any_node(random, nodes)),
                4 => data["position"] = json!(random.pick(&["first", "last"])),
                _ => {}
            }
            data
        }
        "ReorderNode" => json!({ "node_id": node, "new_index": random.below(5) }),
        "ApplyKit" => json!({ "target_id": node, "kit_root_id": other }),
        "UpdateBlockingRelationship" => {
            let blocking = if random.percent(20) { Value::Null } else { json!(other) };
            json!({ "blocked_node_id": node, "blocking_node_id": blocking })
        }
        "AdoptTemplate" => random
            .pick(&[
                json!({}),
                json!({ "template_id": "restomod" }),
                json!({ "template_id": "event_planning" }),
            ])
            .clone(),
        "Batch" => {
            let single: Vec<&str> = TYPES_OF_A_BATCH.to_vec();
            let commands: Vec<Value> = (0..1 + random.below(3))
                .map(|_| {
                    let command_type = *random.pick(&single);
                    json!({ "command_type": command_type, "data": data(command_type, random, nodes) })
                })
                .collect();
            json!({ "commands": commands })
        }
        _ => panic!("say here what {command_type} takes"),
    }
}

/// What is mostly taken, so that batches are too.
const TYPES_OF_A_BATCH: [&str; 5] =
    ["CreateNode", "UpdateProperty", "DeleteProperty", "ReorderNode", "UpdateBlockingRelationship"];

fn create(random: &mut Random, parent: &str) -> Value {
    let mut data = json!({ "blueprint_type_id": random.pick(&TYPES), "parent_id": parent });
    if random.percent(10) {
        data["parent_id"] = Value::Null;
    }
    if random.percent(50) {
        data["node_id"] = json!(uuid::Uuid::from_u128(1 + random.below(POOL as usize) as u128));
    }
    if random.percent(50) {
        data["name"] = json!(odd_text(random));
    }
    if random.percent(40) {
        data["properties"] = json!({ any_property(random): values::anything(random) });
    }
    if random.percent(40) {
        data["index"] = json!(random.below(4));
    }
    data
}

fn any_node(random: &mut Random, nodes: &[String]) -> String {
    if nodes.is_empty() || random.percent(5) {
        return uuid::Uuid::from_u128(1 + random.below(POOL as usize) as u128).to_string();
    }
    random.pick(nodes).clone()
}

fn any_property(random: &mut Random) -> String {
    if random.percent(15) { odd_text(random) } else { random.pick(&PROPERTIES).to_string() }
}
