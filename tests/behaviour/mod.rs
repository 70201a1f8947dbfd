//! Rules that hold across transports.

mod path;
