//! What all ways of a simulated project share: the server, the project, and what is known of both.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use uuid::Uuid;

use super::ledger::{Ledger, Outcome};
use super::plan::{AUTHORS, Body, Given, How, MARK};
use super::room::Reading;
use super::seat::{Seat, TRIES};
use crate::support::{Project, Rest};

/// A project on a server, as those see it who work on it.
pub struct Stage {
    /// The server's REST API, one for each of [`AUTHORS`].
    pub rest: Vec<Rest>,
    /// The project.
    pub project: Project,
    /// What was answered.
    ledger: Mutex<Ledger>,
    /// Nodes whose ids the server made.
    made: Mutex<Vec<String>>,
    /// Every graph that was read.
    readings: Mutex<Vec<Reading>>,
}

impl Stage {
    /// The stage of a project.
    pub fn of(rest: &Rest, project: Project) -> Self {
        let rest = AUTHORS.iter().map(|user| user.map_or_else(|| rest.clone(), |user| rest.named(user)));
        Self {
            rest: rest.collect(),
            project,
            ledger: Mutex::default(),
            made: Mutex::default(),
            readings: Mutex::default(),
        }
    }

    /// The same project on a server that replayed its journal.
    pub fn on(&self, rest: &Rest) -> Self {
        let other = Self::of(rest, self.project.clone());
        other.ledger().clone_from(&self.ledger());
        other.made().clone_from(&self.made());
        other
    }

    /// What was answered.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every graph that was read.
    pub fn readings(&self) -> MutexGuard<'_, Vec<Reading>> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made(&self) -> MutexGuard<'_, Vec<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the graph over REST.
    pub async fn read(&self) -> Reading {
        let (status, answer) =
            self.rest[3].get(&format!("/sessions/{}/graph", self.project.session_id)).await;
        assert_eq!(status, 200, "{answer}");
        let reading = Reading::of(&answer).expect("over REST no graph is too large");
        self.readings().push(reading.clone());
        reading
    }

    /// Gives a command over REST, again while the session is being unloaded.
    pub async fn give(&self, author: usize, given: &Given) -> Value {
        for _ in 0..TRIES {
            let answer = self.try_give(author, given).await;
            if answer["error"]["code"] != "BUSY" {
                let user = AUTHORS[author].unwrap_or("anonymous:rest").to_owned();
                return self.answered(user, given, answer);
            }
            tokio::task::yield_now().await;
        }
        panic!("a command is answered BUSY {TRIES} times: {given:?}");
    }

    async fn try_give(&self, author: usize, given: &Given) -> Value {
        let session_id = &self.project.session_id;
        let graph = if given.graph { "" } else { "?graph=none" };
        let (path, mut body) = match &given.body {
            Body::Execute { command_type, data } => (
                format!("/commands/execute{graph}"),
                json!({ "session_id": session_id, "command_type": command_type, "data": data }),
            ),
            Body::Undo { scope, how } => {
                (format!("/sessions/{session_id}/undo{graph}"), take_back(*scope, *how))
            }
            Body::Redo { scope, how } => {
                (format!("/sessions/{session_id}/redo{graph}"), take_back(*scope, *how))
            }
            Body::Load(file) => (format!("/sessions/{session_id}/load-graph{graph}"), file.clone()),
        };
        let mut request = self.rest[author].request(reqwest::Method::POST, &path);
        match &given.command_id {
            Some(Value::String(id)) if given.in_header => request = request.header("Idempotency-Key", id),
            Some(id) => body["command_id"] = id.clone(),
            None => {}
        }
        let (status, mut answer) = self.rest[author].send(request.json(&body)).await;
        let code = answer["error"]["code"].as_str().unwrap_or_default();
        let expected = match code {
            "" => 200,
            "CONFLICT" | "IDEMPOTENCY_MISMATCH" => 409,
            "PAYLOAD_TOO_LARGE" => 413,
            "BUSY" => 503,
            _ => 400,
        };
        assert_eq!(status, expected, "{answer}");
        if status != 200 {
            answer["success"] = json!(false);
        }
        answer
    }

