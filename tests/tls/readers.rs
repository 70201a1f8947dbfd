//! Clients that take nothing, and the end of a server, over TLS as without it.

use std::sync::Arc;

use serde_json::json;

use crate::support::client::Options;
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::tls::{Authority, Unwrapping};
use crate::support::{Client, Native, TestServer, until};

/// A value large enough that few events fill what is kept for a member.
const VALUE: usize = 60_000;
/// More of them than the ring, the way out and what lies between keep for a member.
const AT_MOST: usize = 500;

async fn member(plain: &Unwrapping, session_id: &str, receive_buffer: Option<u32>) -> Client {
    let options = Options { receive_buffer, ..Options::default() };
    let mut client = Client::connect_with(plain.address, options).await;
    client.join(session_id).await;
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_over_tls_holds_nobody_up_and_is_cut_when_it_falls_behind() {
    let authority = Authority::new();
    let server = TestServer::start_secured(&authority, |_| ()).await;
    let plain = Unwrapping::start(server.address, &authority).await;
    let project = server.rest.project().await;
    let silent = member(&plain, &project.session_id, Some(16 * 1024)).await;
    let mut living = member(&plain, &project.session_id, None).await;
    let members = async || {
        let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
        info["active_clients"].as_u64().unwrap()
    };
    let mut offered = 0;
    while members().await == 2 {
        let value = format!("{offered:0VALUE$}");
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        let seq = server.rest.execute(&project, "UpdateProperty", data).await["seq"].clone();
        // Whoever reads hears each event though somebody does not.
        assert_eq!(living.event_named("property-changed").await["seq"], seq);
        offered += 1;
        assert!(offered < AT_MOST, "it is never cut");
    }
    // What was kept for it is no more than the ring, the window and the buffers between: 4 MiB and a little.
    assert!(offered * 2 * VALUE < 12 * 1024 * 1024, "{offered} events were kept for it");
    let metrics = server.rest.at_root("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("graphroom_connections_cut_total{reason=\"fell_behind\"} 1\n"), "{metrics}");
    drop(silent);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_down_says_everything_over_tls_and_ends_in_order() {
    let authority = Authority::new();
    let server = TestServer::start_secured(&authority, |_| ()).await;
    let plain = Unwrapping::start(server.address, &authority).await;
    let project = server.rest.project().await;
    let mut member = member(&plain, &project.session_id, None).await;
    let mut native = Native::connect(plain.address).await;
    native.join(&project.session_id).await;
    let mut acks = Vec::new();
    for n in 0..500 {
        let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": n });
        let body =
            json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
        acks.push(member.emit("execute_command", body).await);
    }
    assert_eq!(member.answer(acks.remove(0)).await["success"], true);
    tokio::join!(server.stop(), async {
        for ack in acks {
            let answer = member.answer(ack).await;
            let is_refused = answer["error"]["code"] == "SHUTTING_DOWN";
            assert!(answer["success"] == true || is_refused, "{answer}");
        }
        member.event_named("server_shutdown").await;
        while member.next_event().await.is_some() {}
        drop(member);
    });
    // The words of closing came through, and behind them that nothing more comes.
    assert_eq!(native.closed().await.code, 1001);
    drop(native);
    until("both streams have ended", async || plain.orderly_ends() + plain.torn_ends() == 2).await;
    assert_eq!(plain.torn_ends(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_under_way_is_answered_over_tls_before_the_server_is_gone() {
    let (authority, store) = (Authority::new(), Arc::new(FaultyStore::new()));
    let held = Arc::clone(&store);
    let server = TestServer::start_secured(&authority, |parts| parts.store = held).await;
    let project = server.rest.project().await;
    store.set(Fault::Held);
    let (rest, asked) = (server.rest.clone(), project.clone());
    let request = tokio::spawn(async move {
        let data = json!({ "node_id": asked.root, "property_id": "vin", "new_value": 7 });
        rest.execute(&asked, "UpdateProperty", data).await
    });
    until("the command is being appended", async || store.appends() > 0).await;
    let stopped = tokio::spawn(server.stop());
    store.set(Fault::None);
    assert_eq!(request.await.unwrap()["success"], true);
    stopped.await.unwrap();
}
