//! Who may look on: admins, by what the front end shows. In open mode it is everybody, as everywhere.

use http::request::Parts;
use serde::Deserialize;
use serde_json::json;
use std::net::IpAddr;

use graphroom_protocol::{ErrorBody, ErrorCode};

use super::Admin;
use crate::domain::Standing;
use crate::identity::sign_in::{Device, Proof, are_names};
use crate::identity::{Denied, Identity, Shown, SignedIn};
use crate::transport::connection::identity::Said;
use crate::transport::noting::{Asked, refused};
use crate::transport::{access, address, credentials};

/// What the front end shows.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Showing {
    username: Option<String>,
    password: Option<String>,
    session_id: Option<String>,
    token: Option<String>,
}

/// Who looks on, and the id by which it may come back, if it is to be told one.
pub type Looking = (SignedIn, Option<String>);

impl Admin {
    /// Whom what is shown names.
    ///
    /// # Errors
    /// It names nobody, or none who may.
    pub async fn sign_in(
        &self,
        showing: Showing,
        request: &Parts,
        client_id: &str,
    ) -> Result<Looking, ErrorBody> {
        let identity = &self.backend.identity;
        if identity.is_open() {
            return Ok((Said::default().claimed(client_id)?, None));
        }
        let known = showing.session_id.as_deref().and_then(|id| self.sessions.find(id, identity));
        if let Some(who) = known {
            return Ok((who, None));
        }
        let address = address::marked(&request.extensions);
        let shown = showing.token.as_deref().map(Shown::read).or_else(|| credentials::shown(request));
        let who = match (shown, showing.username, showing.password) {
            (None, Some(name), Some(password)) => by_password(identity, &name, password, address).await,
            (Some(shown), _, _) => identity.authenticate(shown, address).await,
            _ => Err(Denied::Bad),
        };
        let who = who.map_err(|error| not_let_in(&error))?;
        self.check(&who, address)?;
        let id = self.sessions.open(&who);
        Ok((who, Some(id)))
    }

    fn check(&self, who: &SignedIn, address: IpAddr) -> Result<(), ErrorBody> {
        if who.caller.standing == Standing::Admin {
            return Ok(());
        }
        let details = Some(json!({ "rule": "an admin" }));
        let error = ErrorBody { details, ..ErrorBody::new(ErrorCode::Forbidden, "This needs an admin") };
        let caller = Some(&who.caller);
        let asked = Asked { what: "connect /admin", caller, address, project_id: None, target: None };
        refused(&self.backend.identity, asked, &error);
        Err(error)
    }
}

/// Who shows its password.
async fn by_password(
    identity: &Identity,
    name: &str,
    password: String,
    address: IpAddr,
) -> Result<SignedIn, Denied> {
    let device = Device { device_name: Some("Socket.IO Admin UI".to_owned()), device_type: None };
    if !are_names(name, &device) {
        return Err(Denied::Bad);
    }
    let proven = identity.prove(name, Proof::Password(password), address).await?;
    let pair = identity.issue(proven, device, address)?;
    let claims = identity.validate(&pair.access.text).ok_or(Denied::Bad)?;
    Ok(identity.signed_in(&claims))
}

/// A refusal, in the words that the front end knows for what does not count.
fn not_let_in(denied: &Denied) -> ErrorBody {
    match denied {
        Denied::Bad => ErrorBody::new(ErrorCode::Unauthenticated, "invalid credentials"),
        Denied::Locked { .. } | Denied::Store(_) => access::denied(denied),
    }
}
