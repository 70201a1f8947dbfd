//! A seat: one socket that connects, joins, hears, leaves, drops and comes back.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::house::House;
use super::room::{Reading, Room};
use crate::support::Client;
use crate::support::client::{Event, Options};
use crate::support::random::Random;

/// How long a seat waits for one thing. A client waits longer: every ping begins its time anew.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tries of what is answered `BUSY` while the session is being unloaded.
pub const TRIES: usize = 500;

/// One socket, or the lack of it.
pub struct Seat {
    address: SocketAddr,
    session_id: String,
    /// Who sits there; none says nothing of itself.
    pub user: Option<&'static str>,
    namespace: &'static str,
    /// Whether older names come too.
    older_names: bool,
    client: Option<Client>,
    /// How it joins, if it does not always join in the same way.
    habits: Option<Random>,
    /// Where it was in the room when its connection was dropped.
    before: Option<Room>,
    /// Its place in the room, while it is joined.
    pub room: Option<Room>,
}

impl Seat {
    /// A seat that nobody has taken.
    pub fn new(
        address: SocketAddr,
        session_id: &str,
        user: Option<&'static str>,
        namespace: &'static str,
        house: House,
    ) -> Self {
        let older_names = namespace == "/graph" || house.legacy_event_names;
        let session_id = session_id.to_owned();
        Self {
            address,
            session_id,
            user,
            namespace,
            older_names,
            client: None,
            habits: None,
            before: None,
            room: None,
        }
    }

    /// The same, but sometimes it wants batches, and sometimes it goes on where it was.
    pub fn with_habits(self, habits: Random) -> Self {
        Self { habits: Some(habits), ..self }
    }

    /// Who acts when this seat gives a command.
    pub fn author(&self) -> String {
        let id = self.client.as_ref().map_or("", |client| &client.id);
        self.user.map_or_else(|| format!("anonymous:{id}"), str::to_owned)
    }

    /// Whether it gets events.
    pub fn is_joined(&self) -> bool {
        self.room.is_some()
    }

    /// Connects, unless it is connected.
    async fn client(&mut self) -> &mut Client {
        if self.client.is_none() {
            let user_id = self.user.map(str::to_owned);
            let options = Options { namespace: self.namespace, user_id, ..Options::default() };
            self.client = Some(Client::connect_with(self.address, options).await);
        }
        self.client.as_mut().expect("it was connected just now")
    }

    /// Connects if need be, and becomes a member. Who is one already is answered again.
    pub async fn join(&mut self, lifecycle: bool) {
        let answer = self.try_join(lifecycle).await;
        assert_eq!(answer["success"], true, "{answer}");
    }

    /// As `join`, where there may be no such session any more: the answer.
    pub async fn try_join(&mut self, lifecycle: bool) -> Value {
        let lifecycle = self.room.as_ref().map_or(lifecycle, Room::wants_lifecycle);
        let mut body = json!({ "session_id": self.session_id, "lifecycle": lifecycle });
        let before = self.before.take();
        if let Some(habits) = &mut self.habits {
            body["delivery"] = json!(habits.pick(&["events", "batch"]));
            if self.room.is_none() && habits.percent(60) {
                body["since"] = before.as_ref().map_or(Value::Null, Room::place);
            }
        }
        let answer = self.patient_call("join_session", &body).await;
        if answer["success"] != true {
            return answer;
        }
        let seq = answer["seq"].as_u64().expect("an answer to a join has a seq");
        let goes_on =
            matches!(answer["mode"].as_str(), Some("current" | "tail")) && body["since"].is_object();
        match (&self.room, before) {
            (Some(room), _) => room.joined_again(seq),
            (None, Some(room)) if goes_on => self.room = Some(room.went_on(&answer, lifecycle)),
            (None, _) => self.room = Some(Room::new(&answer, lifecycle, self.older_names)),
        }
        answer
    }

    /// Leaves the session; the connection stays.
    pub async fn leave(&mut self) {
        if self.client.is_some() {
            let body = json!({ "session_id": self.session_id });
            let answer = self.call("leave_session", &body).await;
            assert_eq!(answer["success"], true, "{answer}");
            self.room = None;
        }
    }

    /// Drops the connection without a word.
    pub fn drop_connection(&mut self) {
        self.client = None;
        self.before = self.room.take();
    }

    /// Sends an event and waits for its answer; what comes before it is heard.
    pub async fn call(&mut self, event: &str, body: &Value) -> Value {
        let ack = self.client().await.emit(event, body.clone()).await;
        self.answer(ack).await
    }

    /// As `call`, but what cannot be taken since the session is being unloaded is sent again.
    pub async fn patient_call(&mut self, event: &str, body: &Value) -> Value {
        for _ in 0..TRIES {
            let answer = self.call(event, body).await;
            if answer["error"]["code"] != "BUSY" {
                return answer;
            }
            tokio::task::yield_now().await;
        }
        panic!("{event} is answered BUSY {TRIES} times: {body}");
    }

    /// Sends events without waiting in between; their answers, which must come in their order.
    pub async fn pipeline(&mut self, events: &[(&str, Value)]) -> Vec<Value> {
        let client = self.client().await;
        let mut acks = Vec::new();
        for (event, body) in events {
            let (ack, packet) = client.packet(event, body);
            client.feed(packet).await;
            acks.push(ack);
        }
        client.flush().await;
        client.answered.clear();
        let mut answers = Vec::new();
        for ack in &acks {
            answers.push(self.answer(*ack).await);
        }
        if self.is_joined() {
            assert_eq!(self.client().await.answered, acks, "answers to a member come in order");
        }
        answers
    }

    async fn answer(&mut self, ack: u64) -> Value {
        let client = self.client.as_mut().expect("who asks is connected");
        let answer = timeout(PATIENCE, client.answer(ack)).await.expect("an answer in time");
        let events = client.read_already();
        for event in events {
            self.hear(event);
        }
        // Whoever is a member was handed the command's events before.
        if let (Some(room), Some(seq), true) =
            (&self.room, answer["seq"].as_u64(), answer["command_id"].is_string())
        {
            assert!(room.heard() >= seq, "answered {seq} when only {} was heard: {answer}", room.heard());
        }
        answer
    }

    fn hear(&mut self, event: Event) {
        match &mut self.room {
            Some(room) => room.hear(event),
            None => {
                let is_graph_event = event.payload["seq"].is_u64() || event.name == "events";
                assert!(!is_graph_event, "a graph event for who is no member: {event:?}");
            }
        }
    }

    /// Hears on until it has heard `seq`.
    pub async fn hear_until(&mut self, seq: u64) {
        while let Some(room) = &mut self.room
            && room.heard() < seq
        {
            let client = self.client.as_mut().expect("a member is connected");
            let heard = room.heard();
            let event = timeout(PATIENCE, client.next_event()).await;
            let event = event.unwrap_or_else(|_| panic!("nothing more is heard at {heard} of {seq}"));
            room.hear(event.unwrap_or_else(|| panic!("the connection ended at {heard} of {seq}")));
        }
    }

    /// The graph over the socket: with its `seq`, or none if it is too large for a socket.
    pub async fn get_graph(&mut self) -> Option<Reading> {
        let body = json!({ "session_id": self.session_id });
        let answer = self.call("get_graph", &body).await;
        assert_eq!(answer["success"], true, "{answer}");
        Reading::of(&answer)
    }
}
