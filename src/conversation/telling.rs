//! What is told of a conversation: rows as they are shown, and events as packets.

use graphroom_protocol::chat::{
    ConversationParticipant, ConversationStatus as ShownStatus, ConversationView, MessageAuthor,
    MessageRole as ShownRole, MessageView,
};
use graphroom_protocol::{ErrorCode, ErrorEvent, EventName};
use serde::Serialize;
use serde_json::Value;

use crate::domain::Timestamp;
use crate::outlet::Packet;
use crate::store::{
    ConversationId, ConversationRow, ConversationStatus, MessageRole, MessageRow, ParticipantRow,
};

/// An event with its payload; none if that cannot be encoded, which is logged.
pub(super) fn packet(name: EventName, payload: &impl Serialize) -> Option<Packet> {
    let payload = serde_json::value::to_raw_value(payload)
        .inspect_err(|error| tracing::error!(%error, "an event could not be encoded"))
        .ok()?;
    Some(Packet::Event { name: name.as_str(), payload: Some(payload.into()) })
}

/// What somebody is told who may not be in a conversation any more.
#[must_use]
pub fn taken_out(id: ConversationId) -> Option<Packet> {
    let details = serde_json::json!({ "conversation_id": id });
    let message = "The caller may not be in this conversation any more";
    let told = ErrorEvent { message, code: ErrorCode::Forbidden, details: Some(&details) };
    packet(EventName::Error, &told)
}

/// A conversation as it is shown.
#[must_use]
pub fn conversation(row: &ConversationRow) -> ConversationView {
    ConversationView {
        conversation_id: row.conversation_id.to_string(),
        project_id: row.project_id.clone(),
        title: row.title.clone(),
        status: shown_status(row.status),
        created_by: row.created_by.clone(),
        created_at: row.created_at.to_string(),
        last_message_at: row.last_message_at.map(|at| at.to_string()),
        head: row.head,
        metadata: read(row.metadata.as_deref()),
    }
}

/// A message as it is shown.
#[must_use]
pub fn message(row: &MessageRow) -> MessageView {
    MessageView {
        message_id: row.message_id.clone(),
        conversation_id: row.conversation_id.to_string(),
        seq: row.seq,
        author: MessageAuthor { user_id: row.author.clone(), name: row.author_name.clone() },
        role: match row.role {
            MessageRole::User => ShownRole::User,
            MessageRole::Assistant => ShownRole::Assistant,
            MessageRole::System => ShownRole::System,
        },
        text: row.text.clone(),
        timestamp: row.at.to_string(),
        edited_at: row.edited_at.map(|at| at.to_string()),
        deleted_at: row.deleted_at.map(|at| at.to_string()),
        metadata: read(row.metadata.as_deref()),
    }
}

/// A participant as it is shown.
#[must_use]
pub fn participant(row: &ParticipantRow) -> ConversationParticipant {
    ConversationParticipant {
        user_id: row.user_id.clone(),
        name: row.name.clone(),
        joined_at: row.joined_at.to_string(),
        read_seq: row.read_seq,
    }
}

/// A status as it is kept.
#[must_use]
pub fn status(shown: ShownStatus) -> ConversationStatus {
    match shown {
        ShownStatus::Active => ConversationStatus::Active,
        ShownStatus::Completed => ConversationStatus::Completed,
        ShownStatus::Archived => ConversationStatus::Archived,
    }
}

fn shown_status(status: ConversationStatus) -> ShownStatus {
    match status {
        ConversationStatus::Active => ShownStatus::Active,
        ConversationStatus::Completed => ShownStatus::Completed,
        ConversationStatus::Archived => ShownStatus::Archived,
    }
}

/// The place of a conversation in a list, for the next page.
#[must_use]
pub fn place(row: &ConversationRow) -> String {
    format!("{}.{}", row.active_at().millis(), row.conversation_id)
}

/// What [`place`] wrote.
#[must_use]
pub fn read_place(text: &str) -> Option<(Timestamp, ConversationId)> {
    let (millis, id) = text.split_once('.')?;
    let is_number = millis.len() <= 15 && millis.bytes().all(|byte| byte.is_ascii_digit());
    Some((Timestamp::from_millis(millis.parse().ok().filter(|_| is_number)?), id.parse().ok()?))
}

/// What was checked when it was written.
fn read(metadata: Option<&str>) -> Option<Value> {
    serde_json::from_str(metadata?).ok()
}
