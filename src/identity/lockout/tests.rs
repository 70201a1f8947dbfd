//! Failures that lock out, decay and are forgiven, by a clock that a test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

const MINUTE: i64 = 60_000;

fn lockout(remembered: usize) -> (Lockout, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(1_700_000_000_000));
    let read = Arc::clone(&time);
    let clock: Clock = Arc::new(move || Timestamp::from_millis(read.load(Ordering::SeqCst)));
    (Lockout::remembering(clock, remembered), time)
}

fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

fn fail(lockout: &Lockout, account: &str, from: &str) {
    lockout.begin(Some(account), address(from)).unwrap_or_else(|refused| panic!("{refused:?}")).failed();
}

fn refused(lockout: &Lockout, account: &str, from: &str) -> Option<Refused> {
    match lockout.begin(Some(account), address(from)) {
        Ok(attempt) => {
            attempt.void();
            None
        }
        Err(refused) => Some(refused),
    }
}

#[test]
fn the_fifth_failure_locks_the_account_for_fifteen_minutes_from_everywhere() {
    let (lockout, time) = lockout(100);
    for number in 0..5 {
        assert_eq!(lockout.locked_until(Some("ann"), None), None);
        fail(&lockout, "ann", &format!("192.0.2.{number}"));
        time.fetch_add(MINUTE, Ordering::SeqCst);
    }
    let last = time.load(Ordering::SeqCst) - MINUTE;
    let until = Timestamp::from_millis(last + 15 * MINUTE);
    assert_eq!(refused(&lockout, "ann", "192.0.2.200"), Some(Refused::Until(until)));
    assert_eq!(lockout.locked_until(Some("ann"), None), Some(until));
    // Others are not.
    assert_eq!(refused(&lockout, "bob", "192.0.2.0"), None);
    time.store(until.millis() - 1, Ordering::SeqCst);
    assert_eq!(refused(&lockout, "ann", "192.0.2.200"), Some(Refused::Until(until)));
    time.store(until.millis(), Ordering::SeqCst);
    assert_eq!(refused(&lockout, "ann", "192.0.2.200"), None);
    assert_eq!(lockout.locked_until(Some("ann"), None), None);
}

#[test]
fn the_fifth_failure_from_an_address_locks_it_for_every_account() {
    let (lockout, _) = lockout(100);
    for number in 0..5 {
        fail(&lockout, &format!("user-{number}"), "192.0.2.1");
    }
    assert!(matches!(refused(&lockout, "ann", "192.0.2.1"), Some(Refused::Until(_))));
    assert!(matches!(refused(&lockout, "ann", "::ffff:192.0.2.1"), Some(Refused::Until(_))));
    assert_eq!(refused(&lockout, "ann", "192.0.2.2"), None);
    let unknown = lockout.begin(None, address("192.0.2.1")).err();
    assert!(matches!(unknown, Some(Refused::Until(_))));
}

#[test]
fn addresses_of_one_ipv6_network_are_one() {
    let (lockout, _) = lockout(100);
    for number in 0..5 {
        fail(&lockout, &format!("user-{number}"), &format!("2001:db8:0:1::{number:x}"));
    }
    assert!(matches!(refused(&lockout, "ann", "2001:db8:0:1:ffff::1"), Some(Refused::Until(_))));
    assert_eq!(refused(&lockout, "ann", "2001:db8:0:2::1"), None);
}

#[test]
fn failures_older_than_fifteen_minutes_do_not_count() {
    let (lockout, time) = lockout(100);
    fail(&lockout, "ann", "192.0.2.1");
    time.fetch_add(14 * MINUTE, Ordering::SeqCst);
    for _ in 0..3 {
        fail(&lockout, "ann", "192.0.2.1");
    }
    time.fetch_add(MINUTE, Ordering::SeqCst);
    // The first is fifteen minutes old: this is the fourth.
    fail(&lockout, "ann", "192.0.2.1");
    assert_eq!(refused(&lockout, "ann", "192.0.2.1"), None);
    fail(&lockout, "ann", "192.0.2.1");
    assert!(matches!(refused(&lockout, "ann", "192.0.2.1"), Some(Refused::Until(_))));
}

