//! Commands of every type, over few ids, so that they get in one another's way.

use serde_json::{Map, Value, json};

use super::{Action, Body};
use crate::support::random::Random;

/// What a placeholder begins with.
pub const MARK: &str = "$";
/// Ids that commands name themselves.
pub const POOL: usize = 9;
/// The types of the template `restomod`, each belonging below the one before.
pub const TYPES: [&str; 5] = ["project_root", "phase", "job", "task", "part"];

/// A source of commands.
#[derive(Debug)]
pub struct Commands {
    /// The project holds nodes to its template: commands keep to it more often.
    strict: bool,
}

impl Commands {
    pub fn new(strict: bool) -> Self {
        Self { strict }
    }

    /// Whether the project holds nodes to its template.
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// A command of any type.
    pub fn execute(&self, random: &mut Random) -> Body {
        let (command_type, data) = match random.weighted(&[90, 8, 2]) {
            0 => self.single(random),
            1 => ("Batch", self.batch(random)),
            _ => ("AdoptTemplate", adopt(random)),
        };
        Body::Execute { command_type: json!(command_type), data }
    }

    /// Most nodes of the pool, each below one that may have it, so that there is something to work on.
    pub fn first_nodes(random: &mut Random) -> Body {
        let there: Vec<usize> = (0..POOL).filter(|_| random.percent(80)).collect();
        let commands: Vec<Value> = there
            .iter()
            .map(|node| {
                let has_fitting = *node > 0 && there.contains(&(node - 1));
                let (parent, level) =
                    if has_fitting { (fitting(*node), level(*node)) } else { (json!("$root"), 0) };
                let data = json!({
                    "node_id": pool(*node), "parent_id": parent, "blueprint_type_id": TYPES[level + 1],
                });
                json!({ "command_type": "CreateNode", "data": data })
            })
            .collect();
        Body::Execute { command_type: json!("Batch"), data: json!({ "commands": commands }) }
    }

    /// A command whose ids are all its own.
    pub fn without_new_ids(&self, random: &mut Random) -> Body {
        let (command_type, data) = match random.below(4) {
            0 => self.create(random, true),
            1 => update(random),
            2 => move_node(random),
            _ => ("DeleteNode", json!({ "node_id": any_id(random) })),
        };
        Body::Execute { command_type: json!(command_type), data }
    }

    pub fn rename(&self, random: &mut Random) -> Action {
        Action::Rename(random.pick(&["Test", "Mustang", "Ümläut \"1967\"", "Test "]).to_string())
    }

    fn single(&self, random: &mut Random) -> (&'static str, Value) {
        match random.weighted(&[24, 24, 5, 7, 6, 5, 17, 8, 5, 9]) {
            0 => self.create(random, false),
            1 => update(random),
            2 => {
                let command_type = *random.pick(&["DeleteProperty", "DeleteOrphanedProperty"]);
                let field = if random.percent(30) { "property_key" } else { "property_id" };
                (command_type, json!({ "node_id": any_id(random), field: any_property(random) }))
            }
            3 => {
                // The root rarely: little would be left to work on.
                let node = if random.percent(60) { pool(random.below(POOL)) } else { any_id(random) };
                ("DeleteNode", json!({ "node_id": node }))
            }
            4 => ("LinkNode", json!({ "parent_id": any_id(random), "child_id": any_id(random) })),
            5 => {
                let child = random.below(POOL);
                let parent = if random.percent(80) { fitting(child) } else { any_id(random) };
                ("UnlinkNode", json!({ "parent_id": parent, "child_id": pool(child) }))
            }
            6 => move_node(random),
            7 => ("ReorderNode", json!({ "node_id": any_id(random), "new_index": random.below(5) })),
            8 => ("ApplyKit", json!({ "target_id": any_id(random), "kit_root_id": any_id(random) })),
            _ => {
                let blocking = if random.percent(20) { Value::Null } else { any_id(random) };
                let data = json!({ "blocked_node_id": any_id(random), "blocking_node_id": blocking });
                ("UpdateBlockingRelationship", data)
            }
        }
    }

    fn batch(&self, random: &mut Random) -> Value {
        let commands: Vec<Value> = (0..1 + random.below(4))
            .map(|_| {
                let (command_type, data) = self.single(random);
                json!({ "command_type": command_type, "data": data })
            })
            .collect();
        json!({ "commands": commands })
    }

