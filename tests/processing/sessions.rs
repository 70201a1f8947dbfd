//! The sessions of a project's chat, what was said in them, and how it is with it.
//!
//! Proves HEAR-6 (docs/behaviour.md).

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ELSEWHERE, Office, sure};

#[tokio::test]
async fn a_session_is_begun_talked_in_listed_and_deleted() {
    let office = Office::start().await;
    let body =
        json!({ "title": "Body work", "description": "Doors and paint", "settings": { "color": "red" } });
    let (status, made) = office.post("/api/chat/sessions/elsewhere", body).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let id = made["session_id"].as_str().unwrap();
    assert_eq!((&made["title"], &made["project_id"]), (&json!("Body work"), &json!(ELSEWHERE)));
    office.stub.say([&*sure(0.9)]);
    let asked = json!({ "project_id": ELSEWHERE, "user_message": "Which parts are late?", "session_id": id });
    assert_eq!(office.process(asked).await["conversation_id"], id, "the session is the conversation");
    let list = office.get("/api/chat/sessions/elsewhere").await;
    assert_eq!((&list["total_count"], &list["sessions"][0]["message_count"]), (&json!(1), &json!(2)));
    assert_eq!(list["sessions"][0]["description"], "Doors and paint");
    assert_eq!(office.get("/api/chat/sessions/another").await["sessions"], json!([]));
    let history = office.get(&format!("/api/chat/history/elsewhere?session_id={id}&limit=1")).await;
    assert_eq!((&history["messages"][0]["role"], &history["has_more"]), (&json!("ai_pm"), &json!(true)));
    let context = office.get(&format!("/api/chat/context/elsewhere?session_id={id}")).await;
    assert_eq!(context["key_terms"], json!(["parts", "late"]));

    let delete = async |project: &str| {
        let path = format!("/api/chat/sessions/{project}/{id}");
        office.server.rest.send(office.server.rest.at(Method::DELETE, &path)).await
    };
    let (status, answer) = delete("another").await;
    assert_eq!((status, &answer["code"]), (StatusCode::NOT_FOUND, &json!("CONVERSATION_NOT_FOUND")));
    assert_eq!(delete(ELSEWHERE).await.0, StatusCode::OK);
    assert_eq!(delete(ELSEWHERE).await.0, StatusCode::NOT_FOUND);
    assert_eq!(office.get("/api/chat/sessions/elsewhere").await["sessions"], json!([]));
    office.stop().await;
}

#[tokio::test]
async fn the_figures_are_those_of_what_was_done() {
    let office = Office::start().await;
    let none = office.get("/api/chat/stats/elsewhere").await;
    assert_eq!(
        (&none["total_sessions"], &none["processing"]["average_confidence"]),
        (&json!(0), &Value::Null)
    );
    let _ann = office.listener(ELSEWHERE).await;
    for (session, confidence) in [("a", 0.9), ("a", 1.0), ("b", 0.95)] {
        office.stub.say([&*sure(confidence)]);
        let asked = json!({ "project_id": ELSEWHERE, "user_message": "Which?", "session_id": session });
        office.process(asked).await;
    }
    let stats = office.get("/api/chat/stats/elsewhere").await;
    assert_eq!((&stats["total_sessions"], &stats["total_messages"]), (&json!(2), &json!(6)));
    assert_eq!((&stats["listeners"], &stats["processing"]["answered"]), (&json!(1), &json!(3)));
    let confidence = stats["processing"]["average_confidence"].as_f64().unwrap();
    assert!((confidence - 0.95).abs() < 1e-9, "{stats}");
    let status = office.get("/api/chat/status/elsewhere").await;
    assert_eq!((&status["status"], &status["assistant_available"]), (&json!("idle"), &json!(true)));
    office.stop().await;
}

#[tokio::test]
async fn a_session_without_a_title_or_with_too_much_is_refused() {
    let office = Office::start().await;
    let (title, description) = ("x".repeat(101), "x".repeat(501));
    for wrong in [
        json!({}),
        json!({ "title": "" }),
        json!({ "title": title }),
        json!({ "title": "t", "description": description }),
        json!({ "title": "t", "settings": 5 }),
    ] {
        let (status, answer) = office.post("/api/chat/sessions/elsewhere", wrong).await;
        assert_eq!((status, &answer["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("INVALID_REQUEST")));
    }
    office.stop().await;
}
