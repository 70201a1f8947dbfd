//! The cases of the official test suites of Engine.IO 4 and Socket.IO 5, as questions to a running server.
//!
//! Which case is answered by which test, and where this server differs, stands in `docs/protocol-suites.md`.
//! The official suites talk to a server that echoes; here the event `ping` and its answer stand for the echo.

mod connecting;
mod ending;
mod events;
mod handshake;
mod heartbeats;
mod listed;
mod messages;
mod upgrade;
