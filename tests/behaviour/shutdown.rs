//! Going down in order.

use serde_json::json;

use crate::support::{Client, TestServer};

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
    // The first answer shows that the commands have arrived; the others are still on their way.
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
