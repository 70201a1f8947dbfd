//! Commands that a client named and that changed nothing: no journal has them, and a repeat is answered as they were.

use std::sync::Arc;

use crate::domain::{Seq, Timestamp};

use super::{ProjectId, StoreError, StoreFuture};

/// Commands of one project that are kept at least, if there were so many. Older ones go.
pub const KEPT_COMMANDS: u64 = 100_000;

/// Enters commands that changed nothing, and finds them.
pub trait Unrecorded: Send + Sync + 'static {
    /// Enters commands of a project, all or none, in their order; on disk when it returns `Ok`. Those before the
    /// newest [`KEPT_COMMANDS`] are removed.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn add_unrecorded(
        &self,
        project: ProjectId,
        commands: Vec<UnrecordedCommand>,
    ) -> StoreFuture<'_, Result<(), StoreError>>;

    /// The newest `limit` commands of a project, oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn unrecorded(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<UnrecordedCommand>, StoreError>>;
}

/// A named command that changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnrecordedCommand {
    /// The author's `user_id`.
    pub author: Arc<str>,
    /// The name that the client gave.
    pub command_id: Arc<str>,
    /// Tells a repeat from another command under the same name.
    pub body_hash: String,
    /// The journal's head that it was decided at.
    pub seq: Seq,
    /// When it was decided.
    pub at: Timestamp,
    /// Whether there was no step to take back; else there was nothing to change.
    pub to_undo: bool,
}
