//! Sessions and conversations, which to a page are sessions, too: what is heard of them, beside who hears it by Socket.IO.
//!
//! Proves FLAT-1 and FLAT-2 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{Page, conversation, stock, types};
use crate::support::TestServer;

#[tokio::test]
async fn a_page_hears_a_graph_as_socketio_does_in_flat_frames() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (mut page, mut bob) = (Page::named(&server, "ann").await, stock(&server, "bob").await);
    let joined = page.ask("join_session", json!({ "sessionId": project.session_id }), "session_joined").await;
    assert_eq!(
        (&joined["sessionId"], &joined["session_id"]),
        (&json!(project.session_id), &json!(project.session_id))
    );
    assert_eq!((&joined["event"], &joined["active_clients"]), (&json!("joined"), &json!(1)), "{joined}");
    bob.join(&project.session_id).await;
    assert_eq!(page.frame("session:connected").await["client_id"], bob.id.as_str());
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": [1, { "type": "x" }] });
    server.rest.execute(&project, "UpdateProperty", data).await;
    let (flat, stock) = (page.frame("property-changed").await, bob.event_named("property-changed").await);
    let Value::Object(mut fields) = flat else { panic!("{flat}") };
    for (name, value) in
        [("type", "property-changed"), ("sessionId", &project.session_id), ("projectId", &project.project_id)]
    {
        assert_eq!(fields.remove(name), Some(json!(value)), "{name}");
    }
    assert_eq!(Value::Object(fields), stock, "everything else is as Socket.IO tells it, its time too");
    let left = page.ask("leave_session", json!({ "sessionId": project.session_id }), "session_left").await;
    assert_eq!(left["sessionId"], project.session_id);
    assert_eq!(bob.event_named("session:disconnected").await["client_id"], page.welcome["client_id"]);
    server
        .rest
        .execute(
            &project,
            "UpdateProperty",
            json!({ "node_id": project.root, "property_id": "vin", "new_value": 1 }),
        )
        .await;
    assert!(page.until_here().await.is_empty(), "who left hears nothing");
    server.stop().await;
}

#[tokio::test]
async fn who_is_in_a_session_sees_who_types_there_whatever_it_comes_by() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (mut page, mut bob) = (Page::named(&server, "ann").await, stock(&server, "bob").await);
    page.ask("join_session", json!({ "sessionId": project.session_id }), "session_joined").await;
    let join = json!({ "session_id": project.session_id, "presence": true });
    assert_eq!(bob.call("join_session", join).await["success"], true);
    for is_typing in [true, false] {
        page.send("typing", json!({ "sessionId": project.session_id, "isTyping": is_typing })).await;
        while !typing_of(&bob.event_named("presence:update").await, "ann", is_typing) {}
        let change = json!({ "session_id": project.session_id, "typing": is_typing });
        assert_eq!(bob.call("presence:set", change).await["success"], true);
        while !typing_of(&page.frame("presence:update").await, "bob", is_typing) {}
    }
    server.stop().await;
}

fn typing_of(update: &Value, user_id: &str, is_typing: bool) -> bool {
    let participants = update["participants"].as_array().unwrap();
    participants.iter().any(|one| one["user_id"] == user_id && one["typing"] == is_typing)
}

