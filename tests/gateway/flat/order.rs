//! What frames ask for is done, and answered, in the order in which they come.
//!
//! Proves FLAT-1 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{Page, conversation};
use crate::support::{Project, TestServer, until};

/// Frames in one go: less than a session's mailbox takes of one connection, more than a frame's turn takes.
const FRAMES: i64 = 400;

/// A server whose sessions are not loaded, with a project.
async fn asleep() -> (TestServer, Project) {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    until("the session is unloaded", async || {
        let body = json!({ "max_inactive_hours": 0 });
        server.rest.post("/sessions/cleanup", body).await.1["active_sessions"] == 0
    })
    .await;
    (server, project)
}

fn set(project: &Project, n: i64) -> Value {
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": n });
    json!({ "type": "execute_command", "sessionId": project.session_id, "commandType": "UpdateProperty",
        "data": data, "id": n })
}

/// What a frame is an answer to: the number of the frame that asked.
fn answers(frame: &Value) -> Option<i64> {
    match frame["type"].as_str()? {
        "answer" => frame["id"].as_i64(),
        "error" => frame["message"].as_str()?.strip_prefix("Unknown message type: ")?.parse().ok(),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_a_session_come_in_the_order_of_their_frames_and_those_about_conversations_in_theirs() {
    let (server, project) = asleep().await;
    let talk = conversation(&server.rest, None).await;
    let mut page = Page::named(&server, "ann").await;
    let (mut of_session, mut of_talk) = (Vec::new(), Vec::new());
    // Sent in one go, while the session is loaded for the first of them.
    for n in 0..FRAMES {
        let frame = match n % 8 {
            0 if n == 0 => json!({ "type": "join_session", "sessionId": project.session_id, "id": n }),
            1 | 4 => json!({ "type": n.to_string() }),
            2 => json!({ "type": "get_graph", "sessionId": project.session_id, "id": n }),
            3 => json!({ "type": "undo", "sessionId": "x", "id": n }),
            5 => json!({ "type": "chat:send", "conversationId": talk, "text": n.to_string(), "id": n }),
            6 => json!({ "type": "typing", "sessionId": project.session_id, "id": n }),
            _ => set(&project, n),
        };
        if n % 8 == 5 {
            of_talk.push(n);
        } else {
            of_session.push(n);
        }
        page.socket.send(&frame).await;
    }
    let (mut heard_of_session, mut heard_of_talk, mut seq) = (Vec::new(), Vec::new(), 0);
    while heard_of_session.len() + heard_of_talk.len() < FRAMES as usize {
        let frame = page.next().await;
        let Some(n) = answers(&frame) else {
            assert_ne!(frame["type"], "error", "that of no frame: {frame}");
            continue;
        };
        if n % 8 == 5 {
            assert_eq!(frame["answer"]["message"]["seq"], heard_of_talk.len() + 1, "{frame}");
            heard_of_talk.push(n);
        } else {
            heard_of_session.push(n);
        }
        if n % 8 == 7 {
            assert!(frame["answer"]["seq"].as_u64() > Some(seq), "done in their order: {frame}");
            seq = frame["answer"]["seq"].as_u64().unwrap();
        }
    }
    assert_eq!(heard_of_session, of_session);
    assert_eq!(heard_of_talk, of_talk);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_goes_to_the_projects_that_the_frames_before_it_joined() {
    let (server, project) = asleep().await;
    let (mut ann, mut bob) = (Page::named(&server, "ann").await, Page::named(&server, "bob").await);
    bob.ask("join_project", json!({ "projectId": "p1" }), "user_joined_project").await;
    // The session has to be loaded first: nothing behind it goes before.
    ann.send("get_graph", json!({ "sessionId": project.session_id, "id": 1 })).await;
    ann.send("join_project", json!({ "projectId": "p1", "id": 2 })).await;
    ann.send("broadcast", json!({ "eventType": "deployed", "data": { "n": 1 } })).await;
    ann.send("leave_project", json!({ "projectId": "p1", "id": 3 })).await;
    assert_eq!(ann.frame("broadcast_sent").await["receivers"], 1);
    assert_eq!(bob.frame("deployed").await["n"], 1);
    ann.send("broadcast", json!({ "eventType": "deployed", "data": { "n": 2 } })).await;
    assert_eq!(ann.frame("broadcast_sent").await["receivers"], 0, "it has left");
    server.stop().await;
}
