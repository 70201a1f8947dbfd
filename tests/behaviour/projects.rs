//! `graphroom project`, on directories that a real server wrote, held against what that server says.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::process::{ServerProcess, without_settings};
use crate::support::{Rest, until};

const RESTOMOD: &str = include_str!("../fixtures/project-files/restomod.json");

/// What a command did.
struct Done {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Done {
    /// What it said, having done what was asked without another word.
    fn well(self) -> String {
        assert_eq!((self.code, &*self.stderr), (Some(0), ""), "{}", self.stdout);
        self.stdout
    }

    /// What it said on standard error with this code.
    fn refused(self, code: i32) -> String {
        assert_eq!((self.code, &*self.stdout), (Some(code), ""), "{}", self.stderr);
        self.stderr
    }
}

/// `graphroom project` on a data directory; the first argument is what to do.
fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    command.arg("project").args(arguments).arg("--data").arg(data).stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn run(mut command: Command) -> Done {
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

async fn project(data: &Path, arguments: &[&str]) -> Done {
    run(command(data, arguments)).await
}

/// The same with something to read.
async fn project_reading(data: &Path, arguments: &[&str], input: &str) -> Done {
    let mut command = command(data, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

async fn server(data: &Path) -> ServerProcess {
    ServerProcess::start(ServerProcess::command(data)).await
}

/// A directory that a server was started on and ended, without a project.
async fn empty() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    assert!(server(directory.path()).await.terminate().await.success());
    directory
}

/// Sends a file as it is.
async fn import(rest: &Rest, query: &str, file: &str) -> Value {
    let request = rest.request(Method::POST, &format!("/projects/import{query}"));
    let request = request.header("content-type", "application/json").body(file.to_owned());
    rest.send(request).await.1
}

async fn export(rest: &Rest, id: &str) -> String {
    let answer = rest.request(Method::GET, &format!("/projects/{id}/export")).send().await.unwrap();
    assert!(answer.status().is_success());
    answer.text().await.unwrap()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// Writes a file beside a data directory and says where it is.
fn file(directory: &Path, content: &str) -> String {
    let path = directory.join("file.json");
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The projects of a directory by `list --json`.
async fn listed(data: &Path) -> Vec<Value> {
    let told = project(data, &["list", "--json"]).await.well();
    told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Two roots, an unknown type, a child that is not there, and a parent that is not.
fn faulty() -> String {
    let node = |kind: &str, children: &[&str], parent: Value| json!({ "type": kind, "name": "A node", "properties": {}, "children": children, "parent_id": parent });
    let nodes = json!({
        "a": node("project_root", &["b", "gone"], Value::Null),
        "b": node("spaceship", &[], json!("a")),
        "c": node("phase", &[], json!("nowhere")),
    });
    json!({ "version": "1.0", "name": "", "templates": ["restomod.yaml"], "nodes": nodes }).to_string()
}

/// A file of so many nodes.
fn large(count: usize) -> String {
    let node = |n: usize| {
        json!({ "id": format!("node-{n}"), "type": "phase", "name": format!("Node {n}"), "children": [],
            "parent_id": null, "properties": { "notes": "x".repeat(200) } })
    };
    let nodes: Vec<Value> = (0..count).map(node).collect();
    json!({ "version": "1.0", "templates": ["restomod.yaml"], "nodes": nodes }).to_string()
}

#[tokio::test]
async fn a_list_has_every_project_as_the_server_has_it_and_no_deleted_one() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = server(directory.path()).await;
    // More than a page of the server's.
    for n in 0..52 {
        let name = format!("Mustang {n}");
        server.rest.post("/projects", json!({ "template_id": "restomod", "project_name": name })).await;
    }
    let strange = json!({ "template_id": "event_planning", "project_name": "Käfer\n\u{1b}[2J" });
    server.rest.post("/projects", strange).await;
    let changed = server.rest.project().await;
    let phase = json!({ "parent_id": changed.root, "blueprint_type_id": "phase", "name": "Paint" });
    server.rest.execute(&changed, "CreateNode", phase).await;
    let deleted = server.rest.project().await;
    let request = server.rest.request(Method::DELETE, &format!("/projects/{}", deleted.project_id));
    assert!(server.rest.send(request).await.0.is_success());
    let (_, page) = server.rest.get("/projects?limit=200").await;
    assert!(server.terminate().await.success());

    let mut expected = page["projects"].as_array().unwrap().clone();
    assert_eq!(expected.len(), 54);
    for project in &mut expected {
        project.as_object_mut().unwrap().remove("active_clients").unwrap();
    }
    assert_eq!(listed(directory.path()).await, expected);

    let table = project(directory.path(), &["list"]).await.well();
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["ID", "LAST", "CHANGE", "SEQ", "TEMPLATE", "NAME"]);
    assert_eq!(lines.len(), 1 + expected.len(), "{table}");
    for (line, project) in lines[1..].iter().zip(&expected) {
        let seq = project["seq"].to_string();
        let fields = ["project_id", "updated_at", "template_id"].map(|field| text(project, field));
        assert_eq!(line[..4], [fields[0], fields[1], &*seq, fields[2]]);
    }
    let at = table.find("NAME").unwrap();
    for (line, project) in table.lines().skip(1).zip(&expected) {
        let name = text(project, "name").replace('\n', "\\n").replace('\u{1b}', "\\u{1b}");
        assert_eq!(line[at..], name, "aligned below its head");
    }

    let found = project(directory.path(), &["list", "--search", "KÄFER", "--json"]).await.well();
    assert_eq!(found.lines().count(), 1, "{found}");
    assert_eq!(project(directory.path(), &["list", "--search", "nobody"]).await.well(), "no project\n");
    assert_eq!(project(directory.path(), &["list", "--search", "nobody", "--json"]).await.well(), "");
}

#[tokio::test]
async fn an_export_is_the_file_that_the_server_sends_and_an_import_gives_the_same_again() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut first = server(&data).await;
    let made = import(&first.rest, "", RESTOMOD).await;
    let (id, session_id) = (text(&made, "project_id"), text(&made, "session_id"));
    let root = "11111111-1111-4111-8111-111111111111";
    let command = json!({ "session_id": session_id, "command_type": "CreateNode",
        "data": { "parent_id": root, "blueprint_type_id": "phase", "name": "Übel \"red\"\n", "index": 0 } });
    assert!(first.rest.post("/commands/execute", command).await.0.is_success());
    let sent = export(&first.rest, id).await;
    // Killed, it leaves its log behind.
    first.kill9().await;

    assert_eq!(project(&data, &["export", id]).await.well(), sent);
    assert_eq!(project(&data, &["export", id, "--output", "-"]).await.well(), sent);
    let path = directory.path().join("exported.json");
    let path = path.to_str().unwrap();
    assert_eq!(project(&data, &["export", id, "--output", path]).await.well(), "");
    assert_eq!(fs::read_to_string(path).unwrap(), sent);
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(path), mode(&file(directory.path(), "")), "who may read it is up to the umask");

    let told = project(&data, &["import", path]).await.well();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "imported \"Mustang 1967\": 4 nodes of template restomod");
    let (project_id, session_id) =
        (lines[1].strip_prefix("project ").unwrap(), lines[2].strip_prefix("session ").unwrap());
    assert_ne!(project_id, id);
    assert_eq!(project(&data, &["export", project_id]).await.well(), sent);
    let mut check = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    let told = run({
        check.arg("check").arg("--data").arg(&data);
        check
    })
    .await
    .well();
    assert!(told.ends_with(": 0 faults\n") && told.contains(project_id), "{told}");

    let mut second = server(&data).await;
    assert_eq!(export(&second.rest, project_id).await, sent);
    let (_, info) = second.rest.get(&format!("/sessions/{session_id}/info")).await;
    let found = (text(&info, "project_id"), &info["seq"], &info["undo_available"]);
    assert_eq!(found, (project_id, &json!(1), &json!(false)));
    let command = json!({ "session_id": session_id, "command_type": "UpdateProperty",
        "data": { "node_id": root, "property_id": "vin", "new_value": "another" } });
    assert!(second.rest.post("/commands/execute", command).await.0.is_success());
    assert!(second.terminate().await.success());
}

#[tokio::test]
async fn every_fault_is_told_with_its_place_as_by_the_server_and_nothing_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut server = server(&data).await;
    let report = import(&server.rest, "?dry_run=1", &faulty()).await;
    assert!(server.terminate().await.success());
    let faults = report["faults"].as_array().unwrap();
    assert!(faults.len() >= 4, "{report}");
    let before = fs::read(data.join("graphroom.db")).unwrap();

