//! What bounds a session and what is done in it, gathered for who tells of it.
//!
//! Nothing is held to a bound here: each stands with what it bounds.

pub use super::ends::MAX_ENDS;
pub use super::joining::MAX_INLINE;
pub use super::mailbox::{MAX_BYTES as MAX_WAITING_BYTES, MAX_JOBS, MAX_JOBS_PER_CONNECTION};
pub use super::member::{MAX_SLOT_BYTES, MAX_SLOTS};
pub use super::outline::MAX as MAX_OUTLINE;
pub use super::presence::{GRACE, INTERVAL, LEASE};
pub use super::recent::{
    MAX_AGE as REMEMBERED_FOR, MAX_COMMANDS as MAX_REMEMBERED, MIN_COMMANDS as MIN_REMEMBERED,
};
pub use super::submission::MAX_COMMAND_ID;
pub use crate::domain::command::{MAX_BATCH, MAX_PROPERTY_ID};
pub use crate::domain::decide::MAX_VALUE_DEPTH;
pub use crate::domain::steps::{IN_ALL as STEPS_IN_ALL, PER_AUTHOR as STEPS_OF_AN_AUTHOR};
pub use crate::domain::{MAX_CONFLICT_BYTES, MAX_CONFLICTS};
