//! What clients send about conversations: as they mean it, and as it is read.

use graphroom_protocol::RequestName;
use graphroom_protocol::chat::{
    CancelAnswer, DeleteMessage, EditMessage, InConversation, JoinConversation, ReadMessages, SendMessage,
    Typing,
};
use serde_json::{Value, json};

use super::messages::{optional_text, read, text_of};
use crate::support::Rest;
use crate::support::random::Random;

/// Messages that are there to be edited, and as many to be deleted.
const MESSAGES: usize = 8;

/// A conversation in which somebody has said something.
pub async fn begun(rest: &Rest) -> String {
    let (status, made) = rest.post("/conversations", json!({})).await;
    assert_eq!(status, 201, "{made}");
    let id = made["conversation_id"].as_str().unwrap().to_owned();
    for n in 0..2 * MESSAGES {
        let message = json!({ "message_id": format!("m{n}"), "text": "Hello" });
        let (status, sent) = rest.post(&format!("/conversations/{id}/messages"), message).await;
        assert_eq!(status, 201, "{sent}");
    }
    id
}

/// What an event about a conversation says if it is meant well.
pub fn meant(name: RequestName, random: &mut Random, conversation_id: &str) -> Value {
    let mut said = json!({ "conversation_id": conversation_id });
    let fields = match name {
        RequestName::JoinConversation => json!({ "after": random.below(20) }),
        RequestName::SendMessage => json!({ "text": "Which parts are late?", "metadata": { "color": "red" },
            "message_id": random.percent(50).then(|| format!("c{}", random.below(1_000_000))),
            "assistant": random.percent(20).then(|| json!({ "temperature": 0.5, "max_tokens": 7 })) }),
        RequestName::EditMessage => {
            json!({ "message_id": format!("m{}", random.below(MESSAGES)), "text": "Good evening" })
        }
        RequestName::DeleteMessage => {
            json!({ "message_id": format!("m{}", MESSAGES + random.below(MESSAGES)) })
        }
        RequestName::ReadMessages => json!({ "seq": random.below(20) }),
        RequestName::CancelAnswer => json!({ "stream_id": uuid::Uuid::from_u128(9) }),
        RequestName::Typing => json!({ "is_typing": random.percent(50) }),
        _ => json!({}),
    };
    said.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    said
}

/// Whether it is read; then it is read as the JSON that it is.
pub fn is_taken(name: RequestName, bytes: &[u8], value: Option<&Value>) -> bool {
    let id = |value: &Value| text_of(value, "conversation_id");
    match name {
        RequestName::JoinConversation => read::<JoinConversation>(bytes, value, |request, value| {
            assert_eq!(request.conversation_id, id(value));
            assert_eq!(request.after, value.get("after").and_then(Value::as_u64));
        }),
        RequestName::LeaveConversation => read::<InConversation>(bytes, value, |request, value| {
            assert_eq!(request.conversation_id, id(value));
        }),
        RequestName::SendMessage => read::<SendMessage>(bytes, value, |request, value| {
            assert_eq!(
                (&request.conversation_id, &request.message.text),
                (&id(value), &text_of(value, "text"))
            );
            assert_eq!(request.message.message_id, optional_text(value, "message_id"));
            let is_object = |field: &str| value.get(field).is_some_and(Value::is_object);
            assert_eq!(
                request.message.assistant.as_ref().is_some_and(Option::is_some),
                is_object("assistant")
            );
            let metadata = request.message.metadata.clone().flatten().map(Value::Object);
            assert_eq!(metadata, value.get("metadata").filter(|value| !value.is_null()).cloned());
        }),
        RequestName::EditMessage => read::<EditMessage>(bytes, value, |request, value| {
            assert_eq!((&request.conversation_id, &request.text), (&id(value), &text_of(value, "text")));
            assert_eq!(request.message_id, text_of(value, "message_id"));
        }),
        RequestName::DeleteMessage => read::<DeleteMessage>(bytes, value, |request, value| {
            let read = (&request.conversation_id, &request.message_id);
            assert_eq!(read, (&id(value), &text_of(value, "message_id")));
        }),
        RequestName::ReadMessages => read::<ReadMessages>(bytes, value, |request, value| {
            assert_eq!((&request.conversation_id, Some(request.seq)), (&id(value), value["seq"].as_u64()));
        }),
        RequestName::CancelAnswer => read::<CancelAnswer>(bytes, value, |request, value| {
            let read = (&request.conversation_id, &request.stream_id);
            assert_eq!(read, (&id(value), &text_of(value, "stream_id")));
        }),
        RequestName::Typing => read::<Typing>(bytes, value, |request, value| {
            let said = value["is_typing"].as_bool();
            assert_eq!((&request.conversation_id, Some(request.is_typing)), (&id(value), said));
        }),
        _ => unreachable!("{name:?} is about no conversation"),
    }
}
