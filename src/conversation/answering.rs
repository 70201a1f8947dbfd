//! Letting the assistant answer: what it is shown, and how its answer gets to everybody and becomes a message.

use std::sync::Arc;
use std::time::Instant;

use graphroom_protocol::chat::{Ask, AssistantEnd, AssistantStart, EndOfAnswer, MessageEvent};
use graphroom_protocol::rest::chat_sessions::AssistantState;
use graphroom_protocol::{ErrorBody, ErrorCode, EventName};
use serde_json::json;
use uuid::Uuid;

use super::assistant::{Answer, Failure, Ollama, Piece, Question, Role, Said, Why};
use super::conversations::{Conversations, failed};
use super::stream::AnswerStream;
use super::telling::{self, packet};
use crate::store::{ConversationId, MessageQuery, MessageRole, MessageRow, NewMessage};

/// How the assistant is called as an author.
pub const ASSISTANT: &str = "assistant";
/// How much of what was said before it is shown, in tokens.
pub const BUDGET: usize = 4_096;
/// Characters that are taken for a token: models count in their own ways, few of them more.
const CHARACTERS_OF_A_TOKEN: usize = 4;
/// The most messages that are looked at for it.
pub const MOST: usize = 100;

/// How an answer ended.
struct End {
    reason: EndOfAnswer,
    tokens: u64,
    error: Option<ErrorBody>,
}

impl Conversations {
    /// Lets the assistant answer the last message. `context` is what it is shown beside what was said. Everybody in the
    /// conversation gets the answer as it is written. The answer's `stream_id`.
    ///
    /// # Errors
    /// `ASSISTANT_UNAVAILABLE`, `BUSY`, `INVALID_REQUEST`, or the store does not work.
    pub async fn ask(
        self: &Arc<Self>,
        id: ConversationId,
        ask: Ask,
        reply_to: Option<&MessageRow>,
        context: Option<String>,
    ) -> Result<String, ErrorBody> {
        let assistant = self.assistant.as_ref().ok_or_else(no_assistant)?;
        if self.closing.is_cancelled() {
            return Err(ErrorBody::new(ErrorCode::ShuttingDown, "The server is shutting down"));
        }
        let project_id = self.find(id).await?.project_id;
        let query = MessageQuery {
            conversation_id: id,
            before: reply_to.map(|message| message.seq + 1),
            after: None,
            limit: MOST,
        };
        let messages = self.store.messages(query).await.map_err(failed)?;
        let model = ask.model.clone().unwrap_or_else(|| assistant.model().to_owned());
        let question = Question {
            messages: shown(&messages, context),
            model: ask.model,
            temperature: ask.temperature,
            max_tokens: ask.max_tokens,
            format: None,
        };
        let again = self.again(id, project_id.clone());
        let answer = assistant.answer_telling(question, again).map_err(|failure| told(&failure))?;
        let hub = self.hub(id);
        let reply_to = reply_to.map(|message| message.message_id.clone());
        let (stream_id, cancel) = (Uuid::new_v4().to_string(), self.closing.child_token());
        let stream = AnswerStream::new((id, project_id), stream_id, (model, self.now()), reply_to, cancel);
        let stream = Arc::new(stream);
        {
            let _order = hub.order.lock().await;
            hub.tell(start(&stream).as_ref(), None);
            hub.begin(&stream);
        }
        self.answers.spawn(Arc::clone(self).carry(Arc::clone(&stream), answer));
        Ok(stream.stream_id.clone())
    }

    /// The way to the assistant, if there is one.
    #[must_use]
    pub fn assistant(&self) -> Option<&Ollama> {
        self.assistant.as_ref()
    }

    /// Whether there is an assistant, and it is there.
    pub async fn has_assistant(&self) -> bool {
        self.assistant_state().await == AssistantState::Answers
    }

    /// Whether there is an assistant, and its server answers.
    pub async fn assistant_state(&self) -> AssistantState {
        match &self.assistant {
            None => AssistantState::None,
            Some(assistant) if assistant.is_healthy().await => AssistantState::Answers,
            Some(_) => AssistantState::Away,
        }
    }

    /// Carries an answer to everybody, to its end.
    async fn carry(self: Arc<Self>, stream: Arc<AnswerStream>, answer: Answer) {
        let hub = self.hub(stream.conversation_id);
        let began = Instant::now();
        let end = write(&stream, answer).await;
        let is_complete = matches!(end.reason, EndOfAnswer::Complete | EndOfAnswer::Length);
        let latency_ms = began.elapsed().as_secs_f64() * 1_000.0;
        let _order = hub.order.lock().await;
        let (message, error) = match self.keep(&stream, &end).await {
            Ok(message) => (message, end.error),
            Err(error) => (None, Some(error)),
        };
        let last = [
            ended(&stream, (end.reason, end.tokens, latency_ms), message.as_ref(), error.as_ref()),
            message.as_ref().and_then(new_message),
        ];
        let last: Vec<_> = last.into_iter().flatten().collect();
        stream.finish(&last);
        if let Some(message) = message.as_ref().filter(|_| is_complete) {
            self.tell_generated(stream.project_id.as_deref(), message);
        }
        hub.end(&stream);
        stream.over.cancel();
    }

