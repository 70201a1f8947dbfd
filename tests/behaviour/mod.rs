//! Rules that hold across transports.

mod accounts;
mod backup;
mod busy;
mod check;
mod configuration;
mod guard;
mod kept_graphs;
mod limitations;
mod limits;
mod log_file;
mod making_room;
mod path;
mod process;
mod projects;
mod request_ids;
mod restart;
mod secrets;
mod shutdown;
mod slow_members;
mod snapshots;
mod store_fails;
mod templates;
