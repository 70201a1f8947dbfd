//! `--legacy-event-names`: the older names on `/` too.

use serde_json::json;

use crate::support::Client;
use crate::support::client::Options;
use crate::support::process::ServerProcess;

/// What a member of this namespace hears of a command and its undo, and of a visitor.
async fn names(server: &ServerProcess, namespace: &'static str) -> Vec<String> {
    let project = server.rest.project().await;
    let options = Options { namespace, ..Options::default() };
    let mut member = Client::connect_with(server.address, options).await;
    member.join(&project.session_id).await;
    let mut visitor = Client::connect(server.address).await;
    visitor.join(&project.session_id).await;
    visitor.call("leave_session", json!({ "session_id": project.session_id })).await;
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
    server.rest.execute(&project, "CreateNode", data).await;
    let session = &project.session_id;
    assert_eq!(server.rest.post(&format!("/sessions/{session}/undo"), json!({})).await.0, 200);
    // What comes after these has come after all of them.
    let rename = json!({ "node_id": project.root, "property_id": "name", "new_value": "The last" });
    server.rest.execute(&project, "UpdateProperty", rename).await;
    let mut names = Vec::new();
    while names.last().is_none_or(|name| name != "node-updated") {
        names.push(member.event().await.name);
    }
    names
}

/// The canonical names, each with its older one behind it if that is wanted.
fn expected(with_older: bool) -> Vec<&'static str> {
    let both = [
        ("session:connected", "session-connected"),
        ("joined", ""),
        ("session:connected", "session-connected"),
        ("session:disconnected", "session-disconnected"),
        ("command:executing", "command-executing"),
        ("node-created", ""),
        ("command:executed", "command-executed"),
        ("node-deleted", ""),
        ("command:undo", "undo"),
        ("command:executing", "command-executing"),
        ("node-updated", ""),
    ];
    let wanted = |(name, older): &(&'static str, &'static str)| [*name, if with_older { older } else { "" }];
    both.iter().flat_map(wanted).filter(|name| !name.is_empty()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_legacy_event_names_the_older_names_come_on_the_root_namespace_too() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = ServerProcess::command(directory.path());
    command.arg("--legacy-event-names");
    let mut server = ServerProcess::start(command).await;
    assert_eq!(names(&server, "/").await, expected(true));
    assert_eq!(names(&server, "/graph").await, expected(true));
    server.kill9().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_legacy_event_names_they_come_on_graph_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = ServerProcess::start(ServerProcess::command(directory.path())).await;
    assert_eq!(names(&server, "/").await, expected(false));
    assert_eq!(names(&server, "/graph").await, expected(true));
    server.kill9().await;
}
