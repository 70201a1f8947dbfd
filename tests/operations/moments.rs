//! What stands at a moment: connections, members, those who lag, what waits. And who is cut.

use std::sync::Arc;

use serde_json::{Value, json};

use super::exposition::Exposition;
use crate::support::client::Options;
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Client, Project, Rest, TestServer, until};

/// A value so large that a client with a small buffer cannot take many.
const VALUE: usize = 60_000;

/// Waits until samples without labels have these values.
async fn until_it_stands(rest: &Rest, expected: &[(&str, f64)]) {
    until(&format!("the metrics are {expected:?}"), async || {
        let now = Exposition::scrape(rest).await;
        expected.iter().all(|(sample, value)| now.value(sample, &[]) == *value)
    })
    .await;
}

fn write(project: &Project, value: &str) -> Value {
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
    json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data })
}

#[tokio::test]
async fn connections_and_members_are_counted_as_they_come_and_go() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    until_it_stands(rest, &[("graphroom_sessions", 0.0), ("graphroom_members", 0.0)]).await;
    let (one, other) = (rest.project().await, rest.project().await);
    let mut clients = Vec::new();
    for project in [Some(&one), Some(&one), Some(&other), None] {
        let mut client = Client::connect(server.address).await;
        if let Some(project) = project {
            client.join(&project.session_id).await;
        }
        clients.push(client);
    }
    let url = format!("http://{}/socket.io/?EIO=4&transport=polling", server.address);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let open = http.get(&url).send().await.unwrap().text().await.unwrap();
    let open: Value = serde_json::from_str(&open[1..]).unwrap();
    let poll = format!("{url}&sid={}", open["sid"].as_str().unwrap());
    http.post(&poll).body("40").send().await.unwrap();

    let by = |now: &Exposition, transport| now.value("graphroom_connections", &[("transport", transport)]);
    until("all are connected", async || {
        let now = Exposition::scrape(rest).await;
        by(&now, "websocket") == 4.0 && by(&now, "polling") == 1.0
    })
    .await;
    let members =
        [("graphroom_sessions", 2.0), ("graphroom_members", 3.0), ("graphroom_members_lagging", 0.0)];
    until_it_stands(rest, &members).await;
    // `session:connected` of each.
    assert_eq!(Exposition::scrape(rest).await.value("graphroom_ring_items", &[]), 3.0);

    drop(clients);
    http.post(&poll).body("41").send().await.unwrap();
    until("all are gone", async || {
        let now = Exposition::scrape(rest).await;
        by(&now, "websocket") == 0.0 && by(&now, "polling") == 0.0
    })
    .await;
    until_it_stands(rest, &[("graphroom_sessions", 2.0), ("graphroom_members", 0.0)]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_session_is_counted_and_leaves_as_one_batch() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let rest = &server.rest;
    let projects = [rest.project().await, rest.project().await];
    let mut client = Client::connect(server.address).await;
    for project in &projects {
        client.join(&project.session_id).await;
    }
    store.set(Fault::Held);
    let mut last = 0;
    for (project, waiting) in projects.iter().zip([10, 3]) {
        let begun = store.appends();
        client.emit("execute_command", write(project, "first")).await;
        until("its actor waits for the store", async || store.appends() > begun).await;
        for n in 0..waiting {
            last = client.emit("execute_command", write(project, &n.to_string())).await;
        }
    }
    let waiting = [("graphroom_mailbox_commands", 13.0), ("graphroom_mailbox_max_commands", 10.0)];
    until_it_stands(rest, &waiting).await;
    store.set(Fault::None);
    client.answer(last).await;
    until_it_stands(rest, &[("graphroom_mailbox_commands", 0.0), ("graphroom_batch_commands_count", 4.0)])
        .await;
    let now = Exposition::scrape(rest).await;
    assert_eq!(now.value("graphroom_batch_commands_sum", &[]), 15.0);
    let up_to = |bound| now.value("graphroom_batch_commands_bucket", &[("le", bound)]);
    assert_eq!(
        [up_to("1.0"), up_to("2.0"), up_to("4.0"), up_to("8.0"), up_to("16.0")],
        [2.0, 2.0, 3.0, 3.0, 4.0]
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_does_not_read_lags_until_it_reads_again() {
    let server = TestServer::start().await;
    let (rest, project) = (&server.rest, server.rest.project().await);
    let mut reader = Client::connect(server.address).await;
    reader.join(&project.session_id).await;
    let options = Options { receive_buffer: Some(64 * 1024), ..Options::default() };
    let mut silent = Client::connect_with(server.address, options).await;
    silent.join(&project.session_id).await;

    let mut offered = 0;
    while Exposition::scrape(rest).await.value("graphroom_members_lagging", &[]) == 0.0 {
        let answer = rest.post("/commands/execute?graph=none", write(&project, &"x".repeat(VALUE))).await.1;
        offered = answer["seq"].as_u64().unwrap();
        while reader.event().await.payload["seq"] != offered {}
        assert!(offered < 60, "it never lags");
    }
    assert_eq!(
        Exposition::scrape(rest).await.value("graphroom_members_lagging", &[]),
        1.0,
        "the reader does not"
    );
    let by_lag = async || {
        let now = Exposition::scrape(rest).await;
        ["0", "4096", "+Inf"].map(|bound| now.value("graphroom_members_by_lag", &[("le", bound)]))
    };
    assert_eq!(by_lag().await, [1.0, 2.0, 2.0], "each of them is counted, where it is");
    while silent.event().await.payload["seq"] != offered {}
    until_it_stands(rest, &[("graphroom_members_lagging", 0.0), ("graphroom_members", 2.0)]).await;
    assert_eq!(by_lag().await, [2.0, 2.0, 2.0]);
    // Each event once for each of them, however late.
    let handed = 2.0 * (offered - 1) as f64;
    until_it_stands(rest, &[("graphroom_commit_to_handed_seconds_count", handed)]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_that_are_cut_are_counted_by_the_reason() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let (rest, project) = (&server.rest, server.rest.project().await);
    let cut = async |reason| {
        Exposition::scrape(rest).await.value("graphroom_connections_cut_total", &[("reason", reason)])
    };
    let options = Options { receive_buffer: Some(64 * 1024), ..Options::default() };
    let mut silent = Client::connect_with(server.address, options).await;
    silent.join(&project.session_id).await;
    let mut offered = 0;
    while cut("fell_behind").await == 0.0 {
        rest.post("/commands/execute?graph=none", write(&project, &"x".repeat(VALUE))).await;
        offered += 1;
        assert!(offered < 500, "it never falls behind");
    }
    assert_eq!(cut("fell_behind").await, 1.0);

    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    store.set(Fault::Broken);
    rest.post("/commands/execute?graph=none", write(&project, "breaks")).await;
    while member.next_event().await.is_some() {}
    assert_eq!(cut("session_broke").await, 1.0);
    assert_eq!(cut("fell_behind").await, 1.0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_has_too_many_answers_outstanding_is_counted_once() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let project = server.rest.project().await;
    let mut greedy = Client::connect(server.address).await;
    greedy.join(&project.session_id).await;
    store.set(Fault::Held);
    // The first waits for the store, and all others for their turn behind it.
    for _ in 0..8_300 {
        let (_, packet) = greedy.packet("execute_command", &write(&project, "more"));
        greedy.feed(packet).await;
    }
    greedy.flush().await;
    while greedy.next_event().await.is_some() {}
    let cut = [("reason", "answers_outstanding")];
    let now = Exposition::scrape(&server.rest).await;
    assert_eq!(now.value("graphroom_connections_cut_total", &cut), 1.0);
    store.set(Fault::None);
    server.stop().await;
}
