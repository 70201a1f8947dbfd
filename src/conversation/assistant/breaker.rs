//! The breaker: a server that failed several times in a row is left alone for a while, then tried by one at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many failures in a row open it.
const FAILURES: u32 = 3;
/// How many successes in a row close it again.
const SUCCESSES: u32 = 3;

pub(super) struct Breaker {
    pause: Duration,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    /// Counts the changes of state: how a turn ends that began in another one says nothing any more.
    generation: u64,
}

enum State {
    Closed { failures: u32 },
    Open { since: Instant },
    Trying { successes: u32, is_out: bool },
}

/// Somebody who was let through. Dropped without a word, it says nothing about the server.
pub(super) struct Turn {
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
    pub fn new(pause: Duration) -> Self {
        Self { pause, inner: Mutex::new(Inner { state: State::Closed { failures: 0 }, generation: 0 }) }
    }

    /// Lets somebody through, or nobody.
    pub fn enter(self: &Arc<Self>) -> Option<Turn> {
        let mut inner = self.inner();
        match &mut inner.state {
            State::Closed { .. } => {}
            State::Open { since } if since.elapsed() < self.pause => return None,
            State::Open { .. } => inner.turn(State::Trying { successes: 0, is_out: true }),
            State::Trying { is_out: true, .. } => return None,
            State::Trying { is_out, .. } => *is_out = true,
        }
        Some(Turn { breaker: Arc::clone(self), generation: inner.generation, outcome: Outcome::None })
    }

    fn settle(&self, generation: u64, outcome: Outcome) {
        let mut inner = self.inner();
        if inner.generation == generation {
            inner.settle(outcome);
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn settle(&mut self, outcome: Outcome) {
        match (&mut self.state, outcome) {
            (State::Closed { failures }, Outcome::Success) => *failures = 0,
            (State::Closed { failures }, Outcome::Failure) => {
                *failures += 1;
                if *failures >= FAILURES {
                    self.open();
                }
            }
            (State::Trying { .. }, Outcome::Failure) => self.open(),
            (State::Trying { successes, is_out }, Outcome::Success) => {
                (*successes, *is_out) = (*successes + 1, false);
                if *successes >= SUCCESSES {
                    tracing::info!("the assistant is back");
                    self.turn(State::Closed { failures: 0 });
                }
            }
            (State::Trying { is_out, .. }, Outcome::None) => *is_out = false,
            // Nobody is out while it is open: who was let through before is of another generation.
            (State::Closed { .. }, Outcome::None) | (State::Open { .. }, _) => {}
        }
    }

    fn open(&mut self) {
        tracing::warn!("the assistant failed again and again: it is left alone for a while");
        self.turn(State::Open { since: Instant::now() });
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
    }
}

impl Turn {
    pub fn succeeded(mut self) {
        self.outcome = Outcome::Success;
    }

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

    fn opened() -> Arc<Breaker> {
        let breaker = Arc::new(Breaker::new(PAUSE));
        (0..FAILURES).for_each(|_| breaker.enter().unwrap().failed());
        breaker
    }

    #[tokio::test(start_paused = true)]
    async fn three_failures_in_a_row_open_it_and_fewer_do_not() {
        let breaker = Arc::new(Breaker::new(PAUSE));
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

    #[tokio::test(start_paused = true)]
    async fn it_lets_one_through_at_a_time_after_its_pause_and_three_successes_close_it() {
        let breaker = opened();
        tokio::time::advance(PAUSE - Duration::from_millis(1)).await;
        assert!(breaker.enter().is_none());
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
        let breaker = Arc::new(Breaker::new(PAUSE));
        let late: Vec<_> = (0..4).map(|_| breaker.enter().unwrap()).collect();
        (0..FAILURES).for_each(|_| breaker.enter().unwrap().failed());
        tokio::time::advance(PAUSE).await;
        let probe = breaker.enter().unwrap();
        late.into_iter().for_each(Turn::succeeded);
        assert!(breaker.enter().is_none(), "the probe is still out");
        probe.failed();
        assert!(breaker.enter().is_none());
    }
}
