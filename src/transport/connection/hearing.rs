//! The projects that a connection hears, whatever it goes over: joined, left, and left when it may hear them no more.

use std::sync::Arc;

use graphroom_protocol::channel::{InProject, ProjectHeard, ProjectListener};
use graphroom_protocol::news::UserStatus;
use graphroom_protocol::{ErrorBody, ErrorCode, ErrorEvent, EventName, RequestName};
use serde_json::json;
use uuid::Uuid;

use super::handlers::{acknowledgement, event};
use super::inbound::Inbound;
use super::subscribing::Subscribing;
use super::{Connection, chat, event as reading, lock, subscribing};
use crate::domain::{Caller, Role, Standing};
use crate::identity::Need;
use crate::outlet::{Line, Packet};
use crate::transport::access::unauthenticated;
use crate::transport::topics::is_topic;

/// Projects that one connection may hear.
pub const MAX_HEARD: usize = 1_000;

/// What an event about hearing something asks for.
pub enum Hearing {
    /// A project, or no more.
    Project { project_id: String, is_join: bool },
    /// Topics, or no more.
    Topics(Subscribing),
}

/// What came of joining or leaving.
pub struct Heard {
    /// The project, as it is told of.
    pub topic: Arc<str>,
    /// Whether anything changed by it.
    pub changed: bool,
    /// When that was.
    pub timestamp: String,
}

impl Hearing {
    /// Reads an event; none if it is about no such thing.
    pub fn read(name: RequestName, inbound: &Inbound) -> Option<Result<Self, ErrorBody>> {
        let is_join = match name {
            RequestName::JoinProject => true,
            RequestName::LeaveProject => false,
            _ => return Subscribing::read(name, inbound).map(|asked| asked.map(Self::Topics)),
        };
        Some(reading::argument(inbound).map(|InProject { project_id }| Self::Project { project_id, is_join }))
    }
}

/// Does what an event asks for, and answers it.
pub async fn act(connection: &Arc<Connection>, hearing: Hearing, name: &'static str, ack_id: Option<i64>) {
    let (project_id, is_join) = match hearing {
        Hearing::Project { project_id, is_join } => (project_id, is_join),
        Hearing::Topics(asked) => return subscribing::act(connection, asked, name, ack_id).await,
    };
    let done = match is_join {
        true => connection.join_project(&project_id).await,
        false => connection.leave_project(&project_id),
    };
    match done {
        Ok(Heard { topic, changed, timestamp }) => {
            let answer = ProjectHeard {
                success: true,
                project_id: &topic,
                connection_id: &connection.origin.id.to_string(),
                changed,
                timestamp: &timestamp,
            };
            connection.send(acknowledgement(ack_id, &answer));
        }
        Err(error) => {
            connection.note_refusal(name, None, &error);
            chat::refuse(connection, ack_id, error);
        }
    }
}

impl Connection {
    /// Lets it hear a project, and tells everybody who hears it, this one too. Who hears it already is the only one that
    /// is told so.
    ///
    /// # Errors
    /// The caller may not, or it hears too many.
    pub async fn join_project(self: &Arc<Self>, project_id: &str) -> Result<Heard, ErrorBody> {
        let who = self.who();
        let caller = who.as_ref().map(|who| &who.caller);
        let spoken = self.backend.spoken_project(caller, project_id, Need::Role(Role::Viewer)).await?;
        let (topic, channels) = (spoken.topic, &self.backend.channels);
        {
            let mut heard = lock(&self.heard);
            if heard.len() >= MAX_HEARD && !heard.contains_key(&topic) {
                let message = format!("A connection hears at most {MAX_HEARD} projects");
                return Err(ErrorBody::new(ErrorCode::InvalidState, message));
            }
            heard.insert(Arc::clone(&topic), spoken.project);
        }
        let changed = channels.join(&topic, &self.client_id, Arc::clone(self) as Arc<dyn Line>);
        let (packet, timestamp) = self.told(EventName::ProjectJoined, &topic);
        if self.is_gone() {
            // Nobody else will take it out again.
            lock(&self.heard).remove(&topic);
            channels.leave(&topic, &self.client_id);
        } else if changed {
            channels.tell(&topic, packet.as_slice(), None);
            self.tell_come(&topic);
        } else {
            self.send(packet);
        }
        Ok(Heard { topic, changed, timestamp })
    }

