//! The contract as artefacts: the documents say what the server does, and nothing else.

mod catalogue;
mod cited;
mod commands;
pub mod events;
mod fixtures;
mod generated;
mod nulls;
pub mod openapi;
mod reference;
pub mod routes;
pub mod schema;
mod schemathesis;
pub mod talk;
