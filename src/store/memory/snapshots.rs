//! Snapshots in memory.

use std::cmp::Reverse;

use crate::domain::{Seq, record};
use crate::store::{ProjectId, Snapshot, Snapshots, StoreError, StoreFuture, snapshots};

use super::{MemoryStore, Tables};

impl Tables {
    fn checksum_at(&self, project: ProjectId, seq: Seq) -> Option<&str> {
        let journal = self.journal(project);
        let place = journal.binary_search_by_key(&seq, |record| record.seq_last).ok()?;
        record::checksum(&journal[place].text)
    }

    fn keep_snapshot(&mut self, project: ProjectId, snapshot: Snapshot) -> Result<(), StoreError> {
        let record = self.checksum_at(project, snapshot.seq).map(str::to_owned);
        let record = record.ok_or_else(|| snapshots::no_record(project, snapshot.seq))?;
        let kept = self.snapshots.entry(project).or_default();
        kept.retain(|(known, _)| known.seq != snapshot.seq);
        kept.push((snapshot, record));
        kept.sort_by_key(|(snapshot, _)| Reverse(snapshot.seq));
        kept.truncate(snapshots::KEPT);
        Ok(())
    }

    fn snapshot(&self, project: ProjectId, at_most: Seq) -> Option<Snapshot> {
        let kept = self.snapshots.get(&project)?.iter();
        let is_of_this = |(snapshot, record): &&(Snapshot, String)| {
            snapshot.seq <= at_most && self.checksum_at(project, snapshot.seq) == Some(record)
        };
        kept.filter(|kept| is_of_this(kept)).map(|(snapshot, _)| snapshot.clone()).next()
    }
}

impl Snapshots for MemoryStore {
    fn keep_snapshot(
        &self,
        project: ProjectId,
        snapshot: Snapshot,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.keep_snapshot(project, snapshot) })
    }

    fn snapshot(
        &self,
        project: ProjectId,
        at_most: Seq,
    ) -> StoreFuture<'_, Result<Option<Snapshot>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.snapshot(project, at_most)) })
    }

    fn drop_snapshots(&self, project: ProjectId) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.tables()?.snapshots.remove(&project);
            Ok(())
        })
    }
}
