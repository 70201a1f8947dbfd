//! Strict projects: children, values and required properties as the template says.

use serde_json::{Value, json};

use super::{World, id, ids, templates};
use crate::domain::template::PropertyKind;
use crate::domain::{Rejection, RejectionCode};

/// A bed 1 with the plant 2, and a bed 3.
fn plot(mut world: World) -> World {
    for (node, parent) in [(1, world.root()), (3, world.root())] {
        let bed = json!({"node_id": id(node), "parent_id": parent, "blueprint_type_id": "bed"});
        world.send("ann", "CreateNode", bed);
    }
    world.send("ann", "CreateNode", plant(2, Some(1), json!({"sort": "plum"})));
    world
}

fn world() -> World {
    plot(World::strict())
}

fn plant(node: u128, parent: Option<u128>, properties: Value) -> Value {
    json!({
        "node_id": id(node), "parent_id": parent.map(id), "blueprint_type_id": "plant", "properties": properties,
    })
}

/// What is refused for the type of the child.
fn child_refused(command_type: &str, data: Value) -> (RejectionCode, Value) {
    let Rejection { code, details, .. } = world().refused(command_type, data);
    (code, details.unwrap())
}

#[test]
fn a_child_stands_where_its_type_is_allowed_and_nowhere_else() {
    let not_below = |parent, child: &str, allowed: Value| {
        json!({
            "reason": "CHILD_NOT_ALLOWED", "parent_id": parent, "blueprint_type_id": child,
            "allowed_children": allowed,
        })
    };
    let root = world().root();
    let in_the_root = not_below(root, "plant", json!(["bed"]));
    let in_a_plant = not_below(id(2), "bed", json!([]));
    let cases = [
        ("CreateNode", json!({"parent_id": root, "blueprint_type_id": "plant"}), &in_the_root),
        ("CreateNode", json!({"parent_id": id(2), "blueprint_type_id": "bed"}), &in_a_plant),
        ("LinkNode", json!({"parent_id": root, "child_id": id(2)}), &in_the_root),
        ("LinkNode", json!({"parent_id": id(2), "child_id": id(3)}), &in_a_plant),
        ("ApplyKit", json!({"target_id": root, "kit_root_id": id(1)}), &in_the_root),
    ];
    for (command_type, data, details) in cases {
        let expected = (RejectionCode::ChildNotAllowed, details.clone());
        assert_eq!(child_refused(command_type, data), expected, "{command_type}");
    }
    let moving = json!({"node_id": id(2), "new_parent_id": root, "index": 0});
    assert_eq!(child_refused("MoveNode", moving), (RejectionCode::MoveInvalid, in_the_root));
}

#[test]
fn children_of_the_right_type_roots_and_moves_among_siblings_are_free() {
    let mut world = world();
    let root = world.root();
    world.send("bob", "LinkNode", json!({"parent_id": id(1), "child_id": id(3)}));
    world.send("bob", "ReorderNode", json!({"node_id": id(3), "new_index": 0}));
    world.send("bob", "MoveNode", json!({"node_id": id(2), "new_parent_id": id(3)}));
    world.send("bob", "ApplyKit", json!({"target_id": id(1), "kit_root_id": id(3)}));
    world.send("bob", "UnlinkNode", json!({"parent_id": id(3), "child_id": id(2)}));
    world.send("bob", "CreateNode", plant(4, None, json!({"sort": "pear"})));
    assert_eq!(world.children(None), [root, id(2), id(4)]);
}

#[test]
fn without_strictness_every_type_stands_everywhere_and_every_value_is_taken() {
    let mut world = plot(World::made_of(templates::orchard(), false));
    let root = world.root();
    world.send("ann", "LinkNode", json!({"parent_id": root, "child_id": id(2)}));
    world.move_to("ann", 3, Some(id(2)));
    world.send("ann", "CreateNode", plant(4, Some(2), json!({"height": "tall"})));
    world.set("ann", id(2), "sort", Value::Null);
    world.set("ann", id(2), "planted", json!("spring"));
    assert_eq!(world.children(Some(id(2))), ids(&[3, 4]));
}

