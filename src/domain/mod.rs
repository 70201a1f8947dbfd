//! The rules of a shared graph: what a command means and what it changes.
//!
//! Everything here is a pure function of its arguments. There is no async code, no I/O, no clock and
//! no randomness: the caller hands in the time and a seed ([`Context`]), so that the same commands
//! always give the same records. [`decide()`] may refuse; [`State::apply`] cannot fail, which is what
//! makes replaying the journal a fold.

pub mod author;
pub mod caller;
pub mod canonical;
pub mod change;
pub mod command;
pub mod creation;
pub mod decide;
pub mod deletion;
pub mod effect;
pub mod fit;
pub mod graph;
pub mod life;
pub mod order_key;
pub mod record;
pub mod rejection;
pub mod restoration;
pub mod snapshot;
pub mod state;
pub mod steps;
pub mod template;
#[cfg(test)]
mod tests;
pub mod timestamp;
mod undo;
pub mod value_rules;

pub use author::{Author, Stamp};
pub use caller::{Caller, Role, Standing, UnknownRole};
pub use change::Change;
pub use command::{Command, OnConflict, Scope};
pub use decide::{Context, Decision, Limits, TemplateSet, decide};
pub use effect::{Body, Effect};
pub use graph::{Graph, Node};
pub use life::Life;
pub use order_key::OrderKey;
pub use record::{Conflict, Outcome, Record};
pub use rejection::{Rejection, RejectionCode};
pub use state::State;
pub use steps::{Step, StepState, Steps};
pub use template::Template;
pub use timestamp::Timestamp;
pub use undo::{MAX_CONFLICT_BYTES, MAX_CONFLICTS};

/// A place in a project's journal: dense, one per event, the first is 1. 0 means "before everything".
pub type Seq = u64;

/// Names a node for good. Ids are never used for a second node unless a client asks for it.
pub type NodeId = uuid::Uuid;
