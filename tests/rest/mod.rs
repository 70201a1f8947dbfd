//! The REST routes beyond commands and graphs: the catalogue of projects, their files, saving, cleaning up, search.

mod adopting;
mod cleanup;
mod conversations;
mod engine;
mod events;
mod exporting;
mod history;
mod importing;
mod large;
mod lenient;
mod loading;
mod messages;
mod nodes;
mod past;
mod projects;
mod saving;
mod searching;
mod uploads;
mod versions;
