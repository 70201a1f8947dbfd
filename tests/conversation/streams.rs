//! Answers beside slow readers and graph events: nobody waits for anybody.
//!
//! Proves CHAT-10 and CHAT-11 (docs/behaviour.md).

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{House, about, ask, join};
use crate::support::client::Options;
use crate::support::ollama::{Gate, OllamaStub, Script};
use crate::support::{Client, until};

const RECEIVE_BUFFER: u32 = 16 * 1024;
const PIECES: usize = 6_000;
const PIECE: usize = 100;

fn piece(n: usize) -> String {
    format!("{n:05} {}\u{e9} ", "x".repeat(PIECE - 8))
}

fn flood(gate: &Gate) -> Script {
    let script = (0..PIECES).fold(Script::new(), |script, n| script.text(&piece(n)));
    script.wait(gate).text("the end").done("stop", PIECES + 1)
}

/// Takes all frames of an answer, up to this text or to its end: how many there were, and what they said.
async fn take(client: &mut Client, last: &str) -> (usize, String) {
    let (mut frames, mut text, mut length) = (0, String::new(), 0);
    while !text.ends_with(last) {
        let token = client.event_named("assistant:token").await;
        assert_eq!(token["offset"], length);
        let token = token["token"].as_str().unwrap();
        length += token.chars().count();
        text.push_str(token);
        frames += 1;
    }
    (frames, text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_delays_nobody_and_gets_everything_in_fewer_frames() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let project = house.server.rest.project().await;
    let options = Options { receive_buffer: Some(RECEIVE_BUFFER), ..Options::default() };
    let mut slow = Client::connect_with(house.server.address, options).await;
    join(&mut slow, &conversation).await;
    slow.join(&project.session_id).await;
    let mut fast = house.member("fast", &conversation).await;
    fast.join(&project.session_id).await;
    let gate = Gate::new();
    stub.plan(flood(&gate));
    ask(&mut fast, &conversation, "Flood us").await;
    let whole: String = (0..PIECES).map(piece).collect();
    let last = piece(PIECES - 1);
    let (fast_frames, text) = take(&mut fast, &last).await;
    assert_eq!(text, whole, "who reads has all while the other reads nothing");
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 1 });
    house.server.rest.execute(&project, "UpdateProperty", data).await;
    fast.event_named("property-changed").await;

    // No further token comes that could wake it: room in its socket has to do.
    let (slow_frames, text) = take(&mut slow, &last).await;
    assert_eq!(text, whole);
    assert!(slow_frames < fast_frames && slow_frames < PIECES / 2, "{slow_frames} and {fast_frames}");
    gate.open();
    for client in [&mut fast, &mut slow] {
        assert_eq!(client.event_named("assistant:token").await["token"], "the end");
        let message = client.event_named("new_message").await;
        assert_eq!(message["message"]["text"], format!("{whole}the end"));
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn graph_events_come_in_the_middle_of_a_flood_of_tokens() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let project = house.server.rest.project().await;
    let mut ann = house.member("ann", &conversation).await;
    ann.join(&project.session_id).await;
    let line = json!({ "message": { "role": "assistant", "content": "on and on " }, "done": false });
    stub.plan(Script::new().for_ever(format!("{line}\n")));
    let stream_id = ask(&mut ann, &conversation, "Never end").await;
    ann.event_named("assistant:token").await;
    for n in 0..20 {
        let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": n });
        let command =
            json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
        let answer = ann.call("execute_command", command).await;
        let is_flooding = answer["success"] == true;
        assert!(is_flooding, "{answer}");
    }
    let cancel = about(&conversation, json!({ "stream_id": stream_id }));
    ann.call("chat:cancel", cancel).await;
    // The answer to a command or its event: whatever order they have, all are there before the end of this.
    let mut values: HashSet<String> = HashSet::new();
    loop {
        let event = ann.event().await;
        match event.name.as_str() {
            "property-changed" => {
                values.insert(event.payload["new_value"].to_string());
            }
            "assistant:end" => break,
            _ => {}
        }
    }
    assert_eq!(values.len(), 20, "{values:?}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_goes_in_the_middle_of_an_answer_leaves_nothing_behind() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    stub.always(Script::new().text("On").hang());
    for _ in 0..3 {
        let mut clients: Vec<Client> = Vec::new();
        for n in 0..4 {
            clients.push(house.member(&format!("c{n}"), &conversation).await);
        }
        ask(&mut clients[0], &conversation, "Go on").await;
        for client in &mut clients {
            client.event_named("assistant:token").await;
        }
        drop(clients);
        until("nobody is in it", async || house.server.server.conversations().live() == 0).await;
    }
    let asked: Vec<Value> = stub.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(asked.len(), 3);
    house.stop().await;
}
