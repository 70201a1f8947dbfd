//! Conversations over real sockets: what is said, who hears it, and the answers of the assistant.

mod access;
mod asking;
mod assistant;
mod hubs;
mod messages;
mod streams;
mod typing;

use std::sync::Arc;
use std::time::Duration;

use graphroom::clock::system_clock;
use graphroom::conversation::assistant::Settings;
use graphroom::conversation::{Beginning, Conversations};
use graphroom::domain::Author;
use graphroom::store::{MemoryStore, Store};
use serde_json::{Value, json};

use crate::support::client::{Event, Options};
use crate::support::ollama::OllamaStub;
use crate::support::{Client, TestServer};

/// A server, and the store that it stands on.
struct House {
    server: TestServer,
    store: Arc<dyn Store>,
}

impl House {
    async fn start() -> Self {
        Self::on(Arc::new(MemoryStore::new()), None).await
    }

    /// With an assistant.
    async fn asking(stub: &OllamaStub) -> Self {
        Self::on(Arc::new(MemoryStore::new()), Some(settings(stub))).await
    }

    async fn on(store: Arc<dyn Store>, assistant: Option<Settings>) -> Self {
        let server = TestServer::start_parts(Arc::clone(&store), |parts| parts.assistant = assistant).await;
        Self { server, store }
    }

    async fn conversation(&self) -> String {
        begin(&self.store, "ann", Beginning::default()).await
    }

    async fn client(&self, user_id: &str) -> Client {
        let options = Options { user_id: Some(user_id.to_owned()), ..Options::default() };
        Client::connect_with(self.server.address, options).await
    }

    /// Somebody who is in a conversation.
    async fn member(&self, user_id: &str, conversation: &str) -> Client {
        let mut client = self.client(user_id).await;
        join(&mut client, conversation).await;
        client
    }

    async fn stop(self) {
        self.server.stop().await;
    }
}

/// Settings for the stub, with hardly any wait between attempts.
fn settings(stub: &OllamaStub) -> Settings {
    let mut settings = Settings::new(stub.url(), "small");
    settings.times.before_retry = Duration::from_millis(1);
    settings
}

/// Begins a conversation, as its author, in the store itself.
async fn begin(store: &Arc<dyn Store>, author: &str, beginning: Beginning) -> String {
    let conversations = Conversations::new(Arc::clone(store), system_clock(), None);
    let begun = conversations.begin(beginning, &person(author)).await.unwrap();
    begun.conversation_id.to_string()
}

fn person(user_id: &str) -> Author {
    Author { client_id: None, name: None, user_id: user_id.into() }
}

/// What an event about a conversation says.
#[expect(clippy::needless_pass_by_value, reason = "it is written where it is called")]
fn about(conversation: &str, more: Value) -> Value {
    let mut said = json!({ "conversation_id": conversation });
    let fields = more.as_object().cloned().unwrap_or_default();
    said.as_object_mut().unwrap().extend(fields);
    said
}

/// Joins, which must work.
async fn join(client: &mut Client, conversation: &str) -> Value {
    let answer = client.call("chat:join", about(conversation, json!({}))).await;
    assert_eq!(answer["success"], true, "{answer}");
    answer
}

/// Says something, which must work: the answer.
async fn say(client: &mut Client, conversation: &str, text: &str) -> Value {
    let answer = client.call("chat:send", about(conversation, json!({ "text": text }))).await;
    assert_eq!(answer["success"], true, "{answer}");
    answer
}

/// Asks the assistant, which must begin to answer: the answer's `stream_id`.
async fn ask(client: &mut Client, conversation: &str, text: &str) -> String {
    let asked = about(conversation, json!({ "text": text, "assistant": {} }));
    let answer = client.call("chat:send", asked).await;
    assert_eq!(answer["assistant_error"], Value::Null, "{answer}");
    answer["stream_id"].as_str().unwrap().to_owned()
}

fn seqs(messages: &Value) -> Vec<u64> {
    messages.as_array().unwrap().iter().map(|message| message["seq"].as_u64().unwrap()).collect()
}

/// What a client has been told by the time at which it is answered something else, and what waits is behind it.
async fn told(client: &mut Client) -> Vec<Event> {
    client.call("ping", json!({})).await;
    client.read_already().into_iter().filter(|event| event.name != "pong").collect()
}

async fn names_told(client: &mut Client) -> Vec<String> {
    told(client).await.into_iter().map(|event| event.name).collect()
}
