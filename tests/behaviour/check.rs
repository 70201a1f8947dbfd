//! `graphroom check`, on directories that a real server wrote: whole, damaged in every way that can be
//! thought of, and in use.

use std::fs;
use std::path::Path;
use std::process::Output;

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::{ServerProcess, without_settings};
use crate::support::{Project, until};

/// A value that stands in the database once.
const MARKED: &str = "a value that stands in one record only";

/// What a server wrote before it was stopped: two projects with the same numbers of the same commands, and
/// one that was deleted.
struct Written {
    directory: TempDir,
    first: Project,
    second: Project,
    deleted: Project,
}

/// Where the two projects end.
const HEAD: u64 = 8;
/// The record with `MARKED`, and the one that renames the project.
const MARKED_AT: u64 = 4;
const RENAMED_AT: u64 = 6;

impl Written {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut server = ServerProcess::start(ServerProcess::command(directory.path())).await;
        let first = worked_on(&server, MARKED).await;
        let second = worked_on(&server, "something else").await;
        let deleted = server.rest.project().await;
        send(&server, Method::DELETE, &format!("/projects/{}", deleted.project_id), json!({})).await;
        send(&server, Method::POST, "/sessions", json!({})).await;
        assert!(server.terminate().await.success());
        Self { directory, first, second, deleted }
    }

    fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        fs::copy(database(self.directory.path()), database(copy.path())).unwrap();
        copy
    }

    /// The faults of a copy that this was done to, with code 1: kind, project and seq of each.
    async fn faults_after(&self, sql: &str) -> Vec<(String, Option<String>, Option<u64>)> {
        let copy = self.changed(sql);
        faults(copy.path()).await
    }

    /// The whole report of such a copy, with its code.
    async fn report_after(&self, sql: &str) -> (i32, Value) {
        let copy = self.changed(sql);
        report(copy.path()).await
    }

    fn changed(&self, sql: &str) -> TempDir {
        let sql = sql.replace("FIRST", &self.first.project_id).replace("SECOND", &self.second.project_id);
        let copy = self.copy();
        let connection = Connection::open(database(copy.path())).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        connection.execute_batch(&sql).unwrap();
        connection.close().unwrap();
        copy
    }
}

/// A project with a node, a marked value, an undo, another name, and a batch, that was saved.
async fn worked_on(server: &ServerProcess, value: &str) -> Project {
    let project = server.rest.project().await;
    let node = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": "Paint" });
    let made = server.rest.execute(&project, "CreateNode", node).await;
    let write =
        |value: &str| json!({ "node_id": made["node_id"], "property_id": "notes", "new_value": value });
    server.rest.execute(&project, "UpdateProperty", write("before")).await;
    server.rest.execute(&project, "UpdateProperty", write(value)).await;
    send(server, Method::POST, &format!("/sessions/{}/save", project.session_id), json!({})).await;
    server.rest.execute(&project, "UpdateProperty", write("after")).await;
    let path = format!("/projects/{}", project.project_id);
    send(server, Method::PATCH, &path, json!({ "name": "Mustang" })).await;
    let batch = json!({ "commands": [
        { "command_type": "UpdateProperty", "data": write("one") },
        { "command_type": "UpdateProperty", "data": write("two") },
    ]});
    server.rest.execute(&project, "Batch", batch).await;
    project
}

async fn send(server: &ServerProcess, method: Method, path: &str, body: Value) {
    let (status, answer) = server.rest.send(server.rest.request(method, path).json(&body)).await;
    assert!(status.is_success(), "{path}: {status} {answer}");
}

fn database(directory: &Path) -> std::path::PathBuf {
    directory.join("graphroom.db")
}

async fn check(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    command.args(["check", "--data"]).arg(directory).args(arguments).output().await.unwrap()
}

/// What a check tells a program, and its code.
async fn report(directory: &Path) -> (i32, Value) {
    let output = check(directory, &["--json"]).await;
    let told = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), serde_json::from_str(&told).expect(&told))
}

