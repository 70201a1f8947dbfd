//! Graphroom: a Socket.IO-compatible collaboration server.
//!
//! A project holds a graph of typed nodes. Clients join its session, send commands over Socket.IO or
//! REST, and everybody in the session gets typed events. `docs/architecture.md` shows the parts and the
//! one way that a change takes through them.

pub mod app;
pub mod breaker;
pub mod channels;
pub mod clock;
pub mod command_line;
pub mod config;
pub mod conversation;
pub mod domain;
pub mod feed;
pub mod identity;
pub mod logging;
pub mod operations;
pub mod outlet;
pub mod project;
pub mod session;
pub mod store;
pub mod transport;
