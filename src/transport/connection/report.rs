//! What a connection says of itself to who lists the connections, and how it is ended for good.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use graphroom_protocol::rest::connections::{ConnectionInfo, ConnectionMetadata, JoinedSession};
use graphroom_protocol::{ErrorBody, ErrorEvent, EventName};
use http::header::USER_AGENT;
use http::request::Parts;
use uuid::Uuid;

use super::handlers::event;
use super::{Connection, Membership};
use crate::identity::Grant;
use crate::transport::connections::{Figures, Live};
use crate::transport::{Backend, address};

/// The namespace of those who look on: the one that Socket.IO's Admin UI connects to unless it is told otherwise.
pub const ADMIN_NAMESPACE: &str = "/admin";
/// The most of what a client's software calls itself that is kept, in characters.
const MAX_AGENT: usize = 256;
/// How long a client that takes little at a time has to take why it is ended.
const LAST_WORD: Duration = Duration::from_secs(2);
/// How often it is asked whether it has.
const LOOK: Duration = Duration::from_millis(20);

/// Where a connection came from, and when.
pub struct Origin {
    /// Names it.
    pub id: Uuid,
    /// Whose requests its are.
    pub address: IpAddr,
    /// Since when there is the connection.
    pub since: Instant,
    /// The same as text.
    connected_at: String,
    user_agent: Option<Arc<str>>,
    /// The protocol and its generation.
    pub protocol: &'static str,
    /// Which of the protocol's ways in it came by.
    namespace: Arc<str>,
}

impl Origin {
    /// That of a connection that began with this request.
    pub fn of(request: &Parts, (protocol, namespace): (&'static str, &str), backend: &Backend) -> Self {
        let agent = request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        Self {
            id: Uuid::now_v7(),
            address: address::marked(&request.extensions),
            since: Instant::now(),
            connected_at: backend.identity.now().to_string(),
            user_agent: agent.map(|agent| agent.chars().take(MAX_AGENT).collect::<String>().into()),
            protocol,
            namespace: namespace.into(),
        }
    }

    /// Whether it came to look on.
    pub fn is_admin(&self) -> bool {
        *self.namespace == *ADMIN_NAMESPACE
    }
}

impl Origin {
    /// Since when there is the connection, as text.
    pub fn connected_at(&self) -> &str {
        &self.connected_at
    }

    /// The protocol and its generation.
    pub fn protocol(&self) -> &'static str {
        self.protocol
    }
}

/// What came and went: counted on the way, read when somebody asks.
#[derive(Default)]
pub struct Traffic {
    received: AtomicU64,
    pings: AtomicU64,
    sent: AtomicU64,
    sent_bytes: AtomicU64,
    refused: AtomicU64,
}