    let path = file(directory.path(), &faulty());
    let told = project(&data, &["import", &path]).await.refused(1);
    let line = |fault: &Value| format!("fault: {}: {}\n", text(fault, "place"), text(fault, "message"));
    let lines: String = faults.iter().map(line).collect();
    let end =
        format!("graphroom project import: {path}: {} faults; nothing is imported\n", report["faults_total"]);
    assert_eq!(told, lines + &end);

    let done = project(&data, &["import", &path, "--json"]).await;
    assert_eq!((done.code, &*done.stderr), (Some(1), &*end));
    assert_eq!(serde_json::from_str::<Value>(&done.stdout).unwrap(), report);

    let broken = file(directory.path(), "{\n  \"version\": 1.0.0\n}");
    let told = project(&data, &["import", &broken]).await.refused(1);
    assert!(told.starts_with("fault: line 2, column ") && told.contains(": 1 fault; nothing"), "{told}");
    let many = large(300).replace("\"phase\"", "\"spaceship\"");
    let told = project_reading(&data, &["import", "-"], &many).await.refused(1);
    assert_eq!(told.lines().count(), 101, "{told}");
    assert!(told.ends_with("-: 300 faults, of which 100 were told; nothing is imported\n"), "{told}");

    assert_eq!(fs::read(data.join("graphroom.db")).unwrap(), before);
    assert!(listed(&data).await.is_empty());
}

