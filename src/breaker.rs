//! The breaker: whatever failed several times in a row is left alone for a while, then tried by one at a time.
//!
//! It knows nothing of what it guards but its name, for the log.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many successes in a row close it again.
pub const SUCCESSES: u32 = 3;

/// Guards one thing.
pub struct Breaker {
    name: &'static str,
    /// How many failures in a row open it.
    failures: u32,
    pause: Duration,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    /// Counts the changes of state: how a turn ends that began in another one says nothing any more.
    generation: u64,
    /// Failures since the last time that all was well.
    failures: u32,
    last_failure: Option<Instant>,
}

enum State {
    Closed,
    Open { since: Instant },
    Trying { successes: u32, is_out: bool },
}

/// How a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it does.
    pub position: Position,
    /// Failures since the last time that all was well.
    pub failures: u32,
    /// Successes since it tries again.
    pub successes: u32,
    /// How long ago the last failure was.
    pub since_failure: Option<Duration>,
}

/// What a breaker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Everybody is let through.
    Closed,
    /// Nobody is.
    Open,
    /// One at a time is.
    HalfOpen,
}

/// Somebody who was let through. Dropped without a word, it says nothing about what is guarded.
pub struct Turn {
    breaker: Arc<Breaker>,
    generation: u64,
    outcome: Outcome,
}

#[derive(Clone, Copy)]
enum Outcome {
    None,
    Success,
    Failure,
}

impl Breaker {
    /// One that opens after so many failures in a row, and stays so for `pause`.
    #[must_use]
    pub fn new(name: &'static str, failures: u32, pause: Duration) -> Self {
        let inner = Inner { state: State::Closed, generation: 0, failures: 0, last_failure: None };
        Self { name, failures, pause, inner: Mutex::new(inner) }
    }

    /// Lets somebody through, or nobody.
    pub fn enter(self: &Arc<Self>) -> Option<Turn> {
        let mut inner = self.inner();
        match &mut inner.state {
            State::Closed => {}
            State::Open { since } if since.elapsed() < self.pause => return None,
            State::Open { .. } => inner.turn(State::Trying { successes: 0, is_out: true }),
            State::Trying { is_out: true, .. } => return None,
            State::Trying { is_out, .. } => *is_out = true,
        }
        Some(Turn { breaker: Arc::clone(self), generation: inner.generation, outcome: Outcome::None })
    }

    /// Takes note of how something went that was done without asking it.
    pub fn note(self: &Arc<Self>, is_success: bool) {
        match self.enter() {
            Some(turn) if is_success => turn.succeeded(),
            Some(turn) => turn.failed(),
            None => {}
        }
    }

