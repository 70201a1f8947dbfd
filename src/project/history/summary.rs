//! What a command did, in one sentence for people.

use std::collections::BTreeSet;

use crate::domain::graph::NAME;
use crate::domain::rejection::excerpt;
use crate::domain::{Body, Effect, Record};

/// Properties that are named one by one.
const MAX_NAMED: usize = 3;

/// What a record did.
pub fn of(record: &Record) -> String {
    if let Some(step) = &record.result.step {
        let (what, whose) = (excerpt(&step.command_type), excerpt(&step.author));
        let done = if &*record.command_type == "Redo" { "Did again" } else { "Took back" };
        let left = record.result.conflicts.len() + record.result.conflicts_omitted;
        let left = if left > 0 { format!("; left {left} as others had made it") } else { String::new() };
        return format!("{done} {what} of {whose}{left}");
    }
    let counts = Counts::of(record);
    let parts = counts.parts();
    if parts.is_empty() {
        return "Changed nothing".to_owned();
    }
    let text = parts.join(", ");
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// What the effects of a record are about.
#[derive(Default)]
struct Counts<'a> {
    project: Vec<String>,
    created: Vec<&'a Body>,
    deleted: Vec<&'a Body>,
    renamed: Vec<(&'a str, &'a str)>,
    /// By property; what was written, and what was deleted.
    written: (BTreeSet<&'a str>, usize),
    cleared: (BTreeSet<&'a str>, usize),
    moved: usize,
    related: usize,
}

impl<'a> Counts<'a> {
    fn of(record: &'a Record) -> Self {
        let mut counts = Self::default();
        for effect in record.effects.iter().filter(|effect| !effect.changes_nothing()) {
            counts.add(effect);
        }
        counts
    }

    fn add(&mut self, effect: &'a Effect) {
        match effect {
            Effect::Node { after: Some(body), .. } => self.created.push(body),
            Effect::Node { before: Some(body), .. } => self.deleted.push(body),
            Effect::Node { .. } | Effect::Strict { .. } => {}
            Effect::Property { property_id, before, after, .. } if &**property_id == NAME => {
                let text = |value: &'a Option<_>| {
                    value.as_ref().and_then(|value: &std::sync::Arc<serde_json::Value>| value.as_str())
                };
                self.renamed.push((text(before).unwrap_or_default(), text(after).unwrap_or_default()));
            }
            Effect::Property { property_id, after, .. } => {
                let (ids, count) = if after.is_some() { &mut self.written } else { &mut self.cleared };
                ids.insert(property_id);
                *count += 1;
            }
            Effect::Place { .. } => self.moved += 1,
            Effect::BlockedBy { .. } => self.related += 1,
            Effect::Graph { after } => {
                self.project.push(format!("replaced the graph by {}", nodes(after.len())));
            }
            Effect::ProjectName { before: None, after } => {
                self.project.push(format!("made the project {:?}", excerpt(after)));
            }
            Effect::ProjectName { after, .. } => {
                self.project.push(format!("named the project {:?}", excerpt(after)));
            }
            // A new project's template is said by its first record's name already.
            Effect::Template { before: None, .. } => {}
            Effect::Template { after, .. } => {
                self.project.push(format!(
                    "adopted template {} {}",
                    excerpt(&after.id),
                    excerpt(&after.version)
                ));
            }
            Effect::Life { after, .. } => self.project.push(format!("made the session {}", after.as_str())),
            Effect::Deleted => self.project.push("deleted the project".to_owned()),
        }
    }

    fn parts(self) -> Vec<String> {
        let mut parts = self.project;
        parts.extend(bodies("created", &self.created));
        parts.extend(bodies("deleted", &self.deleted));
        match self.renamed.as_slice() {
            [] => {}
            [(from, to)] => parts.push(format!("renamed {:?} to {:?}", excerpt(from), excerpt(to))),
            all => parts.push(format!("renamed {}", nodes(all.len()))),
        }
        parts.extend(properties("set", &self.written));
        parts.extend(properties("cleared", &self.cleared));
        if self.moved > 0 {
            parts.push(format!("moved {}", nodes(self.moved)));
        }
        if self.related > 0 {
            parts.push(format!("changed what {} waits for", nodes(self.related)));
        }
        parts
    }
}

fn bodies(what: &str, bodies: &[&Body]) -> Option<String> {
    match bodies {
        [] => None,
        [one] => {
            let name = one.properties.get(NAME).and_then(|name| name.as_str()).unwrap_or_default();
            Some(format!("{what} {} {:?}", excerpt(&one.node_type), excerpt(name)))
        }
        all => Some(format!("{what} {}", nodes(all.len()))),
    }
}

fn properties(what: &str, (ids, count): &(BTreeSet<&str>, usize)) -> Option<String> {
    if ids.len() > MAX_NAMED {
        return Some(format!("{what} {count} properties"));
    }
    let named: Vec<_> = ids.iter().map(|id| excerpt(id)).collect();
    (!named.is_empty()).then(|| format!("{what} {}", named.join(" and ")))
}

fn nodes(count: usize) -> String {
    if count == 1 { "a node".to_owned() } else { format!("{count} nodes") }
}
