//! Which events a page wants: all that it may hear, or those that it subscribed to.

use std::collections::{BTreeMap, BTreeSet};

use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::{Map, Value};

/// Subscriptions of one connection, and projects of which it wants some events alone.
pub const MAX: usize = 1_000;
/// The longest name of an event, and of a subscription, in characters.
pub const MAX_NAME: usize = 256;

/// What a page wants.
#[derive(Debug, Default)]
pub struct Subscriptions {
    /// By the page's own names for them.
    all: BTreeMap<String, Subscription>,
    /// The events that it wants of a project.
    of_projects: BTreeMap<String, BTreeSet<String>>,
}

/// Events of one name.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The name.
    pub event: String,
    /// What fields have to be.
    pub filters: Map<String, Value>,
}

impl Subscription {
    fn fits(&self, name: &str, fields: &Map<String, Value>) -> bool {
        self.event == name && self.filters.iter().all(|(field, value)| fields.get(field) == Some(value))
    }
}

fn too_much(what: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, what)
}

fn check<'a>(mut names: impl Iterator<Item = &'a str>) -> Result<(), ErrorBody> {
    match names.all(|name| (1..=MAX_NAME).contains(&name.chars().count())) {
        true => Ok(()),
        false => Err(too_much("Names of events and subscriptions have 1 to 256 characters")),
    }
}

impl Subscriptions {
    /// It wants these, too. What it subscribed to by the same name before it wants no more.
    ///
    /// # Errors
    /// There are too many, or a name is too long.
    pub fn add(&mut self, name: &str, subscription: Subscription) -> Result<(), ErrorBody> {
        check([name, &subscription.event].into_iter())?;
        if self.all.len() >= MAX && !self.all.contains_key(name) {
            return Err(too_much("A connection has at most 1000 subscriptions"));
        }
        self.all.insert(name.to_owned(), subscription);
        Ok(())
    }

    /// It wants no more what it subscribed to by this name or, without one, any events of this kind.
    pub fn remove(&mut self, name: Option<&str>, event: Option<&str>) {
        match name {
            Some(name) => drop(self.all.remove(name)),
            None => self.all.retain(|_, one| event.is_some_and(|event| one.event != event)),
        }
    }

    /// Of a project it wants these, too; without any it wants all.
    ///
    /// # Errors
    /// There are too many, or a name is too long.
    pub fn narrow(&mut self, project: &str, events: Vec<String>) -> Result<(), ErrorBody> {
        check(events.iter().map(String::as_str).chain([project]))?;
        if events.is_empty() || events.iter().any(|event| event == "*") {
            self.of_projects.remove(project);
            return Ok(());
        }
        let known = self.of_projects.get(project).map_or(0, BTreeSet::len);
        if known + events.len() > MAX || (known == 0 && self.of_projects.len() >= MAX) {
            return Err(too_much("A connection chooses among at most 1000 events of at most 1000 projects"));
        }
        self.of_projects.entry(project.to_owned()).or_default().extend(events);
        Ok(())
    }

    /// Of a project it wants these no more. Whether it still wants anything of it.
    pub fn widen(&mut self, project: &str, events: &[String]) -> bool {
        let Some(wanted) = self.of_projects.get_mut(project) else { return false };
        for event in events {
            wanted.remove(event);
        }
        if events.is_empty() || wanted.is_empty() {
            self.of_projects.remove(project);
            return false;
        }
        true
    }

    /// Under which of its names a page wants an event, if it does. Only of what is told of a project itself it may have
    /// chosen some.
    pub fn name<'a>(
        &self,
        own: &'a str,
        other: Option<&'a str>,
        (fields, is_of_project): (&Map<String, Value>, bool),
    ) -> Option<&'a str> {
        let mut names = other.into_iter().chain([own]);
        let project = fields.get("project_id").and_then(Value::as_str).filter(|_| is_of_project);
        if let Some(wanted) = project.and_then(|project| self.of_projects.get(project))
            && !names.clone().any(|name| wanted.contains(name))
        {
            return None;
        }
        match self.all.is_empty() {
            true => names.next(),
            false => names.find(|name| self.all.values().any(|one| one.fits(name, fields))),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Proves FLAT-3 (docs/behaviour.md).

    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(fields) => fields,
            other => panic!("{other}"),
        }
    }

    fn subscription(event: &str, filters: Value) -> Subscription {
        Subscription { event: event.to_owned(), filters: fields(filters) }
    }

    #[test]
    fn who_subscribed_to_nothing_wants_everything_by_the_name_that_pages_know() {
        let none = Subscriptions::default();
        let nothing = Map::new();
        assert_eq!(
            none.name("new_message", Some("message_received"), (&nothing, false)),
            Some("message_received")
        );
        assert_eq!(none.name("node-created", None, (&nothing, false)), Some("node-created"));
    }

    #[test]
    fn a_subscription_keeps_everything_else_away_and_its_filters_compare_whole_fields() {
        let mut some = Subscriptions::default();
        some.add("s1", subscription("new_message", json!({ "sessionId": "a" }))).unwrap();
        some.add("s2", subscription("message_deleted", json!({}))).unwrap();
        let told = |some: &Subscriptions, of: Value| {
            some.name("new_message", Some("message_received"), (&fields(of), false)).map(str::to_owned)
        };
        assert_eq!(told(&some, json!({ "sessionId": "a" })).as_deref(), Some("new_message"));
        assert_eq!(told(&some, json!({ "sessionId": "b" })), None);
        assert_eq!(told(&some, json!({})), None);
        assert_eq!(some.name("message_read", None, (&Map::new(), false)), None);
        some.remove(Some("s1"), None);
        assert_eq!(told(&some, json!({ "sessionId": "a" })), None);
        some.remove(None, Some("message_deleted"));
        assert_eq!(told(&some, json!({})).as_deref(), Some("message_received"), "none is left");
    }

    #[test]
    fn of_a_project_only_the_chosen_events_come() {
        let mut some = Subscriptions::default();
        some.narrow("p", vec!["memory_stored".into()]).unwrap();
        let of = |project: &str| fields(json!({ "project_id": project }));
        assert_eq!(some.name("memory_stored", None, (&of("p"), true)), Some("memory_stored"));
        assert_eq!(some.name("message_processed", None, (&of("p"), true)), None);
        assert_eq!(some.name("message_processed", None, (&of("q"), true)), Some("message_processed"));
        assert_eq!(some.name("node-created", None, (&of("p"), false)), Some("node-created"), "a graph's");
        assert!(!some.widen("p", &["memory_stored".into()]), "nothing is wanted of it any more");
        assert_eq!(some.name("message_processed", None, (&of("p"), true)), Some("message_processed"));
    }

    #[test]
    fn there_is_an_end_to_them() {
        let mut many = Subscriptions::default();
        for n in 0..MAX {
            many.add(&n.to_string(), subscription("x", json!({}))).unwrap();
        }
        assert!(many.add("one more", subscription("x", json!({}))).is_err());
        many.add("0", subscription("y", json!({}))).unwrap();
        assert!(many.add("0", subscription(&"x".repeat(257), json!({}))).is_err());
    }
}
