//! Users in a project, by however many connections: they come once and go once.
//!
//! Proves CHAT-8 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{about, check, hear, named};
use crate::support::{Client, TestServer};

/// The news of users up to this event.
async fn news(client: &mut Client, last: &str) -> Vec<(String, Value)> {
    let mut news = Vec::new();
    loop {
        let event = client.event().await;
        if event.name.starts_with("user_") {
            check(&event.name, &event.payload);
            let status = event.payload["status"].clone();
            let user_id = event.payload["user_id"].as_str().unwrap();
            news.push((format!("{} {user_id}", event.name), status));
        }
        if event.name == last {
            return news;
        }
    }
}

fn is(name: &str, status: Value) -> (String, Value) {
    (name.to_owned(), status)
}

#[tokio::test]
async fn a_user_comes_with_its_first_connection_and_goes_with_its_last() {
    let server = TestServer::start().await;
    let (mut ann, mut tab, mut phone) =
        (named(&server, "ann").await, named(&server, "bob").await, named(&server, "bob").await);
    ann.call("join_project", about("elsewhere")).await;
    tab.call("join_project", about("elsewhere")).await;
    let came = [is("user_joined bob", Value::Null), is("user_status_changed bob", json!("online"))];
    assert_eq!(news(&mut ann, "user_status_changed").await, came);
    phone.call("join_project", about("elsewhere")).await;
    phone.call("leave_project", about("elsewhere")).await;
    assert_eq!(news(&mut ann, "project_left").await, [], "bob was there before, and is there still");
    let told = tab.read_already().into_iter().filter(|event| event.name.starts_with("user_")).count();
    assert_eq!(told, 0, "nobody is told of itself");
    tab.call("leave_project", about("elsewhere")).await;
    assert_eq!(news(&mut ann, "user_left").await, [is("user_left bob", Value::Null)]);
    tab.call("join_project", about("elsewhere")).await;
    assert_eq!(news(&mut ann, "user_joined").await, [is("user_joined bob", Value::Null)], "bob was online");
    drop(phone);
    drop(tab);
    let gone = [is("user_left bob", Value::Null), is("user_status_changed bob", json!("offline"))];
    assert_eq!(news(&mut ann, "user_status_changed").await, gone);
    server.stop().await;
}

#[tokio::test]
async fn a_user_is_online_once_in_each_project_and_offline_wherever_that_was_told() {
    let server = TestServer::start().await;
    let (mut ann, mut eve) = (named(&server, "ann").await, named(&server, "eve").await);
    let (mut tab, mut phone) = (named(&server, "bob").await, named(&server, "bob").await);
    ann.call("join_project", about("one")).await;
    eve.call("join_project", about("two")).await;
    let status = |status| [is("user_joined bob", Value::Null), is("user_status_changed bob", json!(status))];
    tab.call("join_project", about("one")).await;
    assert_eq!(news(&mut ann, "user_status_changed").await, status("online"));
    phone.call("join_project", about("two")).await;
    assert_eq!(news(&mut eve, "user_status_changed").await, status("online"), "there it was not told");
    drop(tab);
    assert_eq!(news(&mut ann, "user_left").await, [is("user_left bob", Value::Null)]);
    phone.call("leave_project", about("two")).await;
    phone.call("join_project", about("two")).await;
    let again = [is("user_left bob", Value::Null), is("user_joined bob", Value::Null)];
    assert_eq!(news(&mut eve, "user_joined").await, again, "it is online, and was told to be");
    drop(phone);
    let offline = is("user_status_changed bob", json!("offline"));
    assert_eq!(news(&mut ann, "user_status_changed").await, std::slice::from_ref(&offline));
    assert_eq!(
        news(&mut eve, "user_status_changed").await,
        [is("user_left bob", Value::Null), offline],
        "it went from here"
    );
    server.stop().await;
}

#[tokio::test]
async fn whoever_hears_a_project_is_told_who_writes_in_its_conversations() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    ann.call("join_project", about(&project.project_id)).await;
    let (_, made) = server.rest.post("/conversations", json!({ "project_id": project.project_id })).await;
    let id = &made["conversation_id"];
    bob.call("chat:join", json!({ "conversation_id": id })).await;
    for is_typing in [true, false] {
        bob.call("typing", json!({ "conversation_id": id, "is_typing": is_typing })).await;
        let told = hear(&mut ann, "user_typing").await;
        assert_eq!((&told["user_id"], &told["is_typing"]), (&json!("bob"), &json!(is_typing)));
        assert_eq!((&told["conversation_id"], &told["project_id"]), (id, &json!(project.project_id)));
    }
    // It is over, too, by what was written, after six seconds of silence, and by going.
    let ends = async |bob: &mut Client, ann: &mut Client, way: &str| {
        bob.call("typing", json!({ "conversation_id": id, "is_typing": true })).await;
        assert_eq!(hear(ann, "user_typing").await["is_typing"], true, "{way}");
        match way {
            "sending" => drop(bob.call("chat:send", json!({ "conversation_id": id, "text": "so" })).await),
            "leaving" => drop(bob.call("chat:leave", json!({ "conversation_id": id })).await),
            _ => {}
        }
        let told = hear(ann, "user_typing").await;
        assert_eq!((&told["user_id"], &told["is_typing"]), (&json!("bob"), &json!(false)), "{way}");
    };
    for way in ["sending", "silence", "leaving", "silence outside"] {
        ends(&mut bob, &mut ann, way).await;
    }
    ann.call("heartbeat", Value::Null).await;
    let names: Vec<_> = ann.read_already().into_iter().map(|event| event.name).collect();
    assert!(!names.contains(&"typing_indicator".to_owned()), "that is for who is in the conversation");
    server.stop().await;
}
