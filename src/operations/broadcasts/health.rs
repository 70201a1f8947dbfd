//! Whether broadcasting works: what is the server's fault is told, and after several faults in a row nobody broadcasts for a while.
//!
//! What receivers do is no fault: who does not acknowledge, or is gone, must not keep others from broadcasting.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::breaker::{Breaker, Turn};

/// How many faults in a row open the breaker.
pub const FAULTS: u32 = 5;

/// Something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// As many wait as may: they are not handed over as fast as they come.
    Full,
    /// It broke while a broadcast was handed over.
    Broke,
    /// After all attempts nobody has acknowledged a broadcast. The breaker does not count it.
    Unheard,
}

impl Failure {
    /// What is written down of it.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Full => "A broadcast found no room: they are not handed over as fast as they come",
            Self::Broke => "A broadcast broke while it was handed over",
            Self::Unheard => "A broadcast was acknowledged by nobody, after all attempts",
        }
    }
}

/// Why a broadcast is not taken. Nothing was sent, and nothing else is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// As many wait as may.
    Full,
    /// The breaker is open. How long still; none if one broadcast is out to find out whether it works again.
    Resting(Option<Duration>),
}

/// Who is told of failures.
pub type Blamed = Box<dyn Fn(Failure) + Send + Sync>;

/// How it goes.
pub struct Health {
    breaker: Arc<Breaker>,
    blamed: OnceLock<Blamed>,
}

impl Health {
    /// Nothing has failed yet. After too many faults in a row nobody broadcasts for so long.
    pub fn new(pause: Duration) -> Self {
        Self { breaker: Arc::new(Breaker::new("broadcasts", FAULTS, pause)), blamed: OnceLock::new() }
    }

    /// What keeps callers from broadcasting.
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// From now on this is told of every failure. The first word counts.
    pub fn tell_failures(&self, blamed: Blamed) {
        drop(self.blamed.set(blamed));
    }

    /// Lets a broadcast through, whose turn ends once it was handed over.
    ///
    /// # Errors
    /// The breaker is open.
    pub fn enter(&self) -> Result<Turn, Refused> {
        self.breaker.enter().ok_or_else(|| Refused::Resting(self.breaker.rests_for()))
    }

    /// One found no room.
    pub fn full(&self, turn: Option<Turn>) -> Refused {
        self.ended(turn, Some(Failure::Full));
        Refused::Full
    }

    /// The turn of one is over, well or not.
    pub fn ended(&self, turn: Option<Turn>, failure: Option<Failure>) {
        match (turn, failure) {
            (Some(turn), None) => turn.succeeded(),
            (Some(turn), Some(_)) => turn.failed(),
            (None, _) => {}
        }
        if let Some(failure) = failure {
            self.tell(failure);
        }
    }

    /// Something failed.
    pub fn tell(&self, failure: Failure) {
        if let Some(blamed) = self.blamed.get() {
            blamed(failure);
        }
    }
}
