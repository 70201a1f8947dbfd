//! A client's talk over requests: the same as by `/ws/{client_id}`, for who has no WebSocket.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::client_chat::{ClientConnected, ClientHeard, ClientSays, ClientStatus};
use http::HeaderMap;
use http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;

use super::auth::{Fields, ReadsBody, faulty};
use super::call::Call;
use super::document::errors::{
    ConnectionLimit, ConversationNotFound, Errors, InvalidRequest, NotFound, RateLimited, ReadsStore,
};
use super::error::ApiError;
use super::parts::{ClientId as ClientPath, Id, Parameters};
use crate::identity::SignedIn;
use crate::transport::Backend;
use crate::transport::access::unauthenticated;
use crate::transport::gateway::client::frames::{self, AUDIO, Said, TEXT};
use crate::transport::gateway::client::id::ClientId;
use crate::transport::gateway::client::requests::{self, RequestTalk};
use crate::transport::gateway::client::talk::{Heard, MAX_TEXT};

/// How often a stream shows that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What a client begins with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Begin {
    /// The conversation that it was in. One that is another client's, or that it may not read, is as none.
    conversation_id: Option<String>,
    /// Taken for the sake of clients that say it; sound needs no leave.
    #[allow(dead_code, reason = "clients say it")]
    is_audio: Option<String>,
}

/// Which talk.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// As `connect` named it.
    session_id: Option<String>,
}

/// Who talks: where nobody has to say who it is, whom the path names.
fn speaker(backend: &Backend, call: &Call, client_id: &str) -> Result<(ClientId, SignedIn), ApiError> {
    let client_id = ClientId::read(client_id)?;
    if backend.identity.is_open() {
        let who = client_id.claimed();
        return Ok((client_id, who));
    }
    let who = call.who().ok_or_else(unauthenticated)?.again();
    Ok((client_id, who))
}

fn talk(
    backend: &Backend,
    call: &Call,
    client_id: &str,
    which: &Which,
    missing: &str,
) -> Result<Arc<RequestTalk>, ApiError> {
    let (client_id, who) = speaker(backend, call, client_id)?;
    let found = requests::find(backend, &who.caller, &client_id, which.session_id.as_deref());
    let found = found.ok_or_else(|| ApiError::new(ErrorCode::NotFound, missing))?;
    found.talk.activity.touch();
    Ok(found)
}

/// Begins a talk
///
/// It lasts until it is ended, or until nothing has come or gone for so long as the server allows. What is said in the
/// conversation meanwhile waits for its stream.
#[utoipa::path(
    post, path = "/api/chat/{client_id}/connect", tag = "conversations", operation_id = "begin_client_talk",
    params(ClientPath, Begin),
    responses(
        (status = OK, description = "It may talk", body = ClientConnected),
        Errors<(InvalidRequest, ConnectionLimit, ReadsStore)>,
    ),
)]
pub async fn connect(
    State(backend): State<Arc<Backend>>,
    Id(client_id): Id,
    call: Call,
    Parameters(begin): Parameters<Begin>,
    request: Parts,
) -> Result<Json<ClientConnected>, ApiError> {
    let (client_id, who) = speaker(&backend, &call, &client_id)?;
    let begun = requests::connect(&backend, who, &request, (client_id, begin.conversation_id)).await?;
    let talk = &begun.talk;
    Ok(Json(ClientConnected {
        success: true,
        session_id: talk.session_id.to_string(),
        client_id: talk.client_id.as_str().to_owned(),
        conversation_id: talk.conversation_id.to_string(),
        connection_id: talk.connection.origin.id.to_string(),
        timestamp: backend.identity.now().in_microseconds(),
    }))
}

/// What a body says.
fn said(fields: &Fields) -> Result<Said, ApiError> {
    let content = fields.required("content")?;
    let mime_type = fields.optional("mime_type")?;
    let wrong = |kind, field, rule| Err(faulty(kind, &["body", field], rule));
    if fields.optional("role")?.is_some_and(|role| role != "user") {
        return wrong("literal_error", "role", "Input should be 'user'");
    }
    match mime_type.as_deref().unwrap_or(TEXT) {
        TEXT if content.trim().is_empty() => {
            wrong("string_too_short", "content", "String should have at least 1 character")
        }
        TEXT if content.chars().count() > MAX_TEXT => {
            wrong("string_too_long", "content", "String should have at most 10000 characters")
        }
        mime_type @ (TEXT | AUDIO) => Ok(frames::said(mime_type, content)?),
        _ => wrong("literal_error", "mime_type", "Input should be 'text/plain' or 'audio/pcm'"),
    }
}

