//! What a page subscribes to: events by their names, and projects.

use std::sync::Arc;

use graphroom_protocol::{ErrorBody, ErrorCode, RequestName};
use serde_json::{Map, Value, json};

use super::answers::Asked;
use super::said::Said;
use super::subscriptions::Subscription;
use super::talk::{Talk, invalid, may};
use crate::domain::Standing;
use crate::identity::Need;
use crate::transport::connection::{Connection, lock};

impl Talk {
    /// Does what the four frames about subscriptions ask for.
    pub(super) fn subscribe(&self, connection: &Arc<Connection>, said: Said) {
        let done = may(connection, Need::Name).and_then(|()| match said.kind.as_str() {
            "subscribe" if said.fields.contains_key("event") => self.add(&said).map(|fields| (fields, None)),
            "subscribe" | "unsubscribe" if said.fields.contains_key("topics") => topics(&said),
            "subscribe" => hear(connection, &said),
            "subscribe_project" => self.narrow(&said),
            "unsubscribe" if said.text("event").is_some() || said.text("subscription_id").is_some() => {
                Ok((self.remove(&said), None))
            }
            "unsubscribe" => of_project(&said, RequestName::LeaveProject),
            _ => self.widen(&said),
        });
        match done {
            Ok((fields, Some(name))) => {
                let with_answer = matches!(name, RequestName::Subscribe | RequestName::Unsubscribe);
                let asked = Asked::Word { kind: word(&said), fields, with_answer };
                self.pass(connection, name, narrowed(said, name), Some(asked));
            }
            Ok((fields, None)) => {
                connection.traffic.came(false);
                self.send(connection, word(&said), Value::Object(fields));
            }
            Err(error) => self.refused(connection, &said, error),
        }
    }

    fn add(&self, said: &Said) -> Result<Map<String, Value>, ErrorBody> {
        let event = said.text("event").ok_or_else(|| invalid("event must be the name of an event"))?;
        let filters = match said.fields.get("filters") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(filters)) => filters.clone(),
            Some(_) => return Err(invalid("filters must be an object")),
        };
        let name = said.text("subscription_id").unwrap_or(event);
        lock(&self.subscriptions).add(name, Subscription { event: event.to_owned(), filters })?;
        Ok(of_event(said))
    }

    fn remove(&self, said: &Said) -> Map<String, Value> {
        lock(&self.subscriptions).remove(said.text("subscription_id"), said.text("event"));
        of_event(said)
    }

    fn narrow(&self, said: &Said) -> Result<Confirmed, ErrorBody> {
        let confirmed = of_project(said, RequestName::JoinProject)?;
        lock(&self.subscriptions).narrow(project(said)?, events(said)?)?;
        Ok(confirmed)
    }

    fn widen(&self, said: &Said) -> Result<Confirmed, ErrorBody> {
        let (fields, name) = of_project(said, RequestName::LeaveProject)?;
        let stays = lock(&self.subscriptions).widen(project(said)?, &events(said)?);
        Ok((fields, name.filter(|_| !stays)))
    }
}

/// What a page is told, and the event that comes first, if any.
type Confirmed = (Map<String, Value>, Option<RequestName>);

/// What is told of it.
fn word(said: &Said) -> &'static str {
    match said.kind.as_str() {
        "subscribe" | "subscribe_project" => "subscription_confirmed",
        _ => "subscription_ended",
    }
}

/// A page that subscribes to a user hears what it hears anyway; to another one's it may not.
fn hear(connection: &Connection, said: &Said) -> Result<Confirmed, ErrorBody> {
    let who = connection.who();
    let user_id = said.text("user_id");
    if let Some(user_id) = user_id
        && let Some(who) = who.filter(|who| who.caller.standing == Standing::User)
        && *who.caller.user_id != *user_id
    {
        return Err(ErrorBody::new(
            ErrorCode::Forbidden,
            "A connection hears what is told to its own user alone",
        ));
    }
    let project_id = said.text("project_id");
    let fields = json!({ "project_id": project_id, "user_id": user_id });
    Ok((object(fields), project_id.map(|_| RequestName::JoinProject)))
}

/// A page that subscribes to topics is told what happened to each.
fn topics(said: &Said) -> Result<Confirmed, ErrorBody> {
    let name = match said.kind.as_str() {
        "subscribe" => RequestName::Subscribe,
        _ => RequestName::Unsubscribe,
    };
    Ok((object(json!({ "project_id": null, "user_id": null })), Some(name)))
}

fn of_project(said: &Said, name: RequestName) -> Result<Confirmed, ErrorBody> {
    let fields =
        json!({ "project_id": project(said)?, "user_id": null, "events": said.fields.get("events") });
    Ok((object(fields), Some(name)))
}

fn of_event(said: &Said) -> Map<String, Value> {
    let (event, id) = (said.text("event"), said.text("subscription_id"));
    let filters = said.fields.get("filters");
    object(json!({ "event": event, "subscription_id": id, "subscriptionId": id, "filters": filters,
        "project_id": null, "user_id": null }))
}

fn project(said: &Said) -> Result<&str, ErrorBody> {
    said.text("project_id").ok_or_else(|| invalid(format!("{} wants a projectId", said.kind)))
}

/// The events that are named; none for all of them.
fn events(said: &Said) -> Result<Vec<String>, ErrorBody> {
    match said.fields.get("events") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(_) => said.texts("events").ok_or_else(|| invalid("events must be a list of names")),
    }
}

/// The frame as the event that it becomes.
fn narrowed(mut said: Said, name: RequestName) -> Said {
    let field = match name {
        RequestName::Subscribe | RequestName::Unsubscribe => "topics",
        _ => "project_id",
    };
    said.fields.retain(|name, _| name == field);
    said
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
