//! What is wrong with a file: the first faults, each with its place, and how many there are.

use std::fmt::Display;

use graphroom_protocol::rest::files::{Fault, FaultList};

/// Faults that are told one by one.
pub const MAX_LISTED: usize = 100;

/// The faults of a file. One fault does not hide the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    listed: Vec<Fault>,
    total: usize,
}

impl Faults {
    /// Adds one. Beyond those that are told it is counted, and not written down.
    pub(super) fn add(&mut self, place: impl Display, message: impl Display) {
        self.total += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(Fault { place: place.to_string(), message: message.to_string() });
        }
    }

    /// The first ones, in the order in which they were found.
    #[must_use]
    pub fn listed(&self) -> &[Fault] {
        &self.listed
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// As clients are told.
    #[must_use]
    pub fn list(&self) -> FaultList {
        FaultList { faults: self.listed.clone(), faults_total: self.total }
    }
}
