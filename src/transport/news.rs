//! News of projects and people for the connections that hear projects: what is told, and to which topics.
//!
//! Beside a project's own topic there are those of its users, and one for who may hear of all projects.

use std::collections::HashSet;

use graphroom_protocol::EventName;
use graphroom_protocol::news::{ProjectNews, UserInProject, UserStatus, UserStatusChanged};
use serde::Serialize;
use uuid::Uuid;

use super::Backend;
use super::connection::handlers::event;
use super::topics::{PROJECTS, of_user};
use crate::conversation::Hearers;
use crate::outlet::Packet;

/// A project, as news tells of it.
pub struct About<'a> {
    /// Which.
    pub project_id: Uuid,
    /// Its room.
    pub session_id: &'a str,
    /// What people call it now.
    pub name: &'a str,
    /// Who did it.
    pub user_id: &'a str,
}

impl Backend {
    fn moment(&self) -> String {
        self.identity.now().in_microseconds()
    }

    fn tell_others(&self, topic: &str, name: EventName, payload: &impl Serialize, but: &str) {
        self.channels.tell(topic, event(name, payload).as_slice(), Some(but));
    }

    /// Tells that a project was made, changed or deleted, to whoever hears it and may read it.
    pub fn tell_of_project(&self, name: EventName, about: &About<'_>) {
        let About { project_id, session_id, name: called, user_id } = *about;
        let topic = project_id.to_string();
        let news = ProjectNews {
            event: name,
            project_id: &topic,
            session_id,
            name: called,
            user_id,
            timestamp: &self.moment(),
        };
        let packets: Vec<Packet> = event(name, &news).into_iter().collect();
        let members = match self.identity.is_open() {
            true => Vec::new(),
            false => self.identity.roles().members_of(project_id),
        };
        let of_members: Vec<String> = members.iter().map(|member| of_user(member)).collect();
        let topics: Vec<&str> =
            [&*topic, PROJECTS].into_iter().chain(of_members.iter().map(String::as_str)).collect();
        self.channels.tell_once(&topics, &packets);
    }

    /// Tells who hears of a conversation, each connection once and some not at all. How the assistant gets on with it they are
    /// told unless the server is told not to.
    pub fn tell_hearers(&self, hearers: &Hearers, packet: &Packet, but: &HashSet<&str>) {
        let topics = match hearers {
            Hearers::Assistant(_) if !self.realtime.chat => return,
            Hearers::Project(project_id) | Hearers::Assistant(project_id) => vec![project_id.clone()],
            Hearers::Users(users) => users.iter().map(|user_id| of_user(user_id)).collect(),
        };
        let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
        self.channels.tell_once_but(&topics, std::slice::from_ref(packet), but);
    }

    /// Tells who hears a project, all but one connection, that a user came there, or went.
    pub fn tell_of_user(&self, name: EventName, topic: &str, user_id: &str, but: &str) {
        let timestamp = &self.moment();
        let told = UserInProject { event: name, project_id: topic, user_id, timestamp };
        self.tell_others(topic, name, &told, but);
    }

    /// Tells who hears a project, all but one connection, that a user is there now, or is gone.
    pub fn tell_user_status(&self, topic: &str, user_id: &str, status: UserStatus, but: &str) {
        let name = EventName::UserStatusChanged;
        let timestamp = &self.moment();
        let changed = UserStatusChanged { event: name, project_id: topic, user_id, status, timestamp };
        self.tell_others(topic, name, &changed, but);
    }
}
