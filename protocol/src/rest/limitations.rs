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
    /// What is to come; null where nothing is to be fixed.
    #[schema(required)]
    pub planned_fix: Option<String>,
    /// When; null where that is not known, or nothing is to come.
    #[schema(required)]
    pub phase: Option<String>,
}
