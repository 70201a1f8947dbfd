//! The contract as artefacts: the documents say what the server does, and nothing else.

mod cited;
mod generated;
mod openapi;
mod reference;
mod schemathesis;
