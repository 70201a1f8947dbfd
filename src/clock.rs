//! The time, handed in so that tests can set it.

use std::sync::Arc;

use crate::domain::Timestamp;

/// Gives the present time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The machine's own clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(|| chrono::Utc::now().into())
}
