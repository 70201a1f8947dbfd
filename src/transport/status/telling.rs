//! Telling how the server is: to who subscribed to it, as it changes.

use std::sync::Arc;

use graphroom_protocol::EventName;
use graphroom_protocol::status::{HealthCheck, MetricsUpdate, PerformanceAlert, SystemStatusUpdate};

use crate::operations::status::News;
use crate::transport::Backend;
use crate::transport::connection::handlers::event;
use crate::transport::topics::{ALERTS, HEALTH, STATUS, SYSTEM};

/// Alerts that go along with each status.
const LAST: usize = 10;

impl Backend {
    /// Tells what is new at once, and how it is again and again, until the future is dropped.
    pub async fn keep_telling(self: Arc<Self>) {
        let every = self.status_rules.tell_every;
        let mut next = tokio::time::Instant::now() + every;
        loop {
            tokio::select! {
                news = self.status.news() => news.into_iter().for_each(|news| self.tell_news(news)),
                () = tokio::time::sleep_until(next) => {
                    next += every;
                    self.tell_status();
                }
            }
        }
    }

    fn tell_news(&self, news: News) {
        let timestamp = self.status.now().in_microseconds();
        match news {
            News::Health => self.tell_status(),
            News::Alert(alert) => {
                let event = EventName::PerformanceAlert;
                self.tell(event, &[ALERTS, SYSTEM], &PerformanceAlert { event, alert, timestamp });
            }
            News::Check(check) => {
                let event = EventName::HealthCheck;
                self.tell(event, &[HEALTH], &HealthCheck { event, check, timestamp });
            }
            News::Metrics(metrics) => {
                let event = EventName::MetricsUpdate;
                self.tell(event, &[STATUS], &MetricsUpdate { event, metrics: *metrics, timestamp });
            }
        }
    }

    fn tell_status(&self) {
        let event = EventName::SystemStatusUpdate;
        self.tell(event, &[STATUS, SYSTEM], &self.status_update());
    }

    /// How the server is now, as it is told.
    pub fn status_update(&self) -> SystemStatusUpdate {
        let mut alerts = self.status.alerts();
        alerts.drain(..alerts.len().saturating_sub(LAST));
        SystemStatusUpdate {
            event: EventName::SystemStatusUpdate,
            health: self.status.health(),
            metrics: self.status.metrics(),
            alerts,
            timestamp: self.status.now().in_microseconds(),
        }
    }

    fn tell(&self, name: EventName, topics: &[&str], payload: &impl serde::Serialize) {
        let is_heard = |topic: &&str| self.channels.listeners(topic) > 0;
        // Where nobody listens nothing is written.
        if self.realtime.status && topics.iter().any(is_heard) {
            self.channels.tell_once(topics, event(name, payload).as_slice());
        }
    }
}
