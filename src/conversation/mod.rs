//! What people say to each other and to the assistant: messages that last, and answers as they are written. Not how it
//! reaches them: that is `transport`'s.

mod answering;
pub mod assistant;
pub mod checked;
pub mod conversations;
mod hub;
mod live;
mod news;
mod participants;
pub mod processing;
mod reading;
mod stream;
pub mod telling;
mod unanswered;

pub use answering::{ASSISTANT, BUDGET, MOST as MAX_SHOWN};
pub use checked::{MAX_METADATA, MAX_TEXT};
pub use conversations::{Beginning, Conversations, Draft, Entered, no_conversation};
pub use hub::Listener;
pub use news::Hearers;
pub use reading::{MAX_PAGE, MAX_PAGE_BYTES};

pub use crate::store::{
    Appended, ConversationId, ConversationPage, ConversationQuery, ConversationRow, ConversationStatus,
    MessageQuery, MessageRole, MessageRow, ParticipantRow,
};
