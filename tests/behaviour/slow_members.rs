//! Members that take no answers, or nothing at all: each is ended by the server, comes back, is told why, and lacks
//! nothing afterwards. Whoever else is in the room hears every event at once, and nothing of it.
//!
//! Who falls behind the ring is in `tests/socketio/coming_back.rs`. Proves SYNC-4 (docs/behaviour.md).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::support::client::Options;
use crate::support::native::PATH;
use crate::support::plain_socket::PlainSocket;
use crate::support::{Client, Native, Project, TestServer, until};

/// Small, so that little is on its way to who reads nothing.
const RECEIVE_BUFFER: u32 = 4 * 1024;
/// Requests between two looks at whether the client was cut.
const AT_ONCE: usize = 500;
/// What more than fills the way out of who reads nothing, and is far from filling the ring.
const LARGE: usize = 60_000;
const WRITES: usize = 14;
/// No machine is so slow that it takes longer to find out who takes nothing.
const FOUND_OUT: Duration = Duration::from_secs(120);
/// How long those are awake who fall asleep: more than what lies between two looks at who is silent.
const AWAKE: Duration = Duration::from_secs(5);
/// Who takes nothing has so long at least.
const PATIENCE: Duration = Duration::from_secs(25);

/// A room: somebody who reads in it, and all that was heard there.
struct Room {
    server: TestServer,
    project: Project,
    reader: Client,
    heard: Vec<Value>,
}

impl Room {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let project = server.rest.project().await;
        let mut reader = Client::connect_with(server.address, options("reader")).await;
        let joined = reader.call("join_session", join(&project)).await;
        assert_eq!(joined["success"], true, "{joined}");
        assert_eq!(reader.event().await.name, "joined");
        Self { server, project, reader, heard: Vec::new() }
    }

    /// The reader writes, is answered and hears of it, whoever else takes nothing meanwhile.
    async fn write(&mut self, value: &str) {
        let ack = self.reader.emit("execute_command", write(&self.project, value)).await;
        loop {
            let event = self.reader.event().await;
            assert_eq!(event.name, "property-changed");
            let is_this = event.payload["new_value"] == value;
            self.heard.push(event.payload);
            if is_this {
                break;
            }
        }
        assert_eq!(self.reader.answer(ack).await["success"], true);
    }

    /// How many connections were cut for a reason.
    async fn cut(&self, reason: &str) -> usize {
        let metrics = self.server.rest.at_root("/metrics").send().await.unwrap().text().await.unwrap();
        let sample = format!("graphroom_connections_cut_total{{reason=\"{reason}\"}} ");
        metrics.lines().find_map(|line| line.strip_prefix(&sample)).unwrap().parse().unwrap()
    }

    /// The users whose connections are members.
    async fn here(&self) -> Vec<Value> {
        let (_, info) = self.server.rest.get(&format!("/sessions/{}/info", self.project.session_id)).await;
        let connections = info["connections"].as_array().unwrap();
        connections.iter().map(|connection| connection["user_id"].clone()).collect()
    }

    /// Somebody whose connection was ended joins again, with what it had: it is told why, once, and lacks nothing.
    async fn comes_back(&mut self, user: &'static str, joined: &Value, reason: &str) {
        until("it is no member any more", async || self.here().await == ["reader"]).await;
        let mut back = Client::connect_with(self.server.address, options(user)).await;
        let mut again = join(&self.project);
        again["since"] = json!({ "epoch": joined["epoch"], "seq": joined["seq"] });
        let answer = back.call("join_session", again.clone()).await;
        assert_eq!(answer["previous_end"]["reason"], reason, "{user}, {}", answer["mode"]);
        assert!(answer["previous_end"]["at"].is_string());
        assert_eq!(answer["seq"], self.heard.last().unwrap()["seq"]);
        self.has_everything(joined, &answer).await;
        assert_eq!(back.event().await.name, "joined");
        self.write(&format!("{user} is here again")).await;
        assert_eq!(back.event().await.payload, *self.heard.last().unwrap(), "{user} hears what comes next");
        let answer = back.call("join_session", again).await;
        assert_eq!((&answer["success"], &answer["previous_end"]), (&json!(true), &Value::Null), "told once");
        back.send("1").await;
        until("it has gone", async || self.here().await == ["reader"]).await;
    }

    /// By what the answer to a join brings: the events that the reader heard since, or the graph that there is.
    async fn has_everything(&self, joined: &Value, answer: &Value) {
        let (had, told) = (joined["seq"].as_u64().unwrap(), answer["seq"].as_u64().unwrap());
        let since: Vec<_> = self.heard.iter().filter(|event| event["seq"].as_u64() > Some(had)).collect();
        let seqs: Vec<_> = since.iter().filter_map(|event| event["seq"].as_u64()).collect();
        assert_eq!(seqs, (had + 1..=told).collect::<Vec<_>>(), "the reader heard all of them");
        if answer["mode"] == "tail" {
            let events = answer["events"].as_array().unwrap();
            assert_eq!(events.iter().map(|event| &event["data"]).collect::<Vec<_>>(), since);
        } else {
            assert_eq!(answer["mode"], "snapshot");
            let path = format!("/sessions/{}/graph", self.project.session_id);
            let (_, read) = self.server.rest.get(&path).await;
            assert_eq!(answer["graph"], read["graph"]);
        }
    }
}

