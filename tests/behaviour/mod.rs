//! Rules that hold across transports.

mod guard;
mod path;
mod restart;
mod shutdown;
mod store_fails;
