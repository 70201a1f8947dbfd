//! Who a page is, where everybody has to say so, and where nobody has.
//!
//! Proves FLAT-2 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{PATH, Page};
use crate::identity::Guarded;
use crate::support::TestServer;
use crate::support::plain_socket::PlainSocket;

#[tokio::test]
async fn a_page_that_shows_a_bad_token_is_closed_with_a_code_that_it_can_read() {
    let guarded = Guarded::start().await;
    let mut socket =
        PlainSocket::connect(guarded.server.address, &format!("{PATH}?token=nonsense"), &[]).await;
    let closed = socket.next_or_closed().await.expect_err("no frame");
    assert_eq!(closed.code, 4401, "{closed:?}");
    assert!(!closed.reason.is_empty(), "{closed:?}");
    guarded.stop().await;
}

#[tokio::test]
async fn a_page_that_is_nobody_may_say_who_it_is_and_nothing_else() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor")]).await;
    let mut page = Page::open(&guarded.server).await;
    assert_eq!(page.welcome["user_id"], Value::Null);
    for (kind, fields) in [
        ("join_session", json!({ "sessionId": project.session_id })),
        ("typing", json!({ "sessionId": project.session_id, "isTyping": true })),
        ("join_project", json!({ "projectId": project.project_id })),
        ("subscribe", json!({ "projectId": project.project_id })),
        ("subscribe", json!({ "event": "message_received", "subscriptionId": "s1" })),
        ("subscribe_project", json!({ "projectId": project.project_id, "events": ["x"] })),
        ("broadcast", json!({ "event_type": "x", "data": { "a": 1 } })),
        ("status", json!({})),
        ("request-system-status", json!({})),
        ("chat:send", json!({ "conversationId": project.session_id, "text": "Hello" })),
    ] {
        page.send(kind, fields).await;
        let error = page.next().await;
        assert_eq!(
            (&error["type"], &error["code"]),
            (&json!("error"), &json!("UNAUTHENTICATED")),
            "{kind}: {error}"
        );
    }
    page.ask("ping", json!({}), "pong").await;

    let failed = page
        .ask("authenticate", json!({ "token": "nonsense", "timestamp": 1 }), "authentication_failed")
        .await;
    assert_eq!(
        (&failed["error"], &failed["code"]),
        (&json!("Invalid credentials"), &json!("UNAUTHENTICATED"))
    );
    assert!(!failed.to_string().contains("nonsense"), "{failed}");
    let failed = page.ask("authenticate", json!({}), "authentication_failed").await;
    assert_eq!(failed["error"], "Invalid credentials");

    let token = guarded.token("ann");
    let signed_in =
        page.ask("authenticate", json!({ "token": token, "timestamp": 1 }), "authentication_success").await;
    assert_eq!(
        (&signed_in["user_id"], &signed_in["userId"], &signed_in["user"]["id"]),
        (&json!("ann"), &json!("ann"), &json!("ann"))
    );
    assert_eq!(signed_in["token"], token.as_str(), "pages keep what they are told");
    assert_eq!(signed_in["expiresAt"], signed_in["expires_at"]);
    assert!(signed_in["expiresAt"].is_string(), "{signed_in}");
    page.ask("join_session", json!({ "sessionId": project.session_id }), "session_joined").await;
    assert!(
        page.until_here().await.iter().all(|frame| frame["type"] != "authentication_success"),
        "it is told once"
    );
    guarded.stop().await;
}

#[tokio::test]
async fn a_page_may_do_what_its_role_says_and_cannot_tell_what_is_hidden_from_what_is_not_there() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor"), ("eve", "viewer")]).await;
    let hidden = guarded.project(&[]).await;
    let owner = guarded.rest("owner");
    let conversation = super::conversation(&owner, Some(&hidden)).await;
    let query = format!("?token={}", guarded.token("eve"));
    let mut eve = Page::open_by(&guarded.server, &query).await;
    assert_eq!(eve.welcome["user_id"], "eve");
    let nobody = "00000000-0000-4000-8000-000000000000";
    for kind in ["join_session", "leave_session", "typing"] {
        let mut told = Vec::new();
        for id in [&*conversation, &*hidden.session_id, nobody] {
            eve.send(kind, json!({ "sessionId": id, "isTyping": true })).await;
            let mut frame = eve.next().await;
            for field in ["timestamp", "session_id", "sessionId"] {
                frame.as_object_mut().unwrap().remove(field);
            }
            told.push(frame);
        }
        assert!(told.iter().all(|frame| *frame == told[0]), "{kind}: {told:?}");
    }
    eve.ask("join_session", json!({ "sessionId": project.session_id }), "session_joined").await;
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 1 });
    let command = json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
    assert_eq!(eve.ask("execute_command", command, "error").await["code"], "FORBIDDEN");
    guarded.stop().await;
}

#[tokio::test]
async fn where_nothing_is_verified_a_page_stays_who_it_is_or_becomes_who_it_says() {
    let server = TestServer::start().await;
    let mut page = Page::named(&server, "ann").await;
    let signed_in = page
        .ask("authenticate", json!({ "token": "whatever", "timestamp": 1 }), "authentication_success")
        .await;
    assert_eq!(
        (&signed_in["userId"], &signed_in["token"]),
        (&json!("ann"), &json!("whatever")),
        "{signed_in}"
    );
    let becomes = json!({ "token": "whatever", "userId": "bob" });
    assert_eq!(page.ask("authenticate", becomes, "authentication_success").await["user"]["id"], "bob");
    let failed = page.ask("authenticate", json!({ "token": "" }), "authentication_failed").await;
    assert_eq!(failed["error"], "Invalid credentials");
    server.stop().await;
}
