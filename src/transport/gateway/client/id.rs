//! What clients call themselves in the path: `/ws/{client_id}`, and `/api/chat/{client_id}/…`.

use std::sync::Arc;

use graphroom_protocol::{ErrorBody, ErrorCode};

use crate::domain::{Caller, Standing};
use crate::identity::SignedIn;

/// The longest one, in characters.
pub const MAX_ID: usize = 128;
/// Words that stand for something else below `/ws/` or `/api/chat/`. A client is the same in both places.
const RESERVED: [&str; 10] =
    ["chat", "context", "health", "history", "process", "sessions", "stats", "status", "v1", "verify"];

/// A client's own name for itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientId(Arc<str>);

impl ClientId {
    /// Reads it.
    ///
    /// # Errors
    /// `INVALID_REQUEST`: it is too long, or a word that stands for something else.
    pub fn read(text: &str) -> Result<Self, ErrorBody> {
        let refused = |message: String| Err(ErrorBody::new(ErrorCode::InvalidRequest, message));
        if RESERVED.contains(&text) {
            return refused(format!("`{text}` stands for something else here, and is no client's id"));
        }
        if text.trim().is_empty() || text.chars().count() > MAX_ID {
            return refused(format!("A client's id has 1 to {MAX_ID} characters"));
        }
        Ok(Self(text.into()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As text that is shared.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// Who it is where nothing is verified.
    pub fn claimed(&self) -> SignedIn {
        let user_id = self.shared();
        SignedIn::claimed(Caller { user_id, name: None, standing: Standing::Everybody })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_stands_for_something_else_is_no_id() {
        for text in RESERVED {
            let error = ClientId::read(text).unwrap_err();
            assert!(error.message.starts_with(&format!("`{text}` stands for")), "{error:?}");
        }
    }

    #[test]
    fn an_id_has_one_to_128_characters() {
        for text in ["", "  ", &"ü".repeat(129)] {
            assert!(ClientId::read(text).is_err(), "{text:?}");
        }
        for text in ["c", "client_1795178040885_a1b2", "64b0c1f2a3d4e5f6a7b8c9d0", &"ü".repeat(128)] {
            assert_eq!(ClientId::read(text).unwrap().as_str(), text);
        }
    }
}
