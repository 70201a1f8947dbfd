//! What may be said, to people, to many at once and to the assistant, and what the assistant answers.

use graphroom_protocol::rest::limitations::Limitation;

use super::{limitation, many, time};
use crate::breaker::SUCCESSES;
use crate::conversation::assistant::{FAILURES, MAX_TEXT as MAX_ANSWER, Settings};
use crate::conversation::checked::{MAX_MESSAGE_ID, MAX_METADATA, MAX_TEXT, MAX_TITLE};
use crate::conversation::processing::{MAX_CONTEXT, MAX_MEMORIES};
use crate::conversation::{BUDGET, MAX_SHOWN};
use crate::operations::broadcasts::{KEPT, KEPT_FOR, PAUSES};
use crate::session::bounds::MAX_OUTLINE;
use crate::transport::Backend;
use crate::transport::broadcasting::{MAX_DATA, MAX_NAME};
use crate::transport::gateway::chat::MAX_WORD;
use crate::transport::gateway::client::frames::MAX_AUDIO;
use crate::transport::gateway::client::talk::{MAX_TEXT as MAX_CLIENT_TEXT, MAX_WAITING};
use crate::transport::processing::MAX_WORD as MAX_SESSION;
use crate::transport::rest::broadcasts::MAX_EXCLUDED;
use crate::transport::rest::conversations::MAX_PARTICIPANTS;
use crate::transport::rest::project_chat::{MAX_DESCRIPTION, MAX_TITLE as MAX_CHAT_TITLE};
use crate::transport::rest::published::{MAX_PAYLOAD, MAX_TEXT as MAX_WORDS};

pub fn told(backend: &Backend) -> Vec<Limitation> {
    let assistant = match backend.conversations.assistant() {
        Some(assistant) => of_the_assistant(assistant.settings()).to_vec(),
        None => vec![limitation(
            "There is no assistant: messages are kept, and nobody answers them",
            "Start it with --assistant-url",
        )],
    };
    [&of_people()[..], &to_many()[..], &assistant[..]].concat()
}

fn of_people() -> [Limitation; 4] {
    [
        limitation(
            format!(
                "{MAX_TEXT} characters a message, and {MAX_METADATA} bytes of metadata with it, as JSON; a \
                 message_id has {MAX_MESSAGE_ID} characters at most"
            ),
            "Send several messages",
        ),
        limitation(
            format!(
                "{MAX_CLIENT_TEXT} characters a message, and {MAX_AUDIO} bytes of sound, on \
                 /ws/{{client_id}}; {MAX_WAITING} bytes of sound that wait for a client, what is over is lost"
            ),
            "Send several messages",
        ),
        limitation(
            format!(
                "{MAX_TITLE} characters the title of a conversation, {MAX_CHAT_TITLE} that of a project's \
                 chat and {MAX_DESCRIPTION} its description; {MAX_WORD} a word for a conversation on \
                 /ws/chat, {MAX_SESSION} one for a session of a project's chat"
            ),
            "Say the rest in its metadata, or in a message",
        ),
        limitation(
            format!("{MAX_PARTICIPANTS} participants that a conversation begins with"),
            "Add others by PUT /api/v1/conversations/{conversation_id}/participants",
        ),
    ]
}

fn to_many() -> [Limitation; 3] {
    let kept_for = std::time::Duration::from_millis(KEPT_FOR.unsigned_abs());
    [
        limitation(
            format!(
                "{MAX_DATA} bytes a broadcast, {MAX_NAME} characters its event's name, and {MAX_EXCLUDED} \
                 that it excludes"
            ),
            "Broadcast an address, and let clients fetch what is there",
        ),
        limitation(
            format!(
                "{} attempts to get a broadcast acknowledged; {KEPT} broadcasts are remembered, for {} \
                 after they are over",
                PAUSES.len(),
                time(kept_for)
            ),
            "Send it again to those that it failed for, by POST \
             /api/websocket/broadcast/{broadcast_id}/retry, before that",
        ),
        limitation(
            format!(
                "{MAX_PAYLOAD} bytes the payload of a published event, {MAX_WORDS} characters each of its texts"
            ),
            "Publish an address, and let clients fetch what is there",
        ),
    ]
}

fn of_the_assistant(settings: &Settings) -> [Limitation; 5] {
    let times = &settings.times;
    [
        limitation(
            format!(
                "{MAX_OUTLINE} characters of a graph that the assistant is shown with a node, \
                 {MAX_MEMORIES} of what is remembered and {MAX_CONTEXT} of what is said besides in a \
                 project's chat"
            ),
            "Name a node further down, or say what matters in the message",
        ),
        limitation(
            format!("{} answers of the assistant at once", many(settings.at_once)),
            "Ask again what was answered BUSY; --assistant-at-once",
        ),
        limitation(
            format!(
                "{} tokens an answer of the assistant, by {} models that may be named; of what was said \
                 before it is shown {MAX_SHOWN} messages and some {BUDGET} tokens at most",
                settings.max_tokens,
                settings.models.len() + 1
            ),
            "Ask it to go on, and say again what it is to know; --assistant-max-tokens, --assistant-model, \
             --assistant-models",
        ),
        limitation(
            format!(
                "{} for an answer of the assistant in all, {} from one piece of it to the next; its text \
                 has {MAX_ANSWER} bytes at most",
                time(times.whole),
                time(times.silence)
            ),
            "Ask for less at once",
        ),
        limitation(
            format!(
                "{FAILURES} failures of the assistant in a row let nobody ask it for {}; then one at a \
                 time does, until {SUCCESSES} were answered",
                time(times.breaker_pause)
            ),
            "Ask again later what was answered ASSISTANT_UNAVAILABLE: the message is kept; admins see why \
             at GET /api/v1/admin/errors?category=assistant",
        ),
    ]
}
