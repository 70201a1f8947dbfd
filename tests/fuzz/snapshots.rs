//! Snapshots: altered ones are read as what they say or not at all. That an altered one is not read in the first
//! place is for the checksum in its label, which `tests/behaviour/snapshots.rs` is about.

use graphroom::domain::snapshot::{read, write};
use graphroom::domain::{Record, State};
use serde_json::Value;

use super::run::{Case, Part, readable};
use super::{bytes, corpus, values};

/// The snapshots behind each golden record.
fn golden() -> Vec<String> {
    let mut state = State::default();
    let texts = corpus::records().into_iter().map(|(_, text)| {
        state.apply(&Record::decode(&text).unwrap());
        String::from_utf8(write(&state)).unwrap()
    });
    texts.collect()
}

/// Another value somewhere in one of the lines.
fn altered_line(case: &mut Case, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = case.random.below(lines.len());
    let other = case.random.pick(&lines).clone();
    let [base, other]: [Value; 2] = [&lines[at], &other].map(|line| serde_json::from_str(line).unwrap());
    lines[at] = values::written(&values::altered(&mut case.random, &base, &other));
    lines.join("\n") + "\n"
}

#[test]
fn a_snapshot_is_read_as_what_it_says_or_not_at_all() {
    let golden = golden();
    Part::new("snapshots", 3).needs("altered bytes", 20, 100).needs("an altered line", 20, 100).run(|case| {
        let text = case.random.pick(&golden).clone();
        let (kind, altered) = if case.random.percent(50) {
            let other = case.random.pick(&golden).clone();
            ("altered bytes", bytes::altered_text(&mut case.random, &text, &other))
        } else {
            ("an altered line", altered_line(case, &text))
        };
        case.shows(readable(altered.as_bytes()));
        let state = read(altered.as_bytes());
        case.saw(kind, state.is_ok());
        match state {
            Ok(state) => {
                // What is said twice is written once: then it stays as it is.
                let text = write(&state);
                let again = read(&text).expect("what was written is read");
                assert_eq!(readable(&write(&again)), readable(&text));
            }
            Err(fault) => assert!(fault.line > 0 && !fault.reason.is_empty(), "{fault}"),
        }
    });
}
