//! The errors that happened in the server, for admins.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::status::BreakerView;

/// Where an error happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCategory {
    /// What lasts was not read or written.
    Store,
    /// The assistant did not answer.
    Assistant,
    /// A connection broke in the server.
    Websocket,
    /// A broadcast did not go out.
    Broadcast,
    /// Somebody showed credentials that do not count.
    Authentication,
    /// Anything else.
    System,
}

impl ErrorCategory {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Store, Self::Assistant, Self::Websocket, Self::Broadcast, Self::Authentication, Self::System];

    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Assistant => "assistant",
            Self::Websocket => "websocket",
            Self::Broadcast => "broadcast",
            Self::Authentication => "authentication",
            Self::System => "system",
        }
    }

    /// The one of this name, or of one that others know it by.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "redis" => Some(Self::Store),
            "ai_service" | "context_engine" => Some(Self::Assistant),
            name => Self::ALL.into_iter().find(|category| category.as_str() == name),
        }
    }
}

/// How bad an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErrorSeverity {
    /// It may be somebody's mistake.
    Low,
    /// Something was not done that may be done again.
    Medium,
    /// A part did not work.
    High,
    /// Something broke that must not.
    Critical,
}

impl ErrorSeverity {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == name)
    }
}

/// An error that happened, once or more often: what is the same is one as long as it is not resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ErrorRecord {
    /// Names it.
    pub error_id: String,
    /// When it happened first: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// When it happened last.
    #[schema(format = DateTime)]
    pub last_seen: String,
    /// How bad it is.
    pub severity: ErrorSeverity,
    /// Where it happened.
    pub category: ErrorCategory,
    /// What happened, for people.
    pub message: String,
    /// By which event, route or part it showed first.
    #[schema(required)]
    pub details: Option<String>,
    /// How often it happened.
    pub occurrences: u64,
    /// Whether an admin is done with it.
    pub resolved: bool,
    /// Since when.
    #[schema(required, format = DateTime)]
    pub resolution_time: Option<String>,
}

/// The answer to `GET /api/v1/admin/errors`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorList {
    /// Those that happened last first.
    pub errors: Vec<ErrorRecord>,
    /// How many match, listed or not.
    pub total: usize,
}

/// The answer to `GET /api/v1/admin/errors/statistics`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorStatistics {
    /// How often something failed.
    pub total_errors: u64,
    /// The same by category; those that did not happen are left out.
    pub category_distribution: BTreeMap<String, u64>,
    /// The same by severity; those that did not happen are left out.
    pub severity_distribution: BTreeMap<String, u64>,
    /// The share of them that is resolved, from 0 to 1; 0 if there were none.
    pub resolution_rate: f64,
    /// Of how many hours.
    pub time_range_hours: usize,
    /// What failed several times in a row is left alone for a while.
    pub circuit_breakers: BTreeMap<String, BreakerView>,
}