/// Values by property: those that fit, and what is said of those that do not.
fn values() -> Vec<(&'static str, Vec<Value>, Vec<Value>, &'static str)> {
    let days = ["2026-02-28", "2024-02-29", "0001-01-01", "9999-12-31", ""].map(Value::from).to_vec();
    let no_days = [
        "2026-02-29",
        "2026-13-01",
        "2026-1-01",
        " 2026-1-01",
        "+2026-1-01",
        "26-01-0001",
        "2026/01/01",
        "2026-01-01T00:00:00Z",
        "spring",
    ];
    let no_days = no_days.map(Value::from).into_iter().chain([json!(20_260_101), json!(true)]).collect();
    vec![
        ("sort", vec![json!("plum"), json!(" ")], vec![json!(1), json!(true), json!(["plum"])], "a text"),
        (
            "height",
            vec![json!(0), json!(-1.5), json!(u64::MAX), json!("")],
            vec![json!("1"), json!([1])],
            "a number",
        ),
        ("price", vec![json!(9.99), json!("")], vec![json!("9.99"), json!({"eur": 9})], "a number"),
        (
            "watered",
            vec![json!(true), json!(false), json!("")],
            vec![json!("yes"), json!(1)],
            "true or false",
        ),
        ("planted", days, no_days, "a day, YYYY-MM-DD"),
        (
            "status",
            vec![json!("young"), json!("old")],
            vec![json!("Young"), json!(0)],
            "the id of one of its options",
        ),
    ]
}

#[test]
fn a_value_is_of_the_kind_that_the_template_says() {
    let mut world = world();
    for (property_id, fitting, others, wanted) in values() {
        for value in fitting {
            world.set("ann", id(2), property_id, value.clone());
            assert_eq!(world.value(id(2), property_id), Some(&value));
        }
        for value in others {
            let write = json!({"node_id": id(2), "property_id": property_id, "new_value": value});
            let mut properties = json!({"sort": "pear"});
            properties[property_id] = value.clone();
            for (command_type, data) in
                [("UpdateProperty", write), ("CreateNode", plant(4, Some(1), properties))]
            {
                let rejection = world.refused(command_type, data);
                assert_eq!(rejection.code, RejectionCode::InvalidPropertyValue, "{property_id} {value}");
                assert_eq!(rejection.message, format!("Property {property_id} of a plant must be {wanted}"));
                let details = json!({"property_id": property_id, "blueprint_type_id": "plant"});
                assert_eq!(rejection.details, Some(details));
            }
        }
    }
}

#[test]
fn a_required_property_is_never_empty() {
    let mut world = world();
    let note = json!({"node_id": id(2), "property_id": "sort"});
    for (command_type, data) in [
        ("CreateNode", plant(4, Some(1), json!({}))),
        ("CreateNode", plant(4, Some(1), json!({"sort": null}))),
        ("CreateNode", plant(4, Some(1), json!({"sort": ""}))),
        ("UpdateProperty", json!({"node_id": id(2), "property_id": "sort", "new_value": ""})),
        ("UpdateProperty", note.clone()),
        ("DeleteProperty", note),
    ] {
        let rejection = world.refused(command_type, data.clone());
        assert_eq!(rejection.code, RejectionCode::InvalidPropertyValue, "{data}");
        assert_eq!(rejection.message, "Property sort of a plant must be filled in");
        let details = json!({"property_id": "sort", "blueprint_type_id": "plant"});
        assert_eq!(rejection.details, Some(details));
    }
    // A select named status starts at its first option by itself.
    assert_eq!(world.value(id(2), "status"), Some(&json!("young")));
}

#[test]
fn properties_that_the_template_does_not_know_are_free() {
    let mut world = world();
    world.set("ann", id(2), "colour", json!({"r": 1}));
    world.set("ann", id(2), "colour", Value::Null);
    world.set("ann", id(1), "sort", json!(7));
    world.set("ann", id(2), "height", json!(3));
    world.set("ann", id(2), "height", Value::Null);
}

#[test]
fn an_undo_is_not_held_to_the_template() {
    let mut world = world();
    world.set("ann", id(2), "sort", json!("pear"));
    let mut numbered = templates::orchard();
    numbered.node_types[2].properties[0].kind = PropertyKind::Number;
    world.templates.insert("orchard".into(), numbered.into());
    world.send("bob", "AdoptTemplate", json!({}));
    let fig = json!({"node_id": id(2), "property_id": "sort", "new_value": "fig"});
    assert_eq!(world.refused("UpdateProperty", fig).code, RejectionCode::InvalidPropertyValue);
    assert_eq!(world.undo_mine("ann").result.conflicts, []);
    assert_eq!(world.value(id(2), "sort"), Some(&json!("plum")));
}

#[test]
fn nodes_of_a_type_that_the_template_lacks_take_every_value_and_no_child() {
    let mut world = world();
    world.templates.insert("garden".into(), templates::garden().into());
    world.send("ann", "AdoptTemplate", json!({"template_id": "garden"}));
    world.set("ann", id(2), "height", json!("tall"));
    let rejection = world.refused("MoveNode", json!({"node_id": id(3), "new_parent_id": id(2)}));
    assert_eq!(rejection.code, RejectionCode::MoveInvalid);
    assert_eq!(rejection.details.unwrap()["allowed_children"], json!([]));
}
