//! Every metric of one server. `docs/metrics.md` says what each means; a test holds the two together.
//!
//! What happens is counted when it happens, by atomics made at the start. What merely stands at a moment is
//! handed in when somebody reads the metrics.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use graphroom_protocol::ErrorCode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::commands::Commands;
use super::gauges::{Gauges, Measured, MeasuredGauges};
use super::handshakes::{HandshakeFailure, Handshakes};
use super::histogram::{Counts, Histogram};
use super::refusals::{Limit, Refusals};
use super::text::Form;
use crate::session::observer::{AppendFailure, Census, Cut, Observer, Outcome};

/// Commands a batch.
const BATCH_SIZES: [u64; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/// Why a connection was ended by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutReason {
    /// A session did it.
    Session(Cut),
    /// It took nothing for too long.
    Stalled,
    /// It asks, and does not take answers that belong to no session.
    AnswersOutstanding,
    /// It sent too much while a session was loaded.
    InboxFull,
    /// It showed no sign of life.
    Silent,
}

impl CutReason {
    const ALL: [Self; 8] = [
        Self::Session(Cut::FellBehind),
        Self::Session(Cut::AnswersOutstanding),
        Self::Session(Cut::SessionBroke),
        Self::Session(Cut::SessionUnloaded),
        Self::Stalled,
        Self::AnswersOutstanding,
        Self::InboxFull,
        Self::Silent,
    ];

    const fn label(self) -> &'static str {
        match self {
            Self::Session(Cut::FellBehind) => "fell_behind",
            Self::Session(Cut::AnswersOutstanding) | Self::AnswersOutstanding => "answers_outstanding",
            Self::Session(Cut::SessionBroke) => "session_broke",
            Self::Session(Cut::SessionUnloaded) => "session_unloaded",
            Self::Stalled => "stalled",
            Self::InboxFull => "inbox_full",
            Self::Silent => "silent",
        }
    }
}

const fn failure(failure: AppendFailure) -> &'static str {
    match failure {
        AppendFailure::Unavailable => "unavailable",
        AppendFailure::HeadMoved => "head_moved",
        AppendFailure::Unknown => "unknown",
    }
}

/// What stands at the moment when the metrics are read.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The sessions.
    pub census: Census,
    /// Connections by WebSocket.
    pub websockets: usize,
    /// Connections by polling.
    pub polling: usize,
    /// What was measured and found wrong.
    pub measured: Measured,
}

