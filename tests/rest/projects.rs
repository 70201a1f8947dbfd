//! Projects are listed, renamed and deleted, and everybody in the room is told.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, Project, Rest, TestServer};

async fn named(rest: &Rest, name: &str) -> Project {
    let (_, created) =
        rest.post("/projects", json!({ "template_id": "restomod", "project_name": name })).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Project {
        session_id: text(&created["session_id"]),
        project_id: text(&created["project_id"]),
        root: text(&created["graph"]["roots"][0]["id"]),
    }
}

async fn rename(rest: &Rest, project: &Project, body: Value) -> (StatusCode, Value) {
    rest.send(rest.request(Method::PATCH, &format!("/projects/{}", project.project_id)).json(&body)).await
}

async fn delete(rest: &Rest, project: &Project) -> (StatusCode, Value) {
    rest.send(rest.request(Method::DELETE, &format!("/projects/{}", project.project_id))).await
}

fn names(list: &Value) -> Vec<&str> {
    list["projects"].as_array().unwrap().iter().map(|project| project["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn projects_are_listed_in_pages_newest_first_and_found_by_a_part_of_their_name() {
    let server = TestServer::start().await;
    for name in ["Mustang 1967", "Käfer", "100 % electric", "mustang spare parts"] {
        named(&server.rest, name).await;
    }
    let (status, all) = server.rest.get("/projects").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&all["total"], &all["offset"], &all["limit"]), (&json!(4), &json!(0), &json!(50)));
    let (_, page) = server.rest.get("/projects?offset=1&limit=2").await;
    assert_eq!(names(&page), names(&all)[1..3]);
    assert_eq!(page["total"], 4);
    let (_, found) = server.rest.get("/projects?search=MUSTANG").await;
    assert_eq!(found["total"], 2);
    let (_, found) = server.rest.get("/projects?search=%25").await;
    assert_eq!(names(&found), ["100 % electric"]);
    let (_, found) = server.rest.get("/projects?search=K%C3%84FER").await;
    assert_eq!(names(&found), ["Käfer"]);
    for query in ["limit=0", "limit=201", "limit=x", "offset=-1", "offset=1&offset=2"] {
        let (status, answer) = server.rest.get(&format!("/projects?{query}")).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")),
            "{query}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_list_shows_what_a_project_is_like_now() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    server.rest.execute(&project, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;
    let (_, list) = server.rest.get("/projects").await;
    let listed = &list["projects"][0];
    assert_eq!(listed["project_id"], project.project_id);
    assert_eq!(listed["session_id"], project.session_id);
    assert_eq!((&listed["seq"], &listed["is_dirty"]), (&json!(2), &json!(true)));
    assert_eq!((&listed["active_clients"], &listed["template_id"]), (&json!(1), &json!("restomod")));
    assert!(listed["updated_at"].as_str().unwrap() >= listed["created_at"].as_str().unwrap());
    server.stop().await;
}

#[tokio::test]
async fn a_renamed_project_is_told_to_its_room_shown_everywhere_and_no_step() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    let (status, answer) = rename(&server.rest, &project, json!({ "name": "Boat" })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        answer,
        json!({ "success": true, "project_id": project.project_id, "name": "Boat", "seq": 2 })
    );
    let told = member.event_named("project-updated").await;
    assert_eq!((&told["name"], &told["old_name"]), (&json!("Boat"), &json!("Test")));
    assert_eq!((&told["seq"], &told["command_type"]), (&json!(2), &json!("RenameProject")));
    let (_, read) = server.rest.get(&format!("/projects/{}", project.project_id)).await;
    assert_eq!(read["name"], "Boat");
    let (_, list) = server.rest.get("/projects").await;
    assert_eq!(names(&list), ["Boat"]);
    let (_, undone) = server.rest.post(&format!("/sessions/{}/undo", project.session_id), json!({})).await;
    assert_eq!(undone["nothing_to_undo"], true);
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "  " }),
        json!({ "name": 7 }),
        json!({ "name": "x".repeat(257) }),
    ] {
        let (status, answer) = rename(&server.rest, &project, body).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")));
    }
    server.stop().await;
}

// CMD-3
#[tokio::test]
async fn a_named_renaming_and_a_named_state_are_carried_out_once_however_often_they_are_sent() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    let (rename_path, state_path) =
        (format!("/projects/{}", project.project_id), format!("/sessions/{}/state", project.session_id));
    let keyed = async |method: Method, path: &str, key: &str, body: Value| {
        let request = server.rest.request(method, path).header("Idempotency-Key", key).json(&body);
        server.rest.send(request).await
    };
    let boat = json!({ "name": "Boat" });
    let (_, first) = keyed(Method::PATCH, &rename_path, "name", boat.clone()).await;
    rename(&server.rest, &project, json!({ "name": "Car", "command_id": "another" })).await;
    let (status, again) = keyed(Method::PATCH, &rename_path, "name", boat.clone()).await;
    assert_eq!((status, again), (StatusCode::OK, first));
    let (status, other) = keyed(Method::PATCH, &rename_path, "another", boat).await;
    assert_eq!((status, &other["error"]["code"]), (StatusCode::CONFLICT, &json!("IDEMPOTENCY_MISMATCH")));

    let (_, paused) = keyed(Method::POST, &state_path, "pause", json!({ "state": "paused" })).await;
    server.rest.post(&state_path, json!({ "state": "active", "command_id": "go on" })).await;
    let (status, again) = keyed(Method::POST, &state_path, "pause", json!({ "state": "paused" })).await;
    assert_eq!((status, again), (StatusCode::OK, paused));

    let (_, ended) = server.rest.post(&state_path, json!({ "state": "completed" })).await;
    let mut told = Vec::new();
    loop {
        let event = member.event().await.payload;
        if event["seq"].is_u64() {
            let what = if event["state"].is_null() { &event["name"] } else { &event["state"] };
            told.push(what.clone());
        }
        if event["seq"] == ended["seq"] {
            break;
        }
    }
    assert_eq!(told, ["Boat", "Car", "paused", "active", "completed"]);
    server.stop().await;
}

