//! The events that clients send.

use super::Shape;
use crate::RequestName;
use crate::announcement::{AcknowledgeBroadcast, BroadcastAcknowledged};
use crate::answer::{Accepted, GraphAnswer, JoinAnswer, Rejected, Success};
use crate::auth::{Authenticate, Authenticated};
use crate::channel::{Heartbeat, InProject, ProjectHeard, Wrapped};
use crate::chat::{
    CancelAnswer, DeleteMessage, EditMessage, InConversation, JoinConversation, JoinedConversation,
    MessageChanged, MessageSent, MessagesRead, ReadMessages, SendMessage, Typing,
};
use crate::presence::SetPresence;
use crate::request::{InSession, Join, TakeBack, TypedExecuteCommand};
use crate::status::{Subscribed, Topics};

/// An event that clients send.
#[derive(Clone)]
pub struct TakenEvent {
    /// Its name.
    pub name: RequestName,
    /// What it asks for, in a sentence.
    pub about: &'static str,
    /// Its argument; none if it takes none.
    pub payload: Option<Shape>,
    /// What it is acknowledged with: the answer to what was done, then the one to what was refused.
    pub answers: Vec<Shape>,
}

impl TakenEvent {
    /// The entry of an event.
    #[must_use]
    pub fn of(name: RequestName) -> Self {
        use RequestName as R;
        let (about, payload, answer) = match name {
            R::JoinSession => (
                "Enters a session's room. Replies: `joined`; the others hear `session:connected`.",
                Some(Shape::of::<Join>()),
                Shape::of::<JoinAnswer>(),
            ),
            R::LeaveSession => (
                "Leaves a session's room. Replies: `left`; the others hear `session:disconnected`.",
                Some(Shape::of::<InSession>()),
                Shape::of::<Success>(),
            ),
            R::ExecuteCommand => (
                "Carries out a command. It is answered once it is durable.",
                Some(Shape::of::<TypedExecuteCommand>()),
                Shape::of::<Accepted>(),
            ),
            R::Undo => ("Undoes a step.", Some(Shape::of::<TakeBack>()), Shape::of::<Accepted>()),
            R::Redo => {
                ("Redoes a step that was undone.", Some(Shape::of::<TakeBack>()), Shape::of::<Accepted>())
            }
            R::GetGraph => (
                "Reads the graph and the `seq` that it includes.",
                Some(Shape::of::<InSession>()),
                Shape::of::<GraphAnswer<'_>>(),
            ),
            R::SetPresence => (
                "Says what the caller is at. Others hear of it by `presence:update`, and of the latest alone.",
                Some(Shape::of::<SetPresence>()),
                Shape::of::<Success>(),
            ),
            R::Authenticate => (
                "Says who the connection is, for clients that do not say it as they connect. Replies: \
                 `authentication_success` or `authentication_failed`.",
                Some(Shape::of::<Authenticate>()),
                Shape::of::<Authenticated<'_>>(),
            ),
            R::RefreshAuth => (
                "Shows something newer of the same user, so that the connection goes on without a break.",
                Some(Shape::of::<Authenticate>()),
                Shape::of::<Authenticated<'_>>(),
            ),
            R::JoinConversation => (
                "Enters a conversation: the answer has its latest messages or those after the last one that the \
                 caller has, what follows is told.",
                Some(Shape::of::<JoinConversation>()),
                Shape::of::<JoinedConversation>(),
            ),
            R::LeaveConversation => {
                ("Leaves a conversation.", Some(Shape::of::<InConversation>()), Shape::of::<Success>())
            }
            R::SendMessage => (
                "Sends a message. It is answered once it is durable; everybody else in the conversation, the \
                 author's other connections too, is told by `new_message`.",
                Some(Shape::of::<SendMessage>()),
                Shape::of::<MessageSent>(),
            ),
            R::EditMessage => (
                "Writes one of the caller's own messages anew. Everybody is told by `message_updated`.",
                Some(Shape::of::<EditMessage>()),
                Shape::of::<MessageChanged>(),
            ),
            R::DeleteMessage => (
                "Deletes a message: one's own, or any as an owner. Everybody is told by `message_deleted`.",
                Some(Shape::of::<DeleteMessage>()),
                Shape::of::<MessageChanged>(),
            ),
            R::ReadMessages => (
                "Says up to which message the caller has read. Everybody is told by `message_read`.",
                Some(Shape::of::<ReadMessages>()),
                Shape::of::<MessagesRead>(),
            ),
            R::CancelAnswer => (
                "Stops an answer of the assistant's; what it has said so far is kept as a message.",
                Some(Shape::of::<CancelAnswer>()),
                Shape::of::<Success>(),
            ),
            R::Typing => (
                "Says whether the caller is writing. The others are told by `typing_indicator` and `typing_stop`.",
                Some(Shape::of::<Typing>()),
                Shape::of::<Success>(),
            ),
            R::JoinProject => (
                "Hears what the assistant does for a project and what is broadcast to it. Everybody who hears it, the \
                 caller too, is told by `project_joined`.",
                Some(Shape::of::<InProject>()),
                Shape::of::<ProjectHeard<'_>>(),
            ),
            R::LeaveProject => (
                "Hears a project no more. The caller and everybody who hears it are told by `project_left`.",
                Some(Shape::of::<InProject>()),
                Shape::of::<ProjectHeard<'_>>(),
            ),
            R::Subscribe => (
                "Hears topics: how the server is, what concerns the caller, and projects. All of them, or none.",
                Some(Shape::of::<Topics>()),
                Shape::of::<Subscribed>(),
            ),
            R::Unsubscribe => {
                ("Hears topics no more.", Some(Shape::of::<Topics>()), Shape::of::<Subscribed>())
            }
            R::AcknowledgeBroadcast => (
                "Says that the caller has a broadcast, by the `broadcast_id` that came along with it. Saying it again \
                 changes nothing.",
                Some(Shape::of::<AcknowledgeBroadcast>()),
                Shape::of::<BroadcastAcknowledged<'_>>(),
            ),
            R::Message => (
                "Sends another event, which is taken as if it had come by its own name, and acknowledged as that is.",
                Some(Shape::of::<Wrapped>()),
                Shape::of::<Success>(),
            ),
            R::Heartbeat => {
                let about = "Asks for a sign of life. Replies: `heartbeat_response`. Any argument is taken, and none.";
                return Self { name, about, payload: None, answers: vec![Shape::of::<Heartbeat<'_>>()] };
            }
            R::Ping => {
                let about = "Asks for a sign of life. Replies: `pong`. It is never refused.";
                return Self { name, about, payload: None, answers: vec![Shape::of::<Success>()] };
            }
        };
        Self { name, about, payload, answers: vec![answer, Shape::of::<Rejected>()] }
    }
}
