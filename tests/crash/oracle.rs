//! The oracle: compares what the writers know with what the server has.
//!
//! It trusts the logs alone. What a command should have done it takes from the log too, never from the
//! effects that the server recorded.

mod graph;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use graphroom::domain::{Record, Seq};
use graphroom::store::StoreError;
use serde_json::Value;

use self::graph::Expected;
use super::log::{Answer, Log, Sent};

/// Something that must never be.
#[derive(Clone, Debug, PartialEq)]
pub enum Violation {
    /// Acknowledged, and not in the journal.
    Lost(Name, Seq),
    /// More than once in the journal: at these places.
    Twice(Name, Vec<Seq>),
    /// Acknowledged with another place than it has in the journal.
    Misplaced(Name, Seq),
    /// Two commands were acknowledged with the same place.
    Shared(Seq),
    /// In the journal, and no writer sent it.
    Unsent(Name),
    /// Said to be a repeat when it was none, or the other way round.
    NotTold(Name),
    /// Every command here is a good one, and was refused all the same.
    Refused(Name, String),
    /// The journal does not go on after this place.
    Gap(Seq),
    /// The journal cannot be read.
    Unreadable(String),
    /// The graph is not what the journal's commands make.
    Graph(String),
}

/// Author and command id.
pub type Name = (String, String);

/// Everything that is wrong. `graph` is what `GET …/graph` answered; none if there was no such session.
pub fn violations(
    logs: &[&Log],
    journal: &Result<Vec<Record>, StoreError>,
    graph: Option<&Value>,
) -> Vec<Violation> {
    let records = match journal {
        Ok(records) => records,
        Err(error) => return vec![Violation::Unreadable(error.to_string())],
    };
    let mut found = violations_of_journal(logs, records);
    check_graph(records, &all_sent(logs), graph, &mut found);
    found
}

/// The same without the graph, for who cannot ask for it.
pub fn violations_of_journal(logs: &[&Log], records: &[Record]) -> Vec<Violation> {
    let sent = all_sent(logs);
    let mut found = Vec::new();
    check_places(records, &mut found);
    check_records(records, &sent, &mut found);
    check_answers(&sent, records, &mut found);
    found
}

fn all_sent<'a>(logs: &[&'a Log]) -> HashMap<Name, &'a Sent> {
    let named =
        |log: &&'a Log| log.sent.iter().map(|sent| ((log.author.clone(), sent.command_id.clone()), sent));
    logs.iter().flat_map(|log| named(log).collect::<Vec<_>>()).collect()
}

/// One `seq` after the other, from the first.
fn check_places(records: &[Record], found: &mut Vec<Violation>) {
    let mut head = 0;
    for record in records {
        if record.seq_first != head + 1 || record.seq_last < record.seq_first {
            found.push(Violation::Gap(head));
        }
        head = record.seq_last;
    }
}

/// Each record stands for a command that somebody sent, and for another one than all others.
fn check_records(records: &[Record], sent: &HashMap<Name, &Sent>, found: &mut Vec<Violation>) {
    let mut places: BTreeMap<Name, Vec<Seq>> = BTreeMap::new();
    for record in records.iter().filter(|record| is_command(record)) {
        places.entry(name(record)).or_default().push(record.seq_last);
    }
    for (name, places) in places {
        if !sent.contains_key(&name) {
            found.push(Violation::Unsent(name));
        } else if places.len() > 1 {
            found.push(Violation::Twice(name, places));
        }
    }
}

/// Each answer is true.
fn check_answers(sent: &HashMap<Name, &Sent>, records: &[Record], found: &mut Vec<Violation>) {
    let places: HashMap<Name, Seq> = records.iter().map(|record| (name(record), record.seq_last)).collect();
    let mut acknowledged = HashSet::new();
    for (name, sent) in sent {
        match &sent.answer {
            None => {}
            Some(Answer::Refused(answer)) => {
                found.push(Violation::Refused(name.clone(), answer.to_string()));
            }
            Some(Answer::Acknowledged { seq, duplicate, .. }) => {
                if !acknowledged.insert(*seq) {
                    found.push(Violation::Shared(*seq));
                }
                if *duplicate != sent.repeated {
                    found.push(Violation::NotTold(name.clone()));
                }
                match places.get(name) {
                    None => found.push(Violation::Lost(name.clone(), *seq)),
                    Some(place) if place != seq => found.push(Violation::Misplaced(name.clone(), *seq)),
                    Some(_) => {}
                }
            }
        }
    }
}

/// The graph is what the commands make in the journal's order, and is as far as the journal.
fn check_graph(
    records: &[Record],
    sent: &HashMap<Name, &Sent>,
    graph: Option<&Value>,
    found: &mut Vec<Violation>,
) {
    let Some(graph) = graph else {
        found.push(Violation::Graph("there is none".to_owned()));
        return;
    };
    let head = records.last().map_or(0, |record| record.seq_last);
    if graph["seq"] != head {
        found.push(Violation::Graph(format!("it is of {}, the journal ends at {head}", graph["seq"])));
    }
    let mut expected = Expected::default();
    for sent in records.iter().filter_map(|record| sent.get(&name(record))) {
        expected.apply(sent);
    }
    found.extend(expected.differences(&graph["graph"]).into_iter().map(Violation::Graph));
}

/// Whether a writer must have sent it: everything but the creation of the project.
fn is_command(record: &Record) -> bool {
    &*record.command_type != "CreateProject"
}

fn name(record: &Record) -> Name {
    (record.author.user_id.to_string(), record.command_id.to_string())
}
