//! A project's life: whether its session is worked in.

use serde::{Deserialize, Serialize};

/// Where a project is in its life. One that is not active is read, and not changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Life {
    /// It is worked in. Every project begins so.
    #[default]
    Active,
    /// Its work rests.
    Paused,
    /// Its work is done.
    Completed,
    /// Something is wrong with it, as somebody said.
    Error,
}

impl Life {
    /// The name that clients know it by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Error => "error",
        }
    }

    /// The state of this name; none if a project cannot be in it.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        [Self::Active, Self::Paused, Self::Completed, Self::Error]
            .into_iter()
            .find(|life| life.as_str() == name)
    }

    /// Whether a project may go from here to there.
    #[must_use]
    pub const fn leads_to(self, next: Self) -> bool {
        match (self, next) {
            (_, Self::Error) => true,
            (Self::Active, Self::Paused | Self::Completed)
            | (Self::Paused, Self::Active | Self::Completed)
            | (Self::Completed | Self::Error, Self::Active) => true,
            (Self::Active, Self::Active)
            | (Self::Paused, Self::Paused)
            | (Self::Completed, Self::Paused | Self::Completed)
            | (Self::Error, Self::Paused | Self::Completed) => false,
        }
    }
}
