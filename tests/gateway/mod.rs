//! Plain WebSockets: each protocol over real sockets, as its clients speak it.

mod chat;
mod client;
mod native;
mod stream;
