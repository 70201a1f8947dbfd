//! A raw member: it comes back whenever it is lost, and repeats a command until it is answered.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::witness::{Fault, Witness};
use crate::support::client::{Event, Options};
use crate::support::native::PATH;
use crate::support::plain_socket::PlainSocket;
use crate::support::random::Random;
use crate::support::{Client, Native, Project};

/// How long it waits before it tries to connect again.
const PAUSE: Duration = Duration::from_millis(40);

/// What all members are to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Give commands.
    Work,
    /// Have the last one answered.
    Settle,
    /// Hear everything up to this `seq`.
    Hear(u64),
}

/// What members are there by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    SocketIo,
    PlainWebSocket,
}

/// A member's connection.
enum Line {
    SocketIo(Box<Client>),
    Plain(Box<Native>),
}

impl Line {
    async fn emit(&mut self, event: &str, payload: Value) -> u64 {
        match self {
            Self::SocketIo(client) => client.emit(event, payload).await,
            Self::Plain(client) => client.emit(event, payload).await,
        }
    }

    async fn try_answer(&mut self, id: u64) -> Option<Value> {
        match self {
            Self::SocketIo(client) => client.try_answer(id).await,
            Self::Plain(client) => client.try_answer(id).await,
        }
    }

    async fn next_event(&mut self) -> Option<Event> {
        match self {
            Self::SocketIo(client) => client.next_event().await,
            Self::Plain(client) => client.next_event().await,
        }
    }

    fn read_already(&mut self) -> Vec<Event> {
        match self {
            Self::SocketIo(client) => client.read_already(),
            Self::Plain(client) => client.read_already(),
        }
    }
}

/// A member and what it saw.
pub struct RawMember {
    pub name: String,
    pub way: Way,
    pub delivery: &'static str,
    pub address: SocketAddr,
    pub project: Project,
    pub random: Random,
    pub phase: watch::Receiver<Phase>,
    pub settled: watch::Sender<usize>,
    /// How often members of its kind were let in.
    pub joins: watch::Sender<usize>,
    pub witness: Witness,
}

/// A command that is not answered yet.
struct Outstanding {
    command_id: String,
    payload: Value,
}

impl RawMember {
    /// Works, settles and hears: what it saw.
    pub async fn live(mut self) -> Result<Witness, Fault> {
        let (mut given, mut outstanding, mut is_settled) = (0, None, false);
        loop {
            let Some(mut client) = self.connect().await? else { continue };
            loop {
                let phase = *self.phase.borrow_and_update();
                match phase {
                    Phase::Work if outstanding.is_none() => {
                        given += 1;
                        outstanding = Some(self.command(given));
                    }
                    _ => {}
                }
                let is_alive = match (&outstanding, phase) {
                    (Some(command), _) => {
                        let answered = self.give(&mut client, command).await?;
                        if answered {
                            outstanding = None;
                        }
                        answered
                    }
                    (None, Phase::Hear(seq)) if self.witness.seq() >= seq => return Ok(self.witness),
                    (None, Phase::Hear(_)) => self.hear(&mut client).await?,
                    (None, _) => {
                        if !std::mem::replace(&mut is_settled, true) {
                            self.settled.send_modify(|members| *members += 1);
                        }
                        self.phase.changed().await.map_err(|error| error.to_string())?;
                        true
                    }
                };
                if !is_alive {
                    break;
                }
            }
        }
    }

    /// Connects and joins, unless the network does not let it.
    async fn connect(&mut self) -> Result<Option<Line>, Fault> {
        let Some(mut client) = self.line().await else {
            tokio::time::sleep(PAUSE).await;
            return Ok(None);
        };
        let join = json!({ "session_id": self.project.session_id, "since": self.witness.since(),
            "delivery": self.delivery, "lifecycle": false });
        let ack = client.emit("join_session", join).await;
        let Some(answer) = client.try_answer(ack).await else { return Ok(None) };
        if let Some(early) = client.read_already().iter().find(|event| event.name != "joined") {
            return Err(format!("before the answer to a join came {early:?}"));
        }
        self.witness.join(&answer)?;
        self.joins.send_modify(|joins| *joins += 1);
        Ok(Some(client))
    }

    async fn line(&self) -> Option<Line> {
        match self.way {
            Way::SocketIo => {
                let options = Options { user_id: Some(self.name.clone()), ..Options::default() };
                Client::try_connect(self.address, options).await.ok().map(Box::new).map(Line::SocketIo)
            }
            Way::PlainWebSocket => {
                let path = format!("{PATH}?user_id={}", self.name);
                let socket = PlainSocket::try_connect(self.address, &path, &[], None).await.ok()?;
                Native::welcomed(socket).await.ok().map(Box::new).map(Line::Plain)
            }
        }
    }

    /// Gives a command and waits for its answer. False if the connection was lost before.
    async fn give(&mut self, client: &mut Line, command: &Outstanding) -> Result<bool, Fault> {
        let ack = client.emit("execute_command", command.payload.clone()).await;
        let answer = client.try_answer(ack).await;
        // What came before the end came.
        for event in client.read_already() {
            self.witness.take(&event.name, &event.payload)?;
        }
        let Some(answer) = answer else { return Ok(false) };
        self.witness.acknowledge(&command.command_id, &answer)?;
        Ok(true)
    }

    async fn hear(&mut self, client: &mut Line) -> Result<bool, Fault> {
        let Some(event) = client.next_event().await else { return Ok(false) };
        self.witness.take(&event.name, &event.payload)?;
        Ok(true)
    }

    /// The next command: a node of its own, a value that others write, too, or the last thing taken back.
    fn command(&mut self, n: usize) -> Outstanding {
        let command_id = format!("{} {n}", self.name);
        let (session_id, root) = (&self.project.session_id, &self.project.root);
        let (command_type, data) = if self.random.percent(25) {
            let data = json!({ "parent_id": root, "blueprint_type_id": "phase", "name": command_id });
            ("CreateNode", data)
        } else {
            let property = self.random.pick(&["vin", "notes", "color"]);
            let value = format!("{command_id} {}", "x".repeat(self.random.below(600)));
            ("UpdateProperty", json!({ "node_id": root, "property_id": property, "new_value": value }))
        };
        let payload = json!({ "session_id": session_id, "command_id": command_id,
            "command_type": command_type, "data": data });
        Outstanding { command_id, payload }
    }
}
