//! Rates by a clock that only moves when it is told to.
//!
//! Proves LIM-1 (docs/behaviour.md).

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

/// A clock that stands still.
#[derive(Clone, Default)]
struct Still(Arc<AtomicU64>);

impl Still {
    fn pass(&self, milliseconds: u64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    fn time(&self) -> Time {
        let passed = Arc::clone(&self.0);
        Time::of(move || Duration::from_millis(passed.load(Ordering::SeqCst)))
    }
}

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

fn limiter(commands_per_second: u32, burst: u32, clock: &Still) -> Limiter {
    let allowance = Allowance {
        commands_per_second,
        commands_burst: number(burst),
        time: clock.time(),
        ..Allowance::default()
    };
    Limiter::new(allowance, Arc::new(Metrics::new("test")))
}

fn caller(user_id: &str, address: &str) -> Who {
    Who::caller(user_id.into(), address.parse().unwrap())
}

fn connection(id: &str) -> Who {
    Who::Connection(id.into())
}

/// How many get through at once.
fn taken(limiter: &Limiter, doing: Counted, who: &Who) -> usize {
    (0..10_000).take_while(|_| limiter.take(doing, who).is_ok()).count()
}

#[test]
fn a_burst_gets_through_and_then_as_many_as_the_rate_says() {
    let clock = Still::default();
    let limiter = limiter(10, 25, &clock);
    let ann = connection("ann");
    assert_eq!(taken(&limiter, Counted::Command, &ann), 25);
    clock.pass(1_000);
    assert_eq!(taken(&limiter, Counted::Command, &ann), 10);
    clock.pass(99);
    assert_eq!(taken(&limiter, Counted::Command, &ann), 0);
    clock.pass(1);
    assert_eq!(taken(&limiter, Counted::Command, &ann), 1);
    clock.pass(60_000);
    assert_eq!(taken(&limiter, Counted::Command, &ann), 25, "what is not used is not saved up");
}

#[test]
fn who_waits_as_long_as_it_was_told_gets_through() {
    let clock = Still::default();
    for per_second in [1, 3, 7, 500, 999, 1_000_000] {
        let limiter = limiter(per_second, 5, &clock);
        let ann = connection("ann");
        taken(&limiter, Counted::Command, &ann);
        let Err(refused) = limiter.take(Counted::Command, &ann) else { continue };
        assert_eq!(refused.code, ErrorCode::RateLimited);
        let details = refused.details.unwrap();
        assert_eq!(details["limit"], "max_commands_per_second");
        let wait = details["retry_after_ms"].as_u64().unwrap();
        assert!((1..=1_000).contains(&wait), "{wait}");
        clock.pass(wait);
        assert_eq!(limiter.take(Counted::Command, &ann), Ok(()), "{per_second} a second, {wait} ms");
    }
}

#[test]
fn each_connection_author_and_address_has_a_rate_of_its_own() {
    let limiter = limiter(1, 2, &Still::default());
    let all = [
        connection("ann"),
        connection("bob"),
        caller("ann", "192.0.2.1"),
        caller("bob", "192.0.2.1"),
        caller("ann", "192.0.2.2"),
        caller("ann", "2001:db8::1"),
    ];
    for who in &all {
        assert_eq!(taken(&limiter, Counted::Command, who), 2, "{who:?}");
    }
    for who in &all {
        assert_eq!(taken(&limiter, Counted::Command, who), 0, "{who:?}");
    }
}

#[test]
fn presence_has_a_rate_of_its_own() {
    let clock = Still::default();
    let limiter = limiter(1, 2, &clock);
    let ann = connection("ann");
    assert_eq!(taken(&limiter, Counted::Command, &ann), 2);
    assert_eq!(taken(&limiter, Counted::Presence, &ann), 2_000);
    let refused = limiter.take(Counted::Presence, &ann).unwrap_err();
    assert_eq!(refused.details.unwrap()["limit"], "presence_per_second");
    clock.pass(1_000);
    assert_eq!(taken(&limiter, Counted::Presence, &ann), 200);
}

#[test]
fn with_zero_there_is_no_limit_on_commands() {
    let limiter = limiter(0, 1, &Still::default());
    assert_eq!(taken(&limiter, Counted::Command, &connection("ann")), 10_000);
}

#[test]
fn who_is_quiet_is_forgotten_and_who_is_not_is_remembered() {
    let clock = Still::default();
    let rate = Rate::new(number(1), number(5), clock.time());
    let busy = connection("busy");
    while rate.take(&busy).is_ok() {}
    for n in 0..100_000 {
        assert_eq!(rate.take(&caller(&n.to_string(), "192.0.2.1")), Ok(()));
        // Each has used one of five, and is as good as new a second later.
        clock.pass(1);
    }
    assert!(rate.len() < 5_000, "{} are remembered", rate.len());
    assert_eq!((0..10).filter(|_| rate.take(&busy).is_ok()).count(), 5, "a minute and more has passed");
}