#[test]
fn a_lock_lasts_its_time_though_its_first_failures_grow_old() {
    let (lockout, time) = lockout(100);
    for _ in 0..5 {
        fail(&lockout, "ann", "192.0.2.1");
        time.fetch_add(3 * MINUTE, Ordering::SeqCst);
    }
    // Twelve minutes between first and last, so the first is over fifteen minutes old by now.
    time.fetch_add(11 * MINUTE, Ordering::SeqCst);
    assert!(matches!(refused(&lockout, "ann", "192.0.2.9"), Some(Refused::Until(_))));
    time.fetch_add(MINUTE, Ordering::SeqCst);
    // Then it takes five again.
    for _ in 0..4 {
        fail(&lockout, "ann", "192.0.2.1");
        assert_eq!(refused(&lockout, "ann", "192.0.2.1"), None);
    }
    fail(&lockout, "ann", "192.0.2.1");
    assert!(matches!(refused(&lockout, "ann", "192.0.2.1"), Some(Refused::Until(_))));
}

#[test]
fn a_success_clears_the_account_and_not_the_address() {
    let (lockout, _) = lockout(100);
    for _ in 0..4 {
        fail(&lockout, "ann", "192.0.2.1");
    }
    lockout.begin(Some("ann"), address("192.0.2.1")).ok().unwrap().succeeded();
    for _ in 0..4 {
        fail(&lockout, "ann", "192.0.2.2");
    }
    assert_eq!(refused(&lockout, "ann", "192.0.2.3"), None);
    fail(&lockout, "bob", "192.0.2.1");
    assert!(matches!(refused(&lockout, "carl", "192.0.2.1"), Some(Refused::Until(_))));
}

#[test]
fn of_a_hundred_attempts_at_once_five_are_made() {
    let (lockout, _) = lockout(100);
    let begun: Vec<_> = (0..100).map(|_| lockout.begin(Some("ann"), address("192.0.2.1"))).collect();
    let made = begun.iter().filter(|attempt| attempt.is_ok()).count();
    assert_eq!(made, FAILURES);
    assert!(begun.iter().skip(FAILURES).all(|attempt| matches!(attempt, Err(Refused::Busy))));
    // Somebody else at the same address waits for nobody.
    assert_eq!(refused(&lockout, "bob", "192.0.2.1"), None);
    // Whoever goes away before the answer had its guess.
    drop(begun);
    assert!(matches!(refused(&lockout, "ann", "192.0.2.2"), Some(Refused::Until(_))));
}

#[test]
fn an_attempt_that_nobody_could_judge_counts_for_nothing_and_leaves_nothing() {
    let (lockout, _) = lockout(100);
    for _ in 0..20 {
        lockout.begin(Some("ann"), address("192.0.2.1")).ok().unwrap().void();
    }
    assert_eq!(refused(&lockout, "ann", "192.0.2.1"), None);
    assert!(lockout.records().is_empty());
}

#[test]
fn an_account_can_be_forgiven() {
    let (lockout, _) = lockout(100);
    for number in 0..5 {
        fail(&lockout, "ann", &format!("192.0.2.{number}"));
    }
    lockout.forgive("bob");
    assert!(lockout.locked_until(Some("ann"), None).is_some());
    lockout.forgive("ann");
    assert_eq!(refused(&lockout, "ann", "192.0.2.1"), None);
}

#[test]
fn memory_is_bounded_and_who_is_locked_out_is_forgotten_last() {
    let (lockout, time) = lockout(50);
    for number in 0..5 {
        fail(&lockout, "ann", &format!("192.0.2.{number}"));
    }
    for number in 0..1_000 {
        time.fetch_add(1, Ordering::SeqCst);
        let attempt = lockout.begin(Some(&format!("user-{number}")), None).ok().unwrap();
        attempt.failed();
        assert!(lockout.records().len() <= 50);
    }
    assert!(matches!(refused(&lockout, "ann", "192.0.2.200"), Some(Refused::Until(_))));
    // What decayed makes room before anything else does.
    time.fetch_add(15 * MINUTE, Ordering::SeqCst);
    for number in 0..50 {
        lockout.begin(Some(&format!("late-{number}")), None).ok().unwrap().failed();
    }
    assert_eq!(lockout.records().len(), 50);
    assert!(lockout.records().values().all(|record| record.locked_until.is_none()));
}
