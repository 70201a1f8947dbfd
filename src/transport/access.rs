//! Whether a caller may, for every transport: what is asked of [`identity`](crate::identity), and how a refusal is
//! told.

use std::collections::HashSet;
use std::sync::Arc;

use graphroom_protocol::rest::members::MemberRole;
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::json;
use uuid::Uuid;

use super::{Backend, limits, open_error};
use crate::domain::{Caller, Role, Standing};
use crate::identity::{Denied, Need, Refusal, decide};
use crate::operations::Limit;
use crate::session::{OpenError, Session, WholeGraph};

/// Why a session was not handed out.
pub enum NotOpened {
    /// It could not be opened; what a caller must not know of cannot be told from what is not there.
    Error(OpenError),
    /// The caller may not.
    Refused(ErrorBody),
}

impl From<OpenError> for NotOpened {
    fn from(error: OpenError) -> Self {
        Self::Error(error)
    }
}

/// How a refusal is told; none if it must look as if there were nothing.
pub fn refusal(refusal: Refusal) -> Option<ErrorBody> {
    match refusal {
        Refusal::Unauthenticated => Some(unauthenticated()),
        Refusal::Hidden => None,
        Refusal::Forbidden { need, role } => {
            let message = match role {
                Some(role) => format!("This needs {need}, and the caller is {role} there"),
                None => format!("This needs {need}"),
            };
            let details = json!({ "rule": need.to_string(), "role": role.map(Role::as_str) });
            Some(ErrorBody { details: Some(details), ..ErrorBody::new(ErrorCode::Forbidden, message) })
        }
    }
}

/// The one thing that is said of credentials that are missing or do not count, whatever is wrong with them.
pub fn unauthenticated() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Unauthenticated,
        "Sign in first: there are no credentials, or they do not count",
    )
}

/// What is said of credentials that were not taken.
pub fn denied(denied: &Denied) -> ErrorBody {
    match denied {
        Denied::Bad => unauthenticated(),
        Denied::Locked { wait } => limits::refusal(
            ErrorCode::RateLimited,
            Limit::Failures,
            "Too many failed attempts to sign in: wait",
            *wait,
        ),
        Denied::Store(cause) => open_error(&OpenError::Store(cause.clone())),
    }
}

impl Backend {
    /// What a caller is in a project.
    pub fn role_in_project(&self, caller: &Caller, project: Uuid) -> Option<Role> {
        self.identity.roles().get(&caller.user_id, project)
    }

    /// What a caller is in a session: what it is in its project or, as long as there is none, its owner.
    fn role_in_session(&self, caller: &Caller, project: Option<Uuid>, owner: Option<&str>) -> Option<Role> {
        match project {
            Some(project) => self.role_in_project(caller, project),
            None => (owner == Some(&*caller.user_id)).then_some(Role::Owner),
        }
    }

    /// What a caller is told that it is in a session: who may do everything is an owner.
    pub fn role_of(&self, caller: Option<&Caller>, session: &Session) -> Option<MemberRole> {
        let caller = caller?;
        let role = match caller.standing {
            Standing::Everybody | Standing::Admin => Some(Role::Owner),
            Standing::User => {
                let row = session.row();
                self.role_in_session(caller, row.project_id, row.owner.as_deref())
            }
        };
        role.map(|role| match role {
            Role::Viewer => MemberRole::Viewer,
            Role::Commenter => MemberRole::Commenter,
            Role::Editor => MemberRole::Editor,
            Role::Owner => MemberRole::Owner,
        })
    }

    /// Whether a session is in the lists that a caller gets.
    pub fn may_see(&self, caller: Option<&Caller>, project: Option<Uuid>, owner: Option<&str>) -> bool {
        let role = caller.and_then(|caller| self.role_in_session(caller, project, owner));
        decide(caller, Need::Role(Role::Viewer), role).is_ok()
    }

    /// The projects that are in the lists that a caller gets; none for all of them.
    pub fn visible_projects(&self, caller: Option<&Caller>) -> Option<HashSet<Uuid>> {
        match caller {
            Some(Caller { standing: Standing::Everybody | Standing::Admin, .. }) => None,
            Some(user) => Some(self.identity.roles().projects_of(&user.user_id)),
            None => Some(HashSet::new()),
        }
    }

    /// Whether a caller may do what needs this in a session.
    ///
    /// # Errors
    /// It may not; none if it must not even know of the session.
    pub fn check_session(
        &self,
        caller: Option<&Caller>,
        need: Need,
        session: &Session,
    ) -> Result<(), Option<ErrorBody>> {
        let role = caller.filter(|caller| caller.standing == Standing::User);
        let row = session.row();
        let role = role.and_then(|caller| self.role_in_session(caller, row.project_id, row.owner.as_deref()));
        decide(caller, need, role).map_err(refusal)
    }

    /// Opens a session for a caller that wants to do what needs this. Who may not does not even make the server load it.
    ///
    /// # Errors
    /// See [`NotOpened`].
    pub async fn open_session(
        &self,
        caller: Option<&Caller>,
        need: Need,
        id: Uuid,
    ) -> Result<Arc<Session>, NotOpened> {
        self.may_open(caller, need, id).await?;
        Ok(self.registry.open(id).await?)
    }

    /// The whole graph of a session, for a caller as for [`Self::open_session`]: the session is loaded if need be.
    ///
    /// # Errors
    /// See [`NotOpened`].
    pub async fn whole_graph(
        &self,
        caller: Option<&Caller>,
        need: Need,
        id: Uuid,
    ) -> Result<WholeGraph, NotOpened> {
        self.may_open(caller, need, id).await?;
        Ok(self.registry.whole_graph_of_session(id).await?)
    }

    /// Whether a caller may do what needs this in the session with this id.
    ///
    /// # Errors
    /// See [`NotOpened`].
    pub async fn may_open(&self, caller: Option<&Caller>, need: Need, id: Uuid) -> Result<(), NotOpened> {
        let mut role = None;
        if let Some(user) = caller.filter(|caller| caller.standing == Standing::User) {
            let row = self.registry.row(id).await.map_err(OpenError::from)?;
            role = row.and_then(|row| self.role_in_session(user, row.project_id, row.owner.as_deref()));
        }
        decide(caller, need, role).map_err(|refused| match refusal(refused) {
            Some(error) => NotOpened::Refused(error),
            None => NotOpened::Error(OpenError::NotFound),
        })
    }
}
