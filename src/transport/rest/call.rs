//! Who calls a route, and whether it may: found out before the handler runs, before its body is read.
//!
//! A token, an API key or a session token says who it is: in `Authorization`, or in the query where a browser can
//! send no header. In open mode two headers do, and nothing of it is verified.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::HeaderMap;
use http::request::Parts;

use super::error::ApiError;
use super::needs::Needs;
use super::noting::Requested;
use crate::domain::{Author, Caller, Standing};
use crate::identity::audit::Note;
use crate::identity::{Denied, Need, SignedIn, decide};
use crate::session::trace::Via;
use crate::session::{OpenError, Session};
use crate::transport::access::{denied, refusal, unauthenticated};
use crate::transport::credentials::shown;
use crate::transport::{Backend, address, open_error};

/// Who calls and does not say who.
const NOBODY: &str = "anonymous:rest";

/// A call that the route's need allows, as far as its path says what it is about.
#[derive(Clone, Debug)]
pub struct Call {
    who: Option<Arc<SignedIn>>,
    need: Need,
    address: IpAddr,
    /// What it is a part of, as the header `traceparent` says it.
    parent: Option<Arc<str>>,
}

impl Call {
    /// How what it asks for came.
    pub fn via(&self) -> Via {
        Via { parent: self.parent.clone(), ..Via::now("rest") }
    }

    /// Writes down what the caller did.
    pub fn note(&self, backend: &Backend, note: Note) {
        let note = note.by(&self.author().user_id).from(self.address);
        backend.identity.audit().note(note);
    }

    /// Who calls and by what, if it said so.
    pub fn who(&self) -> Option<&SignedIn> {
        self.who.as_deref()
    }

    /// Who calls, if it said so.
    pub fn caller(&self) -> Option<&Caller> {
        self.who.as_ref().map(|who| &who.caller)
    }

    /// What the route needs.
    pub fn need(&self) -> Need {
        self.need
    }

    /// The author of what is done.
    pub fn author(&self) -> Author {
        match self.caller() {
            Some(caller) => caller.author(None),
            None => Author { user_id: NOBODY.into(), name: None, client_id: None },
        }
    }

    /// Whose a thing becomes that the call makes: nobody's where everybody may do everything.
    pub fn owner(&self) -> Option<String> {
        let caller = self.caller().filter(|caller| caller.standing != Standing::Everybody);
        caller.map(|caller| caller.user_id.to_string())
    }

    /// Whether the caller may still do in a session what the route does: that may have changed while it waited.
    pub fn still_may(&self, backend: &Backend, session: &Session) -> Result<(), ApiError> {
        if self.who.as_ref().is_some_and(|who| !backend.identity.validity(who).may_write()) {
            return Err(unauthenticated().into());
        }
        let checked = backend.check_session(self.caller(), self.need, session);
        checked.map_err(|error| error.unwrap_or_else(|| open_error(&OpenError::NotFound)).into())
    }
}

/// A call whose headers may be wrong: that is for routes that ask who calls.
#[derive(Clone)]
struct Said(Result<Call, ErrorBody>);

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        match parts.extensions.get::<Said>() {
            Some(Said(call)) => Ok(call.clone()?),
            None => Err(ApiError::new(ErrorCode::Internal, "The request could not be carried out")),
        }
    }
}

/// Who a request is from, as far as limits count. Whoever names itself by an ill-formed header is refused later, but counts.
pub fn user_id(request: &Request) -> Arc<str> {
    let said = request.extensions().get::<Said>();
    let caller = said.and_then(|Said(call)| call.as_ref().ok()?.caller());
    caller.map_or_else(|| NOBODY.into(), |caller| Arc::clone(&caller.user_id))
}

/// What the route of a request needs. Whoever names itself by an ill-formed header is refused later.
pub fn need(request: &Request) -> Option<Need> {
    request.extensions().get::<Said>()?.0.as_ref().ok().map(|call| call.need)
}

/// What is asked before a route runs.
#[derive(Clone)]
pub struct Gate {
    backend: Arc<Backend>,
    needs: Arc<Needs>,
}

impl Gate {
    /// In front of routes that need this.
    pub fn new(backend: Arc<Backend>, needs: Needs) -> Self {
        Self { backend, needs: Arc::new(needs) }
    }
}

