//! Who may do what in a conversation, and what the assistant is shown of its project: for every transport.

use graphroom_protocol::chat::{Ask, MessageBody, MessageSent};
use graphroom_protocol::{ErrorBody, ErrorCode};
use uuid::Uuid;

use super::{Backend, access, open_error};
use crate::conversation::{
    Appended, ConversationRow, Draft, MessageRole, MessageRow, no_conversation, telling,
};
use crate::domain::{Caller, Role, Standing};
use crate::identity::{Need, decide};
use crate::session::OpenError;

/// A conversation that a caller may do something in.
pub struct Conversing {
    /// The conversation.
    pub row: ConversationRow,
    /// What the caller is there.
    pub role: Option<Role>,
}

impl Backend {
    /// The conversation with this id, if a caller may do there what needs this.
    ///
    /// # Errors
    /// It may not; it cannot tell one that it must not know of from one that is not there.
    pub async fn conversing(
        &self,
        caller: Option<&Caller>,
        need: Need,
        id: Uuid,
    ) -> Result<Conversing, ErrorBody> {
        let row = match self.conversations.find(id).await {
            Ok(row) => row,
            // Who is nobody is told nothing else.
            Err(_) if caller.is_none() => return Err(access::unauthenticated()),
            Err(error) => return Err(error),
        };
        let role = match caller {
            Some(caller) => self.role_in_conversation(caller, &row).await?,
            None => None,
        };
        decide(caller, need, role)
            .map_err(|refused| access::refusal(refused).unwrap_or_else(no_conversation))?;
        Ok(Conversing { row, role })
    }

    /// What a caller is in a conversation: what it is in its project or, where that is no project of ours, its owner
    /// if it began it and an editor if it takes part.
    async fn role_in_conversation(
        &self,
        caller: &Caller,
        row: &ConversationRow,
    ) -> Result<Option<Role>, ErrorBody> {
        if caller.standing != Standing::User {
            return Ok(Some(Role::Owner));
        }
        if let Some(project) = row.project_id.as_deref().and_then(|project| project.parse().ok()) {
            return Ok(self.role_in_project(caller, project));
        }
        if row.created_by == *caller.user_id {
            return Ok(Some(Role::Owner));
        }
        let participants = self.conversations.participants(row.conversation_id).await?;
        let takes_part = participants.iter().any(|one| one.user_id == *caller.user_id);
        Ok(takes_part.then_some(Role::Editor))
    }

    /// Lets the assistant answer a message. The answer's `stream_id`.
    ///
    /// # Errors
    /// It cannot, or not about this.
    pub async fn ask(
        &self,
        caller: Option<&Caller>,
        row: &ConversationRow,
        ask: Ask,
        message: &MessageRow,
    ) -> Result<String, ErrorBody> {
        let context = self.context(caller, row, &ask).await?;
        self.conversations.ask(row.conversation_id, ask, Some(message), context).await
    }

    /// Lets the assistant answer a message that was sent with a wish for that; none if it was there before and has been seen to. The
    /// answer's `stream_id`.
    pub async fn ask_about(
        &self,
        caller: Option<&Caller>,
        row: &ConversationRow,
        ask: Option<Ask>,
        sent: &Appended,
    ) -> Option<Result<String, ErrorBody>> {
        let ask = ask?;
        if !self.conversations.is_to_be_asked_about(sent).await {
            return None;
        }
        let asked = self.ask(caller, row, ask, &sent.message).await;
        if asked.is_err() {
            self.conversations.was_not_asked_about(&sent.message);
        }
        Some(asked)
    }

    /// What the assistant is shown beside what was said: the node that was asked about and what is below it, as text.
    ///
    /// # Errors
    /// There is no such node, or the caller may not read the project.
    async fn context(
        &self,
        caller: Option<&Caller>,
        row: &ConversationRow,
        ask: &Ask,
    ) -> Result<Option<String>, ErrorBody> {
        let Some(node_id) = &ask.node_id else { return Ok(None) };
        let none = || ErrorBody::new(ErrorCode::NodeNotFound, "The conversation's project has no such node");
        let project: Uuid = row.project_id.as_deref().and_then(|id| id.parse().ok()).ok_or_else(none)?;
        let session = match self.registry.open_project(project).await {
            Ok(session) => session,
            Err(OpenError::NotFound) => return Err(none()),
            Err(error) => return Err(open_error(&error)),
        };
        let checked = self.check_session(caller, Need::Role(Role::Viewer), &session);
        checked.map_err(|refused| refused.unwrap_or_else(none))?;
        let node_id = node_id.parse().map_err(|_| none())?;
        let outline = session.committed().outline(node_id).ok_or_else(none)?;
        Ok(Some(format!("The question is about this part of the project:\n{outline}")))
    }
}

/// What a client sent as a message of its own.
pub fn draft(body: MessageBody) -> Draft {
    Draft {
        role: MessageRole::User,
        text: body.text,
        message_id: body.message_id,
        metadata: body.metadata.flatten(),
        twin_within: None,
    }
}

/// The answer to a message that was sent. What keeps the assistant from answering does nothing to the message.
pub fn message_sent(sent: &Appended, asked: Option<Result<String, ErrorBody>>) -> MessageSent {
    let (stream_id, assistant_error) = match asked {
        Some(Ok(stream_id)) => (Some(stream_id), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let (message, duplicate) = (telling::message(&sent.message), !sent.is_new);
    MessageSent { success: true, message, duplicate, stream_id, assistant_error }
}
