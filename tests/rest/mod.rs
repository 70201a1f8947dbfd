//! The REST routes beyond commands and graphs: the catalogue of projects, saving, cleaning up.

mod adopting;
mod cleanup;
mod nodes;
mod projects;
mod saving;