    /// The text becomes a message, if there is any.
    async fn keep(&self, stream: &AnswerStream, end: &End) -> Result<Option<MessageRow>, ErrorBody> {
        let text = stream.text();
        if text.trim().is_empty() {
            return Ok(None);
        }
        let metadata = json!({ "model": stream.model, "reason": end.reason, "stream_id": stream.stream_id,
            "reply_to": stream.reply_to, "total_tokens": end.tokens });
        let message = NewMessage {
            conversation_id: stream.conversation_id,
            message_id: Uuid::now_v7().to_string(),
            author: ASSISTANT.to_owned(),
            author_name: Some(stream.model.clone()),
            role: MessageRole::Assistant,
            text,
            at: self.now(),
            metadata: Some(metadata.to_string()),
            twin_since: None,
        };
        let appended = self.store.append_message(message).await.map_err(failed)?;
        Ok(appended.map(|appended| appended.message))
    }
}

/// Writes an answer as it comes, until it ends or is ended.
async fn write(stream: &AnswerStream, mut answer: Answer) -> End {
    let mut pieces = 0;
    let end = |reason, tokens| End { reason, tokens, error: None };
    loop {
        tokio::select! {
            biased;
            () = stream.cancel.cancelled() => {
                let is_abandoned = stream.is_abandoned();
                return end(if is_abandoned { EndOfAnswer::Abandoned } else { EndOfAnswer::Cancelled }, pieces);
            }
            piece = answer.next() => match piece {
                Some(Ok(Piece::Text(text))) => {
                    pieces += 1;
                    stream.push(&text);
                }
                Some(Ok(Piece::Done { tokens, why: Why::Stop })) => return end(EndOfAnswer::Complete, tokens),
                Some(Ok(Piece::Done { tokens, why: Why::Length })) => return end(EndOfAnswer::Length, tokens),
                Some(Err(failure)) => {
                    return End { reason: EndOfAnswer::Error, tokens: pieces, error: Some(told(&failure)) };
                }
                None => return end(EndOfAnswer::Complete, pieces),
            },
            () = stream.more() => stream.flush(),
        }
    }
}

/// What the assistant is shown: what was said last, as far as it fits, behind what it is shown besides.
pub(super) fn shown(messages: &[MessageRow], context: Option<String>) -> Vec<Said> {
    let mut left = BUDGET * CHARACTERS_OF_A_TOKEN;
    let mut said: Vec<Said> = Vec::new();
    for message in messages.iter().rev().filter(|message| message.deleted_at.is_none()) {
        let length = message.text.chars().count();
        // The last one is asked about: it is there, whatever its length.
        if length > left && !said.is_empty() {
            break;
        }
        left = left.saturating_sub(length);
        let role = match message.role {
            MessageRole::User => Role::User,
            MessageRole::Assistant => Role::Assistant,
            MessageRole::System => Role::System,
        };
        said.push(Said { role, text: message.text.clone() });
    }
    said.extend(context.map(|text| Said { role: Role::System, text }));
    said.reverse();
    said
}

fn start(stream: &AnswerStream) -> Option<crate::outlet::Packet> {
    let (event, id) = (EventName::AssistantStart, stream.conversation_id.to_string());
    let told = AssistantStart {
        event,
        conversation_id: &id,
        stream_id: &stream.stream_id,
        model: &stream.model,
        reply_to: stream.reply_to.as_deref(),
    };
    packet(event, &told)
}

fn ended(
    stream: &AnswerStream,
    (reason, total_tokens, latency_ms): (EndOfAnswer, u64, f64),
    message: Option<&MessageRow>,
    error: Option<&ErrorBody>,
) -> Option<crate::outlet::Packet> {
    let (event, id) = (EventName::AssistantEnd, stream.conversation_id.to_string());
    let told = AssistantEnd {
        event,
        conversation_id: &id,
        stream_id: &stream.stream_id,
        reason,
        message_id: message.map(|message| message.message_id.as_str()),
        total_tokens,
        latency_ms,
        error,
    };
    packet(event, &told)
}

pub(super) fn new_message(message: &MessageRow) -> Option<crate::outlet::Packet> {
    let (event, id) = (EventName::NewMessage, message.conversation_id.to_string());
    packet(event, &MessageEvent { event, conversation_id: &id, message: telling::message(message) })
}

pub(super) fn no_assistant() -> ErrorBody {
    ErrorBody::new(ErrorCode::AssistantUnavailable, "This server has no assistant")
}

/// A failure as clients see it.
pub(super) fn told(failure: &Failure) -> ErrorBody {
    let code = match failure {
        Failure::Busy => ErrorCode::Busy,
        Failure::ModelNotAllowed | Failure::InvalidOption(_) => ErrorCode::InvalidRequest,
        Failure::Unavailable(_) | Failure::Refused(_) | Failure::Interrupted(_) | Failure::TooLong => {
            ErrorCode::AssistantUnavailable
        }
    };
    ErrorBody::new(code, failure.to_string())
}
