//! Events of pages' own, told to who hears the same projects.

use std::sync::Arc;

use graphroom_protocol::channel::BroadcastMessage;
use graphroom_protocol::reserved::is_reserved;
use graphroom_protocol::{ErrorBody, ErrorCode, EventName};
use serde_json::{Map, Value, json};

use super::said::Said;
use super::talk::{Talk, invalid};
use crate::domain::Role;
use crate::identity::Need;
use crate::operations::broadcasts::{Order, Target};
use crate::transport::access::unauthenticated;
use crate::transport::broadcasting::{Audience, MAX_DATA, MAX_NAME};
use crate::transport::connection::{Connection, handlers};
use crate::transport::limits::{Counted, Who};

impl Talk {
    /// Tells an event of the page's own to everybody else who hears the projects that it hears.
    pub(super) async fn broadcast(&self, connection: &Arc<Connection>, said: &Said) {
        let told = match read(said) {
            Ok((event_type, data)) => self.tell_projects(connection, event_type, data).await,
            Err(error) => Err(error),
        };
        match told {
            Ok((receivers, broadcast_id)) => {
                connection.traffic.came(false);
                let fields = json!({ "event_type": said.text("event_type"), "receivers": receivers,
                    "broadcast_id": broadcast_id });
                self.send(connection, "broadcast_sent", fields);
            }
            Err(error) => self.refused(connection, said, error),
        }
    }

    async fn tell_projects(
        &self,
        connection: &Arc<Connection>,
        event_type: &str,
        data: &Map<String, Value>,
    ) -> Result<(usize, Option<String>), ErrorBody> {
        let backend = &self.backend;
        let who = connection.who().ok_or_else(unauthenticated)?;
        if !backend.identity.validity(&who).may_write() {
            return Err(unauthenticated());
        }
        backend.check_maintenance()?;
        backend.limiter.take(Counted::Command, &Who::Connection(Arc::clone(&connection.client_id)))?;
        backend.limiter.take(Counted::Broadcast, &Who::User(Arc::clone(&who.caller.user_id)))?;
        let (mut receivers, mut refused, mut id) = (None, None, None);
        for project in backend.channels.heard_by(&connection.client_id) {
            let spoken = backend.spoken_project(Some(&who.caller), &project, Need::Role(Role::Editor)).await;
            let spoken = match spoken {
                Ok(spoken) => spoken,
                Err(error) => {
                    refused = Some(error);
                    continue;
                }
            };
            let told = BroadcastMessage {
                event: EventName::BroadcastMessage,
                event_type,
                data,
                project_id: &project,
                user_id: &who.caller.user_id,
                timestamp: backend.identity.now().in_microseconds(),
            };
            let Some(packet) = handlers::event(EventName::BroadcastMessage, &told) else { continue };
            let order = Order {
                event_type: event_type.to_owned(),
                packet,
                target: Target::Project,
                priority: 1,
                require_ack: false,
                author: Arc::clone(&who.caller.user_id),
            };
            match backend.broadcast(order, &Audience::Listeners(spoken), &[&connection.client_id]) {
                Ok(sent) => {
                    receivers = Some(receivers.unwrap_or(0) + sent.target_count);
                    id = Some(sent.message_id);
                }
                Err(error) => refused = Some(error),
            }
        }
        match (receivers, refused) {
            (None, Some(error)) => Err(error),
            (receivers, _) => Ok((receivers.unwrap_or(0), id)),
        }
    }
}

/// The event's name and what it carries.
fn read(said: &Said) -> Result<(&str, &Map<String, Value>), ErrorBody> {
    let event_type =
        said.text("event_type").ok_or_else(|| invalid("event_type must be the name of an event"))?;
    let data = said.fields.get("data").and_then(Value::as_object).filter(|data| !data.is_empty());
    let data = data.ok_or_else(|| invalid("data must be an object that says something"))?;
    if event_type.chars().count() > MAX_NAME {
        return Err(invalid("event_type has at most 128 characters"));
    }
    if said.bytes > MAX_DATA {
        return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, "A broadcast is at most 65536 bytes"));
    }
    if is_reserved(event_type) {
        return Err(invalid("Only the server sends events of this name"));
    }
    Ok((event_type, data))
}

/// A broadcast as pages get it: under its own name, its fields beside that.
pub(super) fn unpacked(fields: &mut Map<String, Value>) -> Option<String> {
    let Some(Value::String(event_type)) = fields.remove("event_type") else { return None };
    let Some(Value::Object(data)) = fields.remove("data") else { return None };
    fields.remove("event");
    if data.contains_key("type") {
        fields.insert("data".to_owned(), Value::Object(data));
    } else {
        fields.extend(data);
    }
    Some(event_type)
}
