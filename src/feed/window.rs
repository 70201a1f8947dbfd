//! How many events were published lately.

use std::collections::VecDeque;
use std::time::Duration;

use crate::clock::Instant;

/// The times of the latest events of a session.
#[derive(Debug)]
pub struct Window {
    most: usize,
    span: Duration,
    times: VecDeque<Instant>,
    /// When somebody was last told that there were too many.
    told_at: Option<Instant>,
}

impl Window {
    /// At most so many in this time.
    pub fn new(most: usize, span: Duration) -> Self {
        Self { most, span, times: VecDeque::new(), told_at: None }
    }

    fn forget_old(&mut self, now: Instant) {
        while self.times.front().is_some_and(|time| now.duration_since(*time) >= self.span) {
            self.times.pop_front();
        }
    }

    /// Whether there may be one more.
    ///
    /// # Errors
    /// How long there may be none.
    pub fn check(&mut self, now: Instant) -> Result<(), Duration> {
        self.forget_old(now);
        match self.times.front() {
            Some(first) if self.times.len() >= self.most => Err(self.span - now.duration_since(*first)),
            _ => Ok(()),
        }
    }

    /// One was published.
    pub fn count(&mut self, now: Instant) {
        self.times.push_back(now);
    }

    /// Whether it is to be told that there were too many: once in the time.
    pub fn tell(&mut self, now: Instant) -> bool {
        let is_due = self.told_at.is_none_or(|told_at| now.duration_since(told_at) >= self.span);
        if is_due {
            self.told_at = Some(now);
        }
        is_due
    }

    /// When the last one was published, if that was in the time.
    pub fn last(&mut self, now: Instant) -> Option<Instant> {
        self.forget_old(now);
        self.times.back().copied()
    }
}

#[cfg(test)]
mod tests {
    //! Proves FEED-4 (docs/behaviour.md).

    use super::*;

    #[test]
    fn one_too_many_waits_until_the_first_is_old_and_that_is_told_once() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut window = Window::new(2, second * 60);
        for at in [0, 10] {
            assert_eq!(window.check(start + second * at), Ok(()));
            window.count(start + second * at);
        }
        assert_eq!(window.check(start + second * 20), Err(second * 40));
        assert!(window.tell(start + second * 20));
        assert!(!window.tell(start + second * 79));
        assert_eq!(window.check(start + second * 60), Ok(()));
        assert!(window.tell(start + second * 80));
        assert_eq!(window.last(start + second * 69), Some(start + second * 10));
        assert_eq!(window.last(start + second * 70), None);
    }
}