/// Kind, project and seq of the faults in a directory that has some.
async fn faults(directory: &Path) -> Vec<(String, Option<String>, Option<u64>)> {
    let (code, report) = report(directory).await;
    assert_eq!(code, 1, "{report}");
    let faults = report["faults"].as_array().unwrap().iter();
    let told = |fault: &Value| {
        let text = |name: &str| fault[name].as_str().map(str::to_owned);
        assert!(text("message").is_some_and(|message| !message.is_empty()), "{fault}");
        (text("kind").unwrap(), text("project_id"), fault["seq"].as_u64())
    };
    faults.map(told).collect()
}

/// Why a directory cannot be checked; with code 2.
async fn refused(directory: &Path) -> String {
    let output = check(directory, &[]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn fault(kind: &str, project: &str, seq: impl Into<Option<u64>>) -> (String, Option<String>, Option<u64>) {
    (kind.to_owned(), Some(project.to_owned()), seq.into())
}

#[tokio::test]
async fn what_a_server_wrote_is_found_whole_and_counted() {
    let written = Written::new().await;
    let before = fs::read(database(written.directory.path())).unwrap();
    let (code, report) = report(written.directory.path()).await;
    assert_eq!((code, &report["faults"]), (0, &json!([])));
    assert_eq!(fs::read(database(written.directory.path())).unwrap(), before, "nothing is changed");
    let count = |project: &Value| (project["records"].clone(), project["head"].clone());
    let mut expected = [
        (&written.first, "Mustang", false, (json!(7), json!(HEAD))),
        (&written.second, "Mustang", false, (json!(7), json!(HEAD))),
        (&written.deleted, "Test", true, (json!(2), json!(2))),
    ];
    expected.sort_by(|a, b| a.0.project_id.cmp(&b.0.project_id));
    let projects = report["projects"].as_array().unwrap();
    assert_eq!(projects.len(), expected.len());
    for (project, (written, name, deleted, counted)) in projects.iter().zip(expected) {
        assert_eq!(project["project_id"], *written.project_id);
        assert_eq!((&project["name"], &project["deleted"]), (&json!(name), &json!(deleted)));
        assert_eq!(count(project), counted);
    }
    assert_eq!(report["records"], 16);
    assert!(report["bytes"].as_u64().unwrap() > 16 * 100, "{report}");
}

#[tokio::test]
async fn people_are_told_a_line_a_project_and_a_line_a_fault() {
    let written = Written::new().await;
    let output = check(written.directory.path(), &[]).await;
    assert!(output.status.success());
    let told = String::from_utf8(output.stdout).unwrap();
    let id = &written.first.project_id;
    assert!(
        told.contains(&format!("project {id} \"Mustang\": 7 records up to seq 8, nothing wrong\n")),
        "{told}"
    );
    let id = &written.deleted.project_id;
    assert!(told.contains(&format!("project {id} \"Test\", deleted: 2 records")), "{told}");
    assert!(told.lines().last().unwrap().starts_with("checked 3 projects, 16 records, "), "{told}");
    assert!(told.ends_with(" bytes: 0 faults\n"), "{told}");

    let copy = written.copy();
    let connection = Connection::open(database(copy.path())).unwrap();
    let id = &written.second.project_id;
    connection.execute("DELETE FROM records WHERE project_id = ?1 AND seq_first = 3", [id]).unwrap();
    let output = check(copy.path(), &[]).await;
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains(&format!("project {id} \"Mustang\": 6 records up to seq 8, 1 fault\n")), "{told}");
    let line = format!("fault: project {id}, seq 3: no record follows seq 2: the next one begins at 4\n");
    assert!(told.contains(&line), "{told}");
}

#[tokio::test]
async fn a_flipped_byte_in_a_record_is_named() {
    let written = Written::new().await;
    for flip in [0x01, 0x80] {
        let copy = written.copy();
        let mut bytes = fs::read(database(copy.path())).unwrap();
        let places: Vec<_> =
            (0..bytes.len()).filter(|&at| bytes[at..].starts_with(MARKED.as_bytes())).collect();
        // In the record that wrote it, and in the next one, which says that it was there.
        assert!(!places.is_empty());
        for at in places {
            bytes[at + 3] ^= flip;
        }
        fs::write(database(copy.path()), bytes).unwrap();
        let first = &written.first.project_id;
        let expected = [fault("record", first, MARKED_AT), fault("record", first, MARKED_AT + 1)];
        assert_eq!(faults(copy.path()).await, expected);
    }
}

#[tokio::test]
async fn records_that_are_missing_are_named() {
    let written = Written::new().await;
    let (first, second) = (&written.first.project_id, &written.second.project_id);
    let gone = "DELETE FROM records WHERE project_id = 'FIRST' AND ";
    for (which, expected) in [
        ("seq_first = 4", vec![fault("order", first, 4)]),
        ("seq_first = 1", vec![fault("order", first, 1)]),
        // The last one, which has two events.
        ("seq_first = 7", vec![fault("end", first, 7)]),
        (
            "seq_first IN (3, 5, 7)",
            vec![fault("order", first, 3), fault("order", first, 5), fault("end", first, 7)],
        ),
        ("true", vec![fault("end", first, 1), fault("catalogue", first, 1)]),
    ] {
        assert_eq!(written.faults_after(&format!("{gone} {which}")).await, expected, "{which}");
    }
    // The end that was noted is gone, or is an older one.
    let noted = "UPDATE journals SET head = 5 WHERE project_id = 'SECOND'";
    assert_eq!(written.faults_after(noted).await, [fault("end", second, 6)]);
    let noted = "DELETE FROM journals WHERE project_id = 'SECOND'";
    assert_eq!(written.faults_after(noted).await, [fault("end", second, HEAD)]);
}

#[tokio::test]
async fn records_that_stand_where_they_do_not_belong_are_named() {
    let written = Written::new().await;
    let (first, second) = (&written.first.project_id, &written.second.project_id);
    let record = |project: &str, seq: u64| {
        format!("(SELECT record FROM records WHERE project_id = '{project}' AND seq_first = {seq})")
    };
    let put = |text: &str, project: &str, seq: u64| {
        format!("UPDATE records SET record = {text} WHERE project_id = '{project}' AND seq_first = {seq};")
    };
    let swap = |a: (&str, u64), b: (&str, u64)| {
        let (keep, kept) = (record(a.0, a.1), "(SELECT text FROM kept)");
        let to_a = put(&record(b.0, b.1), a.0, a.1);
        format!("CREATE TEMP TABLE kept AS SELECT {keep} AS text; {to_a} {}", put(kept, b.0, b.1))
    };

    // Two of one project.
    let found = written.faults_after(&swap(("FIRST", 3), ("FIRST", 4))).await;
    assert_eq!(found, [fault("order", first, 3), fault("order", first, 4)]);
    // Those of two projects with the same numbers: whole, and about the wrong nodes.
    let found = written.faults_after(&swap(("FIRST", 3), ("SECOND", 3))).await;
    let mut expected = [fault("replay", first, 3), fault("replay", second, 3)];
    expected.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(found, expected);
    // Even if they say the same: that they were given in another project.
    let found = written.faults_after(&put(&record("SECOND", RENAMED_AT), "FIRST", RENAMED_AT)).await;
    assert_eq!(found, [fault("end", first, None)]);

    let renumbered = "UPDATE records SET seq_last = 7 WHERE project_id = 'FIRST' AND seq_first = 7";
    assert_eq!(written.faults_after(renumbered).await, [fault("order", first, 7)]);
    let moved =
        "UPDATE records SET seq_first = 70, seq_last = 71 WHERE project_id = 'FIRST' AND seq_first = 7";
    let expected = [fault("order", first, 7), fault("order", first, 70), fault("end", first, 9)];
    assert_eq!(written.faults_after(moved).await, expected);
}

#[tokio::test]
async fn what_no_project_knows_of_is_named() {
    let written = Written::new().await;
    let lost = "0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a01";
    let journal = format!(
        "INSERT INTO records SELECT '{lost}', seq_first, seq_last, record FROM records
         WHERE project_id = 'FIRST' AND seq_first = 1"
    );
    assert_eq!(written.faults_after(&journal).await, [fault("end", lost, 1), fault("catalogue", lost, None)]);
    let session = format!("INSERT INTO sessions VALUES ('{lost}', '{lost}', 0, NULL)");
    assert_eq!(written.faults_after(&session).await, [fault("catalogue", lost, None)]);
    let second_session = format!("INSERT INTO sessions VALUES ('{lost}', 'FIRST', 0, NULL)");
    assert_eq!(
        written.faults_after(&second_session).await,
        [fault("catalogue", &written.first.project_id, None)]
    );
}

#[tokio::test]
async fn versions_and_accounts_that_do_not_fit_what_there_is_are_named() {
    let written = Written::new().await;
    let (first, lost) = (&written.first.project_id, "0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a01");
    let version = |project: &str, seq: u64| {
        format!("INSERT INTO versions VALUES ('{lost}', '{project}', 'name', {seq}, 'ann', 0);")
    };
    assert_eq!(written.faults_after(&version("FIRST", HEAD + 1)).await, [fault("version", first, HEAD + 1)]);
    // The last record has two events, and this is between them.
    assert_eq!(written.faults_after(&version("FIRST", HEAD - 1)).await, [fault("version", first, HEAD - 1)]);
    assert_eq!(written.faults_after(&version(lost, 1)).await, [fault("version", lost, None)]);

    let hash = "x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'";
    let account = || ("account".to_owned(), None, None);
    for damage in [
        format!("INSERT INTO members VALUES ('{lost}', 'ann', 'editor', 0)"),
        "INSERT INTO members VALUES ('FIRST', 'ann', 'emperor', 0)".to_owned(),
        format!("INSERT INTO api_keys VALUES ('{lost}', 'nobody', '', {hash}, 0, NULL)"),
        format!("INSERT INTO invitations VALUES ('{lost}', {hash}, '{lost}', 'editor', 'ann', 0, 0)"),
        format!("INSERT INTO invitations VALUES ('{lost}', {hash}, 'FIRST', 'emperor', 'ann', 0, 0)"),
        format!("INSERT INTO invitations VALUES ('{lost}', x'00', NULL, NULL, 'ann', 0, 0)"),
        format!("INSERT INTO session_tokens VALUES ('none', {hash}, 'ann', 0, 0)"),
        "INSERT INTO revocations VALUES ('one', 'nothing', 0)".to_owned(),
    ] {
        assert_eq!(written.faults_after(&damage).await, [account()], "{damage}");
    }
    // What fits is no fault: somebody whom others' tokens name has a role and shows a session token.
    let whole = format!(
        "{} INSERT INTO users VALUES ('bob', NULL, NULL, 0, 0, 0);
         INSERT INTO api_keys VALUES ('{lost}', 'bob', '', {hash}, 0, NULL);
         INSERT INTO members VALUES ('FIRST', 'ann', 'editor', 0);
         INSERT INTO session_tokens VALUES ('{lost}', {hash}, 'ann', 0, 0);
         INSERT INTO invitations VALUES ('{lost}', {hash}, 'FIRST', 'viewer', 'ann', 0, 0);",
        version("FIRST", HEAD)
    );
    assert_eq!(written.report_after(&whole).await.1["faults"], json!([]));
}

#[tokio::test]
async fn a_catalogue_that_says_something_else_than_the_journal_is_named() {
    let written = Written::new().await;
    let (first, deleted) = (&written.first.project_id, &written.deleted.project_id);
    for change in [
        "name = 'Capri'".to_owned(),
        "template_id = 'another'".to_owned(),
        "deleted_at = 1".to_owned(),
        "epoch = 'none'".to_owned(),
    ] {
        let sql = format!("UPDATE projects SET {change} WHERE project_id = 'FIRST'");
        assert_eq!(written.faults_after(&sql).await, [fault("catalogue", first, None)], "{change}");
    }
    let sql = "UPDATE projects SET saved = 9 WHERE project_id = 'FIRST'";
    assert_eq!(written.faults_after(sql).await, [fault("catalogue", first, 9)]);
    let sql = format!("UPDATE projects SET deleted_at = NULL WHERE project_id = '{deleted}'");
    assert_eq!(written.faults_after(&sql).await, [fault("catalogue", deleted, None)]);
    let sql = "DELETE FROM sessions WHERE project_id = 'FIRST'";
    assert_eq!(written.faults_after(sql).await, [fault("catalogue", first, None)]);
    let sql = "UPDATE sessions SET project_id = NULL WHERE project_id = 'FIRST'";
    assert_eq!(written.faults_after(sql).await, [fault("catalogue", first, None)]);
}

#[tokio::test]
async fn a_file_that_sqlite_cannot_read_is_a_fault_and_not_an_accident() {
    let written = Written::new().await;
    // Its first bytes, by which it is known; and a page in its middle, behind the tables' names.
    for (from, to) in [(0, 64), (2 * 4096, 3 * 4096)] {
        let copy = written.copy();
        let mut bytes = fs::read(database(copy.path())).unwrap();
        bytes[from..to].fill(0xa5);
        fs::write(database(copy.path()), bytes).unwrap();
        let found = faults(copy.path()).await;
        assert!(found.iter().any(|(kind, ..)| kind == "database"), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_checked_while_a_server_writes_there() {
    let written = Written::new().await;
    let path = written.directory.path();
    let mut server = ServerProcess::start(ServerProcess::command(path)).await;
    let (rest, first) = (server.rest.clone(), written.first);
    let writing = tokio::spawn(async move {
        for n in 0.. {
            let data = json!({ "node_id": first.root, "property_id": "notes", "new_value": n });
            rest.execute(&first, "UpdateProperty", data).await;
        }
    });
    let whole = async || {
        let (code, report) = report(path).await;
        assert_eq!((code, &report["faults"]), (0, &json!([])));
        report["records"].as_u64().unwrap()
    };
    let before = whole().await;
    until("a check finds more than the one before", async || whole().await > before).await;
    writing.abort();
    // Killed, it leaves its log behind.
    server.kill9().await;
    assert!(path.join("graphroom.db-wal").exists());
    assert!(whole().await > before);
    // And it comes up as if nobody had looked.
    let mut server = ServerProcess::start(ServerProcess::command(path)).await;
    server.rest.project().await;
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn what_cannot_be_checked_is_told_with_a_code_of_its_own() {
    let written = Written::new().await;
    let nothing = tempfile::tempdir().unwrap();
    assert!(refused(nothing.path()).await.contains("there is no graphroom.db"));
    assert_eq!(fs::read_dir(nothing.path()).unwrap().count(), 0, "nothing is made");
    let missing = nothing.path().join("missing");
    assert!(refused(&missing).await.contains(missing.to_str().unwrap()));
    for (pragma, expected) in [
        ("user_version = 1", "has version 1; start the server once"),
        ("user_version = 1000", "version 1000, written by a newer version"),
        ("application_id = 7", "another program"),
    ] {
        let copy = written.copy();
        Connection::open(database(copy.path())).unwrap().execute_batch(&format!("PRAGMA {pragma}")).unwrap();
        let told = refused(copy.path()).await;
        assert!(told.contains(expected), "{told}");
    }
}
