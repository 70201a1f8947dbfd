//! Sessions that are counted and traced, too.

use std::sync::Arc;
use std::time::Duration;

use super::{Metrics, Traces};
use crate::session::observer::{AppendFailure, Cut, Observer, Outcome};
use crate::session::trace::{Trace, Via};

/// Counts as the metrics do, and traces beside that.
pub struct Traced {
    /// What counts.
    pub metrics: Arc<Metrics>,
    /// What traces.
    pub traces: Arc<Traces>,
}

impl Observer for Traced {
    fn answered(&self, command_type: &str, outcome: Outcome) {
        self.metrics.answered(command_type, outcome);
    }

    fn batch(&self, commands: usize) {
        Observer::batch(&*self.metrics, commands);
    }

    fn committed(&self, took: Duration) {
        self.metrics.committed(took);
    }

    fn append_failed(&self, failure: AppendFailure) {
        self.metrics.append_failed(failure);
    }

    fn handed(&self, after: Duration, events: u64) {
        Observer::handed(&*self.metrics, after, events);
    }

    fn cut(&self, reason: Cut) {
        self.metrics.cut(reason);
    }

    fn session_refused(&self) {
        self.metrics.session_refused();
    }

    fn trace(&self, via: &Via, session_id: &Arc<str>) -> Option<Box<Trace>> {
        self.traces.begin(via, session_id)
    }
}
