//! How the page's files are sent and kept.

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{BROWSER, ask, get, header, named, page, script, varies_by, vary};
use crate::operations::exposition::Exposition;
use crate::support::TestServer;

/// A file that has the same name whatever is in it.
const ICON: &str = "/icon.svg";

#[tokio::test]
async fn files_named_by_what_is_in_them_are_kept_for_good_and_others_asked_about() {
    let server = TestServer::start().await;
    let files = named(&server).await;
    assert!(files.iter().any(|file| file == ICON), "{files:?}");
    for file in &files {
        let response = get(&server.rest, file, &[]).await;
        let expected =
            if file.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        assert_eq!(header(&response, "cache-control"), expected, "{file}");
        assert_eq!(vary(&response), varies_by(&["accept-encoding"]), "{file}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff", "{file}");
        let kind = match file.rsplit_once('.').unwrap().1 {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            other => panic!("say what kind {other} is"),
        };
        assert_eq!(header(&response, "content-type"), kind, "{file}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_file_comes_in_the_coding_that_its_reader_likes_best() {
    let server = TestServer::start().await;
    let script = script(&server).await;
    let mut seen: Vec<(String, String, usize)> = Vec::new();
    for (accepted, expected) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.2, gzip;q=0.7", "gzip"),
        ("identity, br;q=0.5", ""),
        ("br;q=0, *", "gzip"),
        ("*;q=0", ""),
        ("deflate", ""),
    ] {
        let response = get(&server.rest, &script, &[(ACCEPT_ENCODING, accepted)]).await;
        let coding = header(&response, "content-encoding").to_owned();
        assert_eq!((response.status(), &*coding), (StatusCode::OK, expected), "{accepted}");
        let tag = header(&response, "etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 20, "{tag} is not strong");
        seen.push((coding, tag, response.bytes().await.unwrap().len()));
    }
    let of = |coding: &str| seen.iter().find(|(known, ..)| known == coding).unwrap().clone();
    let [brotli, gzip, plain] = ["br", "gzip", ""].map(of);
    assert!(brotli.2 < gzip.2 && gzip.2 < plain.2 / 2, "{seen:?}");
    assert!(brotli.1 != gzip.1 && gzip.1 != plain.1 && plain.1 != brotli.1, "{seen:?}");
    // One tag for one form, however it was asked for.
    for (coding, tag, length) in &seen {
        assert_eq!((tag, *length), (&of(coding).1, of(coding).2));
    }
    // What is a packet either way is as it is.
    let icon = get(&server.rest, ICON, &[(ACCEPT_ENCODING, "br, gzip")]).await;
    assert_eq!(header(&icon, "content-encoding"), "");
    server.stop().await;
}

#[tokio::test]
async fn who_has_a_file_is_told_so_and_gets_it_not_again() {
    let server = TestServer::start().await;
    for path in [script(&server).await, ICON.to_owned(), "/".to_owned()] {
        let fresh = get(&server.rest, &path, &[(ACCEPT, BROWSER)]).await;
        let tag = header(&fresh, "etag").to_owned();
        let lists = [tag.clone(), format!("W/{tag}"), "*".to_owned(), format!("\"other\", W/\"x\" ,{tag}")];
        for list in &lists {
            let kept = get(&server.rest, &path, &[(ACCEPT, BROWSER), (IF_NONE_MATCH, list)]).await;
            assert_eq!(kept.status(), StatusCode::NOT_MODIFIED, "{path} {list}");
            for name in ["etag", "cache-control", "content-security-policy"] {
                assert_eq!(header(&kept, name), header(&fresh, name), "{path} {name}");
            }
            assert_eq!(vary(&kept), vary(&fresh), "{path}");
            assert!(!kept.headers().contains_key("content-encoding"), "{path}");
            assert!(kept.bytes().await.unwrap().is_empty(), "{path}");
        }
        for list in ["\"other\"", "W/\"\"", "", tag.trim_matches('"')] {
            let again = get(&server.rest, &path, &[(ACCEPT, BROWSER), (IF_NONE_MATCH, list)]).await;
            assert_eq!(again.status(), StatusCode::OK, "{path} {list}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn who_has_a_file_in_another_coding_gets_it() {
    let server = TestServer::start().await;
    let script = script(&server).await;
    let brotli = get(&server.rest, &script, &[(ACCEPT_ENCODING, "br")]).await;
    let tag = header(&brotli, "etag");
    for (accepted, status) in
        [("br", StatusCode::NOT_MODIFIED), ("gzip", StatusCode::OK), ("", StatusCode::OK)]
    {
        let response = get(&server.rest, &script, &[(ACCEPT_ENCODING, accepted), (IF_NONE_MATCH, tag)]).await;
        assert_eq!(response.status(), status, "{accepted}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_head_says_how_long_the_file_is() {
    let server = TestServer::start().await;
    let script = script(&server).await;
    for accepted in ["br", "gzip", "identity"] {
        let whole = get(&server.rest, &script, &[(ACCEPT_ENCODING, accepted)]).await;
        let head = ask(&server.rest, Method::HEAD, &script, &[(ACCEPT_ENCODING, accepted)]).await;
        for name in ["etag", "content-type", "content-encoding", "cache-control", "content-length"] {
            assert_eq!(header(&head, name), header(&whole, name), "{accepted} {name}");
        }
        assert_eq!(header(&head, "content-length"), whole.bytes().await.unwrap().len().to_string());
        assert!(head.bytes().await.unwrap().is_empty(), "{accepted}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_file_of_the_page_is_not_there() {
    let server = TestServer::start().await;
    page(&server.rest, "/").await;
    let script = script(&server).await;
    let others = [
        "/assets/nothing.js",
        "/assets",
        "/assets/",
        "/assets/..%2Findex.html",
        "/assets/%2e%2e/index.html",
        "/icon",
    ];
    let coded = [format!("{script}.br"), format!("{script}.gz"), format!("{script}/"), format!("/{script}")];
    for path in others.iter().map(|path| (*path).to_owned()).chain(coded) {
        for accept in ["*/*", BROWSER] {
            let response = get(&server.rest, &path, &[(ACCEPT, accept)]).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert!(!response.headers().contains_key("cache-control"), "{path}");
            assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], "NOT_FOUND", "{path}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn files_are_only_read() {
    let server = TestServer::start().await;
    for path in [script(&server).await, ICON.to_owned()] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let response = ask(&server.rest, method, &path, &[]).await;
            assert_eq!(
                (response.status(), header(&response, "allow")),
                (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD")
            );
            assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], "METHOD_NOT_ALLOWED");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn files_and_places_count_as_the_web_clients_and_unknown_paths_do_not() {
    let server = TestServer::start().await;
    let script = script(&server).await;
    let before = Exposition::scrape(&server.rest).await;
    get(&server.rest, &script, &[]).await;
    page(&server.rest, "/projects").await;
    get(&server.rest, "/projects", &[]).await;
    get(&server.rest, "/assets/nothing.js", &[]).await;
    let after = Exposition::scrape(&server.rest).await;
    let grown = |route: &str, status: &str| {
        let labels = [("route", route), ("method", "GET"), ("status", status)];
        let requests = |seen: &Exposition| seen.value("graphroom_http_requests_total", &labels);
        requests(&after) - requests(&before)
    };
    assert_eq!((grown("web-client", "2xx"), grown("none", "4xx")), (2.0, 2.0));
    server.stop().await;
}
