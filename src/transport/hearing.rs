//! What a client's word for a project stands for, and whether the caller may: for every transport.

use std::sync::Arc;

use graphroom_protocol::channel::MAX_PROJECT_ID;
use graphroom_protocol::{ErrorBody, ErrorCode};
use uuid::Uuid;

use super::topics::{self, SYSTEM, may_hear_system};
use super::{Backend, access, open_error};
use crate::domain::{Caller, Standing};
use crate::identity::{Need, decide};
use crate::session::OpenError;

/// A project as clients name it.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// What it is called wherever it is told of: its id or, if it is none of ours, the client's word.
    pub topic: Arc<str>,
    /// The project, if it is ours.
    pub project: Option<Uuid>,
}

impl Backend {
    /// The project that a client's word stands for: one of ours, in which the caller needs this or, where nobody has to
    /// say who it is, one that clients keep elsewhere.
    ///
    /// # Errors
    /// `INVALID_REQUEST`, `UNAUTHENTICATED`, `FORBIDDEN`, `PROJECT_NOT_FOUND`, or the store does not work.
    pub async fn spoken_project(
        &self,
        caller: Option<&Caller>,
        word: &str,
        need: Need,
    ) -> Result<Spoken, ErrorBody> {
        if !(1..=MAX_PROJECT_ID).contains(&word.chars().count()) {
            let message = format!("project_id must be 1 to {MAX_PROJECT_ID} characters");
            return Err(ErrorBody::new(ErrorCode::InvalidRequest, message));
        }
        if topics::is_topic(word) {
            return Err(ErrorBody::new(ErrorCode::InvalidRequest, "No project is called so"));
        }
        let Some(caller) = caller else { return Err(access::unauthenticated()) };
        let project: Option<Uuid> = word.parse().ok();
        let role = match project {
            Some(project) if caller.standing == Standing::User => self.role_in_project(caller, project),
            _ => None,
        };
        decide(Some(caller), need, role)
            .map_err(|refused| access::refusal(refused).unwrap_or_else(no_project))?;
        let known = match project {
            Some(project) => self.projects.is_there(project).await,
            None => Ok(false),
        };
        let is_ours = known.map_err(|cause| open_error(&OpenError::Store(cause)))?;
        match project {
            Some(project) if is_ours => {
                Ok(Spoken { topic: project.to_string().into(), project: Some(project) })
            }
            _ if self.identity.is_open() || (word == SYSTEM && may_hear_system(caller)) => {
                Ok(Spoken { topic: word.into(), project: None })
            }
            _ => Err(no_project()),
        }
    }
}

/// What is said of a project that is not there, or that must not be known of.
pub fn no_project() -> ErrorBody {
    ErrorBody::new(ErrorCode::ProjectNotFound, "Project not found")
}
