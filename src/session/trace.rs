//! A command's way through its session, measured for whoever traces commands. Not how that is told, nor which are traced.
//!
//! A trace goes with its command from hand to hand, and ends when nobody keeps it any more: whatever becomes of the
//! command, what was measured is told once.

use std::sync::Arc;

use super::observer::Outcome;
use crate::clock::Instant;

/// How a command came.
#[derive(Clone, Debug)]
pub struct Via {
    /// By which transport: `socketio`, `websocket` or `rest`.
    pub transport: &'static str,
    /// What it is a part of, as the header `traceparent` says it.
    pub parent: Option<Arc<str>>,
    /// When.
    pub at: Instant,
}

impl Via {
    /// By this transport, now.
    #[must_use]
    pub fn now(transport: &'static str) -> Self {
        Self { transport, parent: None, at: Instant::now() }
    }
}

/// Who is told what was measured. It is called in the middle of the work: it must not wait.
pub trait Tracer: Send + Sync + 'static {
    /// A command's way is over.
    fn ended(&self, way: Way);
}

/// A command's way: its moments, as far as it came.
#[derive(Clone, Debug)]
pub struct Way {
    /// How it came, and when.
    pub via: Via,
    /// The session.
    pub session_id: Arc<str>,
    /// Its type, once it was read.
    pub command_type: Option<&'static str>,
    /// What it is called.
    pub command_id: Option<Arc<str>>,
    /// When the actor took it out of the mailbox.
    pub taken: Option<Instant>,
    /// When it was decided.
    pub decided: Option<Instant>,
    /// When its batch was durable.
    pub durable: Option<Instant>,
    /// When it was answered, and what.
    pub answered: Option<(Instant, Outcome)>,
    /// When the first member was handed all of its events.
    pub first_handed: Option<Instant>,
    /// When the last one was.
    pub last_handed: Option<Instant>,
    /// Members that were handed them.
    pub handed: usize,
    /// Members that were not, when nobody waited for them any longer.
    pub lacking: usize,
}

/// Measures one command.
pub struct Trace {
    way: Way,
    tracer: Arc<dyn Tracer>,
}

impl Trace {
    /// Of a command that came to a session.
    #[must_use]
    pub fn new(via: Via, session_id: Arc<str>, tracer: Arc<dyn Tracer>) -> Box<Self> {
        let way = Way {
            via,
            session_id,
            command_type: None,
            command_id: None,
            taken: None,
            decided: None,
            durable: None,
            answered: None,
            first_handed: None,
            last_handed: None,
            handed: 0,
            lacking: 0,
        };
        Box::new(Self { way, tracer })
    }

    /// It was read.
    pub(super) fn read(&mut self, command_type: &'static str, command_id: &Arc<str>) {
        self.way.command_type = Some(command_type);
        self.way.command_id = Some(Arc::clone(command_id));
    }

    /// The actor took it.
    pub(super) fn taken(&mut self) {
        self.way.taken = Some(Instant::now());
    }

    /// It was decided.
    pub(super) fn decided(&mut self) {
        self.way.decided = Some(Instant::now());
    }

    /// Its batch is durable.
    pub(super) fn durable(&mut self, at: Instant) {
        self.way.durable = Some(at);
    }

    /// It was answered.
    pub(super) fn answered(&mut self, outcome: Outcome) {
        self.way.answered = Some((Instant::now(), outcome));
    }

    /// So many members have its events, and so many do not yet.
    pub(super) fn handed(&mut self, handed: usize, lacking: usize) {
        let now = Instant::now();
        if handed > 0 && self.way.first_handed.is_none() {
            self.way.first_handed = Some(now);
        }
        if handed > self.way.handed {
            self.way.last_handed = Some(now);
        }
        (self.way.handed, self.way.lacking) = (handed, lacking);
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.tracer.ended(self.way.clone());
    }
}
