//! Members in a burst: nobody who reads loses anything.

use serde_json::json;
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
