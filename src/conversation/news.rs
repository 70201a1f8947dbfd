//! What is told of conversations to who is in none: who hears their projects or takes part. That they are begun, changed and deleted, who
//! writes there, and the assistant's answers.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use graphroom_protocol::chat::ConversationEvent;
use graphroom_protocol::news::{AiResponseGenerated, RecoveryAttempt, UserTyping};
use graphroom_protocol::{ErrorBody, EventName};

use super::assistant::Again;
use super::conversations::Conversations;
use super::hub::Listener;
use super::processing::PREVIEW;
use super::processing::terms::preview;
use super::telling::{self, packet};
use crate::clock::Clock;
use crate::outlet::Packet;
use crate::store::{ConversationId, ConversationRow, MessageRow};

/// Who hears of a conversation without being in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hearers {
    /// Whoever hears this project, by how it is told of.
    Project(String),
    /// Those of them who are told how its assistant gets on.
    Assistant(String),
    /// These users.
    Users(Vec<String>),
}

/// Tells hearers, all but the connections that these are known by.
pub type Tell = Box<dyn Fn(&Hearers, Packet, &HashSet<&str>) + Send + Sync>;

/// The way to them.
pub(super) struct Projects {
    tell: OnceLock<Tell>,
    clock: Clock,
}

impl Projects {
    /// Nobody is told yet.
    pub(super) fn new(clock: Clock) -> Self {
        Self { tell: OnceLock::new(), clock }
    }

    /// Tells hearers, all but some connections.
    pub(super) fn tell(&self, hearers: &Hearers, packet: Option<Packet>, but: &HashSet<&str>) {
        if let (Some(tell), Some(packet)) = (self.tell.get(), packet) {
            tell(hearers, packet, but);
        }
    }

    fn tell_of_assistant(&self, project_id: &str, packet: Option<Packet>) {
        self.tell(&Hearers::Assistant(project_id.to_owned()), packet, &HashSet::new());
    }

    /// Somebody writes in a conversation of a project, or no more; its own connection is not told.
    pub(super) fn tell_typing(
        &self,
        project_id: &str,
        conversation_id: ConversationId,
        (user_id, is_typing): (&str, bool),
        client_id: &str,
    ) {
        let event = EventName::UserTyping;
        let typing = UserTyping {
            event,
            project_id,
            conversation_id: &conversation_id.to_string(),
            user_id,
            is_typing,
            timestamp: &(self.clock)().in_microseconds(),
        };
        let hearers = Hearers::Project(project_id.to_owned());
        self.tell(&hearers, packet(event, &typing), &HashSet::from([client_id]));
    }
}

fn conversation_event(event: EventName, row: &ConversationRow) -> Option<Packet> {
    let (conversation_id, conversation) = (&row.conversation_id.to_string(), telling::conversation(row));
    packet(event, &ConversationEvent { event, conversation_id, conversation })
}

/// What these are known by.
pub(super) fn client_ids(listeners: &[Arc<Listener>]) -> HashSet<&str> {
    listeners.iter().map(|listener| &*listener.client_id).collect()
}

impl Conversations {
    /// Says how hearers are told. The first word counts; without one nobody is.
    pub fn tell_hearers(&self, tell: Tell) {
        self.projects.tell.get_or_init(|| tell);
    }

    /// Who hears of a conversation: who hears its project or, if it is of none, takes part.
    ///
    /// # Errors
    /// The store does not work.
    pub(super) async fn hearers(&self, row: &ConversationRow) -> Result<Hearers, ErrorBody> {
        if let Some(project_id) = &row.project_id {
            return Ok(Hearers::Project(project_id.clone()));
        }
        let participants = self.participants(row.conversation_id).await?;
        Ok(Hearers::Users(participants.into_iter().map(|one| one.user_id).collect()))
    }

    /// Tells somebody that it takes part in a conversation from now on. Of a project, who hears that was told before.
    pub fn tell_entered(&self, row: &ConversationRow, user_id: &str) {
        if row.project_id.is_none() {
            let told = conversation_event(EventName::ConversationCreated, row);
            self.projects.tell(&Hearers::Users(vec![user_id.to_owned()]), told, &HashSet::new());
        }
    }

    /// Tells of a conversation, as it is now, who is in it and who hears of it, each once.
    pub(super) async fn tell_of(&self, event: EventName, row: &ConversationRow, in_it: &[Arc<Listener>]) {
        let told = conversation_event(event, row);
        for listener in in_it {
            Arc::clone(&listener.line).send(told.iter().cloned().collect());
        }
        // It is done, whoever could not be found out.
        if let Ok(hearers) = self.hearers(row).await {
            self.projects.tell(&hearers, told, &client_ids(in_it));
        }
    }

    /// An answer is a message.
    pub(super) fn tell_generated(&self, project_id: Option<&str>, message: &MessageRow) {
        let Some(project_id) = project_id else { return };
        let event = EventName::AiResponseGenerated;
        let generated = AiResponseGenerated {
            event,
            project_id,
            conversation_id: &message.conversation_id.to_string(),
            message_id: &message.message_id,
            content_preview: &preview(&message.text, PREVIEW),
            timestamp: &self.now().in_microseconds(),
        };
        self.projects.tell_of_assistant(project_id, packet(event, &generated));
    }

    /// Tells of further attempts at an answer in a conversation of a project; none if it is of none.
    pub(super) fn again(self: &Arc<Self>, id: ConversationId, project_id: Option<String>) -> Option<Again> {
        let (conversations, project_id) = (Arc::downgrade(self), project_id?);
        Some(Box::new(move |attempt, wait| {
            let Some(conversations) = conversations.upgrade() else { return };
            let event = EventName::RecoveryAttempt;
            let told = RecoveryAttempt {
                event,
                component: "ai_service",
                attempt,
                next_in_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                project_id: &project_id,
                conversation_id: &id.to_string(),
                timestamp: &conversations.now().in_microseconds(),
            };
            conversations.projects.tell_of_assistant(&project_id, packet(event, &told));
        }))
    }
}
