//! Members in a burst: nobody who reads loses anything.
//!
//! Proves SYNC-1 and SYNC-5 (docs/behaviour.md).

use std::sync::Arc;

use graphroom::store::MemoryStore;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::client::Options;
use crate::support::{Client, TestServer};

/// Fifty fast members and a burst far longer than the library's queue.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_a_thousand_commands_reaches_fifty_members_whole_and_in_order() {
    const COMMANDS: u64 = 1_000;
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut members = JoinSet::new();
    for n in 0..50 {
        let namespace = if n % 2 == 0 { "/" } else { "/graph" };
        let mut member =
            Client::connect_with(server.address, Options { namespace, ..Options::default() }).await;
        let joined = member.join(&project.session_id).await;
        members.spawn(async move {
            let mut expected = joined["seq"].as_u64().unwrap();
            for _ in 0..COMMANDS {
                expected += 1;
                assert_eq!(member.event_named("property-changed").await["seq"], expected);
            }
        });
    }
    let mut sender = Client::connect(server.address).await;
    let mut packets = Vec::new();
    for n in 0..COMMANDS {
        let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": n.to_string() });
        let body =
            json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
        packets.push(sender.packet("execute_command", &body));
    }
    for (_, packet) in &packets {
        sender.feed(packet.clone()).await;
    }
    sender.flush().await;
    for (ack, _) in packets {
        assert_eq!(sender.answer(ack).await["success"], true);
    }
    while let Some(member) = members.join_next().await {
        member.expect("every member hears everything");
    }
    server.stop().await;
}

/// Members that join while commands stream in: each is told a `seq` between two commands and hears on from there.
#[tokio::test(flavor = "multi_thread")]
async fn sync_5_who_joins_in_the_middle_of_a_burst_hears_on_from_the_seq_that_it_is_told() {
    const COMMANDS: usize = 2_000;
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut sender = Client::connect(server.address).await;
    // A rename has two events, so that a join could fall between them.
    let packets: Vec<_> = (0..COMMANDS)
        .map(|n| {
            let data = json!({ "node_id": project.root, "property_id": "name", "new_value": n.to_string() });
            let body =
                json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
            sender.packet("execute_command", &body)
        })
        .collect();
    let last = 1 + 2 * COMMANDS as u64;
    let (address, session_id) = (server.address, project.session_id.clone());
    let joining = tokio::spawn(async move {
        let mut joined_within = 0;
        loop {
            let mut member = Client::connect(address).await;
            let joined = member.join(&session_id).await["seq"].as_u64().unwrap();
            assert_eq!(joined % 2, 1, "a rename is never told in half");
            let before: Vec<_> = member.read_already().into_iter().map(|event| event.name).collect();
            assert_eq!(before.last().map(String::as_str), Some("joined"), "{before:?}");
            assert!(before.iter().all(|name| name == "session:connected" || name == "joined"), "{before:?}");
            if joined == last {
                return joined_within;
            }
            joined_within += u64::from(joined > 1);
            let mut expected = joined;
            for _ in 0..10.min(last - joined) {
                let event = loop {
                    let event = member.event().await;
                    if event.name == "node-updated" || event.name == "property-changed" {
                        break event;
                    }
                };
                expected += 1;
                assert_eq!(event.payload["seq"], expected);
            }
        }
    });
    for (_, packet) in &packets {
        sender.feed(packet.clone()).await;
    }
    sender.flush().await;
    for (ack, _) in packets {
        assert_eq!(sender.answer(ack).await["success"], true);
    }
    assert!(joining.await.unwrap() > 0, "somebody joined within the burst");
    server.stop().await;
}

