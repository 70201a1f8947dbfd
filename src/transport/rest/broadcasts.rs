//! Broadcasts over REST: an event of any name, to everybody, to a project, a user, a session, a client, a connection, or a
//! conversation. What becomes of them is told by `broadcast_records`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use graphroom_protocol::rest::broadcasts::{BroadcastAnswer, BroadcastData, BroadcastInfo, BroadcastSent};
use graphroom_protocol::{ErrorBody, ErrorCode, Plain};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::auth::{ReadsBody, faulty};
use super::body;
use super::call::Call;
use super::document::errors::{
    Busy, ConversationNotFound, Errors, Forbidden, InvalidRequest, ProjectNotFound, ReadsStore,
};
use super::error::ApiError;
use super::parts::{
    ClientId, ConnectionId, ConversationId, Id, Parameters, SessionId, SpokenProject, UserId,
};
use crate::domain::Role;
use crate::identity::Need;
use crate::identity::audit::{Kind, Note};
use crate::operations::broadcasts::{Order, read_priority};
use crate::outlet::Packet;
use crate::transport::Backend;
use crate::transport::broadcasting::{Audience, MAX_DATA, check_name, named};
use crate::transport::limits::{Counted, Who};

const EDITOR: Need = Need::Role(Role::Editor);
/// The priority of what everybody is told and does not say.
const NORMAL: i64 = 2;
/// The priority of everything else that does not say.
const LOW: i64 = 1;
/// Connections that may be excluded.
pub const MAX_EXCLUDED: usize = 1_000;

/// Of a route that sends a broadcast.
type Sends = (ReadsBody, InvalidRequest, Busy);

/// What is sent, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Sending {
    /// The name of the event: any that the server does not send itself and that means nothing to the protocols, or
    /// `broadcast_message`, or `system_notification`.
    #[param(required = true, value_type = String, min_length = 1, max_length = 128)]
    event_type: Option<String>,
    /// A whole number (3 and more high, 2 normal, 1 and less low), or `low`, `normal`, `high`, `critical`. Without it 2 to
    /// everybody, else 1.
    #[param(required = false, value_type = String, pattern = r"^(low|normal|high|critical|[+-]?[0-9]{1,15})$")]
    priority: Option<String>,
    /// Whether each client has to say that it has it; it is sent three times at most to those that do not.
    #[param(value_type = Option<bool>)]
    require_ack: Option<String>,
    /// Connections that are not to get it, by their `connection_id` or their `client_id`, separated by commas; 1,000 at
    /// most.
    #[param(required = false, value_type = String)]
    exclude: Option<String>,
}

/// Broadcasts to everybody
///
/// To every connection whose protocol has a way to tell it. On Socket.IO it is the event `event_type` with the body.
#[utoipa::path(
    post, path = "/api/websocket/broadcast/system", tag = "broadcasts", operation_id = "broadcast_to_everybody",
    params(Sending), request_body = BroadcastData,
    responses((status = OK, description = "It was taken", body = BroadcastAnswer), Errors<Sends>),
)]
pub async fn to_everybody(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(sending): Parameters<Sending>,
    request: Request,
) -> Result<Json<BroadcastAnswer>, ApiError> {
    let sending = Read::new(sending, NORMAL, request).await?;
    send(&backend, &call, sending, &Audience::Everybody, BroadcastSent::default())
}

/// Broadcasts to a project
///
/// To the members of its session, and to who hears it.
#[utoipa::path(
    post, path = "/api/websocket/broadcast/project/{project_id}", tag = "broadcasts",
    operation_id = "broadcast_to_project", params(SpokenProject, Sending), request_body = BroadcastData,
    responses(
        (status = OK, description = "It was taken", body = BroadcastAnswer),
        Errors<(Sends, Forbidden, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn to_project(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(project): Id,
    Parameters(sending): Parameters<Sending>,
    request: Request,
) -> Result<Json<BroadcastAnswer>, ApiError> {
    let spoken = backend.spoken_project(call.caller(), &project, EDITOR).await?;
    let sending = Read::new(sending, LOW, request).await?;
    let sent = BroadcastSent { project_id: Some(spoken.topic.to_string()), ..BroadcastSent::default() };
    send(&backend, &call, sending, &Audience::Project(spoken), sent)
}

/// Broadcasts to a user
///
/// To all of its connections.
#[utoipa::path(
    post, path = "/api/websocket/broadcast/user/{user_id}", tag = "broadcasts",
    operation_id = "broadcast_to_user", params(UserId, Sending), request_body = BroadcastData,
    responses((status = OK, description = "It was taken", body = BroadcastAnswer), Errors<Sends>),
)]
pub async fn to_user(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(user): Id,
    Parameters(sending): Parameters<Sending>,
    request: Request,
) -> Result<Json<BroadcastAnswer>, ApiError> {
    let sending = Read::new(sending, LOW, request).await?;
    let sent = BroadcastSent { user_id: Some(user.clone()), ..BroadcastSent::default() };
    send(&backend, &call, sending, &Audience::User(user), sent)
}

