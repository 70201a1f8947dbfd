//! The same protocols, by clients that know nothing of where TLS is done.

use graphroom::transport::guard::Guard;
use reqwest::StatusCode;
use serde_json::json;

use crate::support::node::node;
use crate::support::python::python;
use crate::support::tls::{Authority, Unwrapping, connect};
use crate::support::{Client, Native, TestServer};

/// Runs a script with the stock client.
async fn run(script: &str) {
    let authority = Authority::new();
    let server = TestServer::start_secured(&authority, |_| ()).await;
    let mut node = node(server.address);
    node.args(["--test", script]).env("GRAPHROOM_URL", format!("https://{}", server.address));
    node.env("NODE_EXTRA_CA_CERTS", authority.file()).env("NODE_OPTIONS", "--experimental-websocket");
    let output = node.output().await.expect("node runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{script}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("# pass 0\n"), "{script} ran no test\n{text}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_clients_join_over_tls_by_every_transport_and_namespace() {
    run("joining.test.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_clients_lose_no_event_while_they_upgrade_over_tls() {
    run("upgrading.test.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_clients_pipeline_two_thousand_commands_over_tls() {
    run("pipeline.test.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_clients_get_files_and_routes_over_tls() {
    run("routes.test.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_works_over_tls() {
    let authority = Authority::new();
    let server = TestServer::start_secured(&authority, |_| ()).await;
    let mut python = python(server.address);
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/clients/python/example.py"));
    python.arg(format!("https://{}", server.address)).env("SSL_CERT_FILE", authority.file());
    let output = python.output().await.expect("`make setup` has installed the Python packages");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_room_is_shared_by_rest_socket_io_and_plain_websockets_over_tls() {
    let authority = Authority::new();
    let server = TestServer::start_secured(&authority, |_| ()).await;
    let plain = Unwrapping::start(server.address, &authority).await;
    let project = server.rest.project().await;
    let mut member = Client::connect(plain.address).await;
    member.join(&project.session_id).await;
    let mut native = Native::connect(plain.address).await;
    native.join(&project.session_id).await;
    // Larger than what is encrypted at a time, and than a record of TLS.
    let notes = "x".repeat(60_000);
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": notes });
    server.rest.execute(&project, "UpdateProperty", data).await;
    let told = member.event_named("property-changed").await;
    assert_eq!(told["new_value"], notes);
    let told = native.event_named("property-changed").await;
    assert_eq!(told["new_value"], notes);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http_1_1_is_agreed_on_over_tls_1_2_and_1_3_and_http_2_is_refused() {
    let authority = Authority::new();
    let server = TestServer::start_secured(&authority, |_| ()).await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let mut config = authority.trusted_with(&[version]);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let stream = connect(server.address, config).await.unwrap();
        let connection = stream.get_ref().1;
        assert_eq!(connection.protocol_version(), Some(version.version));
        assert_eq!(connection.alpn_protocol(), Some(&b"http/1.1"[..]));
    }
    let mut config = authority.trusted();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let refused = connect(server.address, config).await.unwrap_err().to_string();
    assert!(refused.contains("NoApplicationProtocol"), "{refused}");
    server.stop().await;
}

#[tokio::test]
async fn pages_of_the_same_host_may_ask_over_tls() {
    let authority = Authority::new();
    let server = TestServer::start_secured(&authority, |_| ()).await;
    let origin = format!("https://{}", server.address);
    let answer = server.rest.request(reqwest::Method::GET, "/health").header("origin", origin);
    assert_eq!(answer.send().await.unwrap().status(), StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn browsers_are_told_to_insist_on_tls_where_the_server_is_the_host() {
    let authority = Authority::new();
    let guard = Guard::new(vec!["graph.example.com".to_owned()], vec![]);
    let server = TestServer::start_secured(&authority, |parts| parts.guard = guard).await;
    let said = async |server: &TestServer, host: &str| {
        let answer = server.rest.at_root("/api/v1/health").header("host", host).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{host}");
        answer.headers().get("strict-transport-security").map(|said| said.to_str().unwrap().to_owned())
    };
    assert_eq!(said(&server, "graph.example.com").await.as_deref(), Some("max-age=31536000"));
    assert_eq!(said(&server, "graph.example.com:443").await.as_deref(), Some("max-age=31536000"));
    assert_eq!(said(&server, "graph.example.com:5000").await, None, "others may be at that host");
    server.stop().await;
    let plain = TestServer::start().await;
    assert_eq!(said(&plain, "localhost").await, None);
    plain.stop().await;
}
