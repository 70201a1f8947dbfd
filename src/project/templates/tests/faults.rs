//! What is wrong with a file is told with the file, the line and the reason, and the other files load.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;

use super::*;

/// What is said of the kitchen after one change.
fn changed(from: &str, to: &str) -> Vec<String> {
    assert_eq!(KITCHEN.matches(from).count(), 1, "{from}");
    let (template, faults) = form::read("kitchen", &KITCHEN.replace(from, to));
    assert!(template.is_none(), "{to}");
    faults.into_iter().map(|fault| fault.of(Path::new("kitchen.yaml")).to_string()).collect()
}

/// Whether one of `told` is about this line, and has this reason.
fn has(told: &[String], line: usize, reason: &str) -> bool {
    let place = format!("kitchen.yaml:{line}: ");
    told.iter().any(|told| told.strip_prefix(&place).is_some_and(|told| told.contains(reason)))
}

#[test]
fn what_does_not_fit_together_is_told_with_its_line() {
    for (from, to, line, reason) in [
        ("id: kitchen", "id: bath", 2, "the file is named kitchen"),
        ("label: Room", "label: [Room]", 7, ""),
        ("[cupboard]", "[cupboard, shelf]", 8, "no node type shelf"),
        ("type: text, value: \"7\"", "type: text, options: [a]", 10, "only a select"),
        ("value: \"7\"", "value: 7", 10, "must be a text"),
        ("value: 12.5", "value: many", 11, "must be a number"),
        ("id: area, label", "id: area, id: b, label", 11, "dup"),
        ("id: area", "id: name_plate", 11, "two property ids name_plate"),
        ("value: 0", "value: '0'", 12, "must be a number"),
        ("value: true", "value: yes", 13, "must be true or false"),
        ("1999-12-31", "1999-02-29", 14, "must be a day"),
        ("1999-12-31", "1999-2-1", 14, "must be a day"),
        ("type: date", "type: time", 14, "time"),
        ("value: Done", "value: Undone", 19, "no option has the id or name Undone"),
        ("value: Done", "value: [Done]", 19, "must be an option"),
        ("- Open", "- ''", 22, "is empty"),
        ("- Open", "- 5", 22, "an option is a text"),
        ("- Open", "- false", 22, "an option is a text"),
        ("- Open", "- No", 24, "two options No"),
        ("- id: cupboard", "- id: room", 25, "two node type ids room"),
        ("- id: cupboard", "- id: ''", 25, "is empty"),
        ("name: Kitchen", "name: ' '", 4, "the name of a template is empty"),
        ("label: Room", "label: ''", 7, "the label of a node type is empty"),
        ("label: Plate", "label: ''", 10, "the label of a property is empty"),
        ("[cupboard]", "[cupboard, cupboard]", 8, "cupboard is named twice"),
        ("id: area", "id: ''", 11, "the id of a property is empty"),
        ("id: area", "id: name", 11, "the property name is the node's name"),
        ("value: 12.5", "value: .nan", 11, "non-finite"),
        ("value: 12.5", "value: 1e999", 11, "non-finite"),
        ("value: 12.5", "required: maybe", 11, ""),
        ("- Open", "- { indicator_id: empty }", 22, "an option is a text"),
        ("- Open", "- { name: Open, id: '' }", 22, "is empty"),
        ("- Open", "- { name: Open, id: done }", 23, "two options with the id done"),
        ("- Open", "- { name: Done, id: other }", 23, "two options Done"),
        ("    label: Cupboard", "", 25, "a node type needs a field label"),
        ("id: room\n    label", "label", 6, "a node type needs a field id"),
        ("id: area, ", "", 11, "a property needs a field id"),
        ("label: Area, ", "", 11, "a property needs a field label"),
        ("type: number, ", "", 11, "a property needs a field type"),
        ("name: Kitchen", "", 2, "a template needs a field name"),
        (
            "        options:\n          - Open",
            "        x-options:\n          - Open",
            15,
            "the select status has no options",
        ),
        ("has_time_log: true", "has_time_log: 1", 27, ""),
    ] {
        let told = changed(from, to);
        assert!(has(&told, line, reason), "{to}: {told:?}");
    }
}

#[test]
fn ids_and_defaults_have_a_size() {
    let told = changed("id: area", &format!("id: {}", "a".repeat(257)));
    assert!(has(&told, 11, "the id of a property is longer than 256 bytes"), "{told:?}");
    let told = changed("value: \"7\"", &format!("value: {}", "a".repeat(64 * 1024)));
    assert!(has(&told, 10, "the value is larger than 65536 bytes"), "{told:?}");
    let told = changed("id: done", &format!("id: {}", "a".repeat(257)));
    assert!(has(&told, 23, "an option's id is longer than 256 bytes"), "{told:?}");
}

