//! Stored records: of every version, altered behind the checksum's back and with a checksum that fits.

use graphroom::domain::fit::misfit;
use graphroom::domain::record::{self, RecordError};
use graphroom::domain::{Change, Record, State, canonical};
use serde_json::{Value, json};

use super::run::{Case, Part, readable};
use super::{bytes, corpus, values};

/// The text of a record with a checksum that is right, whatever else it is.
fn sealed(value: &Value) -> String {
    let text = canonical::to_string(value);
    let open = text.strip_suffix('}').expect("an object");
    format!("{open},\"checksum\":\"{}\"}}", canonical::hash_text(&text))
}

/// The golden records without their checksums, and the states before the journal's.
struct Golden {
    texts: Vec<String>,
    values: Vec<Value>,
    states: Vec<State>,
}

impl Golden {
    fn new() -> Self {
        let texts: Vec<String> = corpus::records().into_iter().map(|(_, text)| text).collect();
        let values = texts.iter().map(|text| {
            let mut value: Value = serde_json::from_str(text).unwrap();
            value.as_object_mut().unwrap().remove("checksum");
            value
        });
        let mut state = State::default();
        let mut states = Vec::new();
        // Other projects come behind the journal: theirs are states like any other.
        for text in &texts {
            states.push(state.clone());
            state.apply(&Record::decode(text).unwrap());
        }
        Self { values: values.collect(), texts, states }
    }
}

/// Whatever was done to its text, nobody reads it, or it is what it was.
fn altered_text(case: &mut Case, golden: &Golden) {
    let text = case.random.pick(&golden.texts).clone();
    let other = case.random.pick(&golden.texts).clone();
    let altered = bytes::altered_text(&mut case.random, &text, &other);
    case.shows(readable(altered.as_bytes()));
    let read = Record::decode(&altered);
    case.saw("an altered text", read.is_ok());
    if let Ok(read) = read {
        let is_known = golden.texts.iter().any(|text| Record::decode(text).unwrap() == read);
        assert!(is_known, "an altered record was read: {read:?}");
    }
}

/// A record that somebody wrote with a right checksum: it is read whole or not at all, and can be applied.
fn altered_record(case: &mut Case, golden: &Golden) {
    let at = case.random.below(golden.values.len());
    let other = case.random.pick(&golden.values).clone();
    let mut value = golden.values[at].clone();
    let version = value["v"].as_u64().unwrap();
    if case.random.percent(90) {
        value = values::altered(&mut case.random, &value, &other);
    }
    if !value.is_object() {
        return;
    }
    let version = if case.random.percent(10) {
        value["v"] = case
            .random
            .pick(&[json!(0), json!(3), json!(u64::MAX), json!(-1), json!("2"), json!(1.5)])
            .clone();
        "another version".to_owned()
    } else {
        value["v"] = json!(version);
        format!("version {version}")
    };
    let text = sealed(&value);
    case.shows(readable(text.as_bytes()));
    let read = Record::decode(&text);
    case.saw(&version, read.is_ok());
    match read {
        Ok(read) => {
            assert!((1..=record::VERSION).contains(&read.v));
            assert_is_read_again(&read);
            assert_can_be_applied(&golden.states[at], &read);
        }
        Err(RecordError::Checksum) => panic!("the checksum is right"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn assert_is_read_again(record: &Record) {
    // Keys that no value may have are not read back; nobody stores them.
    let text = record.encode().unwrap();
    if text.contains(graphroom_protocol::plain::PRIVATE) {
        return;
    }
    let again = Record::decode(&text).expect("what was written is read");
    assert_eq!(again, *record);
    assert_eq!(again.encode().unwrap(), text);
}

/// Damage that has a right checksum must not take the server with it.
fn assert_can_be_applied(before: &State, record: &Record) {
    drop(misfit(before, record));
    for state in [before, &State::default()] {
        let mut state = state.clone();
        state.apply(record);
        assert_eq!(state.head, record.seq_last);
    }
    assert_eq!(Change::all(record).len() as u64, State::event_count(record));
}

#[test]
fn a_stored_record_is_read_as_it_was_written_or_not_at_all() {
    let golden = Golden::new();
    Part::new("records", 7)
        .needs("an altered text", 0, 500)
        .needs("version 1", 50, 50)
        .needs("version 2", 100, 100)
        .needs("another version", 0, 50)
        .run(|case| match case.random.percent(30) {
            true => altered_text(case, &golden),
            false => altered_record(case, &golden),
        });
}
