//! The talks that there are: how many of each client, who is where, and those that go over requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use dashmap::DashMap;
use graphroom_protocol::{ErrorBody, ErrorCode};
use uuid::Uuid;

use super::ClientRules;
use super::id::ClientId;
use super::requests::RequestTalk;
use super::turns::Turns;
use crate::conversation::ConversationId;
use crate::transport::connection::{Connection, lock};

/// The talks of one server.
pub struct ClientTalks {
    rules: ClientRules,
    live: Arc<Mutex<Live>>,
    /// Those that go over requests, by what their clients know them by.
    pub over_requests: DashMap<Uuid, Arc<RequestTalk>>,
    /// Whose turn it is.
    pub turns: Arc<Turns>,
}

/// A client, and who it is: nobody can use up what is another's.
type Client = (Arc<str>, ClientId);

#[derive(Default)]
struct Live {
    clients: HashMap<Client, usize>,
    there: HashMap<ConversationId, Vec<Weak<Connection>>>,
}

/// A client's place, as long as it is kept.
pub struct Place {
    live: Arc<Mutex<Live>>,
    client: Client,
    seat: OnceLock<(ConversationId, Weak<Connection>)>,
}

impl ClientTalks {
    /// Nobody talks.
    pub fn new(rules: ClientRules) -> Self {
        Self { rules, live: Arc::default(), over_requests: DashMap::new(), turns: Arc::default() }
    }

    /// What clients may use.
    pub fn rules(&self) -> &ClientRules {
        &self.rules
    }

    /// Takes a place for a client.
    ///
    /// # Errors
    /// `CONNECTION_LIMIT`.
    pub fn enter(&self, user_id: &Arc<str>, client_id: &ClientId) -> Result<Place, ErrorBody> {
        let client = (Arc::clone(user_id), client_id.clone());
        let mut live = lock(&self.live);
        let own = live.clients.entry(client.clone()).or_default();
        let most = self.rules.connections_of_a_client;
        if *own >= most {
            let message = format!("A client has at most {most} connections");
            return Err(ErrorBody::new(ErrorCode::ConnectionLimit, message));
        }
        *own += 1;
        Ok(Place { live: Arc::clone(&self.live), client, seat: OnceLock::new() })
    }

    /// Who else is in a conversation by a talk.
    pub fn others(&self, conversation_id: ConversationId, but: &Connection) -> Vec<Arc<Connection>> {
        let live = lock(&self.live);
        let there = live.there.get(&conversation_id).into_iter().flatten().filter_map(Weak::upgrade);
        there.filter(|one| one.client_id != but.client_id && !one.is_gone()).collect()
    }
}

impl Place {
    /// It is in this conversation, by this connection: once and for good.
    pub fn sit(&self, conversation_id: ConversationId, connection: &Arc<Connection>) {
        let connection = Arc::downgrade(connection);
        if self.seat.set((conversation_id, Weak::clone(&connection))).is_ok() {
            lock(&self.live).there.entry(conversation_id).or_default().push(connection);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut live = lock(&self.live);
        if let Some(own) = live.clients.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                live.clients.remove(&self.client);
            }
        }
        let Some((id, connection)) = self.seat.get() else { return };
        if let Some(there) = live.there.get_mut(id) {
            there.retain(|one| !one.ptr_eq(connection));
            if there.is_empty() {
                live.there.remove(id);
            }
        }
    }
}
