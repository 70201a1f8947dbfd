//! A full mailbox: refused at once, in order, and with room left for everybody else.
//!
//! Proves BAD-1 (docs/behaviour.md).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Client, Project, TestServer};

/// One connection may have 2,048 commands waiting, beside the batch that the actor has taken.
const COMMANDS: usize = 3_000;

fn rename(project: &Project, name: &str) -> Value {
    let data = json!({ "node_id": project.root, "property_id": "name", "new_value": name });
    json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_sends_too_much_is_told_busy_in_order_while_others_still_get_in() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let project = server.rest.project().await;
    store.set(Fault::Held);
    let mut greedy = Client::connect(server.address).await;
    greedy.join(&project.session_id).await;
    let packets: Vec<_> = (0..COMMANDS)
        .map(|n| greedy.packet("execute_command", &rename(&project, &format!("greedy {n}"))))
        .collect();
    for (_, packet) in &packets {
        greedy.feed(packet.clone()).await;
    }
    greedy.flush().await;

    // Answered outside the line of commands, and read behind them: by now all of them have arrived.
    assert_eq!(greedy.call("ping", json!({})).await["success"], true);

    let mut modest = Client::connect(server.address).await;
    let modest_ack = modest.emit("execute_command", rename(&project, "modest")).await;
    store.set(Fault::None);

    let mut accepted = 0_u64;
    let mut last_seq = 0;
    for (ack, _) in &packets {
        let answer = greedy.answer(*ack).await;
        if answer["success"] == true {
            accepted += 1;
            assert!(answer["seq"].as_u64().unwrap() > last_seq, "{answer}");
            last_seq = answer["seq"].as_u64().unwrap();
        } else {
            assert_eq!(answer["error"]["code"], "BUSY", "{answer}");
        }
    }
    let order: Vec<u64> = packets.iter().map(|(ack, _)| *ack).collect();
    assert_eq!(greedy.answered[greedy.answered.len() - COMMANDS..], order);
    assert!((2_048..COMMANDS as u64).contains(&accepted), "{accepted} of {COMMANDS} were accepted");
    assert_eq!(modest.answer(modest_ack).await["success"], true, "half of the mailbox is for the others");
    server.stop().await;
}