/// The answer stands exactly where it says: the member has heard everything up to its `seq`, and nothing more.
#[tokio::test(flavor = "multi_thread")]
async fn sync_5_a_join_is_answered_behind_the_event_that_it_names_and_before_the_next() {
    const COMMANDS: u64 = 2_000;
    let server = TestServer::start_on(Arc::new(MemoryStore::new())).await;
    let project = server.rest.project().await;
    let mut sender = Client::connect(server.address).await;
    let mut member = Client::connect(server.address).await;
    let (session_id, root) = (project.session_id.clone(), project.root.clone());
    let sending = tokio::spawn(async move {
        for n in 0..COMMANDS {
            let data = json!({ "node_id": root, "property_id": "vin", "new_value": n.to_string() });
            let body = json!({ "session_id": session_id, "command_type": "UpdateProperty", "data": data });
            assert_eq!(sender.call("execute_command", body).await["success"], true);
        }
    });
    let mut heard = member.join(&project.session_id).await["seq"].as_u64().unwrap();
    let mut within = 0;
    member.read_already();
    while heard <= COMMANDS {
        let joined = member.join(&project.session_id).await["seq"].as_u64().unwrap();
        within += u64::from(joined > heard);
        heard = member
            .read_already()
            .iter()
            .fold(heard, |heard, event| event.payload["seq"].as_u64().unwrap_or(heard));
        assert_eq!(heard, joined);
    }
    assert!(within > 10, "it joined between commands");
    sending.await.unwrap();
    server.stop().await;
}

/// One command with more events than the ring keeps: nobody who reads is cut by it, or loses a part of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_huge_deletion_and_its_undo_are_told_in_one_event_each() {
    const NODES: u64 = 9_000;
    // More commands at once than one client may give.
    let server = TestServer::start_allowing(|parts| parts.allowance.commands_per_second = 0).await;
    let project = server.rest.project().await;
    let mut sender = Client::connect(server.address).await;
    let phase = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": "Everything" });
    let phase = server.rest.execute(&project, "CreateNode", phase).await["node_id"].clone();
    for _ in 0..NODES / 1_000 {
        let packets: Vec<_> = (0..1_000)
            .map(|_| {
                let data = json!({ "parent_id": phase, "blueprint_type_id": "task" });
                let body =
                    json!({ "session_id": project.session_id, "command_type": "CreateNode", "data": data });
                sender.packet("execute_command", &body)
            })
            .collect();
        for (_, packet) in &packets {
            sender.feed(packet.clone()).await;
        }
        sender.flush().await;
        for (ack, _) in packets {
            assert_eq!(sender.answer(ack).await["success"], true);
        }
    }
    let mut members = JoinSet::new();
    for namespace in ["/", "/graph"] {
        let mut member =
            Client::connect_with(server.address, Options { namespace, ..Options::default() }).await;
        let mut expected = member.join(&project.session_id).await["seq"].as_u64().unwrap();
        assert_eq!(expected, 2 + NODES);
        members.spawn(async move {
            let mut told = Vec::new();
            loop {
                let event = member.event().await;
                let Some(seq) = event.payload["seq"].as_u64() else { continue };
                expected += 1;
                assert_eq!(seq, expected);
                let is_last = event.name == "command:undo";
                told.push((event.name, event.payload["node_count"].clone()));
                if is_last {
                    return told;
                }
            }
        });
    }
    sender.join(&project.session_id).await;
    let delete = json!({ "session_id": project.session_id, "command_type": "DeleteNode", "data": { "node_id": phase } });
    assert_eq!(sender.call("execute_command", delete).await["success"], true);
    let undo = json!({ "session_id": project.session_id, "scope": "session" });
    let undone = sender.call("undo", undo).await;
    // The deletion, the undo, and what the undo changed.
    assert_eq!(undone["seq"], 2 + NODES + 1 + 2);
    while let Some(told) = members.join_next().await {
        let told = told.unwrap();
        let graph = |nodes: u64| ("graph-replaced".to_owned(), json!(nodes));
        assert_eq!(told, [graph(1), graph(2 + NODES), ("command:undo".to_owned(), Value::Null)]);
    }
    server.stop().await;
}
