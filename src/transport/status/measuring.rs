//! Measuring the server: what it uses, what it does by second, and how long that takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use graphroom_protocol::status::Metrics;

use crate::operations::Totals;
use crate::operations::status::machine;
use crate::session::observer::Census;
use crate::transport::Backend;
use crate::transport::connections::Figures;

/// How soon it is measured first.
const FIRST: Duration = Duration::from_secs(1);
/// Of fewer answers than this a share says nothing.
const ENOUGH: u64 = 10;

/// How everything stood at a moment.
struct Reading {
    at: Instant,
    cpu: Duration,
    totals: Totals,
    connections: usize,
    figures: Figures,
    census: Census,
}

impl Reading {
    fn of(backend: &Backend) -> Self {
        let (connections, figures) = backend.roster.totals();
        Self {
            at: Instant::now(),
            cpu: machine::cpu_time(),
            totals: backend.metrics.totals(),
            connections,
            figures,
            census: backend.registry.census(),
        }
    }

    /// Reads where it holds nobody up: there may be many connections. None while the runtime ends.
    async fn take(backend: &Arc<Backend>) -> Option<Self> {
        let backend = Arc::clone(backend);
        tokio::task::spawn_blocking(move || Self::of(&backend)).await.ok()
    }

    /// What was so between the two.
    fn since(&self, before: &Self, backend: &Backend) -> Metrics {
        let seconds = self.at.duration_since(before.at).as_secs_f64().max(0.001);
        let by_second = |now: u64, then: u64| now.saturating_sub(then) as f64 / seconds;
        let (now, then) = (&self.totals, &before.totals);
        let (command, commit) = (now.command.since(&then.command), now.commit.since(&then.commit));
        let (answers, faults) = (now.answers - then.answers, now.faults - then.faults);
        let cpu = self.cpu.saturating_sub(before.cpu).as_secs_f64();
        let (memory, limit) = (machine::memory(), machine::memory_limit());
        Metrics {
            timestamp: String::new(),
            uptime: backend.roster.uptime().as_secs_f64(),
            memory_usage: memory as f64 / limit.max(memory).max(1) as f64,
            memory_bytes: memory,
            cpu_usage: (cpu / seconds / machine::processors() as f64).min(1.0),
            disk_free: backend.status_rules.data.as_deref().and_then(machine::disk_free),
            event_loop_lag_ms: backend.status.lag.take_worst().as_secs_f64() * 1_000.0,
            active_connections: self.connections,
            sessions: self.census.sessions,
            members: self.census.members,
            messages_processed: self.figures.received + self.figures.sent,
            messages_in_per_second: by_second(self.figures.received, before.figures.received),
            messages_out_per_second: by_second(self.figures.sent, before.figures.sent),
            commands_per_second: by_second(now.commands, then.commands),
            events_per_second: by_second(now.events, then.events),
            deliveries_per_second: by_second(now.deliveries, then.deliveries),
            refused_per_second: by_second(self.figures.refused, before.figures.refused),
            error_rate: if answers < ENOUGH { 0.0 } else { faults as f64 / answers as f64 },
            response_time: command.mean(),
            command_p50_ms: command.quantile(0.5),
            command_p99_ms: command.quantile(0.99),
            commit_p50_ms: commit.quantile(0.5),
            commit_p99_ms: commit.quantile(0.99),
            active_alerts: 0,
        }
    }
}

impl Backend {
    /// Measures again and again, until the future is dropped.
    pub async fn keep_measuring(self: Arc<Self>) {
        let every = self.status_rules.measure_every;
        let most = self.limiter.allowance().connections;
        let Some(mut before) = Reading::take(&self).await else { return };
        let mut wait = every.min(FIRST);
        loop {
            tokio::time::sleep(wait).await;
            let Some(now) = Reading::take(&self).await else { return };
            self.status.measured(&now.since(&before, &self), most);
            (before, wait) = (now, every);
        }
    }
}
