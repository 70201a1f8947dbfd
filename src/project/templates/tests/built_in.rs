//! The templates that are compiled in: what they offer, and the ids that projects hold.

use std::fmt::Write;

use serde_json::Value;

use super::*;

/// The built-in template with this id.
fn built_in(id: &str) -> Arc<Template> {
    Arc::clone(&load(None).0[id])
}

// C-198
#[test]
fn restomod_is_a_vehicle_restoration() {
    let restomod = built_in("restomod");
    let types: Vec<_> = restomod
        .node_types
        .iter()
        .map(|node_type| {
            let properties: Vec<_> = node_type.properties.iter().map(|property| &*property.id).collect();
            format!("{}: {}", node_type.id, properties.join(" "))
        })
        .collect();
    let expected = [
        "project_root: vehicle vin budget",
        "phase: status start_date",
        "job: priority description",
        "task: status cost impact effort estimated_hours notes",
        "part: sku supplier status cost quantity link",
    ];
    assert_eq!(types, expected);
    for pair in restomod.node_types.windows(2) {
        assert_eq!(pair[0].allowed_children, [Arc::clone(&pair[1].id)]);
    }
}

/// Projects hold these ids: a change of the golden file is a change of their data.
// C-052
#[test]
fn option_ids_never_change() {
    for (id, golden) in [
        ("restomod", include_str!("restomod_option_ids.txt")),
        ("software_delivery", include_str!("software_delivery_option_ids.txt")),
        ("event_planning", include_str!("event_planning_option_ids.txt")),
    ] {
        let mut ids = String::new();
        for node_type in &built_in(id).node_types {
            for property in &node_type.properties {
                for option in &property.options {
                    writeln!(ids, "{} {}/{}/{}", option.id, node_type.id, property.id, option.name).unwrap();
                }
            }
        }
        assert_eq!(ids, golden);
    }
}

#[test]
fn a_new_part_of_restomod_starts_with_its_defaults() {
    let restomod = built_in("restomod");
    let part = restomod.node_type("part").unwrap();
    let first = Value::from(&*part.property("status").unwrap().options[0].id);
    let values: BTreeMap<_, _> = part.initial_values().map(|(id, value)| (id, (*value).clone())).collect();
    let expected = BTreeMap::from([("quantity".into(), json!(1)), ("status".into(), first)]);
    assert_eq!(values, expected);
}

#[test]
fn there_are_three_without_a_fault() {
    let (templates, faults) = load(None);
    assert_eq!(faults, []);
    let ids: Vec<_> = templates.keys().map(|id| &**id).collect();
    assert_eq!(ids, ["event_planning", "restomod", "software_delivery"]);
    assert!(
        templates.values().all(|template| !template.version.is_empty() && !template.description.is_empty())
    );
}

#[test]
fn every_type_can_be_reached_from_the_root_and_says_what_it_is() {
    for template in load(None).0.values() {
        let mut reached = vec![&template.node_types[0]];
        let mut at = 0;
        while at < reached.len() {
            for child in &reached[at].allowed_children {
                let child = template.node_type(child).unwrap();
                if !reached.iter().any(|known| known.id == child.id) {
                    reached.push(child);
                }
            }
            at += 1;
        }
        assert_eq!(reached.len(), template.node_types.len(), "{}", template.id);
        assert!(
            reached.iter().all(|node_type| !node_type.description.is_empty() && node_type.icon_id.is_some())
        );
    }
}

#[test]
fn every_status_has_indicators_and_a_bullet_of_its_own_for_each_option() {
    for template in load(None).0.values() {
        let properties = template.node_types.iter().flat_map(|node_type| &node_type.properties);
        let mut statuses = 0;
        for status in properties.filter(|property| &*property.id == "status") {
            assert_eq!(status.kind, PropertyKind::Select);
            assert!(status.required && status.indicator_set.is_some(), "{}", template.id);
            let indicators: HashSet<_> = status.options.iter().map(|option| &option.indicator_id).collect();
            let bullets: HashSet<_> = status.options.iter().map(|option| &option.bullet).collect();
            assert!(!indicators.contains(&None) && !bullets.contains(&None), "{}", template.id);
            assert_eq!((indicators.len(), bullets.len()), (status.options.len(), status.options.len()));
            statuses += 1;
        }
        assert!(statuses > 0, "{}", template.id);
    }
}

#[test]
fn software_and_events_use_every_kind_of_property() {
    for id in ["software_delivery", "event_planning"] {
        let template = built_in(id);
        let properties = template.node_types.iter().flat_map(|node_type| &node_type.properties);
        let kinds: HashSet<_> = properties.map(|property| format!("{:?}", property.kind)).collect();
        assert_eq!(kinds.len(), 6, "{id}: {kinds:?}");
    }
}

#[test]
fn software_is_delivered_by_epics_stories_tasks_bugs_releases_and_risks() {
    let template = built_in("software_delivery");
    let children = |id: &str| template.node_type(id).unwrap().allowed_children.join(" ");
    assert_eq!(&*template.node_types[0].id, "project");
    assert_eq!(children("project"), "epic release bug risk decision");
    assert_eq!(children("epic"), "story task bug risk");
    assert_eq!(children("story"), "task bug");
}

#[test]
fn an_event_has_days_tracks_sessions_people_vendors_and_a_budget() {
    let template = built_in("event_planning");
    let children = |id: &str| template.node_type(id).unwrap().allowed_children.join(" ");
    assert_eq!(&*template.node_types[0].id, "event");
    assert_eq!(children("event"), "day track activity task vendor guest speaker budget_item");
    assert_eq!(children("day"), "track session activity task");
    assert_eq!(children("session"), "speaker task budget_item");
}
