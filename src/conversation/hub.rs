//! A conversation that somebody is in: who hears what is said, who is writing, and the answers under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use graphroom_protocol::EventName;
use graphroom_protocol::chat::{MessageAuthor, TypingEvent};

use super::news::Projects;
use super::stream::AnswerStream;
use super::telling::packet;
use crate::clock::Instant;
use crate::domain::Author;
use crate::outlet::{Line, Packet};
use crate::store::ConversationId;

/// How long somebody counts as writing who does not say it again.
const WRITING: Duration = Duration::from_secs(6);

/// Somebody's connection in a conversation.
pub struct Listener {
    /// What the connection is known by.
    pub client_id: Arc<str>,
    /// Whose it is.
    pub user_id: Arc<str>,
    /// It may be there only as long as its user takes part.
    pub must_take_part: bool,
    /// The way to it.
    pub line: Arc<dyn Line>,
}

/// One conversation.
pub struct Hub {
    /// Which.
    pub id: ConversationId,
    /// Held while something is written and told, so that it is told in the order in which it was written.
    pub order: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    projects: Arc<Projects>,
}

#[derive(Default)]
struct State {
    listeners: Vec<Arc<Listener>>,
    streams: Vec<Arc<AnswerStream>>,
    /// Who writes, by connection.
    writing: HashMap<Arc<str>, Writing>,
}

struct Writing {
    author: Author,
    /// Who hears this project is told, too.
    project_id: Option<String>,
    until: Instant,
}

impl Hub {
    /// A conversation that nobody is in.
    pub fn new(id: ConversationId, projects: Arc<Projects>) -> Self {
        Self { id, order: tokio::sync::Mutex::default(), state: Mutex::default(), projects }
    }

    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody is in it, and nothing goes on.
    pub fn is_idle(&self) -> bool {
        let state = self.lock();
        state.listeners.is_empty() && state.streams.is_empty() && state.writing.is_empty()
    }

    /// Lets a connection hear what is said from now on; one that is there already is there once.
    pub fn add(&self, listener: &Arc<Listener>) {
        let mut state = self.lock();
        state.listeners.retain(|known| known.client_id != listener.client_id);
        state.listeners.push(Arc::clone(listener));
    }

    /// Takes a connection out. If it was the last one, nobody needs the answers under way.
    pub fn remove(&self, client_id: &str) {
        {
            let mut state = self.lock();
            let before = state.listeners.len();
            state.listeners.retain(|listener| *listener.client_id != *client_id);
            let is_last = state.listeners.is_empty() && before > 0;
            for stream in &state.streams {
                stream.remove(client_id);
                if is_last {
                    stream.abandon();
                }
            }
        }
        self.stop_writing(client_id);
    }

    /// Takes everybody out, with a last word: nobody hears the rest of the answers, which end.
    pub fn clear(&self, last: Option<&Packet>) {
        let (listeners, writing) = {
            let mut state = self.lock();
            for stream in &state.streams {
                stream.clear();
                stream.cancel.cancel();
            }
            (std::mem::take(&mut state.listeners), std::mem::take(&mut state.writing))
        };
        for listener in listeners {
            Arc::clone(&listener.line).send(last.into_iter().cloned().collect());
        }
        for (client_id, stopped) in writing {
            self.tell_stopped(Some(stopped), &client_id);
        }
    }

    /// Whether a connection hears what is said.
    pub fn has(&self, client_id: &str) -> bool {
        self.lock().listeners.iter().any(|listener| *listener.client_id == *client_id)
    }

    /// Everybody who hears what is said.
    pub fn listeners(&self) -> Vec<Arc<Listener>> {
        self.lock().listeners.clone()
    }

    /// Tells everybody but one connection.
    pub fn tell(&self, packet: Option<&Packet>, but: Option<&str>) {
        let Some(packet) = packet else { return };
        for listener in self.listeners() {
            if Some(&*listener.client_id) != but {
                Arc::clone(&listener.line).send(vec![packet.clone()]);
            }
        }
    }

    /// An answer begins.
    pub fn begin(&self, stream: &Arc<AnswerStream>) {
        let mut state = self.lock();
        for listener in &state.listeners {
            stream.add(listener, false);
        }
        state.streams.push(Arc::clone(stream));
    }

    /// An answer ended.
    pub fn end(&self, stream: &Arc<AnswerStream>) {
        self.lock().streams.retain(|known| !Arc::ptr_eq(known, stream));
    }

    /// The answers under way.
    pub fn streams(&self) -> Vec<Arc<AnswerStream>> {
        self.lock().streams.clone()
    }

    /// Who is writing.
    pub fn writing(&self) -> Vec<MessageAuthor> {
        let state = self.lock();
        let mut writing: Vec<MessageAuthor> = state.writing.values().map(|one| shown(&one.author)).collect();
        writing.sort_by(|one, other| one.user_id.cmp(&other.user_id));
        writing.dedup_by(|one, other| one.user_id == other.user_id);
        writing
    }

    /// Somebody writes, until it says otherwise or says nothing more of it. True if it did not before.
    pub fn write(&self, client_id: &Arc<str>, author: &Author, project_id: Option<&str>) -> bool {
        let until = Instant::now() + WRITING;
        let project = project_id.map(str::to_owned);
        let writing = Writing { author: author.clone(), project_id: project, until };
        let is_new = self.lock().writing.insert(Arc::clone(client_id), writing).is_none();
        if is_new {
            self.tell_writing(EventName::TypingIndicator, (author, project_id), client_id);
        }
        is_new
    }

    /// Until when a connection counts as writing. If that is over it writes no more.
    pub fn writes_until(&self, client_id: &str) -> Option<Instant> {
        let over = {
            let mut state = self.lock();
            let until = state.writing.get(client_id)?.until;
            if until > Instant::now() {
                return Some(until);
            }
            state.writing.remove(client_id)
        };
        self.tell_stopped(over, client_id);
        None
    }

    /// A connection writes no more.
    pub fn stop_writing(&self, client_id: &str) {
        let stopped = self.lock().writing.remove(client_id);
        self.tell_stopped(stopped, client_id);
    }

    fn tell_stopped(&self, stopped: Option<Writing>, client_id: &str) {
        if let Some(Writing { author, project_id, .. }) = stopped {
            self.tell_writing(EventName::TypingStop, (&author, project_id.as_deref()), client_id);
        }
    }

    fn tell_writing(&self, event: EventName, (author, project_id): (&Author, Option<&str>), client_id: &str) {
        let is_typing = event == EventName::TypingIndicator;
        if let Some(project_id) = project_id {
            self.projects.tell_typing(project_id, self.id, (&author.user_id, is_typing), client_id);
        }
        let id = self.id.to_string();
        let told = TypingEvent {
            event,
            conversation_id: &id,
            user_id: &author.user_id,
            name: author.name.as_deref(),
        };
        self.tell(packet(event, &told).as_ref(), Some(client_id));
    }
}

fn shown(author: &Author) -> MessageAuthor {
    MessageAuthor { user_id: author.user_id.to_string(), name: author.name.as_deref().map(str::to_owned) }
}
