//! What can go wrong in a run: then there is no figure.

use std::io;

/// What a step gives.
pub type Outcome<T> = Result<T, Fault>;

/// Why there is no figure.
#[derive(Debug)]
pub enum Fault {
    /// Files, processes, sockets.
    Io(io::Error),
    /// A server said no.
    Refused(String),
    /// Something did not come in time.
    Late(String),
    /// A server ended a connection.
    Ended,
    /// Not everything that was sent arrived, or not as it should.
    Counts(String),
    /// Something that is needed is not there.
    Missing(String),
    /// One of these, with this server.
    With(&'static str, Box<Self>),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Refused(answer) => write!(f, "refused: {answer}"),
            Self::Late(what) => write!(f, "{what} did not come in time"),
            Self::Ended => write!(f, "the server ended a connection"),
            Self::Counts(what) => write!(f, "the counts are wrong: {what}"),
            Self::Missing(what) => write!(f, "missing: {what}"),
            Self::With(server, fault) => write!(f, "{server}: {fault}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Refused(format!("not the JSON that was expected: {error}"))
    }
}

impl From<graphroom::store::StoreError> for Fault {
    fn from(error: graphroom::store::StoreError) -> Self {
        Self::Refused(error.to_string())
    }
}
