//! What is said in a conversation, over REST: read by pages, sent, edited, deleted, read marks, and answers ended.
//!
//! Whoever is in the conversation by a socket is told, the author's own connections too: none of them sent it.

use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::chat::{Ask, MessageBody, MessageChanged, MessageSent, MessagesRead};
use graphroom_protocol::rest::conversations::{MessagePage, NewText, ReadUpTo};
use graphroom_protocol::{ErrorCode, Success};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::body::JsonBody;
use super::call::Call;
use super::commands::idempotency_key;
use super::conversations::{conversing, form};
use super::document::errors::{
    ConversationNotFound, Errors, IdempotencyMismatch, InvalidRequest, MessageNotFound, NeedsSession,
    ReadsBody, ReadsStore, StreamNotFound,
};
use super::error::ApiError;
use super::history::{read as read_part, seq};
use super::parts::{
    Caller, ConversationId, Id, Ids, MessageKey, MessageOfConversation, Parameters, StreamOfConversation,
    number,
};
use crate::conversation::MAX_PAGE;
use crate::conversation::{MessageQuery, telling};
use crate::domain::Role;
use crate::identity::Need;
use crate::transport::Backend;
use crate::transport::chatting::{Conversing, draft, message_sent};

const VIEWER: Need = Need::Role(Role::Viewer);
const COMMENTER: Need = Need::Role(Role::Commenter);

/// Messages of a page that does not say.
const PAGE: usize = 50;
/// Places in a conversation that a client may name: whatever every client can count to.
const PLACES: RangeInclusive<u64> = 0..=9_007_199_254_740_991;

/// Which messages to read: without either, the latest ones.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The last of those before this `seq`.
    #[param(required = false, value_type = u64, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    before: Option<String>,
    /// The first of those behind this `seq`.
    #[param(required = false, value_type = u64, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    after: Option<String>,
    /// How many to read.
    #[param(required = false, value_type = usize, default = 50, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// Reads messages of a conversation, oldest first
#[utoipa::path(
    get, path = "/conversations/{conversation_id}/messages", tag = "conversations", operation_id = "list_messages",
    params(ConversationId, Page),
    responses(
        (status = OK, description = "The messages of a page", body = MessagePage),
        Errors<(InvalidRequest, ConversationNotFound, ReadsStore)>,
    ),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    Parameters(page): Parameters<Page>,
) -> Result<Json<MessagePage>, ApiError> {
    let limit = number("limit", page.limit.as_deref(), PAGE, 1..=MAX_PAGE)?;
    let before = seq("before", page.before.as_deref())?;
    let place = |text: &str| text.parse().ok().filter(|seq| PLACES.contains(seq));
    let after = read_part("after", page.after.as_deref(), "a whole number from 0", place)?;
    let Conversing { row, .. } = conversing(&backend, &call, &id, VIEWER).await?;
    let query = MessageQuery { conversation_id: row.conversation_id, before, after, limit };
    let (messages, has_more) = backend.conversations.messages(query).await?;
    Ok(Json(MessagePage { messages: messages.iter().map(telling::message).collect(), has_more }))
}

/// Sends a message
///
/// Answered when it is durable. Sending it again with its `message_id` is safe: it is there once. With `assistant` the
/// assistant answers it; what keeps it from that does nothing to the message.
#[utoipa::path(
    post, path = "/conversations/{conversation_id}/messages", tag = "conversations", operation_id = "send_message",
    params(ConversationId, Caller, MessageKey), request_body = MessageBody,
    responses(
        (status = CREATED, description = "The message as it is kept", body = MessageSent),
        (status = OK, description = "It was there already", body = MessageSent),
        Errors<(ReadsBody, ConversationNotFound, IdempotencyMismatch, NeedsSession)>,
    ),
)]
pub async fn send(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<(StatusCode, Json<MessageSent>), ApiError> {
    let key = idempotency_key(&headers)?;
    let mut body: MessageBody = form(body)?;
    body.message_id = body.message_id.or(key);
    let ask = body.assistant.take().flatten();
    let Conversing { row, .. } = conversing(&backend, &call, &id, COMMENTER).await?;
    ask.iter().try_for_each(check)?;
    let sent = backend.conversations.send(row.conversation_id, draft(body), &call.author(), None).await?;
    let asked = backend.ask_about(call.caller(), &row, ask, &sent).await;
    let answer = message_sent(&sent, asked);
    let status = if sent.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(answer)))
}

