//! Rules that hold across transports.

mod busy;
mod guard;
mod path;
mod process;
mod restart;
mod shutdown;
mod store_fails;
mod templates;
