//! The contract as artefacts: the documents say what the server does, and nothing else.

mod cited;
mod commands;
mod events;
mod fixtures;
mod generated;
mod openapi;
mod reference;
mod routes;
mod schema;
mod schemathesis;
