//! Who a connection is, while it lasts: said by an event, said anew before it ends, and taken away.
//!
//! What may change is looked at, not waited for: now and then, and whenever something did, every connection is held
//! against what counts now. So nothing is missed that changes while somebody joins or connects.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use graphroom_protocol::auth::{
    AuthExpiring, Authenticate, Authenticated, AuthenticationFailed, AuthenticationSuccess,
};
use graphroom_protocol::{ErrorBody, ErrorCode, ErrorEvent, EventName, Left, Rejected};
use uuid::Uuid;

use super::handlers::{acknowledgement, answer, event};
use super::identity::Said;
use super::refusing::refuse;
use super::{Connection, Membership};
use crate::domain::Role;
use crate::identity::{Denied, Need, SignedIn, Validity};
use crate::transport::Backend;
use crate::transport::access::{denied, unauthenticated};

/// How long a client may be nobody where everybody has to say who it is.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How often every connection is looked at, if nothing changes.
const ROUND: Duration = Duration::from_millis(500);

/// Does what `authenticate` and `auth:refresh` ask for.
pub async fn authenticate(
    connection: &Arc<Connection>,
    request: Authenticate,
    is_refresh: bool,
    ack_id: Option<i64>,
) {
    let found = find_out(connection, request).await;
    match found.and_then(|who| connection.count_for(&who.caller.user_id).map(|()| who)) {
        Ok(who) => {
            let who = Arc::new(who);
            connection.becomes(Some(Arc::clone(&who)));
            connection.note_authentication();
            tell_success(connection, &who, is_refresh, ack_id);
        }
        Err(error) if is_refresh => refuse(connection, None, ack_id, error, false),
        Err(error) => {
            connection.backend.note_fault("authenticate", &error);
            connection.traffic.refused();
            // The text that old clients know; the code is in the acknowledgement.
            let failed = AuthenticationFailed { error: "Invalid credentials" };
            let is_told = ack_id.is_none() || connection.refuses_twice();
            let told = is_told.then(|| event(EventName::AuthenticationFailed, &failed)).flatten();
            let ack = acknowledgement(ack_id, &Rejected::new(None, error));
            answer(connection, connection.any_membership(), [told, ack].into_iter().flatten());
        }
    }
}

fn tell_success(connection: &Arc<Connection>, who: &SignedIn, is_refresh: bool, ack_id: Option<i64>) {
    let (identity, user_id) = (&connection.backend.identity, &*who.caller.user_id);
    let success = AuthenticationSuccess { user_id, timestamp: identity.now().to_string() };
    let told = (!is_refresh).then(|| event(EventName::AuthenticationSuccess, &success)).flatten();
    let expires_at = who.grant.expires_at().map(|at| at.to_string());
    let ack = acknowledgement(ack_id, &Authenticated { success: true, user_id, expires_at });
    answer(connection, connection.any_membership(), [told, ack].into_iter().flatten());
}

/// Whom a request names. Who is somebody stays that.
async fn find_out(connection: &Connection, request: Authenticate) -> Result<SignedIn, ErrorBody> {
    let identity = &connection.backend.identity;
    let said = Said::of(request);
    let now = connection.who();
    let claimed = said.user_id().map(str::to_owned);
    let who = match said.shown().filter(|shown| !shown.is_empty()) {
        // In open mode old clients show whatever they have.
        Some(_) if identity.is_open() && claimed.is_some() => said.claimed(&connection.client_id)?,
        Some(shown) => {
            let who = identity.authenticate(shown, connection.address()).await;
            who.map_err(|error| denied(&error))?
        }
        None => return Err(denied(&Denied::Bad)),
    };
    if claimed.is_some_and(|claimed| *claimed != *who.caller.user_id) {
        return Err(unauthenticated());
    }
    match now {
        Some(now)
            if !identity.is_open()
                && now.caller.user_id != who.caller.user_id
                && (!connection.memberships().is_empty()
                    || connection.is_in_conversations()
                    || connection.hears_projects()) =>
        {
            let message = "The connection is somebody else: leave what it is in first, or connect anew";
            Err(ErrorBody::new(ErrorCode::InvalidState, message))
        }
        _ => Ok(who),
    }
}

/// Holds every connection against what counts, until the future is dropped.
pub async fn watch(backend: Arc<Backend>) {
    let mut changes = backend.identity.changes();
    loop {
        // Whether something changed or time went by, everything is looked at.
        drop(tokio::time::timeout(ROUND, changes.changed()).await);
        for connection in backend.connections.live() {
            look_at(&backend, &connection);
        }
    }
}

fn look_at(backend: &Backend, connection: &Arc<Connection>) {
    let Some(who) = connection.who() else {
        if connection.age() > PATIENCE {
            connection.end(&unauthenticated());
        }
        return;
    };
    backend.identity.keep_alive(&who);
    match backend.identity.validity(&who) {
        Validity::Over => return connection.end(&unauthenticated()),
        Validity::Ending { cut_in } => tell_once(connection, &who, cut_in),
        Validity::Expired { cut_in } => tell_once(connection, &who, cut_in),
        Validity::Good => {}
    }
    for (id, membership) in connection.memberships() {
        let need = Need::Role(Role::Viewer);
        if let Err(error) = backend.check_session(Some(&who.caller), need, &membership.session) {
            turn_out(connection, id, &membership, error);
        }
    }
    connection.leave_forbidden_conversations(&who.caller);
    connection.leave_forbidden_projects(&who.caller);
}

/// Tells a client once that what it showed ends.
fn tell_once(connection: &Arc<Connection>, who: &SignedIn, cut_in: Duration) {
    let Some(expires_at) = who.grant.expires_at() else { return };
    if who.is_told.swap(true, Ordering::Relaxed) {
        return;
    }
    let expiring = AuthExpiring {
        event: EventName::AuthExpiring,
        expires_at: expires_at.to_string(),
        cut_in_ms: u64::try_from(cut_in.as_millis()).unwrap_or(u64::MAX),
    };
    connection.send(event(EventName::AuthExpiring, &expiring));
}

/// Takes a client out of a session that it may not read any more.
fn turn_out(connection: &Arc<Connection>, id: Uuid, membership: &Membership, error: Option<ErrorBody>) {
    let Membership { session, member } = membership;
    session.leave(member);
    connection.forget(id);
    let lost =
        || ErrorBody::new(ErrorCode::Forbidden, "The caller has no role in the session's project any more");
    tell(connection, &error.unwrap_or_else(lost));
    let session_id = id.to_string();
    let left = Left { event: EventName::Left, session_id: &session_id, client_id: &connection.client_id };
    connection.send(event(EventName::Left, &left));
}

fn tell(connection: &Arc<Connection>, error: &ErrorBody) {
    let ErrorBody { code, message, details } = error;
    connection.send(event(EventName::Error, &ErrorEvent { message, code: *code, details: details.as_ref() }));
}