/// Whether the form of a body has room for what is asked of the assistant; what this one allows is its own to say.
fn check(ask: &Ask) -> Result<(), ApiError> {
    let wrong = |rule: &str| Err(ApiError::new(ErrorCode::InvalidRequest, rule));
    if ask.temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
        return wrong("temperature must be a number from 0 to 2");
    }
    if ask.max_tokens == Some(0) {
        return wrong("max_tokens must be a whole number from 1");
    }
    Ok(())
}

/// Writes a message anew
///
/// Only its author may. Who is in the conversation is told by `message_updated`.
#[utoipa::path(
    patch, path = "/conversations/{conversation_id}/messages/{message_id}", tag = "conversations",
    operation_id = "edit_message",
    params(MessageOfConversation, Caller), request_body = NewText,
    responses(
        (status = OK, description = "The message as it is now", body = MessageChanged),
        Errors<(ReadsBody, ConversationNotFound, MessageNotFound, ReadsStore)>,
    ),
)]
pub async fn edit(
    State(backend): State<Arc<Backend>>,
    Ids(id, message_id): Ids,
    call: Call,
    body: JsonBody,
) -> Result<Json<MessageChanged>, ApiError> {
    let NewText { text } = form(body)?;
    let Conversing { row, .. } = conversing(&backend, &call, &id, COMMENTER).await?;
    let author = call.author();
    let edited = backend.conversations.edit(row.conversation_id, &message_id, text, &author, None).await?;
    Ok(Json(MessageChanged { success: true, message: telling::message(&edited) }))
}

/// Deletes a message
///
/// Its author may, and an owner. It keeps its place without its text. Who is in the conversation is told by
/// `message_deleted`.
#[utoipa::path(
    delete, path = "/conversations/{conversation_id}/messages/{message_id}", tag = "conversations",
    operation_id = "delete_message",
    params(MessageOfConversation, Caller),
    responses(
        (status = OK, description = "What is left of the message", body = MessageChanged),
        Errors<(InvalidRequest, ConversationNotFound, MessageNotFound, ReadsStore)>,
    ),
)]
pub async fn delete(
    State(backend): State<Arc<Backend>>,
    Ids(id, message_id): Ids,
    call: Call,
) -> Result<Json<MessageChanged>, ApiError> {
    let Conversing { row, role } = conversing(&backend, &call, &id, COMMENTER).await?;
    let (author, is_owner) = (call.author(), role.is_some_and(|role| role >= Role::Owner));
    let by = (&author, is_owner);
    let left = backend.conversations.delete_message(row.conversation_id, &message_id, by, None).await?;
    Ok(Json(MessageChanged { success: true, message: telling::message(&left) }))
}

/// Notes how far the caller has read
///
/// Never less than before, and no further than the last message. Who has read takes part; everybody in the conversation
/// is told by `message_read`.
#[utoipa::path(
    put, path = "/conversations/{conversation_id}/read", tag = "conversations", operation_id = "mark_read",
    params(ConversationId, Caller), request_body = ReadUpTo,
    responses(
        (status = OK, description = "How far it has read", body = MessagesRead),
        Errors<(ReadsBody, ConversationNotFound, ReadsStore)>,
    ),
)]
pub async fn read(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
    body: JsonBody,
) -> Result<Json<MessagesRead>, ApiError> {
    let seq = body.whole_number("seq")?;
    let Conversing { row, .. } = conversing(&backend, &call, &id, VIEWER).await?;
    let seq = backend.conversations.read(row.conversation_id, &call.author(), seq, None).await?;
    Ok(Json(MessagesRead { success: true, seq }))
}

/// Ends an answer of the assistant that is being written
///
/// What it has said by then becomes a message.
#[utoipa::path(
    post, path = "/conversations/{conversation_id}/streams/{stream_id}/cancel", tag = "conversations",
    operation_id = "cancel_answer",
    params(StreamOfConversation, Caller),
    responses(
        (status = OK, description = "It is ended", body = Success),
        Errors<(InvalidRequest, ConversationNotFound, StreamNotFound, ReadsStore)>,
    ),
)]
pub async fn cancel(
    State(backend): State<Arc<Backend>>,
    Ids(id, stream_id): Ids,
    call: Call,
) -> Result<Json<Success>, ApiError> {
    let Conversing { row, .. } = conversing(&backend, &call, &id, COMMENTER).await?;
    backend.conversations.cancel(row.conversation_id, &stream_id)?;
    Ok(Json(Success { success: true }))
}
