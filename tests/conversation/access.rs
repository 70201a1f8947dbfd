//! Who may do what in a conversation, on a server where everybody has to say who it is.
//!
//! Proves CHAT-9 (docs/behaviour.md).

use std::sync::Arc;

use graphroom::conversation::Beginning;
use graphroom::store::Store;
use serde_json::{Value, json};

use super::{about, begin, join, names_told, say};
use crate::identity::Guarded;
use crate::support::{Client, Project, Rest};

struct Office {
    guarded: Guarded,
    store: Arc<dyn Store>,
}

impl Office {
    async fn start() -> Self {
        let mut store = None;
        let guarded = Guarded::start_with(|parts| store = Some(Arc::clone(&parts.store))).await;
        Self { guarded, store: store.unwrap() }
    }

    async fn of_project(&self, project: &Project) -> String {
        let of = Beginning { project_id: Some(project.project_id.clone()), ..Beginning::default() };
        begin(&self.store, "owner", of).await
    }

    async fn between(&self, author: &str, others: &[&str]) -> String {
        let participants = others.iter().map(|other| ((*other).to_owned(), None)).collect();
        begin(&self.store, author, Beginning { participants, ..Beginning::default() }).await
    }
}

async fn code(client: &mut Client, event: &str, payload: Value) -> Value {
    client.call(event, payload).await["error"]["code"].clone()
}

async fn set_role(rest: &Rest, project: &Project, user_id: &str, role: &str) {
    let path = format!("/projects/{}/members", project.project_id);
    let body = json!({ "user_id": user_id, "role": role });
    let (status, answer) = rest.send(rest.request(reqwest::Method::PUT, &path).json(&body)).await;
    assert_eq!(status, 200, "{answer}");
}

