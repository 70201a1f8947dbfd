//! Operating the server: what it counts and measures of itself, whether it can work, what is wrong with it, and what its
//! operators say to everybody.
//!
//! Nothing here knows a session or a transport. They tell what happens ([`Watching`] is what sessions call
//! an observer), and hand in what stands at a moment ([`Standing`]), what they checked and what they measured ([`Status`]).

pub mod broadcasts;
mod commands;
mod gauges;
mod handshakes;
mod histogram;
pub mod maintenance;
mod metrics;
pub mod readiness;
mod refusals;
pub mod status;
mod text;
mod traces;
mod watching;

pub use broadcasts::Broadcasts;
pub use gauges::Measured;
pub use handshakes::HandshakeFailure;
pub use maintenance::Maintenance;
pub use metrics::{CutReason, Metrics, Standing, Totals, is_fault};
pub use readiness::Readiness;
pub use refusals::Limit;
pub use status::Status;
pub use text::Form;
pub use traces::{TraceRules, Traces};
pub use watching::Watching;