impl Traffic {
    /// An event came.
    pub fn came(&self, is_ping: bool) {
        self.received.fetch_add(1, Ordering::Relaxed);
        if is_ping {
            self.pings.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A packet went, of so many bytes.
    pub fn sent(&self, bytes: usize) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.sent_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Something that came was refused.
    pub fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// How much there was of it.
    pub fn figures(&self) -> Figures {
        let Self { received, sent, refused, .. } = self;
        let [received, sent, refused] = [received, sent, refused].map(|count| count.load(Ordering::Relaxed));
        Figures { received, sent, refused }
    }
}

impl Connection {
    /// Tells a client why, and lets it go for good. Nothing that it sends meanwhile is done.
    pub fn end(self: &Arc<Self>, error: &ErrorBody) {
        self.becomes(None);
        self.tell_fault(error);
        let ErrorBody { code, message, details } = error;
        self.send(event(EventName::Error, &ErrorEvent { message, code: *code, details: details.as_ref() }));
        if self.is_told() {
            return self.dismiss(error);
        }
        let (connection, error) = (Arc::clone(self), error.clone());
        tokio::spawn(async move {
            let told = async {
                while !connection.is_told() && !connection.is_gone() {
                    tokio::time::sleep(LOOK).await;
                }
            };
            drop(tokio::time::timeout(LAST_WORD, told).await);
            connection.dismiss(&error);
        });
    }

    /// Whether it is in a session of this project.
    pub fn is_in_project(&self, project: Uuid) -> bool {
        self.memberships().into_iter().any(|(_, Membership { session, member })| {
            let is_of_project = session.project().is_some_and(|known| known.project_id == project);
            is_of_project && session.lag(&member).is_some()
        })
    }

    /// The sessions that it is in.
    fn joined(&self) -> Vec<JoinedSession> {
        let joined = self.memberships().into_iter().filter_map(|(id, Membership { session, member })| {
            let (behind, is_lagging) = session.lag(&member)?;
            let project_id = session.project().map(|project| project.project_id.to_string());
            Some(JoinedSession { session_id: id.to_string(), project_id, behind, is_lagging })
        });
        let mut joined: Vec<_> = joined.collect();
        joined.sort_by(|one, other| one.session_id.cmp(&other.session_id));
        joined
    }
}

impl Live for Connection {
    fn id(&self) -> Uuid {
        self.origin.id
    }

    fn is_gone(&self) -> bool {
        Self::is_gone(self) || self.wire.is_cut()
    }

    fn client_id(&self) -> Arc<str> {
        match self.listed.get() {
            Some(listed) => Arc::clone(&listed.client_id),
            None => self.author().user_id,
        }
    }

    fn user_id(&self) -> Option<Arc<str>> {
        self.who().map(|who| Arc::clone(&who.caller.user_id))
    }

    fn is_in(&self, session: Uuid) -> bool {
        self.membership(session).is_some_and(|Membership { session, member }| session.lag(&member).is_some())
    }

    fn last_activity(&self) -> Instant {
        self.wire.last_sign()
    }

    fn last_said(&self) -> Instant {
        self.listed.get().map_or_else(|| self.last_activity(), |listed| listed.activity.last())
    }

    fn figures(&self) -> Figures {
        self.traffic.figures()
    }

    fn uptime(&self) -> Duration {
        self.age()
    }

    fn info(&self) -> ConnectionInfo {
        let (who, origin, sessions) = (self.who(), &self.origin, self.joined());
        let mut project_ids: Vec<_> = sessions.iter().filter_map(|one| one.project_id.clone()).collect();
        project_ids.extend(self.heard_projects());
        project_ids.sort();
        project_ids.dedup();
        let last_activity = self.backend.identity.now().before(self.last_said().elapsed().as_millis());
        let listed = self.listed.get();
        let metadata = ConnectionMetadata {
            protocol: origin.protocol.to_owned(),
            namespace: origin.namespace.to_string(),
        };
        ConnectionInfo {
            connection_id: origin.id.to_string(),
            sid: self.client_id.to_string(),
            client_id: Live::client_id(self).to_string(),
            user_id: who.as_ref().map(|who| who.caller.user_id.to_string()),
            name: who.as_ref().and_then(|who| who.caller.name.as_deref().map(str::to_owned)),
            session_id: match listed {
                Some(listed) => Some(listed.session_id.to_string()),
                None => sessions.first().map(|joined| joined.session_id.clone()),
            },
            conversation_id: listed.map(|listed| listed.conversation_id.to_string()),
            project_ids,
            subscription_count: sessions.len(),
            sessions,
            transport: self.wire.transport(),
            ip_address: origin.address.to_string(),
            user_agent: origin.user_agent.as_deref().map(str::to_owned),
            connected_at: origin.connected_at.clone(),
            last_activity: last_activity.to_string(),
            is_authenticated: who.is_some_and(|who| who.grant != Grant::Claimed),
            message_count: self.traffic.figures().received,
            heartbeat_count: self.traffic.pings.load(Ordering::Relaxed),
            messages_sent: self.traffic.sent.load(Ordering::Relaxed),
            bytes_sent: self.traffic.sent_bytes.load(Ordering::Relaxed),
            metadata,
        }
    }

    fn end(self: Arc<Self>, why: &ErrorBody) {
        Self::end(&self, why);
    }
}