#[tokio::test]
async fn the_limits_of_a_file_are_the_server_s() {
    let directory = empty().await;
    let path = file(directory.path(), RESTOMOD);
    let told = project(directory.path(), &["import", &path, "--max-nodes", "2"]).await.refused(1);
    assert!(told.starts_with("fault: nodes: "), "{told}");
    let sparse = fs::File::create(&path).unwrap();
    sparse.set_len(256 * 1024 * 1024 + 1).unwrap();
    let told = project(directory.path(), &["import", &path]).await.refused(1);
    assert!(told.ends_with(": a project file is at most 268435456 bytes\n"), "{told}");
    assert!(listed(directory.path()).await.is_empty());
}

#[tokio::test]
async fn a_dry_run_says_what_would_come_of_it_and_needs_no_directory() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut server = server(&data).await;
    let report = import(&server.rest, "?dry_run=1&name=Capri", RESTOMOD).await;
    let path = file(directory.path(), RESTOMOD);
    // In use, and not there at all.
    for data in [&data, &directory.path().join("missing")] {
        let told = project(data, &["import", &path, "--dry-run", "--name", "Capri", "--json"]).await.well();
        assert_eq!(serde_json::from_str::<Value>(&told).unwrap(), report);
        let told = project(data, &["import", &path, "--dry-run"]).await.well();
        assert_eq!(told, "would import \"Mustang 1967\": 3 nodes of template restomod\n");
        project_reading(data, &["import", "-", "--dry-run"], &faulty()).await.refused(1);
    }
    assert_eq!(server.rest.get("/projects").await.1["total"], 0);
    assert!(server.terminate().await.success());
    assert!(!directory.path().join("missing").exists());
    assert!(listed(&data).await.is_empty());
}

#[tokio::test]
async fn what_the_file_says_of_name_and_strictness_can_be_overruled() {
    let directory = empty().await;
    let data = directory.path();
    // In order for a strict project, too.
    let unsaid = json!({ "version": "1.0", "templates": ["restomod.yaml"],
        "nodes": [{ "id": "a", "type": "project_root", "name": "Mustang 1967", "properties": { "vehicle": "Ford" } }] })
    .to_string();
    let lenient = unsaid.replacen('{', "{\"strict\": false,", 1);
    for (file, arguments, name, strict) in [
        (&unsaid, &[][..], "Mustang 1967", false),
        (&unsaid, &["--strict", "--name", "Capri \u{1b}"], "Capri \u{1b}", true),
        (&lenient, &["--strict"], "Mustang 1967", false),
        (&lenient, &["--set-strict", "true"], "Mustang 1967", true),
        (&unsaid, &["--strict", "--set-strict", "false"], "Mustang 1967", false),
    ] {
        let arguments = [&["import", "-", "--json"], arguments].concat();
        let told = project_reading(data, &arguments, file).await.well();
        let made: Value = serde_json::from_str(&told).unwrap();
        assert_eq!((text(&made, "name"), &made["node_count"]), (name, &json!(1)), "{arguments:?}");
        assert_eq!(text(&made, "template_id"), "restomod");
        let exported = project(data, &["export", text(&made, "project_id")]).await.well();
        let exported: Value = serde_json::from_str(&exported).unwrap();
        assert_eq!((text(&exported, "name"), &exported["strict"]), (name, &json!(strict)), "{arguments:?}");
        let listed = listed(data).await;
        let found = listed.iter().find(|project| project["project_id"] == made["project_id"]).unwrap();
        assert_eq!((text(found, "name"), &found["session_id"]), (name, &made["session_id"]));
    }
    for name in ["  ", &"x".repeat(257)] {
        let told = project_reading(data, &["import", "-", "--name", name], RESTOMOD).await.refused(2);
        assert!(told.contains("--name: a project's name is 1 to 256 characters"), "{told}");
    }
    assert_eq!(listed(data).await.len(), 5);
}

