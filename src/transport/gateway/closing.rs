//! How a WebSocket is closed: the code, and a reason for people.

use std::error::Error;

use axum::extract::ws::{CloseFrame, Utf8Bytes};
use graphroom_protocol::{ErrorBody, ErrorCode};
use tungstenite::Error as Unread;
use tungstenite::error::CapacityError;

use crate::operations::Limit;

/// The longest reason, in bytes: a close frame has room for no more.
const MAX_REASON: usize = 123;

/// How a connection is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    code: u16,
    reason: String,
}

impl Closing {
    /// Nothing is wrong: the client goes, or the server.
    pub const GOING: Self = Self { code: 1001, reason: String::new() };

    /// By this code.
    pub fn new(code: u16, reason: &str) -> Self {
        let mut end = reason.len().min(MAX_REASON);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        Self { code, reason: reason[..end].to_owned() }
    }

    /// As an error says why.
    pub fn of(error: &ErrorBody) -> Self {
        Self::new(code(error), &error.message)
    }

    /// As what could not be read says why: it was too large, or was no WebSocket's.
    pub fn unreadable(error: &axum::Error) -> Self {
        match error.source().and_then(|cause| cause.downcast_ref()) {
            Some(Unread::Capacity(CapacityError::MessageTooLong { .. })) => {
                Self::new(1009, "A message may not be so large")
            }
            _ => Self::new(1002, "Not understood"),
        }
    }

    /// As it is sent.
    pub fn frame(&self) -> CloseFrame {
        CloseFrame { code: self.code, reason: Utf8Bytes::from(self.reason.as_str()) }
    }
}

/// The code for each error. Those from 4000 on are our own; clients may match on them.
fn code(error: &ErrorBody) -> u16 {
    match error.code {
        ErrorCode::Unauthenticated => 4401,
        ErrorCode::InvalidSession | ErrorCode::NoProject | ErrorCode::ProjectNotFound => 4001,
        ErrorCode::ConnectionLimit if is_of_an_address(error) => 4029,
        ErrorCode::ConnectionLimit | ErrorCode::SessionLimit | ErrorCode::Busy => 1013,
        ErrorCode::StoreUnavailable => 4503,
        ErrorCode::PayloadTooLarge => 1009,
        // For good: a client that comes back after any other code does not after this one.
        ErrorCode::ConnectionEnded => 1000,
        ErrorCode::ShuttingDown => 1001,
        ErrorCode::Internal => 1011,
        _ => 1008,
    }
}

fn is_of_an_address(error: &ErrorBody) -> bool {
    let limit = error.details.as_ref().and_then(|details| details["limit"].as_str());
    limit == Some(Limit::ConnectionsOfAnAddress.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_cut_where_a_close_frame_ends_but_never_within_a_letter() {
        let closing = Closing::new(1008, &"ü".repeat(100));
        assert_eq!(closing.reason, "ü".repeat(61));
        assert_eq!(Closing::new(1008, "short").reason, "short");
    }
}
