//! A store that fails: a clear error, nothing changed, reads and joins go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use graphroom::domain::{Record, Seq};
use graphroom::store::catalogue::{Catalogue, ProjectRow, SessionRow};
use graphroom::store::journal::{AppendError, EncodedRecord, Journal, RecentCommand};
use graphroom::store::memory::MemoryStore;
use graphroom::store::{ProjectId, SessionId, Store, StoreError, StoreFuture};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, Project, Rest, TestServer};

const WORKS: u8 = 0;
/// Nothing is written.
const FULL: u8 = 1;
/// It is written, but nobody can say so.
const WRITTEN_UNHEARD: u8 = 2;
/// It is not written, and nobody can say so; the head cannot be read either.
const MUTE: u8 = 3;

/// A store in memory whose appends fail as they are told to.
struct FailingStore {
    inner: MemoryStore,
    fault: AtomicU8,
}

fn broken() -> StoreError {
    StoreError::Unavailable("made to fail".to_owned())
}

impl Journal for FailingStore {
    fn append(
        &self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> StoreFuture<'_, Result<(), AppendError>> {
        Box::pin(async move {
            match self.fault.load(Ordering::SeqCst) {
                FULL => Err(AppendError::Unavailable(broken())),
                WRITTEN_UNHEARD => {
                    self.inner.append(project, expected_head, records).await?;
                    Err(AppendError::Unknown(broken()))
                }
                MUTE => Err(AppendError::Unknown(broken())),
                _ => self.inner.append(project, expected_head, records).await,
            }
        })
    }

    fn head(&self, project: ProjectId) -> StoreFuture<'_, Result<Seq, StoreError>> {
        if self.fault.load(Ordering::SeqCst) == MUTE {
            return Box::pin(async { Err(broken()) });
        }
        self.inner.head(project)
    }

    fn read_from(
        &self,
        project: ProjectId,
        after: Seq,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        if self.fault.load(Ordering::SeqCst) == MUTE {
            return Box::pin(async { Err(broken()) });
        }
        self.inner.read_from(project, after, limit)
    }

    fn recent_commands(
        &self,
        project: ProjectId,
        records: usize,
    ) -> StoreFuture<'_, Result<Vec<RecentCommand>, StoreError>> {
        self.inner.recent_commands(project, records)
    }
}

impl Catalogue for FailingStore {
    fn create_project(
        &self,
        project: ProjectRow,
        first: EncodedRecord,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        self.inner.create_project(project, first)
    }

    fn create_session(&self, session: SessionRow) -> StoreFuture<'_, Result<(), StoreError>> {
        self.inner.create_session(session)
    }

    fn project(&self, id: ProjectId) -> StoreFuture<'_, Result<Option<ProjectRow>, StoreError>> {
        self.inner.project(id)
    }

    fn session(&self, id: SessionId) -> StoreFuture<'_, Result<Option<SessionRow>, StoreError>> {
        self.inner.session(id)
    }

    fn sessions(&self) -> StoreFuture<'_, Result<Vec<SessionRow>, StoreError>> {
        self.inner.sessions()
    }
}

impl Store for FailingStore {
    fn close(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        self.inner.close()
    }
}

async fn create(rest: &Rest, project: &Project, command_id: &str) -> (StatusCode, Value) {
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": command_id });
    let body = json!({
        "session_id": project.session_id, "command_type": "CreateNode", "data": data, "command_id": command_id,
    });
    rest.post("/commands/execute?graph=none", body).await
}

async fn start() -> (TestServer, Arc<FailingStore>, Project) {
    let store = Arc::new(FailingStore { inner: MemoryStore::new(), fault: AtomicU8::new(WORKS) });
    let server = TestServer::start_on(Arc::clone(&store) as Arc<dyn Store>).await;
    let project = server.rest.project().await;
    (server, store, project)
}

#[tokio::test]
async fn a_full_disk_refuses_commands_while_reads_and_joins_go_on() {
    let (server, store, project) = start().await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    store.fault.store(FULL, Ordering::SeqCst);
    let (status, refused) = create(&server.rest, &project, "lost").await;
    assert_eq!((status.as_u16(), &refused["error"]["code"]), (503, &json!("STORE_UNAVAILABLE")));
    let mut late = Client::connect(server.address).await;
    assert_eq!(late.join(&project.session_id).await["seq"], 1);
    let (status, graph) = server.rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
    assert_eq!((status, &graph["seq"]), (StatusCode::OK, &json!(1)));

    store.fault.store(WORKS, Ordering::SeqCst);
    let (status, accepted) = create(&server.rest, &project, "kept").await;
    assert_eq!((status, &accepted["seq"]), (StatusCode::OK, &json!(2)));
    let created = member.event_named("node-created").await;
    assert_eq!((&created["name"], &created["seq"]), (&json!("kept"), &json!(2)));
    server.stop().await;
}

#[tokio::test]
async fn an_append_of_unknown_outcome_is_settled_by_the_head_before_anybody_is_answered() {
    let (server, store, project) = start().await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    store.fault.store(WRITTEN_UNHEARD, Ordering::SeqCst);
    let (status, accepted) = create(&server.rest, &project, "one").await;
    assert_eq!((status, &accepted["seq"]), (StatusCode::OK, &json!(2)), "{accepted}");
    assert_eq!(member.event_named("node-created").await["seq"], 2);
    server.stop().await;
}

#[tokio::test]
async fn an_outcome_that_cannot_be_settled_is_told_and_a_retry_finds_out() {
    let (server, store, project) = start().await;
    store.fault.store(MUTE, Ordering::SeqCst);
    let (status, unknown) = create(&server.rest, &project, "one").await;
    assert_eq!((status.as_u16(), &unknown["error"]["code"]), (503, &json!("OUTCOME_UNKNOWN")));
    let (status, refused) = create(&server.rest, &project, "one").await;
    assert_eq!((status.as_u16(), &refused["error"]["code"]), (503, &json!("STORE_UNAVAILABLE")), "{refused}");
    store.fault.store(WORKS, Ordering::SeqCst);
    let (status, accepted) = create(&server.rest, &project, "one").await;
    assert_eq!((status, &accepted["seq"]), (StatusCode::OK, &json!(2)), "{accepted}");
    let (_, again) = create(&server.rest, &project, "one").await;
    assert_eq!((&again["seq"], &again["duplicate"]), (&json!(2), &json!(true)));
    server.stop().await;
}
