//! The file around its nodes: its forms, its text, what it says of itself.

use serde_json::{Value, json};

use super::*;
use crate::domain::graph::NAME;
use crate::project::import::MAX_LISTED;

// C-199
#[test]
fn a_file_is_read_with_its_order_its_times_and_its_values() {
    let reading = read_with(RESTOMOD.as_bytes(), Limits::default(), false);
    assert_eq!((reading.node_count, reading.template_id.as_deref()), (3, Some("restomod")));
    let import = reading.outcome.unwrap();
    assert_eq!((&*import.name, &*import.template.id, import.strict), ("Mustang 1967", "restomod", false));
    let rows: Vec<_> =
        import.nodes.iter().map(|row| (row.id.to_string(), row.node.created_at.to_string())).collect();
    let expected = [
        (ROOT, "2026-02-04T09:15:00.123Z"),
        (BODY, "2026-02-04T09:17:00.789Z"),
        (PAINT, "2026-02-04T08:16:00.000Z"),
    ];
    assert_eq!(rows, expected.map(|(id, at)| (id.to_owned(), at.to_owned())));
    let root = &import.nodes[0].node;
    assert_eq!(*root.properties["budget"], json!(42000.5));
    assert_eq!(*root.properties[NAME], json!("Mustang 1967"));
    assert_eq!(import.nodes[1].node.place.parent_id, Some(import.nodes[0].id));
    assert!(import.nodes[1].node.place.key < import.nodes[2].node.place.key);
}

// C-200, C-201
#[test]
fn older_files_and_those_of_desktop_clients_give_the_same_nodes() {
    let ids = ["e2c6999a-39f5-514b-8dd9-18af16bcb8f5", "9433587e-28fe-5518-87b0-a5a043dbd67e"];
    for text in [OLDER, DESKTOP] {
        let import = read_with(text.as_bytes(), Limits::default(), false).outcome.unwrap();
        let nodes: Vec<_> = import
            .nodes
            .iter()
            .map(|row| {
                (row.id.to_string(), &*row.node.node_type, row.node.properties[NAME].as_str().unwrap())
            })
            .collect();
        let expected =
            [(ids[0].to_owned(), "project_root", "Mustang 1967"), (ids[1].to_owned(), "phase", "Body work")];
        assert_eq!(nodes, expected);
        assert_eq!(import.nodes[1].node.place.parent_id, Some(import.nodes[0].id));
        assert_eq!(*import.nodes[0].node.properties["vehicle"], json!("Ford Mustang"));
    }
}

#[test]
fn the_file_may_say_its_name_its_strictness_the_order_of_its_roots_and_what_waits() {
    let text = changed(|file| {
        file["name"] = json!("Two at a time");
        file["roots"] = json!([PAINT, ROOT]);
        file["nodes"][ROOT]["children"] = json!([]);
        file["nodes"][PAINT]["parent_id"] = json!(null);
        file["nodes"][BODY]["parent_id"] = json!(null);
        file["nodes"][PAINT]["blocked_by"] = json!(BODY);
    });
    let import = read_with(text.as_bytes(), LIMITS, false).outcome.unwrap();
    assert_eq!(import.name, "Two at a time");
    let order: Vec<_> = import.nodes.iter().map(|row| row.id.to_string()).collect();
    assert_eq!(order, [PAINT, ROOT, BODY]);
    assert_eq!(import.nodes[0].node.blocked_by, Some(import.nodes[2].id));
}

#[test]
fn an_empty_graph_is_one() {
    let text = r#"{"version":"1.0","templates":["restomod.yaml"],"nodes":{},"roots":[],"strict":true}"#;
    let reading = read_with(text.as_bytes(), LIMITS, true);
    assert_eq!(reading.name, None);
    let import = reading.outcome.unwrap();
    assert_eq!((import.nodes.len(), import.name.as_str(), import.strict), (0, "Imported project", true));
}

