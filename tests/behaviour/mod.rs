//! Rules that hold across transports.

mod busy;
mod guard;
mod path;
mod restart;
mod shutdown;
mod store_fails;
