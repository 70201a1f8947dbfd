//! What whoever hears a project is told of its conversations without being in them: who writes there, and the assistant's answers.

use std::sync::{Arc, OnceLock};

use graphroom_protocol::EventName;
use graphroom_protocol::news::{AiResponseGenerated, RecoveryAttempt, UserTyping};

use super::assistant::Again;
use super::conversations::Conversations;
use super::processing::PREVIEW;
use super::processing::terms::preview;
use super::telling::packet;
use crate::clock::Clock;
use crate::outlet::Packet;
use crate::store::{ConversationId, MessageRow};

/// Tells whoever hears a project, by how it is told of, but one connection.
pub type TellProject = Box<dyn Fn(&str, Packet, Option<&str>) + Send + Sync>;

/// The way to who hears a project.
pub(super) struct Projects {
    tell: OnceLock<TellProject>,
    clock: Clock,
}

impl Projects {
    /// Nobody is told yet.
    pub(super) fn new(clock: Clock) -> Self {
        Self { tell: OnceLock::new(), clock }
    }

    fn tell(&self, project_id: &str, packet: Option<Packet>, but: Option<&str>) {
        if let (Some(tell), Some(packet)) = (self.tell.get(), packet) {
            tell(project_id, packet, but);
        }
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
        self.tell(project_id, packet(event, &typing), Some(client_id));
    }
}

impl Conversations {
    /// Says how whoever hears a project is told. The first word counts; without one nobody is.
    pub fn tell_projects(&self, tell: TellProject) {
        self.projects.tell.get_or_init(|| tell);
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
        self.projects.tell(project_id, packet(event, &generated), None);
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
            conversations.projects.tell(&project_id, packet(event, &told), None);
        }))
    }
}
