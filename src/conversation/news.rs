//! What whoever hears a project is told of the assistant's answers in its conversations, without being in them.

use std::sync::Arc;

use graphroom_protocol::EventName;
use graphroom_protocol::news::{AiResponseGenerated, RecoveryAttempt};

use super::assistant::Again;
use super::conversations::Conversations;
use super::processing::PREVIEW;
use super::processing::terms::preview;
use super::telling::packet;
use crate::outlet::Packet;
use crate::store::{ConversationId, MessageRow};

/// Tells whoever hears a project, by how it is told of.
pub type TellProject = Box<dyn Fn(&str, Packet) + Send + Sync>;

impl Conversations {
    /// Says how whoever hears a project is told. The first word counts; without one nobody is.
    pub fn tell_projects(&self, tell: TellProject) {
        self.projects.get_or_init(|| tell);
    }

    fn tell_project(&self, project_id: &str, packet: Option<Packet>) {
        if let (Some(tell), Some(packet)) = (self.projects.get(), packet) {
            tell(project_id, packet);
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
        self.tell_project(project_id, packet(event, &generated));
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
            conversations.tell_project(&project_id, packet(event, &told));
        }))
    }
}
