//! What each event needs of the client that sends it: one table, which holds every event of the registry.

use graphroom_protocol::RequestName;

use crate::domain::Role;
use crate::identity::Need;

/// What an event needs.
pub const fn of_event(name: RequestName) -> Need {
    match name {
        RequestName::JoinSession | RequestName::GetGraph | RequestName::SetPresence => {
            Need::Role(Role::Viewer)
        }
        RequestName::ExecuteCommand | RequestName::Undo | RequestName::Redo => Need::Role(Role::Editor),
        // Whoever may not be in a session any more may leave it all the same.
        // What it needs in the conversation is asked there.
        RequestName::JoinConversation
        | RequestName::LeaveConversation
        | RequestName::SendMessage
        | RequestName::EditMessage
        | RequestName::DeleteMessage
        | RequestName::ReadMessages
        | RequestName::CancelAnswer
        | RequestName::Typing => Need::Name,
        // What it needs in the project is asked there, too.
        RequestName::JoinProject | RequestName::LeaveProject => Need::Name,
        // And what it needs for a topic.
        RequestName::Subscribe | RequestName::Unsubscribe => Need::Name,
        RequestName::LeaveSession | RequestName::RefreshAuth | RequestName::AcknowledgeBroadcast => {
            Need::Name
        }
        // What is in a message has a need of its own.
        RequestName::Message => Need::Nothing,
        RequestName::Authenticate | RequestName::Ping | RequestName::Heartbeat => Need::Nothing,
    }
}