#[tokio::test]
async fn the_options_of_a_server_are_heard_from_the_environment_dot_env_and_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("by-file");
    assert!(server(&data).await.terminate().await.success());
    fs::create_dir(directory.path().join("kitchens")).unwrap();
    let template = "name: Kitchen\nnode_types:\n  - { id: room, label: Room }\n";
    fs::write(directory.path().join("kitchens/kitchen.yaml"), template).unwrap();
    fs::write(directory.path().join("kitchens/bad.yaml"), "name: [").unwrap();
    let settings =
        "data = \"by-file\"\ntemplates = \"kitchens\"\nmax_nodes = 2\nlisten = [\"127.0.0.1:0\"]\n";
    fs::write(directory.path().join("settings.toml"), settings).unwrap();
    fs::write(directory.path().join(".env"), "GRAPHROOM_CONFIG=settings.toml\n").unwrap();
    let here = |arguments: &[&str]| {
        let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
        command.current_dir(directory.path()).arg("project").args(arguments).stdin(Stdio::null());
        command
    };
    let room = json!({ "type": "room", "name": "Our kitchen" });
    let kitchen = |rooms: usize| {
        let nodes: Vec<Value> = (0..rooms)
            .map(|n| {
                let mut room = room.clone();
                room["id"] = json!(format!("room-{n}"));
                room
            })
            .collect();
        file(
            directory.path(),
            &json!({ "version": "1.0", "templates": ["kitchen.yaml"], "nodes": nodes }).to_string(),
        )
    };
    let done = run(here(&["import", &kitchen(2)])).await;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(done.stderr.starts_with("template not read: kitchens/bad.yaml:"), "{}", done.stderr);
    assert!(
        done.stdout.starts_with("imported \"Our kitchen\": 2 nodes of template kitchen\n"),
        "{}",
        done.stdout
    );
    assert_eq!(run(here(&["import", &kitchen(3)])).await.code, Some(1));
    let told = run(here(&["list"])).await.well();
    assert_eq!(told.lines().count(), 2, "{told}");
    assert_eq!(listed(&data).await.len(), 1);
    // A variable goes before the file, a flag before the variable.
    let mut command = here(&["list"]);
    command.env("GRAPHROOM_DATA", "by-variable");
    assert!(run(command).await.refused(2).contains("by-variable: there is no graphroom.db"));
    let mut command = here(&["list", "--data", "by-file"]);
    command.env("GRAPHROOM_DATA", "by-variable");
    assert_eq!(run(command).await.well(), told);
}

#[tokio::test]
async fn a_directory_that_a_server_uses_is_left_to_it() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut server = server(&data).await;
    let made = server.rest.project().await;
    let (path, output) = (file(directory.path(), RESTOMOD), directory.path().join("exported.json"));
    let output = output.to_str().unwrap();
    for arguments in [&["list"][..], &["export", &made.project_id, "--output", output], &["import", &path]] {
        let told = project(&data, arguments).await.refused(2);
        assert!(told.ends_with("is in use by another process\n"), "{told}");
    }
    assert_eq!(names(directory.path()).len(), 2, "the data and the file");
    assert_eq!(server.rest.get("/projects").await.1["total"], 1);
    assert!(server.terminate().await.success());
    assert_eq!(listed(&data).await.len(), 1, "afterwards it is free");
}

#[tokio::test]
async fn a_directory_without_a_database_of_this_version_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let (missing, nothing) = (directory.path().join("missing"), directory.path().join("nothing"));
    fs::create_dir(&nothing).unwrap();
    let path = file(directory.path(), RESTOMOD);
    let id = "00000000-0000-4000-8000-000000000000";
    let older = empty().await;
    Connection::open(older.path().join("graphroom.db"))
        .unwrap()
        .execute_batch("PRAGMA user_version = 1")
        .unwrap();
    for (data, expected) in [
        (&*missing, "missing: there is no graphroom.db"),
        (&nothing, "nothing: there is no graphroom.db"),
        (Path::new(&path), "file.json: Not a directory"),
        (older.path(), "has version 1; start the server once"),
    ] {
        for arguments in [&["list"][..], &["export", id], &["import", &path]] {
            let told = project(data, arguments).await.refused(2);
            assert!(told.contains(expected), "{told}");
        }
    }
    assert!(!missing.exists());
    assert!(names(&nothing).is_empty());
    let database = Connection::open(older.path().join("graphroom.db")).unwrap();
    let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
}