fn options(user: &str) -> Options {
    Options { user_id: Some(user.to_owned()), receive_buffer: Some(RECEIVE_BUFFER), ..Options::default() }
}

fn join(project: &Project) -> Value {
    json!({ "session_id": project.session_id, "lifecycle": false })
}

fn write(project: &Project, value: &str) -> Value {
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
    json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data })
}

/// Asks for so much, and reads none of the answers, that it is cut.
async fn asks_until_it_is_cut(room: &mut Room, greedy: &mut Client, (event, payload): (&str, &Value)) {
    let since = Instant::now();
    for n in 0.. {
        for _ in 0..AT_ONCE {
            let (_, packet) = greedy.packet(event, payload);
            greedy.feed(packet).await;
        }
        greedy.flush().await;
        room.write(&format!("{event} {n}")).await;
        if room.cut("answers_outstanding").await == 1 {
            return;
        }
        assert!(since.elapsed() < FOUND_OUT, "answers wait, and nothing is done about it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_answers_of_a_session_is_ended_and_told_so_when_it_comes_back() {
    let mut room = Room::open().await;
    let mut greedy = Client::connect_with(room.server.address, options("greedy")).await;
    let joined = greedy.call("join_session", join(&room.project)).await;
    let said = write(&room.project, "said by who takes no answers");
    greedy.emit("execute_command", said).await;
    // It is refused, so that no events wait: what there is are answers.
    let mut refused = write(&room.project, "");
    refused["data"]["node_id"] = json!(room.project.project_id);
    asks_until_it_is_cut(&mut room, &mut greedy, ("execute_command", &refused)).await;
    while greedy.next_event().await.is_some() {}
    assert!(room.heard.iter().any(|event| event["new_value"] == "said by who takes no answers"));
    room.comes_back("greedy", &joined, "answers_outstanding").await;
    room.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_answers_of_no_session_is_ended_and_told_so_when_it_comes_back() {
    let mut room = Room::open().await;
    let mut greedy = Client::connect_with(room.server.address, options("greedy")).await;
    let joined = greedy.call("join_session", join(&room.project)).await;
    asks_until_it_is_cut(&mut room, &mut greedy, ("ping", &json!({}))).await;
    while greedy.next_event().await.is_some() {}
    room.comes_back("greedy", &joined, "answers_outstanding").await;
    room.server.stop().await;
}

/// Joins by `/ws/v1`.
async fn native(room: &Room, user: &str) -> (Native, Value) {
    let path = format!("{PATH}?user_id={user}");
    let socket = PlainSocket::try_connect(room.server.address, &path, &[], Some(RECEIVE_BUFFER)).await;
    let mut native = Native::welcomed(socket.unwrap()).await.unwrap();
    let joined = native.call("join_session", join(&room.project)).await;
    (native, joined)
}

/// Joins by Socket.IO.
async fn socketio(room: &Room, user: &str) -> (Client, Value) {
    let mut client = Client::connect_with(room.server.address, options(user)).await;
    let joined = client.call("join_session", join(&room.project)).await;
    (client, joined)
}

/// At the same time, since each has the half minute that there is. Two of them show that they live: nothing but what they do
/// not take ends them. The others read for a while and say nothing, as clients do whose machine falls asleep: that they are
/// silent is found out first.
#[tokio::test(flavor = "multi_thread")]
async fn who_takes_nothing_is_ended_and_told_so_when_it_comes_back() {
    let mut room = Room::open().await;
    let (mut by_socketio, joined_by_socketio) = socketio(&room, "socketio").await;
    let (mut by_websocket, joined_by_websocket) = native(&room, "native").await;
    let (mut asleep_by_socketio, joined_asleep_by_socketio) = socketio(&room, "socketio-asleep").await;
    let (mut asleep_by_websocket, joined_asleep_by_websocket) = native(&room, "native-asleep").await;
    let since = Instant::now();
    while since.elapsed() < AWAKE {
        room.write("begins").await;
        asleep_by_socketio.event_named("property-changed").await;
        asleep_by_websocket.event_named("property-changed").await;
        sleep(Duration::from_millis(100)).await;
    }
    for n in 0..WRITES {
        room.write(&format!("{n:05}").repeat(LARGE / 5)).await;
    }
    assert_eq!(room.here().await.len(), 5, "nobody fell behind");
    while room.here().await != ["reader"] {
        assert!(since.elapsed() < FOUND_OUT, "they take nothing, and are still there");
        // Not asked for, but it answers the ping that waits; and any word is a sign of life.
        by_socketio.send("3").await;
        by_websocket.tell("leave_session", json!({ "session_id": room.project.project_id })).await;
        room.write("goes on").await;
        sleep(Duration::from_millis(500)).await;
    }
    assert!(since.elapsed() > PATIENCE, "they were given less time than there is");
    assert_eq!(room.cut("fell_behind").await, 0);
    assert_eq!([by_websocket.closed().await.code, asleep_by_websocket.closed().await.code], [1006, 1006]);
    while by_socketio.next_event().await.is_some() {}
    while asleep_by_socketio.next_event().await.is_some() {}
    room.comes_back("socketio", &joined_by_socketio, "stalled").await;
    room.comes_back("native", &joined_by_websocket, "stalled").await;
    room.comes_back("socketio-asleep", &joined_asleep_by_socketio, "stalled").await;
    room.comes_back("native-asleep", &joined_asleep_by_websocket, "stalled").await;
    room.server.stop().await;
}

/// Longer than the server waits for those who are to hear of a project's end.
const FAREWELL: Duration = Duration::from_secs(34);

#[tokio::test(flavor = "multi_thread")]
async fn who_is_too_slow_to_hear_of_the_end_of_a_project_is_ended_and_finds_out() {
    let mut room = Room::open().await;
    let (mut slow, _) = socketio(&room, "slow").await;
    for n in 0..WRITES {
        room.write(&format!("{n:05}").repeat(LARGE / 5)).await;
    }
    let request =
        room.server.rest.request(reqwest::Method::DELETE, &format!("/projects/{}", room.project.project_id));
    let (status, answer) = room.server.rest.send(request).await;
    assert!(status.is_success(), "{answer}");
    let deleted = Instant::now();
    room.reader.event_named("session:closed").await;
    // It takes something now and then, and has not got far when nobody waits for it any more.
    let (mut told, mut heard) = (false, 0);
    while let Some(event) = slow.next_event().await {
        // Not asked for, but it answers the ping that waits.
        slow.send("3").await;
        told |= event.name == "session:closed";
        heard += usize::from(event.name == "property-changed");
        if told {
            break;
        }
        if deleted.elapsed() < FAREWELL {
            sleep(FAREWELL / 6).await;
        }
    }
    assert!(deleted.elapsed() > PATIENCE && !told && heard < WRITES, "it heard all of it in time: {heard}");
    room.server.stop().await;
}
