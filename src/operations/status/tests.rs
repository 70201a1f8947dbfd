//! What is found out, held against what is told of it.
//!
//! Proves STAT-1, STAT-2, STAT-3 and STAT-5 (docs/behaviour.md).

use std::sync::atomic::AtomicI64;

use super::*;

/// A status whose time the test sets.
fn status() -> (Status, Arc<AtomicI64>) {
    let millis = Arc::new(AtomicI64::new(1_772_600_767_089));
    let time = Arc::clone(&millis);
    let clock: Clock = Arc::new(move || Timestamp::from_millis(time.load(Ordering::Relaxed)));
    (Status::new(clock, Thresholds::default(), &[Component::Store, Component::Bus]), millis)
}

const WELL: [(Component, bool); 2] = [(Component::Store, true), (Component::Bus, true)];

/// The alerts among the news, as their messages and whether they are over.
fn told(status: &Status) -> Vec<(String, bool)> {
    let news: Vec<_> = status.state().news.drain(..).collect();
    let alerts = news.into_iter().filter_map(|news| match news {
        News::Alert(alert) => Some((alert.message, alert.resolved)),
        News::Health => Some(("health".to_owned(), status.is_healthy())),
        News::Check(_) | News::Metrics(_) => None,
    });
    alerts.collect()
}

#[test]
fn nothing_is_healthy_before_it_was_checked_and_all_names_of_a_component_say_the_same() {
    let (status, _) = status();
    let health = status.health();
    assert!(!health.healthy && health.component_health.values().all(|works| !works));
    assert_eq!((health.healthy_components, health.total_components, health.last_check), (0, 2, None));
    status.checked(&WELL, Duration::from_millis(5));
    let health = status.health();
    assert!(health.healthy && health.component_health["redis"] && health.component_health["websocket"]);
    assert_eq!((health.healthy_components, health.health_percentage), (2, 100.0));
    assert_eq!(told(&status), [("health".to_owned(), true)]);
    status.checked(&[(Component::Store, false), (Component::Bus, true)], Duration::ZERO);
    let health = status.health();
    assert!(!health.healthy && !health.component_health["redis"] && !health.component_health["store"]);
    assert_eq!((health.healthy_components, health.active_alerts), (1, 1));
    let checks = status.checks(1);
    assert_eq!(checks.iter().map(|check| check.healthy).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_store_that_fails_a_thousand_times_is_one_alert_and_one_error_and_over_once() {
    let (status, _) = status();
    status.checked(&WELL, Duration::ZERO);
    told(&status);
    for _ in 0..1_000 {
        status.note_write(false);
        status.store_failed("It broke", None);
    }
    let complaint = Component::Store.complaint().to_owned();
    assert_eq!(told(&status), [(complaint.clone(), false), ("health".to_owned(), false)]);
    let (errors, total) = status.errors(ErrorQuery::default(), 10);
    assert_eq!((total, errors[0].occurrences), (1, 1_000));
    assert_eq!(position(status.store_breaker().standing()), graphroom_protocol::status::BreakerState::Open);
    status.checked(&WELL, Duration::ZERO);
    status.checked(&WELL, Duration::ZERO);
    status.checked(&WELL, Duration::ZERO);
    assert_eq!(told(&status), [("health".to_owned(), true), (complaint, true)]);
}

#[test]
fn what_broke_is_an_alert_until_nothing_breaks_for_some_minutes() {
    let (status, millis) = status();
    let broke = || status.record(ErrorCategory::System, ErrorSeverity::Critical, "It broke", None);
    broke();
    broke();
    status.record(ErrorCategory::Assistant, ErrorSeverity::High, "Nobody answers", None);
    assert_eq!(told(&status), [("It broke".to_owned(), false)]);
    let measure = || (0..2).for_each(|_| status.measured(&Metrics::default(), 0));
    measure();
    assert_eq!(told(&status), []);
    millis.fetch_add(AFTERMATH_MILLIS + 1, Ordering::Relaxed);
    measure();
    assert_eq!(told(&status), [("It broke".to_owned(), true)]);
}

#[test]
fn an_hour_of_measures_is_kept_with_the_alerts_that_lasted() {
    let (status, _) = status();
    for number in 0..POINTS + 5 {
        let slow = if number == POINTS { 16.0 } else { 0.0 };
        status.measured(&Metrics { response_time: slow, sessions: number, ..Metrics::default() }, 0);
    }
    let points = status.points(usize::MAX);
    assert_eq!((points.len(), points[0].sessions), (POINTS, 5));
    let last: Vec<_> = status.points(5).iter().map(|point| point.active_alerts).collect();
    assert_eq!(last, [1, 1, 0, 0, 0]);
    assert_eq!(status.metrics().unwrap().sessions, POINTS + 4);
    assert!(status.state().news.len() <= NEWS);
}
