//! Who somebody is, and how it is proved: keys, tokens, passwords, secrets.
//!
//! Nothing here knows of HTTP or sockets. What time it is is handed in.

pub mod foreign;
pub mod keys;
pub mod lockout;
pub mod passwords;
pub mod secrets;
pub mod tokens;
