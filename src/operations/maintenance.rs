//! Maintenance: as long as it lasts nothing new is carried out. It is not kept: a server that starts anew is in none.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

/// Why, for how long, since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Why, as far as somebody said so.
    pub reason: Option<String>,
    /// When clients are to try again, in milliseconds.
    pub retry_after_ms: u64,
    /// Since when.
    pub since: String,
}

/// Whether there is any.
#[derive(Default)]
pub struct Maintenance(ArcSwapOption<Pause>);

impl Maintenance {
    /// From now on there is this, or none.
    pub fn set(&self, pause: Option<Pause>) {
        self.0.store(pause.map(Arc::new));
    }

    /// What there is.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Pause>> {
        self.0.load_full()
    }
}
