//! Where a session is in its life.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema::always_true;

/// The body of `POST /api/v1/sessions/{id}/state`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct SetState {
    /// Where to go on to.
    pub state: SessionState,
    /// The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128)]
    pub command_id: Option<String>,
}

/// A state that a session with a project can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SessionState {
    /// It is worked in.
    Active,
    /// It is read, and not changed.
    Paused,
    /// Its work is done: it is read, and not changed.
    Completed,
    /// Something is wrong with it: it is read, and not changed.
    Error,
}

/// The answer to `POST /api/v1/sessions/{id}/state`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StateSet {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The session.
    pub session_id: String,
    /// Where it is now.
    pub state: String,
    /// The event that told of it; the head if it was there already.
    pub seq: u64,
}
