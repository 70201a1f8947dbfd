//! The integration tests: one crate, real sockets, port 0.

mod behaviour;
mod crash;

mod support;
