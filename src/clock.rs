//! The time, so that tests can set it: what time it is is handed in, and what passes stands still with a paused runtime.

use std::sync::Arc;

pub use tokio::time::Instant;

use crate::domain::Timestamp;

/// Gives the present time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The machine's own clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| chrono::Utc::now().into())
}
