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
pub enum Fault {
    /// An append is answered first and carried out afterwards.
    AnswersBeforeTheAppend,
    /// After a restart no command is known to have been carried out.
    ForgetsCommands,
}

impl Fault {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::AnswersBeforeTheAppend, Self::ForgetsCommands];
}

/// A [`SqliteStore`] with a fault.
pub struct FaultyStore {
    inner: Arc<SqliteStore>,
    fault: Fault,
    /// The heads that it has answered for.
    heads: Mutex<HashMap<ProjectId, Seq>>,
    later: mpsc::UnboundedSender<Append>,
}

type Append = (ProjectId, Seq, Vec<EncodedRecord>);

impl FaultyStore {
    /// Puts a fault into a store.
    pub fn new(inner: SqliteStore, fault: Fault) -> Self {
        let inner = Arc::new(inner);
        let (later, mut appends) = mpsc::unbounded_channel::<Append>();
        let store = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Some((project, head, records)) = appends.recv().await {
                store.append(project, head, records).await.unwrap();
            }
        });
        Self { inner, fault, heads: Mutex::default(), later }
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

impl Journal for FaultyStore {
    fn append(
        &self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> StoreFuture<'_, Result<(), AppendError>> {
        match self.fault {
            Fault::AnswersBeforeTheAppend => {
                Box::pin(async move { self.promise((project, expected_head, records)) })
            }
            Fault::ForgetsCommands => self.inner.append(project, expected_head, records),
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
        match self.fault {
            Fault::AnswersBeforeTheAppend => self.inner.recent_commands(project, limit),
            Fault::ForgetsCommands => Box::pin(async { Ok(Vec::new()) }),
        }
    }
}

all_but_the_journal_as_inside!(FaultyStore);
