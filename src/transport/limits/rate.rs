//! How often each client may do something: so many at once, and so many in a second from then on.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::Who;

/// How often, in questions, those are forgotten at least who have been quiet long enough.
const SWEEP: usize = 1_024;

/// The time that has passed since some moment. A test hands in its own.
#[derive(Clone)]
pub struct Time(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Time {
    /// A time of one's own, which must not go back.
    pub fn of(passed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(passed))
    }
}

impl Default for Time {
    fn default() -> Self {
        let begun = Instant::now();
        Self::of(move || begun.elapsed())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Time").field(&(self.0)()).finish()
    }
}

impl Clock for Time {
    type Instant = Duration;

    fn now(&self) -> Duration {
        (self.0)()
    }
}

/// One rate, counted for each client by itself.
pub struct Rate {
    limiter: RateLimiter<Who, DashMapStateStore<Who>, Time, NoOpMiddleware<Duration>>,
    time: Time,
    until_sweep: AtomicI64,
}

impl Rate {
    /// Nobody has done anything yet.
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32, time: Time) -> Self {
        Self::of(Quota::per_second(per_second).allow_burst(burst), time)
    }

    /// The same with so many in a minute, and as many at once.
    pub fn per_minute(per_minute: NonZeroU32, time: Time) -> Self {
        Self::of(Quota::per_minute(per_minute), time)
    }

    fn of(quota: Quota, time: Time) -> Self {
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), time.clone());
        Self { limiter, time, until_sweep: AtomicI64::new(as_count(SWEEP)) }
    }

    /// Counts one, unless that is one too many: then it says how long to wait, and counts nothing.
    pub fn take(&self, who: &Who) -> Result<(), Duration> {
        // Just one finds the last one: it sweeps, while the others count on below zero.
        if self.until_sweep.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.sweep();
        }
        self.limiter.check_key(who).map_err(|not_until| not_until.wait_time_from(self.time.now()))
    }

    /// Forgets who may do everything again: whoever names a new author each time fills no memory. The next time
    /// is the later, the more there are to look at.
    fn sweep(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        self.until_sweep.store(as_count(SWEEP.max(self.limiter.len() * 2)), Ordering::Relaxed);
    }

    /// How many clients are remembered.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.limiter.len()
    }
}

fn as_count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
