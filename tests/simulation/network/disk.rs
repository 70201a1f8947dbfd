//! The disk: a store in memory that outlives the server, and that is slow, full, or silent about what it did.
//!
//! A server reaches it by a [`Mount`]. One that died has no more effect by its mount, and hears nothing from it;
//! what it was writing then is written whole or not at all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use graphroom::domain::{Record, Seq};
use graphroom::store::journal::{AppendError, EncodedRecord, Journal, RecentCommand};
use graphroom::store::memory::MemoryStore;
use graphroom::store::{Most, ProjectId, StoreError, StoreFuture};
use tokio::sync::oneshot;

use crate::support::all_but_the_journal_as_inside;
use crate::support::random::Random;

/// How the disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It works, at once.
    Good,
    /// It works; most of what it is asked waits until it is let go on.
    Slow,
    /// The same, and much of it fails.
    Failing,
}

/// What becomes of something that it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Works,
    /// Nothing is done, and it says so.
    Fails,
    /// An append is done, and it does not say so.
    DoneUnheard,
    /// An append is not done, and it does not say so; it may come back with the next start.
    LostUnheard,
    /// The one who asks breaks.
    Breaks,
}

#[derive(Clone)]
struct Append {
    project: ProjectId,
    head: Seq,
    records: Vec<EncodedRecord>,
}

struct Waiting {
    go: oneshot::Sender<()>,
    /// What is being written.
    append: Option<Append>,
}

struct State {
    random: Random,
    mood: Mood,
    /// The number of the mount that works.
    mount: u64,
    waiting: Vec<Waiting>,
    /// An append that was lost, and may yet come back.
    half_written: Option<Append>,
}

/// What lasts.
pub struct Disk {
    inner: Arc<MemoryStore>,
    state: Mutex<State>,
}

impl Disk {
    /// An empty disk.
    pub fn new(random: Random) -> Arc<Self> {
        let state = State { random, mood: Mood::Good, mount: 0, waiting: Vec::new(), half_written: None };
        Arc::new(Self { inner: Arc::default(), state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is on it, as it is.
    pub fn inside(&self) -> &Arc<MemoryStore> {
        &self.inner
    }

    /// Makes it so.
    pub fn set(&self, mood: Mood) {
        self.state().mood = mood;
    }

    /// Lets one of those go on who wait. False if nobody does.
    pub fn let_one_go(&self) -> bool {
        let mut state = self.state();
        if state.waiting.is_empty() {
            return false;
        }
        let many = state.waiting.len();
        let place = state.random.below(many);
        // Who waits may be gone.
        let _ = state.waiting.remove(place).go.send(());
        true
    }

    /// Takes it from the server that had it, which died, and gives it to the next.
    pub async fn mount(self: &Arc<Self>) -> Arc<Mount> {
        let (mount, writing) = {
            let mut state = self.state();
            state.mount += 1;
            let mut writing: Vec<_> = std::mem::take(&mut state.waiting).into_iter().collect();
            let mut appends: Vec<_> = writing.drain(..).filter_map(|waiting| waiting.append).collect();
            appends.extend(state.half_written.take());
            appends.retain(|_| state.random.percent(50));
            (state.mount, appends)
        };
        for Append { project, head, records } in writing {
            // One that somebody else's stands in the place of is not written.
            let _ = self.inner.append(project, head, records).await;
        }
        Arc::new(Mount { disk: Arc::clone(self), inner: Arc::clone(&self.inner), mount })
    }
}

impl State {
    fn fate(&mut self, is_append: bool) -> Fate {
        if self.mood != Mood::Failing {
            return Fate::Works;
        }
        if !is_append {
            return if self.random.percent(35) { Fate::Fails } else { Fate::Works };
        }
        match self.random.weighted(&[60, 15, 12, 12, 1]) {
            0 => Fate::Works,
            1 => Fate::Fails,
            2 => Fate::DoneUnheard,
            3 => Fate::LostUnheard,
            _ => Fate::Breaks,
        }
    }
}

/// The disk, as one server has it.
pub struct Mount {
    disk: Arc<Disk>,
    inner: Arc<MemoryStore>,
    mount: u64,
}

impl Mount {
    /// What becomes of something, once it may go on. Whoever died never hears.
    async fn fate(&self, append: Option<Append>) -> Fate {
        let (fate, gone) = {
            let mut state = self.disk.state();
            let fate = state.fate(append.is_some());
            let waits = state.mood != Mood::Good && state.random.percent(60);
            let gone = waits.then(|| {
                let (go, gone) = oneshot::channel();
                state.waiting.push(Waiting { go, append });
                gone
            });
            (fate, gone)
        };
        let is_let = match gone {
            Some(gone) => gone.await.is_ok(),
            None => true,
        };
        if !is_let || self.disk.state().mount != self.mount {
            std::future::pending::<()>().await;
        }
        fate
    }

    async fn read<T>(&self, read: StoreFuture<'_, Result<T, StoreError>>) -> Result<T, StoreError> {
        match self.fate(None).await {
            Fate::Works => read.await,
            _ => Err(broken()),
        }
    }

    async fn write(&self, append: Append) -> Result<(), AppendError> {
        let fate = self.fate(Some(append.clone())).await;
        let Append { project, head, records } = append.clone();
        match fate {
            Fate::Works => {
                self.inner.append(project, head, records).await?;
                self.disk.state().half_written = None;
                Ok(())
            }
            Fate::DoneUnheard => {
                self.inner.append(project, head, records).await?;
                self.disk.state().half_written = None;
                Err(AppendError::Unknown(broken()))
            }
            Fate::LostUnheard => {
                self.disk.state().half_written = Some(append);
                Err(AppendError::Unknown(broken()))
            }
            Fate::Fails => Err(AppendError::Unavailable(broken())),
            Fate::Breaks => panic!("made to break"),
        }
    }
}

fn broken() -> StoreError {
    StoreError::Unavailable("made to fail".to_owned())
}

impl Journal for Mount {
    fn append(
        &self,
        project: ProjectId,
        head: Seq,
        records: Vec<EncodedRecord>,
    ) -> StoreFuture<'_, Result<(), AppendError>> {
        Box::pin(self.write(Append { project, head, records }))
    }

    fn head(&self, project: ProjectId) -> StoreFuture<'_, Result<Seq, StoreError>> {
        Box::pin(self.read(self.inner.head(project)))
    }

    fn read_from(
        &self,
        project: ProjectId,
        after: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(self.read(self.inner.read_from(project, after, most)))
    }

    fn read_back(
        &self,
        project: ProjectId,
        before: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(self.read(self.inner.read_back(project, before, most)))
    }

    fn recent_commands(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RecentCommand>, StoreError>> {
        Box::pin(self.read(self.inner.recent_commands(project, limit)))
    }
}

all_but_the_journal_as_inside!(Mount);
