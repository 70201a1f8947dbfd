//! The integration tests: one crate, real sockets, port 0.

mod architecture;
mod behaviour;
mod clients;
mod contract;
mod crash;
mod fuzz;
mod old_clients;
mod operations;
mod python;
mod readme;
mod rest;
mod simulation;
mod socketio;
mod support;
