//! Operating the server: what it counts and measures of itself, whether it can work, and what is wrong with it.
//!
//! Nothing here knows a session or a transport. They tell what happens ([`Watching`] is what sessions call
//! an observer), and hand in what stands at a moment ([`Standing`]), what they checked and what they measured ([`Status`]).

mod commands;
mod gauges;
mod histogram;
mod metrics;
pub mod readiness;
mod refusals;
pub mod status;
mod text;
mod watching;

pub use gauges::Measured;
pub use metrics::{CutReason, Metrics, Standing, Totals, is_fault};
pub use readiness::Readiness;
pub use refusals::Limit;
pub use status::Status;
pub use text::Form;
pub use watching::Watching;
