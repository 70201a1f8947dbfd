//! What is written down of requests that were refused: seen by their answers.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::MatchedPath;
use axum::response::Response;
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::request::Parts;
use http::{Method, Uri};
use uuid::Uuid;

use crate::identity::SignedIn;
use crate::transport::noting::{Asked, refused};
use crate::transport::{Backend, address, credentials};

/// A request, as far as its refusal would have to tell of it.
pub struct Requested {
    method: Method,
    route: Option<MatchedPath>,
    uri: Uri,
    address: IpAddr,
    /// Of what was shown and does not count it is written down where that is found out.
    has_shown: bool,
}

impl Requested {
    /// By its head.
    pub fn of(parts: &Parts) -> Self {
        Self {
            method: parts.method.clone(),
            route: parts.extensions.get::<MatchedPath>().cloned(),
            uri: parts.uri.clone(),
            address: address::marked(&parts.extensions),
            has_shown: credentials::shown(parts).is_some(),
        }
    }

    /// Writes down that it was refused, if it was.
    pub fn note(&self, backend: &Backend, who: Option<&Arc<SignedIn>>, response: &Response) {
        let Some(error) = response.extensions().get::<ErrorBody>() else { return };
        let route = self.route.as_ref().map(MatchedPath::as_str).unwrap_or_default();
        let what = format!("{} {route}", self.method);
        // The routes under `/auth` look at credentials themselves.
        let is_noted = self.has_shown || route.starts_with("/auth/");
        if error.code != ErrorCode::Unauthenticated || is_noted {
            backend.note_fault(&what, error);
        }
        if error.code == ErrorCode::Unauthenticated && is_noted {
            return;
        }
        let asked = Asked {
            what: &what,
            caller: who.map(|who| &who.caller),
            address: self.address,
            project_id: self.parameter(route, "{project_id}"),
            target: ["{session_id}", "{conversation_id}"]
                .iter()
                .find_map(|name| self.parameter(route, name))
                .map(|id| id.to_string()),
        };
        refused(&backend.identity, asked, error);
    }

    /// What the path has where the route has this.
    fn parameter(&self, route: &str, name: &str) -> Option<Uuid> {
        let mut parts = route.split('/').zip(self.uri.path().split('/'));
        parts.find(|(of_route, _)| *of_route == name)?.1.parse().ok()
    }
}
