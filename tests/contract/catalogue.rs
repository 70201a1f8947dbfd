//! The events that pages of projects know, as `docs/events.md` lists them: each has a shape and a test that hears it, or is
//! kept for the server.

use std::path::Path;

use graphroom_protocol::registry::sent;
use graphroom_protocol::reserved::{is_reserved, reserved};

/// How many such pages know.
const KNOWN: usize = 44;

/// The cells of each line of the table.
fn rows(page: &str) -> Vec<Vec<String>> {
    let lines = page.lines().filter(|line| line.starts_with("| `"));
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().replace('`', "")).collect()
    };
    lines.map(cells).collect()
}

/// What is wrong with a line.
fn fault(root: &Path, row: &[String]) -> Option<&'static str> {
    let [constant, name, payload, _, test] = row else { return Some("it has not five cells") };
    let event = sent().into_iter().find(|event| event.name.as_str() == name);
    if reserved().get(constant) != Some(&&**name) || constant.to_lowercase() != *name {
        return Some("the constant is not that of the event");
    }
    if !is_reserved(name) {
        return Some("clients may send it as their own");
    }
    match (payload.as_str(), event) {
        ("reserved", _) if test.is_empty() => return None,
        ("from clients" | "the library's", None) => {}
        (payload, Some(event)) if event.payload.as_ref().is_some_and(|shape| shape.name == payload) => {}
        _ => return Some("that is not its shape"),
    }
    let Some((file, test)) = test.split_once(' ') else { return Some("no test is named") };
    let source = std::fs::read_to_string(root.join(file)).unwrap_or_default();
    let is_there = source.contains(&format!("fn {test}()"));
    // The library's are no events to a test.
    let is_about_it = source.contains(&format!("\"{name}")) || payload == "the library's";
    (!is_there || !is_about_it).then_some("no such test hears it")
}

#[test]
fn every_event_that_pages_know_has_a_shape_and_a_test_or_is_kept() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/events.md")).unwrap();
    let rows = rows(&page);
    assert_eq!(rows.len(), KNOWN);
    assert!(rows.is_sorted(), "by the constants, each once");
    let faults: Vec<_> = rows.iter().filter_map(|row| Some((&row[0], fault(root, row)?))).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn a_line_that_does_not_hold_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let line = |line: &str| fault(root, &rows(line)[0]);
    let file = "`tests/hearing/people.rs` `a_user_comes_with_its_first_connection_and_goes_with_its_last`";
    assert_eq!(line(&format!("| `USER_LEFT` | `user_left` | `UserLeftEvent` | x | {file} |")), None);
    for wrong in [
        format!("| `USER_GONE` | `user_left` | `UserLeftEvent` | x | {file} |"),
        format!("| `USER_LEFT` | `user_left` | `UserJoinedEvent` | x | {file} |"),
        "| `USER_LEFT` | `user_left` | `UserLeftEvent` | x | `tests/hearing/people.rs` `no_such` |"
            .to_owned(),
        "| `USER_LEFT` | `user_left` | `UserLeftEvent` | x | |".to_owned(),
        "| `DEPLOYED` | `deployed` | reserved | | |".to_owned(),
    ] {
        assert!(line(&wrong).is_some(), "{wrong}");
    }
}