/// Runs a request that may be made.
pub async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let requested = Requested::of(&parts);
    let mut who = None;
    let response = match allow(&gate, &mut parts, &mut who).await {
        Ok(said) => {
            parts.extensions.insert(said);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(error) => error.into_response(),
    };
    requested.note(&gate.backend, who.as_ref(), &response);
    response
}

/// Whether a request may be made; who makes it stands in `caller` even if not.
async fn allow(gate: &Gate, parts: &mut Parts, caller: &mut Option<Arc<SignedIn>>) -> Result<Said, ApiError> {
    let backend = &gate.backend;
    let address = address::marked(&parts.extensions);
    let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    let need = gate.needs.of_route(&parts.method, route);
    if need == Need::Nothing {
        let nobody = Call { who: None, need, address, parent: None };
        return Ok(Said(if backend.identity.is_open() {
            open_mode(&parts.headers, need, address)
        } else {
            Ok(nobody)
        }));
    }
    let named = match shown(parts) {
        Some(shown) => Some(backend.identity.authenticate(shown, address).await),
        None => None,
    };
    let who = match named {
        Some(Ok(named)) => Some(Arc::new(named)),
        // Clients of open mode show whatever they have.
        _ if backend.identity.is_open() => {
            let said = open_mode(&parts.headers, need, address);
            *caller = said.as_ref().ok().and_then(|call| call.who.clone());
            return Ok(Said(said));
        }
        Some(Err(denied)) => return Err(denied.into()),
        None => None,
    };
    caller.clone_from(&who);
    let call = Call { who, need, address, parent: parent(&parts.headers) };
    check(backend, call.caller(), need, parts).await?;
    Ok(Said(Ok(call)))
}

/// A call where everybody may do everything.
fn open_mode(headers: &HeaderMap, need: Need, address: IpAddr) -> Result<Call, ErrorBody> {
    let who = Some(Arc::new(SignedIn::claimed(claimed(headers)?)));
    Ok(Call { who, need, address, parent: parent(headers) })
}

/// What a request is a part of, as tracers say it to each other; whether it is well-formed is seen by who traces.
fn parent(headers: &HeaderMap) -> Option<Arc<str>> {
    headers.get("traceparent").and_then(|parent| parent.to_str().ok()).map(Into::into)
}

/// Whether the caller may, as far as the path says what it is about: where that is a session, or the body or the
/// query names one, whoever opens it asks.
async fn check(
    backend: &Backend,
    caller: Option<&Caller>,
    need: Need,
    parts: &mut Parts,
) -> Result<(), ApiError> {
    let mut role = None;
    if let (Need::Role(least), Some(user)) = (need, caller) {
        let parameters = RawPathParams::from_request_parts(parts, &()).await.ok();
        let project = parameters.iter().flatten().find(|(name, _)| *name == "project_id");
        role = match project {
            Some((_, id)) => id.parse().ok().and_then(|id| backend.role_in_project(user, id)),
            None => Some(least),
        };
    }
    decide(caller, need, role).map_err(|refused| match refusal(refused) {
        Some(error) => error.into(),
        None => super::history::not_found(),
    })
}

/// Who calls, by the headers of open mode.
fn claimed(headers: &HeaderMap) -> Result<Caller, ErrorBody> {
    let header = |name: &str| -> Result<Option<Arc<str>>, ErrorBody> {
        let Some(value) = headers.get(name) else { return Ok(None) };
        let text = std::str::from_utf8(value.as_bytes()).ok();
        match text.filter(|text| !text.is_empty() && text.chars().count() <= 128) {
            Some(text) => Ok(Some(text.into())),
            None => {
                Err(ErrorBody::new(ErrorCode::InvalidRequest, format!("{name} must be 1 to 128 characters")))
            }
        }
    };
    Ok(Caller {
        user_id: header("x-graphroom-user")?.unwrap_or_else(|| NOBODY.into()),
        name: header("x-graphroom-name")?,
        standing: Standing::Everybody,
    })
}

impl From<Denied> for ApiError {
    fn from(error: Denied) -> Self {
        denied(&error).into()
    }
}
