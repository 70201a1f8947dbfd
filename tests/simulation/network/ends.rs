//! Ends: of which connections the server ended, whoever had them is to be told when it comes back.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::client::Client;
use super::link::Link;
use super::server::{Connection, Server};
use super::trace::note;

/// What is to be told to whom.
#[derive(Default)]
pub struct Ends {
    /// By `user_id`: nobody of that name asked to join since.
    untold: BTreeMap<String, &'static str>,
    /// By the connection and the request that will be answered with it.
    due: BTreeMap<(Arc<str>, i64), &'static str>,
}

impl Ends {
    /// The session is another one: it knows of no ends.
    pub fn clear(&mut self) {
        self.untold.clear();
        self.due.clear();
    }

    /// The session cut a member.
    pub fn cut(&mut self, link: &Link, server: &Server) {
        self.ended(link, server, "fell_behind");
    }

    /// A connection is lost.
    pub fn lost(&mut self, link: &Link, server: &Server, is_stalled: bool) {
        // What the session did first counts, if nobody saw it yet.
        if link.is_cut() {
            self.cut(link, server);
        } else if is_stalled {
            self.ended(link, server, "stalled");
        }
    }

    fn ended(&mut self, link: &Link, server: &Server, reason: &'static str) {
        let Some(session) = server.live() else { return };
        let connections = server.connections();
        let Some(its) = connections.iter().find(|known| known.link.client_id == link.client_id) else {
            return;
        };
        // A member that was cut is not listed any more; who never joined was not cut, but may be lost.
        let is_listed = session.info().connections.iter().any(|known| *known.client_id == *link.client_id);
        if !is_listed && !link.is_cut() {
            return;
        }
        let user = &*its.author.user_id;
        // Somebody of that name may be about to be told already.
        let is_coming = |known: &Arc<Connection>| *known.author.user_id == *user && known.is_busy();
        if user.starts_with("anonymous:") || connections.iter().any(is_coming) {
            // What was to be told before may be told no more: the last end counts.
            self.untold.remove(user);
            self.due.clear();
            return;
        }
        note(format_args!("{user} is to be told: {reason}"));
        self.untold.insert(user.to_owned(), reason);
    }

    /// The server gets a wish to join.
    pub fn asks_to_join(&mut self, link: &Link, ack_id: i64, server: &Server) {
        let connections = server.connections();
        let its = connections.iter().find(|connection| connection.link.client_id == link.client_id);
        let Some(user) = its.map(|connection| &*connection.author.user_id) else { return };
        // Of two who come at once either may be told.
        let of_user =
            |id: &str| connections.iter().any(|c| *c.link.client_id == *id && *c.author.user_id == *user);
        self.due.retain(|(client_id, _), _| !of_user(client_id));
        let Some(reason) = self.untold.remove(user) else { return };
        note(format_args!("{} is to be told with {ack_id}: {reason}", link.client_id));
        self.due.insert((Arc::clone(&link.client_id), ack_id), reason);
    }

    /// A client heard something: an answer to its wish perhaps.
    pub fn hears(&mut self, link: &Link, client: &mut Client) {
        let Some((ack_id, is_joined, told)) = client.join_told.take() else { return };
        let Some(reason) = self.due.remove(&(Arc::clone(&link.client_id), ack_id)) else { return };
        if is_joined {
            assert_eq!(told.as_deref(), Some(reason), "{} is told why it was ended", link.client_id);
        } else if let Some(user) = client.user {
            self.untold.entry(user.to_owned()).or_insert(reason);
        }
    }
}
