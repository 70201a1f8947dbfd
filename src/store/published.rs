//! Published events: what clients publish in a session, beside what happens to its graph.
//!
//! What an event means is not known here; nor whether there is such a session, or whom to tell.

use crate::domain::Timestamp;

use super::{SessionId, StoreError, StoreFuture};

/// Keeps published events, and finds them. What it changes is on disk when it returns `Ok`.
pub trait Published: Send + Sync + 'static {
    /// Adds an event to the end of what was published in its session. If an event there has its `message_id`
    /// already, that is the answer and nothing changes.
    ///
    /// # Errors
    /// See [`StoreError`]; [`StoreError::Unavailable`] also if the store is to name it, and clients have taken
    /// all names that it would give.
    fn publish(&self, event: NewPublished) -> StoreFuture<'_, Result<PublishedOutcome, StoreError>>;

    /// Events of a session, oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn published(&self, query: PublishedQuery) -> StoreFuture<'_, Result<Vec<PublishedRow>, StoreError>>;

    /// Removes what was published in a session until now, and says how many events that were. They leave a part
    /// at a time, so that no other write waits for them.
    ///
    /// # Errors
    /// See [`StoreError`]. Some of them may be gone.
    fn delete_published(&self, session: SessionId) -> StoreFuture<'_, Result<u64, StoreError>>;
}

/// An event that is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPublished {
    /// The session.
    pub session_id: SessionId,
    /// Names it in the session, so that it is added once. None: the store gives it the next name, `msg_` and eight
    /// hexadecimal digits.
    pub message_id: Option<String>,
    /// What happened, in a word.
    pub event_type: String,
    /// When.
    pub at: Timestamp,
    /// What there is to say about it: a JSON text.
    pub payload: String,
    /// The phase that it is of.
    pub phase_id: Option<String>,
    /// The turn that it is of.
    pub turn_id: Option<i64>,
    /// Who published it: a `user_id`.
    pub author: String,
}

/// How many names an event can get by itself. None of them begins with `msg_8` or what is behind that: those are free
/// for what is no published event.
const NAMES: u64 = 8;

impl NewPublished {
    /// The names that it may have as the `n`th event, the first that is free: a client may have taken one.
    pub(super) fn names(n: u64) -> impl Iterator<Item = String> {
        (0..NAMES).map(move |place| format!("msg_{:08x}", n.wrapping_add(place << 28) & 0x7fff_ffff))
    }

    /// About how much it adds to a transaction.
    pub(super) fn bytes(&self) -> usize {
        self.event_type.len() + self.payload.len()
    }

    /// The event at its place, by its name there.
    pub(super) fn named(&self, n: u64, message_id: String) -> PublishedRow {
        let Self { session_id, event_type, at, payload, phase_id, turn_id, author, .. } = self.clone();
        PublishedRow { session_id, n, message_id, event_type, at, payload, phase_id, turn_id, author }
    }
}

/// Said where an event gets no name.
pub(super) fn no_name(session: SessionId, n: u64) -> StoreError {
    StoreError::Unavailable(format!("all names of event {n} of session {session} are taken"))
}

/// What became of an event that was to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedOutcome {
    /// The event: the new one, or the first of that name.
    pub event: PublishedRow,
    /// Whether it was added.
    pub is_new: bool,
}

/// A published event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRow {
    /// The session.
    pub session_id: SessionId,
    /// Its place there, from 1, without a gap.
    pub n: u64,
    /// Names it in the session.
    pub message_id: String,
    /// What happened, in a word.
    pub event_type: String,
    /// When.
    pub at: Timestamp,
    /// What there is to say about it: a JSON text.
    pub payload: String,
    /// The phase that it is of.
    pub phase_id: Option<String>,
    /// The turn that it is of.
    pub turn_id: Option<i64>,
    /// Who published it: a `user_id`.
    pub author: String,
}

/// Which events are wanted: with `after` the first behind it, otherwise the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishedQuery {
    /// The session.
    pub session_id: SessionId,
    /// Only those with a larger `n`.
    pub after: Option<u64>,
    /// How many there may be.
    pub limit: usize,
}
