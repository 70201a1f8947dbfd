//! How the server is: what was checked and measured, what is wrong, what failed, and who is to be told.
//!
//! It checks and measures nothing itself, and tells nobody: what is found out is handed in, and what is worth telling
//! waits for whoever tells it ([`Status::news`]).

mod alerts;
mod components;
mod errors;
pub mod machine;
mod telling;
mod thresholds;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use graphroom_protocol::rest::errors::{ErrorCategory, ErrorRecord, ErrorSeverity, ErrorStatistics};
use graphroom_protocol::status::{Alert, AlertSeverity, AlertType, Check, HealthSummary, Metrics};
use tokio::sync::Notify;

pub use self::alerts::KEPT as ALERTS_KEPT;
use self::alerts::{Alerts, Cause};
pub use self::components::Component;
use self::errors::Errors;
pub use self::errors::{ErrorQuery, KEPT as ERRORS_KEPT};
pub use self::telling::{News, breaker, position};
use self::thresholds::Verdict;
pub use self::thresholds::{Levels, Thresholds};
use crate::breaker::Breaker;
use crate::clock::Clock;
use crate::domain::Timestamp;

/// Rounds of checks that are kept.
const CHECKS: usize = 1_000;
/// Measures that are kept: an hour of them, one every ten seconds.
const POINTS: usize = 360;
/// What waits to be told at most. Nobody tells more than that so late; the newest says how it is.
const NEWS: usize = 256;
/// For how long something that broke is an alert, once it breaks no more.
const AFTERMATH_MILLIS: i64 = 300_000;
/// How many failures of the store in a row open its breaker, and for how long.
const STORE_FAILURES: u32 = 5;
const STORE_PAUSE: Duration = Duration::from_secs(60);

/// What is known of the server.
pub struct Status {
    clock: Clock,
    thresholds: Thresholds,
    /// How late timers are.
    pub lag: machine::Lag,
    /// How writes to the store went. It keeps nobody from the store.
    store: Arc<Breaker>,
    /// Whether a success means anything to that.
    store_has_failed: AtomicBool,
    /// There are news.
    pub(super) news: Notify,
    /// Something failed: whoever checks should not wait long.
    alarm: Notify,
    pub(super) state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    /// Those that there are, and whether they work.
    components: BTreeMap<Component, bool>,
    last_check: Option<Timestamp>,
    checks: VecDeque<Check>,
    points: VecDeque<Metrics>,
    alerts: Alerts,
    errors: Errors,
    /// When something last broke that must not.
    broke: BTreeMap<ErrorCategory, Timestamp>,
    pub(super) news: VecDeque<News>,
}

impl State {
    fn is_healthy(&self) -> bool {
        self.last_check.is_some() && self.components.values().all(|works| *works)
    }

    fn names(&self) -> BTreeMap<String, bool> {
        let names = self.components.iter().flat_map(|(component, works)| {
            let names = std::iter::once(component.name()).chain(component.aliases().iter().copied());
            names.map(|name| (name.to_owned(), *works))
        });
        names.collect()
    }

    fn tell(&mut self, news: News) {
        if self.news.len() >= NEWS {
            self.news.pop_front();
        }
        self.news.push_back(news);
    }

    fn raise(&mut self, cause: Cause, now: Timestamp) {
        if let Some(alert) = self.alerts.raise(cause, now) {
            tracing::warn!(alert = alert.message, severity = ?alert.severity, "alert");
            self.tell(News::Alert(alert));
        }
    }

    fn settle(&mut self, key: &str, now: Timestamp) {
        if let Some(alert) = self.alerts.settle(key, now) {
            tracing::info!(alert = alert.message, "the alert is over");
            self.tell(News::Alert(alert));
        }
    }

    fn found(&mut self, component: Component, works: bool, now: Timestamp) {
        self.components.insert(component, works);
        if works {
            return self.settle(component.name(), now);
        }
        let message = component.complaint().to_owned();
        let (kind, severity) = (AlertType::ComponentFailure, AlertSeverity::High);
        self.raise(Cause { key: component.name(), kind, severity, measure: None, message }, now);
    }
}

