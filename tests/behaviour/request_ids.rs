//! The id that every request has, in its answer and in the log.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;
use uuid::Uuid;

use super::guard::{POLLING, UPGRADE, WEBSOCKET, exchange};
use crate::support::TestServer;
use crate::support::faulty_store::{Fault, FaultyStore};

fn get(address: SocketAddr, path: &str) -> RequestBuilder {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("http://{address}{path}"))
}

/// The one id that an answer carries.
fn id_of(response: &Response) -> String {
    let ids: Vec<_> = response.headers().get_all("x-request-id").iter().collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    ids[0].to_str().unwrap().to_owned()
}

fn is_made_here(id: &str) -> bool {
    Uuid::parse_str(id).is_ok_and(|id| id.get_version_num() == 7)
}

#[tokio::test]
async fn a_client_s_id_comes_back_and_who_has_none_or_a_bad_one_gets_one() {
    let server = TestServer::start().await;
    let health = || get(server.address, "/api/v1/health");
    for id in ["a", "0191e2f4-aaaa", "~!\"#{}|", &"x".repeat(128)] {
        assert_eq!(id_of(&health().header("X-Request-Id", id).send().await.unwrap()), id);
    }
    let bad = [&b""[..], b"two words", b"tab\there", "ä".as_bytes(), &[b'x'; 129]];
    for id in bad {
        let response = health().header("X-Request-Id", id).send().await.unwrap();
        assert!(is_made_here(&id_of(&response)), "{id:?}: {response:?}");
    }
    let two = health().header("X-Request-Id", "a").header("X-Request-Id", "b").send().await.unwrap();
    assert!(is_made_here(&id_of(&two)), "{two:?}");

    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(id_of(&health().send().await.unwrap()));
    }
    assert!(made.iter().all(|id| is_made_here(id)) && made.is_sorted(), "{made:?}");
    made.dedup();
    assert_eq!(made.len(), 3);
    server.stop().await;
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_id() {
    let server = TestServer::start().await;
    let (good, foreign) = (format!("Host: {}\r\n", server.address), "Host: evil.example\r\n");
    let page = format!("{good}Origin: https://evil.example\r\n");
    for (path, headers, status) in [
        ("/", good.clone(), 200),
        ("/api/v1/sessions/none/info", good.clone(), 404),
        ("/nowhere", good.clone(), 404),
        ("/api/v1/commands/execute", good.clone(), 405),
        (POLLING, good.clone(), 200),
        ("/socket.io/?EIO=4&transport=polling&sid=unknown", good.clone(), 400),
        (WEBSOCKET, format!("{good}{UPGRADE}"), 101),
        ("/api/v1/health", foreign.to_owned(), 421),
        (POLLING, foreign.to_owned(), 421),
        ("/api/v1/health", page.clone(), 403),
        (WEBSOCKET, format!("{page}{UPGRADE}"), 403),
    ] {
        let answer = exchange(server.address, path, &format!("{headers}X-Request-Id: my-own\r\n")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        assert!(answer.to_lowercase().contains("x-request-id: my-own\r\n"), "{path}: {answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_page_that_may_read_an_answer_may_read_its_id() {
    let server = TestServer::start().await;
    let page = |method: Method| {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.request(method, format!("http://{}/api/v1/health", server.address));
        request.header("Origin", "http://localhost:5173")
    };
    let answer = page(Method::GET).send().await.unwrap();
    assert_eq!(answer.headers()["access-control-expose-headers"], "x-request-id,retry-after");
    let asked = page(Method::OPTIONS)
        .header("Access-Control-Request-Method", "GET")
        .header("Access-Control-Request-Headers", "x-request-id");
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-headers"], "x-request-id");
    assert!(is_made_here(&id_of(&answer)));
    server.stop().await;
}

/// The log of this thread, as JSON.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes the log until the guard is dropped.
    fn take(&self, level: &str) -> tracing::subscriber::DefaultGuard {
        let log = self.clone();
        let lines =
            tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(move || log.clone());
        let filter = tracing_subscriber::EnvFilter::new(level);
        tracing::subscriber::set_default(tracing_subscriber::registry().with(lines).with(filter))
    }

    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    /// The lines of one request.
    fn of(&self, request_id: &str) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["span"]["request_id"] == request_id).collect()
    }
}

// One thread serves and asks, so that the log of this thread is the server's.
#[tokio::test(flavor = "current_thread")]
async fn the_log_tells_of_each_request_what_it_was_and_how_it_ended() {
    let log = Log::default();
    let _taken = log.take("warn,graphroom=debug");
    let server = TestServer::start().await;
    for (path, id) in [("/api/v1/health?token=secret", "good"), ("/nowhere?token=secret", "bad")] {
        get(server.address, path).header("X-Request-Id", id).send().await.unwrap();
    }
    for (id, path, status) in [("good", "/api/v1/health", 200), ("bad", "/nowhere", 404)] {
        let lines: Vec<_> = log.of(id).into_iter().filter(|line| line["message"] == "answered").collect();
        let [line] = &lines[..] else { panic!("{:?}", log.lines()) };
        let span = &line["span"];
        assert_eq!(line["level"], "DEBUG", "{line}");
        assert_eq!((&span["method"], &span["path"]), (&"GET".into(), &path.into()), "{line}");
        assert_eq!(span["status"], status, "{line}");
        assert!(span["latency_ms"].as_f64().is_some_and(|time| time > 0.0), "{line}");
    }
    assert!(log.lines().iter().all(|line| !line.to_string().contains("secret")));
    server.stop().await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_request_that_fails_is_a_warning_and_what_went_wrong_inside_names_the_request() {
    let log = Log::default();
    let _taken = log.take("warn");
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    // Nothing has opened its session yet.
    let project = server.rest.project().await;
    store.set(Fault::Mute);
    let path = format!("/api/v1/sessions/{}/info", project.session_id);
    let response = get(server.address, &path).header("X-Request-Id", "mine").send().await.unwrap();
    assert_eq!((response.status().as_u16(), id_of(&response).as_str()), (503, "mine"));
    let lines = log.of("mine");
    let inside = lines.iter().find(|line| line["message"] == "a session could not be opened");
    assert_eq!(inside.map(|line| &line["level"]), Some(&"ERROR".into()), "{:?}", log.lines());
    let answered = lines.iter().find(|line| line["message"] == "answered").expect("it is told");
    assert_eq!((&answered["level"], &answered["span"]["status"]), (&"WARN".into(), &503.into()));
    server.stop().await;
}
