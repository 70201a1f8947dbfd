//! TLS by the server itself: every protocol over it, and what becomes of clients that do not speak it, or badly.
//!
//! What links promise is held over TLS by their own tests as well.

mod handshakes;
mod readers;
mod renewing;
mod speaking;
