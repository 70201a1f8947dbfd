//! A store in memory whose appends fail, or wait, as a test tells them to.

use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};

use graphroom::domain::{Record, Seq};
use graphroom::store::journal::{AppendError, EncodedRecord, Journal, RecentCommand};
use graphroom::store::memory::MemoryStore;
use graphroom::store::{
    Appended, Catalogue, Conversations, Most, NewMessage, ProjectId, ProjectRow, StoreError, StoreFuture,
};
use tokio::sync::watch;

use crate::support::all_but_the_journal_as_inside;

/// What is wrong with the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It works.
    None,
    /// Nothing is written.
    Full,
    /// It is written, but nobody can say so.
    WrittenUnheard,
    /// It is not written, and nobody can say so; the head cannot be read either.
    Mute,
    /// It is not written, and nobody can say so, but the head can be read.
    LostUnheard,
    /// Appends panic.
    Broken,
    /// Appends wait.
    Held,
    /// What is read from a journal waits.
    ReadsHeld,
    /// Looking for the commands that clients named waits.
    NamesHeld,
}

/// A store that fails as it is told to.
pub struct FaultyStore {
    inner: Inside,
    fault: watch::Sender<Fault>,
    appends: AtomicUsize,
    reads: AtomicUsize,
}

impl FaultyStore {
    /// A store that works, for now.
    pub fn new() -> Self {
        let fault = watch::Sender::new(Fault::None);
        Self {
            inner: Inside { store: MemoryStore::new(), fault: fault.clone(), creations: AtomicUsize::new(0) },
            fault,
            appends: AtomicUsize::new(0),
            reads: AtomicUsize::new(0),
        }
    }

    /// How many appends were begun.
    pub fn appends(&self) -> usize {
        self.appends.load(Ordering::SeqCst)
    }

    /// How many projects were begun to be made.
    pub fn creations(&self) -> usize {
        self.inner.creations.load(Ordering::SeqCst)
    }

    /// How many reads of a journal were begun.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    /// Makes it fail, or work again.
    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }
}

/// What works; but messages meet what an append would meet, and new projects wait as an append would.
struct Inside {
    store: MemoryStore,
    fault: watch::Sender<Fault>,
    creations: AtomicUsize,
}

impl Deref for Inside {
    type Target = MemoryStore;

    fn deref(&self) -> &MemoryStore {
        &self.store
    }
}

impl Inside {
    /// Instead of the store's own.
    fn create_project(
        &self,
        project: ProjectRow,
        first: EncodedRecord,
        owner: Option<String>,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.creations.fetch_add(1, Ordering::SeqCst);
            let mut fault = self.fault.subscribe();
            fault.wait_for(|fault| *fault != Fault::Held).await.expect("the sender is ours");
            self.store.create_project(project, first, owner).await
        })
    }

    /// Instead of the store's own.
    fn append_message(&self, message: NewMessage) -> StoreFuture<'_, Result<Option<Appended>, StoreError>> {
        Box::pin(async move {
            let mut fault = self.fault.subscribe();
            let fault = *fault.wait_for(|fault| *fault != Fault::Held).await.expect("the sender is ours");
            match fault {
                Fault::None | Fault::ReadsHeld | Fault::NamesHeld => self.store.append_message(message).await,
                _ => Err(broken()),
            }
        })
    }
}

fn broken() -> StoreError {
    StoreError::Unavailable("made to fail".to_owned())
}

impl Journal for FaultyStore {
    fn append(
        &self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> StoreFuture<'_, Result<(), AppendError>> {
        Box::pin(async move {
            self.appends.fetch_add(1, Ordering::SeqCst);
            let mut fault = self.fault.subscribe();
            let fault = *fault.wait_for(|fault| *fault != Fault::Held).await.expect("the sender is ours");
            match fault {
                Fault::Full => Err(AppendError::Unavailable(broken())),
                Fault::WrittenUnheard => {
                    self.inner.append(project, expected_head, records).await?;
                    Err(AppendError::Unknown(broken()))
                }
                Fault::Broken => panic!("made to break"),
                Fault::Mute | Fault::LostUnheard => Err(AppendError::Unknown(broken())),
                Fault::None | Fault::Held | Fault::ReadsHeld | Fault::NamesHeld => {
                    self.inner.append(project, expected_head, records).await
                }
            }
        })
    }

    fn head(&self, project: ProjectId) -> StoreFuture<'_, Result<Seq, StoreError>> {
        if *self.fault.borrow() == Fault::Mute {
            return Box::pin(async { Err(broken()) });
        }
        self.inner.head(project)
    }

    fn read_from(
        &self,
        project: ProjectId,
        after: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        if *self.fault.borrow() == Fault::Mute {
            return Box::pin(async { Err(broken()) });
        }
        Box::pin(async move {
            self.reads.fetch_add(1, Ordering::SeqCst);
            let mut fault = self.fault.subscribe();
            fault.wait_for(|fault| *fault != Fault::ReadsHeld).await.expect("the sender is ours");
            self.inner.read_from(project, after, most).await
        })
    }

    fn read_back(
        &self,
        project: ProjectId,
        before: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        self.inner.read_back(project, before, most)
    }

    fn recent_commands(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RecentCommand>, StoreError>> {
        Box::pin(async move {
            let mut fault = self.fault.subscribe();
            fault.wait_for(|fault| *fault != Fault::NamesHeld).await.expect("the sender is ours");
            self.inner.recent_commands(project, limit).await
        })
    }
}

impl FaultyStore {
    /// Meets what an append would meet.
    fn probe_faulty(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut fault = self.fault.subscribe();
            let fault = *fault.wait_for(|fault| *fault != Fault::Held).await.expect("the sender is ours");
            if fault == Fault::None { Ok(()) } else { Err(broken()) }
        })
    }
}

all_but_the_journal_as_inside!(FaultyStore, probe_faulty);
