//! Projects as they were: replayed from their journals, a few at a time, the last few kept for a while.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::Projects;
use crate::clock::Instant;
use crate::domain::command::Restore;
use crate::domain::{NodeId, Record, Seq, State, Steps, restoration};
use crate::store::{Most, ProjectId, StoreError, snapshots};

/// What is read from a journal at a time.
const PAGE: Most = Most { records: 4_000, bytes: 16 * 1024 * 1024 };
/// Journals that are replayed at a time: each takes a processor and the memory of a whole graph.
pub const MAX_REPLAYS: usize = 2;
/// Events that are replayed as soon as a snapshot is read.
const WORTH_A_SNAPSHOT: Seq = 2_000;
/// States that are kept.
const KEPT: usize = 4;
/// How long each of them is kept behind its last use.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// Nodes of all of them together.
const KEPT_NODES: usize = 200_000;

/// Why there is no state at a place.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// The place is in the middle of a command, which nobody ever saw half done.
    #[error("a command goes from {first} to {last}")]
    WithinCommand {
        /// The command's first event.
        first: Seq,
        /// Its last.
        last: Seq,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A project as it was. Others wait as long as it is held.
pub struct AsItWas {
    /// The state, without the steps of undo.
    pub state: State,
    _turn: Option<OwnedSemaphorePermit>,
}

impl AsItWas {
    /// What makes the graph what it was: the whole of it, or a node with everything below it. None if there was
    /// no such node. It takes a while for a large graph: call it where waiting is allowed.
    #[must_use]
    pub fn restoration(&self, node_id: Option<NodeId>) -> Option<Restore> {
        match node_id {
            None => Some(restoration::graph(&self.state)),
            Some(id) => restoration::node(&self.state, id),
        }
    }
}

/// What is needed to look back.
pub struct Past {
    turns: Arc<Semaphore>,
    kept: Arc<Mutex<Kept>>,
}

/// The states that are kept.
#[derive(Default)]
struct Kept {
    /// The one used last comes first.
    states: VecDeque<KeptState>,
    /// A task lets them go that nobody uses.
    is_watched: bool,
}

struct KeptState {
    project: ProjectId,
    state: State,
    until: Instant,
}

impl Default for Past {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(MAX_REPLAYS)), kept: Arc::default() }
    }
}

impl Past {
    /// The kept state that is nearest to `seq` and not behind it, or that before everything.
    fn nearest(&self, project: ProjectId, seq: Seq) -> State {
        let kept = lock(&self.kept);
        let before = kept.states.iter().filter(|kept| kept.project == project && kept.state.head <= seq);
        before.max_by_key(|kept| kept.state.head).map(|kept| kept.state.clone()).unwrap_or_default()
    }

    fn keep(&self, project: ProjectId, state: &State) {
        let mut kept = lock(&self.kept);
        kept.add(KeptState { project, state: state.clone(), until: Instant::now() + KEPT_FOR });
        if !mem::replace(&mut kept.is_watched, true) {
            tokio::spawn(watch(Arc::clone(&self.kept)));
        }
    }
}

impl Kept {
    fn add(&mut self, new: KeptState) {
        self.states.retain(|known| (known.project, known.state.head) != (new.project, new.state.head));
        self.states.push_front(new);
        self.states.truncate(KEPT);
        let mut nodes = 0;
        self.states.retain(|kept| {
            nodes += kept.state.graph.len();
            nodes <= KEPT_NODES
        });
    }

    /// Takes out those that nobody used for long; when the next one will be.
    fn expire(&mut self, now: Instant) -> (VecDeque<KeptState>, Option<Instant>) {
        let (stay, go) = mem::take(&mut self.states).into_iter().partition(|kept| kept.until > now);
        self.states = stay;
        let next = self.states.iter().map(|kept| kept.until).min();
        self.is_watched = next.is_some();
        (go, next)
    }
}

/// Lets states go once nobody uses them any more: whole graphs are large, and their projects may be deleted.
async fn watch(kept: Arc<Mutex<Kept>>) {
    loop {
        let (gone, next) = lock(&kept).expire(Instant::now());
        // That takes its time as well.
        drop(spawn_blocking(move || drop(gone)).await);
        match next {
            Some(next) => tokio::time::sleep_until(next).await,
            None => return,
        }
    }
}

/// A panic leaves nothing half done here: poisoning means nothing.
fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Projects {
    /// A project as it was after the command that ends at `seq`, which is no later than the head of its journal.
    ///
    /// # Errors
    /// See [`PastError`].
    pub async fn as_it_was(&self, project: ProjectId, seq: Seq) -> Result<AsItWas, PastError> {
        let turn = Arc::clone(&self.past.turns).acquire_owned().await.ok();
        let mut state = self.past.nearest(project, seq);
        if seq - state.head > WORTH_A_SNAPSHOT
            && let Some(snapshot) = snapshots::load(&*self.store, project, seq).await
            && snapshot.head > state.head
        {
            state = State { steps: Steps::default(), ..snapshot };
        }
        while state.head < seq {
            let records = self.store.read_from(project, state.head, PAGE).await?;
            let replayed = spawn_blocking(move || replay(state, &records, project, seq)).await;
            state = replayed.map_err(|error| StoreError::Unavailable(error.to_string()))??;
        }
        self.past.keep(project, &state);
        Ok(AsItWas { state, _turn: turn })
    }
}

/// The state behind `records`, or behind those of them that end at `seq` or before.
fn replay(mut state: State, records: &[Record], project: ProjectId, seq: Seq) -> Result<State, PastError> {
    let lost = |head| StoreError::Corrupt(format!("project {project}: no record follows seq {head}"));
    if records.is_empty() {
        return Err(lost(state.head).into());
    }
    for record in records.iter().take_while(|record| record.seq_first <= seq) {
        if record.seq_first != state.head + 1 {
            return Err(lost(state.head).into());
        }
        if record.seq_last > seq {
            return Err(PastError::WithinCommand { first: record.seq_first, last: record.seq_last });
        }
        state.apply(record);
    }
    // Nobody undoes anything in the past, and effects may be large.
    state.steps = Steps::default();
    Ok(state)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn heads(past: &Past) -> Vec<Seq> {
        lock(&past.kept).states.iter().map(|kept| kept.state.head).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_looks_back_at_any_more_is_let_go_after_a_minute() {
        let (past, project) = (Past::default(), Uuid::new_v4());
        let keep = |head| past.keep(project, &State { head, ..State::default() });
        keep(1);
        tokio::time::sleep(KEPT_FOR / 2).await;
        keep(2);
        assert_eq!((heads(&past), past.nearest(project, 1).head), (vec![2, 1], 1));
        tokio::time::sleep(KEPT_FOR * 2 / 3).await;
        assert_eq!(heads(&past), [2]);
        tokio::time::sleep(KEPT_FOR).await;
        assert_eq!((heads(&past), past.nearest(project, 2).head), (vec![], 0));
        keep(3);
        tokio::time::sleep(KEPT_FOR * 2).await;
        assert!(heads(&past).is_empty(), "the next ones as well");
    }
}
