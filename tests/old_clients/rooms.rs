//! Generations 2, 3 and 4 of `socket.io-client` and `python-socketio` in one room.

use serde_json::{Value, json};

use crate::support::proxy::Proxy;
use crate::support::stock_members::{StockMembers, Telling, Told, is_dense, is_here};
use crate::support::{Project, TestServer, until};

/// Each generation by each transport, and on both namespaces.
const NODE: (usize, &str, &str) = (9, "2,3,4", "polling,websocket,upgrade");

async fn rename(server: &TestServer, project: &Project, name: &str) -> u64 {
    let data = json!({ "node_id": project.root, "property_id": "name", "new_value": name });
    server.rest.execute(project, "UpdateProperty", data).await["seq"].as_u64().unwrap()
}

/// The events that a member heard.
fn heard(told: &[Told]) -> Vec<Value> {
    let event = |told: &Told| match told {
        Told::Heard(_, payload) => payload.as_deref().cloned(),
        Told::Joined(_) | Told::Disconnected => None,
    };
    told.iter().filter_map(event).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_all_generations_see_the_same_events_in_the_same_order() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let node = StockMembers::node(server.address, &project, NODE, Telling::Payloads);
    let python = StockMembers::python(server.address, &project, Telling::Payloads);
    let both = [&node, &python];
    until("all have joined", async || both.iter().all(|members| members.all(is_here))).await;

    let (ada, bob) = (server.rest.named("ada"), server.rest.named("bob"));
    let phase = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": "Größe \u{1d54a}" });
    let made = ada.execute(&project, "CreateNode", phase).await;
    let value =
        json!({ "node_id": made["node_id"], "property_id": "status", "new_value": "x".repeat(9_000) });
    bob.execute(&project, "UpdateProperty", value).await;
    ada.execute(&project, "DeleteNode", json!({ "node_id": made["node_id"] })).await;
    for path in ["undo", "redo", "undo"] {
        let path = format!("/sessions/{}/{path}", project.session_id);
        assert_eq!(bob.post(&path, json!({})).await.0, 200);
    }
    for n in 0..100 {
        rename(&server, &project, &format!("{n}")).await;
    }
    let last = rename(&server, &project, "The last").await;

    let hears_the_last = |told: &[Told]| told.iter().any(|event| event.is_event(last));
    until("all hear the last", async || both.iter().all(|members| members.all(hears_the_last))).await;
    let mut everybody = node.told();
    everybody.extend(python.told());
    let expected = heard(&everybody["python on / by websocket"]);
    let seqs: Vec<u64> = expected.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (2..=last).collect::<Vec<_>>());
    assert_eq!(expected[0]["event"], "node-created");
    assert_eq!(expected[0]["author"]["user_id"], "ada");
    assert_eq!(everybody.len(), 11);
    for (member, told) in everybody {
        assert!(heard(&told) == expected, "{member} heard something else: {told:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_all_generations_come_back_after_the_server_was_restarted() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let project = server.rest.project().await;
    let proxy = Proxy::start(server.address, 64 * 1024).await;
    let node = StockMembers::node(proxy.address, &project, NODE, Telling::Seqs);
    let python = StockMembers::python(proxy.address, &project, Telling::Seqs);
    let both = [&node, &python];
    until("all have joined", async || both.iter().all(|members| members.all(is_here))).await;
    let before = rename(&server, &project, "Before").await;
    let heard = |seq: u64| {
        both.iter().all(|members| members.all(|told| told.iter().any(|event| event.is_event(seq))))
    };
    until("all hear what comes before", async || heard(before)).await;

    server.stop().await;
    let server = TestServer::start_in(directory.path()).await;
    proxy.forward_to(server.address);
    let is_back = |told: &[Told]| is_here(told) && told.contains(&Told::Disconnected);
    until("all are back", async || both.iter().all(|members| members.all(is_back))).await;
    let after = rename(&server, &project, "After").await;
    until("all hear what comes after", async || heard(after)).await;
    for (member, told) in both.iter().flat_map(|members| members.told()) {
        assert!(is_dense(&told), "{member}: {told:?}");
    }
    server.stop().await;
}