    fn create(&self, random: &mut Random, named: bool) -> (&'static str, Value) {
        let node = random.below(POOL);
        let mut data = Map::new();
        if named || random.percent(60) {
            data.insert("node_id".to_owned(), pool(node));
        }
        // In a strict project a node of the pool is mostly put below one that may have it.
        let level = level(node);
        let is_fit = random.percent(if self.strict { 80 } else { 30 });
        if is_fit {
            data.insert("parent_id".to_owned(), fitting(node));
        } else if random.percent(85) {
            data.insert("parent_id".to_owned(), any_id(random));
        }
        let node_type = if is_fit { TYPES[level + 1] } else { random.pick(&TYPES) };
        data.insert("blueprint_type_id".to_owned(), json!(node_type));
        if random.percent(70) {
            data.insert("name".to_owned(), json!(random.pick(&["Dig", "Weed", "", "Ümläut \u{1F980}"])));
        }
        if random.percent(40) {
            let property = any_property(random);
            data.insert("properties".to_owned(), json!({ property: any_value(random) }));
        }
        if random.percent(1) {
            // Too large to be told in one event.
            let large: Map<_, _> =
                (0..5).map(|n| (format!("large-{n}"), json!("x".repeat(60_000)))).collect();
            data.insert("properties".to_owned(), large.into());
        }
        if random.percent(40) {
            data.insert("index".to_owned(), json!(random.below(5)));
        }
        ("CreateNode", data.into())
    }
}

/// One of the ids: mostly of the pool, since the same ones are to be meant again and again.
fn any_id(random: &mut Random) -> Value {
    match random.weighted(&[3, 22, 6, 1]) {
        0 => json!("$root"),
        1 => pool(random.below(POOL)),
        2 => json!(format!("{MARK}made:{}", random.below(8))),
        _ => json!("$never"),
    }
}

/// How far below the root a node of the pool may stand in a strict project.
pub fn level(node: usize) -> usize {
    node % (TYPES.len() - 1)
}

/// A node that may have this node of the pool.
pub fn fitting(node: usize) -> Value {
    if level(node) == 0 { json!("$root") } else { pool(node - 1) }
}

/// A node that commands name themselves.
pub fn pool(node: usize) -> Value {
    json!(format!("{MARK}pool:{node}"))
}

/// A property, known to the template or not.
pub fn any_property(random: &mut Random) -> String {
    random.pick(&["status", "cost", "notes", "budget", "x-note", "é\" \\", "toString"]).to_string()
}

/// A value of any kind.
pub fn any_value(random: &mut Random) -> Value {
    random
        .pick(&[
            json!(0),
            json!(2),
            json!(2.0),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(0.1),
            json!(-1e300),
            json!(5e-324),
            json!(-0.0),
            json!(true),
            json!(""),
            json!("text"),
            json!("1967-04-17"),
            json!("\u{0}\u{7f}\u{2028}\"\\/é\u{1F600}"),
            json!([null, {}, []]),
            json!({"b": {"a": null}, "a": [1.5], "": ""}),
        ])
        .clone()
}

fn update(random: &mut Random) -> (&'static str, Value) {
    let mut data = json!({ "node_id": any_id(random) });
    if random.percent(25) {
        data["property_id"] = json!("name");
        data["new_value"] = json!(random.pick(&["", "Dig", "Weed", "Ümläut"]));
    } else {
        data["property_id"] = json!(any_property(random));
        let field = if random.percent(20) { "value" } else { "new_value" };
        data[field] = if random.percent(15) { Value::Null } else { any_value(random) };
    }
    if random.percent(30) {
        data["old_value"] = any_value(random);
        if random.percent(30) {
            data["check"] = json!(true);
        }
    }
    ("UpdateProperty", data)
}

fn move_node(random: &mut Random) -> (&'static str, Value) {
    let parent = if random.percent(15) { Value::Null } else { any_id(random) };
    let mut data = json!({ "node_id": any_id(random), "new_parent_id": parent });
    match random.below(5) {
        0 => data["index"] = json!(random.below(5)),
        1 => data["after"] = any_id(random),
        2 => data["before"] = any_id(random),
        3 => data["position"] = json!(random.pick(&["first", "last"])),
        _ => {}
    }
    ("MoveNode", data)
}

fn adopt(random: &mut Random) -> Value {
    match random.below(6) {
        0 => Value::Null,
        1 => json!({}),
        2 => json!({ "template_id": "no-such-template" }),
        3 => json!({ "template_id": "software_delivery" }),
        _ => json!({ "template_id": "restomod" }),
    }
}
