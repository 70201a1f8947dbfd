//! The integration tests: one crate, real sockets, port 0.

mod admin_ui;
mod architecture;
mod assistant;
mod behaviour;
mod broadcasts;
mod chaos;
mod clients;
mod connections;
mod contract;
mod conversation;
mod crash;
mod fuzz;
mod gateway;
mod hearing;
mod identity;
mod inspector;

mod named;
mod old_clients;
mod operations;
mod processing;
mod protocol_suites;
mod python;
mod readme;
mod rest;
mod simulation;
mod soak;
mod socketio;
mod status;
mod support;
mod tls;
mod web;
