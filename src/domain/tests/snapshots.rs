//! Snapshots: one text for one state, from which that state is read again.
//!
//! Proves SYNC-3 (docs/behaviour.md).

use proptest::prelude::*;

use super::plans::{AUTHORS, config, crowded_plan_of};
use super::*;
use crate::domain::snapshot::{read, write};

fn text(state: &State) -> String {
    String::from_utf8(write(state)).unwrap()
}

/// Reads a text in which something was replaced, which was there.
fn read_with(text: &str, from: &str, to: &str) -> Result<State, String> {
    assert!(text.contains(from), "{from} in {text}");
    read(text.replacen(from, to, 1).as_bytes()).map_err(|fault| fault.to_string())
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn sync_3_replaying_the_journal_up_to_any_seq_gives_the_snapshot_byte_for_byte(plan in crowded_plan_of(&AUTHORS)) {
        let mut kept = Vec::new();
        let world = plan.run(|_, after, _| kept.push((after.state.head, text(&after.state))));
        let mut replayed = State::default();
        let mut kept = kept.into_iter().peekable();
        for record in &world.journal {
            replayed.apply(&Record::decode(&record.encode().unwrap()).unwrap());
            if let Some((_, snapshot)) = kept.next_if(|(seq, _)| *seq == replayed.head) {
                prop_assert_eq!(&text(&replayed), &snapshot);
                let state = read(snapshot.as_bytes()).unwrap();
                prop_assert_eq!(&state, &replayed);
                prop_assert_eq!(text(&state), snapshot);
            }
        }
        prop_assert!(kept.next().is_none());
    }
}

/// A project in which something of everything happened.
fn eventful() -> World {
    let mut world = World::new();
    let root = world.root();
    for n in 1..=3 {
        world.create("ann", id(n), Some(root));
    }
    world.set("bob", id(1), "note", json!({"b": 1, "a": [null, 0.1]}));
    world.set("bob", id(2), "note", json!(null));
    world.give("ann", &Command::DeleteNode { node_id: id(3) }).unwrap();
    world.set("ann", id(1), "note", json!("later"));
    world.undo_mine("ann");
    world
}

#[test]
fn the_form_is_what_its_description_says() {
    let world = eventful();
    let text = text(&world.state);
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let head = lines.next().unwrap();
    assert_eq!((&head["v"], &head["seq"]), (&json!(1), &json!(world.state.head)));
    assert_eq!(head["authors"], json!(["ann", "bob"]));
    let rest: Vec<Value> = lines.collect();
    let counts =
        ["stamps", "nodes", "deleted_nodes", "steps"].map(|what| head[what].as_u64().unwrap() as usize);
    assert_eq!(rest.len(), counts.iter().sum::<usize>());
    assert_eq!(counts[1..], [3, 1, world.state.steps.iter().count()]);
    let undone = rest.iter().find(|line| line["undone"] == json!(true)).expect("a step that was undone");
    assert_eq!(undone["author"], json!(0));
    let restored = rest.iter().filter(|line| line.as_array().is_some_and(|line| line.len() == 5));
    assert_eq!(restored.count(), 1, "the stamp of the undo");
}

#[test]
fn an_empty_state_is_read_again_too() {
    assert_eq!(read(&write(&State::default())).unwrap(), State::default());
}

#[test]
fn what_is_no_snapshot_is_refused_with_the_line_where_that_shows() {
    let text = text(&eventful().state);
    assert_eq!(read_with(&text, r#""v":1"#, r#""v":2"#).unwrap_err(), "line 1: form 2 is not known");
    assert!(read_with(&text, r#""stamps":"#, r#""stamps":9"#).unwrap_err().starts_with("line "));
    assert!(read_with(&text, "[[", "[[9").unwrap_err().ends_with("it refers to what is not there"));
    let unsorted = text.replacen(r#""properties":["#, r#""properties":["zz","#, 1);
    assert_ne!(unsorted, text);
    assert!(read(unsorted.as_bytes()).unwrap_err().to_string().ends_with("its properties are not sorted"));
    let lines = text.lines().count();
    assert_eq!(read(format!("{text}[]\n").as_bytes()).unwrap_err().line, lines + 1);
    for end in 0..text.len() {
        assert!(read(&text.as_bytes()[..end]).is_err(), "cut off at {end}");
    }
}
