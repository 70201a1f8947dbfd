//! A project's chat with its assistant, for whichever transport asks: who may, which conversation a session is, what the
//! project remembers, and who is told.

use std::collections::HashSet;
use std::sync::Arc;

use graphroom_protocol::rest::processing::ProcessRequest;
use graphroom_protocol::{ErrorBody, ErrorCode};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::hearing::Spoken;
use super::{Backend, open_error};
use crate::conversation::processing::terms::key_terms;
use crate::conversation::processing::{Asked, Memory, Processed, Tell, Weighed, weighed};
use crate::conversation::{Beginning, ConversationId, MessageQuery, MessageRole};
use crate::domain::{Author, Caller, Role};
use crate::identity::Need;
use crate::outlet::Packet;
use crate::project::search::{self, Search};
use crate::session::Committed;

/// What the ids of sessions are made in that clients have a word of their own for.
const WORDS: Uuid = Uuid::from_u128(0x3d7c_1a92_5b0e_4c61_9f28_7a4e_0c93_d5b6);
/// The longest word for a session, in characters.
pub const MAX_WORD: usize = 256;
/// Messages that are looked at for what is known.
const LOOKED_AT: usize = 100;
/// Terms that the project's nodes are searched for, and nodes that are remembered for each.
const TERMS: usize = 8;
const NODES: usize = 5;
/// The most characters of a node that are remembered.
const MAX_NODE: usize = 500;

/// What is known of a session's last question.
pub struct Context {
    /// What it is about.
    pub terms: Vec<String>,
    /// What is remembered, held against that.
    pub weighed: Weighed,
}

/// A message that was worked on.
pub struct Worked {
    /// Names the request.
    pub request_id: String,
    /// The conversation that the session is.
    pub conversation_id: ConversationId,
    /// What came of it.
    pub processed: Processed,
}

impl Backend {
    /// Lets a project's assistant answer a message.
    ///
    /// # Errors
    /// The caller may not, or it could not be answered. The message is kept all the same, if it was taken.
    pub async fn process(
        self: &Arc<Self>,
        caller: Option<&Caller>,
        author: Author,
        request: ProcessRequest,
    ) -> Result<Worked, ErrorBody> {
        let spoken = self.spoken_project(caller, &request.project_id, Need::Role(Role::Commenter)).await?;
        let session = request.session_id.filter(|word| !word.is_empty());
        let conversation_id = self.chat_session(&spoken, session.as_deref()).await?;
        let beginning = Beginning {
            id: Some(conversation_id),
            project_id: Some(spoken.topic.to_string()),
            ..Beginning::default()
        };
        self.conversations.begin_by(beginning, &request.user_message, &author).await?;
        let request_id = Uuid::new_v4().to_string();
        let asked = Asked {
            request_id: request_id.clone(),
            topic: Arc::clone(&spoken.topic),
            session,
            conversation_id,
            text: request.user_message,
            author,
            context: request.context,
            require_verification: request.require_verification,
        };
        let (backend, project) = (Arc::clone(self), spoken.project);
        let recall = move |terms| async move { backend.remembered(project, terms).await };
        let processed = self.conversations.process(asked, self.telling(&spoken), recall).await?;
        Ok(Worked { request_id, conversation_id, processed })
    }

    /// The way to who hears a project, if they are told as it happens.
    pub fn telling(self: &Arc<Self>, spoken: &Spoken) -> Tell {
        let (backend, topic) = (Arc::clone(self), Arc::clone(&spoken.topic));
        Arc::new(move |packet| backend.tell_of_chat(&topic, packet))
    }

    /// Tells who hears a project how its assistant gets on, unless the server is told not to.
    pub fn tell_of_chat(&self, topic: &str, packet: Packet) {
        if self.realtime.chat {
            self.channels.tell(topic, &[packet], None);
        }
    }

    /// The conversation that a session of a project's chat is: one of the project's or, of a client's word, one of its
    /// own. It need not be there yet.
    ///
    /// # Errors
    /// `INVALID_REQUEST`, or the store does not work.
    pub async fn chat_session(
        &self,
        spoken: &Spoken,
        word: Option<&str>,
    ) -> Result<ConversationId, ErrorBody> {
        let word = word.unwrap_or_default();
        if word.chars().count() > MAX_WORD {
            let message = format!("session_id has at most {MAX_WORD} characters");
            return Err(ErrorBody::new(ErrorCode::InvalidRequest, message));
        }
        if let Ok(id) = word.parse() {
            match self.conversations.find(id).await {
                Ok(row) if row.project_id.as_deref() == Some(&*spoken.topic) => return Ok(id),
                Err(error) if error.code != ErrorCode::ConversationNotFound => return Err(error),
                // A word like any other.
                _ => {}
            }
        }
        Ok(Uuid::new_v5(&WORDS, format!("{}\n{word}", spoken.topic).as_bytes()))
    }

    /// What is known of the last question of a session, which need not be there.
    ///
    /// # Errors
    /// It, or the project, could not be read.
    pub async fn chat_context(&self, spoken: &Spoken, id: ConversationId) -> Result<Context, ErrorBody> {
        let query = MessageQuery { conversation_id: id, before: None, after: None, limit: LOOKED_AT };
        let (mut said, _) = self.conversations.messages(query).await?;
        said.retain(|row| row.deleted_at.is_none());
        let last = said.iter().rposition(|row| row.role == MessageRole::User);
        let terms = last.map(|last| key_terms(&said.remove(last).text)).unwrap_or_default();
        let nodes = self.remembered(spoken.project, terms.clone()).await?;
        let weighed = weighed(&terms, &said, nodes);
        Ok(Context { terms, weighed })
    }

    /// What the nodes of a project of ours say of some terms.
    ///
    /// # Errors
    /// The project could not be read.
    pub async fn remembered(
        &self,
        project: Option<Uuid>,
        terms: Vec<String>,
    ) -> Result<Vec<Memory>, ErrorBody> {
        let Some(project) = project else { return Ok(Vec::new()) };
        let opened = self.registry.open_project(project).await;
        let committed = opened.map_err(|error| open_error(&error))?.committed();
        let looked = spawn_blocking(move || nodes(&committed, &terms)).await;
        looked.map_err(|_| ErrorBody::new(ErrorCode::Internal, "The project could not be searched"))
    }
}

/// The nodes with a term in them, each once.
fn nodes(committed: &Committed, terms: &[String]) -> Vec<Memory> {
    let mut known = HashSet::new();
    let mut memories = Vec::new();
    for term in terms.iter().take(TERMS) {
        let search = Search { query: Some(term.clone()), limit: NODES, ..Search::default() };
        for node in search::find(&committed.state, &search).results {
            if !known.insert(node.id.clone()) {
                continue;
            }
            let texts = node.properties.0.iter().filter_map(|(id, value)| {
                Some(format!("{id}: {}", value.as_str().filter(|_| *id != "name")?))
            });
            let place = node.path.iter().copied().chain([node.name]).collect::<Vec<_>>().join(" / ");
            let text = std::iter::once(place).chain(texts).collect::<Vec<_>>().join("; ");
            memories.push(Memory { node_id: Some(node.id), text: text.chars().take(MAX_NODE).collect() });
        }
    }
    memories
}