type ByLabel = Family<[(&'static str, &'static str); 1], Counter>;
type Route = [(&'static str, String); 2];
type RouteAndStatus = [(&'static str, String); 3];

/// The counters, histograms and gauges of one server.
pub struct Metrics {
    registry: Registry,
    commands: Commands,
    commit: Histogram,
    handed: Histogram,
    batch: Histogram,
    append_failures: ByLabel,
    cuts: ByLabel,
    refusals: Refusals,
    handshakes: Handshakes,
    audit_dropped: Counter,
    requests: Family<RouteAndStatus, Counter>,
    request_durations: Family<Route, Histogram, fn() -> Histogram>,
    standing: Gauges,
    measured: MeasuredGauges,
    command: Histogram,
    tally: Tally,
}

/// What is counted for rates.
#[derive(Default)]
struct Tally {
    commands: AtomicU64,
    events: AtomicU64,
    answers: AtomicU64,
    faults: AtomicU64,
}

/// What was counted since the server started.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Commands that were answered.
    pub commands: u64,
    /// Graph events that were committed.
    pub events: u64,
    /// Graph events that members were handed, once for each member.
    pub deliveries: u64,
    /// Commands and requests that were answered.
    pub answers: u64,
    /// Those of them whose answer says that the server failed.
    pub faults: u64,
    /// How long commands took.
    pub command: Counts,
    /// How long commits took.
    pub commit: Counts,
}

impl Metrics {
    /// Metrics that start at zero, of a process of this version that starts now.
    #[must_use]
    pub fn new(version: &'static str) -> Self {
        let mut registry = Registry::default();
        let start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let started = Gauge::<f64, AtomicU64>::default();
        started.set(start);
        let help = "When the server started, in seconds since 1970";
        registry.register_with_unit("process_start_time", help, Unit::Seconds, started);
        let ours = registry.sub_registry_with_prefix("graphroom");
        ours.register("build", "The version that runs", Info::new([("version", version)]));
        let commands = Commands::register(ours);
        let batch = Histogram::of_counts(&BATCH_SIZES);
        ours.register("batch_commands", "Commands that a session decided and stored at once", batch.clone());
        let commit = durations(ours, "commit_duration", "How long the store took to make a batch durable");
        let help = "From the commit of a graph event until a member's connection was handed it";
        let handed = durations(ours, "commit_to_handed", help);
        let help = "Appends of which the store did not say that they are durable, by what is known of them";
        let append_failures = by_label(ours, "append_failures", help);
        let cuts = by_label(ours, "connections_cut", "Connections that the server ended, by reason");
        for kind in [AppendFailure::Unavailable, AppendFailure::HeadMoved, AppendFailure::Unknown] {
            drop(append_failures.get_or_create(&[("kind", failure(kind))]));
        }
        for reason in CutReason::ALL {
            drop(cuts.get_or_create(&[("reason", reason.label())]));
        }
        let refusals = Refusals::register(ours);
        let handshakes = Handshakes::register(ours);
        let audit_dropped = Counter::default();
        let help = "Entries of the audit log that were lost, since too many came at once";
        ours.register("audit_entries_dropped", help, audit_dropped.clone());
        let requests = Family::default();
        ours.register(
            "http_requests",
            "REST requests, by route, method and class of status",
            requests.clone(),
        );
        let request_durations = Family::new_with_constructor(Histogram::of_durations as fn() -> Histogram);
        let help = "How long REST requests took to be answered, by route and method";
        ours.register_with_unit("http_request_duration", help, Unit::Seconds, request_durations.clone());
        let help = "From when a command came until it was answered";
        let command = durations(ours, "command_duration", help);
        let standing = Gauges::register(ours);
        let measured = MeasuredGauges::register(ours);
        Self {
            registry,
            commands,
            commit,
            handed,
            batch,
            append_failures,
            cuts,
            refusals,
            handshakes,
            audit_dropped,
            requests,
            request_durations,
            standing,
            measured,
            command,
            tally: Tally::default(),
        }
    }

    /// What was counted so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Totals {
            commands: read(&self.tally.commands),
            events: read(&self.tally.events),
            deliveries: self.handed.read().count(),
            answers: read(&self.tally.answers),
            faults: read(&self.tally.faults),
            command: self.command.read(),
            commit: self.commit.read(),
        }
    }

    fn count_answer(&self, is_fault: bool) {
        self.tally.answers.fetch_add(1, Ordering::Relaxed);
        self.tally.faults.fetch_add(u64::from(is_fault), Ordering::Relaxed);
    }

    /// A connection was ended by the server.
    pub fn count_cut(&self, reason: CutReason) {
        self.cuts.get_or_create(&[("reason", reason.label())]).inc();
    }

    /// Something was refused since a limit is reached.
    pub fn count_refusal(&self, limit: Limit) {
        self.refusals.count(limit);
    }

    /// A handshake of TLS came to nothing.
    pub fn count_handshake_failure(&self, failure: HandshakeFailure) {
        self.handshakes.count(failure);
    }

    /// An entry of the audit log was lost.
    pub fn count_audit_dropped(&self) {
        self.audit_dropped.inc();
    }

    /// A REST request was answered. `route` is its template, never its path.
    pub fn requested(&self, route: &str, method: &str, status: u16, took: Duration) {
        let (route, method) = (("route", route.to_owned()), ("method", method.to_owned()));
        self.request_durations.get_or_create(&[route.clone(), method.clone()]).observe_duration(took, 1);
        // Commands over REST are counted as commands, and 503 is not always a fault.
        self.count_answer(status == 500);
        let status = ("status", format!("{}xx", status / 100));
        self.requests.get_or_create(&[route, method, status]).inc();
    }

    /// All of it as text.
    ///
    /// # Errors
    /// None that can happen: text can be written.
    pub fn text(&self, form: Form, standing: &Standing) -> Result<String, fmt::Error> {
        self.standing.set(standing);
        self.measured.set(&standing.measured);
        form.write(&self.registry)
    }
}

impl Observer for Metrics {
    fn answered(&self, command_type: &str, outcome: Outcome) {
        self.commands.answered(command_type, outcome);
        self.tally.commands.fetch_add(1, Ordering::Relaxed);
        self.count_answer(matches!(outcome, Outcome::Refused(code) if is_fault(code)));
    }

    fn batch(&self, commands: usize) {
        self.batch.observe(commands as u64, 1);
    }

    fn took(&self, time: Duration) {
        self.command.observe_duration(time, 1);
    }

    fn committed(&self, took: Duration, events: u64) {
        self.tally.events.fetch_add(events, Ordering::Relaxed);
        self.commit.observe_duration(took, 1);
    }

    fn append_failed(&self, kind: AppendFailure) {
        self.append_failures.get_or_create(&[("kind", failure(kind))]).inc();
    }

    fn handed(&self, after: Duration, events: u64) {
        self.handed.observe_duration(after, events);
    }

    fn cut(&self, reason: Cut) {
        self.count_cut(CutReason::Session(reason));
    }

    fn session_refused(&self) {
        self.count_refusal(Limit::Sessions);
    }
}

/// Whether an error says that the server failed.
#[must_use]
pub const fn is_fault(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::StoreUnavailable
            | ErrorCode::OutcomeUnknown
            | ErrorCode::AssistantUnavailable
            | ErrorCode::Internal
    )
}

fn durations(registry: &mut Registry, name: &str, help: &str) -> Histogram {
    let histogram = Histogram::of_durations();
    registry.register_with_unit(name, help, Unit::Seconds, histogram.clone());
    histogram
}

fn by_label(registry: &mut Registry, name: &str, help: &str) -> ByLabel {
    let family = ByLabel::default();
    registry.register(name, help, family.clone());
    family
}
