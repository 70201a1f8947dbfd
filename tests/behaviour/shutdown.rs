//! Going down in order.

use serde_json::json;

use std::sync::Arc;

use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Client, TestServer, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_answers_what_waits_tells_every_client_and_ends_their_connections() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let project = server.rest.project().await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    let mut visitor = Client::connect(server.address).await;
    let mut acks = Vec::new();
    for n in 0..500 {
        let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": n });
        let body =
            json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
        acks.push(member.emit("execute_command", body).await);
    }
    // What is in the kernel when the server goes down it may never read.
    member.all_read().await;
    assert_eq!(member.answer(acks.remove(0)).await["success"], true);
    let (_, answers) = tokio::join!(server.stop(), async {
        let mut accepted = 1;
        for ack in acks {
            let answer = member.answer(ack).await;
            let refused = answer["error"]["code"] == "SHUTTING_DOWN";
            assert!(answer["success"] == true || refused, "{answer}");
            accepted += u64::from(answer["success"] == true);
        }
        let told = member.event_named("server_shutdown").await;
        assert!(told["retry_after_ms"].is_u64(), "{told}");
        visitor.event_named("server_shutdown").await;
        // Commands that were read after that are refused one by one; then the connections end.
        while member.next_event().await.is_some() {}
        while visitor.next_event().await.is_some() {}
        accepted
    });
    let server = TestServer::start_in(directory.path()).await;
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["seq"], 1 + answers, "what was accepted is there, and nothing else");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_request_that_is_under_way_is_answered_before_the_server_is_gone() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let project = server.rest.project().await;
    store.set(Fault::Held);
    let (rest, asked) = (server.rest.clone(), project.clone());
    let request = tokio::spawn(async move {
        let data = json!({ "node_id": asked.root, "property_id": "vin", "new_value": 7 });
        let body = json!({ "session_id": asked.session_id, "command_type": "UpdateProperty", "data": data });
        rest.post("/commands/execute", body).await
    });
    until("the command is being appended", async || store.appends() > 0).await;
    let stopped = tokio::spawn(server.stop());
    store.set(Fault::None);
    let (status, answer) = request.await.unwrap();
    assert_eq!((status.as_u16(), &answer["success"]), (200, &json!(true)), "{answer}");
    assert_eq!(answer["graph"]["roots"][0]["properties"]["vin"], 7);
    stopped.await.unwrap();
}
