//! What the integration tests stand on: a real server, real clients, and waiting for conditions.

pub mod client;
pub mod process;
pub mod server;
pub mod until;

pub use client::{Client, Options};
pub use server::{Project, Rest, TestServer};
pub use until::until;
