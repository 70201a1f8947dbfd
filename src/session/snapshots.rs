//! When snapshots are taken: off the way of commands, one at a time, and no oftener than they are worth it.
//!
//! A project is loaded from its newest snapshot and what its journal has behind that, so what matters is how much may
//! come before the next one. Taking one costs time that grows with the project and not with what changed: after each
//! there is a pause of a multiple of the time it took.
//!
//! The text of a large project's graph is kept when its session ends: it is of use only as long as nothing happens.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::GRAPH_FORM;
use super::rules::Rules;
use crate::clock::Instant;
use crate::domain::{Effect, Record, State, snapshot};
use crate::store::{ProjectId, Snapshot, Store, StoreError};

/// How many times as long as the last one took there is none.
const PAUSE: u32 = 10;
/// How long there is none after one that could not be kept.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(60);
/// Records that are replayed as soon as a snapshot is read: for fewer none is taken when a session ends.
const WORTH_IT: usize = 100;

/// How much may come before the next snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    /// Records.
    pub records: usize,
    /// Registers that they changed.
    pub changes: usize,
}

impl Default for Every {
    fn default() -> Self {
        Self { records: 2_000, changes: 10_000 }
    }
}

/// What came since a project's last snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Since {
    records: usize,
    changes: usize,
}

impl Since {
    /// Another record came.
    pub fn add(&mut self, record: &Record) {
        let changes = record.effects.iter().map(|effect| match effect {
            Effect::Graph { after } => after.len(),
            _ => 1,
        });
        self.records += 1;
        self.changes += changes.sum::<usize>();
    }

    fn is_over(self, every: Every) -> bool {
        self.records >= every.records || self.changes >= every.changes
    }
}

/// Takes the snapshots of all sessions.
pub struct SnapshotWorker {
    store: Arc<dyn Store>,
    turn: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl SnapshotWorker {
    /// Of projects whose journals are in this store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, turn: Arc::new(Semaphore::new(1)), tasks: TaskTracker::new() }
    }

    /// Takes one when its turn comes, and says how long that took.
    async fn take(
        store: &dyn Store,
        turn: &Semaphore,
        project: ProjectId,
        state: State,
    ) -> Result<Duration, StoreError> {
        let _turn = turn.acquire().await;
        let begun = Instant::now();
        let seq = state.head;
        let text = tokio::task::spawn_blocking(move || snapshot::write(&state)).await;
        let text = text.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        store.keep_snapshot(project, Snapshot { seq, text }).await?;
        Ok(begun.elapsed())
    }

    /// Keeps the text of a graph, unless it was kept already.
    async fn keep_graph(
        store: &dyn Store,
        turn: &Semaphore,
        project: ProjectId,
        state: State,
    ) -> Result<(), StoreError> {
        let _turn = turn.acquire().await;
        let known = store.graph(project, GRAPH_FORM).await?;
        if known.is_some_and(|known| known.seq == state.head) {
            return Ok(());
        }
        store.keep_graph(project, state, GRAPH_FORM).await
    }

    /// Lets the snapshots of a project go that was deleted, the one too that is being taken.
    fn drop_all(&self, project: ProjectId, taking: Option<JoinHandle<()>>) {
        let store = Arc::clone(&self.store);
        self.tasks.spawn(async move {
            if let Some(taking) = taking {
                drop(taking.await);
            }
            if let Err(error) = store.drop_snapshots(project).await {
                tracing::warn!(%project, %error, "the snapshots of a deleted project are still there");
            }
        });
    }

    /// Waits until those are taken that were begun.
    pub async fn taken(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// The snapshots of one project.
pub struct Progress {
    snapshots: Arc<SnapshotWorker>,
    project: ProjectId,
    every: Every,
    graph_text_from: usize,
    since: Since,
    /// None while one is taken.
    not_before: Arc<Mutex<Option<Instant>>>,
    /// The last one that was begun.
    taking: Option<JoinHandle<()>>,
}

impl Progress {
    /// Of a project that was just loaded, with so much behind its last snapshot.
    pub fn new(snapshots: Arc<SnapshotWorker>, project: ProjectId, rules: &Rules, since: Since) -> Self {
        let not_before = Arc::new(Mutex::new(Some(Instant::now())));
        let (every, graph_text_from) = (rules.snapshot_every, rules.graph_text_from);
        Self { snapshots, project, every, graph_text_from, since, not_before, taking: None }
    }

    /// Another record came.
    pub fn add(&mut self, record: &Record) {
        self.since.add(record);
    }

    /// Begins a snapshot if it is time for one.
    pub fn take_if_due(&mut self, state: &State) {
        if self.since.is_over(self.every) {
            let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            if not_before.is_some_and(|time| time <= Instant::now()) {
                *not_before = None;
                drop(not_before);
                self.take(state.clone());
            }
        }
    }

    fn take(&mut self, state: State) {
        self.since = Since::default();
        let (snapshots, project) = (Arc::clone(&self.snapshots), self.project);
        let not_before = Arc::clone(&self.not_before);
        let taking = self.snapshots.tasks.spawn(async move {
            let taken = SnapshotWorker::take(&*snapshots.store, &snapshots.turn, project, state).await;
            let pause = match taken {
                Ok(took) => took * PAUSE,
                Err(error) => {
                    tracing::warn!(%project, %error, "no snapshot could be kept");
                    PAUSE_AFTER_FAILURE
                }
            };
            *not_before.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + pause);
        });
        self.taking = Some(taking);
    }

    /// The session ends: takes a last one if that is worth it, and keeps the text of a large graph.
    pub fn end(mut self, state: State) {
        let is_large = state.graph.len() >= self.graph_text_from;
        let worth_it = if is_large { 1 } else { WORTH_IT.min(self.every.records) };
        if state.deleted {
            self.snapshots.drop_all(self.project, self.taking);
            return;
        }
        if self.since.records >= worth_it || self.since.is_over(self.every) {
            self.take(state.clone());
        }
        if is_large {
            self.keep_graph(state);
        }
    }

    fn keep_graph(self, state: State) {
        let Self { snapshots, project, taking, .. } = self;
        let tasks = snapshots.tasks.clone();
        tasks.spawn(async move {
            // What is loaded from comes first, if there is little time.
            if let Some(taking) = taking {
                drop(taking.await);
            }
            let kept = SnapshotWorker::keep_graph(&*snapshots.store, &snapshots.turn, project, state).await;
            if let Err(error) = kept {
                tracing::warn!(%project, %error, "the text of a graph could not be kept");
            }
        });
    }
}