/// Says something
///
/// Answered when it is durable. The assistant's answer comes by the stream, and to everybody else in the conversation.
#[utoipa::path(
    post, path = "/api/chat/{client_id}/send", tag = "conversations", operation_id = "say_as_client",
    params(ClientPath, Which), request_body = ClientSays,
    responses(
        (status = OK, description = "It was heard", body = ClientHeard),
        Errors<(InvalidRequest, ReadsBody, NotFound, ConversationNotFound, RateLimited, ReadsStore)>,
    ),
)]
pub async fn send(
    State(backend): State<Arc<Backend>>,
    Id(client_id): Id,
    call: Call,
    Parameters(which): Parameters<Which>,
    request: Request,
) -> Result<Json<ClientHeard>, ApiError> {
    let said = said(&Fields::read(request).await?)?;
    let missing = "No active chat session found. Please connect first.";
    let found = talk(&backend, &call, &client_id, &which, missing)?;
    let heard = found.say(said).await?;
    let message_id = match heard {
        Heard::Message(sent) => Some(sent.message.message_id),
        Heard::Sound => None,
    };
    Ok(Json(ClientHeard {
        success: true,
        message_id,
        session_id: found.talk.session_id.to_string(),
        conversation_id: Some(found.talk.conversation_id.to_string()),
        error: None,
    }))
}

/// Hears what is said
///
/// Server-sent events, each with a number as its id and an object as its data: `text_chunk` with `content`, which is
/// new, and `partial_response`, all of it; `turn_complete` with `final_response`; `message`, which somebody else said;
/// `error`. A stream takes what waits, and then what comes; one that broke goes on with `Last-Event-ID`. Who opens
/// another one ends it.
#[utoipa::path(
    get, path = "/api/chat/{client_id}/stream", tag = "conversations", operation_id = "hear_as_client",
    params(ClientPath, Which),
    responses(
        (status = OK, description = "What is said", body = String, content_type = "text/event-stream"),
        Errors<(InvalidRequest, NotFound)>,
    ),
)]
pub async fn hear(
    State(backend): State<Arc<Backend>>,
    Id(client_id): Id,
    call: Call,
    Parameters(which): Parameters<Which>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = talk(&backend, &call, &client_id, &which, "No active chat session found")?;
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let reading = found.read(after);
    drop(found);
    let events = stream::unfold(reading, |reading| async move {
        let letter = reading.next().await?;
        let event = Event::default().id(letter.id.to_string()).data(&*letter.text);
        Some((Ok::<_, Infallible>(event), reading))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

/// Describes a talk
#[utoipa::path(
    get, path = "/api/chat/{client_id}/status", tag = "conversations", operation_id = "describe_client_talk",
    params(ClientPath, Which),
    responses(
        (status = OK, description = "It goes on", body = ClientStatus),
        Errors<(InvalidRequest, NotFound)>,
    ),
)]
pub async fn status(
    State(backend): State<Arc<Backend>>,
    Id(client_id): Id,
    call: Call,
    Parameters(which): Parameters<Which>,
) -> Result<Json<ClientStatus>, ApiError> {
    let found = talk(&backend, &call, &client_id, &which, "Chat session not found")?;
    Ok(Json(ClientStatus {
        session_id: found.talk.session_id.to_string(),
        client_id: found.talk.client_id.as_str().to_owned(),
        conversation_id: found.talk.conversation_id.to_string(),
        is_active: true,
        created_at: found.talk.created_at.clone(),
    }))
}

/// Ends a talk
///
/// Its stream ends behind what waits. The conversation stays.
#[utoipa::path(
    delete, path = "/api/chat/{client_id}/disconnect", tag = "conversations", operation_id = "end_client_talk",
    params(ClientPath, Which),
    responses(
        (status = OK, description = "It is over", body = ClientHeard),
        Errors<(InvalidRequest, NotFound)>,
    ),
)]
pub async fn disconnect(
    State(backend): State<Arc<Backend>>,
    Id(client_id): Id,
    call: Call,
    Parameters(which): Parameters<Which>,
) -> Result<Json<ClientHeard>, ApiError> {
    let missing = "No active chat session found to disconnect";
    let found = talk(&backend, &call, &client_id, &which, missing)?;
    found.end();
    Ok(Json(ClientHeard {
        success: true,
        message_id: None,
        session_id: found.talk.session_id.to_string(),
        conversation_id: None,
        error: None,
    }))
}
