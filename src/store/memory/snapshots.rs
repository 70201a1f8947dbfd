//! Snapshots in memory.

use std::cmp::Reverse;
use std::io::Cursor;

use bytes::Bytes;

use crate::domain::{Seq, State, record};
use crate::store::{
    GraphForm, GraphText, ProjectId, Snapshot, Snapshots, StoreError, StoreFuture, snapshots,
};

use super::{MemoryStore, Tables};

/// A graph text.
#[derive(Debug)]
pub(super) struct KeptGraph {
    form: &'static str,
    seq: Seq,
    text: Bytes,
}

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

impl Tables {
    fn keep_graph(&mut self, project: ProjectId, graph: KeptGraph) -> Result<(), StoreError> {
        if self.checksum_at(project, graph.seq).is_none() {
            return Err(snapshots::no_record(project, graph.seq));
        }
        self.graphs.insert(project, graph);
        Ok(())
    }

    fn graph(&self, project: ProjectId, form: &str) -> Option<GraphText> {
        let head = self.journal(project).last().map(|record| record.seq_last);
        let is_of_this = |graph: &&KeptGraph| graph.form == form && Some(graph.seq) == head;
        let KeptGraph { seq, text, .. } = self.graphs.get(&project).filter(is_of_this)?;
        Some(GraphText { seq: *seq, bytes: text.len() as u64, text: Box::new(Cursor::new(text.clone())) })
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

    fn keep_graph(
        &self,
        project: ProjectId,
        state: State,
        form: GraphForm,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let seq = state.head;
            let written = tokio::task::spawn_blocking(move || {
                let mut text = Vec::new();
                (form.write)(&state, &mut text).map(|()| text)
            });
            let unavailable = |error: String| StoreError::Unavailable(error);
            let text = written.await.map_err(|error| unavailable(error.to_string()))?;
            let text = text.map_err(|error| unavailable(error.to_string()))?;
            self.tables()?.keep_graph(project, KeptGraph { form: form.name, seq, text: text.into() })
        })
    }

    fn graph(
        &self,
        project: ProjectId,
        form: GraphForm,
    ) -> StoreFuture<'_, Result<Option<GraphText>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.graph(project, form.name)) })
    }

    fn drop_snapshots(&self, project: ProjectId) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut tables = self.tables()?;
            tables.snapshots.remove(&project);
            tables.graphs.remove(&project);
            Ok(())
        })
    }
}
