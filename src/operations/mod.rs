//! Operating the server: what it counts and measures of itself, and whether it can work.
//!
//! Nothing here knows a session or a transport. They tell what happens ([`Metrics`] is what sessions call
//! an observer), and hand in what stands at a moment ([`Standing`]).

mod commands;
mod histogram;
mod metrics;
pub mod readiness;
mod refusals;
mod text;
mod traced;
mod traces;

pub use metrics::{CutReason, Metrics, Standing};
pub use readiness::Readiness;
pub use refusals::Limit;
pub use text::Form;
pub use traced::Traced;
pub use traces::{TraceRules, Traces};
