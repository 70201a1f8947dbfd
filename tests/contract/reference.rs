//! The documents and the page, as they are served.

use reqwest::{Method, StatusCode, header};
use serde_json::Value;

use crate::support::{Rest, TestServer};

/// What a `GET` of a path outside the API brings.
async fn get(rest: &Rest, path: &str) -> reqwest::Response {
    rest.at(Method::GET, path).send().await.unwrap()
}

#[tokio::test]
async fn the_documents_are_served_as_they_are_committed() {
    let server = TestServer::start().await;
    for (path, committed) in [
        ("/openapi.json", include_str!("../../protocol/generated/openapi.json")),
        ("/asyncapi.json", include_str!("../../protocol/generated/asyncapi.json")),
    ] {
        let response = get(&server.rest, path).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        let served: Value = response.json().await.unwrap();
        assert_eq!(served, serde_json::from_str::<Value>(committed).unwrap(), "{path}");
    }
    server.stop().await;
}

/// What stands between `before` and the next quote.
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(['"', '\'']).next()).collect()
}

#[tokio::test]
async fn the_page_needs_nothing_but_this_server() {
    let server = TestServer::start().await;
    let response = get(&server.rest, "/docs").await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    for source in policy.split(';').flat_map(|rule| rule.split_whitespace().skip(1)) {
        assert!(["'none'", "'self'", "'unsafe-inline'", "data:"].contains(&source), "{policy}");
    }
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    let page = response.text().await.unwrap();
    let mut links = [quoted(&page, "src=\""), quoted(&page, "href=\"")].concat();
    assert!(links.len() >= 4 && !page.contains("://"), "{page}");
    let start = get(&server.rest, "/docs/start.js").await.text().await.unwrap();
    assert!(start.contains("validatorUrl: null") && !start.contains("://"), "{start}");
    links.extend(quoted(&start, "url: '"));
    for link in links {
        let response = get(&server.rest, link).await;
        assert_eq!(response.status(), StatusCode::OK, "{link}");
        assert!(response.bytes().await.unwrap().len() > 100, "{link}");
    }
    let styles = get(&server.rest, "/docs/swagger-ui.css").await.text().await.unwrap();
    for target in styles.split("url(").skip(1) {
        assert!(target.trim_start_matches('"').starts_with("data:"), "{}", &target[..40]);
    }
    server.stop().await;
}

#[tokio::test]
async fn who_looks_for_the_page_elsewhere_finds_it() {
    let server = TestServer::start().await;
    for path in ["/redoc", "/docs/"] {
        let response = get(&server.rest, path).await;
        assert_eq!(response.url().path(), "/docs");
        assert!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    }
    server.stop().await;
}

#[tokio::test]
async fn the_page_is_guarded_like_everything_else() {
    let server = TestServer::start().await;
    for path in ["/openapi.json", "/asyncapi.json", "/docs", "/docs/", "/docs/start.js", "/redoc"] {
        let foreign = server.rest.at(Method::GET, path).header(header::HOST, "example.com");
        let (status, answer) = server.rest.send(foreign).await;
        assert_eq!((status.as_u16(), &answer["error"]["code"]), (421, &"FOREIGN_HOST".into()), "{path}");
        let (status, answer) = server.rest.send(server.rest.at(Method::POST, path)).await;
        assert_eq!(
            (status.as_u16(), &answer["error"]["code"]),
            (405, &"METHOD_NOT_ALLOWED".into()),
            "{path}"
        );
        let page = server.rest.at(Method::GET, path).header(header::ORIGIN, "http://localhost:3000");
        let response = page.send().await.unwrap();
        let allowed = &response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN];
        assert_eq!(allowed, "http://localhost:3000", "{path}");
    }
    for path in ["/docs/nothing.js", "/docs/index.html", "/docs/a/b", "/docs/..%2Fsecret", "/redoc/x"] {
        let (status, answer) = server.rest.send(server.rest.at(Method::GET, path)).await;
        assert_eq!((status.as_u16(), &answer["error"]["code"]), (404, &"NOT_FOUND".into()), "{path}");
    }
    server.stop().await;
}
