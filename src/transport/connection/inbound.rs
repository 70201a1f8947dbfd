//! An event as it came in, whatever it came over.
//!
//! The payload is kept as text until it is known what the event takes, and what is needed to answer is kept whether it
//! can be read or not.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// The largest event, in bytes: a command and what is around it.
pub const MAX_EVENT: usize = 1024 * 1024;

/// An event as it came in.
pub struct Inbound {
    /// What the client knows the answer by, if it asked for one.
    pub ack_id: Option<i64>,
    /// The event's name, if it has one.
    pub name: Option<String>,
    /// How large it came in, in bytes.
    pub bytes: usize,
    /// The first argument.
    pub argument: Result<Box<RawValue>, Unreadable>,
}

/// Why an event could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Over [`MAX_EVENT`].
    TooLarge,
    /// It carries binary data.
    Binary,
    /// The first argument is missing or not what the event takes.
    Malformed,
    /// It asks for an answer by an id that is none.
    Unanswerable,
}

impl Inbound {
    /// Whether somebody waits for an answer that could not be told from others.
    pub fn is_unanswerable(&self) -> bool {
        matches!(self.argument, Err(Unreadable::Unanswerable))
    }

    /// The first argument, read as what the event takes.
    pub fn argument<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        if self.bytes > MAX_EVENT {
            return Err(Unreadable::TooLarge);
        }
        let argument = self.argument.as_ref().map_err(|unreadable| *unreadable)?;
        serde_json::from_str(argument.get()).map_err(|_| Unreadable::Malformed)
    }
}
