//! The wire types of Graphroom: what clients send and receive, whatever transport carries it.
//!
//! Nothing here decides anything. The shapes are described in `docs/wire.md`; golden messages stand in
//! `protocol/fixtures`.

pub mod announcement;
pub mod answer;
pub mod asyncapi;
pub mod auth;
pub mod channel;
pub mod chat;
pub mod command;
pub mod conflict;
pub mod error;
pub mod event;
mod event_name;
pub mod graph;
pub mod news;
pub mod plain;
pub mod presence;
pub mod processing;
pub mod registry;
pub mod reply;
pub mod request;
mod request_name;
pub mod reserved;
pub mod rest;
mod schema;
pub mod status;
pub mod typescript;

pub use answer::{
    Accepted, Answer, EndReason, GraphAnswer, JoinAnswer, Mode, PreviousEnd, Rejected, Success,
};
pub use command::Command;
pub use error::{ErrorBody, ErrorCode};
pub use event::{EventName, GraphEvent};
pub use graph::{GraphTree, NodeTree};
pub use plain::Plain;
pub use reply::{ConnectionEstablished, ErrorEvent, Joined, Left, ServerShutdown};
pub use request_name::RequestName;
