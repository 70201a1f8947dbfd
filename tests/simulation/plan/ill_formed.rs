//! Commands that are not as they should be: one thing about a good one is spoilt.
//!
//! Some are accepted all the same, since what was spoilt is optional. Then they have to be carried out whole.

use serde_json::{Value, json};

use super::{Body, Given};
use crate::support::random::Random;

/// Spoils a command.
pub fn spoil(given: &mut Given, random: &mut Random) {
    match random.weighted(&[6, 2, 2, 1]) {
        0 => spoil_field(&mut given.body, random),
        1 => {
            if let Body::Execute { command_type, .. } = &mut given.body {
                *command_type = any_type(random);
            }
        }
        2 => {
            if let Body::Execute { data, .. } = &mut given.body {
                *data = anything(random);
            }
        }
        _ => {
            let wrong = [json!(""), json!("n".repeat(129)), json!(7), json!({}), json!([])];
            given.command_id = Some(random.pick(&wrong).clone());
            given.in_header = false;
        }
    }
}

/// Takes a field of the data away, or puts something else there.
fn spoil_field(body: &mut Body, random: &mut Random) {
    let Body::Execute { data: Value::Object(fields), .. } = body else { return };
    let names: Vec<String> = fields.keys().cloned().collect();
    if names.is_empty() {
        return;
    }
    let name = random.pick(&names).clone();
    if random.percent(40) {
        fields.remove(&name);
    } else {
        fields.insert(name, anything(random));
    }
}

fn any_type(random: &mut Random) -> Value {
    let long = "N".repeat(300);
    let types = [
        "",
        "createNode",
        "Undo",
        "CreateProject",
        "RenameProject",
        "ReplaceGraph",
        "DeleteProject",
        "\u{1F980}",
        &long,
    ];
    match random.below(10) {
        0 => json!(5),
        1 => Value::Null,
        _ => json!(random.pick(&types)),
    }
}

fn anything(random: &mut Random) -> Value {
    random
        .pick(&[
            Value::Null,
            json!(5),
            json!(-1),
            json!(1.5),
            json!(u64::MAX),
            json!("x"),
            json!(""),
            json!("not a uuid"),
            json!("00000000-0000-0000-0000-000000000000"),
            json!([]),
            json!([1, "x", null]),
            json!({}),
            json!({ "$serde_json::private::Number": "1" }),
            json!({ "command_type": "Batch", "data": {} }),
            json!(true),
            json!("y".repeat(70_000)),
        ])
        .clone()
}
