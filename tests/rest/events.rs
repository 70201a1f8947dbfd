//! Events for clients without a socket: pages, pages that are waited for, and streams.
//!
//! Proves SYNC-2 (docs/behaviour.md).

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Project, TestServer, until};

async fn grow(server: &TestServer, project: &Project, phases: usize) {
    for n in 0..phases {
        let data =
            json!({ "blueprint_type_id": "phase", "parent_id": project.root, "name": format!("Phase {n}") });
        server.rest.execute(project, "CreateNode", data).await;
    }
}

async fn page(server: &TestServer, project: &Project, query: &str) -> Value {
    let (status, page) = server.rest.get(&format!("/sessions/{}/events{query}", project.session_id)).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    page
}

async fn epoch(server: &TestServer, project: &Project) -> String {
    page(server, project, "").await["epoch"].as_str().unwrap().to_owned()
}

fn seqs(page: &Value) -> Vec<u64> {
    page["events"].as_array().unwrap().iter().map(|event| event["seq"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn pages_follow_one_another_without_a_gap_from_the_ring_and_from_the_journal() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    grow(&server, &project, 25).await;
    let epoch = epoch(&server, &project).await;
    for unloaded in [false, true] {
        if unloaded {
            let body = json!({ "max_inactive_hours": 0 });
            until("the session is unloaded", async || {
                server.rest.post("/sessions/cleanup", body.clone()).await.1["active_sessions"] == 0
            })
            .await;
        }
        let (mut seq, mut all) = (0, Vec::new());
        loop {
            let page = page(&server, &project, &format!("?since={epoch}:{seq}&limit=10")).await;
            assert_eq!(page["head"], 26);
            seq = page["seq"].as_u64().unwrap();
            if page["events"] == json!([]) {
                assert_eq!((&page["mode"], seq), (&json!("current"), 26));
                break;
            }
            assert_eq!(page["mode"], "tail");
            assert!(seqs(&page).len() <= 10, "{page}");
            assert_eq!(seqs(&page).last(), Some(&seq));
            all.extend(seqs(&page));
        }
        assert_eq!(all, (1..=26).collect::<Vec<u64>>());
    }
    server.stop().await;
}

#[tokio::test]
async fn without_a_place_a_page_tells_where_the_journal_ends() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    grow(&server, &project, 2).await;
    let page = page(&server, &project, "").await;
    assert_eq!((&page["mode"], &page["seq"], &page["events"]), (&json!("current"), &json!(3), &json!([])));
    server.stop().await;
}

#[tokio::test]
async fn a_place_that_the_journal_does_not_have_is_to_be_fetched() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let epoch = epoch(&server, &project).await;
    for since in ["00000000-0000-4000-8000-000000000000:1".to_owned(), format!("{epoch}:2")] {
        let page = page(&server, &project, &format!("?since={since}&wait=30")).await;
        assert_eq!((&page["mode"], &page["seq"]), (&json!("fetch"), &json!(1)), "{since}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_page_that_is_waited_for_comes_with_the_event() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let epoch = epoch(&server, &project).await;
    let began = Instant::now();
    let query = format!("?since={epoch}:1&wait=60");
    let (page, ()) = tokio::join!(page(&server, &project, &query), grow(&server, &project, 1));
    assert_eq!((&page["mode"], seqs(&page)), (&json!("tail"), vec![2]));
    assert!(began.elapsed() < Duration::from_secs(30), "it was not held back to the end");
    server.stop().await;
}

#[tokio::test]
async fn a_page_that_is_waited_for_in_vain_says_that_nothing_came() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let epoch = epoch(&server, &project).await;
    let page = page(&server, &project, &format!("?since={epoch}:1&wait=1")).await;
    assert_eq!((&page["mode"], &page["seq"]), (&json!("current"), &json!(1)));
    server.stop().await;
}

#[tokio::test]
async fn whoever_waits_is_answered_when_the_server_goes_down() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let epoch = epoch(&server, &project).await;
    let (rest, session) = (server.rest.clone(), project.session_id.clone());
    let waiting = tokio::spawn(async move {
        rest.get(&format!("/sessions/{session}/events?since={epoch}:1&wait=60")).await
    });
    let mut stream = Stream::open(&server, &project, None).await;
    let began = Instant::now();
    server.stop().await;
    assert_eq!(waiting.await.unwrap().1["mode"], "current");
    assert_eq!(stream.rest().await, "", "nothing more came");
    assert!(began.elapsed() < Duration::from_secs(9), "the shutdown did not wait in vain");
}

