//! The life of a session that has no project: it begins with the first who listens to what is published there.
//!
//! It lasts as long as the server runs; that of a session with a project is its journal's.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

const INITIALIZING: u8 = 0;
const ACTIVE: u8 = 1;
const FAILED: u8 = 2;

/// Where a session without a project is in its life.
#[derive(Debug, Default)]
pub struct Stage {
    at: AtomicU8,
    profile: OnceLock<String>,
}

impl Stage {
    /// The same, for the session as it is loaded anew.
    pub fn copy(&self) -> Self {
        Self { at: AtomicU8::new(self.at.load(Ordering::Relaxed)), profile: self.profile.clone() }
    }

    /// Somebody listens, or publishes again after an error.
    pub fn begin(&self) {
        self.at.store(ACTIVE, Ordering::Relaxed);
    }

    /// An error was published.
    pub fn fail(&self) {
        self.at.store(FAILED, Ordering::Relaxed);
    }

    /// It is to go by this profile. The first who says one is right.
    pub fn follow(&self, profile: String) {
        drop(self.profile.set(profile));
    }

    /// The profile that it goes by.
    pub fn profile(&self) -> Option<&str> {
        self.profile.get().map(String::as_str)
    }

    /// Its name on the wire.
    pub fn name(&self) -> &'static str {
        match self.at.load(Ordering::Relaxed) {
            INITIALIZING => "initializing",
            ACTIVE => "active",
            _ => "error",
        }
    }
}