/// Broadcasts to a session
///
/// To its members.
#[utoipa::path(
    post, path = "/api/websocket/broadcast/session/{session_id}", tag = "broadcasts",
    operation_id = "broadcast_to_session", params(SessionId, Sending), request_body = BroadcastData,
    responses((status = OK, description = "It was taken", body = BroadcastAnswer), Errors<Sends>),
)]
pub async fn to_session(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(session): Id,
    Parameters(sending): Parameters<Sending>,
    request: Request,
) -> Result<Json<BroadcastAnswer>, ApiError> {
    let sending = Read::new(sending, LOW, request).await?;
    // What is no id is in no session.
    let audience = Audience::Session(session.parse().ok());
    let sent = BroadcastSent { session_id: Some(session), ..BroadcastSent::default() };
    send(&backend, &call, sending, &audience, sent)
}

/// Broadcasts to a client
///
/// To all connections of a client, by what it calls itself or by what the server calls it.
#[utoipa::path(
    post, path = "/api/websocket/broadcast/client/{client_id}", tag = "broadcasts",
    operation_id = "broadcast_to_client", params(ClientId, Sending), request_body = BroadcastData,
    responses((status = OK, description = "It was taken", body = BroadcastAnswer), Errors<Sends>),
)]
pub async fn to_client(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(client): Id,
    Parameters(sending): Parameters<Sending>,
    request: Request,
) -> Result<Json<BroadcastAnswer>, ApiError> {
    let sending = Read::new(sending, LOW, request).await?;
    let sent = BroadcastSent { client_id: Some(client.clone()), ..BroadcastSent::default() };
    send(&backend, &call, sending, &Audience::Client(client), sent)
}

/// Broadcasts to one connection
#[utoipa::path(
    post, path = "/api/websocket/broadcast/connection/{connection_id}", tag = "broadcasts",
    operation_id = "broadcast_to_connection", params(ConnectionId, Sending), request_body = BroadcastData,
    responses((status = OK, description = "It was taken", body = BroadcastAnswer), Errors<Sends>),
)]
pub async fn to_connection(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(connection): Id,
    Parameters(sending): Parameters<Sending>,
    request: Request,
) -> Result<Json<BroadcastAnswer>, ApiError> {
    let sending = Read::new(sending, LOW, request).await?;
    let audience = Audience::Connection(connection.parse().ok());
    let sent = BroadcastSent { connection_id: Some(connection), ..BroadcastSent::default() };
    send(&backend, &call, sending, &audience, sent)
}

/// Broadcasts to a conversation
///
/// To the connections that are in it.
#[utoipa::path(
    post, path = "/api/websocket/broadcast/conversation/{conversation_id}", tag = "broadcasts",
    operation_id = "broadcast_to_conversation", params(ConversationId, Sending), request_body = BroadcastData,
    responses(
        (status = OK, description = "It was taken", body = BroadcastAnswer),
        Errors<(Sends, Forbidden, ConversationNotFound, ReadsStore)>,
    ),
)]
pub async fn to_conversation(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(conversation): Id,
    Parameters(sending): Parameters<Sending>,
    request: Request,
) -> Result<Json<BroadcastAnswer>, ApiError> {
    let sending = Read::new(sending, LOW, request).await?;
    let id = conversation.parse().map_err(|_| crate::conversation::no_conversation())?;
    backend.conversing(call.caller(), EDITOR, id).await?;
    let sent = BroadcastSent { conversation_id: Some(conversation), ..BroadcastSent::default() };
    send(&backend, &call, sending, &Audience::Conversation(id), sent)
}

