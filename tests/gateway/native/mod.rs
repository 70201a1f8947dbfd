//! `/ws/v1`: what holds for Socket.IO holds here, too.

mod ending;
mod identity;
mod limits;
mod slow;
mod talking;
mod together;

use serde_json::{Value, json};

use crate::support::Project;

/// A command that sets a property of the root.
fn set(project: &Project, value: impl Into<Value>) -> Value {
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": value.into() });
    json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data })
}

/// The same command by a name of its own.
fn named(mut command: Value, command_id: &str) -> Value {
    command["command_id"] = json!(command_id);
    command
}
