//! What stands at a moment, as it is exported: handed in when somebody reads the metrics.

use std::sync::atomic::AtomicU64;

use graphroom_protocol::rest::errors::ErrorCategory;
use graphroom_protocol::status::{AlertSeverity, BreakerState};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::metrics::Standing;
use crate::session::observer::{ByLag, Spread};

/// What was measured of the process, and what is wrong with the server.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// The share of the machine's processors that the process used.
    pub cpu: f64,
    /// The memory that it uses.
    pub memory: u64,
    /// By how much a timer was late at most, in seconds.
    pub lag: f64,
    /// Alerts that last, by severity.
    pub alerts: Vec<(AlertSeverity, usize)>,
    /// Errors that happened, by category.
    pub errors: Vec<(ErrorCategory, u64)>,
    /// How the breakers stand, by what they guard.
    pub breakers: Vec<(&'static str, BreakerState)>,
    /// Whether each component works.
    pub components: Vec<(&'static str, bool)>,
}

type ByName = Family<[(&'static str, &'static str); 1], Gauge>;

/// What [`Measured`] is shown as.
pub(super) struct MeasuredGauges {
    cpu: Gauge<f64, AtomicU64>,
    memory: Gauge,
    lag: Gauge<f64, AtomicU64>,
    alerts: ByName,
    errors: ByName,
    breakers: ByName,
    components: ByName,
}

impl MeasuredGauges {
    pub fn register(registry: &mut Registry) -> Self {
        let (cpu, lag) = (Gauge::default(), Gauge::<f64, AtomicU64>::default());
        registry.register("cpu_ratio", "The share of the machine's processors that is used", cpu.clone());
        let memory = Gauge::default();
        registry.register_with_unit("memory", "The memory that is used", Unit::Bytes, memory.clone());
        let help = "By how much a timer of 100 ms was late at most, of late";
        registry.register_with_unit("event_loop_lag_time", help, Unit::Seconds, lag.clone());
        let mut by_name = |name: &str, help: &str| {
            let family = ByName::default();
            registry.register(name, help, family.clone());
            family
        };
        Self {
            cpu,
            memory,
            lag,
            alerts: by_name("alerts", "Alerts that last, by severity"),
            errors: by_name("errors", "Errors that happened since the server started, by category"),
            breakers: by_name("breaker_open", "Whether a breaker lets nobody, or one at a time, through"),
            components: by_name("component_up", "Whether a component works, as it was checked last"),
        }
    }

    pub fn set(&self, measured: &Measured) {
        self.cpu.set(measured.cpu);
        self.memory.set(i64::try_from(measured.memory).unwrap_or(i64::MAX));
        self.lag.set(measured.lag);
        let put = |family: &ByName, label, name, value: u64| {
            family.get_or_create(&[(label, name)]).set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        for (severity, count) in &measured.alerts {
            let name = match severity {
                AlertSeverity::Warning => "warning",
                AlertSeverity::High => "high",
                AlertSeverity::Critical => "critical",
            };
            put(&self.alerts, "severity", name, *count as u64);
        }
        for (category, count) in &measured.errors {
            put(&self.errors, "category", category.as_str(), *count);
        }
        for (name, state) in &measured.breakers {
            put(&self.breakers, "breaker", name, u64::from(*state != BreakerState::Closed));
        }
        for (name, works) in &measured.components {
            put(&self.components, "component", name, u64::from(*works));
        }
    }
}

/// What [`Standing`] is shown as.
pub(super) struct Gauges {
    sessions: Gauge,
    members: Gauge,
    lagging: Gauge,
    behind: SpreadGauges,
    by_lag: ByLagGauges,
    websockets: Gauge,
    polling: Gauge,
    waiting: SpreadGauges,
    ring_items: SpreadGauges,
    ring_bytes: SpreadGauges,
}

struct SpreadGauges {
    sum: Gauge,
    max: Gauge,
}

/// Buckets as those of a histogram, but of what stands now: there is nothing in them to take the rate of.
struct ByLagGauges([Gauge; ByLag::BOUNDS.len() + 1]);

impl ByLagGauges {
    fn register(registry: &mut Registry) -> Self {
        let family = Family::<[(&'static str, String); 1], Gauge>::default();
        let help = "Members that have at most so many graph events yet to be handed";
        registry.register("members_by_lag", help, family.clone());
        let mut bounds = ByLag::BOUNDS.into_iter().map(|bound| bound.to_string());
        Self(std::array::from_fn(|_| {
            let bound = bounds.next().unwrap_or_else(|| "+Inf".to_owned());
            family.get_or_create(&[("le", bound)]).clone()
        }))
    }

    fn set(&self, by_lag: &ByLag) {
        for (gauge, members) in self.0.iter().zip(by_lag.up_to()) {
            set(gauge, members);
        }
    }
}

fn gauge(registry: &mut Registry, name: &str, help: &str) -> Gauge {
    let gauge = Gauge::default();
    registry.register(name, help, gauge.clone());
    gauge
}

impl SpreadGauges {
    fn register(registry: &mut Registry, part: &str, unit: &str, what: &str) -> Self {
        let most = format!("{what}, of the session that has most");
        Self {
            sum: gauge(registry, &format!("{part}_{unit}"), &format!("{what}, of all sessions")),
            max: gauge(registry, &format!("{part}_max_{unit}"), &most),
        }
    }

    fn set(&self, spread: Spread) {
        set(&self.sum, spread.sum);
        set(&self.max, spread.max);
    }
}

fn set(gauge: &Gauge, count: usize) {
    gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
}

impl Gauges {
    pub fn register(registry: &mut Registry) -> Self {
        let connections = Family::<[(&'static str, &'static str); 1], Gauge>::default();
        let of = |transport| connections.get_or_create(&[("transport", transport)]).clone();
        let (websockets, polling) = (of("websocket"), of("polling"));
        registry.register("connections", "Connections, by transport", connections);
        Self {
            sessions: gauge(registry, "sessions", "Sessions that are loaded"),
            members: gauge(registry, "members", "Connections that are joined to a session"),
            lagging: gauge(registry, "members_lagging", "Members whose connection takes no more at present"),
            behind: SpreadGauges {
                sum: gauge(
                    registry,
                    "members_behind_events",
                    "Graph events that members have yet to be handed",
                ),
                max: gauge(registry, "members_behind_max_events", "The same, of the member that lacks most"),
            },
            by_lag: ByLagGauges::register(registry),
            websockets,
            polling,
            waiting: SpreadGauges::register(
                registry,
                "mailbox",
                "commands",
                "Commands that wait for their session",
            ),
            ring_items: SpreadGauges::register(registry, "ring", "items", "Events that are kept for members"),
            ring_bytes: SpreadGauges::register(
                registry,
                "ring",
                "bytes",
                "Bytes of the events that are kept for members",
            ),
        }
    }

    pub fn set(&self, standing: &Standing) {
        let Standing { census, websockets, polling, measured: _ } = standing;
        set(&self.sessions, census.sessions);
        set(&self.members, census.members);
        set(&self.lagging, census.lagging);
        self.behind.set(census.behind);
        self.by_lag.set(&census.by_lag);
        set(&self.websockets, *websockets);
        set(&self.polling, *polling);
        self.waiting.set(census.waiting);
        self.ring_items.set(census.ring_items);
        self.ring_bytes.set(census.ring_bytes);
    }
}
