//! Stores that break a promise: the proofs are worth something only if they notice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use graphroom::domain::{Record, Seq};
use graphroom::store::{
    AppendError, EncodedRecord, Journal, Most, ProjectId, RecentCommand, SqliteStore, StoreError, StoreFuture,
};
use tokio::sync::mpsc;

use crate::support::all_but_the_journal_as_inside;

/// Which promise is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untruth {
    /// An append is answered first and carried out afterwards.
    AnswersBeforeTheAppend,
    /// After a restart no command is known to have been carried out.
    ForgetsCommands,
}

impl Untruth {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::AnswersBeforeTheAppend, Self::ForgetsCommands];
}

/// A [`SqliteStore`] that says what is not so.
pub struct UntrueStore {
    inner: Arc<SqliteStore>,
    untruth: Untruth,
    /// The heads that it has answered for.
    heads: Mutex<HashMap<ProjectId, Seq>>,
    later: mpsc::UnboundedSender<Append>,
}

type Append = (ProjectId, Seq, Vec<EncodedRecord>);

impl UntrueStore {
    /// Lets a store say it.
    pub fn new(inner: SqliteStore, untruth: Untruth) -> Self {
        let inner = Arc::new(inner);
        let (later, mut appends) = mpsc::unbounded_channel::<Append>();
        let store = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Some((project, head, records)) = appends.recv().await {
                store.append(project, head, records).await.unwrap();
            }
        });
        Self { inner, untruth, heads: Mutex::default(), later }
    }

    /// Takes an append for done.
    fn promise(&self, append: Append) -> Result<(), AppendError> {
        let (project, expected_head, records) = append;
        let mut heads = self.heads.lock().unwrap();
        let head = heads.entry(project).or_insert(expected_head);
        if *head != expected_head {
            return Err(AppendError::HeadMoved { head: *head });
        }
        *head = records.last().map_or(*head, |record| record.seq_last);
        self.later.send((project, expected_head, records)).unwrap();
        Ok(())
    }
}

impl Journal for UntrueStore {
    fn append(
        &self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> StoreFuture<'_, Result<(), AppendError>> {
        match self.untruth {
            Untruth::AnswersBeforeTheAppend => {
                Box::pin(async move { self.promise((project, expected_head, records)) })
            }
            Untruth::ForgetsCommands => self.inner.append(project, expected_head, records),
        }
    }

    fn head(&self, project: ProjectId) -> StoreFuture<'_, Result<Seq, StoreError>> {
        self.inner.head(project)
    }

    fn read_from(
        &self,
        project: ProjectId,
        after: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        self.inner.read_from(project, after, most)
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
        match self.untruth {
            Untruth::AnswersBeforeTheAppend => self.inner.recent_commands(project, limit),
            Untruth::ForgetsCommands => Box::pin(async { Ok(Vec::new()) }),
        }
    }
}

all_but_the_journal_as_inside!(UntrueStore);