    /// Gives a command over a socket, again while the session is being unloaded.
    pub async fn give_at(&self, seat: &mut Seat, given: &Given) -> Value {
        let (event, body) = self.event(given);
        let answer = seat.patient_call(event, &body).await;
        self.answered(seat.author(), given, answer)
    }

    /// A command as a socket sends it.
    pub fn event(&self, given: &Given) -> (&'static str, Value) {
        let (event, mut body) = match &given.body {
            Body::Execute { command_type, data } => {
                ("execute_command", json!({ "command_type": command_type, "data": data }))
            }
            Body::Undo { scope, how } => ("undo", take_back(*scope, *how)),
            Body::Redo { scope, how } => ("redo", take_back(*scope, *how)),
            Body::Load(_) => unreachable!("that goes over REST"),
        };
        body["session_id"] = json!(self.project.session_id);
        if let Some(id) = &given.command_id {
            body["command_id"] = id.clone();
        }
        if given.graph {
            body["graph"] = json!(true);
        }
        (event, body)
    }

    /// Keeps an answer, and what is to be learnt from it.
    pub fn answered(&self, author: String, given: &Given, answer: Value) -> Value {
        if given.graph && answer["success"] == true {
            self.readings().extend(Reading::of(&answer));
        }
        let ids = answer["node_ids"].as_array().into_iter().flatten().chain([&answer["node_id"]]);
        let ids: Vec<&str> = ids.filter_map(Value::as_str).filter(|id| !is_of_pool(id)).collect();
        let mut made = self.made();
        for id in ids {
            if made.iter().all(|known| known != id) {
                made.push(id.to_owned());
            }
        }
        drop(made);
        self.ledger().enter(Outcome { author, given: given.clone(), answer: answer.clone() });
        answer
    }

    /// The command with ids in place of its placeholders.
    pub fn filled_in(&self, given: &Given) -> Given {
        let mut given = given.clone();
        if let Body::Execute { data, .. } | Body::Load(data) = &mut given.body {
            fill_in(data, &|name| self.id(name));
        }
        given
    }

    fn id(&self, name: &str) -> Option<String> {
        let (kind, n) = name.split_once(':').unwrap_or((name, "0"));
        let n: usize = n.parse().ok()?;
        match kind {
            "root" => Some(self.project.root.clone()),
            "pool" => Some(of_pool(n)),
            "made" => {
                let made = self.made();
                Some(made.get(n % made.len().max(1)).cloned().unwrap_or_else(|| Uuid::nil().to_string()))
            }
            "never" => Some(Uuid::max().to_string()),
            _ => None,
        }
    }
}

/// What the ids have in common that commands name themselves.
const POOL: u64 = 0x0000_0000_0000_4000;

/// An id that commands name themselves.
pub fn of_pool(n: usize) -> String {
    Uuid::from_u64_pair(POOL, n as u64).to_string()
}

/// Puts ids in place of the placeholders of a file for a project that is not there yet: its root is a node
/// of its own.
pub fn fill_in_new(file: &mut Value) {
    fill_in(file, &|name| match name.split_once(':') {
        Some((_, n)) => n.parse().ok().map(of_pool),
        None => Some(of_pool(ROOT)),
    });
}

/// The root of a project that came from a file, among the ids of the pool.
const ROOT: usize = 1_000;

/// Puts ids in place of placeholders, of those that `id` knows.
pub fn fill_in(value: &mut Value, id: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(id) = text.strip_prefix(MARK).and_then(id) {
                *text = id;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, id)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill_in(field, id)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_of_pool(id: &str) -> bool {
    Uuid::parse_str(id).is_ok_and(|id| id.as_u64_pair().0 == POOL)
}

fn take_back(scope: Option<&str>, how: How) -> Value {
    let mut body = json!({ "force": how.force });
    if how.refuse {
        body["on_conflict"] = json!("refuse");
    }
    if let Some(scope) = scope {
        body["scope"] = json!(scope);
    }
    body
}
