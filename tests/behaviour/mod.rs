//! Rules that hold across transports.

mod busy;
mod guard;
mod path;
mod process;
mod request_ids;
mod restart;
mod shutdown;
mod store_fails;
