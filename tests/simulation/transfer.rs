//! Transfers: a project goes out as a file while others work on it, and comes in as another project.

use serde_json::{Value, json};

use super::beginning::made;
use super::plan::{Body, Given};
use super::replica::Replica;
use super::stage::Stage;

/// What stands in a file that may be a fault, since a project may move to a template that does not know all
/// of its nodes, and a strict one may hold what was there before.
const MAY_BE_FAULTS: [&str; 3] = [".type", ".children[", ".properties."];

/// Exports the project and loads the file into it: the graph is as it was when it went out, unless somebody was
/// between the load and its answer.
pub async fn reload(stage: &Stage, author: usize, given: &Given) {
    let file = export(stage).await;
    let given = Given { body: Body::Load(file.clone()), ..given.clone() };
    let answer = stage.give(author, &given).await;
    if answer["success"] == true && given.graph && answer["graph_seq"] == answer["seq"] {
        let differences = Replica::read(&answer["graph"]).differences(&Replica::of_file(&file));
        assert!(differences.is_empty(), "a file makes another graph: {differences:#?}");
    }
}

/// The project's file.
async fn export(stage: &Stage) -> Value {
    let (status, file) = stage.rest[0].get(&format!("/projects/{}/export", stage.project.project_id)).await;
    assert_eq!(status, 200, "{file}");
    file
}

/// Exports the project and imports the file: a dry run tells what comes of it, and the new project is the
/// old one as it was.
pub async fn transfer(stage: &Stage) {
    let (rest, file) = (&stage.rest[0], export(stage).await);
    let (status, report) = rest.post("/projects/import?dry_run=1", file.clone()).await;
    assert_eq!(status, 200, "{report}");
    let (status, imported) = rest.post("/projects/import", file.clone()).await;
    if report["valid"] == false {
        assert_eq!((status.as_u16(), &imported["error"]["code"]), (400, &json!("INVALID_PROJECT_FILE")));
        assert_eq!(imported["error"]["details"]["faults"], report["faults"]);
        let unknown = |fault: &Value| {
            let place = fault["place"].as_str().unwrap_or_default();
            !MAY_BE_FAULTS.iter().any(|part| place.contains(part))
        };
        let faults = report["faults"].as_array().expect("a list");
        assert!(!faults.iter().any(unknown), "what was exported has faults: {faults:?}");
        return;
    }
    let (exported, graph) = (Replica::of_file(&file), imported["graph"].clone());
    let project = made((status, imported));
    let differences = Replica::read(&graph).differences(&exported);
    assert!(differences.is_empty(), "a file makes another project: {differences:#?}");
    let (_, again) = rest.get(&format!("/projects/{}/export", project.project_id)).await;
    assert_eq!(file, again, "a file that is imported and exported is the same");
    let delete = rest.request(reqwest::Method::DELETE, &format!("/projects/{}", project.project_id));
    let (status, answer) = rest.send(delete).await;
    assert_eq!(status, 200, "{answer}");
}