#[tokio::test]
async fn a_query_that_cannot_be_is_refused() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    for query in ["since=7", "since=:x", "since=a:-1", "wait=61", "wait=x", "limit=0", "limit=1001"] {
        let (status, answer) =
            server.rest.get(&format!("/sessions/{}/events?{query}", project.session_id)).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")));
    }
    let (status, answer) = server.rest.get("/sessions/nothing/events").await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("INVALID_SESSION")));
    server.stop().await;
}

/// A stream of server-sent events, as it comes.
struct Stream {
    response: reqwest::Response,
    text: String,
}

impl Stream {
    async fn open(server: &TestServer, project: &Project, last: Option<&str>) -> Self {
        let path = format!("/sessions/{}/events", project.session_id);
        let request = server.rest.request(Method::GET, &path).header("Accept", "text/event-stream");
        let request = match last {
            Some(last) => request.header("Last-Event-ID", last),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = Self { response, text: String::new() };
        assert_eq!(stream.block().await.unwrap(), "retry: 1000");
        stream
    }

    /// The next block of lines; none at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let chunk = self.response.chunk().await.ok().flatten()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next event: its name, its id, its data.
    async fn event(&mut self) -> (String, String, Value) {
        let block = self.block().await.expect("the stream goes on");
        let field = |name: &str| {
            let line = block.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{name} in {block}")).trim().to_owned()
        };
        (field("event:"), field("id:"), serde_json::from_str(&field("data:")).unwrap())
    }

    async fn rest(&mut self) -> String {
        while let Ok(Some(chunk)) = self.response.chunk().await {
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        std::mem::take(&mut self.text)
    }
}

#[tokio::test]
async fn a_stream_tells_every_event_and_goes_on_where_it_ended() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let epoch = epoch(&server, &project).await;
    let mut stream = Stream::open(&server, &project, None).await;
    grow(&server, &project, 3).await;
    for seq in 2..=4 {
        let (name, id, data) = stream.event().await;
        assert_eq!((&*name, id), ("node-created", format!("{epoch}:{seq}")));
        assert_eq!((&data["event"], &data["seq"]), (&json!("node-created"), &json!(seq)));
    }
    drop(stream);
    grow(&server, &project, 2).await;
    let mut stream = Stream::open(&server, &project, Some(&format!("{epoch}:3"))).await;
    for seq in 4..=6 {
        assert_eq!(stream.event().await.1, format!("{epoch}:{seq}"));
    }
    let mut lost = Stream::open(&server, &project, Some("00000000-0000-4000-8000-000000000000:3")).await;
    let (name, id, data) = lost.event().await;
    assert_eq!((&*name, id, &data["mode"]), ("fetch", format!("{epoch}:6"), &json!("fetch")));
    server.stop().await;
}

#[tokio::test]
async fn a_stream_keeps_its_session_open_and_ends_with_its_project() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut stream = Stream::open(&server, &project, None).await;
    let (_, cleaned) = server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
    assert_eq!(cleaned["active_sessions"], 1, "{cleaned}");
    let (status, _) = server
        .rest
        .send(server.rest.request(Method::DELETE, &format!("/projects/{}", project.project_id)))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(stream.event().await.0, "session:closed");
    assert_eq!(stream.block().await, None, "that was its last word");
    server.stop().await;
}