#[tokio::test]
async fn a_project_that_is_not_there_has_no_file_and_one_that_is_damaged_neither() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut server = server(&data).await;
    let (deleted, damaged) = (server.rest.project().await, server.rest.project().await);
    let request = server.rest.request(Method::DELETE, &format!("/projects/{}", deleted.project_id));
    assert!(server.rest.send(request).await.0.is_success());
    assert!(server.terminate().await.success());
    let output = directory.path().join("exported.json");
    let output = output.to_str().unwrap();
    for id in ["00000000-0000-4000-8000-000000000000", "no-uuid", &*deleted.project_id] {
        let told = project(&data, &["export", id, "--output", output]).await.refused(1);
        assert_eq!(told, format!("graphroom project export: there is no project {id:?}\n"));
    }
    let database = Connection::open(data.join("graphroom.db")).unwrap();
    let id = &damaged.project_id;
    let flip =
        "UPDATE records SET record = replace(record, 'project_root', 'project_toor') WHERE project_id = ?1";
    assert_eq!(database.execute(flip, [id]).unwrap(), 1);
    database.close().unwrap();
    let told = project(&data, &["export", id, "--output", output]).await.refused(1);
    assert!(told.contains("damaged data") && told.ends_with("graphroom check tells more\n"), "{told}");
    assert_eq!(names(directory.path()), ["data"], "nothing is left of what was begun");
    assert_eq!(listed(&data).await.len(), 1, "a list is not for damage");
}

#[tokio::test]
async fn a_file_that_is_there_is_replaced_only_by_force() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let mut server = server(&data).await;
    let made = server.rest.project().await;
    let sent = export(&server.rest, &made.project_id).await;
    assert!(server.terminate().await.success());
    let path = file(directory.path(), "kept");
    let arguments = ["export", &made.project_id, "--output", &path];
    let told = project(&data, &arguments).await.refused(2);
    assert!(told.ends_with("file.json is there already; --force replaces it\n"), "{told}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "kept");
    assert_eq!(project(&data, &[&arguments[..], &["--force"]].concat()).await.well(), "");
    assert_eq!(fs::read_to_string(&path).unwrap(), sent);
    let nowhere = ["export", &made.project_id, "--force", "--output", "/no/such/directory/file.json"];
    assert!(project(&data, &nowhere).await.refused(2).contains("/no/such/directory/file.json: "));
    let mut names = names(directory.path());
    names.sort();
    assert_eq!(names, ["data", "file.json"]);
}

#[tokio::test]
async fn who_stops_reading_causes_no_accident() {
    let directory = empty().await;
    let data = directory.path();
    let unread = async |arguments: &[&str]| {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut command = command(data, arguments);
        let output = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output();
        let output = output.await.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let path = file(data, RESTOMOD);
    assert_eq!(unread(&["import", &path]).await, (Some(0), String::new()), "it is imported all the same");
    let made = listed(data).await;
    assert_eq!(made.len(), 1);
    for arguments in [&["list"][..], &["list", "--json"], &["import", &path, "--dry-run"]] {
        assert_eq!(unread(arguments).await, (Some(0), String::new()));
    }
    let (code, told) = unread(&["export", text(&made[0], "project_id")]).await;
    assert_eq!(code, Some(2), "half a file is no success");
    assert!(told.starts_with("graphroom project export: standard output: "), "{told}");
}

#[tokio::test]
async fn an_export_that_is_interrupted_leaves_nothing_or_the_whole_file() {
    let directory = tempfile::tempdir().unwrap();
    let data = empty().await;
    let told = project_reading(data.path(), &["import", "-", "--json"], &large(20_000)).await.well();
    let made: Value = serde_json::from_str(&told).unwrap();
    let id = text(&made, "project_id");
    let path = directory.path().join("exported.json");
    let mut command = command(data.path(), &["export", id, "--output", path.to_str().unwrap()]);
    let mut child = command.spawn().unwrap();
    until("the export has begun", async || !names(directory.path()).is_empty()).await;
    let pid = child.id().expect("nobody waited for it yet");
    let kill = Command::new("sh").arg("-c").arg(format!("kill -INT {pid}")).status().await.unwrap();
    assert!(kill.success());
    match child.wait().await.unwrap().code() {
        Some(130) => assert_eq!(names(directory.path()), [""; 0]),
        Some(0) => {
            let whole = project(data.path(), &["export", id]).await.well();
            assert_eq!(fs::read_to_string(&path).unwrap(), whole);
            assert_eq!(names(directory.path()), ["exported.json"]);
        }
        other => panic!("{other:?}"),
    }
}
