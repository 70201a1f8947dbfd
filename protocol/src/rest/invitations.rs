//! Invitations: for who has no account yet.

use serde::Serialize;
use utoipa::ToSchema;

use super::members::MemberRole;
use crate::schema::always_true;

/// The body of `POST /api/v1/admin/invitations`, which may be missing.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct NewInvitation {
    /// The project to which it invites, if to any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// What the new user is there: a viewer if missing. Without a project there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<MemberRole>,
    /// For how many seconds it counts; seven days if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 2_592_000)]
    pub expires_in: Option<u64>,
}

/// The body of `POST /api/v1/projects/{project_id}/invitations`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewProjectInvitation {
    /// What the new user is in the project.
    pub role: MemberRole,
    /// For how many seconds it counts; seven days if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 2_592_000)]
    pub expires_in: Option<u64>,
}

/// An invitation, without what is shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Names the invitation; it is no secret.
    pub invitation_id: String,
    /// The project to which it invites, if to any.
    pub project_id: Option<String>,
    /// What the new user is there.
    pub role: Option<&'static str>,
    /// Who invites.
    pub created_by: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// From when on it does not count.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// The answer to `POST …/invitations`.
#[derive(Clone, Serialize, ToSchema)]
pub struct InvitationMade {
    /// What is shown, to `POST /auth/token`. It is told this once.
    pub invitation: String,
    /// What is known of it.
    #[serde(flatten)]
    pub view: InvitationView,
}

/// The answer to `GET …/invitations`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationList {
    /// Those that nobody has used and that have not expired, oldest first.
    pub invitations: Vec<InvitationView>,
}

/// The answer to `DELETE …/invitations/{invitation_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationRevoked {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// Which.
    pub invitation_id: String,
}
