//! What a server says of a project, to be compared with what another one says that has replayed its journal.

use std::path::Path;

use graphroom::store::{
    Catalogue, EncodedRecord, Journal, Most, ProjectQuery, ProjectRow, SessionRow, SqliteStore, Store,
    Unrecorded,
};
use serde_json::{Value, json};

use super::plan::{AUTHORS, Plan};
use super::replica::Replica;
use super::stage::Stage;

/// Writes to an empty directory what a store has: read record by record, and encoded anew.
pub async fn copy(store: &dyn Store, directory: &Path) {
    let copy = SqliteStore::open(directory).expect("an empty directory");
    let all = ProjectQuery { limit: usize::MAX, ..ProjectQuery::default() };
    for summary in store.projects(all).await.expect("the store can be read").projects {
        let ProjectRow { project_id: id, session_id, saved, .. } = summary.row;
        let records =
            store.read_from(id, 0, Most::records(usize::MAX)).await.expect("every journal can be read");
        let mut encoded = records.iter().map(|record| EncodedRecord::new(record).expect("it was read"));
        let first = encoded.next().expect("a project has a first record");
        let head = first.seq_last;
        // A session may be older than its project.
        let session =
            store.session(session_id).await.expect("it can be read").expect("every project has one");
        copy.create_session(SessionRow { project_id: None, ..session }).await.expect("the copy is empty");
        // The row is given the name of today by the records that follow.
        copy.create_project(ProjectRow { saved: head, ..summary.row }, first, None)
            .await
            .expect("it is empty");
        copy.append(id, head, encoded.collect()).await.expect("they follow one another");
        let unrecorded = store.unrecorded(id, usize::MAX).await.expect("they can be read");
        copy.add_unrecorded(id, unrecorded).await.expect("the project is there");
        copy.mark_saved(id, saved).await.expect("the project is there");
    }
    copy.close().await.expect("nobody works on it");
}

/// Everything that a restart must not change, the memory of what was carried out included.
pub async fn look_and_repeat(stage: &Stage) -> Value {
    let mut told = look(stage).await;
    told["repeats"] = repeats(stage).await.into();
    told
}

/// Everything else.
pub async fn look(stage: &Stage) -> Value {
    let (rest, project) = (&stage.rest[3], &stage.project);
    let get = async |path: String| {
        let (status, mut answer) = rest.get(&path).await;
        assert_eq!(status, 200, "{path}: {answer}");
        for changing in ["active_clients", "connections", "last_activity"] {
            answer.as_object_mut().expect("an object").remove(changing);
        }
        answer
    };
    let (session, project) = (format!("/sessions/{}", project.session_id), &project.project_id);
    let graph = get(format!("{session}/graph")).await;
    let export = get(format!("/projects/{project}/export")).await;
    let differences = Replica::of_file(&export).differences(&Replica::read(&graph["graph"]));
    assert!(differences.is_empty(), "what is exported is not what there is: {differences:#?}");
    json!({
        "graph": graph,
        "export": export,
        "info": get(format!("{session}/info")).await,
        "dirty": get(format!("{session}/dirty")).await,
        "project": get(format!("/projects/{project}?graph=none")).await,
    })
}

/// The last commands that each author named, once more: what they are answered with.
async fn repeats(stage: &Stage) -> Vec<Value> {
    let mut answers = Vec::new();
    for (author, user) in AUTHORS.iter().enumerate() {
        let user = user.unwrap_or_default();
        let given: Vec<_> =
            stage.ledger().named(user).iter().rev().take(2).map(|outcome| outcome.given.clone()).collect();
        for mut given in given {
            given.graph = false;
            let answer = stage.give(author, &given).await;
            assert_eq!(answer["duplicate"], true, "{given:?}: {answer}");
            answers.push(answer);
        }
    }
    answers
}

/// As `look`, without what depends on when it was done.
pub async fn look_without_times(stage: &Stage) -> Value {
    let mut told = look(stage).await;
    without_times(&mut told);
    told
}

/// Carries out the tail of a plan: the answers, and the graph behind it. Times are left out: the two servers
/// do it at different ones.
pub async fn tail(stage: &Stage, plan: &Plan) -> Value {
    let mut answers: Vec<Value> = Vec::new();
    for (author, given) in &plan.tail {
        answers.push(stage.give(*author, &stage.filled_in(given)).await);
    }
    answers.iter_mut().for_each(without_times);
    json!({ "answers": answers, "after": look_without_times(stage).await })
}

fn without_times(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_times),
        Value::Object(fields) => {
            fields.retain(|name, _| name != "at" && name != "created_at");
            fields.values_mut().for_each(without_times);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
