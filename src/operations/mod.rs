//! Operating the server: what it counts and measures of itself, whether it can work, and what its operators say to
//! everybody.
//!
//! Nothing here knows a session or a transport. They tell what happens ([`Metrics`] is what sessions call
//! an observer), and hand in what stands at a moment ([`Standing`]).

pub mod broadcasts;
mod commands;
mod histogram;
pub mod maintenance;
mod metrics;
pub mod readiness;
mod refusals;
mod text;

pub use broadcasts::Broadcasts;
pub use maintenance::Maintenance;
pub use metrics::{CutReason, Metrics, Standing};
pub use readiness::Readiness;
pub use refusals::Limit;
pub use text::Form;
