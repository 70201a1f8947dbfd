//! The integration tests: one crate, real sockets, port 0.

mod architecture;
mod behaviour;
mod clients;
mod crash;
mod old_clients;
mod python;
mod readme;
mod socketio;
mod support;
