//! `/admin`, as Socket.IO's Admin UI speaks it: on the bare wire, packet by packet. What its own front end makes of it is
//! seen in a browser, with the web client's tests.

mod letting_in;
mod not_reading;
mod showing;

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::support::raw::Socket;
use crate::support::{Client, TestServer};

/// Somebody who looks on.
struct Watcher {
    socket: Socket,
    /// The id of its socket.
    id: String,
    /// What came and was not asked for yet: what is said and where somebody is are told in no order.
    unread: Vec<Event>,
}

/// An event: its name, and its arguments.
type Event = (String, Vec<Value>);

impl Watcher {
    /// Lets somebody look on who shows this, or says why not.
    async fn try_connect(address: SocketAddr, auth: &Value) -> Result<Self, Value> {
        let (mut socket, _) = Socket::open(address).await;
        socket.send(&format!("40/admin,{auth}")).await;
        let answer = socket.packet().await.expect("an answer");
        let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        match answer.strip_prefix("40/admin,") {
            Some(welcome) => {
                let id = read(welcome)["sid"].as_str().expect("an id").to_owned();
                Ok(Self { socket, id, unread: Vec::new() })
            }
            None => Err(read(answer.strip_prefix("44/admin,").expect("a refusal"))),
        }
    }

    async fn connect(address: SocketAddr, auth: &Value) -> Self {
        Self::try_connect(address, auth).await.unwrap_or_else(|why| panic!("it is let in, not {why}"))
    }

    /// What comes next.
    async fn next(&mut self) -> Event {
        let packet = self.socket.packet().await.expect("it is still there");
        let event = packet.strip_prefix("42/admin,").unwrap_or_else(|| panic!("{packet} is no event"));
        let mut event: Vec<Value> = serde_json::from_str(event).expect("JSON");
        let name = event.remove(0);
        (name.as_str().expect("a name").to_owned(), event)
    }

    /// The arguments of the first event that is such a one and was not asked for yet.
    async fn find(&mut self, wanted: &str, is_it: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let is_wanted = |(name, arguments): &Event| name == wanted && is_it(arguments);
        if let Some(found) = self.unread.iter().position(is_wanted) {
            return self.unread.remove(found).1;
        }
        loop {
            let event = self.next().await;
            if is_wanted(&event) {
                return event.1;
            }
            self.unread.push(event);
        }
    }

    /// The arguments of the next event of this name.
    async fn event(&mut self, wanted: &str) -> Vec<Value> {
        self.find(wanted, |_| true).await
    }

    /// The same of one that is about this socket.
    async fn event_of(&mut self, wanted: &str, id: &str) -> Vec<Value> {
        let is_of = |argument: &Value| *argument == id || argument["id"] == id;
        self.find(wanted, |arguments| arguments.iter().any(is_of)).await
    }

    /// What is said next of this kind and by this name, from or to a socket.
    async fn said(&mut self, wanted: &str, id: &str, name: &str) -> Value {
        let is_it = |arguments: &[Value]| arguments[1] == id && arguments[2][0] == name;
        self.find(wanted, is_it).await.remove(2)
    }
}

/// A server that may be looked at by whoever reaches it.
async fn open_server() -> TestServer {
    TestServer::start_allowing(|parts| parts.admin_ui = true).await
}

/// A client that is in the session of a new project.
async fn member(server: &TestServer) -> (Client, String) {
    let session_id = server.rest.project().await.session_id;
    let mut client = Client::connect(server.address).await;
    client.join(&session_id).await;
    (client, session_id)
}

/// What the front end sends of who fills in its form.
fn form(username: &str, password: &str) -> Value {
    json!({ "username": username, "password": password })
}
