//! Who a client says it is when it connects. Nothing is verified.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::Author;
use crate::transport::doing;

/// The longest `user_id` and `name`, in characters.
const MAX_NAME: usize = 128;

/// What a client says of itself: protocol 5 by its `auth`, protocol 4, which has none, by a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<String>,
}

/// Why a socket was not let in; the text is what `connect_error` shows.
#[derive(Debug)]
pub struct Refusal;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "INVALID_REQUEST: user_id and name must be strings of 1 to {MAX_NAME} characters, color #rrggbb"
        )
    }
}

impl Said {
    /// What a query says; of a name that is there twice the first counts.
    pub fn in_query(query: &str) -> Self {
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        Self { user_id: value("user_id"), name: value("name"), color: value("color") }
    }

    /// Whether nothing is said.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The author of what is done on this connection, and the color that it wants to be shown in.
    pub fn author(self, client_id: &str) -> Result<(Author, Option<Arc<str>>), Refusal> {
        let fits = |text: &String| !text.is_empty() && text.chars().count() <= MAX_NAME;
        if !self.user_id.iter().chain(&self.name).all(fits) {
            return Err(Refusal);
        }
        if self.color.as_deref().is_some_and(|color| doing::color(color).is_err()) {
            return Err(Refusal);
        }
        let user_id = self.user_id.unwrap_or_else(|| format!("anonymous:{client_id}"));
        let author = Author {
            user_id: user_id.into(),
            name: self.name.map(Into::into),
            client_id: Some(client_id.into()),
        };
        Ok((author, self.color.map(Into::into)))
    }
}
