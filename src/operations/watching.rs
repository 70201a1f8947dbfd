//! What is told by sessions: counted, traced, and written down where something failed.

use std::sync::Arc;
use std::time::Duration;

use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::errors::{ErrorCategory, ErrorSeverity};

use super::{Metrics, Status, Traces};
use crate::session::observer::{AppendFailure, Cut, Observer, Outcome};
use crate::session::trace::{Trace, Via};

/// Listens to all sessions.
pub struct Watching {
    metrics: Arc<Metrics>,
    status: Arc<Status>,
    traces: Option<Arc<Traces>>,
}

impl Watching {
    /// Counts here, writes down there, and traces what is to be traced.
    #[must_use]
    pub fn new(metrics: &Arc<Metrics>, status: &Arc<Status>, traces: Option<&Arc<Traces>>) -> Self {
        Self { metrics: Arc::clone(metrics), status: Arc::clone(status), traces: traces.cloned() }
    }
}

impl Observer for Watching {
    fn answered(&self, command_type: &str, outcome: Outcome) {
        self.metrics.answered(command_type, outcome);
        if outcome == Outcome::Refused(ErrorCode::Internal) {
            let (category, severity) = (ErrorCategory::System, ErrorSeverity::Critical);
            self.status.record(category, severity, "A command broke", None);
        }
    }

    fn batch(&self, commands: usize) {
        self.metrics.batch(commands);
    }

    fn took(&self, time: Duration) {
        self.metrics.took(time);
    }

    fn committed(&self, took: Duration, events: u64) {
        self.metrics.committed(took, events);
        self.status.note_write(true);
    }

    fn append_failed(&self, failure: AppendFailure) {
        self.metrics.append_failed(failure);
        let message = match failure {
            AppendFailure::Unavailable => "A change could not be stored; nothing was written",
            AppendFailure::HeadMoved => "A change could not be stored: somebody else wrote first",
            AppendFailure::Unknown => "A change may have been stored, or not",
        };
        self.status.note_write(false);
        self.status.store_failed(message, None);
    }

    fn handed(&self, after: Duration, events: u64) {
        self.metrics.handed(after, events);
    }

    fn cut(&self, reason: Cut) {
        self.metrics.cut(reason);
        if reason == Cut::SessionBroke {
            let (category, severity) = (ErrorCategory::System, ErrorSeverity::High);
            self.status.record(category, severity, "A session broke, and is loaded anew", None);
        }
    }

    fn session_refused(&self) {
        self.metrics.session_refused();
    }

    fn trace(&self, via: &Via, session_id: &Arc<str>) -> Option<Box<Trace>> {
        self.traces.as_ref()?.begin(via, session_id)
    }
}
