//! What a server does not do, and how much it does.

use serde::Serialize;
use utoipa::ToSchema;

/// One of the limits of a server, in the answer to `GET /api/limitations`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Limitation {
    /// What it does not do, or how much it does.
    pub limitation: String,
    /// What to do about it.
    pub workaround: String,
    /// What is to come. Always null: each limit is there on purpose, or nobody plans to lift it, and nothing is promised that
    /// nobody plans. Clients know the field from a server that had plans.
    #[schema(required)]
    pub planned_fix: Option<String>,
    /// When that is to come. Always null.
    #[schema(required)]
    pub phase: Option<String>,
}
