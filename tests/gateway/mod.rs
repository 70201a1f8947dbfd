//! Plain WebSockets: each protocol over real sockets, as its clients speak it.

mod chat;
mod client;
mod flat;
mod native;
mod stream;
