//! The integration tests: one crate, real sockets, port 0.

mod architecture;
mod behaviour;
mod clients;
mod contract;
mod crash;
mod operations;
mod readme;
mod rest;
mod socketio;
mod support;
