//! Every fault, by its exact place; and what is read of files that have none.

mod files;
mod nodes;
mod strict;
mod tree;

use serde_json::{Value, json};

use super::{Reading, Rules, read};
use crate::domain::{Limits, Timestamp};
use crate::project::Library;

const ROOT: &str = "11111111-1111-4111-8111-111111111111";
const PAINT: &str = "22222222-2222-4222-8222-222222222222";
const BODY: &str = "33333333-3333-4333-8333-333333333333";

const RESTOMOD: &str = include_str!("../../../tests/fixtures/project-files/restomod.json");
const OLDER: &str = include_str!("../../../tests/fixtures/project-files/restomod-older.json");
const DESKTOP: &str = include_str!("../../../tests/fixtures/project-files/desktop-client.json");

/// Small enough that a test can go over them.
const LIMITS: Limits =
    Limits { nodes: 8, depth: 4, property_bytes: 64, events: 1_000, event_bytes: 256 * 1024 };

fn read_with(text: &[u8], limits: Limits, strict: bool) -> Reading {
    let templates = Library::open(None).0.current();
    let template = |id: &str| templates.get(id).cloned();
    let now = Timestamp::from_millis(1_760_000_000_000);
    read(text, &Rules { template: &template, limits, strict: Some(strict), strict_unsaid: false, now })
}

fn faults(text: &str, strict: bool) -> Vec<(String, String)> {
    match read_with(text.as_bytes(), LIMITS, strict).outcome {
        Ok(import) => panic!("there is no fault in {import:?}"),
        Err(faults) => {
            assert_eq!(faults.total(), faults.listed().len());
            faults.listed().iter().map(|fault| (fault.place.clone(), fault.message.clone())).collect()
        }
    }
}

/// The sample file after a change to it.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(RESTOMOD).unwrap();
    change(&mut file);
    file.to_string()
}

/// The places and messages of what is wrong with the sample file after `patches`, each a JSON pointer and
/// a value; null takes away what is there.
fn faults_after(patches: &[(String, Value)], strict: bool) -> Vec<(String, String)> {
    let text = changed(|file| patches.iter().for_each(|(pointer, value)| patch(file, pointer, value)));
    faults(&text, strict)
}

fn patch(file: &mut Value, pointer: &str, value: &Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = file.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::String(text) if text == "(nothing)" => drop(parent.remove(key)),
        value => drop(parent.insert(key.to_owned(), value.clone())),
    }
}

fn nothing() -> Value {
    json!("(nothing)")
}

/// A patch of the sample file.
fn set(pointer: &str, value: Value) -> (String, Value) {
    (pointer.to_owned(), value)
}

fn at(id: &str, field: &str) -> String {
    format!("/nodes/{id}/{field}")
}
