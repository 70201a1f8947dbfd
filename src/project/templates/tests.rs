//! Templates that are read, and templates that are refused with their place.

use std::fmt::Write;

use serde_json::{Value, json};

use super::*;
use crate::domain::template::PropertyKind;

const KITCHEN: &str = r#"
id: kitchen
version: 1.0
name: Kitchen
node_types:
  - id: room
    label: Room
    allowed_children: [cupboard]
    unknown_field: is ignored
    properties:
      - { id: name_plate, label: Plate, type: text, value: "7" }
      - { id: area, label: Area, type: number, value: 12.5 }
      - { id: cost, label: Cost, type: currency, value: 0 }
      - { id: heated, label: Heated, type: boolean, value: true }
      - { id: built, label: Built, type: date, value: 1999-12-31 }
      - id: status
        label: Status
        type: select
        required: true
        value: Done
        indicator_set: status
        options:
          - Open
          - { name: Done, id: done, indicator_id: filled, bullet: "●" }
          - No
  - id: cupboard
    label: Cupboard
    has_time_log: true
    icon_id: box
"#;

fn read(text: &str) -> Result<Template, (Option<usize>, String)> {
    form::read("kitchen", text).map_err(|fault| {
        let fault = fault.of(Path::new("kitchen.yaml"));
        (fault.line, fault.reason)
    })
}

/// What is said of the kitchen after one change.
fn changed(from: &str, to: &str) -> (Option<usize>, String) {
    assert_eq!(KITCHEN.matches(from).count(), 1, "{from}");
    read(&KITCHEN.replace(from, to)).expect_err(to)
}

/// The templates of `dir` beside the built-in ones, as at the start.
fn load(dir: Option<&Path>) -> (ById, Vec<TemplateFault>) {
    super::read(dir, &ById::new())
}

fn write(dir: &Path, name: &str, text: &str) {
    fs::write(dir.join(name), text).unwrap();
}

#[test]
fn every_field_of_the_form_is_read() {
    let template = read(KITCHEN).unwrap();
    assert_eq!((&*template.id, &*template.version, &*template.name), ("kitchen", "1.0", "Kitchen"));
    let room = template.node_type("room").unwrap();
    assert_eq!(*room.allowed_children, ["cupboard".into()]);
    let properties: Vec<_> =
        room.properties.iter().map(|property| (property.kind, property.default.clone().unwrap())).collect();
    let expected = [
        (PropertyKind::Text, json!("7")),
        (PropertyKind::Number, json!(12.5)),
        (PropertyKind::Currency, json!(0)),
        (PropertyKind::Boolean, json!(true)),
        (PropertyKind::Date, json!("1999-12-31")),
        (PropertyKind::Select, json!("done")),
    ];
    assert_eq!(properties, expected);

    let status = room.property("status").unwrap();
    assert!(status.required);
    assert_eq!(status.indicator_set.as_deref(), Some("status"));
    let names: Vec<_> = status.options.iter().map(|option| &*option.name).collect();
    assert_eq!(names, ["Open", "Done", "No"]);
    assert_eq!(status.options[1].indicator_id.as_deref(), Some("filled"));
    assert_eq!(status.options[1].bullet.as_deref(), Some("●"));

    let cupboard = template.node_type("cupboard").unwrap();
    assert!(cupboard.has_time_log);
    assert_eq!(cupboard.icon_id.as_deref(), Some("box"));
}

#[test]
fn a_default_may_name_an_option_by_its_id() {
    let template = read(&KITCHEN.replace("value: Done", "value: done")).unwrap();
    let status = template.node_types[0].property("status").unwrap();
    assert_eq!(status.default, Some(json!("done")));
}

#[test]
fn the_id_may_be_left_out() {
    assert_eq!(&*read(&KITCHEN.replace("id: kitchen", "")).unwrap().id, "kitchen");
}

#[test]
fn what_does_not_fit_together_is_told_with_its_line() {
    for (from, to, line, reason) in [
        ("id: kitchen", "id: bath", 2, "the file is named kitchen"),
        ("label: Room", "label: [Room]", 7, ""),
        ("[cupboard]", "[cupboard, shelf]", 8, "no node type shelf"),
        ("type: text, value: \"7\"", "type: text, options: [a]", 11, "only a select"),
        ("value: \"7\"", "value: 7", 11, "must be a text"),
        ("value: 12.5", "value: many", 12, "must be a number"),
        ("id: area, label", "id: area, id: b, label", 12, "dup"),
        ("id: area", "id: name_plate", 12, "two property ids name_plate"),
        ("value: 0", "value: '0'", 13, "must be a number"),
        ("value: true", "value: yes", 14, "must be true or false"),
        ("1999-12-31", "1999-02-29", 15, "must be a day"),
        ("1999-12-31", "1999-2-1", 15, "must be a day"),
        ("type: date", "type: time", 15, "time"),
        ("value: Done", "value: Undone", 20, "no option has the id or name Undone"),
        ("value: Done", "value: [Done]", 20, "must be an option"),
        ("- Open", "- ''", 23, "is empty"),
        ("- Open", "- 5", 23, "an option is a text"),
        ("- Open", "- false", 23, "an option is a text"),
        ("- Open", "- No", 25, "two options No"),
        ("- id: cupboard", "- id: room", 26, "two node type ids room"),
        ("- id: cupboard", "- id: ''", 26, "is empty"),
    ] {
        let (found, told) = changed(from, to);
        assert!(told.contains(reason), "{to}: {told}");
        assert_eq!(found, Some(line), "{to}: {told}");
    }
}

