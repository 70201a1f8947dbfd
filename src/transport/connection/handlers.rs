//! What is done about each event: by the session, and answered by packets.

use std::sync::Arc;

use graphroom_protocol::presence::DoingChange;
use graphroom_protocol::rest::members::MemberRole;
use graphroom_protocol::{
    Accepted, Answer, ErrorBody, ErrorCode, EventName, GraphAnswer, Left, Rejected, RequestName, Success,
};
use serde::Serialize;

use super::acknowledging::acknowledge;
use super::event::{Action, Event};
use super::inbound::Inbound;
use super::inbox::dispatch;
use super::owed::Owed;
use super::pace::paced;
use super::refusing::{refuse, refuse_all, tell_refusal, told_instead};
use super::welcome::{heartbeat, ping};
use super::wrapped::unwrapped;
use super::{Connection, Membership, authentication, chat, hearing};
use crate::domain::{Role, Scope};
use crate::identity::Need;
use crate::outlet::Packet;
use crate::session::trace::Via;
use crate::session::{Committed, Join, OpenError, Request, Reserved, Resolution, Session, unloading};
use crate::transport::access::{NotOpened, unauthenticated};
use crate::transport::open_error;

/// The largest graph that is sent over a socket, in bytes.
pub const MAX_TREE_BYTES: usize = 256 * 1024;

/// Takes an event that came in. Never waits.
pub fn receive(connection: &Arc<Connection>, inbound: &Inbound) {
    let name = inbound.name.as_deref().and_then(RequestName::find);
    connection.traffic.came(matches!(name, Some(RequestName::Ping | RequestName::Heartbeat)));
    take(connection, name, inbound);
}

/// The same for what is counted already.
fn take(connection: &Arc<Connection>, name: Option<RequestName>, inbound: &Inbound) {
    match name {
        name if inbound.is_unanswerable() => dispatch(connection, Event::unanswerable(name, inbound)),
        Some(RequestName::Ping) => ping(connection, inbound),
        Some(RequestName::Heartbeat) => heartbeat(connection, inbound),
        Some(RequestName::AcknowledgeBroadcast) => acknowledge(connection, inbound),
        Some(name @ RequestName::Message) => match unwrapped(inbound) {
            Ok(inner) => take(connection, inner.name.as_deref().and_then(RequestName::find), &inner),
            Err(error) => dispatch(connection, Event::refusal(name, inbound, error)),
        },
        name => {
            let event = Event::read(name, inbound, connection.legacy);
            dispatch(connection, paced(connection, name, event));
        }
    }
}

/// Does what an event asks for. `session` is there if the event names one.
pub fn act(connection: &Arc<Connection>, session: Option<Result<Arc<Session>, NotOpened>>, event: Event) {
    let Event { session_id, bytes, ack_id, name, need, action } = event;
    let membership = session_id.and_then(|id| connection.membership(id));
    let session = match allowed(connection, need, session) {
        Ok(session) => session,
        Err(error) => {
            connection.note_refusal(name, session_id, &error);
            return refuse_all(connection, membership, ack_id, action, error);
        }
    };
    match (action, session_id.zip(session)) {
        (Action::Leave { session_id }, _) => leave(connection, membership, &session_id, ack_id),
        (Action::Refuse { error, is_told }, _) => refuse(connection, None, ack_id, error, is_told),
        (Action::Limit { about, command_id, error }, _) => {
            let membership = about.and_then(|id| connection.membership(id));
            connection.note_refusal(name, about, &error);
            tell_refusal(connection, membership, ack_id, &Rejected::new(command_id, error), false);
        }
        (action, Some((_, Err(error)))) => {
            let is_told = matches!(action, Action::Join { .. });
            let error = not_opened(error);
            connection.note_refusal(name, session_id, &error);
            refuse(connection, membership, ack_id, error, is_told);
        }
        (Action::Turn(turn), _) => drop(turn.send(())),
        (Action::Authenticate { .. } | Action::Chat(_) | Action::Hearing(_), _) => {}
        (Action::Join { wants, since }, Some((id, Ok(session)))) => {
            let entered = connection.enter(id, &session);
            let is_joined = session
                .join(&entered.member, &Join { wants, since, role: role(connection, &session), ack_id });
            after_join(connection, &entered, is_joined, ack_id);
        }
        (Action::Submit { wish, command_id, graph }, Some((_, Ok(session)))) => {
            let request = Request {
                author: connection.author(),
                wish,
                command_id,
                default_scope: Scope::Mine,
                bytes,
                waiting: Some(Arc::clone(&connection.waiting)),
                via: Via::now(connection.origin.protocol),
            };
            submit(connection, &session, membership, request, ack_id, graph);
        }
        (Action::SetPresence(change), Some((_, Ok(_)))) => {
            set_presence(connection, membership, change, ack_id);
        }
        (Action::GetGraph, Some((_, Ok(session)))) => get_graph(connection, session, membership, ack_id),
        (Action::Join { .. } | Action::Submit { .. } | Action::GetGraph | Action::SetPresence(_), None) => {
            refuse(connection, None, ack_id, open_error(&OpenError::NotFound), true);
        }
    }
}

