//! Commands as OpenTelemetry traces: from the transport until the last member was handed the events, sent to a collector.
//!
//! Nothing here is content: a trace says how long what took, of which type a command was, and whose session it was in.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{
    Span, SpanContext, SpanKind, Status, TraceContextExt, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use crate::clock::Instant;
use crate::session::observer::Outcome;
use crate::session::trace::{Trace, Tracer, Via, Way};

/// How long the collector may take for what is sent at once.
const TIME: Duration = Duration::from_secs(5);
/// The most of a parent that is read, in characters.
const MAX_PARENT: usize = 256;

/// What is traced, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceRules {
    /// The collector's base URL: traces are posted to `/v1/traces` there, by OTLP over HTTP, in JSON.
    pub collector: String,
    /// One of so many commands is traced, beside those whose sender says that it traces them.
    pub one_in: u64,
}

/// Makes traces of commands.
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    one_in: u64,
    seen: AtomicU64,
}

impl Traces {
    /// Sends traces as it is told. Nothing is sent yet: a collector that is not there is no reason not to start.
    ///
    /// # Errors
    /// The URL is none.
    pub fn new(rules: &TraceRules, version: &'static str) -> Result<Arc<Self>, String> {
        let url = format!("{}/v1/traces", rules.collector.trim_end_matches('/'));
        let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpJson);
        let exporter = exporter.with_endpoint(url).with_timeout(TIME).build();
        let exporter = exporter.map_err(|error| error.to_string())?;
        let version = KeyValue::new("service.version", version);
        let resource = Resource::builder().with_service_name("graphroom").with_attribute(version).build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        let tracer = provider.tracer("graphroom");
        Ok(Arc::new(Self { provider, tracer, one_in: rules.one_in.max(1), seen: AtomicU64::new(0) }))
    }

    /// What measures a command, if this one is traced.
    #[must_use]
    pub fn begin(self: &Arc<Self>, via: &Via, session_id: &Arc<str>) -> Option<Box<Trace>> {
        let parent = parent(via);
        let is_wanted = match parent.is_valid() {
            true => parent.is_sampled(),
            false => self.seen.fetch_add(1, Ordering::Relaxed).is_multiple_of(self.one_in),
        };
        let tracer = Arc::clone(self) as Arc<dyn Tracer>;
        is_wanted.then(|| Trace::new(via.clone(), Arc::clone(session_id), tracer))
    }

    /// Sends what was not sent yet, and no more from now on. It blocks, at most for some seconds.
    pub fn close(&self) {
        if let Err(error) = self.provider.shutdown_with_timeout(TIME) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// What a command is a part of.
fn parent(via: &Via) -> SpanContext {
    let Some(text) = via.parent.as_ref().filter(|text| text.len() <= MAX_PARENT) else {
        return SpanContext::empty_context();
    };
    let carrier = HashMap::from([("traceparent".to_owned(), text.to_string())]);
    TraceContextPropagator::new().extract(&carrier).span().span_context().clone()
}

/// The wall's time of a moment of a way.
struct Moments {
    began: Instant,
    at: SystemTime,
}

impl Moments {
    fn of(way: &Way) -> Self {
        let age = way.via.at.elapsed();
        Self { began: way.via.at, at: SystemTime::now().checked_sub(age).unwrap_or(SystemTime::UNIX_EPOCH) }
    }

    fn time(&self, moment: Instant) -> SystemTime {
        self.at + moment.saturating_duration_since(self.began)
    }
}

impl Tracer for Traces {
    fn ended(&self, way: Way) {
        let moments = Moments::of(&way);
        let above = match parent(&way.via) {
            parent if parent.is_valid() => Context::new().with_remote_span_context(parent),
            _ => Context::new(),
        };
        let answered = way.answered.map(|(at, _)| at);
        let last = [Some(way.via.at), way.taken, way.decided, way.durable, answered, way.last_handed];
        let end = last.into_iter().flatten().max().unwrap_or(way.via.at);
        let name = format!("command {}", way.command_type.unwrap_or("unreadable"));
        let root = self.tracer.span_builder(name).with_kind(SpanKind::Server);
        let root = root.with_start_time(moments.time(way.via.at)).with_attributes(attributes(&way));
        let mut root = self.tracer.build_with_context(root, &above);
        if let Some((_, Outcome::Refused(code))) = way.answered {
            root.set_status(Status::error(format!("{code:?}")));
        }
        let inside = above.with_remote_span_context(root.span_context().clone());
        let parts = [
            ("mailbox", Some(way.via.at), way.taken),
            ("decide", way.taken, way.decided),
            ("commit", way.decided, way.durable),
            ("answer", way.durable, answered),
            ("deliver", way.durable, way.last_handed),
        ];
        for (part, from, to) in parts {
            let (Some(from), Some(to)) = (from, to) else { continue };
            let span = self.tracer.span_builder(part).with_start_time(moments.time(from));
            let mut span = self.tracer.build_with_context(span, &inside);
            if let Some(first) = way.first_handed.filter(|_| part == "deliver") {
                span.add_event_with_timestamp("first member", moments.time(first), Vec::new());
            }
            span.end_with_timestamp(moments.time(to));
        }
        root.end_with_timestamp(moments.time(end));
    }
}

fn attributes(way: &Way) -> Vec<KeyValue> {
    let outcome = match way.answered {
        Some((_, Outcome::Accepted)) => "accepted",
        Some((_, Outcome::Duplicate)) => "duplicate",
        Some((_, Outcome::Nothing)) => "nothing",
        Some((_, Outcome::Refused(_))) => "refused",
        None => "unanswered",
    };
    let count = |members: usize| i64::try_from(members).unwrap_or(i64::MAX);
    let id = way.command_id.as_ref().map(|id| KeyValue::new("graphroom.command_id", id.to_string()));
    let all = [
        KeyValue::new("graphroom.session_id", way.session_id.to_string()),
        KeyValue::new("graphroom.transport", way.via.transport),
        KeyValue::new("graphroom.outcome", outcome),
        KeyValue::new("graphroom.members_handed", count(way.handed)),
        KeyValue::new("graphroom.members_lacking", count(way.lacking)),
    ];
    all.into_iter().chain(id).collect()
}
