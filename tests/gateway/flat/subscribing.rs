//! Subscriptions: with any, a page gets what it subscribed to and what answers it, and nothing else.
//!
//! Proves FLAT-3 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{Page, conversation, types};
use crate::support::{Rest, TestServer};

/// A message of somebody's in a conversation.
async fn say(rest: &Rest, conversation: &str, text: &str) {
    let (status, sent) =
        rest.post(&format!("/conversations/{conversation}/messages"), json!({ "text": text })).await;
    assert_eq!(status.as_u16(), 201, "{sent}");
}

#[tokio::test]
async fn who_subscribed_gets_these_events_alone_and_by_the_name_that_it_subscribed_to() {
    let server = TestServer::start().await;
    let bob = server.rest.named("bob");
    let (one, other) = (conversation(&bob, None).await, conversation(&bob, None).await);
    let mut page = Page::named(&server, "ann").await;
    for id in [&one, &other] {
        page.ask("join_session", json!({ "sessionId": id }), "session_joined").await;
    }
    say(&bob, &one, "everything comes").await;
    assert_eq!(page.next().await["type"], "message_received");

    let subscribe =
        json!({ "event": "message_received", "filters": { "sessionId": one }, "subscriptionId": "s1" });
    let confirmed = page.ask("subscribe", subscribe, "subscription_confirmed").await;
    assert_eq!(
        (&confirmed["event"], &confirmed["subscriptionId"]),
        (&json!("message_received"), &json!("s1"))
    );
    let project = server.rest.project().await;
    page.ask("join_session", json!({ "sessionId": project.session_id }), "session_joined").await;
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 1 });
    server.rest.execute(&project, "UpdateProperty", data).await;
    say(&bob, &other, "filtered").await;
    say(&bob, &one, "wanted").await;
    let heard = page.next().await;
    assert_eq!(
        (&heard["type"], &heard["message"]["text"]),
        (&json!("message_received"), &json!("wanted")),
        "{heard}"
    );
    page.ask("ping", json!({}), "pong").await;
    assert_eq!(page.ask("undo", json!({ "session_id": "x" }), "error").await["code"], "INVALID_SESSION");

    page.ask(
        "subscribe",
        json!({ "event": "new_message", "subscriptionId": "s2" }),
        "subscription_confirmed",
    )
    .await;
    say(&bob, &other, "by the server's name").await;
    assert_eq!(page.next().await["type"], "new_message");
    say(&bob, &one, "by the page's").await;
    assert_eq!(page.next().await["type"], "message_received");
    for id in ["s1", "s2"] {
        let unsubscribe = json!({ "event": "message_received", "subscriptionId": id });
        assert_eq!(page.ask("unsubscribe", unsubscribe, "subscription_ended").await["subscriptionId"], id);
    }
    say(&bob, &other, "everything comes again").await;
    assert_eq!(page.next().await["type"], "message_received");
    server.stop().await;
}

#[tokio::test]
async fn a_graph_event_is_filtered_by_its_own_fields() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut page = Page::named(&server, "ann").await;
    page.ask("join_session", json!({ "sessionId": project.session_id }), "session_joined").await;
    let wanted = json!({ "event": "property-changed", "filters": { "property_id": "vin", "new_value": 2 } });
    page.ask("subscribe", wanted, "subscription_confirmed").await;
    for (property, value) in [("vin", json!(1)), ("notes", json!(2)), ("vin", json!("2")), ("vin", json!(2))]
    {
        let data = json!({ "node_id": project.root, "property_id": property, "new_value": value });
        server.rest.execute(&project, "UpdateProperty", data).await;
    }
    let heard = page.next().await;
    assert_eq!((&heard["property_id"], &heard["new_value"]), (&json!("vin"), &json!(2)), "{heard}");
    page.ask("unsubscribe", json!({ "event": "property-changed" }), "subscription_ended").await;
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": 3 });
    server.rest.execute(&project, "UpdateProperty", data).await;
    assert_eq!(page.frame("property-changed").await["new_value"], 3);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_subscription_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let bob = server.rest.named("bob");
    let id = conversation(&bob, None).await;
    let mut page = Page::named(&server, "ann").await;
    page.ask("join_session", json!({ "sessionId": id }), "session_joined").await;
    for fields in [
        json!({ "event": 5 }),
        json!({ "event": "" }),
        json!({ "event": null }),
        json!({ "event": "x", "filters": [] }),
        json!({ "event": "x".repeat(257) }),
        json!({ "event": "x", "subscriptionId": "y".repeat(257) }),
    ] {
        let error = page.ask("subscribe", fields.clone(), "error").await;
        assert_eq!(error["code"], "INVALID_REQUEST", "{fields}: {error}");
    }
    assert_eq!(page.ask("unsubscribe", json!({}), "error").await["code"], "INVALID_REQUEST");
    let ended = page.ask("unsubscribe", json!({ "subscriptionId": "none" }), "subscription_ended").await;
    assert_eq!(ended["event"], Value::Null);
    say(&bob, &id, "still heard").await;
    assert_eq!(types(&[page.next().await]), ["message_received"]);
    server.stop().await;
}

#[tokio::test]
async fn there_is_an_end_to_subscriptions() {
    let server = TestServer::start().await;
    let mut page = Page::named(&server, "ann").await;
    for n in 0..1_000 {
        page.send("subscribe", json!({ "event": "x", "subscriptionId": format!("s{n}") })).await;
    }
    let error = page.ask("subscribe", json!({ "event": "x", "subscriptionId": "one more" }), "error").await;
    assert_eq!(error["code"], "INVALID_REQUEST", "{error}");
    server.stop().await;
}
