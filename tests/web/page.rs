//! Who gets the page, and who the API.

use graphroom::transport::networks::Networks;
use reqwest::header::{ACCEPT, CONTENT_SECURITY_POLICY, ETAG, HOST, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{BROWSER, HTML, ask, get, header, named, page, script, varies_by, vary};
use crate::identity::Guarded;
use crate::support::TestServer;

/// Where the page has something to show.
const PLACES: [&str; 8] = [
    "/",
    "/projects",
    "/projects/",
    "/projects/00000000-0000-4000-8000-000000000000",
    "/projects/00000000-0000-4000-8000-000000000000/history",
    "/sign-in",
    "/admin",
    "/admin/sessions/00000000-0000-4000-8000-000000000000/events",
];

#[tokio::test]
async fn a_browser_gets_the_page_and_a_script_gets_json() {
    let server = TestServer::start().await;
    assert!(page(&server.rest, "/").await.starts_with("<!doctype html>"));
    let scripts =
        ["*/*", "application/json", "application/json, text/plain, */*", "text/html, application/json", ""];
    for accept in scripts {
        let response = get(&server.rest, "/", &[(ACCEPT, accept)]).await;
        assert_eq!(
            (response.status(), header(&response, "content-type")),
            (StatusCode::OK, "application/json")
        );
        assert_eq!(vary(&response), varies_by(&["accept"]), "{accept}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!((&answer["service"], &answer["links"]["docs"]), (&json!("graphroom"), &json!("/docs")));
    }
    let response = get(&server.rest, "/", &[(ACCEPT, BROWSER)]).await;
    assert_eq!(vary(&response), varies_by(&["accept", "accept-encoding"]));
    server.stop().await;
}

#[tokio::test]
async fn a_link_into_the_page_leads_there_and_to_nothing_else() {
    let server = TestServer::start().await;
    let start = page(&server.rest, "/").await;
    for place in PLACES {
        assert_eq!(page(&server.rest, place).await, start, "{place}");
        assert_eq!(page(&server.rest, &format!("{place}?at=7")).await, start, "{place}");
    }
    for place in &PLACES[1..] {
        let response = get(&server.rest, place, &[]).await;
        assert_eq!((response.status(), vary(&response)), (StatusCode::NOT_FOUND, varies_by(&["accept"])));
        assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], "NOT_FOUND", "{place}");
    }
    let no_places = [
        "/project",
        "/projectsx",
        "/sign-in/x",
        "/adminx",
        "/index.html",
        "/nothing",
        "/api/v1/x",
        "/auth/x",
        "/docs/x",
    ];
    for path in no_places {
        let response = get(&server.rest, path, &[(ACCEPT, BROWSER)]).await;
        assert_eq!(
            (response.status(), header(&response, "content-type")),
            (StatusCode::NOT_FOUND, "application/json"),
            "{path}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn the_page_may_load_and_call_this_server_alone_also_when_it_is_kept() {
    let server = TestServer::start().await;
    page(&server.rest, "/").await;
    let response = get(&server.rest, "/projects", &[(ACCEPT, BROWSER)]).await;
    let policy = header(&response, "content-security-policy").to_owned();
    let rules: Vec<&str> = policy.split(';').map(str::trim).collect();
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(rules.contains(&rule), "{rule} is not in {policy}");
    }
    assert!(!policy.contains("unsafe-eval") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    let unsafe_inline = rules.iter().filter(|rule| rule.contains("unsafe-inline"));
    assert_eq!(unsafe_inline.collect::<Vec<_>>(), [&"style-src 'self' 'unsafe-inline'"]);
    assert_eq!(header(&response, "cross-origin-opener-policy"), "same-origin");
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    assert_eq!(header(&response, "cache-control"), "no-cache");
    // A browser takes over the headers of a 304.
    let tag = response.headers()[ETAG].to_str().unwrap();
    let kept = get(&server.rest, "/projects", &[(ACCEPT, BROWSER), (IF_NONE_MATCH, tag)]).await;
    assert_eq!(
        (kept.status(), header(&kept, "content-security-policy")),
        (StatusCode::NOT_MODIFIED, &*policy)
    );
    // A worker has the policy of its script.
    let script = get(&server.rest, &script(&server).await, &[]).await;
    assert_eq!(script.headers()[CONTENT_SECURITY_POLICY], policy);
    server.stop().await;
}

#[tokio::test]
async fn the_page_has_no_script_and_no_address_of_anybody_else_in_it() {
    let server = TestServer::start().await;
    let page = page(&server.rest, "/").await;
    assert!(!page.contains("://"), "{page}");
    for script in page.split("<script").skip(1) {
        let (attributes, behind) = script.split_once('>').unwrap();
        assert!(attributes.contains("src=\"/assets/") && behind.starts_with("</script>"), "{page}");
    }
    for file in named(&server).await {
        assert_eq!(get(&server.rest, &file, &[]).await.status(), StatusCode::OK, "{file}");
    }
    server.stop().await;
}

#[tokio::test]
async fn nobody_has_to_say_who_it_is_to_see_the_page() {
    let guarded = Guarded::start().await;
    let server = &guarded.server;
    for place in PLACES {
        page(&server.rest, place).await;
    }
    let stranger = server.rest.with_token("wrong");
    for file in named(server).await {
        for rest in [&server.rest, &stranger] {
            assert_eq!(get(rest, &file, &[]).await.status(), StatusCode::OK, "{file}");
        }
    }
    let (status, _) = server.rest.get("/projects").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    guarded.stop().await;
}

#[tokio::test]
async fn the_page_is_guarded_like_everything_else() {
    let server = TestServer::start().await;
    let elsewhere = TestServer::start_allowing(|parts| {
        parts.networks = Networks::new(vec!["198.51.100.0/24".parse().unwrap()], vec![]);
    })
    .await;
    for path in PLACES.into_iter().map(str::to_owned).chain(named(&server).await) {
        let response = get(&server.rest, &path, &[(ACCEPT, BROWSER), (HOST, "example.com")]).await;
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
        let response = get(&elsewhere.rest, &path, &[(ACCEPT, BROWSER)]).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
    }
    server.stop().await;
    elsewhere.stop().await;
}

#[tokio::test]
async fn who_asks_for_the_head_of_the_page_gets_that() {
    let server = TestServer::start().await;
    let page = page(&server.rest, "/").await;
    for place in PLACES {
        let response = ask(&server.rest, Method::HEAD, place, &[(ACCEPT, BROWSER)]).await;
        assert_eq!((response.status(), header(&response, "content-type")), (StatusCode::OK, HTML), "{place}");
        assert_eq!(header(&response, "content-length"), page.len().to_string(), "{place}");
        assert!(response.bytes().await.unwrap().is_empty(), "{place}");
    }
    server.stop().await;
}
