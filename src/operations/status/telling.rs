//! What is worth telling, in the order in which it happened, for the one who tells it.

use graphroom_protocol::rest::errors::ErrorCategory;
use graphroom_protocol::status::{Alert, AlertSeverity, BreakerState, BreakerView, Check, Metrics};

use super::{ErrorQuery, Status};
use crate::breaker::{Position, Standing};
use crate::domain::Timestamp;
use crate::operations::Measured;

/// Something that is worth telling.
#[derive(Clone, Debug)]
pub enum News {
    /// The server is healthy, or no more.
    Health,
    /// An alert was raised, got worse, or is over.
    Alert(Alert),
    /// The components were checked.
    Check(Check),
    /// The server was measured.
    Metrics(Box<Metrics>),
}

impl Status {
    /// Waits until there is something to tell, and takes it. One at a time may.
    pub async fn news(&self) -> Vec<News> {
        loop {
            let news: Vec<_> = self.state().news.drain(..).collect();
            if !news.is_empty() {
                return news;
            }
            self.news.notified().await;
        }
    }

    /// What is exported of it, beside how other breakers stand.
    #[must_use]
    pub fn exported(&self, others: &[(&'static str, BreakerState)]) -> Measured {
        let state = self.state();
        let last = state.points.back();
        let severities = [AlertSeverity::Warning, AlertSeverity::High, AlertSeverity::Critical];
        let alerts = severities.map(|severity| {
            (severity, state.alerts.active().filter(|alert| alert.severity == severity).count())
        });
        let open = ErrorQuery { resolved: Some(false), ..ErrorQuery::default() };
        let errors = ErrorCategory::ALL.map(|category| {
            let of = ErrorQuery { category: Some(category), ..open };
            (category, state.errors.matching(of).count() as u64)
        });
        let own = (self.store.name(), position(self.store.standing()));
        Measured {
            cpu: last.map_or(0.0, |last| last.cpu_usage),
            memory: last.map_or(0, |last| last.memory_bytes),
            lag: last.map_or(0.0, |last| last.event_loop_lag_ms / 1_000.0),
            alerts: alerts.to_vec(),
            errors: errors.to_vec(),
            breakers: std::iter::once(own).chain(others.iter().copied()).collect(),
            components: state
                .components
                .iter()
                .map(|(component, works)| (component.name(), *works))
                .collect(),
        }
    }
}

/// What a breaker does, as it is told.
#[must_use]
pub fn position(standing: Standing) -> BreakerState {
    match standing.position {
        Position::Closed => BreakerState::Closed,
        Position::Open => BreakerState::Open,
        Position::HalfOpen => BreakerState::HalfOpen,
    }
}

/// How a breaker stands at this time, as it is told.
#[must_use]
pub fn breaker(standing: Standing, now: Timestamp) -> BreakerView {
    let at = standing.since_failure.map(|since| now.before(since.as_millis()).in_microseconds());
    BreakerView {
        state: position(standing),
        failure_count: standing.failures,
        last_failure_time: at,
        success_count: standing.successes,
    }
}
