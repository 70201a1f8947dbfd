//! How a simulated project begins: made from a template, from a file, or in a room where people wait already.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::plan::{Beginning, Plan, files};
use super::seat::{Seat, TRIES};
use super::stage;
use crate::support::{Project, Rest};

/// A new project, and the witness of all that happens in it, who is there before the project if that can be.
pub async fn begin(rest: &Rest, plan: &Plan, witness: impl Fn(&str) -> Seat) -> (Project, Seat) {
    let mut file = files::beginning(plan.strict);
    stage::fill_in_new(&mut file);
    let project = match plan.beginning {
        Beginning::Created => {
            let body = json!({ "template_id": "restomod", "project_name": "Test", "strict": plan.strict });
            made(rest.post("/projects", body).await)
        }
        Beginning::Imported => made(rest.post("/projects/import", file).await),
        Beginning::Loaded => return load(rest, &file, witness).await,
    };
    let witness = witness(&project.session_id);
    (project, witness)
}

/// A project, from the answer to what made it.
pub fn made((status, created): (StatusCode, Value)) -> Project {
    assert_eq!(status, 201, "{created}");
    Project {
        session_id: id(&created["session_id"]),
        project_id: id(&created["project_id"]),
        // A project that was exported without a node has no root.
        root: created["graph"]["roots"][0]["id"].as_str().unwrap_or_default().to_owned(),
    }
}

/// The witness waits in a session without a project until somebody loads one.
async fn load(rest: &Rest, file: &Value, witness: impl Fn(&str) -> Seat) -> (Project, Seat) {
    let (session_id, mut witness) = wait(rest, witness).await;
    let (status, loaded) = rest.post(&format!("/sessions/{session_id}/load-graph"), file.clone()).await;
    assert_eq!(status, 200, "{loaded}");
    let last = loaded["seq"].as_u64().expect("an answer has a seq");
    witness.hear_until(last).await;
    let root = id(&loaded["graph"]["roots"][0]["id"]);
    (Project { session_id, project_id: id(&loaded["project_id"]), root }, witness)
}

/// A session without a project, and somebody in it. Others clean up meanwhile, and nobody keeps an empty
/// session that nobody is in.
async fn wait(rest: &Rest, witness: impl Fn(&str) -> Seat) -> (String, Seat) {
    for _ in 0..TRIES {
        let (status, created) = rest.post("/sessions", json!({})).await;
        assert_eq!(status, 201, "{created}");
        let session_id = id(&created["session_id"]);
        let mut witness = witness(&session_id);
        let joined = witness.try_join(true).await;
        if joined["success"] == true {
            return (session_id, witness);
        }
        assert_eq!(joined["error"]["code"], "INVALID_SESSION", "{joined}");
    }
    panic!("{TRIES} empty sessions went before anybody could join one");
}

fn id(value: &Value) -> String {
    value.as_str().expect("an id").to_owned()
}
