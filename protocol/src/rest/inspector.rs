//! The loaded sessions as operators see them: how much goes on in each, who is in it, and how far everybody is.

use serde::Serialize;
use utoipa::ToSchema;

use crate::request::Delivery;
use crate::rest::connections::Transport;
use crate::rest::members::MemberRole;
use crate::schema::always_true;

/// The answer to `GET /api/v1/admin/sessions`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LoadedSessions {
    /// Those that match, the busiest first: where most commands and events were since they were loaded.
    pub sessions: Vec<LoadedSession>,
    /// How many match.
    pub total: usize,
}

/// A loaded session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LoadedSession {
    /// The room.
    pub session_id: String,
    /// Its project; null as long as it has none.
    #[schema(required)]
    pub project_id: Option<String>,
    /// What people call the project.
    #[schema(required)]
    pub name: Option<String>,
    /// Where it is in its life.
    pub state: String,
    /// The last event that is committed.
    pub seq: u64,
    /// Nodes of the graph.
    pub nodes: usize,
    /// Joined connections.
    pub members: usize,
    /// Those that took no more when it was their turn last.
    pub lagging: usize,
    /// Graph events that the one that lacks most has yet to be handed.
    pub behind: u64,
    /// Commands that wait.
    pub mailbox: usize,
    /// Events that are kept for who is behind.
    pub ring_items: usize,
    /// The bytes of them.
    pub ring_bytes: usize,
    /// Commands that came since it was loaded, whatever became of them.
    pub commands: u64,
    /// Graph events since it was loaded.
    pub events: u64,
    /// When something last happened there.
    #[schema(format = DateTime)]
    pub last_activity_at: String,
}

/// The answer to `GET /api/v1/admin/sessions/{session_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InspectedSession {
    /// As in the list.
    #[serde(flatten)]
    pub session: LoadedSession,
    /// Since when it is loaded.
    #[schema(format = DateTime)]
    pub loaded_at: String,
    /// The journal's identity; null as long as it has no project.
    #[schema(required)]
    pub epoch: Option<String>,
    /// Who is in it, who is most behind first; 1,000 at most, of as many as `members` says.
    pub members_list: Vec<SessionMember>,
    /// The assistant's answers under way in the conversations of its project.
    pub streams: Vec<SessionStream>,
}

/// A connection in a session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionMember {
    /// Names the connection, and no other one ever.
    pub connection_id: String,
    /// The socket's id: `client_id` in events.
    pub client_id: String,
    /// Whose it is.
    pub user_id: String,
    /// What people call who that is.
    #[schema(required)]
    pub display_name: Option<String>,
    /// What it comes by.
    pub transport: Transport,
    /// The protocol and its generation: `engine.io 4`.
    pub protocol: String,
    /// Where it comes from.
    pub address: String,
    /// Since when it is there.
    #[schema(format = DateTime)]
    pub connected_at: String,
    /// How graph events come to it.
    pub delivery: Delivery,
    /// What its user is there; null of one that is nobody any more.
    #[schema(required)]
    pub role: Option<MemberRole>,
    /// Graph events that it has yet to be handed.
    pub behind: u64,
    /// Packets that were handed to its connection and have not left, and answers that wait for their turn.
    pub queued_packets: usize,
    /// The bytes of them.
    pub queued_bytes: usize,
    /// How old the oldest graph event is that it has yet to be handed; null if there is none.
    #[schema(required)]
    pub lag_ms: Option<u64>,
    /// How long the last ping was on its way there and back: Engine.IO's or the WebSocket's own, which the server sends and
    /// which travelled alone. The client's own time to answer is in it. Null before the first, over polling, and of clients that
    /// ping the server.
    #[schema(required)]
    pub round_trip_ms: Option<f64>,
    /// When what it showed to say who it is ends by itself; null if it does not.
    #[schema(required, format = DateTime)]
    pub token_expires_at: Option<String>,
    /// Events that came from it.
    pub received: u64,
    /// Packets that were handed to it.
    pub sent: u64,
    /// When something last came from it, be it the answer to a ping.
    #[schema(format = DateTime)]
    pub last_activity_at: String,
}

/// An answer of the assistant's that is under way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionStream {
    /// Names it.
    pub stream_id: String,
    /// Where it is written.
    pub conversation_id: String,
    /// Which model writes it.
    pub model: String,
    /// How long it is by now, in characters.
    pub length: usize,
    /// When it began.
    #[schema(format = DateTime)]
    pub started_at: String,
}

/// The answer to `POST /api/v1/admin/sessions/{session_id}/unload`.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct SessionUnloaded {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub unloaded: bool,
}