/// What is sent, as it was read.
struct Read {
    event_type: String,
    priority: i64,
    require_ack: bool,
    exclude: Vec<String>,
    packet: Packet,
}

impl Read {
    async fn new(sending: Sending, priority: i64, request: Request) -> Result<Self, ApiError> {
        let Sending { event_type, priority: said, require_ack, exclude } = sending;
        let data = data(request).await?;
        let event_type =
            event_type.ok_or_else(|| faulty("missing", &["query", "event_type"], "Field required"))?;
        check_name(&event_type).map_err(refused_name)?;
        let priority = match said {
            None => priority,
            Some(text) => read_priority(&text).ok_or_else(|| {
                let rule = "Input should be a valid integer, or low, normal, high or critical";
                faulty("int_parsing", &["query", "priority"], rule)
            })?,
        };
        let require_ack = match require_ack.as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                let rule = "Input should be a valid boolean";
                return Err(faulty("bool_parsing", &["query", "require_ack"], rule));
            }
        };
        let exclude: Vec<String> = exclude
            .iter()
            .flat_map(|all| all.split(','))
            .filter(|one| !one.is_empty())
            .map(|one| one.trim().to_owned())
            .collect();
        if exclude.len() > MAX_EXCLUDED {
            return Err(faulty("too_long", &["query", "exclude"], "At most 1000 connections are excluded"));
        }
        let packet = named(&event_type, data);
        Ok(Self { event_type, priority, require_ack, exclude, packet })
    }
}

/// In the form of these routes: 422, with the place and the name.
fn refused_name(error: ErrorBody) -> ApiError {
    let name = error.details.as_ref().map_or(Value::Null, |details| details["event_type"].clone());
    let fault = json!({ "type": "value_error", "loc": ["query", "event_type"], "msg": error.message,
        "input": name, "event_type": name });
    let details = Some(json!([fault]));
    ApiError::from(ErrorBody { details, ..error }).with_status(http::StatusCode::UNPROCESSABLE_ENTITY)
}

/// What the event carries: an object, word for word.
async fn data(request: Request) -> Result<Box<RawValue>, ApiError> {
    let not_an_object = || faulty("dict_type", &["body"], "Input should be a valid dictionary");
    if !body::is_json(request.headers()) {
        return Err(not_an_object());
    }
    let bytes = body::read(request).await?;
    if bytes.is_empty() {
        return Err(faulty("missing", &["body"], "Field required"));
    }
    if bytes.len() > MAX_DATA {
        let message = format!("A broadcast is at most {MAX_DATA} bytes");
        return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, message).into());
    }
    let not_json = || faulty("json_invalid", &["body"], "JSON decode error");
    let Ok(Plain(read)) = serde_json::from_slice(&bytes) else { return Err(not_json()) };
    if !read.is_object() {
        return Err(not_an_object());
    }
    let text = String::from_utf8(bytes.into()).map_err(|_| not_json())?;
    RawValue::from_string(text.trim().to_owned()).map_err(|_| not_json())
}

fn send(
    backend: &Backend,
    call: &Call,
    read: Read,
    audience: &Audience,
    sent: BroadcastSent,
) -> Result<Json<BroadcastAnswer>, ApiError> {
    let Read { event_type, priority, require_ack, exclude, packet } = read;
    let author = call.author().user_id;
    backend.limiter.take(Counted::Broadcast, &Who::User(Arc::clone(&author)))?;
    let order = Order { event_type, packet, target: audience.target(), priority, require_ack, author };
    let exclude: Vec<&str> = exclude.iter().map(String::as_str).collect();
    let BroadcastInfo { message_id, event_type, target_count, target_type, .. } =
        backend.broadcast(order, audience, &exclude)?;
    let note = Note::new(Kind::BroadcastSent).of(&message_id).with("event_type", &*event_type);
    call.note(backend, note.with("target", target_type).with("connections", target_count));
    let data = BroadcastSent {
        broadcast_id: message_id,
        event_type,
        priority,
        target_count,
        timestamp: backend.identity.now().in_microseconds(),
        ..sent
    };
    Ok(Json(BroadcastAnswer { success: true, data }))
}