#[test]
fn text_that_is_no_json_is_told_by_line_and_column() {
    let cases: [(&[u8], &str, &str); 8] = [
        (b"", "line 1, column 0", "is no valid JSON: EOF while parsing a value"),
        (
            b"{\"version\":\n  \"1.0\",\n  \"nodes\": {",
            "line 3, column 12",
            "is no valid JSON: EOF while parsing an object",
        ),
        (b"{\"version\": 1.0, }", "line 1, column 18", "is no valid JSON: key must be a string"),
        (b"{}\n{}", "line 2, column 1", "is no valid JSON: trailing characters"),
        (b"not JSON", "line 1, column 2", "is no valid JSON: expected ident"),
        (b"{\n\"name\": \"\xc3\x28\"}", "line 2, column 10", "is no UTF-8"),
        (b"[]", "file", "must be an object"),
        (b"\"text\"", "file", "must be an object"),
    ];
    for (text, place, message) in cases {
        let faults = read_with(text, LIMITS, false).outcome.unwrap_err();
        let fault = &faults.listed()[0];
        assert_eq!((&*fault.place, &*fault.message), (place, message), "{}", String::from_utf8_lossy(text));
        assert_eq!(faults.total(), 1);
    }
}

#[test]
fn a_mark_before_the_text_is_not_part_of_it() {
    let text = [b"\xef\xbb\xbf".as_slice(), RESTOMOD.as_bytes()].concat();
    assert!(read_with(&text, LIMITS, false).outcome.is_ok());
}

#[test]
fn what_a_file_says_of_itself_has_to_be_right() {
    let no_template = "it names the template that the nodes are made of";
    let elsewhere = format!("the node stands elsewhere: nodes.{ROOT}.children[1]");
    let cases: Vec<(&str, Value, &str, String)> = vec![
        ("version", nothing(), "version", "is missing; it is \"1.0\"".into()),
        ("version", json!("2.0"), "version", "\"2.0\" is unknown; \"1.0\" is known".into()),
        ("version", json!(1.0), "version", "must be a string".into()),
        ("templates", nothing(), "templates", format!("is missing: {no_template}")),
        ("templates", json!([]), "templates", format!("is empty: {no_template}")),
        ("templates", json!("restomod.yaml"), "templates", "must be an array of one file name".into()),
        ("templates", json!([7]), "templates[0]", "must be a string".into()),
        ("templates", json!(["nope.yaml"]), "templates[0]", "there is no template nope".into()),
        (
            "templates",
            json!(["restomod.yaml", 7]),
            "templates[1]",
            "a project is made of one template".into(),
        ),
        ("nodes", nothing(), "nodes", "is missing".into()),
        ("nodes", json!("none"), "nodes", "must be an object of nodes by their ids".into()),
        ("name", json!(7), "name", "must be a string".into()),
        ("name", json!(" "), "name", "a project's name is 1 to 256 characters".into()),
        ("strict", json!("yes"), "strict", "must be true or false".into()),
        ("roots", json!(ROOT), "roots", "must be an array of ids".into()),
        ("roots", json!([7]), "roots[0]", "must be an id".into()),
        ("roots", json!([ROOT, "x"]), "roots[1]", "there is no such node".into()),
        ("roots", json!([ROOT, ROOT]), "roots[1]", "the node is listed twice".into()),
        ("roots", json!([PAINT]), "roots[0]", elsewhere),
    ];
    for (field, value, place, message) in cases {
        let found = faults_after(&[set(&format!("/{field}"), value)], false);
        assert_eq!(found, [(place.to_owned(), message)], "{field}");
    }
}

#[test]
fn one_fault_does_not_hide_the_next_and_beyond_a_hundred_they_are_counted() {
    let nodes: serde_json::Map<String, Value> =
        (0..150).map(|n| (format!("n{n}"), json!({ "type": 7, "name": "N" }))).collect();
    let text = json!({ "version": "9", "templates": [], "nodes": nodes }).to_string();
    let reading = read_with(text.as_bytes(), Limits::default(), false);
    assert_eq!((reading.node_count, reading.template_id), (150, None));
    let faults = reading.outcome.unwrap_err();
    assert_eq!((faults.listed().len(), faults.total()), (MAX_LISTED, 152));
    let places: Vec<&str> = faults.listed().iter().take(3).map(|fault| &*fault.place).collect();
    assert_eq!(places, ["version", "templates", "nodes.n0.type"]);
}

