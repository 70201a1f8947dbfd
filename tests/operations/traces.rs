//! Commands as traces, as a collector gets them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use graphroom::operations::TraceRules;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::support::{Client, TestServer};

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// Takes traces as a collector does.
struct Collector {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<Value>>>,
    task: JoinHandle<()>,
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(taken): State<Arc<Mutex<Vec<Value>>>>, Json(traces): Json<Value>) -> Json<Value> {
    taken.lock().unwrap().push(traces);
    Json(json!({}))
}

impl Collector {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (address, taken) = (listener.local_addr().unwrap(), Arc::default());
        let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&taken));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, taken, task }
    }

    fn rules(&self, one_in: u64) -> TraceRules {
        TraceRules { collector: format!("http://{}/", self.address), one_in }
    }

    /// The spans that came.
    fn spans(&self) -> Vec<Value> {
        let taken = self.taken.lock().unwrap();
        let resources = taken.iter().flat_map(|all| all["resourceSpans"].as_array().unwrap());
        let scopes = resources.flat_map(|resource| resource["scopeSpans"].as_array().unwrap());
        scopes.flat_map(|scope| scope["spans"].as_array().unwrap()).cloned().collect()
    }
}

fn named<'a>(spans: &'a [Value], name: &str) -> &'a Value {
    spans.iter().find(|span| span["name"] == name).unwrap_or_else(|| panic!("no {name}: {spans:#?}"))
}

fn attribute<'a>(span: &'a Value, key: &str) -> &'a Value {
    let all = span["attributes"].as_array().unwrap().iter();
    let found = all.into_iter().find(|attribute| attribute["key"] == key);
    &found.unwrap_or_else(|| panic!("no {key}: {span:#}"))["value"]
}

fn nanoseconds(span: &Value, field: &str) -> u128 {
    span[field].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_command_is_one_trace_from_its_transport_until_its_last_member_has_it() {
    let collector = Collector::start().await;
    let server = TestServer::start_allowing(|parts| parts.traces = Some(collector.rules(1))).await;
    let project = server.rest.project().await;
    let mut clients = [Client::connect(server.address).await, Client::connect(server.address).await];
    for client in &mut clients {
        client.join(&project.session_id).await;
    }
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": "late" });
    let command = json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
    let request = server.rest.request(Method::POST, "/commands/execute").json(&command);
    let (status, answer) = server.rest.send(request.header("traceparent", format!("{PARENT}-01"))).await;
    assert!(status.is_success(), "{answer}");
    for client in &mut clients {
        client.event_named("property-changed").await;
    }
    server.stop().await;
    let spans = collector.spans();
    let spans: Vec<_> = spans.into_iter().filter(|span| span["traceId"] == TRACE).collect();
    let root = named(&spans, "command UpdateProperty");
    assert_eq!(root["parentSpanId"], "b7ad6b7169203331");
    assert_eq!(attribute(root, "graphroom.transport"), &json!({ "stringValue": "rest" }));
    assert_eq!(attribute(root, "graphroom.outcome"), &json!({ "stringValue": "accepted" }));
    assert_eq!(attribute(root, "graphroom.session_id"), &json!({ "stringValue": project.session_id }));
    assert_eq!(attribute(root, "graphroom.members_handed"), &json!({ "intValue": "2" }));
    assert_eq!(attribute(root, "graphroom.members_lacking"), &json!({ "intValue": "0" }));
    assert_eq!(spans.len(), 6, "{spans:#?}");
    let mut before = 0;
    for part in ["mailbox", "decide", "commit", "deliver"] {
        let span = named(&spans, part);
        assert_eq!(span["parentSpanId"], root["spanId"], "{part}");
        let (start, end) = (nanoseconds(span, "startTimeUnixNano"), nanoseconds(span, "endTimeUnixNano"));
        assert!(before <= start && start <= end, "{part}: {spans:#?}");
        assert!(
            nanoseconds(root, "startTimeUnixNano") <= start && end <= nanoseconds(root, "endTimeUnixNano")
        );
        before = end;
    }
    let text = serde_json::to_string(&spans).unwrap();
    assert!(!text.contains("late"), "nothing that people wrote is in a trace");
}

#[tokio::test]
async fn one_of_so_many_commands_is_traced_and_a_sender_says_by_itself_whether_it_traces() {
    let collector = Collector::start().await;
    let server = TestServer::start_allowing(|parts| parts.traces = Some(collector.rules(4))).await;
    let project = server.rest.project().await;
    let command = |parent: Option<String>| {
        let data = json!({ "node_id": "00000000-0000-4000-8000-00000000dead", "property_id": "notes", "new_value": 1 });
        let command =
            json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
        let request = server.rest.request(Method::POST, "/commands/execute").json(&command);
        match parent {
            Some(parent) => request.header("traceparent", parent),
            None => request,
        }
    };
    for _ in 0..8 {
        server.rest.send(command(None)).await;
    }
    for parent in [format!("{PARENT}-00"), format!("{PARENT}-01"), "nonsense".to_owned()] {
        server.rest.send(command(Some(parent))).await;
    }
    server.stop().await;
    let spans = collector.spans();
    let roots: Vec<_> = spans.iter().filter(|span| span["name"] == "command UpdateProperty").collect();
    let wanted = roots.iter().filter(|root| root["traceId"] == TRACE).count();
    assert_eq!(wanted, 1, "the one whose sender traces it: {roots:#?}");
    // Nine without a sender that says, of which every fourth, and some commands of making the project.
    assert!((2..=3).contains(&(roots.len() - wanted)), "{roots:#?}");
    for root in roots {
        assert_eq!(attribute(root, "graphroom.outcome"), &json!({ "stringValue": "refused" }));
    }
}

#[tokio::test]
async fn a_collector_that_is_not_there_costs_no_command() {
    let rules = TraceRules { collector: "http://127.0.0.1:9".to_owned(), one_in: 1 };
    let server = TestServer::start_allowing(|parts| parts.traces = Some(rules)).await;
    let project = server.rest.project().await;
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": 1 });
    let command = json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
    let (status, answer) = server.rest.post("/commands/execute", command).await;
    assert!(status.is_success(), "{answer}");
    server.stop().await;
}