impl Status {
    /// Of a server with these components, of which none was checked.
    #[must_use]
    pub fn new(clock: Clock, thresholds: Thresholds, components: &[Component]) -> Self {
        let components = components.iter().map(|component| (*component, false)).collect();
        Self {
            clock,
            thresholds,
            lag: machine::Lag::default(),
            store: Arc::new(Breaker::new("store", STORE_FAILURES, STORE_PAUSE)),
            store_has_failed: AtomicBool::new(false),
            news: Notify::new(),
            alarm: Notify::new(),
            state: Mutex::new(State { components, ..State::default() }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known, and wakes who tells it.
    fn change<T>(&self, work: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let now = (self.clock)();
        let mut state = self.state();
        let was_healthy = state.is_healthy();
        let done = work(&mut state, now);
        if state.is_healthy() != was_healthy {
            state.tell(News::Health);
        }
        let has_news = !state.news.is_empty();
        drop(state);
        if has_news {
            self.news.notify_one();
        }
        done
    }

    /// The components were checked, all of them.
    pub fn checked(&self, found: &[(Component, bool)], took: Duration) {
        self.change(|state, now| {
            state.last_check = Some(now);
            for (component, works) in found {
                state.found(*component, *works, now);
            }
            let check = Check {
                timestamp: now.in_microseconds(),
                healthy: state.is_healthy(),
                components: state.names(),
                check_duration: took.as_secs_f64(),
            };
            if state.checks.len() >= CHECKS {
                state.checks.pop_front();
            }
            state.checks.push_back(check.clone());
            state.tell(News::Check(check));
        });
    }

    /// The server was measured. `most` connections are as many as there may be; 0 for any number.
    pub fn measured(&self, measured: &Metrics, most: usize) {
        self.change(|state, now| {
            for verdict in self.thresholds.hold(measured, most) {
                match verdict {
                    Verdict::Raise(cause) => state.raise(cause, now),
                    Verdict::Settle(key) => state.settle(key, now),
                }
            }
            let is_over = |at: &Timestamp| now.millis() - at.millis() > AFTERMATH_MILLIS;
            let over: Vec<_> =
                state.broke.iter().filter(|(_, at)| is_over(at)).map(|(one, _)| *one).collect();
            for category in over {
                state.settle(category.as_str(), now);
            }
            let active_alerts = state.alerts.active().count();
            let point = Metrics { timestamp: now.in_microseconds(), active_alerts, ..measured.clone() };
            if state.points.len() >= POINTS {
                state.points.pop_front();
            }
            state.points.push_back(point.clone());
            state.tell(News::Metrics(Box::new(point)));
        });
    }

    /// Something failed. What is critical raises an alert, until nothing of the kind happens for some minutes.
    pub fn record(
        &self,
        category: ErrorCategory,
        severity: ErrorSeverity,
        message: &str,
        details: Option<&str>,
    ) {
        self.change(|state, now| {
            state.errors.record((category, severity), message, details, now);
            if severity == ErrorSeverity::Critical {
                state.broke.insert(category, now);
                let (key, kind) = (category.as_str(), AlertType::Error);
                let severity = AlertSeverity::Critical;
                state.raise(Cause { key, kind, severity, measure: None, message: message.to_owned() }, now);
            }
        });
    }

    /// The store failed: it does not work until a check finds that it does.
    pub fn store_failed(&self, message: &str, details: Option<&str>) {
        self.change(|state, now| {
            let kind = (ErrorCategory::Store, ErrorSeverity::High);
            state.errors.record(kind, message, details, now);
            state.found(Component::Store, false, now);
        });
        self.alarm.notify_one();
    }

    /// The store took a write, or did not.
    pub fn note_write(&self, is_success: bool) {
        if !is_success {
            self.store_has_failed.store(true, Ordering::Relaxed);
        }
        // Thousands succeed in a second: while none has failed yet, nothing is asked.
        if self.store_has_failed.load(Ordering::Relaxed) {
            self.store.note(is_success);
        }
    }

    /// Waits until something fails that should be checked.
    pub async fn alarmed(&self) {
        self.alarm.notified().await;
    }

    /// How it is, in short.
    #[must_use]
    pub fn health(&self) -> HealthSummary {
        let state = self.state();
        let working = state.components.values().filter(|works| **works).count();
        let total = state.components.len();
        HealthSummary {
            healthy: state.is_healthy(),
            component_health: state.names(),
            healthy_components: working,
            total_components: total,
            health_percentage: 100.0 * working as f64 / total.max(1) as f64,
            last_check: state.last_check.map(Timestamp::in_microseconds),
            active_alerts: state.alerts.active().count(),
            total_alerts: state.alerts.all().len(),
        }
    }

    /// Whether everything was checked and works.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.state().is_healthy()
    }

    /// What was measured last.
    #[must_use]
    pub fn metrics(&self) -> Option<Metrics> {
        self.state().points.back().cloned()
    }

    /// What was measured in the last so many measures, oldest first.
    #[must_use]
    pub fn points(&self, most: usize) -> Vec<Metrics> {
        let state = self.state();
        state.points.iter().skip(state.points.len().saturating_sub(most)).cloned().collect()
    }

    /// The alerts that are kept, oldest first.
    #[must_use]
    pub fn alerts(&self) -> Vec<Alert> {
        self.state().alerts.all().cloned().collect()
    }

    /// The rounds of checks of so many hours, oldest first.
    #[must_use]
    pub fn checks(&self, hours: usize) -> Vec<Check> {
        let since = (self.clock)().before(hours as u128 * 3_600_000).in_microseconds();
        self.state().checks.iter().filter(|check| check.timestamp >= since).cloned().collect()
    }

    /// Somebody has seen an alert. None if it is not kept.
    pub fn acknowledge(&self, id: &str, by: &str) -> Option<Alert> {
        self.change(|state, now| state.alerts.acknowledge(id, by, now))
    }

    /// The errors that match, the one that happened last first, and how many there are.
    #[must_use]
    pub fn errors(&self, query: ErrorQuery, most: usize) -> (Vec<ErrorRecord>, usize) {
        let state = self.state();
        let listed = state.errors.matching(query).take(most).cloned().collect();
        (listed, state.errors.matching(query).count())
    }

    /// How much failed in so many hours.
    #[must_use]
    pub fn statistics(&self, hours: usize) -> ErrorStatistics {
        self.state().errors.statistics(hours, (self.clock)())
    }

    /// An admin is done with an error. None if it is not kept.
    pub fn resolve_error(&self, id: &str) -> Option<ErrorRecord> {
        self.change(|state, now| state.errors.resolve(id, now))
    }

    /// What guards nothing, but tells how writes to the store go.
    #[must_use]
    pub fn store_breaker(&self) -> &Breaker {
        &self.store
    }

    /// The time, as it is told.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

#[cfg(test)]
mod tests;
