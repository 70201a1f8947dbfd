//! When one event stands for all that a command changed: too many events, or one too large.
//!
//! Proves SYNC-1 (docs/behaviour.md).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{World, id, templates};
use crate::domain::{NodeId, Record};

/// A project whose root has a kit 1 with this many children, and a target 2.
fn with_a_kit_of(children: u128) -> World {
    let mut world = World::new();
    world.plant("eve", &[(1, 0), (2, 0)]);
    let parents: Vec<(u128, u128)> = (10..10 + children).map(|node| (node, 1)).collect();
    world.plant("eve", &parents);
    world
}

fn apply_kit(world: &mut World) -> Record {
    world.send("ann", "ApplyKit", json!({"target_id": id(2), "kit_root_id": id(1)}))
}

#[test]
fn a_thousand_events_are_told_one_by_one_and_one_more_is_one_event() {
    let mut world = with_a_kit_of(1_000);
    let record = apply_kit(&mut world);
    assert_eq!((world.told(&record).len(), record.result.graph_replaced), (1_000, None));
    world.create("eve", id(3), Some(id(1)));
    let record = apply_kit(&mut world);
    assert_eq!(world.told(&record), ["replaced by 3005 nodes"]);
    assert_eq!((record.result.graph_replaced, record.effects.len()), (Some(3_005), 1_001));
    assert_eq!(record.result.node_ids.len(), 1_001);
}

#[test]
fn an_undo_counts_the_event_that_announces_it() {
    let mut world = with_a_kit_of(999);
    apply_kit(&mut world);
    world.undo_mine("ann");
    let told = world.told_last();
    assert_eq!((told.len(), &*told[998], &*told[999]), (1_000, "deleted new from 2", "undone ApplyKit"));
    world.redo_mine("ann");
    assert_eq!(world.told_last().len(), 1_000);
    let mut world = with_a_kit_of(1_000);
    apply_kit(&mut world);
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["replaced by 1003 nodes", "undone ApplyKit"]);
    world.redo_mine("ann");
    assert_eq!(world.told_last(), ["replaced by 2003 nodes", "redone ApplyKit"]);
}

#[test]
fn a_batch_counts_the_events_of_all_its_commands() {
    let rename = |count: usize| {
        let data = json!({"node_id": id(1), "property_id": "name", "new_value": "Dig"});
        json!(vec![json!({"command_type": "UpdateProperty", "data": data}); count])
    };
    let mut world = with_a_kit_of(0);
    let record = world.batch("ann", rename(500));
    assert_eq!(world.told(&record).len(), 1_000);
    let record = world.batch("ann", rename(501));
    assert_eq!(world.told(&record), ["replaced by 3 nodes"]);
}

/// Values of 60 KiB, this many of them.
fn heavy(count: usize) -> Value {
    (0..count).map(|n| (format!("text {n}"), json!("x".repeat(60 * 1024)))).collect()
}

#[test]
fn an_event_over_256_kib_is_replaced_however_few_there_are() {
    let mut world = with_a_kit_of(0);
    for (node, count, told) in [(5, 4, "created 5 in roots at 3"), (6, 5, "replaced by 5 nodes")] {
        let data = json!({"node_id": id(node), "blueprint_type_id": "task", "properties": heavy(count)});
        world.send("ann", "CreateNode", data);
        assert_eq!(world.told_last(), [told]);
    }
    world.delete("ann", id(6));
    assert_eq!(world.told_last(), ["deleted 6 from roots"]);
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["replaced by 5 nodes", "undone DeleteNode"]);
    assert_eq!(world.state.graph.node(id(6)).unwrap().properties.len(), 8);
}

#[test]
fn del_1_a_deletion_of_seven_thousand_nodes_is_one_event_and_so_is_its_undo() {
    let mut world = with_a_kit_of(6_999);
    let before = world.shape();
    let record = world.delete("ann", id(1));
    assert_eq!(world.told(&record), ["replaced by 2 nodes"]);
    assert_eq!((record.effects.len(), world.state.graph.len()), (7_000, 2));
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["replaced by 7002 nodes", "undone DeleteNode"]);
    assert_eq!(world.shape(), before);
    world.redo_mine("ann");
    assert_eq!(world.told_last(), ["replaced by 2 nodes", "redone DeleteNode"]);
}

#[test]
fn a_deletion_whose_list_of_ids_fits_is_told_as_one() {
    let mut world = with_a_kit_of(5_000);
    world.delete("ann", id(1));
    let told = world.told_last();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("deleted 1 10 11 12 ") && told[0].ends_with(" 5009 from roots"), "{told:?}");
}

#[test]
fn a_template_that_was_adopted_on_the_way_is_told_before_the_graph() {
    let mut world = with_a_kit_of(1_000);
    world.templates.insert("orchard".into(), Arc::new(templates::orchard()));
    world.templates.insert("garden".into(), Arc::new(templates::later_garden()));
    let record = world.batch(
        "ann",
        json!([
            {"command_type": "AdoptTemplate"},
            {"command_type": "AdoptTemplate", "data": {"template_id": "orchard"}},
            {"command_type": "ApplyKit", "data": {"target_id": id(2), "kit_root_id": id(1)}},
        ]),
    );
    assert_eq!(world.told(&record), ["adopted orchard 7", "replaced by 2003 nodes"]);
    world.undo_mine("ann");
    assert_eq!(world.told_last(), ["adopted garden 1", "replaced by 1003 nodes", "undone Batch"]);
}

#[test]
fn sync_3_a_record_says_itself_how_many_nodes_there_are() {
    let mut world = with_a_kit_of(1_001);
    apply_kit(&mut world);
    let text = world.journal.last().unwrap().encode().unwrap();
    assert_eq!(world.told(&Record::decode(&text).unwrap()), ["replaced by 2005 nodes"]);
}

#[test]
fn undo_3_so_many_conflicts_that_they_are_no_packet_any_more_are_counted_instead() {
    for (name, told) in [("note", 500), ("\u{1}", 500), (&*"\u{1}".repeat(250), 110)] {
        let mut world = with_a_kit_of(600);
        let nodes: Vec<NodeId> = world.children(Some(id(1)));
        let writes = |value: &str| -> Value {
            let write = |node: &NodeId| json!({"node_id": node, "property_id": name, "new_value": value});
            nodes.iter().map(|node| json!({"command_type": "UpdateProperty", "data": write(node)})).collect()
        };
        world.batch("ann", writes("ann's"));
        world.batch("bob", writes("bob's"));
        let record = world.undo_mine("ann");
        let (listed, omitted) = (record.result.conflicts.len(), record.result.conflicts_omitted);
        assert_eq!(listed + omitted, 600);
        assert!(listed <= 500 && listed >= told, "{listed} of {name:?}");
        let bytes = serde_json::to_string(&record.result.conflicts).unwrap().len();
        assert!(bytes < 200 * 1024, "{bytes}");
        assert_eq!(world.told(&record), ["undone Batch"]);
    }
}
