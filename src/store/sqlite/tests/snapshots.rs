//! What is left of snapshots and graph texts that were not written to their end.

use std::fs;
use std::io;

use super::*;
use crate::store::GraphForm;

const FORM: GraphForm =
    GraphForm { name: "test", write: |state, out| write!(out, "the graph at {}", state.head) };
const FULL: GraphForm = GraphForm {
    name: "test",
    write: |_, out| {
        out.write_all(&[b'x'; 4_096])?;
        Err(io::Error::from(io::ErrorKind::StorageFull))
    },
};

fn state(head: Seq) -> State {
    State { head, ..State::default() }
}

fn snapshot(seq: Seq) -> Snapshot {
    Snapshot { seq, text: b"as it is".to_vec() }
}

/// The files of a project, in the order of their names.
fn files(dir: &Path, project: ProjectId) -> Vec<String> {
    let folder = dir.join("snapshots").join(project.to_string());
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_a_kill_left_of_a_snapshot_goes_with_the_next_one() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    for head in 0..4 {
        append(&store, project, head).await.unwrap();
    }
    store.keep_snapshot(project, snapshot(1)).await.unwrap();
    let folder = dir.path().join("snapshots").join(project.to_string());
    for seq in [2, 3] {
        fs::write(folder.join(format!("{seq}.unfinished")), "half of a snap").unwrap();
    }
    store.keep_snapshot(project, snapshot(4)).await.unwrap();
    assert_eq!(files(dir.path(), project), ["1.snapshot", "4.snapshot"]);
    store.close().await.unwrap();
}

#[tokio::test]
async fn what_could_not_be_written_to_its_end_takes_no_room() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    for head in 0..2 {
        append(&store, project, head).await.unwrap();
    }
    store.keep_graph(project, state(2), FORM).await.unwrap();
    // Nothing can take the name of a folder that is there.
    fs::create_dir(dir.path().join("snapshots").join(project.to_string()).join("1.snapshot")).unwrap();
    store.keep_snapshot(project, snapshot(1)).await.unwrap_err();
    store.keep_graph(project, state(2), FULL).await.unwrap_err();
    assert_eq!(files(dir.path(), project), ["1.snapshot", "2.graph"]);
    store.close().await.unwrap();
}
