//! Commands that changed nothing, in memory.

use crate::store::unrecorded::KEPT_COMMANDS;
use crate::store::{ProjectId, StoreError, StoreFuture, Unrecorded, UnrecordedCommand};

use super::{MemoryStore, Tables};

impl Tables {
    fn add_unrecorded(&mut self, project: ProjectId, new: Vec<UnrecordedCommand>) {
        let commands = self.unrecorded.entry(project).or_default();
        commands.extend(new);
        let kept = usize::try_from(KEPT_COMMANDS).unwrap_or(usize::MAX);
        commands.drain(..commands.len().saturating_sub(kept));
    }

    fn unrecorded(&self, project: ProjectId, limit: usize) -> Vec<UnrecordedCommand> {
        let commands = self.unrecorded.get(&project);
        let newest = commands.into_iter().flat_map(|all| all.range(all.len().saturating_sub(limit)..));
        newest.cloned().collect()
    }
}

impl Unrecorded for MemoryStore {
    fn add_unrecorded(
        &self,
        project: ProjectId,
        commands: Vec<UnrecordedCommand>,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.tables()?.add_unrecorded(project, commands);
            Ok(())
        })
    }

    fn unrecorded(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<UnrecordedCommand>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.unrecorded(project, limit)) })
    }
}
