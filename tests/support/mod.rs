//! What the integration tests stand on: a real server, real clients, and waiting for conditions.

pub mod bad_network;
pub mod client;
pub mod faulty_store;
pub mod inner_store;
pub mod log;
pub mod native;
pub mod node;
pub mod ollama;
pub mod plain_socket;
pub mod process;
pub mod proxy;
pub mod python;
pub mod random;
pub mod raw;
pub mod server;
pub mod stock_members;
pub mod tls;
pub mod until;

pub use client::Client;
pub(crate) use inner_store::{all_but_the_journal_as_inside, as_inside};
pub use native::Native;
pub use server::{Project, Rest, TestServer};
pub use until::until;
