//! Every route of the document, called by everybody: who may not is refused by the rule that the document names.

use graphroom::transport::rest;
use reqwest::{Method, StatusCode, redirect};
use serde_json::{Value, json};

use super::Guarded;
use crate::contract::openapi::operations;
use crate::contract::routes::{Call, alarm, assistant_settings, endless, example, filled, prepared};
use crate::support::Project;
use crate::support::ollama::OllamaStub;

/// The routes of a guarded server.
struct Walk {
    guarded: Guarded,
    _assistant: OllamaStub,
    client: reqwest::Client,
    operations: Vec<(String, String, Value)>,
}

/// Ids that name nothing.
fn nothing() -> Project {
    let none = "00000000-0000-4000-8000-000000000000".to_owned();
    Project { session_id: none.clone(), project_id: none.clone(), root: none }
}

impl Walk {
    async fn start() -> Self {
        let assistant = endless().await;
        let settings = assistant_settings(&assistant);
        let guarded = Guarded::start_with(|parts| {
            parts.assistant = Some(settings);
            alarm(parts);
        })
        .await;
        let client =
            reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        let document = serde_json::to_value(rest::openapi()).unwrap();
        Self { guarded, _assistant: assistant, client, operations: operations(&document) }
    }

    /// Calls a route about a project; without a token, or with one.
    async fn call(
        &self,
        (method, path, operation): &(String, String, Value),
        project: &Project,
        token: Option<&str>,
    ) -> (StatusCode, Value) {
        let id = operation["operationId"].as_str().unwrap();
        let (_, refresh_token) = self.guarded.pair("somebody", &[], std::time::Duration::from_secs(60));
        let Call { query, body, .. } = example(id, project, &refresh_token);
        let url = format!("http://{}{}{query}", self.guarded.server.address, filled(path, project, true));
        let mut request =
            self.client.request(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), url);
        if let Some(body) = &body {
            request = request.json(body);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    }

    async fn head(&self, project: &Project) -> u64 {
        let path = format!("/sessions/{}/graph", project.session_id);
        self.guarded.admin().get(&path).await.1["seq"].as_u64().unwrap()
    }
}

fn need(operation: &Value) -> &str {
    operation["x-needs"].as_str().expect("every route says what it needs")
}

/// The error of an answer in either form.
fn error(answer: &Value) -> &Value {
    if answer["detail"].is_null() { &answer["error"] } else { answer }
}

/// The routes under `/auth` look at the credentials themselves.
fn is_auth(path: &str) -> bool {
    path.starts_with("/auth/")
}

#[tokio::test]
async fn nobody_gets_past_a_route_that_needs_anything() {
    let walk = Walk::start().await;
    let project = walk.guarded.project(&[]).await;
    let bad = walk.guarded.token("owner") + "x";
    for route in walk.operations.iter().filter(|(_, path, _)| !is_auth(path)) {
        for token in [None, Some(&*bad)] {
            let (status, answer) = walk.call(route, &project, token).await;
            let refused = status == StatusCode::UNAUTHORIZED;
            assert_eq!(refused, need(&route.2) != "nothing", "{} {}: {status}", route.0, route.1);
            if refused {
                assert_eq!(error(&answer)["code"], "UNAUTHENTICATED", "{}: {answer}", route.1);
            }
        }
    }
    walk.guarded.stop().await;
}

#[tokio::test]
async fn to_a_stranger_a_project_is_as_one_that_is_not_there() {
    let walk = Walk::start().await;
    let project = walk.guarded.project(&[]).await;
    let (token, head) = (walk.guarded.token("stranger"), walk.head(&project).await);
    let mut hidden = 0;
    for route in walk.operations.iter().filter(|(_, path, _)| !is_auth(path)) {
        let found = walk.call(route, &project, Some(&token)).await;
        match need(&route.2) {
            // These are somebody's, each of its own kind.
            "nothing" | "signed-in"
                if !["{connection_id}", "{conversation_id}", "{broadcast_id}", "/broadcast/project/"]
                    .iter()
                    .any(|id| route.1.contains(id))
                    && (!route.1.starts_with("/api/chat/") || route.1.ends_with("/connect")) =>
            {
                assert!(found.0.is_success() || found.0.is_redirection(), "{route:?}");
            }
            "admin" => {
                let error = error(&found.1);
                assert_eq!((found.0, &error["code"]), (StatusCode::FORBIDDEN, &json!("FORBIDDEN")));
                // The older form of errors has no room for the rule.
                assert!(
                    error["details"]["rule"] == "admin" || error["detail"] == "This needs admin",
                    "{error}"
                );
            }
            _ => {
                let of_nothing = walk.call(route, &nothing(), Some(&token)).await;
                assert!(found.0.is_client_error(), "{}: {found:?}", route.1);
                assert_eq!(found, of_nothing, "{} {}", route.0, route.1);
                hidden += 1;
            }
        }
    }
    assert!(hidden > 25, "{hidden}");
    assert_eq!(walk.head(&project).await, head);
    walk.guarded.stop().await;
}

#[tokio::test]
async fn a_member_may_do_what_its_role_allows_and_nothing_else() {
    let walk = Walk::start().await;
    let order = ["viewer", "commenter", "editor", "owner"];
    for (place, role) in order.into_iter().enumerate() {
        let token = walk.guarded.token(role);
        for route in walk.operations.iter().filter(|(_, path, _)| !is_auth(path)) {
            let Some(needed) = need(&route.2).strip_prefix("project:") else { continue };
            let project = walk.guarded.project(&order.map(|role| (role, role))).await;
            let id = route.2["operationId"].as_str().unwrap();
            let path = prepared(&walk.guarded.admin(), id, &route.1, &project).await;
            let prepared = (route.0.clone(), path, route.2.clone());
            let head = walk.head(&project).await;
            let (status, answer) = walk.call(&prepared, &project, Some(&token)).await;
            let what = format!("{role}: {} {}: {status} {answer}", route.0, route.1);
            if order[..=place].contains(&needed) {
                assert!(status.is_success(), "{what}");
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{what}");
                let error = json!({ "code": "FORBIDDEN", "message": answer["error"]["message"],
                    "details": { "rule": need(&route.2), "role": role } });
                assert_eq!(answer["error"], error, "{what}");
                assert_eq!(walk.head(&project).await, head, "{what}");
            }
        }
    }
    walk.guarded.stop().await;
}

#[tokio::test]
async fn an_admin_may_do_everything() {
    let walk = Walk::start().await;
    let (token, _) = walk.guarded.pair("root", &["admin"], std::time::Duration::from_secs(600));
    for route in walk.operations.iter().filter(|(_, path, _)| !is_auth(path)) {
        let project = walk.guarded.project(&[("bob", "viewer")]).await;
        let id = route.2["operationId"].as_str().unwrap();
        let path = prepared(&walk.guarded.admin(), id, &route.1, &project).await;
        let prepared = (route.0.clone(), path, route.2.clone());
        let (status, answer) = walk.call(&prepared, &project, Some(&token)).await;
        assert!(status.is_success() || status.is_redirection(), "{} {}: {status} {answer}", route.0, route.1);
    }
    walk.guarded.stop().await;
}