/// The same for an event that may take time: the next one waits for it.
pub async fn act_in_time(
    connection: &Arc<Connection>,
    session: Option<Result<Arc<Session>, NotOpened>>,
    event: Event,
) {
    match (event, session) {
        (Event { ack_id, action: Action::Authenticate { request, is_refresh }, .. }, _) => {
            authentication::authenticate(connection, request, is_refresh, ack_id).await;
        }
        (Event { ack_id, name, action: Action::Chat(asked), .. }, _) => {
            chat::act(connection, asked, name, ack_id).await;
        }
        (Event { ack_id, name, action: Action::Hearing(asked), .. }, _) => {
            hearing::act(connection, asked, name, ack_id).await;
        }
        (
            Event {
                session_id: Some(id), ack_id, action: Action::Join { wants, since: Some(since) }, ..
            },
            Some(Ok(session)),
        ) => {
            let entered = connection.enter(id, &session);
            let role = role(connection, &session);
            let join = Join { wants, since: Some(since), role, ack_id };
            let is_joined = connection.join_since(&entered, &join).await;
            after_join(connection, &entered, is_joined, ack_id);
        }
        (event, session) => act(connection, session, event),
    }
}

/// The session, unless the client may not do there, or at all, what the event needs: that may have changed since the
/// event came.
fn allowed(
    connection: &Connection,
    need: Need,
    session: Option<Result<Arc<Session>, NotOpened>>,
) -> Result<Option<Result<Arc<Session>, NotOpened>>, ErrorBody> {
    let who = connection.who();
    let caller = who.as_ref().map(|who| &who.caller);
    match &session {
        Some(Err(NotOpened::Refused(error))) => return Err(error.clone()),
        Some(Ok(found)) => match connection.backend.check_session(caller, need, found) {
            Ok(()) => {}
            Err(Some(error)) => return Err(error),
            Err(None) => return Ok(Some(Err(NotOpened::Error(OpenError::NotFound)))),
        },
        // What it would need a role for is refused for a better reason.
        None if need != Need::Nothing && caller.is_none() => return Err(unauthenticated()),
        Some(Err(_)) | None => {}
    }
    if let Some(who) = &who
        && matches!(need, Need::Role(role) if role > Role::Viewer)
        && !connection.backend.identity.validity(who).may_write()
    {
        return Err(unauthenticated());
    }
    Ok(session)
}

/// What the client is in a session.
fn role(connection: &Connection, session: &Session) -> Option<MemberRole> {
    let who = connection.who();
    connection.backend.role_of(who.as_ref().map(|who| &who.caller), session)
}

/// Why a session was not opened, as clients see it.
fn not_opened(error: NotOpened) -> ErrorBody {
    match error {
        NotOpened::Error(error) => open_error(&error),
        NotOpened::Refused(error) => error,
    }
}

fn after_join(connection: &Arc<Connection>, entered: &Membership, is_joined: bool, ack_id: Option<i64>) {
    if is_joined {
        connection.note_join(&entered.session);
    } else {
        refuse(connection, None, ack_id, unloading(), true);
    }
    if connection.is_gone() {
        // It went while its session was loaded or read: nobody else takes the member out again.
        entered.session.disconnect(&entered.member, connection.departure());
        connection.forget_all();
    }
}

fn leave(
    connection: &Arc<Connection>,
    membership: Option<Membership>,
    session_id: &str,
    ack_id: Option<i64>,
) {
    if let Some(Membership { session, member }) = &membership {
        session.leave(member);
    }
    let left = Left { event: EventName::Left, session_id, client_id: &connection.client_id };
    let event = event(EventName::Left, &left);
    let ack = acknowledgement(ack_id, &Success { success: true });
    answer(connection, membership, [event, ack].into_iter().flatten());
}

fn set_presence(
    connection: &Arc<Connection>,
    membership: Option<Membership>,
    change: DoingChange,
    ack_id: Option<i64>,
) {
    let is_set = membership
        .as_ref()
        .is_some_and(|Membership { session, member }| session.set_presence(member, change));
    if is_set {
        return answer(
            connection,
            membership,
            acknowledgement(ack_id, &Success { success: true }).into_iter(),
        );
    }
    let error = ErrorBody::new(ErrorCode::InvalidState, "Join the session first");
    refuse(connection, membership, ack_id, error, false);
}

