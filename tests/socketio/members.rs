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
