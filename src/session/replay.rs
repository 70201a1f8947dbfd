//! The state of a project, made anew from its journal.

use crate::domain::State;
use crate::store::{Most, ProjectId, Store, StoreError};

/// What is read from the journal at a time.
const PAGE: Most = Most { records: 10_000, bytes: 32 * 1024 * 1024 };

/// Reads the whole journal of a project. Of one that is unknown, the state is that before its first record.
///
/// # Errors
/// [`StoreError::Corrupt`] if a record was altered or is missing; else what the store met.
pub async fn replay(store: &dyn Store, project_id: ProjectId) -> Result<State, StoreError> {
    let mut state = State::default();
    loop {
        let records = store.read_from(project_id, state.head, PAGE).await?;
        for record in &records {
            if record.seq_first != state.head + 1 {
                let fault = format!("project {project_id}: no record follows seq {}", state.head);
                return Err(StoreError::Corrupt(fault));
            }
            state.apply(record);
        }
        if records.is_empty() {
            return Ok(state);
        }
    }
}