/// Sends an answer: a member's after those of its earlier commands, anybody else's at once.
pub(super) fn answer(
    connection: &Arc<Connection>,
    membership: Option<Membership>,
    packets: impl Iterator<Item = Packet>,
) {
    if let Some(send) = way_out(connection, membership) {
        send(0, packets.collect());
    }
}

fn submit(
    connection: &Arc<Connection>,
    session: &Arc<Session>,
    membership: Option<Membership>,
    request: Request,
    ack_id: Option<i64>,
    graph: bool,
) {
    let is_told = membership.as_ref().is_none_or(|membership| membership.member.wants_lifecycle());
    let Some(send) = way_out(connection, membership) else { return };
    let owed = Owed::new(send, ack_id, request.command_id.clone());
    let (reader, asking) = (Arc::clone(session), Arc::clone(connection));
    session.submit(
        request,
        Box::new(move |Resolution { answer, position, failed }| {
            let failed = failed.filter(|_| is_told).map(|payload| Packet::Event {
                name: EventName::CommandFailed.as_str(),
                payload: Some(payload),
            });
            let packets = move |answer: &Answer| {
                failed.into_iter().chain(acknowledgement(ack_id, answer)).collect::<Vec<_>>()
            };
            match answer {
                Ok(accepted) if graph => drop(tokio::task::spawn_blocking(move || {
                    let accepted = with_graph(accepted, &reader.committed());
                    owed.give(position, packets(&Answer::Accepted(Box::new(accepted))));
                })),
                Ok(accepted) => owed.give(position, packets(&Answer::Accepted(Box::new(accepted)))),
                Err(rejected) => {
                    asking.traffic.refused();
                    let told = told_instead(ack_id, &rejected.error);
                    let packets = packets(&Answer::Rejected(rejected)).into_iter().chain(told);
                    owed.give(position, packets.collect());
                }
            }
        }),
    );
}

fn with_graph(accepted: Accepted, committed: &Committed) -> Accepted {
    let graph = committed.small_tree(MAX_TREE_BYTES);
    Accepted {
        graph_omitted: graph.is_none(),
        graph_seq: Some(committed.state.head),
        graph: Some(graph.map(|tree| (*tree).to_owned())),
        ..accepted
    }
}

fn get_graph(
    connection: &Arc<Connection>,
    session: Arc<Session>,
    membership: Option<Membership>,
    ack_id: Option<i64>,
) {
    if session.project().is_none() {
        let error = ErrorBody::new(ErrorCode::NoProject, "The session has no project");
        return refuse(connection, membership, ack_id, error, false);
    }
    let Some(reading) = connection.read() else {
        let error = ErrorBody::new(ErrorCode::Busy, "Too many graphs are being read: retry later");
        return refuse(connection, membership, ack_id, error, false);
    };
    let Some(send) = way_out(connection, membership) else { return };
    drop(tokio::task::spawn_blocking(move || {
        let committed = session.committed();
        let graph = committed.small_tree(MAX_TREE_BYTES);
        let answer = GraphAnswer {
            success: true,
            epoch: session.epoch(),
            seq: committed.state.head,
            graph_omitted: graph.is_none(),
            graph: graph.as_deref(),
        };
        let packets = acknowledgement(ack_id, &answer).into_iter().collect();
        drop(reading);
        send(0, packets);
    }));
}

/// Sends packets once everything before a position of the session's ring was handed over.
pub(super) type Send = Box<dyn FnOnce(u64, Vec<Packet>) + std::marker::Send>;

/// The way out for an answer that will be known later: a member's slot, or anybody else's line. None if
/// the connection was cut since it takes no answers.
fn way_out(connection: &Arc<Connection>, membership: Option<Membership>) -> Option<Send> {
    if let Some(Membership { session, member }) = membership {
        match session.reserve(&member) {
            Reserved::Slot(slot) => {
                return Some(Box::new(move |position, packets| {
                    session.answer(&member, slot, position, packets);
                }));
            }
            Reserved::Cut => return None,
            Reserved::Over => {}
        }
    }
    let connection = Arc::clone(connection);
    Some(Box::new(move |_, packets| connection.send(packets)))
}

/// An event with a payload; none if that cannot be encoded.
pub fn event(name: EventName, payload: &impl Serialize) -> Option<Packet> {
    let payload = serde_json::value::to_raw_value(payload).ok()?;
    Some(Packet::Event { name: name.as_str(), payload: Some(payload.into()) })
}

pub(super) fn acknowledgement(ack_id: Option<i64>, payload: &impl Serialize) -> Option<Packet> {
    let payload = serde_json::value::to_raw_value(payload).ok()?;
    Some(Packet::Answer { ack_id: ack_id?, payload: payload.into() })
}