async fn remove_role(rest: &Rest, project: &Project, user_id: &str) {
    let path = format!("/projects/{}/members?user_id={user_id}", project.project_id);
    let (status, answer) = rest.send(rest.request(reqwest::Method::DELETE, &path)).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn a_viewer_reads_and_a_commenter_writes_too() {
    let office = Office::start().await;
    let project = office.guarded.project(&[("vic", "viewer"), ("com", "commenter")]).await;
    let conversation = office.of_project(&project).await;
    let mut vic = office.guarded.socket("vic").await;
    let mut com = office.guarded.socket("com").await;
    join(&mut vic, &conversation).await;
    join(&mut com, &conversation).await;
    let sent = say(&mut com, &conversation, "I may").await;
    assert_eq!(vic.event_named("new_message").await["message"], sent["message"]);
    let read = vic.call("chat:read", about(&conversation, json!({ "seq": 1 }))).await;
    assert_eq!(read["seq"], 1, "{read}");
    let id = &sent["message"]["message_id"];
    for (event, more) in [
        ("chat:send", json!({ "text": "I may not" })),
        ("chat:edit", json!({ "text": "I may not", "message_id": id })),
        ("chat:delete", json!({ "message_id": id })),
        ("chat:cancel", json!({ "stream_id": "any" })),
        ("typing", json!({ "is_typing": true })),
    ] {
        assert_eq!(code(&mut vic, event, about(&conversation, more)).await, "FORBIDDEN", "{event}");
    }
    assert_eq!(names_told(&mut com).await, ["message_read"]);
    let mut owner = office.guarded.socket("owner").await;
    let deleted = owner.call("chat:delete", about(&conversation, json!({ "message_id": id }))).await;
    assert_eq!(deleted["success"], true, "an owner deletes what others wrote: {deleted}");
    office.guarded.stop().await;
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_conversation_from_one_that_is_not_there() {
    let office = Office::start().await;
    let project = office.guarded.project(&[]).await;
    let of_project = office.of_project(&project).await;
    let between = office.between("ann", &["bob"]).await;
    let mut stranger = office.guarded.socket("eve").await;
    let nowhere = "0190a000-0000-7000-8000-000000000000".to_owned();
    let more = json!({ "text": "x", "message_id": "m", "seq": 1, "stream_id": "s", "is_typing": true });
    for event in ["chat:join", "chat:send", "chat:edit", "chat:delete", "chat:read", "chat:cancel", "typing"]
    {
        let expected = stranger.call(event, about(&nowhere, more.clone())).await;
        assert_eq!(expected["error"]["code"], "CONVERSATION_NOT_FOUND", "{event}");
        for hidden in [&of_project, &between, &"no uuid".to_owned()] {
            assert_eq!(stranger.call(event, about(hidden, more.clone())).await, expected, "{event}");
        }
    }
    let left = stranger.call("chat:leave", about(&between, json!({}))).await;
    assert_eq!(left, stranger.call("chat:leave", about(&nowhere, json!({}))).await);
    office.guarded.stop().await;
}

#[tokio::test]
async fn who_takes_part_in_a_conversation_of_no_project_is_in_it() {
    let office = Office::start().await;
    let conversation = office.between("ann", &["bob"]).await;
    let mut ann = office.guarded.socket("ann").await;
    let mut bob = office.guarded.socket("bob").await;
    join(&mut ann, &conversation).await;
    join(&mut bob, &conversation).await;
    let id = say(&mut bob, &conversation, "Hello").await["message"]["message_id"].clone();
    ann.event_named("new_message").await;
    let of_ann = say(&mut ann, &conversation, "Hello yourself").await["message"]["message_id"].clone();
    let delete = |id: &Value| about(&conversation, json!({ "message_id": id }));
    assert_eq!(code(&mut bob, "chat:delete", delete(&of_ann)).await, "FORBIDDEN");
    assert_eq!(ann.call("chat:delete", delete(&id)).await["success"], true, "it is ann's conversation");
    office.guarded.stop().await;
}

#[tokio::test]
async fn whose_role_is_taken_is_told_and_hears_nothing_more() {
    let office = Office::start().await;
    let project = office.guarded.project(&[("vic", "viewer")]).await;
    let conversation = office.of_project(&project).await;
    let alone = office.between("vic", &[]).await;
    let owner_rest = office.guarded.rest("owner");
    let mut owner = office.guarded.socket("owner").await;
    let mut vic = office.guarded.socket("vic").await;
    join(&mut vic, &conversation).await;
    join(&mut vic, &alone).await;
    say(&mut owner, &conversation, "Heard").await;
    vic.event_named("new_message").await;
    remove_role(&owner_rest, &project, "vic").await;
    let told = vic.event_named("error").await;
    assert_eq!(
        (&told["code"], &told["details"]["conversation_id"]),
        (&json!("FORBIDDEN"), &json!(conversation))
    );
    say(&mut owner, &conversation, "Not heard").await;
    assert_eq!(names_told(&mut vic).await, Vec::<String>::new());
    say(&mut vic, &alone, "It is still in others").await;
    let refused = code(&mut vic, "chat:join", about(&conversation, json!({}))).await;
    assert_eq!(refused, "CONVERSATION_NOT_FOUND");
    set_role(&owner_rest, &project, "vic", "viewer").await;
    join(&mut vic, &conversation).await;
    say(&mut owner, &conversation, "Heard again").await;
    vic.event_named("new_message").await;
    office.guarded.stop().await;
}

#[tokio::test]
async fn who_is_in_a_conversation_does_not_become_somebody_else() {
    let office = Office::start().await;
    let conversation = office.between("ann", &[]).await;
    let mut ann = office.guarded.socket("ann").await;
    join(&mut ann, &conversation).await;
    let eve = json!({ "token": office.guarded.token("eve") });
    assert_eq!(code(&mut ann, "authenticate", eve.clone()).await, "INVALID_STATE");
    ann.call("chat:leave", about(&conversation, json!({}))).await;
    assert_eq!(ann.call("authenticate", eve).await["success"], true);
    assert_eq!(code(&mut ann, "chat:join", about(&conversation, json!({}))).await, "CONVERSATION_NOT_FOUND");
    office.guarded.stop().await;
}

#[tokio::test]
async fn who_is_nobody_is_told_nothing_of_conversations() {
    let office = Office::start().await;
    let conversation = office.between("ann", &[]).await;
    let mut nobody = Client::connect(office.guarded.server.address).await;
    for id in [conversation.as_str(), "0190a000-0000-7000-8000-000000000000"] {
        assert_eq!(code(&mut nobody, "chat:join", about(id, json!({}))).await, "UNAUTHENTICATED");
    }
    office.guarded.stop().await;
}