    /// How long nobody will be let through still; none if somebody would be, or who is out decides.
    #[must_use]
    pub fn rests_for(&self) -> Option<Duration> {
        match self.inner().state {
            State::Open { since } => Some(self.pause.saturating_sub(since.elapsed())),
            State::Closed | State::Trying { .. } => None,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let inner = self.inner();
        let (position, successes) = match inner.state {
            State::Closed => (Position::Closed, 0),
            State::Open { .. } => (Position::Open, 0),
            State::Trying { successes, .. } => (Position::HalfOpen, successes),
        };
        let since_failure = inner.last_failure.map(|at| at.elapsed());
        Standing { position, failures: inner.failures, successes, since_failure }
    }

    fn settle(&self, generation: u64, outcome: Outcome) {
        let mut inner = self.inner();
        if inner.generation == generation {
            inner.settle(outcome, self);
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn settle(&mut self, outcome: Outcome, breaker: &Breaker) {
        if matches!(outcome, Outcome::Failure) {
            self.failures = self.failures.saturating_add(1);
            self.last_failure = Some(Instant::now());
        }
        match (&mut self.state, outcome) {
            (State::Closed, Outcome::Success) => self.failures = 0,
            (State::Closed, Outcome::Failure) => {
                if self.failures >= breaker.failures {
                    self.open(breaker.name);
                }
            }
            (State::Trying { .. }, Outcome::Failure) => self.open(breaker.name),
            (State::Trying { successes, is_out }, Outcome::Success) => {
                (*successes, *is_out) = (*successes + 1, false);
                if *successes >= SUCCESSES {
                    tracing::info!(what = breaker.name, "it is back: the breaker closes");
                    self.failures = 0;
                    self.turn(State::Closed);
                }
            }
            (State::Trying { is_out, .. }, Outcome::None) => *is_out = false,
            // Nobody is out while it is open: who was let through before is of another generation.
            (State::Closed, Outcome::None) | (State::Open { .. }, _) => {}
        }
    }

    fn open(&mut self, name: &str) {
        tracing::warn!(what = name, "it failed again and again: the breaker opens for a while");
        self.turn(State::Open { since: Instant::now() });
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
    }
}

impl Turn {
    /// It went well.
    pub fn succeeded(mut self) {
        self.outcome = Outcome::Success;
    }

    /// It did not, and what is guarded is to blame.
    pub fn failed(mut self) {
        self.outcome = Outcome::Failure;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.breaker.settle(self.generation, self.outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(30);
    const FAILURES: u32 = 3;

    fn closed() -> Arc<Breaker> {
        Arc::new(Breaker::new("it", FAILURES, PAUSE))
    }

    fn opened() -> Arc<Breaker> {
        let breaker = closed();
        (0..FAILURES).for_each(|_| breaker.enter().unwrap().failed());
        breaker
    }

    #[tokio::test(start_paused = true)]
    async fn three_failures_in_a_row_open_it_and_fewer_do_not() {
        let breaker = closed();
        for _ in 0..3 {
            breaker.enter().unwrap().failed();
            breaker.enter().unwrap().failed();
            breaker.enter().unwrap().succeeded();
        }
        breaker.enter().unwrap().failed();
        drop(breaker.enter().unwrap());
        breaker.enter().unwrap().failed();
        assert!(breaker.enter().is_some(), "two in a row");
        breaker.enter().unwrap().failed();
        assert!(breaker.enter().is_none());
    }

    // CAST-6
    #[tokio::test(start_paused = true)]
    async fn it_lets_one_through_at_a_time_after_its_pause_and_three_successes_close_it() {
        let breaker = opened();
        tokio::time::advance(PAUSE - Duration::from_millis(1)).await;
        assert!(breaker.enter().is_none());
        assert_eq!(breaker.rests_for(), Some(Duration::from_millis(1)));
        tokio::time::advance(Duration::from_millis(1)).await;
        for _ in 0..SUCCESSES {
            let probe = breaker.enter().expect("one is let through");
            assert!(breaker.enter().is_none(), "and no second beside it");
            probe.succeeded();
        }
        let (_one, _other) = (breaker.enter().unwrap(), breaker.enter().expect("it is closed"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_fails_opens_it_again_and_one_that_is_given_up_makes_room_for_the_next() {
        let breaker = opened();
        tokio::time::advance(PAUSE).await;
        drop(breaker.enter().unwrap());
        breaker.enter().unwrap().succeeded();
        breaker.enter().unwrap().failed();
        assert!(breaker.enter().is_none());
        tokio::time::advance(PAUSE).await;
        assert!(breaker.enter().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn what_began_before_it_opened_says_nothing_afterwards() {
        let breaker = closed();
        let late: Vec<_> = (0..4).map(|_| breaker.enter().unwrap()).collect();
        (0..FAILURES).for_each(|_| breaker.enter().unwrap().failed());
        tokio::time::advance(PAUSE).await;
        let probe = breaker.enter().unwrap();
        late.into_iter().for_each(Turn::succeeded);
        assert!(breaker.enter().is_none(), "the probe is still out");
        probe.failed();
        assert!(breaker.enter().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn how_it_stands_can_be_seen_and_what_merely_happened_counts() {
        let breaker = closed();
        assert_eq!(breaker.standing().since_failure, None);
        (0..FAILURES + 2).for_each(|_| breaker.note(false));
        let standing = breaker.standing();
        assert_eq!((standing.position, standing.failures), (Position::Open, FAILURES));
        tokio::time::advance(PAUSE).await;
        assert_eq!(breaker.standing().since_failure, Some(PAUSE));
        breaker.note(true);
        let trying = breaker.standing();
        assert_eq!((trying.position, trying.successes), (Position::HalfOpen, 1));
        (1..SUCCESSES).for_each(|_| breaker.note(true));
        let well = breaker.standing();
        assert_eq!((well.position, well.failures, well.successes), (Position::Closed, 0, 0));
    }
}