// C-037, C-038
#[tokio::test]
async fn a_deleted_project_says_goodbye_to_its_room_and_is_found_nowhere_any_more() {
    let server = TestServer::start().await;
    let (project, other) = (server.rest.project().await, server.rest.project().await);
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    member.join(&other.session_id).await;
    let (status, answer) = delete(&server.rest, &project).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer, json!({ "success": true, "project_id": project.project_id }));
    let closed = member.event_named("session:closed").await;
    assert_eq!((&closed["session_id"], &closed["reason"]), (&json!(project.session_id), &json!("deleted")));
    assert_eq!(closed["seq"], 2);

    let command = json!({ "session_id": project.session_id, "command_type": "CreateNode", "data": { "blueprint_type_id": "phase" } });
    let (status, refused) = server.rest.post("/commands/execute", command.clone()).await;
    assert_eq!((status, &refused["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_SESSION")));
    let refused = member.call("execute_command", command).await;
    assert_eq!(refused["error"]["code"], "INVALID_SESSION");
    for path in [
        format!("/projects/{}", project.project_id),
        format!("/sessions/{}/info", project.session_id),
        format!("/sessions/{}/graph", project.session_id),
    ] {
        assert_eq!(server.rest.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(delete(&server.rest, &project).await.0, StatusCode::NOT_FOUND);
    let (_, list) = server.rest.get("/projects").await;
    assert_eq!((&list["total"], &list["projects"][0]["project_id"]), (&json!(1), &json!(other.project_id)));
    let (_, sessions) = server.rest.get("/sessions").await;
    assert_eq!(sessions["total"], 1);

    let left = member.call("leave_session", json!({ "session_id": project.session_id })).await;
    assert_eq!(left["success"], true);

    // The other room goes on.
    server.rest.execute(&other, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;
    assert_eq!(member.event_named("node-created").await["session_id"], json!(other.session_id));
    server.stop().await;
}

#[tokio::test]
async fn a_project_that_was_renamed_and_one_that_was_deleted_are_so_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let (kept, gone) = (server.rest.project().await, server.rest.project().await);
    rename(&server.rest, &kept, json!({ "name": "Boat" })).await;
    delete(&server.rest, &gone).await;
    server.stop().await;
    let server = TestServer::start_in(directory.path()).await;
    let (_, list) = server.rest.get("/projects").await;
    assert_eq!(names(&list), ["Boat"]);
    assert_eq!(server.rest.get(&format!("/projects/{}", gone.project_id)).await.0, StatusCode::NOT_FOUND);
    let (_, read) = server.rest.get(&format!("/projects/{}", kept.project_id)).await;
    assert_eq!((&read["name"], &read["strict"]), (&json!("Boat"), &json!(false)));
    server.stop().await;
}

#[tokio::test]
async fn a_strict_project_holds_its_nodes_to_the_template_and_another_does_not() {
    let server = TestServer::start().await;
    let body = json!({ "template_id": "restomod", "project_name": "Strict", "strict": true });
    let (_, strict) = server.rest.post("/projects", body).await;
    let loose = server.rest.project().await;
    let node = |session: &Value, parent: &Value| {
        json!({
            "session_id": session, "command_type": "CreateNode",
            "data": { "parent_id": parent, "blueprint_type_id": "project_root" },
        })
    };
    let (status, refused) = server
        .rest
        .post("/commands/execute", node(&strict["session_id"], &strict["graph"]["roots"][0]["id"]))
        .await;
    assert_eq!((status, &refused["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("CHILD_NOT_ALLOWED")));
    assert_eq!(refused["error"]["details"]["allowed_children"], json!(["phase"]));
    let (status, _) =
        server.rest.post("/commands/execute", node(&json!(loose.session_id), &json!(loose.root))).await;
    assert_eq!(status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn in_open_mode_everybody_is_an_owner() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (_, read) = server.rest.get(&format!("/projects/{}", project.project_id)).await;
    assert_eq!(read["role"], "owner");
    assert_eq!(Client::connect(server.address).await.join(&project.session_id).await["role"], "owner");
    let (_, made) = server.rest.post("/sessions", Value::Null).await;
    let empty = made["session_id"].as_str().unwrap();
    assert_eq!(Client::connect(server.address).await.join(empty).await["role"], "owner");
    server.stop().await;
}
