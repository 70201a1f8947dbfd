//! Clients that take nothing, and the end of a server, over TLS as without it.
