//! Who may talk with a project's assistant where everybody has to say who it is.

use graphroom::conversation::assistant::Settings;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{about, sure};
use crate::identity::Guarded;
use crate::support::Rest;
use crate::support::ollama::OllamaStub;

async fn ask(rest: &Rest, project: &str) -> (StatusCode, serde_json::Value) {
    rest.send(rest.at(Method::POST, "/api/chat/process").json(&about(project, "Which parts are late?"))).await
}

#[tokio::test]
async fn commenters_ask_viewers_read_and_strangers_find_nothing() {
    let stub = OllamaStub::start().await;
    let settings = Settings::new(stub.url(), "small");
    let guarded = Guarded::start_with(|parts| parts.assistant = Some(settings)).await;
    let project = guarded.project(&[("com", "commenter"), ("vic", "viewer")]).await;
    let id = &*project.project_id;
    stub.say([&*sure(0.9)]);
    let (status, answer) = ask(&guarded.rest("com"), id).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (status, answer) = ask(&guarded.rest("vic"), id).await;
    assert_eq!((status, &answer["code"]), (StatusCode::FORBIDDEN, &json!("FORBIDDEN")));
    let history =
        |rest: Rest| async move { rest.send(rest.at(Method::GET, &format!("/api/chat/history/{id}"))).await };
    let (status, read) = history(guarded.rest("vic")).await;
    assert_eq!((status, &read["total_count"]), (StatusCode::OK, &json!(2)));
    let (status, answer) = history(guarded.rest("eve")).await;
    assert_eq!((status, &answer["code"]), (StatusCode::NOT_FOUND, &json!("PROJECT_NOT_FOUND")));
    for word in [id, "elsewhere"] {
        let (status, answer) = ask(&guarded.rest("eve"), word).await;
        assert_eq!((status, &answer["code"]), (StatusCode::NOT_FOUND, &json!("PROJECT_NOT_FOUND")), "{word}");
    }
    let session = read["session_id"].as_str().unwrap();
    let delete = |rest: Rest| async move {
        rest.send(rest.at(Method::DELETE, &format!("/api/chat/sessions/{id}/{session}"))).await.0
    };
    assert_eq!(delete(guarded.rest("vic")).await, StatusCode::FORBIDDEN);
    let status = delete(guarded.rest("com")).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "of a project it is its owners'");
    let owner = guarded.rest("owner");
    assert_eq!(delete(owner).await, StatusCode::OK);
    guarded.stop().await;
}
