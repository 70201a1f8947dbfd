//! The loaded sessions as operators look at them: what each says of itself, with what its members' connections say.
//!
//! To be called where it may take a while: of large sessions every member is looked at.

use std::collections::HashMap;
use std::sync::Arc;

use graphroom_protocol::rest::inspector::{InspectedSession, LoadedSessions, SessionStream};
use uuid::Uuid;

use super::Backend;
use super::connection::Connection;
use crate::session::Session;

/// Members of a session that are listed.
pub const MAX_MEMBERS: usize = 1_000;

impl Backend {
    /// The loaded sessions that are called so, the busiest first, so many at most; and how many there are.
    pub fn loaded_sessions(&self, search: Option<&str>, limit: usize) -> LoadedSessions {
        let search = search.map(str::to_lowercase);
        let mut loaded = self.registry.loaded();
        loaded.retain(|session| search.as_deref().is_none_or(|text| session.is_called(text)));
        let mut busy: Vec<_> = loaded
            .into_iter()
            .map(|session| {
                let (commands, events) = session.activity();
                (commands + events, session)
            })
            .collect();
        busy.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.id().cmp(b.id())));
        let total = busy.len();
        let sessions = busy.iter().take(limit).map(|(_, session)| session.inspected()).collect();
        LoadedSessions { sessions, total }
    }

    /// All of one of them; none if it is not loaded.
    pub fn loaded_session(&self, id: Uuid) -> Option<InspectedSession> {
        let session = self.registry.live(id)?;
        let members = session.inspected_members(MAX_MEMBERS);
        let connections = self.connections_in(id, &session);
        let members_list = members
            .iter()
            // Whose connection went meanwhile is none any more.
            .filter_map(|member| Some(connections.get(&member.client_id)?.inspected(&session, member)))
            .collect();
        Some(InspectedSession {
            session: session.inspected(),
            loaded_at: session.loaded_at().to_string(),
            epoch: session.epoch().map(str::to_owned),
            members_list,
            streams: self.streams_in(&session),
        })
    }

    /// The connections that joined a session, by what they are known by.
    fn connections_in(&self, id: Uuid, session: &Arc<Session>) -> HashMap<Arc<str>, Arc<Connection>> {
        let live = self.connections.live().into_iter();
        let joined = live.filter(|connection| {
            connection.membership(id).is_some_and(|membership| Arc::ptr_eq(&membership.session, session))
        });
        joined.map(|connection| (Arc::clone(&connection.client_id), connection)).collect()
    }

    fn streams_in(&self, session: &Session) -> Vec<SessionStream> {
        let Some(project) = session.project() else { return Vec::new() };
        let streams = self.conversations.streams_of_project(&project.project_id.to_string());
        let streams = streams.iter().map(|stream| SessionStream {
            stream_id: stream.stream_id.clone(),
            conversation_id: stream.conversation_id.to_string(),
            model: stream.model.clone(),
            length: stream.length(),
            started_at: stream.started_at.to_string(),
        });
        streams.collect()
    }
}