#[test]
fn everything_that_does_not_fit_is_told_at_once_in_the_order_of_the_lines() {
    let text =
        KITCHEN.replace("value: 0", "value: '0'").replace("- No", "- Open").replace("[cupboard]", "[shelf]");
    let (template, faults) = form::read("bath", &text);
    assert!(template.is_none());
    let lines: Vec<_> = faults.into_iter().map(|fault| fault.of(Path::new("")).line.unwrap()).collect();
    assert_eq!(lines, [2, 8, 12, 24]);
}

#[test]
fn a_field_that_nobody_reads_is_told_and_takes_nothing_away() {
    let text = KITCHEN
        .replace("version: 1.0", "versoin: 1.0")
        .replace("    label: Cupboard", "    label: Cupboard\n    colour: red")
        .replace("id: area,", "id: area, unit: m2,")
        .replace("bullet: \"●\"", "bulet: \"●\"");
    let (template, faults) = form::read("kitchen", &text);
    assert_eq!(template.unwrap().node_types.len(), 2);
    let told: Vec<_> = faults.into_iter().map(|fault| fault.of(Path::new("kitchen.yaml"))).collect();
    assert!(told.iter().all(|fault| !fault.left_out));
    let told: Vec<_> = told.iter().map(ToString::to_string).collect();
    let expected = [
        "kitchen.yaml:3: versoin is ignored: a template has no such field",
        "kitchen.yaml:11: unit is ignored: a property has no such field",
        "kitchen.yaml:23: bulet is ignored: an option has no such field",
        "kitchen.yaml:27: colour is ignored: a node type has no such field",
    ];
    assert_eq!(told, expected);
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
    let deep = KITCHEN.replace("has_time_log: true", &format!("x-deep: {}", "[".repeat(100_000)));
    assert!(read(&deep).unwrap_err().1.contains("recursion limit"));
    let nested = KITCHEN.replace("value: 12.5", &format!("value: {}{}", "[".repeat(40), "]".repeat(40)));
    let (line, reason) = read(&nested).unwrap_err();
    assert!(line == Some(11) && reason.contains("budget"), "{line:?} {reason}");

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
fn bad_files_are_reported_and_the_others_load() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "kitchen.yaml", KITCHEN);
    write(dir.path(), "kitchen.yml", KITCHEN);
    write(dir.path(), "bath.yaml", KITCHEN);
    write(dir.path(), "restomod.yaml", "name: [");
    fs::write(dir.path().join("latin.yaml"), b"version: 1\nname: caf\xe9").unwrap();
    fs::create_dir(dir.path().join("folder.yaml")).unwrap();
    let large = format!("{KITCHEN}# {}", "x".repeat(1024 * 1024));
    write(dir.path(), "large.yaml", &large.replace("id: kitchen", ""));

    fs::write(dir.path().join("nothing.yaml"), "").unwrap();
    fs::write(dir.path().join("two.yaml"), "name: Two\n---\nname: Three\n").unwrap();
    std::os::unix::fs::symlink("nowhere", dir.path().join("link.yaml")).unwrap();
    fs::write(dir.path().join(OsStr::from_bytes(b"caf\xe9.yaml")), KITCHEN).unwrap();

    let (templates, faults) = load(Some(dir.path()));
    assert_eq!(templates.len(), 4, "{:?}", templates.keys());
    assert_eq!(templates["restomod"].name, "Restomod");
    let prefix = format!("{}/", dir.path().display());
    let told: Vec<_> =
        faults.iter().map(|fault| fault.to_string().strip_prefix(&prefix).unwrap().to_owned()).collect();
    let expected = [
        "bath.yaml:2: the id is kitchen, but the file is named bath",
        "caf\u{fffd}.yaml: the file's name is not UTF-8",
        "folder.yaml: it is no regular file",
        "kitchen.yml: another file is named kitchen, too",
        "large.yaml: it is larger than 1048576 bytes",
        "latin.yaml:2: it is not UTF-8",
        "link.yaml: it cannot be read: ",
        "nothing.yaml:1: a template needs a field name",
        "nothing.yaml:1: a template needs at least one node type",
        "restomod.yaml:1: ",
        "two.yaml:",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told} instead of {expected}");
    }
    assert!(faults.iter().all(|fault| fault.left_out));
}

#[test]
fn a_directory_that_is_not_there_is_a_fault_and_the_built_in_ones_stay() {
    let dir = tempfile::tempdir().unwrap();
    let gone = dir.path().join("gone");
    let (templates, faults) = load(Some(&gone));
    assert!(templates.contains_key("restomod"));
    assert_eq!(faults.len(), 1);
    assert_eq!((&faults[0].file, faults[0].left_out), (&gone, true));
    assert!(faults[0].reason.contains("cannot be read"), "{}", faults[0]);

    let file = dir.path().join("file");
    fs::write(&file, KITCHEN).unwrap();
    assert_eq!(load(Some(&file)).1[0].file, file);
}
