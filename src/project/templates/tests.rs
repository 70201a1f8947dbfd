//! Templates that are read; those that are refused are in `faults`, those that are compiled in in `built_in`.

mod built_in;
mod faults;

use std::collections::BTreeMap;

use serde_json::json;

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

/// The template, or what is wrong first.
fn read(text: &str) -> Result<Template, (Option<usize>, String)> {
    let (template, faults) = form::read("kitchen", text);
    let told = faults.into_iter().map(|fault| fault.of(Path::new("kitchen.yaml")));
    let first = told.map(|fault| (fault.line, fault.reason)).next();
    first.map_or_else(|| Ok(template.expect("no fault")), Err)
}

/// The templates of `dir` beside the built-in ones, as at the start.
fn load(dir: Option<&Path>) -> (TemplateSet, Vec<TemplateFault>) {
    super::read(dir, &TemplateSet::new())
}

fn write(dir: &Path, name: &str, text: &str) {
    fs::write(dir.join(name), text).unwrap();
}

// C-194, C-195, C-196
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

// C-193
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
    assert_eq!(ids, ["bath", "event_planning", "kitchen", "restomod", "software_delivery"]);
    assert_eq!(templates.get("restomod").unwrap().name, "Kitchen");
    assert!(!templates.contains_key("notes"));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_fault() {
    assert_eq!(read(&format!("\u{feff}{}", KITCHEN.trim_start())).unwrap(), read(KITCHEN).unwrap());
    assert_eq!(read(&KITCHEN.replace('\n', "\r\n")).unwrap(), read(KITCHEN).unwrap());
}

// C-197
#[test]
fn an_option_keeps_its_id_when_others_come_go_and_move() {
    let ids = |template: &Template| -> BTreeMap<String, Arc<str>> {
        let options = &template.node_types[0].property("status").unwrap().options;
        options.iter().map(|option| (option.name.clone(), Arc::clone(&option.id))).collect()
    };
    let before = ids(&read(KITCHEN).unwrap());
    let moved = "          - No\n          - Later\n          - Open\n";
    let text = KITCHEN.replace("          - Open\n", "").replace("          - No\n", moved);
    let after = ids(&read(&text).unwrap());
    assert_eq!((before.len(), after.len()), (3, 4));
    for (name, id) in before {
        assert_eq!(after[&name], id, "{name}");
    }
    let unique: HashSet<_> = after.values().collect();
    assert_eq!(unique.len(), 4);
}

#[test]
fn fields_for_the_writer_of_the_file_may_hold_what_is_repeated() {
    let text = KITCHEN.replace("name: Kitchen", "x-kinds: &kinds [Old, New]\nname: Kitchen").replace(
        "    has_time_log: true",
        "    properties: [{ id: kind, label: Kind, type: select, options: *kinds }]",
    );
    let template = read(&text).unwrap();
    assert_eq!(template.node_type("cupboard").unwrap().properties[0].options[1].name, "New");
}

#[test]
fn the_documentation_s_own_template_is_read() {
    let page = include_str!("../../../docs/templates.md");
    let block = page.split_once("<!-- A test reads this block: kitchen -->\n```yaml\n").unwrap().1;
    let template = read(block.split_once("```").unwrap().0).unwrap();
    let kinds: Vec<_> = template.node_types.iter().flat_map(|node_type| &node_type.properties).collect();
    assert_eq!((template.node_types.len(), kinds.len()), (2, 3));
}