#[tokio::test]
async fn a_conversation_is_a_session_to_a_page_and_is_told_by_the_names_that_it_knows() {
    let server = TestServer::start().await;
    let id = conversation(&server.rest.named("bob"), None).await;
    let (mut page, mut bob) = (Page::named(&server, "ann").await, stock(&server, "bob").await);
    assert_eq!(bob.call("chat:join", json!({ "conversation_id": id })).await["success"], true);
    let joined = page.ask("join_session", json!({ "sessionId": id }), "session_joined").await;
    assert_eq!((&joined["sessionId"], &joined["conversation_id"]), (&json!(id), &json!(id)), "{joined}");
    assert_eq!(joined["messages"], json!([]));

    page.send("typing", json!({ "sessionId": id, "isTyping": true })).await;
    assert_eq!(bob.event_named("typing_indicator").await["user_id"], "ann");
    page.send("typing", json!({ "sessionId": id, "isTyping": false })).await;
    assert_eq!(bob.event_named("typing_stop").await["user_id"], "ann");
    assert_eq!(
        bob.call("typing", json!({ "conversation_id": id, "is_typing": true })).await["success"],
        true
    );
    let typing = page.frame("typing_start").await;
    assert_eq!(
        (&typing["sessionId"], &typing["userId"], &typing["user"]["id"]),
        (&json!(id), &json!("bob"), &json!("bob"))
    );
    assert_eq!(
        bob.call("typing", json!({ "conversation_id": id, "is_typing": false })).await["success"],
        true
    );
    let stopped = page.frame("typing_stop").await;
    assert_eq!((&stopped["sessionId"], &stopped["userId"]), (&json!(id), &json!("bob")), "{stopped}");

    let sent = page
        .ask(
            "chat:send",
            json!({ "conversationId": id, "messageId": "m1", "text": "Hello", "id": 1 }),
            "answer",
        )
        .await;
    assert_eq!(sent["answer"]["message"]["text"], "Hello", "{sent}");
    assert_eq!(bob.event_named("new_message").await["message"]["message_id"], "m1");
    let message = json!({ "conversation_id": id, "message_id": "m2", "text": "Hi" });
    assert_eq!(bob.call("chat:send", message).await["success"], true);
    let heard = page.frame("message_received").await;
    let expected = [json!("new_message"), json!(id), json!("m2"), json!("bob"), json!("Hi")];
    let got = [
        &heard["event"],
        &heard["sessionId"],
        &heard["messageId"],
        &heard["userId"],
        &heard["message"]["text"],
    ];
    assert_eq!(got.map(Clone::clone), expected, "{heard}");
    let edit = json!({ "conversation_id": id, "message_id": "m2", "text": "Hi there" });
    assert_eq!(bob.call("chat:edit", edit).await["success"], true);
    let updated = page.frame("message_updated").await;
    assert_eq!(
        (&updated["messageId"], &updated["updates"]["text"]),
        (&json!("m2"), &json!("Hi there")),
        "{updated}"
    );
    let delete = json!({ "conversation_id": id, "message_id": "m2" });
    assert_eq!(bob.call("chat:delete", delete).await["success"], true);
    let deleted = page.frame("message_deleted").await;
    assert_eq!((&deleted["messageId"], &deleted["sessionId"]), (&json!("m2"), &json!(id)), "{deleted}");
    assert_eq!(
        page.ask("leave_session", json!({ "sessionId": id }), "session_left").await["sessionId"],
        id.as_str()
    );
    server.stop().await;
}

#[tokio::test]
async fn what_is_in_no_session_or_says_too_little_is_refused() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    let mut page = Page::named(&server, "ann").await;
    for (kind, fields, code) in [
        ("join_session", json!({}), "INVALID_REQUEST"),
        ("join_session", json!({ "sessionId": "" }), "INVALID_REQUEST"),
        ("join_session", json!({ "sessionId": 5 }), "INVALID_REQUEST"),
        ("join_session", json!({ "sessionId": "x" }), "INVALID_SESSION"),
        ("join_session", json!({ "sessionId": nobody }), "INVALID_SESSION"),
        ("typing", json!({ "sessionId": nobody, "isTyping": true }), "INVALID_SESSION"),
        ("typing", json!({ "sessionId": project.session_id, "isTyping": true }), "INVALID_STATE"),
        ("typing", json!({ "sessionId": project.session_id }), "INVALID_REQUEST"),
        ("typing", json!({ "isTyping": true }), "INVALID_REQUEST"),
        ("leave_session", json!({}), "INVALID_REQUEST"),
        ("chat:send", json!({ "conversationId": nobody, "text": "Hello" }), "CONVERSATION_NOT_FOUND"),
    ] {
        page.send(kind, fields.clone()).await;
        let error = page.next().await;
        assert_eq!(
            (&error["type"], &error["code"]),
            (&json!("error"), &json!(code)),
            "{kind} {fields}: {error}"
        );
    }
    assert!(page.until_here().await.is_empty(), "each is told once");
    // Whoever is in none has left it.
    page.ask("leave_session", json!({ "sessionId": nobody }), "session_left").await;
    server.stop().await;
}

#[tokio::test]
async fn batches_come_to_who_asks_for_them() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut page = Page::named(&server, "ann").await;
    let join = json!({ "sessionId": project.session_id, "delivery": "batch", "presence": false, "since": null, "id": 7 });
    let answer = page.ask("join_session", join, "answer").await;
    assert_eq!((&answer["answer"]["mode"], &answer["id"]), (&json!("snapshot"), &json!(7)), "{answer}");
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 1 });
    server.rest.execute(&project, "UpdateProperty", data).await;
    let frames = page.until_here().await;
    assert_eq!(types(&frames).iter().filter(|kind| **kind == "property-changed").count(), 0);
    let batch = match frames.iter().find(|frame| frame["type"] == "events") {
        Some(batch) => batch.clone(),
        None => page.frame("events").await,
    };
    assert_eq!(batch["events"][0]["event"], "property-changed", "{batch}");
    server.stop().await;
}
