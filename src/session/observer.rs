//! What the sessions tell of themselves: counts and times, to whoever operates the server.
//!
//! An observer is called in the middle of the work, by actors and publishers: it must not wait. It is
//! told no content and, but for commands that it wants to trace, no names of sessions. What is merely so at a moment is not told: it is asked for
//! ([`Census`]).

use std::sync::Arc;
use std::time::Duration;

use graphroom_protocol::{Accepted, EndReason, ErrorBody, ErrorCode};

use super::trace::{Trace, Via};

/// Who is told what happens in all sessions.
pub trait Observer: Send + Sync + 'static {
    /// A command was answered. `command_type` is what the client wrote, known or not.
    fn answered(&self, command_type: &str, outcome: Outcome);

    /// An actor took so many commands at once.
    fn batch(&self, commands: usize);

    /// A command was answered so long after it came.
    fn took(&self, time: Duration);

    /// The store made an append of so many graph events durable.
    fn committed(&self, took: Duration, events: u64);

    /// The store did not say that an append is durable.
    fn append_failed(&self, failure: AppendFailure);

    /// So many graph events were handed to one member, so long after their commit.
    fn handed(&self, after: Duration, events: u64);

    /// A member's connection was ended.
    fn cut(&self, reason: Cut);

    /// A session could not be loaded, or made, since there are as many as there may be.
    fn session_refused(&self);

    /// What measures a command that came to a session, if it is to be traced.
    fn trace(&self, _via: &Via, _session_id: &Arc<str>) -> Option<Box<Trace>> {
        None
    }
}

/// Nobody observes.
pub struct Silent;

impl Observer for Silent {
    fn answered(&self, _: &str, _: Outcome) {}

    fn batch(&self, _: usize) {}

    fn took(&self, _: Duration) {}

    fn committed(&self, _: Duration, _: u64) {}

    fn append_failed(&self, _: AppendFailure) {}

    fn handed(&self, _: Duration, _: u64) {}

    fn cut(&self, _: Cut) {}

    fn session_refused(&self) {}
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable.
    Accepted,
    /// It was durable before.
    Duplicate,
    /// There was nothing to undo or redo.
    Nothing,
    /// It was refused, or failed.
    Refused(ErrorCode),
}

impl Outcome {
    pub(super) fn of(answer: &Result<Accepted, ErrorBody>) -> Self {
        match answer {
            Err(error) => Self::Refused(error.code),
            Ok(accepted) if accepted.duplicate => Self::Duplicate,
            Ok(accepted) if accepted.nothing_to_undo => Self::Nothing,
            Ok(_) => Self::Accepted,
        }
    }
}

/// How an append failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppendFailure {
    /// Nothing was written.
    Unavailable,
    /// Somebody else wrote first.
    HeadMoved,
    /// It may have been written.
    Unknown,
}

/// Why a session ended a member's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// What it lacks is not kept any more.
    FellBehind,
    /// It asks, and does not take the answers.
    AnswersOutstanding,
    /// The session has to be loaded anew.
    SessionBroke,
    /// The session was unloaded by somebody's wish: it is loaded anew for who comes back.
    SessionUnloaded,
}

impl Cut {
    /// For the client, when it comes back.
    pub(super) const fn reason(self) -> EndReason {
        match self {
            Self::FellBehind => EndReason::FellBehind,
            Self::AnswersOutstanding => EndReason::AnswersOutstanding,
            Self::SessionBroke => EndReason::SessionBroke,
            Self::SessionUnloaded => EndReason::SessionUnloaded,
        }
    }

    /// For the log.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::FellBehind => "fell behind",
            Self::AnswersOutstanding => "too many answers outstanding",
            Self::SessionBroke => "the session broke",
            Self::SessionUnloaded => "the session was unloaded",
        }
    }
}

/// How all open sessions stand at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Open sessions.
    pub sessions: usize,
    /// Joined connections.
    pub members: usize,
    /// Members whose connection could take no more when it was their turn last.
    pub lagging: usize,
    /// Graph events that members have yet to be handed: of all members, and of the one that lacks most.
    pub behind: Spread,
    /// The members, by how many graph events they have yet to be handed.
    pub by_lag: ByLag,
    /// Commands that wait for an actor.
    pub waiting: Spread,
    /// Events that the rings keep.
    pub ring_items: Spread,
    /// Their bytes.
    pub ring_bytes: Spread,
}

/// Members by how many graph events they have yet to be handed, each counted once: in the first bucket that it fits into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByLag {
    counts: [usize; Self::BOUNDS.len() + 1],
}

impl ByLag {
    /// How far a member of a bucket is behind at most; the last bucket has no bound. About 8,192 events are kept for members.
    pub const BOUNDS: [u64; 8] = [0, 1, 4, 16, 64, 256, 1_024, 4_096];

    pub(super) fn add(&mut self, behind: u64) {
        let place = Self::BOUNDS.partition_point(|bound| *bound < behind);
        self.counts[place] += 1;
    }

    /// How many members are behind by no more than each bound, and how many there are.
    pub fn up_to(&self) -> impl Iterator<Item = usize> {
        self.counts.into_iter().scan(0, |below, count| {
            *below += count;
            Some(*below)
        })
    }
}

/// A count of every session, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Of all sessions together.
    pub sum: usize,
    /// Of the session that has most.
    pub max: usize,
}

impl Spread {
    pub(super) fn add(&mut self, count: usize) {
        self.sum += count;
        self.max = self.max.max(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_counted_under_its_bound_and_under_all_above() {
        let mut by_lag = ByLag::default();
        for behind in [0, 0, 1, 2, 4, 5, 4_096, 4_097, u64::MAX] {
            by_lag.add(behind);
        }
        assert_eq!(by_lag.up_to().collect::<Vec<_>>(), [2, 3, 5, 6, 6, 6, 6, 7, 9]);
    }
}