#[test]
fn a_select_without_options_and_a_template_without_types_are_refused() {
    let select =
        "name: K\nnode_types:\n- id: a\n  label: A\n  properties:\n  - {id: s, label: S, type: select}\n";
    let (line, reason) = read(select).unwrap_err();
    assert_eq!((line, &*reason), (Some(6), "the select s has no options"));
    let (line, reason) = read("name: K\nnode_types: []\n").unwrap_err();
    assert_eq!((line, &*reason), (Some(2), "a template needs at least one node type"));
}

#[test]
fn what_is_no_template_at_all_is_a_fault() {
    for text in ["", "name: K", "- 1", "a: [", "node_types: 5\nname: K", "\u{0}", "name: K\nnode_types: null"]
    {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_file_that_is_deep_or_blows_up_is_a_fault() {
    let deep = KITCHEN.replace("is ignored", &"[".repeat(100_000));
    assert!(read(&deep).unwrap_err().1.contains("recursion limit"));

    let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
    for pair in "abcdefghi".as_bytes().windows(2) {
        let (of, to) = (char::from(pair[0]), char::from(pair[1]));
        let again = vec![format!("*{of}"); 9].join(",");
        writeln!(bomb, "{to}: &{to} [{again}]").unwrap();
    }
    let text = format!("{bomb}{}", KITCHEN.trim_start());
    assert!(read(&text).unwrap_err().1.contains("budget"));
}

#[test]
fn the_built_in_template_is_a_vehicle_restoration() {
    let (templates, faults) = load(None);
    assert_eq!(faults, []);
    let restomod = templates.get("restomod").unwrap();
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
#[test]
fn option_ids_never_change() {
    let (templates, _) = load(None);
    let mut ids = String::new();
    for node_type in &templates.get("restomod").unwrap().node_types {
        for property in &node_type.properties {
            for option in &property.options {
                writeln!(ids, "{} {}/{}/{}", option.id, node_type.id, property.id, option.name).unwrap();
            }
        }
    }
    assert_eq!(ids, include_str!("restomod_option_ids.txt"));
}

#[test]
fn a_directory_adds_templates_and_replaces_the_built_in_one() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "kitchen.yaml", KITCHEN);
    write(dir.path(), "bath.yml", &KITCHEN.replace("id: kitchen", ""));
    write(dir.path(), "restomod.yaml", &KITCHEN.replace("id: kitchen", "id: restomod"));
    write(dir.path(), "notes.txt", "no template");
    write(dir.path(), ".kitchen.yaml", "half written");
    let (templates, faults) = load(Some(dir.path()));
    assert_eq!(faults, []);
    let ids: Vec<_> = templates.keys().map(|id| &**id).collect();
    assert_eq!(ids, ["bath", "kitchen", "restomod"]);
    assert_eq!(templates.get("restomod").unwrap().name, "Kitchen");
    assert!(!templates.contains_key("notes"));
}

#[test]
fn bad_files_are_reported_and_the_others_load() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "kitchen.yaml", KITCHEN);
    write(dir.path(), "kitchen.yml", KITCHEN);
    write(dir.path(), "bath.yaml", KITCHEN);
    write(dir.path(), "restomod.yaml", "name: [");
    fs::write(dir.path().join("latin.yaml"), b"name: caf\xe9").unwrap();
    fs::create_dir(dir.path().join("folder.yaml")).unwrap();
    let large = format!("{KITCHEN}# {}", "x".repeat(1024 * 1024));
    write(dir.path(), "large.yaml", &large.replace("id: kitchen", ""));

    let (templates, faults) = load(Some(dir.path()));
    let ids: Vec<_> = templates.keys().map(|id| &**id).collect();
    assert_eq!(ids, ["kitchen", "restomod"]);
    assert_eq!(templates.get("restomod").unwrap().name, "Restomod");
    let files: Vec<_> = faults.iter().map(|fault| fault.file.file_name().unwrap()).collect();
    let expected = ["bath.yaml", "folder.yaml", "kitchen.yml", "large.yaml", "latin.yaml", "restomod.yaml"];
    assert_eq!(files, expected);
    let bath = faults[0].to_string();
    assert!(bath.ends_with("bath.yaml:2: the id is kitchen, but the file is named bath"), "{bath}");
}

#[test]
fn a_directory_that_is_not_there_is_a_fault_and_the_built_in_ones_stay() {
    let dir = tempfile::tempdir().unwrap();
    let gone = dir.path().join("gone");
    let (templates, faults) = load(Some(&gone));
    assert!(templates.contains_key("restomod"));
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].file, gone);
}

#[test]
fn a_new_node_of_the_built_in_template_starts_with_its_defaults() {
    let (templates, _) = load(None);
    let restomod = templates.get("restomod").unwrap();
    let part = restomod.node_type("part").unwrap();
    let first = Value::from(&*part.property("status").unwrap().options[0].id);
    let values: BTreeMap<_, _> = part.initial_values().map(|(id, value)| (id, (*value).clone())).collect();
    let expected = BTreeMap::from([("quantity".into(), json!(1)), ("status".into(), first)]);
    assert_eq!(values, expected);
}
