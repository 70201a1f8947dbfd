//! `graphroom backup` and `graphroom restore`: a copy that is taken under a server that works, and a server on the copy.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::native::Native;
use crate::support::process::{ServerProcess, without_settings};
use crate::support::{Project, until};

async fn graphroom(command: &str, data: &Path, file: &Path) -> Output {
    let mut process = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    process.arg(command).arg("--data").arg(data).arg(file).output().await.unwrap()
}

async fn done(command: &str, data: &Path, file: &Path) -> String {
    let output = graphroom(command, data, file).await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Why it was not done.
async fn refused(command: &str, data: &Path, file: &Path) -> String {
    let output = graphroom(command, data, file).await;
    assert_ne!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

async fn faults(data: &Path) -> Value {
    let mut process = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    let output = process.args(["check", "--json", "--data"]).arg(data).output().await.unwrap();
    serde_json::from_slice::<Value>(&output.stdout).unwrap()["faults"].clone()
}

async fn write(server: &ServerProcess, project: &Project, value: u64) -> u64 {
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
    server.rest.execute(project, "UpdateProperty", data).await["seq"].as_u64().unwrap()
}

async fn say(server: &ServerProcess, text: &str) -> String {
    let (_, begun) = server.rest.post("/conversations", json!({ "title": "Brakes" })).await;
    let path = format!("/conversations/{}/messages", begun["conversation_id"].as_str().unwrap());
    server.rest.post(&path, json!({ "text": text })).await;
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_a_backup_is_in_it_and_a_restored_project_has_another_epoch() {
    let (directory, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = elsewhere.path().join("monday.db");
    let mut server = ServerProcess::start(ServerProcess::command(directory.path())).await;
    let project = server.rest.project().await;
    let deleted = server.rest.project().await;
    let path = format!("/projects/{}", deleted.project_id);
    server.rest.send(server.rest.at(Method::DELETE, &format!("/api/v1{path}"))).await;
    let messages = say(&server, "They squeak.").await;
    let head = Arc::new(AtomicU64::new(0));
    let writing = tokio::spawn({
        let (rest, project, head) = (server.rest.clone(), project.clone(), Arc::clone(&head));
        async move {
            for n in 0.. {
                let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": n });
                let seq = rest.execute(&project, "UpdateProperty", data).await["seq"].as_u64().unwrap();
                head.store(seq, Ordering::SeqCst);
            }
        }
    });
    until("something is written", async || head.load(Ordering::SeqCst) > 20).await;
    let answered = head.load(Ordering::SeqCst);
    let told = done("backup", directory.path(), &file).await;
    assert!(told.starts_with("1 project, ") && told.contains("monday.db"), "{told}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1, "nothing is left of how it was made");
    let after = head.load(Ordering::SeqCst);
    until("writing goes on", async || head.load(Ordering::SeqCst) > after + 20).await;
    writing.abort();
    let mut ann = Native::named(server.address, "ann").await;
    let was = ann.call("join_session", json!({ "session_id": project.session_id, "since": null })).await;
    assert!(server.terminate().await.success());

    let again = elsewhere.path().join("data");
    done("restore", &again, &file).await;
    assert_eq!(faults(&again).await, json!([]));
    let mut server = ServerProcess::start(ServerProcess::command(&again)).await;
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    let seq = info["seq"].as_u64().unwrap();
    assert!((answered..=after + 1).contains(&seq), "{answered} {seq} {after}");
    // Who was there before has seen what is not there any more: it does not go on from its number.
    let since = json!({ "epoch": was["epoch"], "seq": seq });
    let mut ann = Native::named(server.address, "ann").await;
    let joined = ann.call("join_session", json!({ "session_id": project.session_id, "since": since })).await;
    assert_eq!(joined["mode"], "snapshot", "{joined}");
    assert_ne!(joined["epoch"], was["epoch"]);
    assert_eq!(write(&server, &project, 7).await, seq + 1);
    let (_, said) = server.rest.get(&messages).await;
    assert_eq!(said["messages"][0]["text"], "They squeak.", "{said}");
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn a_backup_and_what_is_there_already_are_never_written_over() {
    let (directory, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = elsewhere.path().join("backup.db");
    assert!(refused("backup", directory.path(), &file).await.contains("there is no graphroom.db"));
    let mut server = ServerProcess::start(ServerProcess::command(directory.path())).await;
    server.rest.project().await;
    done("backup", directory.path(), &file).await;
    let bytes = fs::read(&file).unwrap();
    assert!(refused("backup", directory.path(), &file).await.contains("there is such a file"));
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert!(refused("restore", directory.path(), &file).await.contains("in use by another process"));
    assert!(server.terminate().await.success());
    assert!(refused("restore", directory.path(), &file).await.contains(" is in it"));
    assert!(refused("backup", directory.path(), Path::new("/nowhere/backup.db")).await.contains("/nowhere"));
}

#[tokio::test]
async fn what_is_no_whole_backup_is_not_put_back() {
    let (directory, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (file, data) = (elsewhere.path().join("backup.db"), elsewhere.path().join("data"));
    let mut server = ServerProcess::start(ServerProcess::command(directory.path())).await;
    let project = server.rest.project().await;
    for n in 0..50 {
        write(&server, &project, n).await;
    }
    assert!(server.terminate().await.success());
    done("backup", directory.path(), &file).await;
    let whole = fs::read(&file).unwrap();
    assert!(refused("restore", &data, &elsewhere.path().join("missing")).await.contains("no such file"));
    let text = b"not a database, but a text that is longer than nothing".to_vec();
    for (bytes, why) in [(text, "not a database"), (whole[..whole.len() / 2].to_vec(), "malformed")] {
        fs::write(&file, bytes).unwrap();
        let told = refused("restore", &data, &file).await;
        assert!(told.contains(why), "{told}");
    }
    fs::write(&file, &whole).unwrap();
    for (pragma, why) in [("user_version = 1000", "newer version"), ("application_id = 7", "another program")]
    {
        let copy = elsewhere.path().join("changed.db");
        fs::copy(&file, &copy).unwrap();
        Connection::open(&copy).unwrap().execute_batch(&format!("PRAGMA {pragma}")).unwrap();
        let told = refused("restore", &data, &copy).await;
        assert!(told.contains(why), "{told}");
    }
    assert!(!data.join("graphroom.db").exists());
    // Nothing of all that is in the way of a backup that is whole.
    done("restore", &data, &file).await;
    assert_eq!(faults(&data).await, json!([]));
}