#[test]
fn faults_of_a_desktop_clients_graph_are_told_by_their_place_in_it() {
    let file = |change: &dyn Fn(&mut Value)| {
        let mut file: Value = serde_json::from_str(DESKTOP).unwrap();
        change(&mut file);
        faults(&file.to_string(), false)
    };
    let missing = "is missing: it names the template that the nodes are made of";
    assert_eq!(
        file(&|file| file["template_id"] = json!(null)),
        [("template_id".to_owned(), missing.to_owned())]
    );
    let found = file(&|file| file["graph"]["nodes"][1]["children"] = json!(["x"]));
    assert_eq!(found, [("graph.nodes[1].children[0]".to_owned(), "there is no such node".to_owned())]);
    let found = file(&|file| drop(file["graph"]["nodes"][1].as_object_mut().unwrap().remove("id")));
    assert_eq!(found[0], ("graph.nodes[1].id".to_owned(), "is missing".to_owned()));
    let found = file(&|file| file["graph"]["version"] = json!("3"));
    assert_eq!(found[0].0, "graph.version");
    let found = file(&|file| file["graph"] = json!([]));
    assert_eq!(found, [("graph".to_owned(), "must be an object".to_owned())]);
}

#[test]
fn a_name_that_the_file_does_not_say_is_that_of_its_first_root() {
    let named = |name: &str| {
        let text = changed(|file| file["nodes"][ROOT]["name"] = json!(name));
        read_with(text.as_bytes(), Limits::default(), false).outcome.unwrap().name
    };
    assert_eq!(named("Mustang"), "Mustang");
    assert_eq!(named(" "), "Imported project");
    assert_eq!(named(&"ä".repeat(300)), "ä".repeat(256));
}

#[test]
fn a_digest_tells_one_file_from_another() {
    let digest = |text: &str| read_with(text.as_bytes(), Limits::default(), false).outcome.unwrap().digest;
    let other = RESTOMOD.replace("Paint", "Polish");
    assert_eq!(digest(RESTOMOD), digest(RESTOMOD));
    assert_ne!(digest(RESTOMOD), digest(&other));
}

#[test]
fn relations_beside_a_desktop_clients_graph_are_read_and_checked() {
    let with = |relations: Value| {
        let mut file: Value = serde_json::from_str(DESKTOP).unwrap();
        file["blocking_relationships"] = relations;
        file.to_string()
    };
    let relation =
        |blocked: &str, blocking: &str| json!({ "blockedNodeId": blocked, "blockingNodeId": blocking });
    let text = with(json!([relation("uuid-1", "uuid-2")]));
    let import = read_with(text.as_bytes(), LIMITS, false).outcome.unwrap();
    assert_eq!(import.nodes[0].node.blocked_by, Some(import.nodes[1].id));
    let form = "must be {blockedNodeId, blockingNodeId}".to_owned();
    let cases = [
        (json!({}), "", format!("{} of {}", "must be an array", &form[8..])),
        (json!([7]), "[0]", form.clone()),
        (json!([relation("uuid-1", "")]), "[0]", form),
        (json!([relation("x", "uuid-1")]), "[0].blockedNodeId", "there is no such node".to_owned()),
        (json!([relation("uuid-1", "x")]), "[0].blockingNodeId", "there is no such node".to_owned()),
        (
            json!([relation("uuid-1", "uuid-2"), relation("uuid-1", "uuid-1")]),
            "[1]",
            "graph.nodes[0] waits for another node already".to_owned(),
        ),
    ];
    for (relations, place, message) in cases {
        let found = faults(&with(relations.clone()), false);
        assert_eq!(found[0], (format!("blocking_relationships{place}"), message), "{relations}");
    }
    let ring = with(json!([relation("uuid-1", "uuid-2"), relation("uuid-2", "uuid-1")]));
    let expected = ("graph.nodes[0].blocked_by".to_owned(), "the node would wait for itself".to_owned());
    assert_eq!(faults(&ring, false), [expected]);
}