    /// It hears a project no more; everybody who does is told, and this one.
    ///
    /// # Errors
    /// It is nobody.
    pub fn leave_project(self: &Arc<Self>, project_id: &str) -> Result<Heard, ErrorBody> {
        if self.who().is_none() {
            return Err(unauthenticated());
        }
        // Whoever hears no such project has left it, whatever its name.
        let canonical = project_id.parse::<Uuid>().map(|id| Arc::from(id.to_string()));
        let canonical = canonical.ok().filter(|topic| lock(&self.heard).contains_key(topic));
        let topic = canonical.unwrap_or_else(|| project_id.into());
        let changed = self.hears_no_more(&topic);
        let (packet, timestamp) = self.told(EventName::ProjectLeft, &topic);
        if changed {
            self.backend.channels.tell(&topic, packet.as_slice(), None);
            self.tell_gone(&topic);
        }
        self.send(packet);
        Ok(Heard { topic, changed, timestamp })
    }

    pub(super) fn hears_no_more(&self, topic: &str) -> bool {
        lock(&self.heard).remove(topic);
        self.backend.channels.leave(topic, &self.client_id)
    }

    /// Who joined or left, as it is told.
    fn told(&self, name: EventName, topic: &str) -> (Option<Packet>, String) {
        let (user_id, timestamp) = (self.author().user_id, self.backend.identity.now().in_microseconds());
        let told = ProjectListener {
            event: name,
            project_id: topic,
            user_id: &user_id,
            connection_id: &self.origin.id.to_string(),
            timestamp: &timestamp,
        };
        (event(name, &told), timestamp)
    }

    /// Whether it hears this one, by how it is told of.
    pub fn hears(&self, topic: &str) -> bool {
        lock(&self.heard).contains_key(topic)
    }

    /// Tells who hears a project of the user that came by this connection, if it had none there.
    fn tell_come(&self, topic: &Arc<str>) {
        let (people, user_id) = (&self.backend.people, self.author().user_id);
        let came = people.come(topic, &self.client_id, &user_id);
        if came.is_first {
            self.backend.tell_of_user(EventName::UserJoined, topic, &user_id, &self.client_id);
        }
        if came.is_online {
            self.backend.tell_user_status(topic, &user_id, UserStatus::Online, &self.client_id);
        }
        if self.is_gone() {
            // It went meanwhile, and whoever saw it go may have seen nobody yet.
            self.tell_gone(topic);
            self.tell_offline();
        }
    }

    /// Its client is gone: tells that its user is, too, if it has no connection any more, wherever it was told to be online.
    fn tell_offline(&self) {
        let Some((user_id, told)) = self.backend.people.vanish(&self.client_id) else { return };
        for topic in told {
            self.backend.tell_user_status(&topic, &user_id, UserStatus::Offline, &self.client_id);
        }
    }

    /// Tells who hears a project of the user that went with this connection, if it has none there any more.
    fn tell_gone(&self, topic: &Arc<str>) {
        if let Some(user_id) = self.backend.people.go(topic, &self.client_id) {
            self.backend.tell_of_user(EventName::UserLeft, topic, &user_id, &self.client_id);
        }
    }

    /// Whether it hears any.
    pub(super) fn hears_projects(&self) -> bool {
        !lock(&self.heard).is_empty()
    }

    /// The projects that it hears, by how they are told of.
    pub(super) fn heard_projects(&self) -> Vec<String> {
        let heard = lock(&self.heard);
        heard.keys().filter(|topic| !is_topic(topic)).map(ToString::to_string).collect()
    }

    /// Takes it out of the projects that its client may not read any more, and tells it so.
    pub(super) fn leave_forbidden_projects(self: &Arc<Self>, caller: &Caller) {
        if caller.standing != Standing::User {
            return;
        }
        let may_read = |project| self.backend.role_in_project(caller, project).is_some();
        let heard = lock(&self.heard).clone();
        for (topic, _) in heard.into_iter().filter(|(_, project)| project.is_some_and(|id| !may_read(id))) {
            if !self.hears_no_more(&topic) {
                continue;
            }
            let (left, _) = self.told(EventName::ProjectLeft, &topic);
            self.backend.channels.tell(&topic, left.as_slice(), None);
            self.tell_gone(&topic);
            let message = "The caller may not hear this project any more";
            let details = json!({ "project_id": &*topic });
            let error = ErrorEvent { message, code: ErrorCode::Forbidden, details: Some(&details) };
            self.send(event(EventName::Error, &error).into_iter().chain(left));
        }
    }

    /// It hears none any more: its client is gone.
    pub(super) fn leave_projects(&self) {
        lock(&self.heard).clear();
        let backend = &self.backend;
        let left = backend.channels.leave_all(&self.client_id).into_iter();
        for topic in left.filter(|topic| !is_topic(topic)) {
            let (left, _) = self.told(EventName::ProjectLeft, &topic);
            backend.channels.tell(&topic, left.as_slice(), None);
            self.tell_gone(&topic);
        }
        self.tell_offline();
    }
}
