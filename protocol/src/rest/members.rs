//! Who is what in a project.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema::always_true;

/// What somebody is in a project: who has a later one may do everything that an earlier one allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    /// Reads.
    Viewer,
    /// Reads, and writes messages.
    Commenter,
    /// Gives commands.
    Editor,
    /// Says who else may do what, and deletes the project.
    Owner,
}

/// The body of `PUT /api/v1/projects/{project_id}/members`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SetMember {
    /// Who.
    #[schema(min_length = 1, max_length = 128)]
    pub user_id: String,
    /// What from now on.
    pub role: MemberRole,
}

/// What somebody is in a project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberView {
    /// Who.
    pub user_id: String,
    /// What.
    pub role: &'static str,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: String,
}

/// The answer to `GET /api/v1/projects/{project_id}/members`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberList {
    /// All of them, by `user_id`.
    pub members: Vec<MemberView>,
}

/// The answer to `PUT` and `DELETE /api/v1/projects/{project_id}/members`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberSet {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// Who.
    pub user_id: String,
    /// What now; none if nothing.
    pub role: Option<&'static str>,
}
