//! A whole server in this process, on a free port, and a REST client for it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use graphroom::app::{Credentials, Parts, Server};
use graphroom::clock::system_clock;
use graphroom::domain::Limits;
use graphroom::identity::Mode;
use graphroom::identity::keys::SigningKeys;
use graphroom::identity::tokens::Lifetimes;
use graphroom::project::Library;
use graphroom::session::Rules;
use graphroom::store::Store;
use graphroom::store::sqlite::SqliteStore;
use graphroom::transport::gateway::chat::ChatRules;
use graphroom::transport::gateway::client::ClientRules;
use graphroom::transport::gateway::stream::StreamRules;
use graphroom::transport::guard::Guard;
use graphroom::transport::limits::Allowance;
use graphroom::transport::networks::Networks;
use graphroom::transport::realtime::Realtime;
use graphroom::transport::serving::Patience;
use graphroom::transport::status::StatusRules;
use graphroom::transport::tls::Tls;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::tls::Authority;

/// A server and its data directory.
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its REST API.
    pub rest: Rest,
    /// The server itself.
    pub server: Server,
    _directory: Option<TempDir>,
}

impl TestServer {
    /// A server with an empty SQLite store.
    pub async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = Self::start_in(directory.path()).await;
        Self { _directory: Some(directory), ..server }
    }

    /// A server on a directory that outlives it.
    pub async fn start_in(directory: &Path) -> Self {
        Self::start_on(Arc::new(SqliteStore::open(directory).unwrap())).await
    }

    /// A server on a store of the test's own.
    pub async fn start_on(store: Arc<dyn Store>) -> Self {
        Self::start_with(store, Limits::default()).await
    }

    /// A server on a store of the test's own, with limits of its own.
    pub async fn start_with(store: Arc<dyn Store>, limits: Limits) -> Self {
        Self::start_parts(store, |parts| parts.rules.limits = limits).await
    }

    /// A server with an empty SQLite store, with whatever else `change` makes different.
    pub async fn start_allowing(change: impl FnOnce(&mut Parts)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
        let server = Self::start_parts(store, change).await;
        Self { _directory: Some(directory), ..server }
    }

    /// A server that speaks TLS with a certificate of `authority`, with whatever else `change` makes different.
    pub async fn start_secured(authority: &Authority, change: impl FnOnce(&mut Parts)) -> Self {
        let certificates = tempfile::tempdir().unwrap();
        let tls = Arc::new(Tls::open(authority.issue_in(certificates.path())).unwrap());
        let server = Self::start_allowing(|parts| {
            parts.tls = Some(tls);
            change(parts);
        });
        let server = server.await;
        Self { rest: Rest::trusting(server.address, authority), ..server }
    }

    /// A server on a store of the test's own, with whatever else `change` makes different.
    pub async fn start_parts(store: Arc<dyn Store>, change: impl FnOnce(&mut Parts)) -> Self {
        let (templates, faults) = Library::open(None);
        assert!(faults.is_empty(), "{faults:?}");
        let mut parts = Parts {
            store,
            templates,
            guard: Guard::new(vec![], vec![]),
            networks: Networks::default(),
            credentials: Credentials {
                mode: Mode::Open,
                keys: Arc::new(SigningKeys::passing(system_clock()()).unwrap()),
                lifetimes: Lifetimes::default(),
                foreign: None,
            },
            allowance: Allowance::default(),
            rules: Rules::default(),
            strict: false,
            unload_after: Duration::from_secs(1_800),
            end_idle_after: Duration::from_secs(1_800),
            tls: None,
            patience: Patience::default(),
            legacy_event_names: false,
            admin_ui: false,
            assistant: None,
            chat: ChatRules::default(),
            stream: StreamRules::default(),
            client: ClientRules::default(),
            status: StatusRules::default(),
            realtime: Realtime::default(),
            traces: None,
        };
        change(&mut parts);
        let server = Server::start(&[SocketAddr::from(([127, 0, 0, 1], 0))], parts).await.unwrap();
        let address = server.addresses()[0];
        Self { address, rest: Rest::new(address), server, _directory: None }
    }

    /// Goes down in order.
    pub async fn stop(self) {
        self.server.shut_down(Duration::from_secs(10)).await;
    }
}

/// A REST client.
#[derive(Clone)]
pub struct Rest {
    http: reqwest::Client,
    base: String,
    user: Option<String>,
    token: Option<String>,
}

/// A project that a test made.
#[derive(Clone, Debug)]
pub struct Project {
    /// The room.
    pub session_id: String,
    /// The durable thing.
    pub project_id: String,
    /// The id of its root node.
    pub root: String,
}

impl Rest {
    /// A client of the server at `address`, without a name.
    pub fn new(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { http, base: format!("http://{address}"), user: None, token: None }
    }

    /// A client that trusts what an authority has signed, of a server that speaks TLS.
    pub fn trusting(address: SocketAddr, authority: &Authority) -> Self {
        let trusted = reqwest::Certificate::from_pem(authority.pem().as_bytes()).unwrap();
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([trusted]).build().unwrap();
        Self { http, base: format!("https://{address}"), user: None, token: None }
    }

    /// The same client with a name.
    pub fn named(&self, user: &str) -> Self {
        Self { user: Some(user.to_owned()), ..self.clone() }
    }

    /// The same client with an access token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The access token that it shows, if any.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Where its server is.
    pub fn address(&self) -> SocketAddr {
        self.base.split_once("://").unwrap().1.parse().unwrap()
    }

    /// A request to a path of the API.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.at(method, &format!("/api/v1{path}"))
    }

    /// A request to any path.
    pub fn at(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = match &self.user {
            Some(user) => request.header("X-Graphroom-User", user),
            None => request,
        };
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// A request to a path at the root, beside the API.
    pub fn at_root(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.get(format!("{}{path}", self.base))
    }

    /// Sends a request and reads the JSON answer.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> (StatusCode, Value) {
        let response = request.send().await.unwrap();
        let status = response.status();
        let body = response.bytes().await.unwrap();
        let json = serde_json::from_slice(&body);
        (status, json.unwrap_or_else(|_| panic!("{status}: no JSON: {}", String::from_utf8_lossy(&body))))
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(self.request(reqwest::Method::GET, path)).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(self.request(reqwest::Method::POST, path).json(&body)).await
    }

    /// Makes a project from the template `restomod`.
    pub async fn project(&self) -> Project {
        let body = json!({ "template_id": "restomod", "project_name": "Test" });
        let (status, created) = self.post("/projects", body).await;
        assert_eq!(status, StatusCode::CREATED, "{created}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Project {
            session_id: text(&created["session_id"]),
            project_id: text(&created["project_id"]),
            root: text(&created["graph"]["roots"][0]["id"]),
        }
    }

    /// Runs a command, which must be accepted.
    pub async fn execute(&self, project: &Project, command_type: &str, data: Value) -> Value {
        let body = json!({ "session_id": project.session_id, "command_type": command_type, "data": data });
        let (status, answer) = self.post("/commands/execute?graph=none", body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }
}
