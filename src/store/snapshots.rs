//! Snapshots: states of projects as one text each, from which they are loaded sooner than from their journals; and
//! graph texts: whole graphs as readers are sent them, for when nothing else of a project is wanted.
//!
//! They are derived from the journals, and are no part of what lasts: what is lost or damaged of them is not given
//! back, and is made again. A store gives a snapshot only as long as its journal has the very record that the
//! snapshot ends with: if another journal takes its place, the old one's snapshots are of no use.

use std::fmt;
use std::io::{self, Read, Write};

use crate::domain::snapshot::{self, Fault, Held, Listed, Parts};
use crate::domain::{Seq, State};

use super::{ProjectId, Store, StoreError, StoreFuture};

/// Snapshots of one project that are kept: the newest, and one more if that is damaged.
pub const KEPT: usize = 2;

/// A snapshot that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The journal's record that it ends with ends here.
    pub seq: Seq,
    /// What was kept.
    pub text: Vec<u8>,
}

/// How graph texts are written.
#[derive(Clone, Copy, Debug)]
pub struct GraphForm {
    /// Another one for each that gives other texts.
    pub name: &'static str,
    /// Writes the graph of a state.
    pub write: fn(&State, &mut dyn Write) -> io::Result<()>,
}

/// A graph text that was kept, and is whole.
pub struct GraphText {
    /// What the graph includes: all of the journal.
    pub seq: Seq,
    /// How long it is.
    pub bytes: u64,
    /// The text, to be read where waiting is allowed.
    pub text: Box<dyn Read + Send>,
}

impl fmt::Debug for GraphText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphText")
            .field("seq", &self.seq)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// Keeps snapshots and graph texts, and gives them back.
pub trait Snapshots: Send + Sync + 'static {
    /// Keeps a snapshot of a project's journal up to its `seq`, and lets older ones go, but for [`KEPT`] in all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if no record ends there, or if it cannot be written.
    fn keep_snapshot(
        &self,
        project: ProjectId,
        snapshot: Snapshot,
    ) -> StoreFuture<'_, Result<(), StoreError>>;

    /// The newest snapshot of a project that is whole and ends at `at_most` or before.
    ///
    /// # Errors
    /// See [`StoreError`]. One that is damaged is no error.
    fn snapshot(
        &self,
        project: ProjectId,
        at_most: Seq,
    ) -> StoreFuture<'_, Result<Option<Snapshot>, StoreError>>;

    /// Keeps the graph of a project as text, and lets older ones go. `state` is what the journal gives up to its head.
    ///
    /// # Errors
    /// As [`Self::keep_snapshot`].
    fn keep_graph(
        &self,
        project: ProjectId,
        state: State,
        form: GraphForm,
    ) -> StoreFuture<'_, Result<(), StoreError>>;

    /// The graph text of a project, if one of this form was kept, is whole, and has all of the journal.
    ///
    /// # Errors
    /// See [`StoreError`]. One that is damaged is no error.
    fn graph(
        &self,
        project: ProjectId,
        form: GraphForm,
    ) -> StoreFuture<'_, Result<Option<GraphText>, StoreError>>;

    /// Lets all snapshots of a project go, and its graph text.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn drop_snapshots(&self, project: ProjectId) -> StoreFuture<'_, Result<(), StoreError>>;
}

/// Said where a snapshot ends within a command, or behind the journal.
pub(super) fn no_record(project: ProjectId, seq: Seq) -> StoreError {
    StoreError::Unavailable(format!("project {project} has no record that ends at {seq}"))
}

/// Nodes that are read by one thread as soon as by two.
const FEW: usize = 5_000;

fn read(text: &[u8]) -> Result<State, Fault> {
    let parts = Parts::open(text)?;
    if parts.len() < FEW {
        return snapshot::read(text);
    }
    let half = parts.len() / 2;
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| parts.nodes(half..parts.len()));
        (parts.nodes(0..half), second.join())
    });
    let mut nodes = first?;
    nodes.extend(joined(second)?);
    let (held, listed) = std::thread::scope(|scope| {
        let listed = scope.spawn(|| Listed::of(&nodes));
        (Held::of(&nodes), listed.join())
    });
    parts.assemble(held, joined(listed))
}

/// What a thread made. What panicked there does here, where somebody waits for it.
fn joined<T>(made: std::thread::Result<T>) -> T {
    made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The state that the newest usable snapshot of a project gives, which ends at `at_most` or before. What cannot be
/// used is passed over: the journal has everything.
pub async fn load(store: &dyn Store, project: ProjectId, at_most: Seq) -> Option<State> {
    let mut at_most = at_most;
    loop {
        let found = match store.snapshot(project, at_most).await {
            Ok(found) => found?,
            Err(error) => {
                tracing::warn!(%project, %error, "no snapshot can be read");
                return None;
            }
        };
        let seq = found.seq;
        match tokio::task::spawn_blocking(move || read(&found.text)).await {
            Ok(Ok(state)) if state.head == seq => return Some(state),
            Ok(Ok(_)) => tracing::warn!(%project, seq, "a snapshot is of another place"),
            Ok(Err(fault)) => tracing::warn!(%project, seq, %fault, "a snapshot is passed over"),
            Err(error) => tracing::warn!(%project, seq, %error, "a snapshot is passed over"),
        }
        at_most = seq.checked_sub(1)?;
    }
}
