//! The state of a project, made anew from its journal: from a snapshot on, if there is one.

use super::snapshots::Since;
use crate::clock::Instant;
use crate::domain::State;
use crate::store::{Most, ProjectId, Store, StoreError, snapshots};

/// What is read from the journal at a time.
const PAGE: Most = Most { records: 10_000, bytes: 32 * 1024 * 1024 };

/// The state that the whole journal of a project gives. Of one that is unknown, that before its first record.
///
/// # Errors
/// [`StoreError::Corrupt`] if a record was altered or is missing; else what the store met.
pub async fn replay(store: &dyn Store, project_id: ProjectId) -> Result<State, StoreError> {
    load(store, project_id).await.map(|(state, _)| state)
}

/// The same, and what of it no snapshot has.
pub(super) async fn load(store: &dyn Store, project_id: ProjectId) -> Result<(State, Since), StoreError> {
    let begun = Instant::now();
    let mut state = snapshots::load(store, project_id, u64::MAX).await.unwrap_or_default();
    let (snapshot, from) = (begun.elapsed(), state.head);
    let mut since = Since::default();
    loop {
        let records = store.read_from(project_id, state.head, PAGE).await?;
        for record in &records {
            if record.seq_first != state.head + 1 {
                let fault = format!("project {project_id}: no record follows seq {}", state.head);
                return Err(StoreError::Corrupt(fault));
            }
            state.apply(record);
            since.add(record);
        }
        if records.is_empty() {
            tracing::debug!(%project_id, from, head = state.head, ?snapshot, all = ?begun.elapsed(), "project loaded");
            return Ok((state, since));
        }
    }
}
